/* SPDX-License-Identifier: GPL-2.0-only */
/* The tracepoints, attached while some consumer wants them. */
#ifndef SCAP_PROBES_H
#define SCAP_PROBES_H

/* Finds the tracepoints of this kernel; -ENOENT if one is missing that has to be there. */
int probes_find(void);
/*
 * Attaches and detaches by what all consumers want now. Under consumers_lock. A detached probe may
 * still run until tracepoint_synchronize_unregister().
 */
int probes_update(void);
/* How many calls were seen of which no event can be made (x32), since the module was loaded. */
unsigned long probes_left_out(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State that a recording tells in items (SCAP_ITEM_THREAD, SCAP_ITEM_FD), because it kept nothing
 * of the events that made it: threads and descriptors exactly as they were. Their value is a head,
 * and the structure as in a keyframe (image.h). SCAP_ITEM_CPU_TIME stands for switches alone.
 */
#ifndef SINSP_TOLD_H
#define SINSP_TOLD_H

#include "inspector.h"

struct told_thread {
	struct thread t; /* the values of its fields; no links, leader or descriptors */
	bool fresh;	 /* nothing remains of an earlier thread with its number */
	bool own_fds;	 /* it does not share the descriptors of its process */
	bool after;	 /* it is so when the event has done its work, not instead of that */
};

void told_put_thread(const struct told_thread *thread, struct sinsp_text *out);
void told_put_fd(const struct sinsp_fd *fd, struct sinsp_text *out);
/* Of the thread of the event: that it had the CPU for @ran until then, and for @total in all. */
void told_put_time(uint64_t ran, uint64_t total, struct sinsp_text *out);

/*
 * What the items of s->ev tell: the thread, in place of all that the event itself would say (then
 * this is true); and behind the event's own work the thread as it is then, the descriptor, or the
 * times. They are hostile input: what makes no sense is as if it were not there.
 */
bool told_before(struct sinsp *s);
void told_after(struct sinsp *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The device nodes. */
#ifndef SCAP_DEVICE_H
#define SCAP_DEVICE_H

int devices_create(void);
void devices_remove(void);

#endif

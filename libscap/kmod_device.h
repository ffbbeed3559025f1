/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices of a scap module, one per CPU: opening, versions, ioctls, mapped rings. */
#ifndef SCAP_KMOD_DEVICE_H
#define SCAP_KMOD_DEVICE_H

#include "scap.h"
#include "scap_abi.h"

struct kmod_device {
	int fd;
	uint16_t cpu;
	struct scap_ring_info *info;
	const uint8_t *data; /* twice ring_bytes, mapped back to back */
};

struct kmod_devices {
	char path[256]; /* "/dev/scap"; the CPU's number follows */
	struct kmod_device *dev;
	unsigned int n;
	uint32_t ring_bytes;
	uint64_t api, schema;
	char version[64];
};

/* Opens and maps the devices of all online CPUs. Returns 0 or a negative error with its message. */
int kmod_devices_open(struct kmod_devices *d, const struct scap_live_options *opts,
		      struct scap_error *err);
void kmod_devices_close(struct kmod_devices *d);

/* An ioctl on the first device, which stands for all. Returns its result or a negative error. */
int kmod_ioctl(struct kmod_devices *d, unsigned long request, unsigned long arg);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices of a scap module, one per CPU: opening, versions, ioctls, mapped rings.
 *
 * A consumer is the thread that opens: every open by the same thread belongs to the same recording,
 * and every open sets its settings back, so that all devices are opened before anything is set.
 */
#include "kmod_device.h"
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CPUS_MAX       4096u
#define RING_BYTES_MAX (1u << 30)
/* What this library reads: what is older has another ring layout, and pairs of events. */
#define API_MIN	   SCAP_VERSION(8, 0, 0)
#define SCHEMA_MIN SCAP_VERSION(4, 0, 0)

static const char *prefix_of(const struct scap_live_options *o)
{
	return o->host_root ? o->host_root : "";
}

static const char *device_of(const struct scap_live_options *o)
{
	return o->device ? o->device : SCAP_DEVICE_NAME;
}

static int ring_parameter(const struct scap_live_options *o, int flags)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/sys/module/%s/parameters/g_buffer_bytes_dim", prefix_of(o),
		 device_of(o));
	return open(path, flags | O_CLOEXEC);
}

/* The ring size of consumers that open now; the default where the module does not say. */
static uint64_t read_ring_bytes(const struct scap_live_options *o)
{
	char text[32];
	uint64_t v = 0;
	ssize_t n = -1;
	int fd = ring_parameter(o, O_RDONLY);

	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	if (n > 0) {
		text[n] = '\0';
		v = strtoull(text, NULL, 10);
	}
	return v ? v : SCAP_RING_BYTES_DEFAULT;
}

static bool power_of_two(uint64_t v)
{
	return v && (v & (v - 1)) == 0;
}

static int set_ring_bytes(const struct scap_live_options *o, struct scap_error *err)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char text[32];
	int fd, n, rc;

	if (!power_of_two(o->ring_bytes) || o->ring_bytes <= 2 * page ||
	    o->ring_bytes > RING_BYTES_MAX)
		return scap_fail(err, -EINVAL,
				 "ring size %llu: must be a power of two from %llu to %u",
				 (unsigned long long)o->ring_bytes, (unsigned long long)page * 4,
				 RING_BYTES_MAX);
	if (read_ring_bytes(o) == o->ring_bytes)
		return 0;
	n = snprintf(text, sizeof(text), "%llu", (unsigned long long)o->ring_bytes);
	fd = ring_parameter(o, O_WRONLY);
	rc = fd < 0 || write(fd, text, (size_t)n) != n ? -errno : 0;
	if (fd >= 0)
		close(fd);
	/* No module at all is told better by the open that follows. */
	if (rc < 0 && rc != -ENOENT)
		return scap_fail(err, rc,
				 "ring size %s: parameter g_buffer_bytes_dim of module %s: %s",
				 text, device_of(o), strerror(-rc));
	return 0;
}

static int fail_open(const struct kmod_devices *d, const struct scap_live_options *o,
		     unsigned int cpu, int e, struct scap_error *err)
{
	struct utsname u;

	switch (e) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		if (uname(&u) < 0)
			strcpy(u.release, "$(uname -r)");
		return scap_fail(err, -ENODEV,
				 "%s%u: no such device: the %s module is not loaded (modprobe %s, "
				 "or insmod build/driver/%s/%s.ko)",
				 d->path, cpu, device_of(o), device_of(o), u.release, device_of(o));
	case EACCES:
	case EPERM:
		return scap_fail(err, -EACCES, "%s%u: %s: recording needs root", d->path, cpu,
				 strerror(e));
	case EBUSY:
		return scap_fail(err, -EBUSY,
				 "%s%u: the module has no room for another reader "
				 "(its parameter max_consumers), or this thread records already",
				 d->path, cpu);
	default:
		return scap_fail(err, -e, "%s%u: %s", d->path, cpu, strerror(e));
	}
}

static int read_versions(struct kmod_devices *d, struct scap_error *err)
{
	char version[1024] = "";
	uint64_t api = 0, schema = 0;
	int fd = d->dev[d->n - 1].fd;

	if (ioctl(fd, SCAP_IOCTL_GET_API_VERSION, &api) < 0 ||
	    ioctl(fd, SCAP_IOCTL_GET_SCHEMA_VERSION, &schema) < 0)
		return scap_fail(
			err, -EPROTO,
			"%s: the driver does not tell its versions: it is too old, or not a "
			"scap module",
			d->path);
	if (d->n > 1 && (api != d->api || schema != d->schema))
		return scap_fail(err, -EPROTO, "%s: devices of different drivers", d->path);
	d->api = api;
	d->schema = schema;
	if (api < API_MIN || schema < SCHEMA_MIN)
		return scap_fail(err, -EPROTO,
				 "%s: the loaded driver is too old: API %u.%u.%u, schema %u.%u.%u; "
				 "needed are API 8.0.0 and schema 4.0.0 or later",
				 d->path, SCAP_VERSION_MAJOR(api), SCAP_VERSION_MINOR(api),
				 SCAP_VERSION_PATCH(api), SCAP_VERSION_MAJOR(schema),
				 SCAP_VERSION_MINOR(schema), SCAP_VERSION_PATCH(schema));
	if (d->n == 1 && ioctl(fd, SCAP_IOCTL_GET_DRIVER_VERSION, version) >= 0) {
		version[sizeof(version) - 1] = '\0';
		snprintf(d->version, sizeof(d->version), "%.63s", version);
	}
	return 0;
}

static const uint8_t *map_data(int fd, uint64_t ring_bytes)
{
	void *p = mmap(NULL, 2 * (size_t)ring_bytes, PROT_READ, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

/*
 * Maps the ring of the last device. The module takes only the exact length, so that where its
 * parameter is not told, or was changed just now, the size can be found by trying.
 */
static int map_ring(struct kmod_devices *d, struct scap_error *err)
{
	struct kmod_device *dev = &d->dev[d->n - 1];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t size;
	void *info;
	int e;

	info = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd, 0);
	if (info == MAP_FAILED)
		return scap_fail(err, -errno, "%s%u: mapping the ring's state: %s", d->path,
				 dev->cpu, strerror(errno));
	dev->info = info;
	if (power_of_two(d->ring_bytes))
		dev->data = map_data(dev->fd, d->ring_bytes);
	e = errno;
	for (size = 4 * page; !dev->data && e == EIO && d->n == 1 && size <= RING_BYTES_MAX;
	     size *= 2) {
		dev->data = map_data(dev->fd, size);
		if (dev->data)
			d->ring_bytes = (uint32_t)size;
	}
	if (!dev->data)
		return scap_fail(err, -e, "%s%u: mapping a ring of %u bytes: %s", d->path, dev->cpu,
				 d->ring_bytes, strerror(e));
	return 0;
}

static int open_device(struct kmod_devices *d, const struct scap_live_options *o, unsigned int cpu,
		       struct scap_error *err)
{
	struct kmod_device *dev = &d->dev[d->n];
	char path[300];
	int fd, rc;

	snprintf(path, sizeof(path), "%s%u", d->path, cpu);
	fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ENODEV || (cpu > 0 && errno == ENOENT))
			return 0; /* offline, or never there */
		return fail_open(d, o, cpu, errno, err);
	}
	*dev = (struct kmod_device){ .fd = fd, .cpu = (uint16_t)cpu };
	d->n++;
	rc = read_versions(d, err);
	if (rc == 0)
		rc = map_ring(d, err);
	return rc;
}

int kmod_devices_open(struct kmod_devices *d, const struct scap_live_options *opts,
		      struct scap_error *err)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	unsigned int cpu;
	int rc = 0;

	memset(d, 0, sizeof(*d));
	if (cpus < 1)
		cpus = 1;
	if (cpus > (long)CPUS_MAX)
		cpus = CPUS_MAX;
	snprintf(d->path, sizeof(d->path), "%s/dev/%s", prefix_of(opts), device_of(opts));
	d->dev = calloc((size_t)cpus, sizeof(*d->dev));
	if (!d->dev)
		return scap_fail(err, -ENOMEM, "out of memory");
	if (opts->ring_bytes)
		rc = set_ring_bytes(opts, err);
	if (rc == 0) {
		uint64_t size = read_ring_bytes(opts);

		d->ring_bytes = size <= RING_BYTES_MAX ? (uint32_t)size : 0;
	}
	for (cpu = 0; rc == 0 && cpu < (unsigned int)cpus; cpu++)
		rc = open_device(d, opts, cpu, err);
	if (rc == 0 && d->n == 0)
		rc = fail_open(d, opts, 0, ENODEV, err);
	if (rc < 0)
		kmod_devices_close(d);
	return rc;
}

void kmod_devices_close(struct kmod_devices *d)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	unsigned int i;

	for (i = 0; i < d->n; i++) {
		struct kmod_device *dev = &d->dev[i];

		if (dev->data)
			munmap((void *)(uintptr_t)dev->data, 2 * (size_t)d->ring_bytes);
		if (dev->info)
			munmap(dev->info, page);
		close(dev->fd);
	}
	free(d->dev);
	d->dev = NULL;
	d->n = 0;
}

int kmod_ioctl(struct kmod_devices *d, unsigned long request, unsigned long arg)
{
	int rc = ioctl(d->dev[0].fd, request, arg);

	return rc < 0 ? -errno : rc;
}

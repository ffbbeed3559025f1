/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of the rings straight on the device ABI, for programs that test the module inside a
 * guest: opens all devices, maps them, switches recording on, and walks the events. Without
 * libscap, so that the module and the library are not tested against each other's mistakes.
 */
#ifndef VM_RING_H
#define VM_RING_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "scap_abi.h"

#define RING_CPUS 64

struct ring {
	int fd; /* -1: CPU is offline */
	struct scap_ring_info *info;
	const uint8_t *data;
};

struct rings {
	unsigned int n;
	uint32_t size;
	int control; /* the descriptor that settings go through */
	struct ring ring[RING_CPUS];
};

/* One event; its parameters are found with ring_param(). */
struct ring_event {
	unsigned int cpu;
	const struct scap_event_hdr *hdr;
};

static inline uint32_t ring_size(void)
{
	unsigned long bytes = 0;
	FILE *f = fopen("/sys/module/" SCAP_DEVICE_NAME "/parameters/g_buffer_bytes_dim", "r");

	if (f) {
		if (fscanf(f, "%lu", &bytes) != 1)
			bytes = 0;
		fclose(f);
	}
	return (uint32_t)bytes;
}

/* Consumers that open from now on get rings of @bytes: 0 or -errno. */
static inline int ring_set_size(const char *bytes)
{
	int fd = open("/sys/module/" SCAP_DEVICE_NAME "/parameters/g_buffer_bytes_dim", O_WRONLY);
	int err = write(fd, bytes, strlen(bytes)) < 0 ? -errno : 0;

	close(fd);
	return err;
}

static inline void rings_close(struct rings *r)
{
	for (unsigned int i = 0; i < r->n; i++) {
		if (r->ring[i].data)
			munmap((void *)(uintptr_t)r->ring[i].data, 2ul * r->size);
		if (r->ring[i].info)
			munmap(r->ring[i].info, (size_t)sysconf(_SC_PAGESIZE));
		if (r->ring[i].fd >= 0)
			close(r->ring[i].fd);
	}
	memset(r, 0, sizeof(*r));
}

static inline int ring_map(struct ring *ring, uint32_t size)
{
	void *p = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED,
		       ring->fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	ring->info = p;
	p = mmap(NULL, 2ul * size, PROT_READ, MAP_SHARED, ring->fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	ring->data = p;
	return 0;
}

/* Opens and maps the rings of all CPUs that are online: 0 or -errno. Nothing is recorded yet. */
static inline int rings_open(struct rings *r)
{
	int err = 0;

	memset(r, 0, sizeof(*r));
	r->control = -1;
	r->size = ring_size();
	for (unsigned int i = 0; i < RING_CPUS && !err; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/dev/" SCAP_DEVICE_NAME "%u", i);
		r->ring[i].fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
		if (r->ring[i].fd < 0 && errno != ENODEV) {
			err = errno == ENOENT && i > 0 ? 1 : -errno;
			break;
		}
		r->n = i + 1;
		if (r->ring[i].fd < 0)
			continue;
		if (r->control < 0)
			r->control = r->ring[i].fd;
		err = ring_map(&r->ring[i], r->size);
	}
	if (err < 0)
		rings_close(r);
	return err < 0 ? err : 0;
}

/* Asks for call @nr of the 64-bit table, or for every call with -1. */
static inline int rings_want(const struct rings *r, int nr)
{
	for (int i = nr < 0 ? 0 : nr; i < (nr < 0 ? SCAP_SYSCALL_TABLE_SIZE : nr + 1); i++)
		if (ioctl(r->control, SCAP_IOCTL_ENABLE_SYSCALL, i))
			return -errno;
	return 0;
}

static inline int rings_unwant(const struct rings *r, int nr)
{
	for (int i = nr < 0 ? 0 : nr; i < (nr < 0 ? SCAP_SYSCALL_TABLE_SIZE : nr + 1); i++)
		if (ioctl(r->control, SCAP_IOCTL_DISABLE_SYSCALL, i))
			return -errno;
	return 0;
}

/* Switches tracepoints (bit n: enum scap_tracepoint) on, and the others off. */
static inline int rings_trace(const struct rings *r, unsigned int tracepoints)
{
	for (unsigned long tp = 0; tp < SCAP_TP_MAX; tp++)
		if (ioctl(r->control,
			  tracepoints >> tp & 1 ? SCAP_IOCTL_ENABLE_TP : SCAP_IOCTL_DISABLE_TP, tp))
			return -errno;
	return 0;
}

#define RINGS_CALLS (1u << SCAP_TP_SYS_ENTER | 1u << SCAP_TP_SYS_EXIT)
#define RINGS_PROCESSES \
	(1u << SCAP_TP_PROCESS_EXIT | 1u << SCAP_TP_PROCESS_FORK | 1u << SCAP_TP_PROCESS_EXEC)

/*
 * The next event of one CPU, or false if there is none. It stays where it is until the following
 * call, which gives its room back: start with hdr NULL.
 */
static inline bool ring_next(struct rings *r, unsigned int cpu, struct ring_event *e)
{
	struct ring *ring = &r->ring[cpu];
	uint32_t tail, head;

	if (!ring->info)
		return false;
	tail = ring->info->tail;
	if (e->hdr) {
		tail += e->hdr->len;
		if (tail >= r->size)
			tail -= r->size;
		__atomic_store_n(&ring->info->tail, tail, __ATOMIC_RELEASE);
	}
	head = __atomic_load_n(&ring->info->head, __ATOMIC_ACQUIRE);
	e->cpu = cpu;
	e->hdr = head == tail ? NULL : (const struct scap_event_hdr *)(ring->data + tail);
	return e->hdr != NULL;
}

/* Events of @type in all rings by thread @tid (0: any); gives the rings back. */
static inline unsigned int rings_count(struct rings *r, unsigned int type, uint64_t tid)
{
	unsigned int n = 0;

	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e))
			if (e.hdr->type == type && (!tid || e.hdr->tid == tid))
				n++;
	}
	return n;
}

/* The calling thread runs on one CPU. */
static inline void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Parameter @i and its length; NULL if the event has not so many. */
static inline const uint8_t *ring_param(const struct scap_event_hdr *hdr, unsigned int i,
					unsigned int *len)
{
	const uint8_t *lens = (const uint8_t *)(hdr + 1), *p = lens + 2 * hdr->nparams;
	uint16_t l = 0;

	if (i >= hdr->nparams)
		return NULL;
	for (unsigned int k = 0; k <= i; k++) {
		p += l;
		memcpy(&l, lens + 2 * k, sizeof(l));
	}
	*len = l;
	return p;
}

/* An integer parameter, signed by its width. */
static inline int64_t ring_int(const struct scap_event_hdr *hdr, unsigned int i)
{
	unsigned int len = 0;
	const uint8_t *p = ring_param(hdr, i, &len);
	int64_t v = 0;

	if (!p || len > sizeof(v))
		return 0;
	memcpy(&v, p, len);
	if (len == 4)
		return (int32_t)v;
	return v;
}

/* Whether header, lengths and parameters of an event fit together. */
static inline bool ring_event_ok(const struct scap_event_hdr *hdr)
{
	uint32_t sum = sizeof(*hdr) + 2 * hdr->nparams;
	unsigned int len = 0;

	if (hdr->nparams > SCAP_MAX_PARAMS || hdr->len < sum || hdr->type >= SCAP_EVT_MAX)
		return false;
	for (unsigned int i = 0; i < hdr->nparams; i++) {
		ring_param(hdr, i, &len);
		sum += len;
	}
	return sum == hdr->len;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of one guest have seen and compared, kept in a file that they share: which events,
 * which parameters of them, of calls that succeeded and of calls that failed, and which calls.
 * guest_coverage.c tells what is missing. A parameter of which only the length was looked at does
 * not count.
 */
#ifndef VM_COVERAGE_H
#define VM_COVERAGE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "ring.h"

#define COVERAGE_FILE "/tmp/compared"

struct coverage {
	/* bit n: parameter n, where parameter 0 was not negative, and where it was */
	struct {
		uint64_t succeeded, failed;
	} events[SCAP_EVT_MAX];
	uint8_t recorded[SCAP_EVT_MAX];		/* whether there was one */
	uint8_t calls[SCAP_SYSCALL_TABLE_SIZE]; /* generic ones, by their number */
};

static inline struct coverage *coverage(void)
{
	static struct coverage *all;
	int fd;

	if (all)
		return all;
	fd = open(COVERAGE_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(*all)))
		abort();
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (all == MAP_FAILED)
		abort();
	return all;
}

/* @e was recorded; its form has been looked at. */
static inline void coverage_event(const struct scap_event_hdr *e)
{
	coverage()->recorded[e->type] = 1;
}

/* Parameter @i of @e has the value that was known before. */
static inline void coverage_param(const struct scap_event_hdr *e, unsigned int i)
{
	if (ring_int(e, 0) < 0)
		coverage()->events[e->type].failed |= 1ull << i;
	else
		coverage()->events[e->type].succeeded |= 1ull << i;
	if (e->type == SCAP_EVT_GENERIC_X && i == 1)
		coverage()->calls[(uint16_t)ring_int(e, 1) % SCAP_SYSCALL_TABLE_SIZE] = 1;
}

#endif

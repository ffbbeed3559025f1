/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a database of the Bolt library (bbolt), in which containerd and podman keep what they know
 * of containers, without them and without a lock: they write all the time and never wait.
 *
 * It is a tree that is never changed in place. A transaction writes what it changes into pages that
 * were free before, and then one of the two meta pages, which has the root of the new tree and the
 * number of the transaction. What it no longer needs is free for the next but one. So the tree that
 * was found is whole for as long as no later transaction has been written.
 */
#ifndef SINSP_BOLT_H
#define SINSP_BOLT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bolt;

/* A key or value, which stays where it is until bolt_close(). */
struct bolt_text {
	const char *ptr;
	size_t len;
};

/*
 * Calls @get, which looks for all that is wanted, and calls it again if that was written over
 * meanwhile: what it found the last time is of one transaction. @fd is closed in any case. NULL: it
 * is no such database, is written too often, or there is no memory.
 */
struct bolt *bolt_read(int fd, void (*get)(struct bolt *b, void *arg), void *arg);
void bolt_close(struct bolt *b);

/* ---- for @get ---- */

/* The value of the last of @n keys, in the buckets that the ones before name. @v is {} if it is not
 * there, is a bucket, or the way to it is damaged. */
void bolt_get(struct bolt *b, const char *const *keys, size_t n, struct bolt_text *v);

/* Calls @fn with the keys and values in a bucket, in their order, but not with buckets in it. */
void bolt_each(struct bolt *b, const char *const *keys, size_t n,
	       void (*fn)(const struct bolt_text *key, const struct bolt_text *v, void *arg),
	       void *arg);

#endif

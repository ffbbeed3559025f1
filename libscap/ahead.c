/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring of buffers between the thread that fills them and the one that empties them. */
#include "ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BUFFERS 3u /* one is worked on, one is filled, one makes up for unequal speeds */

struct buffer {
	uint8_t *mem;
	ssize_t n;
	uint64_t taken;
};

struct ahead {
	struct scap_in *in;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct buffer buffers[BUFFERS];
	unsigned int filled, emptied; /* counts; the difference is what waits, the one in use too */
	bool in_use;		      /* the caller has the buffer of emptied */
	bool stop, waiting;
};

/*
 * Fills the buffer up: a codec gives what it has, and small pieces cost a change of threads each.
 * What a pipe has given is not kept back until it gives more.
 */
static void fill_one(struct ahead *a, struct buffer *b)
{
	ssize_t n, got = 0;

	do {
		n = scap_in_read(a->in, b->mem + AHEAD_ROOM + got, AHEAD_BYTES - (size_t)got);
		if (n > 0)
			got += n;
	} while (n > 0 && (size_t)got < AHEAD_BYTES && scap_in_ready(a->in));
	/* Data first: the end or the error comes again. */
	b->n = got ? got : n;
	b->taken = scap_in_offset(a->in);
}

static void *run(void *arg)
{
	struct ahead *a = arg;
	bool last = false;

	pthread_mutex_lock(&a->lock);
	while (!last) {
		struct buffer *b = &a->buffers[a->filled % BUFFERS];

		while (!a->stop && a->filled - a->emptied == BUFFERS)
			pthread_cond_wait(&a->changed, &a->lock);
		if (a->stop)
			break;
		pthread_mutex_unlock(&a->lock);
		fill_one(a, b);
		pthread_mutex_lock(&a->lock);
		last = b->n <= 0;
		a->filled++;
		if (a->waiting)
			pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static void free_ahead(struct ahead *a)
{
	unsigned int i;

	if (a->in->wake >= 0)
		close(a->in->wake);
	a->in->wake = -1;
	for (i = 0; i < BUFFERS; i++)
		free(a->buffers[i].mem);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct ahead *ahead_start(struct scap_in *in)
{
	struct ahead *a = calloc(1, sizeof(*a));
	sigset_t all, before;
	unsigned int i;
	int rc;

	if (!a)
		return NULL;
	a->in = in;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	if (!in->size)
		in->wake = eventfd(0, EFD_CLOEXEC);
	rc = in->size || in->wake >= 0 ? 0 : -1;
	for (i = 0; i < BUFFERS; i++) {
		a->buffers[i].mem = malloc(AHEAD_ROOM + AHEAD_BYTES);
		if (!a->buffers[i].mem)
			rc = -1;
	}
	/* Signals are for the threads of the program. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	if (rc == 0)
		rc = pthread_create(&a->thread, NULL, run, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == 0)
		return a;
	free_ahead(a);
	return NULL;
}

void ahead_next(struct ahead *a, struct ahead_chunk *c)
{
	struct buffer *b;

	pthread_mutex_lock(&a->lock);
	if (a->in_use) {
		b = &a->buffers[a->emptied % BUFFERS];
		if (b->n > 0)
			a->emptied++;
		a->in_use = false;
		pthread_cond_signal(&a->changed);
	}
	a->waiting = true;
	while (a->filled == a->emptied)
		pthread_cond_wait(&a->changed, &a->lock);
	a->waiting = false;
	b = &a->buffers[a->emptied % BUFFERS];
	a->in_use = true;
	c->data = b->mem + AHEAD_ROOM;
	c->n = b->n;
	c->taken = b->taken;
	pthread_mutex_unlock(&a->lock);
}

void ahead_stop(struct ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	if (a->in->wake >= 0)
		eventfd_write(a->in->wake, 1);
	pthread_join(a->thread, NULL);
	free_ahead(a);
}

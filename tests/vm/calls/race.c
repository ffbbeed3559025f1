/* SPDX-License-Identifier: BSD-2-Clause */
/* Races (race.h): the thread that exchanges, the calls, the versions that are recognised. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

#include "race.h"
#include "ring.h"

#define ROUNDS 150
#define PAGE   4096

/* ---- which version a parameter is ---- */

enum version value_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	const struct values *all = known;
	unsigned int len = 0, k;
	const uint8_t *p = ring_param(e, i, &len);

	for (k = 0; k < all->n; k++)
		if (len == all->len[k] && !memcmp(p, all->bytes[k], len))
			return k == 0 ? VERSION_FIRST : k == 1 ? VERSION_SECOND : VERSION_BOTH;
	return VERSION_NONE;
}

static enum version bytes_version(const uint8_t *p, unsigned int len, const struct two *two)
{
	unsigned int k;

	if (len > TWO_MAX)
		return VERSION_NONE;
	for (k = 0; k < len; k++)
		if (p[k] != two->a[k] && p[k] != two->b[k])
			return VERSION_NONE;
	if (!memcmp(p, two->a, len))
		return VERSION_FIRST;
	return memcmp(p, two->b, len) ? VERSION_BOTH : VERSION_SECOND;
}

enum version mix_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	return bytes_version(p, len, known);
}

/* It ends at its first NUL. */
enum version text_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	if (!len || memchr(p, 0, len) != p + len - 1)
		return VERSION_NONE;
	return bytes_version(p, len, known);
}

/* The dynamic form of it, whose index is 1. */
enum version key_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	if (len < 2 || p[0] != 1 || memchr(p + 1, 0, len - 1) != p + len - 1)
		return VERSION_NONE;
	return bytes_version(p + 1, len - 1, known);
}

struct values values(unsigned int width, unsigned int n, const uint64_t *v)
{
	struct values all = { .n = n };

	for (unsigned int k = 0; k < n; k++) {
		all.len[k] = width / 8;
		memcpy(all.bytes[k], &v[k], width / 8);
	}
	return all;
}
void add_value(struct values *all, const void *p, size_t len)
{
	memcpy(all->bytes[all->n], p, len);
	all->len[all->n++] = len;
}

/* ---- the other thread ---- */

static struct {
	struct exchange x[4];
	char *page; /* comes and goes */
	atomic_int stop;
	atomic_ulong flips;
} other;

static void exchange(const struct exchange *x, bool second)
{
	volatile uint64_t *words = x->at;
	const void *from = second ? x->b : x->a;

	/* a word at a time, as a program does with its own pointers and numbers */
	if (x->len % 8 == 0)
		for (size_t i = 0; i < x->len / 8; i++) {
			uint64_t v;

			memcpy(&v, (const char *)from + 8 * i, 8);
			words[i] = v;
		}
	else
		memcpy(x->at, from, x->len);
}

static void *exchanges(void *unused)
{
	cpu_set_t second;

	(void)unused;
	CPU_ZERO(&second);
	CPU_SET(1, &second);
	sched_setaffinity(0, sizeof(second), &second);
	for (unsigned int n = 0; !other.stop; n++) {
		for (unsigned int i = 0; i < 4 && other.x[i].at; i++)
			exchange(&other.x[i], n & 1);
		if (other.page)
			mprotect(other.page, PAGE, n & 1 ? PROT_NONE : PROT_READ | PROT_WRITE);
		/* each version stays for a while, not for the same one */
		for (volatile unsigned int wait = 50 + n * 7 % 400; wait; wait--)
			;
		other.flips++;
	}
	return NULL;
}

/* ---- a race ---- */

static void expect(int type, const struct expect *x, long ret)
{
	want(type);
	for (; x->kind != X_END; x++)
		switch (x->kind) {
		case X_RES:
			w64(ret);
			break;
		case X_CONST:
			w_bytes(&x->value, x->width);
			break;
		case X_ANY:
			w_any(x->width);
			break;
		case X_SKIP:
			w_skip();
			break;
		case X_BYTES:
			w_bytes(x->known, x->len);
			break;
		case X_VERSION:
			w_version(x->of, x->known, x->len);
			break;
		default:
			w_empty();
		}
}

void race(const struct race *r)
{
	static long ret[ROUNDS];
	pthread_t t;
	char name[100];

	memset(&other, 0, sizeof(other));
	memcpy(other.x, r->x, sizeof(other.x));
	other.page = r->page;
	need(!pthread_create(&t, NULL, exchanges, NULL), "a thread");
	snprintf(name, sizeof(name), "another thread changes %s", r->name);
	begin(name);
	for (int i = 0; i < ROUNDS; i++) {
		unsigned long flips = other.flips;

		/* calls begin with either version, however the host shares its processors out */
		while (other.flips == flips || (other.flips & 1) != (unsigned int)(i & 1))
			;
		ret[i] = raw(r->nr, r->arg[0], r->arg[1], r->arg[2], r->arg[3], r->arg[4],
			     r->arg[5]);
	}
	end();
	if (!r->written)
		want_both_versions();
	other.stop = 1;
	pthread_join(t, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		if (r->enter)
			expect(r->enter, r->at_enter, 0);
		expect(r->exit, r->param, ret[i]);
	}
}

void cases_race(void)
{
	need(chdir("/tmp") == 0, "/tmp");
	race_texts();
	race_vectors();
	race_structures();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments that another thread changes while the call runs: a race is a call, what the thread
 * exchanges between two versions, without end, and what the events must be made of. Each number
 * must be one of those that were written, each byte of a text or of data that of one of the
 * versions at its place, and what tells the length of something else must fit it.
 */
#ifndef RACE_H
#define RACE_H

#include <string.h>

#include "calls.h"

/* Two versions of a value, and others that are right too: what was there before, or after. */
struct values {
	unsigned int n, len[6];
	unsigned char bytes[6][64];
};

/* Two values of that width, and what else they can be. */
struct values values(unsigned int width, unsigned int n, const uint64_t *v);
#define VALUES(w, ...) \
	values(w, sizeof((uint64_t[]){ __VA_ARGS__ }) / 8, (const uint64_t[]){ __VA_ARGS__ })
/* One more. */
void add_value(struct values *all, const void *p, size_t len);

/* Bytes of two versions; behind a text there are NULs. */
#define TWO_MAX 128
struct two {
	unsigned char a[TWO_MAX], b[TWO_MAX];
};

version_of value_version, mix_version, text_version, key_version;

struct exchange {
	void *at;
	const void *a, *b;
	size_t len;
};

enum expect_kind { X_END, X_RES, X_CONST, X_ANY, X_SKIP, X_NOTHING, X_BYTES, X_VERSION };

struct expect {
	enum expect_kind kind;
	unsigned int width;
	uint64_t value;
	const void *known;
	size_t len;
	version_of *of;
};

#define RES                       \
	{                         \
		X_RES, .width = 8 \
	}
#define CONST(w, v)                                               \
	{                                                         \
		X_CONST, .width = (w) / 8, .value = (uint64_t)(v) \
	}
#define ANY(w)                          \
	{                               \
		X_ANY, .width = (w) / 8 \
	}
#define SKIP           \
	{              \
		X_SKIP \
	}
#define NOTHING           \
	{                 \
		X_NOTHING \
	}
#define BYTES(p, n)                             \
	{                                       \
		X_BYTES, .known = (p), .len = n \
	}
#define OF(f, k)                                                    \
	{                                                           \
		X_VERSION, .of = f, .known = &(k), .len = sizeof(k) \
	}
#define VALUE(k) OF(value_version, k)
#define TEXT(k)	 OF(text_version, k)
#define MIX(k)	 OF(mix_version, k)

struct race {
	const char *name;
	long nr, arg[6];
	struct exchange x[4];
	char *page;
	/* the kernel writes there too, so that it depends on the moment which version is seen */
	bool written;
	int exit, enter;
	struct expect param[32], at_enter[6];
};

void race(const struct race *r);

#define A(v) ((long)(v))
/* Memory @m between the versions of @two. */
#define SWAP(m, two)                                   \
	{                                              \
		(m), (two).a, (two).b, sizeof((two).a) \
	}
#define SWAP_OBJECT(m, first, second)                \
	{                                            \
		&(m), &(first), &(second), sizeof(m) \
	}

/* By kind of memory. */
void race_texts(void);
void race_vectors(void);
void race_structures(void);

#endif

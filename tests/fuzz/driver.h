/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A main() for fuzz targets: gives the files of a folder to LLVMFuzzerTestOneInput() as they are,
 * then mutates them for a bounded number of runs from a fixed seed, so that a failure can be had
 * again. Before each run the input is stored in FUZZ_KEEP, if that is set: after a crash it is
 *there.
 *
 *	#include "driver.h"
 *	FUZZ("reader", one_input)		int one_input(const uint8_t *data, size_t size)
 *
 * Built with -DFUZZ_LIBFUZZER -fsanitize=fuzzer the main() is libFuzzer's instead.
 * usage: fuzz_x FOLDER [RUNS [SEED]]
 */
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Freed memory is kept from reuse for a while, but not so much that every run faults in new pages.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}

#define FUZZ_RUNS    20000u
#define FUZZ_SECONDS 10
#define FUZZ_MAX     (64u << 10) /* of one input */
#define FUZZ_SEEDS   256

struct fuzz_seed {
	uint8_t *data;
	size_t size;
};

struct fuzz {
	struct fuzz_seed seeds[FUZZ_SEEDS];
	unsigned int n_seeds;
	uint64_t random;
};

static inline uint32_t fuzz_random(struct fuzz *f, uint32_t below)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 7;
	f->random ^= f->random << 17;
	return below ? (uint32_t)(f->random >> 20) % below : 0;
}

static inline void fuzz_load(struct fuzz *f, const char *path)
{
	struct fuzz_seed *s = &f->seeds[f->n_seeds];
	FILE *in = fopen(path, "r");

	if (!in)
		return;
	s->data = malloc(FUZZ_MAX);
	s->size = s->data ? fread(s->data, 1, FUZZ_MAX, in) : 0;
	fclose(in);
	if (s->data)
		f->n_seeds++;
}

static inline void fuzz_load_folder(struct fuzz *f, const char *folder)
{
	struct dirent **names;
	int i, n = scandir(folder, &names, NULL, alphasort);
	char path[1024];

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && f->n_seeds < FUZZ_SEEDS)
			fuzz_load(f, path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* One change; the new size. */
static inline size_t fuzz_change(struct fuzz *f, uint8_t *p, size_t size)
{
	static const uint32_t values[] = { 0,	       1,	   4,	       8,	  127,
					   255,	       1024,	   4096,       65535,	  65536,
					   0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
	uint32_t at = fuzz_random(f, (uint32_t)size), n, v;

	if (size == 0)
		return size;
	switch (fuzz_random(f, 8)) {
	case 0: /* cut */
		return at;
	case 1: /* a piece is taken out */
		n = fuzz_random(f, (uint32_t)(size - at)) % 64;
		memmove(p + at, p + at + n, size - at - n);
		return size - n;
	case 2: /* a piece is doubled */
		n = fuzz_random(f, (uint32_t)(size - at)) % 64;
		if (size + n > FUZZ_MAX)
			return size;
		memmove(p + at + n, p + at, size - at);
		return size + n;
	case 3: /* an interesting number, of one to four bytes */
		v = values[fuzz_random(f, sizeof(values) / sizeof(values[0]))];
		n = 1u << fuzz_random(f, 3);
		if (at + n <= size)
			memcpy(p + at, &v, n);
		return size;
	case 4: /* a number a little larger or smaller */
		p[at] = (uint8_t)(p[at] + fuzz_random(f, 9) - 4);
		return size;
	case 5:
		p[at] = (uint8_t)fuzz_random(f, 256);
		return size;
	default:
		p[at] ^= (uint8_t)(1u << fuzz_random(f, 8));
		return size;
	}
}

static inline void fuzz_run(const uint8_t *data, size_t size)
{
	const char *keep = getenv("FUZZ_KEEP");
	uint8_t *exact; /* so that the sanitizer sees one byte too many */
	FILE *out;

	if (keep && (out = fopen(keep, "w"))) {
		fwrite(data, 1, size, out);
		fclose(out);
	}
	exact = malloc(size ? size : 1);
	if (!exact)
		return;
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static inline int fuzz_main(const char *name, int argc, char **argv)
{
	static struct fuzz f;
	static uint8_t buf[FUZZ_MAX];
	unsigned long runs = argc > 2 ? strtoul(argv[2], NULL, 0) : FUZZ_RUNS, n;
	time_t end = time(NULL) + (argc > 2 ? 1000000 : FUZZ_SECONDS);
	unsigned int i;

	f.random = argc > 3 ? strtoull(argv[3], NULL, 0) : 1;
	f.random = f.random * 0x9E3779B97F4A7C15ull + 1;
	fuzz_load_folder(&f, argc > 1 ? argv[1] : ".");
	if (f.n_seeds == 0) {
		printf("not ok - %s: no seeds\n", name);
		return 1;
	}
	for (i = 0; i < f.n_seeds; i++)
		fuzz_run(f.seeds[i].data, f.seeds[i].size);
	for (n = 0; n < runs && time(NULL) < end; n++) {
		const struct fuzz_seed *s = &f.seeds[fuzz_random(&f, f.n_seeds)];
		size_t size = s->size;

		memcpy(buf, s->data, size);
		for (i = 1u << fuzz_random(&f, 5); i; i--)
			size = fuzz_change(&f, buf, size);
		fuzz_run(buf, size);
	}
	for (i = 0; i < f.n_seeds; i++)
		free(f.seeds[i].data);
	printf("ok - %s: %lu runs\n", name, n + f.n_seeds);
	return 0;
}

#ifdef FUZZ_LIBFUZZER
#define FUZZ_MAIN(name)
#else
#define FUZZ_MAIN(name)                             \
	int main(int argc, char **argv)             \
	{                                           \
		return fuzz_main(name, argc, argv); \
	}
#endif

#define FUZZ(name, fn)                                               \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) \
	{                                                            \
		return fn(data, size);                               \
	}                                                            \
	FUZZ_MAIN(name)

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The matrix's memory of every kind: what is there of it is known here, not asked of the kernel. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "calls.h"
#include "matrix.h"

#define PAGE MATRIX_PAGE

/*
 * A window: four pages, a hole, a page, one without rights, a page, a hole. Each object has its
 * own, so that what one call leaves does not lie in the way of another object.
 */
static const char layout[] = "rrrr-r!r-";
#define WINDOW (sizeof(layout) - 1)
#define HOLE   MATRIX_HOLE
#define CLOSED 6
static char *windows;

/* Pages of a file that nobody has touched; a touch brings in 16 of them. */
#define FRESH_STEP (16 * PAGE)
#define FRESH_MAX  512
static char *fresh;
static unsigned int fresh_used;
static int fresh_file;

char *matrix_window(unsigned int w)
{
	return windows + w * WINDOW * PAGE;
}

static bool page_there(const struct matrix_call *c, unsigned long p)
{
	unsigned long off = p - (unsigned long)windows;

	if (off < MATRIX_NODES * WINDOW * PAGE)
		return layout[off / PAGE % WINDOW] == 'r';
	return c->fresh_is_there && p - (unsigned long)fresh < FRESH_MAX * FRESH_STEP;
}

bool there(const struct matrix_call *c, unsigned long p, size_t len)
{
	unsigned long end = p + len, at;

	if (!len)
		return true;
	if (end < p)
		return false;
	for (at = p & -PAGE; at < end; at += PAGE)
		if (!page_there(c, at))
			return false;
	return true;
}

bool fetch(const struct matrix_call *c, void *to, unsigned long p, size_t len)
{
	if (!there(c, p, len))
		return false;
	memcpy(to, (void *)p, len);
	return true;
}

size_t fetch_text(const struct matrix_call *c, unsigned char *to, unsigned long p, size_t max)
{
	size_t n;

	for (n = 0; n < max; n++) {
		if (!fetch(c, to + n, p + n, 1))
			return 0;
		if (!to[n])
			return n + 1;
	}
	to[max - 1] = 0;
	return max;
}

void put_at(unsigned long addr, const void *bytes, size_t size)
{
	const struct matrix_call now = { .fresh_is_there = false };
	size_t i;

	for (i = 0; i < size; i++)
		if (there(&now, addr + i, 1))
			((char *)addr)[i] = bytes ? ((const char *)bytes)[i] : 0x55;
}

unsigned long good_spot(unsigned int w)
{
	return (unsigned long)matrix_window(w) + (HOLE + 1) * PAGE + 100;
}

unsigned long edge_spot(unsigned int w, size_t size)
{
	return (unsigned long)matrix_window(w) + HOLE * PAGE - size;
}

/* Every kind but the fresh page, which needs its content in the file. */
bool spot_of(unsigned int kind, unsigned int w, size_t size, struct spot *s)
{
	unsigned long base = (unsigned long)matrix_window(w);
	const struct spot spots[] = {
		{ good_spot(w), "good" },
		{ base + HOLE * PAGE - size, "ends at a hole" },
		{ base + HOLE * PAGE - size + 1, "one byte in a hole" },
		{ base + HOLE * PAGE - 1, "one byte before a hole" },
		{ base + CLOSED * PAGE - size, "ends at a page without rights" },
		{ base + CLOSED * PAGE - size / 2, "half in a page without rights" },
		{ base + HOLE * PAGE + 100, "in a hole" },
		{ base + CLOSED * PAGE + 100, "in a page without rights" },
		{ 0, "NULL" },
		{ 1, "1" },
		{ 0xffff888000000000, "the kernel's map of memory" },
		{ 0xffffc90000000000, "the kernel's vmalloc area" },
		{ 0xffffffff81000000, "the kernel's text" },
		{ 0xffffffffff600000, "vsyscall" },
		{ 0x0000800000000000, "not canonical" },
		{ 0x8000000000000000, "not canonical, negative" },
		{ 0x00007fffffffe000, "the last page of user memory" },
		{ 0x00007ffffffff000 - size / 2, "over the end of user memory" },
		{ -size, "ends at the end" },
		{ -1ul, "wraps" },
	};

	if (kind >= sizeof(spots) / sizeof(*spots))
		return false;
	*s = spots[kind];
	return true;
}

/* An object in a page that is in a file and in nobody's memory. */
unsigned long fresh_spot(const void *bytes, size_t size)
{
	unsigned long off = fresh_used++ * FRESH_STEP;

	need(fresh_used < FRESH_MAX, "fresh pages");
	if (bytes)
		need(pwrite(fresh_file, bytes, size, off) == (ssize_t)size, "pwrite");
	return (unsigned long)fresh + off;
}

void make_memory(void)
{
	size_t i, w;

	windows = mmap(NULL, MATRIX_NODES * WINDOW * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	need(windows != MAP_FAILED, "memory");
	fresh_file = open("fresh", O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(fresh_file >= 0 && !ftruncate(fresh_file, FRESH_MAX * FRESH_STEP), "a file");
	fresh = mmap(NULL, FRESH_MAX * FRESH_STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE, fresh_file,
		     0);
	need(fresh != MAP_FAILED, "a file in memory");
	/* last, so that nothing is mapped into the holes */
	for (w = 0; w < MATRIX_NODES; w++) {
		for (i = 0; i < WINDOW; i++) {
			char *p = matrix_window(w) + i * PAGE;

			if (layout[i] == 'r') {
				need(!mprotect(p, PAGE, PROT_READ | PROT_WRITE), "mprotect");
				memset(p, 0x55, PAGE);
			} else if (layout[i] == '-') {
				need(!munmap(p, PAGE), "munmap");
			}
		}
	}
}

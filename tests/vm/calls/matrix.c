/* SPDX-License-Identifier: BSD-2-Clause */
/* The matrix of hostile arguments: memory of every kind, and the events that must come of it. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "calls.h"
#include "matrix.h"
#include "net.h"
#include "scap_event.h"

#define PAGE	 4096ul
#define TEXT_MAX 4096

int matrix_fds[FD_COUNT];
struct sockaddr_in matrix_sender, matrix_receiver;

/* ---- memory ---- */

/*
 * A window: four pages, a hole, a page, one without rights, a page, a hole. Each argument has its
 * own, so that what one call leaves does not lie in the way of another argument.
 */
static const char layout[] = "rrrr-r!r-";
#define WINDOW (sizeof(layout) - 1)
#define HOLE   4
#define CLOSED 6
static char *windows;

/* Pages of a file that nobody has touched; a touch brings in 16 of them. */
#define FRESH_STEP (16 * PAGE)
#define FRESH_MAX  256
static char *fresh;
static unsigned int fresh_used;
static int fresh_file;

static char *window(unsigned int w)
{
	return windows + w * WINDOW * PAGE;
}

static bool page_there(const struct matrix_call *c, unsigned long p)
{
	unsigned long off = p - (unsigned long)windows;

	if (off < MATRIX_ARGS * WINDOW * PAGE)
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

size_t fetch_text(const struct matrix_call *c, unsigned char *to, unsigned long p)
{
	size_t n;

	for (n = 0; n < TEXT_MAX; n++) {
		if (!fetch(c, to + n, p + n, 1))
			return 0;
		if (!to[n])
			return n + 1;
	}
	to[TEXT_MAX - 1] = 0;
	return TEXT_MAX;
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
	return (unsigned long)window(w) + (HOLE + 1) * PAGE + 100;
}

unsigned long edge_spot(unsigned int w, size_t size)
{
	return (unsigned long)window(w) + HOLE * PAGE - size;
}

/* Every kind but the fresh page, which needs its content in the file. */
bool spot_of(unsigned int kind, unsigned int w, size_t size, struct spot *s)
{
	unsigned long base = (unsigned long)window(w);
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
static unsigned long fresh_spot(const void *bytes, size_t size)
{
	unsigned long off = fresh_used++ * FRESH_STEP;

	need(fresh_used < FRESH_MAX, "fresh pages");
	if (bytes)
		need(pwrite(fresh_file, bytes, size, off) == (ssize_t)size, "pwrite");
	return (unsigned long)fresh + off;
}

static void make_memory(void)
{
	size_t i, w;

	windows = mmap(NULL, MATRIX_ARGS * WINDOW * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	need(windows != MAP_FAILED, "memory");
	fresh_file = open("fresh", O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(fresh_file >= 0 && !ftruncate(fresh_file, FRESH_MAX * FRESH_STEP), "a file");
	fresh = mmap(NULL, FRESH_MAX * FRESH_STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE, fresh_file,
		     0);
	need(fresh != MAP_FAILED, "a file in memory");
	/* last, so that nothing is mapped into the holes */
	for (w = 0; w < MATRIX_ARGS; w++) {
		for (i = 0; i < WINDOW; i++) {
			char *p = window(w) + i * PAGE;

			if (layout[i] == 'r') {
				need(!mprotect(p, PAGE, PROT_READ | PROT_WRITE), "mprotect");
				memset(p, 0x55, PAGE);
			} else if (layout[i] == '-') {
				need(!munmap(p, PAGE), "munmap");
			}
		}
	}
}

/* ---- one parameter ---- */

static size_t put_int(unsigned char *out, uint64_t v, unsigned int width)
{
	memcpy(out, &v, width);
	return width;
}

static int64_t sign_extended(uint64_t v, unsigned int width)
{
	return width == 8 ? (int64_t)v : (int64_t)(v << (64 - 8 * width)) >> (64 - 8 * width);
}

static size_t field(const struct matrix_call *c, const struct matrix_param *p, unsigned char *out)
{
	unsigned long at = c->arg[p->arg];
	uint64_t v = 0;

	if (p->kind == PARAM_LEFT && c->ret < 0)
		return put_int(out, p->failed, p->width);
	if (!there(c, at, p->in.size))
		return put_int(out, p->value, p->width);
	memcpy(&v, (void *)(at + p->in.off), p->in.width);
	return put_int(out, sign_extended(v, p->in.width), p->width);
}

static size_t data(const struct matrix_call *c, unsigned long p, size_t len, size_t max,
		   unsigned char *out)
{
	if (len > max)
		len = max;
	return fetch(c, out, p, len) ? len : 0;
}

/* What parameter @p of the event of @c is; its length. */
static size_t value_of(const struct matrix_call *c, const struct matrix_param *p,
		       unsigned char *out)
{
	unsigned long a = c->arg[p->arg];
	size_t done = c->ret > 0 ? c->ret : 0;

	switch (p->kind) {
	case PARAM_RES:
		return put_int(out, c->ret, 8);
	case PARAM_CONST:
		return put_int(out, p->value, p->width);
	case PARAM_ARG:
		return put_int(out, a, p->width);
	case PARAM_INT:
		return put_int(out, (int64_t)(int32_t)a, 8);
	case PARAM_TEXT:
		return fetch_text(c, out, a);
	case PARAM_SENT:
		return data(c, a, done ? done : (size_t)c->arg[p->len], SNAPLEN, out);
	case PARAM_GOT:
		return data(c, a, done, SNAPLEN, out);
	case PARAM_BYTES:
		return data(c, a, c->arg[p->len], SCAP_MAX_PARAM_LEN, out);
	case PARAM_FIELD:
	case PARAM_LEFT:
		return field(c, p, out);
	case PARAM_FN:
		return p->fn(c, out);
	default:
		return put_int(out, 0, p->width);
	}
}

/* The event of @c: what is in fresh pages may be there or not. */
static void expect(struct matrix_call *c, int type, const struct matrix_param *p)
{
	static unsigned char a[SCAP_MAX_PARAM_LEN + 1], b[SCAP_MAX_PARAM_LEN + 1];

	want(type);
	for (; p->kind != PARAM_END; p++) {
		size_t n, m;

		if (p->kind == PARAM_SKIP) {
			w_skip();
			continue;
		}
		if (p->kind == PARAM_ANY || (p->kind == PARAM_IF_OK && c->ret >= 0)) {
			w_any(p->width);
			continue;
		}
		c->fresh_is_there = false;
		n = value_of(c, p, a);
		c->fresh_is_there = true;
		m = value_of(c, p, b);
		if (n == m && !memcmp(a, b, n))
			w_bytes(a, n);
		else
			w_or(b, m, a, n);
	}
}

/* ---- one row ---- */

static void make(const struct matrix_row *row, const long *arg)
{
	struct matrix_call c = { .ret = 0 };

	memcpy(c.arg, arg, sizeof(c.arg));
	if (row->enter)
		expect(&c, row->enter, row->at_enter);
	c.ret = raw(row->nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	expect(&c, row->exit, row->param);
}

static bool is_pointer(const struct matrix_arg *a)
{
	return a->kind == ARG_TEXT || a->kind == ARG_MEM;
}

/* All arguments as they should be. */
static void set_good(const struct matrix_row *row, long *arg)
{
	unsigned int i;

	for (i = 0; i < MATRIX_ARGS; i++) {
		const struct matrix_arg *a = &row->arg[i];

		arg[i] = a->kind == ARG_FD ? matrix_fds[a->value] : a->value;
		if (a->kind == ARG_LEN)
			arg[i] = row->arg[a->value].size;
		if (is_pointer(a)) {
			arg[i] = good_spot(i);
			put_at(arg[i], a->bytes, a->size);
		}
	}
}

/* Argument @i as each kind of pointer. */
static void vary_pointer(const struct matrix_row *row, unsigned int i, unsigned long fresh_addr)
{
	const struct matrix_arg *a = &row->arg[i];
	long arg[MATRIX_ARGS];
	struct spot s;
	unsigned int k;

	for (k = 0; spot_of(k, i, a->size, &s); k++) {
		set_good(row, arg);
		arg[i] = s.addr;
		put_at(s.addr, a->bytes, a->size);
		make(row, arg);
	}
	set_good(row, arg);
	arg[i] = fresh_addr;
	make(row, arg);
}

/* Strings without end: up to a hole, and longer than any path. */
static void vary_text(const struct matrix_row *row, unsigned int i)
{
	long arg[MATRIX_ARGS];

	set_good(row, arg);
	memset(window(i), 'e', HOLE * PAGE);
	arg[i] = (long)window(i) + HOLE * PAGE - 2000;
	make(row, arg);
	arg[i] = (long)window(i) + HOLE * PAGE - TEXT_MAX + 1;
	make(row, arg);
	arg[i] = (long)window(i) + HOLE * PAGE - TEXT_MAX;
	make(row, arg);
	arg[i] = (long)window(i);
	make(row, arg);
	window(i)[TEXT_MAX - 1] = 0;
	make(row, arg);
}

/* The length of argument @of, in argument @i. */
static void vary_length(const struct matrix_row *row, unsigned int i, unsigned int of)
{
	const struct matrix_arg *a = &row->arg[of];
	const long lengths[] = {
		0,
		1,
		a->size - 1,
		a->size + 1,
		4096,
		65000,
		65001,
		65536,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		-1,
		-4096,
		0x7fffffffffffffff,
		(long)0x8000000000000000,
	};
	long arg[MATRIX_ARGS];
	size_t k;

	for (k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
		set_good(row, arg);
		arg[of] = edge_spot(of, a->size);
		put_at(arg[of], a->bytes, a->size);
		arg[i] = lengths[k];
		make(row, arg);
	}
	/* the middle page is missing; then four pages that are there */
	set_good(row, arg);
	arg[of] = (long)window(of) + (HOLE - 1) * PAGE;
	arg[i] = 3 * PAGE;
	put_at(arg[of], a->bytes, a->size);
	make(row, arg);
	arg[of] = (long)window(of);
	arg[i] = HOLE * PAGE;
	put_at(arg[of], a->bytes, a->size);
	make(row, arg);
}

static void run_row(const struct matrix_row *row)
{
	unsigned long fresh_addr[MATRIX_ARGS] = { 0 };
	char name[100];
	unsigned int i;
	int last;

	for (i = 0; i < MATRIX_ARGS; i++)
		if (is_pointer(&row->arg[i]))
			fresh_addr[i] = fresh_spot(row->arg[i].bytes, row->arg[i].size);
	last = dup(0);
	snprintf(name, sizeof(name), "hostile arguments of %s", row->name);
	begin(name);
	for (i = 0; i < MATRIX_ARGS; i++) {
		const struct matrix_arg *a = &row->arg[i];

		if (is_pointer(a))
			vary_pointer(row, i, fresh_addr[i]);
		if (a->kind == ARG_TEXT)
			vary_text(row, i);
		if (a->kind == ARG_LEN)
			vary_length(row, i, a->value);
	}
	end();
	syscall(SYS_close_range, last, 5000, 0);
}

/* ---- all of them ---- */

static int bound_udp(struct sockaddr_in *name)
{
	struct sockaddr_storage a;
	socklen_t len = loopback(AF_INET, &a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	need(fd >= 0 && !bind(fd, (void *)&a, len), "a socket");
	name_of(fd, &a);
	memcpy(name, &a, sizeof(*name));
	return fd;
}

static void make_fds(void)
{
	struct rlimit many = { 4096, 4096 };
	struct sockaddr_storage a;
	socklen_t len = loopback(AF_INET, &a);
	static char text[10000];
	struct sockaddr_in none;
	int p[2], i;

	need(!setrlimit(RLIMIT_NOFILE, &many), "setrlimit");
	memset(text, 't', sizeof(text));
	matrix_fds[FD_DATA] = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(write(matrix_fds[FD_DATA], text, sizeof(text)) == sizeof(text), "a file");
	close(open("made", O_RDWR | O_CREAT, 0600));
	matrix_fds[FD_UDP] = bound_udp(&matrix_sender);
	matrix_fds[FD_RECEIVER] = bound_udp(&matrix_receiver);
	matrix_fds[FD_FREE] = bound_udp(&none);
	matrix_fds[FD_LISTEN] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	need(!bind(matrix_fds[FD_LISTEN], (void *)&a, len) && !listen(matrix_fds[FD_LISTEN], 5),
	     "a listening socket");
	matrix_fds[FD_ZERO] = open("/dev/zero", O_RDWR);
	need(!pipe2(p, O_NONBLOCK), "a pipe");
	matrix_fds[FD_PIPE] = p[0];
	for (i = 0; i < 150; i++)
		need(sendto(matrix_fds[FD_UDP], text, 100, 0, (void *)&matrix_receiver,
			    sizeof(matrix_receiver)) == 100,
		     "messages that wait");
}

static void simple(void)
{
	size_t i;

	make_memory();
	make_fds();
	for (i = 0; i < matrix_rows_count; i++)
		run_row(&matrix_rows[i]);
	for (i = 0; i < matrix_socket_rows_count; i++)
		run_row(&matrix_socket_rows[i]);
}

void matrix(void)
{
	in_child(simple);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The matrix of hostile arguments: the calls, and the events that must come of them. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "calls.h"
#include "matrix.h"
#include "net.h"
#include "scap_event.h"

#define PAGE	 MATRIX_PAGE
#define HOLE	 MATRIX_HOLE
#define TEXT_MAX 4096

int matrix_fds[FD_COUNT];
struct sockaddr_in matrix_sender, matrix_receiver;

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
		return fetch_text(c, out, a, TEXT_MAX);
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
	if (schema() < row->since) {
		want(SCAP_EVT_GENERIC_X), w16(row->code), w16(row->nr);
		return;
	}
	do {
		expect(&c, row->exit, row->param);
	} while (row->event_each && ++c.index < c.ret);
}

static bool is_pointer(const struct matrix_arg *a)
{
	return a->kind == ARG_TEXT || a->kind == ARG_MEM;
}

/*
 * The arguments of the row and what lies in the memory that they point to, in which there are
 * pointers and lengths again. Arguments come first; what has one number stands in one window.
 */
static struct node {
	const struct matrix_arg *a;
	unsigned int parent;   /* of arguments: none */
	unsigned int siblings; /* the first of its like */
	unsigned long fresh;   /* a place in a page that is not there yet */
} nodes[MATRIX_NODES];
static unsigned int nnodes;

static void list_nodes(const struct matrix_row *row)
{
	unsigned int i, k;

	for (i = 0; i < MATRIX_ARGS; i++)
		nodes[i] = (struct node){ .a = &row->arg[i] };
	nnodes = MATRIX_ARGS;
	for (i = 0; i < nnodes; i++) {
		const struct matrix_arg *a = nodes[i].a;
		unsigned int first = nnodes;

		need(first + a->ninner <= MATRIX_NODES, "room for nodes");
		for (k = 0; k < a->ninner; k++)
			nodes[nnodes++] = (struct node){ &a->inner[k], i, first, 0 };
	}
}

/* Up to two nodes that are not as they should be. */
struct change {
	unsigned int node;
	long value;
};

static long value_of_node(unsigned int i, const struct change *change, unsigned int nchanges)
{
	const struct matrix_arg *a = nodes[i].a;
	unsigned int k;

	for (k = 0; k < nchanges; k++)
		if (change[k].node == i)
			return change[k].value;
	if (is_pointer(a))
		return good_spot(i);
	if (a->kind == ARG_LEN)
		return (a->size ? a->size : nodes[nodes[i].siblings + a->value].a->size) /
		       (a->unit ? a->unit : 1);
	return a->kind == ARG_FD ? matrix_fds[a->value] : a->value;
}

/* All arguments and what they point to as they should be, but for the changes. */
static void settle(long *arg, const struct change *change, unsigned int nchanges)
{
	long value[MATRIX_NODES];
	unsigned int i;

	for (i = 0; i < nnodes; i++) {
		const struct matrix_arg *a = nodes[i].a;

		value[i] = value_of_node(i, change, nchanges);
		if (is_pointer(a))
			put_at(value[i], a->bytes, a->size);
		if (i >= MATRIX_ARGS)
			put_at(value[nodes[i].parent] + a->off, &value[i], a->width);
	}
	memcpy(arg, value, MATRIX_ARGS * sizeof(*arg));
}

static void make_with(const struct matrix_row *row, const struct change *change, unsigned int n)
{
	long arg[MATRIX_ARGS];

	settle(arg, change, n);
	make(row, arg);
}

/* Node @i as each kind of pointer. */
static void vary_pointer(const struct matrix_row *row, unsigned int i)
{
	struct change change = { i, 0 };
	struct spot s;
	unsigned int k;

	for (k = 0; spot_of(k, i, nodes[i].a->size, &s); k++) {
		change.value = s.addr;
		make_with(row, &change, 1);
	}
	change.value = nodes[i].fresh;
	make_with(row, &change, 1);
}

/* Strings without end: up to a hole, and longer than any path. */
static void vary_text(const struct matrix_row *row, unsigned int i)
{
	char *w = matrix_window(i), *hole = w + HOLE * PAGE;
	char *const starts[] = { hole - 2000, hole - TEXT_MAX + 1, hole - TEXT_MAX, w };
	struct change change = { i, 0 };
	long arg[MATRIX_ARGS];
	unsigned int k;

	for (k = 0; k < sizeof(starts) / sizeof(*starts); k++) {
		change.value = (long)starts[k];
		settle(arg, &change, 1);
		memset(w, 'e', HOLE * PAGE);
		make(row, arg);
	}
	w[TEXT_MAX - 1] = 0;
	make(row, arg);
}

/* The length in node @i. One with a size of its own counts no memory that is beside it. */
static void vary_length(const struct matrix_row *row, unsigned int i)
{
	const struct matrix_arg *a = nodes[i].a;
	unsigned int of = nodes[i].siblings + a->value;
	const struct matrix_arg *object = a->size ? a : nodes[of].a;
	const long unit = a->unit ? a->unit : 1, size = object->size / unit;
	const long lengths[] = {
		0,
		1,
		size - 1,
		size + 1,
		1024,
		1025,
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
	struct change change[2] = { { i, 0 }, { of, edge_spot(of, object->size) } };
	size_t k;

	for (k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
		change[0].value = lengths[k];
		make_with(row, change, a->size ? 1 : 2);
	}
	if (a->size)
		return;
	/* the middle page is missing; then four pages that are there */
	change[1].value = (long)matrix_window(of) + (HOLE - 1) * PAGE;
	change[0].value = 3 * PAGE / unit;
	make_with(row, change, 2);
	change[1].value = (long)matrix_window(of);
	change[0].value = HOLE * PAGE / unit;
	make_with(row, change, 2);
}

static void run_row(const struct matrix_row *row)
{
	long arg[MATRIX_ARGS];
	char name[100];
	unsigned int i;
	int last;

	list_nodes(row);
	settle(arg, NULL, 0);
	for (i = 0; i < nnodes; i++)
		if (is_pointer(nodes[i].a))
			nodes[i].fresh = fresh_spot(nodes[i].a->bytes ? (void *)good_spot(i) : NULL,
						    nodes[i].a->size);
	last = dup(0);
	snprintf(name, sizeof(name), "hostile arguments of %s", row->name);
	begin(name);
	for (i = 0; i < nnodes; i++) {
		if (is_pointer(nodes[i].a))
			vary_pointer(row, i);
		if (nodes[i].a->kind == ARG_TEXT)
			vary_text(row, i);
		if (nodes[i].a->kind == ARG_LEN)
			vary_length(row, i);
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
	int p[2], i, on = 1;

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
	matrix_fds[FD_SELF] = getpid();
	/* control data for who asks */
	need(!setsockopt(matrix_fds[FD_RECEIVER], SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)),
	     "SO_TIMESTAMP");
	for (i = 0; i < 150; i++)
		need(sendto(matrix_fds[FD_UDP], text, 100, 0, (void *)&matrix_receiver,
			    sizeof(matrix_receiver)) == 100,
		     "messages that wait");
}

static void run_rows(const struct matrix_row *row, size_t count)
{
	while (count--)
		run_row(row++);
}

static void all_rows(void)
{
	make_memory();
	make_fds();
	run_rows(matrix_rows, matrix_rows_count);
	run_rows(matrix_message_rows, matrix_message_rows_count);
	run_rows(matrix_list_rows, matrix_list_rows_count);
	run_rows(matrix_socket_rows, matrix_socket_rows_count);
}

void matrix(void)
{
	in_child(all_rows);
}

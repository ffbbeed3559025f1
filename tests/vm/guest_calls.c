/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest: makes known system calls while the driver records, and compares every
 * parameter of every event with what is known from elsewhere (calls/). Then makes hostile ones and
 * looks at the form of what comes out. Prints "ok - name" or "not ok - name: why" per case.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "calls/calls.h"
#include "coverage.h"
#include "event_table.h"
#include "ring.h"

/* As the module reports it. */
static unsigned int reported;

unsigned int schema(void)
{
	return reported;
}

/* ---- what is expected: written by the children, read by the parent ---- */

#define MAX_CASES  1000
#define MAX_EVENTS 30000
#define MAX_PARAMS 150000
#define MAX_BYTES  (32 << 20)
#define MAX_VARS   64
#define MARK	   1000000 /* descriptors from here on exist in no test */

enum { W_EXACT, W_ANY, W_NEAR, W_PTR, W_UNIX, W_OR, W_VERSION, W_SKIP };

struct w_param {
	int kind;
	unsigned int off, len;
	unsigned int off2, len2; /* of the other value */
};
struct w_event {
	int type;
	unsigned int first, n;
};
struct w_case {
	char name[100];
	uint64_t tid;
	unsigned int first, n;
	bool ended, both;
};
static struct arena {
	unsigned int ncases, nevents, nparams, nbytes, nvars;
	int failed;
	struct w_case cases[MAX_CASES];
	struct w_event events[MAX_EVENTS];
	struct w_param params[MAX_PARAMS];
	unsigned char bytes[MAX_BYTES];
} * arena;

long raw(long nr, long a, long b, long c, long d, long e, long f)
{
	long ret = syscall(nr, a, b, c, d, e, f);

	return ret == -1 ? -errno : ret;
}

void count_failure(void)
{
	arena->failed++;
}

void need(int ok, const char *what)
{
	if (ok)
		return;
	printf("not ok - the test itself needs: %s (%s)\n", what, strerror(errno));
	fflush(stdout);
	arena->failed++;
	_exit(3);
}

static bool running; /* a case has begun and not ended */

void begin(const char *name)
{
	struct w_case *c = &arena->cases[arena->ncases];

	need(arena->ncases < MAX_CASES, "room for cases");
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->tid = gettid();
	c->first = arena->nevents;
	running = true;
	close(MARK + 2 * arena->ncases);
}

void end(void)
{
	close(MARK + 2 * arena->ncases + 1);
	arena->cases[arena->ncases++].ended = true;
	running = false;
}

long end_elsewhere(void)
{
	arena->cases[arena->ncases++].ended = true;
	running = false;
	return MARK + 2 * (arena->ncases - 1) + 1;
}

void want(int type)
{
	struct w_case *c = &arena->cases[arena->ncases - !running];

	need(arena->nevents < MAX_EVENTS, "room for events");
	arena->events[arena->nevents].type = type;
	arena->events[arena->nevents].first = arena->nparams;
	arena->events[arena->nevents].n = 0;
	arena->nevents++;
	c->n++;
}

static struct w_param *w_add(int kind, const void *p, size_t len)
{
	struct w_param *w = &arena->params[arena->nparams++];

	need(arena->nparams < MAX_PARAMS && arena->nbytes + len < MAX_BYTES, "room for params");
	w->kind = kind;
	w->off = arena->nbytes;
	w->len = len;
	if (p)
		memcpy(arena->bytes + w->off, p, len);
	if (kind != W_ANY)
		arena->nbytes += len;
	arena->events[arena->nevents - 1].n++;
	return w;
}

static void w_two(int kind, const void *p, size_t len, const void *q, size_t len2)
{
	struct w_param *w = w_add(kind, p, len);

	need(arena->nbytes + len2 < MAX_BYTES, "room for bytes");
	w->off2 = arena->nbytes;
	w->len2 = len2;
	memcpy(arena->bytes + w->off2, q, len2);
	arena->nbytes += len2;
}

void w8(uint64_t v)
{
	w_add(W_EXACT, &v, 1);
}

void w16(uint64_t v)
{
	w_add(W_EXACT, &v, 2);
}

void w32(uint64_t v)
{
	w_add(W_EXACT, &v, 4);
}

void w64(uint64_t v)
{
	w_add(W_EXACT, &v, 8);
}

void w_str(const char *s)
{
	w_add(W_EXACT, s, strlen(s) + 1);
}

void w_bytes(const void *p, size_t len)
{
	w_add(W_EXACT, p, len);
}

void w_empty(void)
{
	w_add(W_EXACT, "", 0);
}

void w_any(size_t len)
{
	w_add(W_ANY, NULL, len);
}

void w_near32(uint32_t v, uint32_t distance)
{
	uint32_t b[2] = { v, distance };

	w_add(W_NEAR, b, sizeof(b));
}

void w_or(const void *p, size_t len, const void *q, size_t len2)
{
	w_two(W_OR, p, len, q, len2);
}

void w_version(version_of *f, const void *known, size_t len)
{
	w_two(W_VERSION, known, len, &f, sizeof(f));
}

void w_skip(void)
{
	w_add(W_SKIP, NULL, 0);
}

int new_var(void)
{
	need(arena->nvars < MAX_VARS, "room for variables");
	return arena->nvars++;
}

void w_ptr(int var)
{
	uint64_t v = var;

	w_add(W_PTR, &v, 8);
}

void w_unix(int a, int b, const char *path)
{
	unsigned char bytes[17 + 200] = { 1, a, [9] = b };

	need(strlen(path) < 200, "a short path");
	strcpy((char *)bytes + 17, path);
	w_add(W_UNIX, bytes, 18 + strlen(path));
}

void w_dyn(uint8_t index, const void *p, size_t len)
{
	unsigned char b[1 + 4096] = { index };

	need(len <= 4096, "a short dynamic value");
	memcpy(b + 1, p, len);
	w_add(W_EXACT, b, 1 + len);
}

void want_both_versions(void)
{
	arena->cases[arena->ncases - 1].both = true;
}

bool in_child(void (*f)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	need(pid >= 0, "fork");
	if (!pid) {
		/* what is not there cannot be recorded: that is a case of its own */
		need(!mlockall(MCL_CURRENT), "mlockall");
		f();
		fflush(stdout);
		_exit(0);
	}
	need(waitpid(pid, &status, 0) == pid, "waitpid");
	if (status) {
		printf("not ok - a child comes to its end: status %#x\n", status);
		arena->failed++;
	}
	return status == 0;
}

/* ---- comparing ---- */

/* The events of the children, copied out of the rings in their order of time within a CPU. */
static struct copy {
	unsigned char *bytes;
	size_t len, room;
} seen;
static unsigned long malformed;

/* Whether a record is one that a reader can take apart; every record of the run is looked at. */
static const char *bad_form(const struct scap_event_hdr *h)
{
	if (!ring_event_ok(h) || !table[h->type].name)
		return "lengths";
	return h->nparams == table_params(h->type, reported) ? NULL : "number of parameters";
}

static void take(const struct scap_event_hdr *h, bool keep)
{
	const char *bad = bad_form(h);

	if (bad && malformed++ < 10)
		printf("not ok - every record is well formed: type %u, %u parameters, length %u: "
		       "%s\n",
		       h->type, h->nparams, h->len, bad);
	if (!keep)
		return;
	if (!bad)
		coverage_event(h);
	if (seen.len + h->len > seen.room) {
		seen.room = 2 * seen.room + h->len;
		seen.bytes = realloc(seen.bytes, seen.room);
		need(seen.bytes != NULL, "memory");
	}
	memcpy(seen.bytes + seen.len, h, h->len);
	seen.len += h->len;
}

static const struct scap_event_hdr *event_at(size_t off)
{
	return off < seen.len ? (const void *)(seen.bytes + off) : NULL;
}

static void hex(char *to, size_t room, const unsigned char *p, size_t len)
{
	size_t i, at = snprintf(to, room, "%zu:", len);

	for (i = 0; i < len && i < 48 && at + 3 < room; i++)
		at += snprintf(to + at, room - at, "%02x", p[i]);
	if (i < len)
		snprintf(to + at, room - at, "..");
}

static bool marks(const struct scap_event_hdr *h, uint64_t tid, uint64_t fd)
{
	const unsigned char *p;
	unsigned int len;

	if (h->tid != tid || h->type != SCAP_EVT_SYSCALL_CLOSE_X || h->nparams != 2)
		return false;
	p = ring_param(h, 1, &len);
	return len == 8 && !memcmp(p, &fd, 8);
}

/* Moves @off behind the event that marks @fd; false if there is none. */
static bool find_mark(size_t *off, uint64_t tid, uint64_t fd)
{
	const struct scap_event_hdr *h;
	size_t o;

	for (o = *off; (h = event_at(o)); o += h->len) {
		if (marks(h, tid, fd)) {
			*off = o + h->len;
			return true;
		}
	}
	return false;
}

/* A pointer of the kernel: bound to its variable where it is seen first. */
static bool same_ptr(unsigned int var, const unsigned char *p)
{
	static uint64_t vars[MAX_VARS];
	uint64_t v;

	memcpy(&v, p, 8);
	if (!vars[var])
		vars[var] = v;
	return v >> 56 == 0xff && v == vars[var];
}

static bool is_near(const unsigned char *expected, const unsigned char *p)
{
	uint32_t v[2], got;

	memcpy(v, expected, sizeof(v));
	memcpy(&got, p, sizeof(got));
	return (got > v[0] ? got - v[0] : v[0] - got) <= v[1];
}

/* How often the case that is judged had which version, and all cases. */
static unsigned int versions[VERSIONS], all_versions[VERSIONS];

static bool is_version(const struct scap_event_hdr *h, unsigned int i, const unsigned char *known,
		       const unsigned char *f)
{
	version_of *of;
	enum version v;

	memcpy(&of, f, sizeof(of));
	v = of(h, i, known);
	versions[v]++;
	return v != VERSION_NONE;
}

static bool same(const struct w_param *w, const unsigned char *p, unsigned int len)
{
	const unsigned char *x = arena->bytes + w->off, *y = arena->bytes + w->off2;

	if (w->kind == W_NEAR)
		return len == 4 && is_near(x, p);
	if (w->kind == W_SKIP || (w->kind == W_OR && len == w->len2 && !memcmp(y, p, len)))
		return true;
	if (len != w->len)
		return false;
	switch (w->kind) {
	case W_ANY:
		return true;
	case W_PTR:
		return same_ptr(x[0], p);
	case W_UNIX:
		return x[0] == p[0] && same_ptr(x[1], p + 1) && same_ptr(x[9], p + 9) &&
		       !memcmp(x + 17, p + 17, len - 17);
	default:
		return !memcmp(x, p, len);
	}
}

static bool compare(const struct w_event *w, const struct scap_event_hdr *h, char *why, size_t room)
{
	unsigned int i, len = 0;
	char got[128], expected[128];

	if (h->type != w->type) {
		snprintf(why, room, "got event %s, expected %s", table[h->type].name,
			 table[w->type].name);
		return false;
	}
	if (h->nparams != w->n) {
		snprintf(why, room, "%s: got %u parameters, expected %u", table[w->type].name,
			 h->nparams, w->n);
		return false;
	}
	for (i = 0; i < w->n; i++) {
		const struct w_param *wp = &arena->params[w->first + i];
		const unsigned char *p = ring_param(h, i, &len);

		if (wp->kind == W_VERSION
			    ? is_version(h, i, arena->bytes + wp->off, arena->bytes + wp->off2)
			    : same(wp, p, len)) {
			if (wp->kind != W_ANY && wp->kind != W_SKIP)
				coverage_param(h, i);
			continue;
		}
		hex(got, sizeof(got), p, len);
		hex(expected, sizeof(expected), arena->bytes + wp->off,
		    wp->kind == W_ANY ? 0 : wp->len);
		snprintf(why, room, "%s parameter %u: got %s, expected %s%s", table[w->type].name,
			 i, got,
			 wp->kind == W_ANY	 ? "length "
			 : wp->kind == W_VERSION ? "versions "
						 : "",
			 expected);
		return false;
	}
	return true;
}

static void judge(const struct w_case *c, unsigned int nr, size_t *from)
{
	const struct scap_event_hdr *h;
	unsigned int n = 0;
	char why[600] = "";
	size_t off;

	memset(versions, 0, sizeof(versions));

	if (!c->ended)
		snprintf(why, sizeof(why), "the case did not come to its end");
	else if (!find_mark(from, c->tid, MARK + 2 * nr))
		snprintf(why, sizeof(why), "its start is not in the stream");
	for (off = *from; !*why; off += h->len) {
		h = event_at(off);
		if (!h) {
			snprintf(why, sizeof(why), "its end is not in the stream");
		} else if (h->tid != c->tid) {
			continue;
		} else if (marks(h, c->tid, MARK + 2 * nr + 1)) {
			if (n != c->n)
				snprintf(why, sizeof(why), "got %u events, expected %u", n, c->n);
			break;
		} else if (n == c->n) {
			snprintf(why, sizeof(why), "got one more event: %s", table[h->type].name);
		} else {
			compare(&arena->events[c->first + n], h, why, sizeof(why));
			n++;
		}
	}
	for (unsigned int v = 0; v < VERSIONS; v++)
		all_versions[v] += versions[v];
	if (!*why && c->both && (!versions[VERSION_FIRST] || !versions[VERSION_SECOND]))
		snprintf(why, sizeof(why), "not both versions were seen");
	if (*why)
		arena->failed++;
	printf("%s - %s%s%s\n", *why ? "not ok" : "ok", c->name, *why ? ": " : "", why);
}

static void judge_all(void)
{
	size_t from = 0;
	unsigned int i;

	for (i = 0; i < arena->ncases; i++)
		judge(&arena->cases[i], i, &from);
}

/* ---- the run ---- */

static struct rings rings;

int control(void)
{
	return rings.control;
}

static void drain(bool keep)
{
	unsigned int cpu;

	for (cpu = 0; cpu < rings.n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(&rings, cpu, &e))
			take(e.hdr, keep);
	}
}

/* Runs @f in a child on CPU 0, so that its events lie in one ring, and drains until it is over. */
static void record(void (*f)(void), bool keep)
{
	cpu_set_t one;
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	need(pid >= 0, "fork");
	if (!pid) {
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		if (keep)
			need(!sched_setaffinity(0, sizeof(one), &one), "sched_setaffinity");
		/* what is not there cannot be recorded: that is a case of its own */
		need(!mlockall(MCL_CURRENT), "mlockall");
		f();
		fflush(stdout);
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		drain(keep);
		usleep(1000);
	}
	drain(keep);
	if (status) {
		printf("not ok - the calls run to their end: status %#x\n", status);
		arena->failed++;
	}
}

static void all_cases(void)
{
	cases_file();
	cases_io();
	cases_socket();
	cases_message();
	cases_snap();
	cases_memory();
	cases_ipc();
	cases_security();
	cases_outcome();
	cases_quota();
	cases_generic();
	matrix();
}

static void all_ia32_cases(void)
{
	cases_ia32();
	cases_ia32_net();
	cases_ia32_process();
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	arena = mmap(NULL, sizeof(*arena), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (arena == MAP_FAILED)
		return 3;
	need(rings_open(&rings) == 0, "the devices");
	reported = reported_schema(rings.control);
	need(reported, "the schema");
	need(ioctl(rings.control, SCAP_IOCTL_SET_SNAPLEN, SNAPLEN) == 0, "SET_SNAPLEN");
	need(rings_want(&rings, -1) == 0 && rings_trace(&rings, RINGS_CALLS) == 0, "recording");

	if (argc > 1 && !strcmp(argv[1], "ia32")) {
		need(rings_trace(&rings, RINGS_CALLS | 1u << SCAP_TP_PROCESS_EXEC) == 0, "exec");
		record(all_ia32_cases, true);
		judge_all();
	} else if (argc > 1 && !strcmp(argv[1], "race")) {
		record(cases_race, true);
		judge_all();
		printf("# parameters of the first version: %u, of the second %u, of both %u\n",
		       all_versions[VERSION_FIRST], all_versions[VERSION_SECOND],
		       all_versions[VERSION_BOTH]);
	} else if (argc < 2 || strcmp(argv[1], "hostile")) {
		record(all_cases, true);
		judge_all();
	}
	if (argc > 2)
		hostile_seed = strtoull(argv[2], NULL, 0);
	if (argc < 2 || !strcmp(argv[1], "hostile"))
		record(hostile, false);
	printf("%s - every record is well formed\n", malformed ? "not ok" : "ok");
	return arena->failed || malformed;
}

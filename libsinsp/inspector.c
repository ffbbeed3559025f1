/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inspector: takes events from libscap one by one, keeps the state they describe, and hands
 * them on with their context.
 *
 * The cost of an event that changes nothing is one thread (the last one is remembered), one
 * descriptor, and two look-ups in tables by event type. What an event ends (a descriptor, a thread)
 * is taken away at the call after it, so that filters and formats still see it.
 */
#include "inspector.h"
#include "load.h"
#include "parse.h"
#include "told.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LOSS_BYTES (sizeof(struct scap_item_hdr) + sizeof(struct scap_loss))
/* An item of a latency, which each exit of an old capture has; items that tell state are longer. */
#define LATENCY_BYTES	 (sizeof(struct scap_item_hdr) + sizeof(uint64_t))
#define SECOND		 1000000000u
#define LOOKUPS_A_SECOND 500u /* of unknown threads in /proc */
#define FIRST_CGROUP_NS	 0xeffffffbu

/* ---- making and unmaking ---- */

static void fail(struct scap_error *err, int code, const char *msg)
{
	if (!err)
		return;
	err->code = code;
	snprintf(err->msg, sizeof(err->msg), "%s", msg);
}

static bool is_hidden(uint16_t type, const struct scap_event_info *info)
{
	switch (type) {
	case SCAP_EVT_SYSCALL_OPEN_E: /* known twice: state takes them, people see the exit */
	case SCAP_EVT_SYSCALL_CREAT_E:
	case SCAP_EVT_SYSCALL_OPENAT_2_E:
	case SCAP_EVT_SYSCALL_OPENAT2_E:
	case SCAP_EVT_SOCKET_CONNECT_E:
	case SCAP_EVT_SYSCALL_EXECVE_19_E: /* captures before schema 4.0 */
	case SCAP_EVT_SYSCALL_EXECVEAT_E:
		return true;
	default:
		return info->category & EC_INTERNAL;
	}
}

/* Tells of state; many of them stand at the head of a capture, before anything has happened. */
static bool is_state(uint16_t type)
{
	switch (type) {
	case SCAP_EVT_CONTAINER_JSON_E:
	case SCAP_EVT_CONTAINER_JSON_2_E:
	case SCAP_EVT_ASYNCEVENT_E:
	case SCAP_EVT_USER_ADDED_E:
	case SCAP_EVT_USER_DELETED_E:
	case SCAP_EVT_GROUP_ADDED_E:
	case SCAP_EVT_GROUP_DELETED_E:
		return true;
	default:
		return false;
	}
}

/* Changes what other threads are asked about this one, or what this one's is said of others. */
static bool is_about_kin(uint16_t type)
{
	parse_fn fn = parse_table[type].fn;

	return fn == parse_clone || fn == parse_execve || fn == parse_procexit ||
	       fn == parse_setpgid || is_state(type);
}

/* The descriptor that an event works on: its first one that is not its result. */
static int find_fd_param(uint16_t type, const struct scap_event_info *info)
{
	unsigned int i;

	if (!(info->flags & EF_USES_FD))
		return -1;
	for (i = type & 1; i < info->nparams; i++)
		if (info->params[i].type == PT_FD)
			return (int)i;
	return -1;
}

static void fill_kinds(struct sinsp *s)
{
	const struct scap_event_info *info;
	uint16_t type;

	for (type = 0; type < SCAP_EVT_MAX; type++) {
		s->fd_param[type] = -1;
		info = scap_event_info(type);
		if (!info)
			continue;
		s->fd_param[type] = (int8_t)find_fd_param(type, info);
		if (is_hidden(type, info))
			s->kind[type] |= KIND_HIDDEN;
		if (is_state(type))
			s->kind[type] |= KIND_STATE;
		if (!parse_table[type].any_thread &&
		    ((info->category & EC_SYSCALL) || type == SCAP_EVT_SIGNALDELIVER_E ||
		     type == SCAP_EVT_PAGE_FAULT_E))
			s->kind[type] |= KIND_MAKES_THREAD;
		if (info->flags & (EF_USES_FD | EF_CREATES_FD))
			s->kind[type] |= KIND_HAS_FD;
		if (is_about_kin(type))
			s->kind[type] |= KIND_KIN;
	}
}

/* /proc tells cgroups from that of our namespace on, events from the machine's. */
static bool has_own_cgroup_root(const char *host_root)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/proc/self/ns/cgroup", host_root ? host_root : "");
	return stat(path, &st) == 0 && st.st_ino != FIRST_CGROUP_NS;
}

static bool init(struct sinsp *s, const struct sinsp_options *opts)
{
	if (opts)
		s->opts = *opts;
	if (s->opts.host_root) {
		s->host_root = strdup(s->opts.host_root);
		if (!s->host_root)
			return false;
	}
	s->opts.host_root = s->host_root;
	s->pool = intern_new();
	s->kept = intern_new();
	if (!s->pool || !s->kept || !threads_init(&s->threads))
		return false;
	s->unknown_name = intern_str(s->pool, "<NA>", 4);
	s->unknown_cwd = intern_str(s->pool, "./", 2);
	containers_init(&s->containers, s->kept, s->live && !s->opts.no_containers,
			&(struct runtime_files){ .root = s->host_root ? s->host_root : "",
						 .env_values = s->opts.env_values });
	s->containers.two_roots = s->live && has_own_cgroup_root(s->host_root);
	users_init(&s->users, s->kept);
	fill_kinds(s);
	return true;
}

static struct sinsp *new_inspector(struct scap *h, const struct sinsp_options *opts,
				   const struct scap_snapshot *snap)
{
	struct sinsp *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->scap = h;
	s->at_head = true;
	s->live = h && scap_is_live(h);
	if (!init(s, opts)) {
		sinsp_close(s);
		return NULL;
	}
	if (snap)
		sinsp_load_snapshot(s, snap);
	return s;
}

struct sinsp *sinsp_open(struct scap *h, const struct sinsp_options *opts, struct scap_error *err)
{
	struct sinsp *s = new_inspector(h, opts, scap_snapshot(h));

	if (!s)
		fail(err, -ENOMEM, "out of memory");
	return s;
}

struct sinsp *sinsp_open_follower(const struct scap_snapshot *snap)
{
	return new_inspector(NULL, NULL, snap);
}

static void clear_state(struct sinsp *s)
{
	fds_drop(s->closing.fds);
	s->closing.fds = NULL;
	s->exited = 0;
	forks_clear(&s->forks);
	threads_clear(&s->threads);
	containers_clear(&s->containers);
	users_clear(&s->users);
	memset(s->exits, 0, sizeof(s->exits));
	memset(s->switched, 0, sizeof(s->switched));
}

bool sinsp_clear(struct sinsp *s)
{
	clear_state(s);
	return threads_init(&s->threads);
}

void sinsp_close(struct sinsp *s)
{
	if (!s)
		return;
	clear_state(s);
	scap_snapshot_free(s->found);
	export_free(&s->export);
	fields_added_free(s);
	intern_free(s->pool);
	intern_free(s->kept);
	sinsp_text_free(&s->json);
	free(s->record);
	free(s->listening);
	free(s->host_root);
	free(s);
}

/* ---- threads ---- */

static struct thread *new_thread(struct sinsp *s, int64_t tid, uint64_t ts)
{
	struct thread *t = sinsp_add_thread(s, tid, ts);

	if (!t)
		return NULL;
	s->kin_changes++;
	t->pub.comm = t->pub.exe = s->unknown_name;
	t->pub.cwd = s->unknown_cwd;
	t->pub.doubt = SINSP_DOUBT_UNSEEN;
	t->pub.losses = s->losses;
	t->pub.placeholder = true;
	return t;
}

const struct scap_thread *sinsp_read_proc(struct sinsp *s, int64_t tid, uint64_t ts)
{
	if (!s->live)
		return NULL;
	if (ts / SECOND != s->lookup_second) {
		s->lookup_second = ts / SECOND;
		s->lookups = 0;
	}
	if (s->lookups++ >= LOOKUPS_A_SECOND)
		return NULL;
	scap_snapshot_free(s->found);
	s->found = scap_snapshot_new();
	if (!s->found)
		return NULL;
	return scap_snapshot_add_thread(s->found, s->host_root, (uint64_t)tid);
}

struct thread *sinsp_leader(struct sinsp *s, int64_t pid)
{
	uint64_t ts = s->ev.raw.hdr ? s->ev.raw.hdr->ts : 0;
	const struct scap_thread *from;
	struct thread *t;

	if (pid <= 0)
		return NULL;
	t = threads_find(&s->threads, pid);
	if (!t) {
		t = new_thread(s, pid, ts);
		if (!t)
			return NULL;
		from = ts ? sinsp_read_proc(s, pid, ts) : NULL;
		if (from) {
			sinsp_load_thread(s, t, from);
			t->pub.placeholder = false;
			t->pub.doubt = 0;
		}
		threads_set_leader(t, t);
		sinsp_place_thread(s, t);
	} else if (t->pub.leader != &t->pub) {
		threads_set_leader(t, t);
	}
	return t;
}

void sinsp_join(struct sinsp *s, struct thread *t, struct thread *leader)
{
	struct sinsp_fd_table *fds;

	threads_set_leader(t, leader);
	if (t == leader)
		return;
	fds = sinsp_own_fds(s, leader);
	if (!fds || t->pub.fds == fds)
		return;
	fds_drop(t->pub.fds);
	t->pub.fds = fds_share(fds);
}

struct thread *sinsp_get_thread(struct sinsp *s, int64_t tid)
{
	struct thread *t = threads_find(&s->threads, tid);
	const struct scap_thread *from;
	struct thread *leader;
	uint64_t ts = s->ev.raw.hdr->ts;

	if (t || tid <= 0)
		return t;
	t = new_thread(s, tid, ts);
	if (!t)
		return NULL;
	from = sinsp_read_proc(s, tid, ts);
	if (!from)
		return t;
	sinsp_load_thread(s, t, from);
	t->pub.placeholder = false;
	t->pub.doubt = 0;
	leader = sinsp_leader(s, t->pub.pid);
	if (leader)
		sinsp_join(s, t, leader);
	sinsp_place_thread(s, t);
	return t;
}

void sinsp_place_thread(struct sinsp *s, struct thread *t)
{
	struct container *c;

	if (s->containers.n > s->containers.limit && !s->opts.keep_containers)
		sinsp_drop_containers(s);
	c = containers_of(&s->containers, t->pub.cgroups, s->ev.raw.hdr ? s->ev.raw.hdr->ts : 0,
			  t->pub.tid);
	t->pub.container = c ? &c->pub : NULL;
	sinsp_name_container(s, &t->pub);
	if (t->pub.vpid == 1 && t->pub.vtid == 1)
		sinsp_begin_in_container(s, &t->pub);
}

struct sinsp_fd_table *sinsp_own_fds(struct sinsp *s, struct thread *t)
{
	if (!t->pub.fds)
		t->pub.fds = fds_new(&s->threads.fd_budget);
	return t->pub.fds;
}

/* ---- one event after the other ---- */

/* Takes away what the last event ended. */
void sinsp_finish_last(struct sinsp *s)
{
	struct thread *t, *leader;

	if (s->closing.fds) {
		fds_remove(s->closing.fds, s->closing.first, s->closing.last);
		fds_drop(s->closing.fds);
		s->closing.fds = NULL;
	}
	if (!s->exited)
		return;
	t = threads_find(&s->threads, s->exited);
	s->exited = 0;
	if (!t || !t->pub.dead || !LIST_EMPTY(&t->members))
		return; /* a main thread stays while others live: the descriptors are there */
	leader = t->pub.leader ? thread_of(t->pub.leader) : t;
	threads_remove(&s->threads, t);
	if (leader != t && leader->pub.dead && LIST_EMPTY(&leader->members))
		threads_remove(&s->threads, leader);
}

/* What a recorder must know of the state in front of the event. */
static void note_before(struct sinsp *s, const struct thread *t, uint8_t kind)
{
	s->before.fd_edits = t ? fds_edits(t->pub.fds) : 0;
	s->before.leader = t ? t->pub.leader : NULL;
	s->before.nthreads = s->before.leader ? s->before.leader->nthreads : 0;
	s->before.moved = NULL;
	s->before.met = NULL;
	s->before.entered = false;
	s->before.losses = s->losses;
	if (kind & KIND_KIN)
		s->kin_changes++;
}

static void work(struct sinsp *s)
{
	struct sinsp_event *ev = &s->ev;
	uint16_t type = ev->raw.hdr->type;
	int64_t tid = (int64_t)ev->raw.hdr->tid;
	const struct parse_row *row = &parse_table[type];
	uint8_t kind = s->kind[type];
	struct thread *t = NULL;
	size_t len;

	ev->fd = NULL;
	ev->told = NULL;
	ev->fd_num = -1;
	ev->cpu_ns = 0;
	ev->has_fd = kind & KIND_HAS_FD;
	ev->renamed = false;
	if (ev->raw.items_len > LATENCY_BYTES && told_before(s)) {
		ev->hidden = true;
		s->at_head = false;
		note_before(s, NULL, KIND_KIN);
		return;
	}
	if (tid > 0)
		t = kind & KIND_MAKES_THREAD ? sinsp_get_thread(s, tid)
					     : threads_find(&s->threads, tid);
	note_before(s, t, kind);
	if (ev->raw.items_len >= LOSS_BYTES && scap_event_item(&ev->raw, SCAP_ITEM_LOSS, &len))
		s->losses++;
	ev->thread = t ? &t->pub : NULL;
	if (!(kind & KIND_STATE))
		s->at_head = false;
	ev->hidden = (kind & KIND_HIDDEN) || s->at_head || (ev->raw.flags & SCAP_BLOCK_STATE_ONLY);
	if (t) {
		t->pub.last_ts = ev->raw.hdr->ts;
		if (s->fd_param[type] >= 0) {
			ev->fd_num = scap_param_s64(&ev->raw, (unsigned int)s->fd_param[type], -1);
			ev->fd = sinsp_thread_fd(&t->pub, ev->fd_num);
		}
	}
	if (row->fn && (t || row->any_thread))
		row->fn(s, t);
	if (ev->raw.items_len > LATENCY_BYTES)
		told_after(s);
}

/* Hands out an event: it gets its number and its container's times now. */
static int deliver(struct sinsp *s, struct sinsp_event *out, const struct sinsp_event **ev)
{
	uint64_t ts = out->raw.hdr->ts;
	struct sinsp_container *c = out->thread ? out->thread->container : NULL;

	out->num = ++s->num;
	if (!out->hidden && !s->first_ts)
		s->first_ts = ts;
	if (c && !out->injected) {
		if (!c->first_ts)
			c->first_ts = ts;
		c->last_ts = ts;
	}
	*ev = out;
	return SCAP_EVENT;
}

/* Makes the event of @c, in front of s->ev. */
static int make_container_event(struct sinsp *s, struct container *c)
{
	struct sinsp_event *ev = &s->injected;
	struct thread *t = threads_find(&s->threads, c->tid);
	struct scap_param json;
	uint8_t *record;
	size_t size;
	int64_t len;
	int err;

	sinsp_text_clear(&s->json);
	err = containers_describe(&s->containers, c, &s->json);
	if (err < 0 || s->json.failed)
		return err < 0 ? err : -ENOMEM;
	json.ptr = s->json.ptr;
	json.len = (uint32_t)s->json.len + 1;
	size = sizeof(struct scap_event_hdr) + sizeof(uint32_t) + json.len;
	if (size > s->record_size) {
		record = realloc(s->record, size);
		if (!record)
			return -ENOMEM;
		s->record = record;
		s->record_size = size;
	}
	s->kin_changes++;
	len = scap_event_encode(s->record, s->record_size, SCAP_EVT_CONTAINER_JSON_2_E,
				s->ev.raw.hdr->ts, (uint64_t)c->tid, &json, 1);
	if (len < 0)
		return (int)len;
	*ev = (struct sinsp_event){ .fd_num = -1, .hidden = !s->first_ts, .injected = true };
	err = scap_event_decode(&ev->raw, s->record, (size_t)len);
	ev->raw.cpu = s->ev.raw.cpu;
	ev->told = &c->pub;
	ev->thread = t ? &t->pub : NULL;
	return err;
}

/* The containers that came to light with s->ev, then s->ev itself. */
static int deliver_held(struct sinsp *s, const struct sinsp_event **ev)
{
	struct container *c;

	while ((c = containers_next_waiting(&s->containers)))
		if (make_container_event(s, c) == 0)
			return deliver(s, &s->injected, ev);
	s->holding = false;
	return deliver(s, &s->ev, ev);
}

/* Before the next event. */
static void tidy(struct sinsp *s)
{
	if (s->closing.fds || s->exited)
		sinsp_finish_last(s);
	if (intern_sweep_due(s->pool))
		sinsp_sweep(s);
}

const struct sinsp_event *sinsp_follow(struct sinsp *s, const struct scap_event *ev)
{
	const struct sinsp_event *out;

	tidy(s);
	s->ev.raw = *ev;
	if (!s->start_ts)
		s->start_ts = ev->hdr->ts;
	work(s);
	deliver(s, &s->ev, &out);
	return out;
}

static int next_event(struct sinsp *s, const struct sinsp_event **ev)
{
	const struct scap_snapshot *snap;
	int st;

	if (s->holding)
		return deliver_held(s, ev);
	tidy(s);
	do {
		st = scap_next(s->scap, &s->ev.raw);
	} while (st == SCAP_EVENT && (!s->ev.raw.info || s->ev.raw.hdr->type >= SCAP_EVT_MAX));
	if (st == SCAP_SECTION) {
		if (!sinsp_clear(s)) {
			fail(&s->err, -ENOMEM, "out of memory");
			return -ENOMEM;
		}
		s->ev.raw.hdr = NULL;
		s->start_ts = 0;
		s->at_head = true;
		snap = scap_snapshot(s->scap);
		if (snap)
			sinsp_load_snapshot(s, snap);
	}
	if (st != SCAP_EVENT) {
		if (st < 0)
			s->err = *scap_error(s->scap);
		return st;
	}
	if (!s->start_ts)
		s->start_ts = s->ev.raw.hdr->ts;
	if (s->live)
		sinsp_purge(s, s->ev.raw.hdr->ts);
	work(s);
	if (STAILQ_EMPTY(&s->containers.waiting))
		return deliver(s, &s->ev, ev);
	s->holding = true;
	return deliver_held(s, ev);
}

int sinsp_next(struct sinsp *s, const struct sinsp_event **ev)
{
	int st;

	if (!s->range.on || s->live)
		return next_event(s, ev);
	do {
		st = range_advance(s);
		if (st == 0)
			st = next_event(s, ev);
	} while (st == SCAP_EVENT && !range_has(s, *ev));
	return st;
}

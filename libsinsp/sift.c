/* SPDX-License-Identifier: BSD-2-Clause */
/* Which state and which events go into a recording with a filter, and when. */
#include "sift.h"
#include "bring.h"
#include "parse.h"

#include <errno.h>

#define P_PTID 5 /* of clone and execve: their parameter with the parent */
#define ROUNDS 4 /* of comparing: one to tell, one to see it, and some for the strange */

/* ---- events that pass ---- */

/* Changes whenever what is known of kin does, here or in the recording. */
static uint64_t kin_changes(const struct sift *f)
{
	return f->live->kin_changes + f->kin_told;
}

/* Of @t that has the descriptors which the event's thread had before the event. */
static uint64_t lead_before(const struct sift *f, const struct thread *t)
{
	return f->live->before.fd_edits - fds_edits(bring_kept_fds(f, t));
}

static void check(struct sift *f, struct thread *t, struct thread *leader, bool executes)
{
	unsigned int i;

	/* What is told of one may change what is known of another. */
	for (i = 0; t->kept_kin != kin_changes(f) && i < ROUNDS; i++) {
		t->kept_kin = kin_changes(f);
		bring_kin(f, t, leader, executes);
	}
	if (lead_before(f, t) != t->fd_lead)
		bring_fds(f, t);
	if (t == leader)
		return;
	if ((t->pub.fds == leader->pub.fds ? lead_before(f, leader) : bring_fd_lead(f, leader)) !=
	    leader->fd_lead)
		bring_fds(f, leader);
}

/* State events are of nobody, whatever thread a recorder made them for. */
static struct thread *owner(const struct sift *f, const struct sinsp_event *ev)
{
	if (ev->injected || !ev->thread || (f->live->kind[ev->raw.hdr->type] & KIND_STATE))
		return NULL;
	return thread_of(ev->thread);
}

static void begin(struct sift *f, const struct scap_event *ev)
{
	f->telling.ts = ev->hdr->ts;
	f->telling.cpu = ev->cpu;
	f->telling.rc = 0;
	sinsp_finish_last(f->kept);
}

int sift_before_hidden(struct sift *f, const struct sinsp_event *ev)
{
	if (!ev->thread || parse_table[ev->raw.hdr->type].fn != parse_open)
		return 0;
	begin(f, &ev->raw);
	bring_entry(f, thread_of(ev->thread), &ev->raw);
	return f->telling.rc;
}

/*
 * State at the head of a capture is hidden from people. What was shown to the one who records does
 * not stand there: something else has happened before.
 */
static int leave_head(struct sift *f)
{
	uint32_t ratio = 1;
	struct scap_param param = { &ratio, sizeof(ratio) };

	if (!f->kept->at_head)
		return f->telling.rc;
	tell_event(&f->telling, SCAP_EVT_DROP_X, UINT64_MAX, &param, 1);
	return f->telling.rc;
}

int sift_before(struct sift *f, const struct sinsp_event *ev)
{
	parse_fn fn = parse_table[ev->raw.hdr->type].fn;
	bool executes = fn == parse_execve && scap_param_s64(&ev->raw, 0, -1) >= 0;
	struct thread *t = owner(f, ev), *leader;
	bool known;

	begin(f, &ev->raw);
	if (!t) {
		bring_gone(f, (int64_t)ev->raw.hdr->tid);
		return leave_head(f);
	}
	leader = leader_of(t);
	known = leader->kept_by == f->number && t->kept_by == f->number;
	if (known && f->lean)
		return 0;
	if (leader->kept_by != f->number)
		bring_process(f, leader);
	if (t->kept_by != f->number)
		bring_joined(f, t, leader);
	if (!known) /* all of them were */
		t->fd_lead = lead_before(f, t);
	if (!f->lean)
		check(f, t, leader, executes);
	if (fn != parse_switch)
		bring_usage(f, t, !executes, !executes && fn != parse_memory);
	if (fn == parse_open)
		bring_entry(f, t, &ev->raw);
	else if (fn == parse_clone || fn == parse_execve)
		bring_parent_thread(f, t, scap_param_s64(&ev->raw, P_PTID, -1));
	return f->telling.rc;
}

void sift_after(struct sift *f, const struct sinsp_event *ev)
{
	struct thread *t = owner(f, ev), *leader;

	if (!t)
		return;
	leader = leader_of(t);
	t->fd_lead = bring_fd_lead(f, t);
	if (leader != t)
		leader->fd_lead = bring_fd_lead(f, leader);
}

/* ---- events that do not ---- */

static bool keeps_users(const struct sift *f, const struct scap_event *ev, unsigned int i)
{
	size_t len = 0;
	const char *id = scap_param_str(ev, i, &len);

	return !id || len == 0 || containers_find(&f->kept->containers, id, len);
}

static bool keeps_of_nobody(const struct sift *f, const struct scap_event *ev)
{
	switch (ev->hdr->type) {
	case SCAP_EVT_USER_ADDED_E:
	case SCAP_EVT_USER_DELETED_E:
		return keeps_users(f, ev, 5);
	case SCAP_EVT_GROUP_ADDED_E:
	case SCAP_EVT_GROUP_DELETED_E:
		return keeps_users(f, ev, 2);
	default:
		return false;
	}
}

static bool is_of_recorder(uint16_t type)
{
	return type == SCAP_EVT_DROP_E || type == SCAP_EVT_DROP_X || type == SCAP_EVT_CPU_HOTPLUG_E;
}

/* A child that is a process of its own is told if it comes to be inside. */
static bool makes_process(const struct scap_event *ev)
{
	enum { CLONE_FLAGS = 15 };

	return parse_table[ev->hdr->type].fn == parse_clone && scap_param_s64(ev, 0, -1) > 0 &&
	       !(scap_param_u64(ev, CLONE_FLAGS, 0) & SCAP_CLONE_THREAD);
}

/* What data calls and memory calls change is found by comparing. */
static bool changes_state(const struct sinsp_event *event)
{
	const struct scap_event *ev = &event->raw;
	uint32_t flags = ev->info->flags, data = EF_READS_FROM_FD | EF_WRITES_TO_FD;
	parse_fn fn = parse_table[ev->hdr->type].fn;
	int64_t res;

	if (!(flags & EF_MODIFIES_STATE) &&
	    (!fn || (flags & data) || fn == parse_memory || fn == parse_switch))
		return false;
	if ((flags & EF_CREATES_FD) && !event->has_fd)
		return false;
	res = scap_event_result(ev, 0);
	return (res >= 0 || res == -EINPROGRESS) && !makes_process(ev);
}

bool sift_keeps(const struct sift *f, const struct sinsp_event *ev)
{
	const struct thread *t = owner(f, ev);

	if (is_of_recorder(ev->raw.hdr->type))
		return true;
	if (!t)
		return !ev->injected && keeps_of_nobody(f, &ev->raw);
	if (f->lean || !is_inside(f, t))
		return false;
	return ev->hidden || changes_state(ev);
}

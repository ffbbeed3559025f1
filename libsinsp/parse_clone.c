/* SPDX-License-Identifier: BSD-2-Clause */
/* How threads and processes begin: the events of clone, of the caller and of the child. */
#include "lineage.h"

#define SECOND 1000000000ll

enum {
	CLONE_FLAGS = 15,
	CLONE_UID,
	CLONE_GID,
	CLONE_VTID,
	CLONE_VPID,
	CLONE_PIDNS_START,
};

/* Ids as the thread that the event comes from has them. */
static void set_clone_ids(struct sinsp *s, struct sinsp_thread *p)
{
	p->uid = parse_u32(s, CLONE_UID, p->uid);
	p->gid = parse_u32(s, CLONE_GID, p->gid);
	p->vtid = scap_param_s64(&s->ev.raw, CLONE_VTID, p->tid);
	p->vpid = scap_param_s64(&s->ev.raw, CLONE_VPID, p->pid);
	p->doubt &= (uint8_t)~SINSP_DOUBT_IDS;
}

/*
 * An execve that was lost: the caller runs another program than is known. Only where something was
 * lost at all, as programs may write over their own arguments.
 */
static void check_program(struct sinsp *s, struct thread *t)
{
	struct sinsp_thread *p = &t->pub;

	if (p->losses == s->losses || p->leader != p || parse_str(s, P_EXE) == p->exe)
		return;
	parse_program(s, p);
	p->env = (struct scap_bytes){ .ptr = "" };
	p->exepath = "";
	p->exe_ino = p->exe_ino_ctime = p->exe_ino_mtime = 0;
	p->exe_writable = p->exe_upper_layer = p->exe_lower_layer = p->exe_from_memfd = false;
	p->losses = s->losses;
	p->doubt |= SINSP_DOUBT_UNSEEN;
	parse_exec_fds(t);
	sinsp_place_thread(s, t);
}

/* The event is the first that is heard of its own thread. */
static void meet(struct sinsp *s, struct thread *t)
{
	int64_t pid = scap_param_s64(&s->ev.raw, P_PID, t->pub.tid);
	struct thread *leader;

	s->before.met = &t->pub;
	parse_program(s, &t->pub);
	set_clone_ids(s, &t->pub);
	leader = pid == t->pub.tid ? t : sinsp_leader(s, pid);
	if (leader)
		sinsp_join(s, t, leader);
	threads_set_parent(&s->threads, t,
			   lineage_process(s, scap_param_s64(&s->ev.raw, P_PTID, -1)));
	sinsp_place_thread(s, t);
}

/* An entry that was made for this very thread, not for an earlier one with the same id. */
static bool is_fresh(const struct sinsp *s, const struct thread *t)
{
	uint64_t born = t->born ? t->born : s->start_ts;
	int64_t age = (int64_t)(s->ev.raw.hdr->ts - born);

	return !t->pub.dead && age < 2 * SECOND && age > -2 * SECOND;
}

static bool exited_lately(const struct sinsp *s, int64_t tid)
{
	size_t i = (size_t)tid & (EXITS_KEPT - 1);
	int64_t age = (int64_t)(s->ev.raw.hdr->ts - s->exits[i].ts);

	return s->exits[i].tid == tid && age < 2 * SECOND && age > -2 * SECOND;
}

static void set_child(struct sinsp *s, struct thread *t, const struct sinsp_thread *from,
		      uint32_t flags)
{
	struct sinsp_thread *p = &t->pub;
	const struct sinsp_thread own = *p;

	if (from)
		*p = *from;
	p->tid = own.tid;
	p->pid = own.pid;
	p->ptid = own.ptid;
	p->leader = NULL;
	p->fds = NULL;
	p->nthreads = 0;
	p->user = NULL;
	p->reaper = p->dead = false;
	/* What is doubtful about its parent it has inherited. */
	p->doubt = from ? p->doubt & SINSP_DOUBT_UNSEEN : SINSP_DOUBT_UNSEEN;
	if (!from)
		p->losses = s->losses;
	p->exec_ts = 0;
	p->cpu_ns = 0;
	parse_program(s, p);
	p->flags = flags;
	p->clone_ts = p->last_ts = s->ev.raw.hdr->ts;
	p->uid = parse_u32(s, CLONE_UID, p->uid);
	p->gid = parse_u32(s, CLONE_GID, p->gid);
	/* A thread cannot have one: drivers of 2022 took the flags of clone3 from elsewhere. */
	if ((flags & SCAP_CLONE_NEWUSER) && !(flags & SCAP_CLONE_THREAD))
		p->cap_permitted = p->cap_effective = ALL_CAPS;
}

/* The descriptors of who is cloned with @flags from @src (may be NULL). */
static struct sinsp_fd_table *child_fds(struct sinsp *s, struct thread *src, uint32_t flags)
{
	if (src && (flags & SCAP_CLONE_FILES))
		return sinsp_own_fds(s, src) ? fds_share(src->pub.fds) : NULL;
	return src && src->pub.fds ? fds_copy(src->pub.fds) : NULL;
}

/*
 * Makes the entry of thread @tid, cloned with @flags from @src (may be NULL), and gives it @fds.
 * Making it removes an entry with the same id, and with that perhaps @src: it is copied before.
 * That one's children went to somebody else when it ended, which was not seen.
 */
static struct thread *make_child(struct sinsp *s, int64_t tid, const struct sinsp_thread *src,
				 struct sinsp_fd_table *fds, uint32_t flags)
{
	struct sinsp_thread from;
	struct thread *t = threads_find(&s->threads, tid);

	if (t && !t->pub.placeholder)
		threads_give_children(&s->threads, tid, lineage_reaper(s, &t->pub), false);
	if (src)
		from = *src;
	t = sinsp_add_thread(s, tid, s->ev.raw.hdr->ts);
	if (!t) {
		fds_drop(fds);
		return NULL;
	}
	set_child(s, t, src ? &from : NULL, flags);
	t->pub.fds = fds;
	if (!src || t->pub.cgroups.ptr != from.cgroups.ptr || !from.container)
		sinsp_place_thread(s, t);
	return t;
}

/* A new thread of process @pid, or a process of its own with parent @ptid. */
static void attach_child(struct sinsp *s, struct thread *t, uint32_t flags, int64_t pid,
			 int64_t ptid)
{
	struct thread *leader = t;

	if ((flags & SCAP_CLONE_THREAD) && pid > 0 && pid != t->pub.tid) {
		leader = sinsp_leader(s, pid);
		if (leader && leader->pub.placeholder) {
			parse_program(s, &leader->pub);
			sinsp_place_thread(s, leader);
		}
		if (leader)
			ptid = leader->pub.ptid;
	}
	t->pub.pid = leader ? leader->pub.tid : pid;
	/* A thread may have a table of its own, or that of the thread that made it. */
	if (leader && t->pub.fds)
		threads_set_leader(t, leader);
	else if (leader)
		sinsp_join(s, t, leader);
	threads_set_parent(&s->threads, t, ptid);
	sinsp_name_container(s, &t->pub);
}

/* The child will tell its number, but not what is open now, nor the directory and the program. */
static void keep_fork(struct sinsp *s, struct thread *t, uint32_t flags, int64_t child)
{
	struct fork k = { .child = child, .from = t->pub };

	if ((flags & SCAP_CLONE_THREAD) || !t->pub.fds)
		return;
	k.parent = flags & SCAP_CLONE_PARENT ? t->pub.ptid : lineage_process(s, t->pub.tid);
	if (k.parent <= 0)
		return;
	k.from.fds = child_fds(s, t, flags);
	k.from.leader = NULL;
	k.from.container = NULL;
	k.from.user = NULL;
	forks_keep(&s->forks, k);
}

/* The event of the parent: the child has not been heard of, most of the time. */
static void clone_caller(struct sinsp *s, struct thread *t, int64_t child_tid)
{
	const struct scap_event *ev = &s->ev.raw;
	uint32_t flags = parse_u32(s, CLONE_FLAGS, 0);
	int64_t tid = (int64_t)ev->hdr->tid, pid;
	struct thread *child;

	if (!t)
		t = sinsp_get_thread(s, tid);
	if (!t)
		return;
	s->ev.thread = &t->pub;
	t = lineage_check_thread(s, t);
	if (!t)
		return;
	if (t->pub.placeholder) {
		meet(s, t);
	} else {
		lineage_check_parent(s, t);
		check_program(s, t);
	}
	/* The number that the caller got is not the child's here: its own event will tell. */
	if ((flags & (SCAP_CLONE_CHILD_IN_PIDNS | SCAP_CLONE_NEWPID | SCAP_CLONE_PARENT)) ||
	    scap_param_s64(ev, CLONE_VTID, tid) != tid) {
		keep_fork(s, t, flags, child_tid);
		return;
	}
	/* Back from vfork means that the child has started its program, or is gone. */
	if (ev->hdr->type == SCAP_EVT_SYSCALL_VFORK_20_X || (flags & SCAP_CLONE_VFORK) ||
	    exited_lately(s, child_tid) || child_tid == tid)
		return;
	child = threads_find(&s->threads, child_tid);
	if (child && is_fresh(s, child) && (child->by_child || !child->born))
		return;
	pid = t->pub.pid > 0 ? t->pub.pid : tid;
	child = make_child(s, child_tid, &t->pub, child_fds(s, t, flags), flags);
	if (!child)
		return;
	child->pub.vtid = child_tid;
	child->pub.vpid = flags & SCAP_CLONE_THREAD ? pid : child_tid;
	attach_child(s, child, flags, pid, pid);
	t = threads_find(&s->threads, tid); /* it may have been a thread of an old @child_tid */
	s->ev.thread = t ? &t->pub : NULL;
}

/*
 * The entry of a child by its own event: from the thread that forked, as that was, if it has told
 * of it, else from its parent, or for a thread from its main thread.
 */
static struct thread *make_by_child(struct sinsp *s, int64_t tid, uint32_t flags, int64_t pid,
				    int64_t ptid)
{
	bool is_thread = (flags & SCAP_CLONE_THREAD) && pid != tid;
	int64_t vtid = scap_param_s64(&s->ev.raw, CLONE_VTID, tid);
	struct thread *src;
	struct fork k;

	flags |= FLAG_INVERTED;
	if (!is_thread && forks_take(&s->forks, lineage_process(s, ptid), tid, vtid, &k))
		return make_child(s, tid, &k.from, k.from.fds, flags);
	src = threads_find(&s->threads, is_thread ? pid : ptid);
	if (src && src->pub.tid == tid)
		src = NULL;
	return make_child(s, tid, src ? &src->pub : NULL, child_fds(s, src, flags), flags);
}

/* The event of the child: @t is an entry made by its parent's event, or an old one, or NULL. */
static void clone_child(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	uint32_t flags = parse_u32(s, CLONE_FLAGS, 0);
	int64_t tid = (int64_t)ev->hdr->tid;
	int64_t pid = scap_param_s64(ev, P_PID, tid);
	int64_t ptid = scap_param_s64(ev, P_PTID, -1);

	if (tid <= 0)
		return;
	/* Drivers of 2022 lost some flags of clone3; what it has become is certain. */
	if (pid > 0 && pid != tid)
		flags |= SCAP_CLONE_THREAD;
	if (!t || !is_fresh(s, t) || t->pub.placeholder) {
		t = make_by_child(s, tid, flags, pid, ptid);
		s->ev.thread = t ? &t->pub : NULL;
		if (!t)
			return;
		t->by_child = true;
		attach_child(s, t, flags, pid, lineage_process(s, ptid));
	} else if (scap_param_len(ev, P_CGROUPS) > 0) {
		/* A child may be born into another cgroup than its parent's. */
		t->pub.cgroups = parse_bytes(s, P_CGROUPS);
		sinsp_place_thread(s, t);
	}
	set_clone_ids(s, &t->pub);
	t->pub.pidns_init_start_ts = scap_param_u64(ev, CLONE_PIDNS_START, 0);
	t->pub.reaper = t->pub.vpid == 1;
	if (t->pub.vtid == 1)
		sinsp_begin_in_container(s, &t->pub);
	t->pub.last_ts = ev->hdr->ts;
}

void parse_clone(struct sinsp *s, struct thread *t)
{
	int64_t res = scap_param_s64(&s->ev.raw, P_RES, -1);

	if (res == 0)
		clone_child(s, t);
	else if (res > 0)
		clone_caller(s, t, res);
}

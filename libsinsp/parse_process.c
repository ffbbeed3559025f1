/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and processes: how they begin, change their program, and end. */
#include "parse.h"

#define SECOND	    1000000000ll
#define ALL_CAPS    ((1ull << 41) - 1)
#define MAX_PARENTS 128	     /* steps to the nearest reaper; parents may form a circle */
#define YOUNGER_NS  1000000u /* CPUs' clocks differ by less */

/* Bits of sinsp_thread.flags that only user space sets. */
#define FLAG_INVERTED ((uint32_t)SCAP_CLONE_INVERTED)
#define FLAGS_LASTING (FLAG_INVERTED | FLAG_PIPE_SRC | FLAG_PIPE_DST) /* over execve */

/* Parameters that clone and execve have in common, by index. */
enum {
	P_RES,
	P_EXE,
	P_ARGS,
	P_TID,
	P_PID,
	P_PTID,
	P_CWD,
	P_FDLIMIT,
	P_PGFT_MAJ,
	P_PGFT_MIN,
	P_VM_SIZE,
	P_VM_RSS,
	P_VM_SWAP,
	P_COMM,
	P_CGROUPS,
};

enum {
	CLONE_FLAGS = 15,
	CLONE_UID,
	CLONE_GID,
	CLONE_VTID,
	CLONE_VPID,
	CLONE_PIDNS_START,
};

enum {
	EXEC_ENV = 15,
	EXEC_TTY,
	EXEC_VPGID,
	EXEC_LOGINUID,
	EXEC_FLAGS,
	EXEC_CAP_INHERITABLE,
	EXEC_CAP_PERMITTED,
	EXEC_CAP_EFFECTIVE,
	EXEC_INO,
	EXEC_CTIME,
	EXEC_MTIME,
	EXEC_UID,
	EXEC_TRUSTED_PATH,
	EXEC_PGID,
	EXEC_GID,
	EXEC_FILENAME,
};

static uint32_t u32(const struct sinsp *s, unsigned int i, uint32_t missing)
{
	return (uint32_t)scap_param_u64(&s->ev.raw, i, missing);
}

/* The process that thread @tid belongs to, as far as that is known. */
static int64_t process_of(struct sinsp *s, int64_t tid)
{
	struct thread *t = tid > 0 ? threads_find(&s->threads, tid) : NULL;

	return t && t->pub.pid > 0 ? t->pub.pid : tid;
}

static int64_t nearest_reaper(struct sinsp *s, const struct sinsp_thread *t);

/* ---- clone ---- */

/* What every clone and execve event tells of the thread it is about. */
static void set_program(struct sinsp *s, struct sinsp_thread *p)
{
	const struct scap_event *ev = &s->ev.raw;

	p->exe = parse_str(s, P_EXE);
	p->args = parse_bytes(s, P_ARGS);
	p->comm = parse_str(s, P_COMM);
	if (scap_param_len(ev, P_CGROUPS) > 0)
		p->cgroups = parse_bytes(s, P_CGROUPS);
	p->fdlimit = scap_param_s64(ev, P_FDLIMIT, p->fdlimit);
	p->vmsize_kb = u32(s, P_VM_SIZE, p->vmsize_kb);
	p->vmrss_kb = u32(s, P_VM_RSS, p->vmrss_kb);
	p->vmswap_kb = u32(s, P_VM_SWAP, p->vmswap_kb);
	p->pfmajor = scap_param_u64(ev, P_PGFT_MAJ, p->pfmajor);
	p->pfminor = scap_param_u64(ev, P_PGFT_MIN, p->pfminor);
	if (scap_param_len(ev, P_CWD) > 1)
		p->cwd = parse_str(s, P_CWD);
	else if (p->placeholder)
		p->cwd = "";
	p->placeholder = false;
}

/* Ids as the thread that the event comes from has them. */
static void set_clone_ids(struct sinsp *s, struct sinsp_thread *p)
{
	p->uid = u32(s, CLONE_UID, p->uid);
	p->gid = u32(s, CLONE_GID, p->gid);
	p->vtid = scap_param_s64(&s->ev.raw, CLONE_VTID, p->tid);
	p->vpid = scap_param_s64(&s->ev.raw, CLONE_VPID, p->pid);
	p->doubt &= (uint8_t)~SINSP_DOUBT_IDS;
}

/*
 * The event says that its thread is not the one in the table, whose end was lost: its process is
 * another one, or its parent is younger than it.
 */
static bool is_another(struct sinsp *s, const struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	int64_t pid = scap_param_s64(ev, P_PID, -1);
	uint64_t known = t->born ? t->born : s->start_ts;
	const struct thread *by;
	const struct sinsp_thread *parent;

	if (t->pub.placeholder || t->pub.pid <= 0)
		return false;
	if (pid > 0 && pid != t->pub.pid)
		return true;
	/* The thread that forked may have ended: any other of its process is the parent then. */
	by = threads_find(&s->threads, scap_param_s64(ev, P_PTID, -1));
	parent = by ? by->pub.leader : NULL;
	return parent && parent != &t->pub && t->pub.pid == t->pub.tid && !parent->placeholder &&
	       parent->clone_ts > known + YOUNGER_NS;
}

/* The thread of the event, as far as it is what the event says. NULL: no room. */
static struct thread *check_thread(struct sinsp *s, struct thread *t)
{
	int64_t tid = t->pub.tid;

	if (!is_another(s, t))
		return t;
	threads_give_children(&s->threads, tid, nearest_reaper(s, &t->pub), false);
	threads_remove(&s->threads, t);
	t = sinsp_get_thread(s, tid);
	s->before.met = t ? &t->pub : NULL;
	s->ev.thread = t ? &t->pub : NULL;
	s->ev.fd = NULL;
	if (t)
		t->pub.last_ts = s->ev.raw.hdr->ts;
	return t;
}

/* The kernel knows who the parent is; here it may have been lost, or guessed. */
static void check_parent(struct sinsp *s, struct thread *t)
{
	struct thread *parent = threads_find(&s->threads, scap_param_s64(&s->ev.raw, P_PTID, -1));
	struct thread *leader = t->pub.leader ? thread_of(t->pub.leader) : t, *m;
	int64_t ptid;

	if (!parent || parent->pub.pid <= 0 || parent->pub.pid == leader->pub.tid)
		return;
	ptid = parent->pub.pid;
	if (leader->pub.ptid == ptid && !(leader->pub.doubt & SINSP_DOUBT_PARENT))
		return;
	threads_set_parent(&s->threads, leader, ptid);
	LIST_FOREACH(m, &leader->members, member)
	threads_set_parent(&s->threads, m, ptid);
}

static void exec_fds(struct thread *t);

/*
 * An execve that was lost: the caller runs another program than is known. Only where something was
 * lost at all, as programs may write over their own arguments.
 */
static void check_program(struct sinsp *s, struct thread *t)
{
	struct sinsp_thread *p = &t->pub;

	if (p->losses == s->losses || parse_str(s, P_EXE) == p->exe)
		return;
	set_program(s, p);
	p->env = (struct scap_bytes){ .ptr = "" };
	p->exepath = "";
	p->exe_ino = p->exe_ino_ctime = p->exe_ino_mtime = 0;
	p->exe_writable = p->exe_upper_layer = p->exe_lower_layer = p->exe_from_memfd = false;
	p->losses = s->losses;
	p->doubt |= SINSP_DOUBT_UNSEEN;
	exec_fds(t);
	sinsp_place_thread(s, t);
}

/* The event is the first that is heard of its own thread. */
static void meet(struct sinsp *s, struct thread *t)
{
	int64_t pid = scap_param_s64(&s->ev.raw, P_PID, t->pub.tid);
	struct thread *leader;

	s->before.met = &t->pub;
	set_program(s, &t->pub);
	set_clone_ids(s, &t->pub);
	leader = pid == t->pub.tid ? t : sinsp_leader(s, pid);
	if (leader)
		sinsp_join(s, t, leader);
	threads_set_parent(&s->threads, t, process_of(s, scap_param_s64(&s->ev.raw, P_PTID, -1)));
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
	p->doubt = from ? p->doubt & SINSP_DOUBT_UNSEEN : SINSP_DOUBT_UNSEEN;
	p->losses = s->losses;
	p->exec_ts = 0;
	p->cpu_ns = 0;
	set_program(s, p);
	p->flags = flags;
	p->clone_ts = p->last_ts = s->ev.raw.hdr->ts;
	p->uid = u32(s, CLONE_UID, p->uid);
	p->gid = u32(s, CLONE_GID, p->gid);
	if (flags & SCAP_CLONE_NEWUSER)
		p->cap_permitted = p->cap_effective = ALL_CAPS;
}

/*
 * Makes the entry of thread @tid, cloned with @flags from @src (may be NULL). Making it removes an
 * entry with the same id, and with that perhaps @src: it is copied before. That one's children
 * went to somebody else when it ended, which was not seen.
 */
static struct thread *make_child(struct sinsp *s, int64_t tid, struct thread *src, uint32_t flags)
{
	struct sinsp_thread from;
	struct sinsp_fd_table *fds = NULL;
	struct thread *t = threads_find(&s->threads, tid);

	if (t && !t->pub.placeholder)
		threads_give_children(&s->threads, tid, nearest_reaper(s, &t->pub), false);
	if (src) {
		from = src->pub;
		if (flags & SCAP_CLONE_FILES)
			fds = sinsp_own_fds(s, src) ? fds_share(src->pub.fds) : NULL;
		else if (src->pub.fds)
			fds = fds_copy(src->pub.fds);
	}
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
			set_program(s, &leader->pub);
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
}

/* The child will tell its number, but not what is open now. */
static void keep_fork(struct sinsp *s, const struct thread *t, uint32_t flags, int64_t child)
{
	struct fork k = { .caller = t->pub.tid, .child = child };

	if ((flags & (SCAP_CLONE_FILES | SCAP_CLONE_THREAD)) || !t->pub.fds)
		return;
	k.parent = flags & SCAP_CLONE_PARENT ? t->pub.ptid : process_of(s, t->pub.tid);
	if (k.parent <= 0)
		return;
	k.fds = fds_copy(t->pub.fds);
	forks_keep(&s->forks, k);
}

/* The event of the parent: the child has not been heard of, most of the time. */
static void clone_caller(struct sinsp *s, struct thread *t, int64_t child_tid)
{
	const struct scap_event *ev = &s->ev.raw;
	uint32_t flags = u32(s, CLONE_FLAGS, 0);
	int64_t tid = (int64_t)ev->hdr->tid, pid;
	struct thread *child;

	if (!t)
		t = sinsp_get_thread(s, tid);
	if (!t)
		return;
	s->ev.thread = &t->pub;
	t = check_thread(s, t);
	if (!t)
		return;
	if (t->pub.placeholder) {
		meet(s, t);
	} else {
		check_parent(s, t);
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
	child = make_child(s, child_tid, t, flags);
	if (!child)
		return;
	child->pub.vtid = child_tid;
	child->pub.vpid = flags & SCAP_CLONE_THREAD ? pid : child_tid;
	attach_child(s, child, flags, pid, pid);
	t = threads_find(&s->threads, tid); /* it may have been a thread of an old @child_tid */
	s->ev.thread = t ? &t->pub : NULL;
}

/*
 * The entry of a child by its own event: from the thread that forked, if that has told of it, else
 * from its parent, or for a thread from its main thread.
 */
static struct thread *make_by_child(struct sinsp *s, int64_t tid, uint32_t flags, int64_t pid,
				    int64_t ptid)
{
	bool is_thread = (flags & SCAP_CLONE_THREAD) && pid != tid;
	int64_t vtid = scap_param_s64(&s->ev.raw, CLONE_VTID, tid);
	struct thread *src, *t;
	struct fork k = { 0 };

	if (!is_thread)
		forks_take(&s->forks, process_of(s, ptid), tid, vtid, &k);
	src = k.fds ? threads_find(&s->threads, k.caller) : NULL;
	if (!src)
		src = threads_find(&s->threads, is_thread ? pid : ptid);
	t = make_child(s, tid, src && src->pub.tid == tid ? NULL : src, flags | FLAG_INVERTED);
	if (t && k.fds) {
		fds_drop(t->pub.fds);
		t->pub.fds = k.fds;
	} else {
		fds_drop(k.fds);
	}
	return t;
}

/* The event of the child: @t is an entry made by its parent's event, or an old one, or NULL. */
static void clone_child(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	uint32_t flags = u32(s, CLONE_FLAGS, 0);
	int64_t tid = (int64_t)ev->hdr->tid;
	int64_t pid = scap_param_s64(ev, P_PID, tid);
	int64_t ptid = scap_param_s64(ev, P_PTID, -1);

	if (tid <= 0)
		return;
	if (!t || !is_fresh(s, t) || t->pub.placeholder) {
		t = make_by_child(s, tid, flags, pid, ptid);
		s->ev.thread = t ? &t->pub : NULL;
		if (!t)
			return;
		t->by_child = true;
		attach_child(s, t, flags, pid, process_of(s, ptid));
	} else if (scap_param_len(ev, P_CGROUPS) > 0) {
		/* A child may be born into another cgroup than its parent's. */
		t->pub.cgroups = parse_bytes(s, P_CGROUPS);
		sinsp_place_thread(s, t);
	}
	set_clone_ids(s, &t->pub);
	t->pub.pidns_init_start_ts = scap_param_u64(ev, CLONE_PIDNS_START, 0);
	t->pub.reaper = t->pub.vpid == 1;
	if (t->pub.vtid == 1 && t->pub.container)
		((struct container *)t->pub.container)->init = tid;
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

/* ---- execve ---- */

/* The kernel marks the path of a file that has no name any more; the mark is no part of it. */
static size_t deleted_suffix(const char *path, size_t len)
{
	static const char mark[] = " (deleted)";
	size_t n = sizeof(mark) - 1;

	return len > n && memcmp(path + len - n, mark, n) == 0 ? n : 0;
}

/*
 * In captures of pairs the exit of a thread's execve has the number of its main thread, which the
 * entry had not: what it asked for is found with the members, or "".
 */
static const char *asked_by_member(struct sinsp *s, const struct thread *leader)
{
	const struct thread *m;

	LIST_FOREACH(m, &leader->members, member)
	if (m->entry.type == SCAP_EVT_SYSCALL_EXECVE_19_E)
		return intern_str(s->pool, m->entry.path, m->entry.len);
	return "";
}

static void set_exe_path(struct sinsp *s, struct sinsp_thread *p, const char *asked)
{
	char path[8192];
	const char *name;
	size_t len = 0;

	if (scap_param_len(&s->ev.raw, EXEC_TRUSTED_PATH) > 1) {
		name = scap_param_str(&s->ev.raw, EXEC_TRUSTED_PATH, &len);
		p->exepath = intern_str(s->pool, name, len - deleted_suffix(name, len));
		return;
	}
	p->exepath = "";
	if (s->ev.raw.info->nparams <= EXEC_FILENAME)
		return; /* execveat tells no name */
	name = scap_param_str(&s->ev.raw, EXEC_FILENAME, &len);
	if (!name || len == 0) {
		name = asked;
		len = strlen(asked);
	}
	if (len == 0)
		return;
	len = sinsp_path_join(path, sizeof(path), p->cwd, strlen(p->cwd), name, len);
	p->exepath = intern_str(s->pool, path, len);
}

static void set_exe_file(struct sinsp *s, struct sinsp_thread *p)
{
	uint32_t flags = u32(s, EXEC_FLAGS, 0);

	p->exe_writable = flags & SCAP_EXE_WRITABLE;
	p->exe_upper_layer = flags & SCAP_EXE_UPPER_LAYER;
	p->exe_lower_layer = flags & SCAP_EXE_LOWER_LAYER;
	p->exe_from_memfd = flags & SCAP_EXE_FROM_MEMFD;
	p->exe_ino = scap_param_u64(&s->ev.raw, EXEC_INO, 0);
	p->exe_ino_ctime = scap_param_u64(&s->ev.raw, EXEC_CTIME, 0);
	p->exe_ino_mtime = scap_param_u64(&s->ev.raw, EXEC_MTIME, 0);
}

static void set_exec_ids(struct sinsp *s, struct sinsp_thread *p)
{
	const struct scap_event *ev = &s->ev.raw;

	p->env = parse_bytes(s, EXEC_ENV);
	p->tty = u32(s, EXEC_TTY, p->tty);
	p->vpgid = scap_param_s64(ev, EXEC_VPGID, p->vpgid);
	p->pgid = scap_param_s64(ev, EXEC_PGID, p->pgid);
	p->loginuid = u32(s, EXEC_LOGINUID, p->loginuid);
	p->uid = u32(s, EXEC_UID, p->uid);
	p->gid = u32(s, EXEC_GID, p->gid);
	p->cap_inheritable = scap_param_u64(ev, EXEC_CAP_INHERITABLE, p->cap_inheritable);
	p->cap_permitted = scap_param_u64(ev, EXEC_CAP_PERMITTED, p->cap_permitted);
	p->cap_effective = scap_param_u64(ev, EXEC_CAP_EFFECTIVE, p->cap_effective);
}

/* The kernel gives the program its own descriptor table and closes what is to be closed. */
static void exec_fds(struct thread *t)
{
	struct sinsp_fd_table *own;

	if (!t->pub.fds)
		return;
	if (fds_is_shared(t->pub.fds)) {
		own = fds_copy(t->pub.fds);
		if (!own)
			return;
		fds_drop(t->pub.fds);
		t->pub.fds = own;
	}
	fds_remove_cloexec(t->pub.fds);
}

void parse_execve(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	int64_t pid = scap_param_s64(ev, P_PID, t->pub.tid);
	const char *asked = "";
	struct thread *leader;
	bool unknown;

	t->entry.type = 0;
	if (scap_param_s64(ev, P_RES, -1) < 0 || !(t = check_thread(s, t)))
		return;
	unknown = t->pub.placeholder || t->pub.ptid <= 0;
	if (t->pub.placeholder)
		s->before.met = &t->pub;
	if (pid == t->pub.tid) {
		threads_set_leader(t, t);
		asked = asked_by_member(s, t);
		threads_remove_members(&s->threads, t);
	} else {
		leader = sinsp_leader(s, pid);
		if (leader)
			sinsp_join(s, t, leader);
	}
	if (t->pub.dead) {
		t->pub.dead = false;
		t->pub.leader->nthreads++;
	}
	if (unknown)
		threads_set_parent(&s->threads, t, process_of(s, scap_param_s64(ev, P_PTID, -1)));
	else
		check_parent(s, t);
	if (t->pub.vtid < 0) {
		t->pub.vtid = t->pub.tid;
		t->pub.vpid = t->pub.pid;
		t->pub.doubt |= SINSP_DOUBT_IDS;
	}
	t->pub.losses = s->losses;
	set_program(s, &t->pub);
	set_exec_ids(s, &t->pub);
	set_exe_path(s, &t->pub, asked);
	set_exe_file(s, &t->pub);
	t->pub.flags &= FLAGS_LASTING;
	t->pub.exec_ts = ev->hdr->ts;
	exec_fds(t);
	sinsp_place_thread(s, t);
}

/* ---- the end ---- */

/* The first process of @t's pid namespace, which need not be an ancestor: "exec" in a container. */
static int64_t namespace_init(struct sinsp *s, const struct sinsp_thread *t)
{
	int64_t init = t->container ? ((const struct container *)t->container)->init : 0;
	const struct thread *p = init ? threads_find(&s->threads, init) : NULL;

	if (!p || p->pub.dead || &p->pub == t || p->pub.vpid != 1 ||
	    !sinsp_same_namespace(&p->pub, t))
		return 0;
	return init;
}

/*
 * Who takes the children over where the kernel has not told: the nearest ancestor that has asked
 * for it, or the first process, of the same pid namespace.
 */
static int64_t nearest_reaper(struct sinsp *s, const struct sinsp_thread *t)
{
	const struct sinsp_thread *p = t;
	int i;

	for (i = 0; i < MAX_PARENTS; i++) {
		p = sinsp_thread_parent(s, p);
		if (!p || p == t || !sinsp_same_namespace(p, t))
			break;
		if (!p->dead && (p->reaper || p->pid == 1 || p->vpid == 1))
			return p->tid;
	}
	return sinsp_in_namespace(t) ? namespace_init(s, t) : 0;
}

static void give_children_away(struct sinsp *s, struct thread *t)
{
	struct thread *leader = t->pub.leader ? thread_of(t->pub.leader) : t;
	int64_t to = scap_param_s64(&s->ev.raw, 4, -1); /* reaper_tid; 0: no children */
	bool told;

	if (threads_alive_in(leader, t)) {
		if (t != leader)
			threads_give_children(&s->threads, t->pub.tid, leader->pub.tid, true);
		return;
	}
	told = to > 0;
	to = told ? process_of(s, to) : nearest_reaper(s, &leader->pub);
	threads_give_children(&s->threads, t->pub.tid, to, told);
	if (t != leader)
		threads_give_children(&s->threads, leader->pub.tid, to, told);
}

void parse_procexit(struct sinsp *s, struct thread *t)
{
	int64_t tid = (int64_t)s->ev.raw.hdr->tid;
	size_t i = (size_t)tid & (EXITS_KEPT - 1);

	s->exits[i].tid = tid;
	s->exits[i].ts = s->ev.raw.hdr->ts;
	if (!t || t->pub.dead)
		return;
	t->pub.dead = true;
	if (t->pub.leader && t->pub.leader->nthreads > 0)
		t->pub.leader->nthreads--;
	give_children_away(s, t);
	s->exited = tid;
}

/* ---- what changes in between ---- */

/* Memory belongs to the process: the main thread has it too. */
static void set_memory(struct sinsp *s, struct thread *t, unsigned int i)
{
	struct sinsp_thread *p = &t->pub;

	p->vmsize_kb = u32(s, i, p->vmsize_kb);
	p->vmrss_kb = u32(s, i + 1, p->vmrss_kb);
	p->vmswap_kb = u32(s, i + 2, p->vmswap_kb);
	if (!p->leader || p->leader == p)
		return;
	p->leader->vmsize_kb = p->vmsize_kb;
	p->leader->vmrss_kb = p->vmrss_kb;
	p->leader->vmswap_kb = p->vmswap_kb;
}

void parse_memory(struct sinsp *s, struct thread *t)
{
	set_memory(s, t, 1);
}

/* How long the thread had the CPU: since the switch before on it. */
static void count_cpu_time(struct sinsp *s, struct thread *t)
{
	uint16_t cpu = s->ev.raw.cpu;
	uint64_t ts = s->ev.raw.hdr->ts, since;

	if (cpu >= CPUS_MAX)
		return;
	since = s->switched[cpu];
	s->switched[cpu] = ts;
	if (since && ts > since)
		s->ev.cpu_ns = ts - since;
	if (t)
		t->pub.cpu_ns += s->ev.cpu_ns;
}

void parse_switch(struct sinsp *s, struct thread *t)
{
	count_cpu_time(s, t);
	if (!t)
		return;
	t->pub.pfmajor = scap_param_u64(&s->ev.raw, 1, t->pub.pfmajor);
	t->pub.pfminor = scap_param_u64(&s->ev.raw, 2, t->pub.pfminor);
	set_memory(s, t, 3);
}

/*
 * The limit of open files. What a call did not set, and where another one was asked of, stands as 0
 * or -1: a call that asks tells the old limit, one that sets the new one.
 */
void parse_rlimit(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	bool prlimit = ev->hdr->type == SCAP_EVT_SYSCALL_PRLIMIT_X;
	unsigned int resource = prlimit ? 6 : 3;
	int64_t cur = scap_param_s64(ev, 1, -1), pid = prlimit ? scap_param_s64(ev, 5, -1) : 0;

	if (scap_param_s64(ev, 0, -1) < 0 || u32(s, resource, UINT32_MAX) != SCAP_RLIMIT_NOFILE)
		return;
	if (prlimit && (cur <= 0 || scap_param_s64(ev, 2, -1) <= 0))
		cur = scap_param_s64(ev, 3, -1);
	if (pid && pid != t->pub.vpid) /* as the caller's pid namespace numbers it */
		t = t->pub.vpid == t->pub.pid ? threads_find(&s->threads, pid) : NULL;
	if (cur <= 0 || !t)
		return;
	t->pub.fdlimit = cur;
	if (t->pub.leader)
		t->pub.leader->fdlimit = cur;
}

void parse_prctl(struct sinsp *s, struct thread *t)
{
	struct sinsp_thread *leader = t->pub.leader ? t->pub.leader : &t->pub;
	uint32_t option = u32(s, 1, UINT32_MAX);

	if (scap_param_s64(&s->ev.raw, 0, -1) != 0)
		return;
	if (option == SCAP_PR_SET_CHILD_SUBREAPER || option == SCAP_PR_GET_CHILD_SUBREAPER)
		leader->reaper = scap_param_s64(&s->ev.raw, 3, 0) != 0 || leader->vpid == 1;
}

/* unshare and setns: their flags are the last parameter. */
void parse_namespaces(struct sinsp *s, struct thread *t)
{
	bool unshare = s->ev.raw.hdr->type == SCAP_EVT_SYSCALL_UNSHARE_X;
	uint32_t flags = u32(s, unshare ? 1 : 2, 0);
	struct sinsp_fd_table *own;

	if (scap_param_s64(&s->ev.raw, 0, -1) != 0)
		return;
	if (flags & SCAP_CLONE_NEWUSER)
		t->pub.cap_permitted = t->pub.cap_effective = ALL_CAPS;
	if (unshare && (flags & SCAP_CLONE_FILES) && t->pub.fds && fds_is_shared(t->pub.fds)) {
		own = fds_copy(t->pub.fds);
		if (!own)
			return;
		fds_drop(t->pub.fds);
		t->pub.fds = own;
	}
}

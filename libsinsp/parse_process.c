/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and processes: how they change their program, end, and what changes in between. */
#include "environ.h"
#include "lineage.h"

#define FLAGS_LASTING (FLAG_INVERTED | FLAG_PIPE_SRC | FLAG_PIPE_DST) /* over execve */

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

/* ---- execve ---- */

void parse_program(struct sinsp *s, struct sinsp_thread *p)
{
	const struct scap_event *ev = &s->ev.raw;

	p->exe = parse_str(s, P_EXE);
	p->args = parse_bytes(s, P_ARGS);
	p->comm = parse_str(s, P_COMM);
	if (scap_param_len(ev, P_CGROUPS) > 0)
		p->cgroups = parse_bytes(s, P_CGROUPS);
	p->fdlimit = scap_param_s64(ev, P_FDLIMIT, p->fdlimit);
	p->vmsize_kb = parse_u32(s, P_VM_SIZE, p->vmsize_kb);
	p->vmrss_kb = parse_u32(s, P_VM_RSS, p->vmrss_kb);
	p->vmswap_kb = parse_u32(s, P_VM_SWAP, p->vmswap_kb);
	p->pfmajor = scap_param_u64(ev, P_PGFT_MAJ, p->pfmajor);
	p->pfminor = scap_param_u64(ev, P_PGFT_MIN, p->pfminor);
	if (scap_param_len(ev, P_CWD) > 1)
		p->cwd = parse_str(s, P_CWD);
	else if (p->placeholder && p->cwd == s->unknown_cwd)
		p->cwd = "";
	p->placeholder = false;
}

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

/*
 * A capture that begins within an execve has its exit without the entry, and the program in the
 * list of processes already: the path that is known there is that of this program.
 */
static const char *known_before(struct sinsp *s, const struct thread *t)
{
	const struct sinsp_thread *p = &t->pub;
	struct scap_bytes args = parse_bytes(s, P_ARGS);

	if (t->born || p->exec_ts || p->placeholder || parse_str(s, P_EXE) != p->exe ||
	    parse_str(s, P_COMM) != p->comm || args.len != p->args.len ||
	    memcmp(args.ptr, p->args.ptr, args.len) != 0)
		return "";
	return p->exepath;
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
	name = scap_param_str(&s->ev.raw, EXEC_FILENAME, &len);
	if (!name || len == 0) { /* as after execveat */
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
	uint32_t flags = parse_u32(s, EXEC_FLAGS, 0);

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
	uint32_t len = scap_param_len(ev, EXEC_ENV);

	p->env = environ_of(s, p->pid, len ? (const char *)scap_param_ptr(ev, EXEC_ENV) : "", len);
	p->tty = parse_u32(s, EXEC_TTY, p->tty);
	p->vpgid = scap_param_s64(ev, EXEC_VPGID, p->vpgid);
	p->pgid = scap_param_s64(ev, EXEC_PGID, p->pgid);
	p->loginuid = parse_u32(s, EXEC_LOGINUID, p->loginuid);
	p->uid = parse_u32(s, EXEC_UID, p->uid);
	p->gid = parse_u32(s, EXEC_GID, p->gid);
	p->cap_inheritable = scap_param_u64(ev, EXEC_CAP_INHERITABLE, p->cap_inheritable);
	p->cap_permitted = scap_param_u64(ev, EXEC_CAP_PERMITTED, p->cap_permitted);
	p->cap_effective = scap_param_u64(ev, EXEC_CAP_EFFECTIVE, p->cap_effective);
}

void parse_exec_fds(struct thread *t)
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
	uint32_t caller;
	bool unknown;

	if (t->entry.type == SCAP_EVT_SYSCALL_EXECVEAT_E)
		asked = intern_str(s->pool, t->entry.path, t->entry.len);
	t->entry.type = 0;
	if (scap_param_s64(ev, P_RES, -1) < 0 || !(t = lineage_check_thread(s, t)))
		return;
	unknown = t->pub.placeholder || t->pub.ptid <= 0;
	caller = t->pub.uid;
	if (t->pub.placeholder)
		s->before.met = &t->pub;
	if (pid == t->pub.tid) {
		threads_set_leader(t, t);
		if (!*asked)
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
		threads_set_parent(&s->threads, t,
				   lineage_process(s, scap_param_s64(ev, P_PTID, -1)));
	else
		lineage_check_parent(s, t);
	if (t->pub.vtid < 0) {
		t->pub.vtid = t->pub.tid;
		t->pub.vpid = t->pub.pid;
		t->pub.doubt |= SINSP_DOUBT_IDS;
	}
	t->pub.losses = s->losses;
	if (!*asked)
		asked = known_before(s, t);
	parse_program(s, &t->pub);
	set_exec_ids(s, &t->pub);
	set_exe_path(s, &t->pub, asked);
	set_exe_file(s, &t->pub);
	t->pub.flags &= FLAGS_LASTING;
	t->pub.exec_ts = ev->hdr->ts;
	parse_exec_fds(t);
	sinsp_place_thread(s, t);
	sinsp_expect_container(s, &t->pub, caller);
}

/* ---- the end ---- */

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
	to = told ? lineage_process(s, to) : lineage_reaper(s, &leader->pub);
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
	sinsp_end_in_container(s, &t->pub);
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

	p->vmsize_kb = parse_u32(s, i, p->vmsize_kb);
	p->vmrss_kb = parse_u32(s, i + 1, p->vmrss_kb);
	p->vmswap_kb = parse_u32(s, i + 2, p->vmswap_kb);
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

void parse_switch(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;

	if (ev->cpu < CPUS_MAX) {
		s->ev.cpu_ns = parse_ran(s, ev);
		s->switched[ev->cpu] = ev->hdr->ts;
	}
	if (!t)
		return;
	t->pub.cpu_ns += s->ev.cpu_ns;
	t->pub.pfmajor = scap_param_u64(ev, 1, t->pub.pfmajor);
	t->pub.pfminor = scap_param_u64(ev, 2, t->pub.pfminor);
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

	if (scap_param_s64(ev, 0, -1) < 0 ||
	    parse_u32(s, resource, UINT32_MAX) != SCAP_RLIMIT_NOFILE)
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
	uint32_t option = parse_u32(s, 1, UINT32_MAX);

	if (scap_param_s64(&s->ev.raw, 0, -1) != 0)
		return;
	if (option == SCAP_PR_SET_CHILD_SUBREAPER || option == SCAP_PR_GET_CHILD_SUBREAPER)
		leader->reaper = scap_param_s64(&s->ev.raw, 3, 0) != 0 || leader->vpid == 1;
}

/* unshare and setns: their flags are the last parameter. */
void parse_namespaces(struct sinsp *s, struct thread *t)
{
	bool unshare = s->ev.raw.hdr->type == SCAP_EVT_SYSCALL_UNSHARE_X;
	uint32_t flags = parse_u32(s, unshare ? 1 : 2, 0);
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

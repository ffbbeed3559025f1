/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way back of load.c: threads and descriptors as they are now, in the form in which a capture
 * begins. Read again it gives the same state, but for what a snapshot cannot hold (when a process
 * was started, which connection is still being made).
 */
#include "export.h"
#include "inspector.h"
#include "tell.h"

#include <errno.h>
#include <stdlib.h>

void export_free(struct export *e)
{
	free(e->snap.threads);
	free(e->fds);
	memset(e, 0, sizeof(*e));
}

/* Threads of a process share its descriptors: they are listed once, with its main thread. */
static bool has_own_fds(const struct sinsp_thread *t)
{
	return t->fds && (!t->leader || t->leader == t || t->leader->fds != t->fds);
}

/* The thread that the present event ends is still there: the event may follow. */
static bool is_known(const struct sinsp *s, const struct sinsp_thread *t)
{
	return !t->placeholder && t->tid > 0 && (!t->dead || t->tid == s->exited);
}

static int make_room(struct sinsp *s)
{
	struct export *e = &s->export;
	size_t threads = 0, fds = 0;
	struct thread *t;
	void *p;

	TAILQ_FOREACH (t, &s->threads.all, all) {
		if (!is_known(s, &t->pub))
			continue;
		threads++;
		if (has_own_fds(&t->pub))
			fds += fds_count(t->pub.fds);
	}
	if (threads > e->threads_cap) {
		p = reallocarray(e->snap.threads, threads, sizeof(*e->snap.threads));
		if (!p)
			return -ENOMEM;
		e->snap.threads = p;
		e->threads_cap = threads;
	}
	if (fds > e->fds_cap) {
		p = reallocarray(e->fds, fds, sizeof(*e->fds));
		if (!p)
			return -ENOMEM;
		e->fds = p;
		e->fds_cap = fds;
	}
	return 0;
}

/* A snapshot has the own end of a connection first, the state the end that called. */
static void export_ends(struct scap_fd *to, const struct sinsp_fd *fd)
{
	bool swap = fd->role == SINSP_ROLE_SERVER &&
		    (fd->type == SCAP_FD_IPV4_SOCK || fd->type == SCAP_FD_IPV6_SOCK);

	memcpy(to->sip, swap ? fd->dip : fd->sip, sizeof(to->sip));
	memcpy(to->dip, swap ? fd->sip : fd->dip, sizeof(to->dip));
	to->sport = swap ? fd->dport : fd->sport;
	to->dport = swap ? fd->sport : fd->dport;
}

static bool export_fd(struct sinsp_fd *fd, void *arg)
{
	struct export *e = arg;
	struct scap_fd *to;

	if (e->n_fds >= e->fds_cap)
		return false;
	to = &e->fds[e->n_fds++];
	*to = (struct scap_fd){ .fd = fd->num,
				.ino = fd->ino,
				.type = fd->type,
				.l4proto = fd->l4proto ? fd->l4proto : fd->socket_proto,
				.unix_src = fd->unix_src,
				.unix_dst = fd->unix_dst,
				.open_flags = fd->open_flags & ~(uint32_t)SCAP_O_CLOEXEC,
				.dev = fd->dev,
				.name = fd->name };
	if (fd->cloexec)
		to->open_flags |= SCAP_O_CLOEXEC;
	export_ends(to, fd);
	return true;
}

/* An unknown id is -1 in the state and 0 in a process list. */
static uint64_t id_of(int64_t id)
{
	return id < 0 ? 0 : (uint64_t)id;
}

static void export_thread(struct sinsp *s, const struct sinsp_thread *t)
{
	struct export *e = &s->export;
	struct scap_thread *to = &e->snap.threads[e->snap.n_threads++];
	bool moved = s->before.moved && s->before.moved == (t->leader ? t->leader : t);

	*to = (struct scap_thread){
		.tid = id_of(t->tid),
		.pid = id_of(t->pid),
		.ptid = id_of(t->ptid),
		.sid = t->sid,
		.vpgid = t->vpgid,
		.pgid = t->pgid,
		.vtid = t->vtid,
		.vpid = t->vpid,
		.comm = t->comm,
		.exe = t->exe,
		.exepath = t->exepath,
		.cwd = moved ? s->before.cwd : t->cwd,
		.root = moved ? s->before.root : t->root,
		.args = t->args,
		.env = t->env,
		.cgroups = t->cgroups,
		.fdlimit = t->fdlimit,
		.flags = t->flags,
		.uid = t->uid,
		.gid = t->gid,
		.loginuid = t->loginuid,
		.vmsize_kb = t->vmsize_kb,
		.vmrss_kb = t->vmrss_kb,
		.vmswap_kb = t->vmswap_kb,
		.pfmajor = t->pfmajor,
		.pfminor = t->pfminor,
		.pidns_init_start_ts = t->pidns_init_start_ts,
		.tty = t->tty,
		.exe_writable = t->exe_writable,
		.exe_upper_layer = t->exe_upper_layer,
		.exe_lower_layer = t->exe_lower_layer,
		.exe_from_memfd = t->exe_from_memfd,
		.cap_inheritable = t->cap_inheritable,
		.cap_permitted = t->cap_permitted,
		.cap_effective = t->cap_effective,
		.exe_ino = t->exe_ino,
		.exe_ino_ctime = t->exe_ino_ctime,
		.exe_ino_mtime = t->exe_ino_mtime,
	};
	if (!has_own_fds(t))
		return;
	to->fds = e->fds + e->n_fds;
	fds_each(t->fds, export_fd, e);
	to->n_fds = (size_t)(e->fds + e->n_fds - to->fds);
}

const struct scap_snapshot *sinsp_snapshot(struct sinsp *s)
{
	const struct scap_snapshot *first = scap_snapshot(s->scap);
	struct export *e = &s->export;
	struct thread *t;

	if (make_room(s) < 0)
		return NULL;
	if (first)
		e->snap.machine = first->machine;
	e->snap.interfaces = s->interfaces;
	e->snap.n_interfaces = s->n_interfaces;
	if (s->users.host) {
		e->snap.users = s->users.host->users;
		e->snap.n_users = s->users.host->n_users;
		e->snap.groups = s->users.host->groups;
		e->snap.n_groups = s->users.host->n_groups;
	}
	e->snap.n_threads = 0;
	e->n_fds = 0;
	TAILQ_FOREACH (t, &s->threads.all, all)
		if (is_known(s, &t->pub))
			export_thread(s, &t->pub);
	return &e->snap;
}

/* ---- what a snapshot has no place for ---- */

void tell_users(struct telling *t, const struct user_list *l)
{
	size_t i;

	for (i = 0; i < l->n_users; i++) {
		const struct scap_user *u = &l->users[i];
		struct scap_param params[] = {
			{ &u->uid, sizeof(u->uid) }, { &u->gid, sizeof(u->gid) },
			tell_text(u->name),	     tell_text(u->home),
			tell_text(u->shell),	     tell_text(l->container),
		};

		tell_event(t, SCAP_EVT_USER_ADDED_E, UINT64_MAX, params, 6);
	}
	for (i = 0; i < l->n_groups; i++) {
		const struct scap_group *g = &l->groups[i];
		struct scap_param params[] = { { &g->gid, sizeof(g->gid) },
					       tell_text(g->name),
					       tell_text(l->container) };

		tell_event(t, SCAP_EVT_GROUP_ADDED_E, UINT64_MAX, params, 3);
	}
}

void tell_container(struct telling *t, const struct sinsp_container *c)
{
	struct scap_param json;

	if (!c->json)
		return;
	json = tell_text(c->json);
	tell_event(t, SCAP_EVT_CONTAINER_JSON_2_E, UINT64_MAX, &json, 1);
}

int sinsp_tell_state(struct sinsp *s, uint64_t ts,
		     int (*fn)(const struct scap_event *ev, void *arg), void *arg)
{
	struct telling t = { .ts = ts, .fn = fn, .arg = arg };
	const struct container *c;
	const struct user_list *l;

	TAILQ_FOREACH (c, &s->containers.all, link)
		tell_container(&t, &c->pub);
	STAILQ_FOREACH (l, &s->users.lists, link)
		if (l != s->users.host)
			tell_users(&t, l);
	return t.rc;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The state at the start: threads and descriptors of a snapshot. */
#include "load.h"
#include "environ.h"
#include "fd_name.h"

#include <stdlib.h>

#define PORT_BYTES (65536 / 8)

static const char *keep(struct sinsp *s, const char *p)
{
	return intern_str(s->pool, p, p ? strlen(p) : 0);
}

bool sinsp_listens(const struct sinsp *s, uint16_t port)
{
	return s->listening && (s->listening[port / 8] & (1u << (port % 8)));
}

/* Which end called is not told: who has a port that is listened on here is the server. */
static void guess_role(struct sinsp *s, struct sinsp_fd *fd)
{
	uint8_t ip[16];
	uint16_t port = fd->sport;

	if (fd->dport == 0)
		return;
	fd->connected = true;
	fd->role = SINSP_ROLE_CLIENT;
	fd->doubt |= SINSP_DOUBT_ROLE;
	if (!sinsp_listens(s, port) || sinsp_listens(s, fd->dport))
		return;
	fd->role = SINSP_ROLE_SERVER;
	memcpy(ip, fd->sip, sizeof(ip));
	memcpy(fd->sip, fd->dip, sizeof(ip));
	memcpy(fd->dip, ip, sizeof(ip));
	fd->sport = fd->dport;
	fd->dport = port;
}

/* A socket that has neither end yet: what it will speak is known, and that is all. */
static bool is_fresh(const struct scap_fd *fd)
{
	static const uint8_t none[16];

	return !fd->sport && !fd->dport && !memcmp(fd->sip, none, sizeof(none)) &&
	       !memcmp(fd->dip, none, sizeof(none));
}

struct sinsp_fd *sinsp_load_fd(struct sinsp *s, struct sinsp_fd_table *fds,
			       const struct scap_fd *from)
{
	struct sinsp_fd *fd = fds_add(fds, from->fd);

	if (!fd)
		return NULL;
	fd->losses = s->losses;
	fd->type = from->type;
	fd->l4proto = from->l4proto;
	fd->open_flags = from->open_flags;
	fd->cloexec = from->open_flags & SCAP_O_CLOEXEC;
	fd->dev = from->dev;
	fd->ino = from->ino;
	fd->name = keep(s, from->name);
	switch (from->type) {
	case SCAP_FD_IPV4_SOCK:
	case SCAP_FD_IPV6_SOCK:
	case SCAP_FD_IPV4_SERVSOCK:
	case SCAP_FD_IPV6_SERVSOCK:
		memcpy(fd->sip, from->sip, sizeof(fd->sip));
		memcpy(fd->dip, from->dip, sizeof(fd->dip));
		fd->sport = from->sport;
		fd->dport = from->dport;
		fd->socket_proto = fd->l4proto;
		if (is_fresh(from)) {
			fd->l4proto = SCAP_L4_UNKNOWN;
			break;
		}
		if (from->type == SCAP_FD_IPV6_SOCK && fd_unmap_ipv4(fd->sip)) {
			fd->type = SCAP_FD_IPV4_SOCK;
			fd_unmap_ipv4(fd->dip);
		}
		if (fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK)
			fd->role = SINSP_ROLE_SERVER;
		else
			guess_role(s, fd);
		fd_name_inet(fd, s->pool);
		break;
	case SCAP_FD_UNIX_SOCK:
		fd->unix_src = from->unix_src;
		fd->unix_dst = from->unix_dst;
		fd->connected = from->unix_dst != 0;
		break;
	default:
		break;
	}
	return fd;
}

/* Directories are kept with a slash at the end, as chdir leaves them. */
static const char *keep_dir(struct sinsp *s, const char *path)
{
	size_t n = path ? strlen(path) : 0;
	char dir[4096];

	if (!n || path[n - 1] == '/' || n >= sizeof(dir))
		return keep(s, path);
	memcpy(dir, path, n);
	dir[n] = '/';
	return intern_str(s->pool, dir, n + 1);
}

void sinsp_load_thread(struct sinsp *s, struct thread *t, const struct scap_thread *from)
{
	struct sinsp_thread *p = &t->pub;
	struct sinsp_fd_table *fds;
	size_t i;

	p->pid = (int64_t)from->pid;
	threads_set_parent(&s->threads, t, (int64_t)from->ptid);
	p->vtid = from->vtid;
	p->vpid = from->vpid;
	p->sid = from->sid;
	p->pgid = from->pgid;
	p->vpgid = from->vpgid;
	p->comm = keep(s, from->comm);
	p->exe = keep(s, from->exe);
	p->exepath = keep(s, from->exepath);
	p->cwd = keep_dir(s, from->cwd);
	p->root = keep(s, from->root);
	p->args = intern_bytes(s->pool, from->args.ptr, from->args.len);
	p->env = environ_of(s, p->pid, from->env.ptr, from->env.len);
	p->cgroups = intern_bytes(s->pool, from->cgroups.ptr, from->cgroups.len);
	p->flags = from->flags;
	p->uid = from->uid;
	p->gid = from->gid;
	p->loginuid = from->loginuid;
	p->tty = from->tty;
	p->fdlimit = from->fdlimit;
	p->cap_inheritable = from->cap_inheritable;
	p->cap_permitted = from->cap_permitted;
	p->cap_effective = from->cap_effective;
	p->exe_writable = from->exe_writable;
	p->exe_upper_layer = from->exe_upper_layer;
	p->exe_lower_layer = from->exe_lower_layer;
	p->exe_from_memfd = from->exe_from_memfd;
	p->exe_ino = from->exe_ino;
	p->exe_ino_ctime = from->exe_ino_ctime;
	p->exe_ino_mtime = from->exe_ino_mtime;
	p->vmsize_kb = from->vmsize_kb;
	p->vmrss_kb = from->vmrss_kb;
	p->vmswap_kb = from->vmswap_kb;
	p->pfmajor = from->pfmajor;
	p->pfminor = from->pfminor;
	p->pidns_init_start_ts = from->pidns_init_start_ts;
	p->reaper = p->pid == 1 || p->vpid == 1;
	if (from->n_fds == 0)
		return;
	fds = sinsp_own_fds(s, t);
	for (i = 0; i < from->n_fds; i++)
		sinsp_load_fd(s, fds, &from->fds[i]);
}

static void note_listening(struct sinsp *s, const struct scap_thread *t)
{
	const struct scap_fd *fd;
	size_t i;

	for (i = 0; i < t->n_fds; i++) {
		fd = &t->fds[i];
		if (fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK)
			s->listening[fd->sport / 8] |= (uint8_t)(1u << (fd->sport % 8));
	}
}

void sinsp_load_snapshot(struct sinsp *s, const struct scap_snapshot *snap)
{
	const struct scap_thread *from;
	struct thread *t, *leader;
	size_t i;

	s->interfaces = snap->interfaces;
	s->n_interfaces = snap->n_interfaces;
	if (!s->opts.no_users)
		users_load(&s->users, snap);
	if (!s->listening)
		s->listening = malloc(PORT_BYTES);
	if (s->listening) {
		memset(s->listening, 0, PORT_BYTES);
		for (i = 0; i < snap->n_threads; i++)
			note_listening(s, &snap->threads[i]);
	}
	for (i = 0; i < snap->n_threads; i++) {
		from = &snap->threads[i];
		if (from->tid == 0 || from->tid > INT64_MAX)
			continue;
		t = threads_add(&s->threads, (int64_t)from->tid);
		if (t)
			sinsp_load_thread(s, t, from);
	}
	/* Leaders when all are there: a list may have threads before them. */
	for (i = 0; i < snap->n_threads; i++) {
		t = threads_find(&s->threads, (int64_t)snap->threads[i].tid);
		if (!t)
			continue;
		leader = sinsp_leader(s, t->pub.pid);
		if (leader)
			sinsp_join(s, t, leader);
		sinsp_place_thread(s, t);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What an inspector is asked: its threads, descriptors, containers, users, and where paths start.
 */
#include "inspector.h"

#define NAMESPACE_SEARCH 4096u

const struct scap_error *sinsp_error(const struct sinsp *s)
{
	return &s->err;
}

const struct scap_machine *sinsp_machine(const struct sinsp *s)
{
	static const struct scap_machine unknown;
	const struct scap_snapshot *snap = scap_snapshot(s->scap);

	return snap ? &snap->machine : &unknown;
}

struct scap *sinsp_scap(struct sinsp *s)
{
	return s->scap;
}

uint64_t sinsp_first_ts(const struct sinsp *s)
{
	return s->first_ts;
}

uint64_t sinsp_threads_refused(const struct sinsp *s)
{
	return s->threads.refused;
}

uint64_t sinsp_files_refused(const struct sinsp *s)
{
	return s->containers.local.refused;
}

/* ---- threads ---- */

struct sinsp_thread *sinsp_find_thread(struct sinsp *s, int64_t tid)
{
	struct thread *t = threads_find(&s->threads, tid);

	return t ? &t->pub : NULL;
}

bool sinsp_same_namespace(const struct sinsp_thread *a, const struct sinsp_thread *b)
{
	if (sinsp_in_namespace(a) != sinsp_in_namespace(b))
		return false;
	return !sinsp_in_namespace(a) || !a->pidns_init_start_ts || !b->pidns_init_start_ts ||
	       a->pidns_init_start_ts == b->pidns_init_start_ts;
}

/* In the same one, known by its container or its beginning. */
static bool shares_namespace(const struct sinsp_thread *a, const struct sinsp_thread *b)
{
	if (!sinsp_same_namespace(a, b))
		return false;
	return (a->container && a->container == b->container) ||
	       (a->pidns_init_start_ts && a->pidns_init_start_ts == b->pidns_init_start_ts);
}

/* Few calls need it, and there is no index: the newest are looked at, as many as a host has. */
struct thread *sinsp_find_as(struct sinsp *s, const struct thread *t, int64_t vtid)
{
	unsigned int left = NAMESPACE_SEARCH;
	struct thread *o;

	if (!sinsp_in_namespace(&t->pub))
		return threads_find(&s->threads, vtid);
	TAILQ_FOREACH_REVERSE(o, &s->threads.all, thread_queue, all)
	{
		if (left-- == 0)
			break;
		if (o->pub.vtid == vtid && shares_namespace(&o->pub, &t->pub))
			return o;
	}
	return NULL;
}

struct sinsp_thread *sinsp_thread_parent(struct sinsp *s, const struct sinsp_thread *t)
{
	struct thread *p = t->ptid > 0 ? threads_find(&s->threads, t->ptid) : NULL;

	if (!p)
		return NULL;
	return p->pub.leader ? p->pub.leader : &p->pub;
}

void sinsp_each_thread(struct sinsp *s, bool (*fn)(struct sinsp_thread *, void *), void *arg)
{
	struct thread *t;

	TAILQ_FOREACH (t, &s->threads.all, all)
		if (!fn(&t->pub, arg))
			return;
}

void sinsp_thread_cmdline(const struct sinsp_thread *t, struct sinsp_text *out)
{
	const char *p = t->args.ptr, *end = p + t->args.len;
	size_t n;

	sinsp_text_puts(out, t->comm);
	for (; p < end; p += n + 1) {
		n = strnlen(p, (size_t)(end - p));
		sinsp_text_add(out, " ", 1);
		sinsp_text_add(out, p, n);
	}
}

unsigned int sinsp_thread_doubt(const struct sinsp *s, const struct sinsp_thread *t)
{
	return t->doubt | (t->losses != s->losses ? SINSP_DOUBT_LOSS : 0);
}

/* ---- descriptors ---- */

unsigned int sinsp_fd_doubt(const struct sinsp *s, const struct sinsp_fd *fd)
{
	return fd->doubt | (fd->losses != s->losses ? SINSP_DOUBT_LOSS : 0);
}

struct sinsp_fd *sinsp_thread_fd(const struct sinsp_thread *t, int64_t num)
{
	return (struct sinsp_fd *)(uintptr_t)fds_find(t->fds, num);
}

size_t sinsp_thread_fd_count(const struct sinsp_thread *t)
{
	return fds_count(t->fds);
}

void sinsp_each_fd(const struct sinsp_thread *t, bool (*fn)(struct sinsp_fd *, void *), void *arg)
{
	fds_each(t->fds, fn, arg);
}

/* ---- paths ---- */

const char *sinsp_dir_path(const struct sinsp_thread *t, int64_t dirfd)
{
	const struct sinsp_fd *fd;

	if (dirfd == SCAP_AT_FDCWD)
		return t->cwd;
	fd = fds_find(t->fds, dirfd);
	return fd && *fd->name ? fd->name : NULL;
}

const char *sinsp_event_base_dir(struct sinsp *s, const struct sinsp_event *ev, unsigned int i)
{
	const struct scap_param_info *p;

	(void)s;
	if (!ev->thread || i >= ev->raw.info->nparams)
		return NULL;
	p = &ev->raw.info->params[i];
	if (p->type == PT_FSPATH)
		return ev->thread->cwd;
	if (p->type != PT_FSRELPATH || p->dirfd < 0)
		return NULL;
	return sinsp_dir_path(ev->thread, scap_param_s64(&ev->raw, (unsigned int)p->dirfd, -1));
}

/* ---- containers ---- */

void sinsp_each_container(struct sinsp *s, bool (*fn)(struct sinsp_container *, void *), void *arg)
{
	struct container *c;

	TAILQ_FOREACH (c, &s->containers.all, link)
		if (!fn(&c->pub, arg))
			return;
}

struct sinsp_container *sinsp_find_container(struct sinsp *s, const char *id_or_name)
{
	struct container *c = containers_find(&s->containers, id_or_name, strlen(id_or_name));

	if (c)
		return &c->pub;
	TAILQ_FOREACH (c, &s->containers.all, link)
		if (strcmp(c->pub.full_id, id_or_name) == 0)
			return &c->pub;
	TAILQ_FOREACH (c, &s->containers.all, link)
		if (strcmp(c->pub.name, id_or_name) == 0)
			return &c->pub;
	TAILQ_FOREACH (c, &s->containers.all, link)
		if (*id_or_name && strncmp(c->pub.full_id, id_or_name, strlen(id_or_name)) == 0)
			return &c->pub;
	return NULL;
}

/* ---- users ---- */

const struct scap_user *sinsp_find_user(struct sinsp *s, const struct sinsp_container *c,
					uint32_t uid)
{
	/* So everywhere, also where no list says it. */
	static const struct scap_user root = {
		.uid = 0, .gid = 0, .name = "root", .home = "/root", .shell = ""
	};
	const struct scap_user *u;

	if (s->opts.no_users)
		return NULL;
	u = users_find(&s->users, c ? c->id : "", uid);
	return !u && uid == 0 ? &root : u;
}

const struct scap_group *sinsp_find_group(struct sinsp *s, const struct sinsp_container *c,
					  uint32_t gid)
{
	static const struct scap_group root = { .gid = 0, .name = "root" };
	const struct scap_group *g;

	if (s->opts.no_users)
		return NULL;
	g = groups_find(&s->users, c ? c->id : "", gid);
	return !g && gid == 0 ? &root : g;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* From events to the story: which event is whose business, and which box it belongs to. */
#include <stdlib.h>
#include <string.h>

#include "story.h"

#define ARENA_BYTES ((size_t)512 << 20)
#define MAX_BOXES   4096

typedef void handler(struct story *, struct story_proc *, const struct sinsp_event *);

static void on_privilege(struct story *st, struct story_proc *p, const struct sinsp_event *ev);

static const struct {
	uint16_t type;
	handler *fn;
} rows[] = {
	{ SCAP_EVT_SYSCALL_EXECVE_19_X, story_on_exec },
	{ SCAP_EVT_SYSCALL_EXECVEAT_X, story_on_exec },
	{ SCAP_EVT_PROCEXIT_1_E, story_on_exit },
	{ SCAP_EVT_SYSCALL_SETUID_X, story_on_setuid },
	{ SCAP_EVT_SYSCALL_SETREUID_X, story_on_setuid },
	{ SCAP_EVT_SYSCALL_SETRESUID_X, story_on_setuid },
	{ SCAP_EVT_SYSCALL_KILL_X, story_on_kill },
	{ SCAP_EVT_SYSCALL_TKILL_X, story_on_kill },
	{ SCAP_EVT_SYSCALL_TGKILL_X, story_on_kill },
	{ SCAP_EVT_SYSCALL_PIDFD_OPEN_X, story_on_pidfd_open },
	{ SCAP_EVT_SYSCALL_OPEN_X, story_on_open },
	{ SCAP_EVT_SYSCALL_OPENAT_2_X, story_on_open },
	{ SCAP_EVT_SYSCALL_OPENAT2_X, story_on_open },
	{ SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X, story_on_open },
	{ SCAP_EVT_SYSCALL_CREAT_X, story_on_open },
	{ SCAP_EVT_SYSCALL_UNLINK_2_X, story_on_unlink },
	{ SCAP_EVT_SYSCALL_UNLINKAT_2_X, story_on_unlink },
	{ SCAP_EVT_SYSCALL_RENAME_X, story_on_rename },
	{ SCAP_EVT_SYSCALL_RENAMEAT_X, story_on_rename },
	{ SCAP_EVT_SYSCALL_RENAMEAT2_X, story_on_rename },
	{ SCAP_EVT_SYSCALL_LINK_2_X, story_on_link },
	{ SCAP_EVT_SYSCALL_LINKAT_2_X, story_on_link },
	{ SCAP_EVT_SYSCALL_CHMOD_X, story_on_chmod },
	{ SCAP_EVT_SYSCALL_FCHMOD_X, story_on_chmod },
	{ SCAP_EVT_SYSCALL_FCHMODAT_X, story_on_chmod },
	{ SCAP_EVT_SOCKET_CONNECT_X, story_on_connect },
	{ SCAP_EVT_SOCKET_ACCEPT_5_X, story_on_accept },
	{ SCAP_EVT_SOCKET_ACCEPT4_6_X, story_on_accept },
	{ SCAP_EVT_SOCKET_LISTEN_X, story_on_listen },
	{ SCAP_EVT_SOCKET_GETSOCKOPT_X, story_on_getsockopt },
	{ SCAP_EVT_SYSCALL_MOUNT_X, on_privilege },
	{ SCAP_EVT_SYSCALL_PTRACE_X, on_privilege },
	{ SCAP_EVT_SYSCALL_SETNS_X, on_privilege },
	{ SCAP_EVT_SYSCALL_UNSHARE_X, on_privilege },
	{ SCAP_EVT_SYSCALL_INIT_MODULE_X, on_privilege },
	{ SCAP_EVT_SYSCALL_FINIT_MODULE_X, on_privilege },
};

static handler *handlers[SCAP_EVT_MAX];

/* Calls that few programs in a container make. */
static void on_privilege(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	char path[256] = "";
	size_t len;
	const char *dir;

	if (p->box->host || scap_event_result(&ev->raw, -1) < 0)
		return;
	if (ev->raw.hdr->type == SCAP_EVT_SYSCALL_MOUNT_X &&
	    (dir = scap_param_str(&ev->raw, 2, &len)))
		memcpy(path, dir, len < sizeof(path) ? len : sizeof(path) - 1);
	story_key_add(st, p, ev->raw.hdr->ts, true, "uses a rare call",
		      story_printf(st, "%s%s%s", ev->raw.info->name, *path ? " on " : "", path));
}

/* ---- boxes ---- */

static void copy_owner(struct story *st, struct story_box *b, const struct sinsp_container *c)
{
	struct sinsp_owner o;

	if (!sinsp_container_owner(c, &o))
		return;
	b->owner_kind = story_printf(st, "%.*s", (int)o.kind_len, o.kind);
	b->owner = story_printf(st, "%.*s", (int)o.name_len, o.name);
}

static void copy_container(struct story *st, struct story_box *b, const struct sinsp_container *c)
{
	b->full_id = story_str(st, c->full_id);
	b->name = story_str(st, c->name);
	b->image = story_str(st, c->image);
	b->pod = story_str(st, c->pod_name);
	b->pod_namespace = story_str(st, c->pod_namespace);
	b->ip = story_str(st, c->ip);
	copy_owner(st, b, c);
	b->type = c->type;
	b->created = c->created;
	b->oom_kills = c->oom_kills;
}

static struct story_box *make_box(struct story *st, const char *id)
{
	struct story_box *b = story_alloc(st, sizeof(*b));

	if (!b)
		return NULL;
	b->id = story_str(st, id);
	b->full_id = b->name = b->image = b->pod = b->pod_namespace = b->ip = "";
	b->owner_kind = b->owner = "";
	TAILQ_INIT(&b->roots);
	TAILQ_INIT(&b->file_list);
	TAILQ_INIT(&b->free_files);
	STAILQ_INIT(&b->conn_list);
	STAILQ_INIT(&b->keys);
	RB_INIT(&b->files);
	RB_INIT(&b->inos);
	RB_INIT(&b->conns);
	return b;
}

struct story_box *story_box_of(struct story *st, const struct sinsp_container *c)
{
	struct story_box *b;
	unsigned int n = 0;

	if (!c)
		return st->hostbox;
	if (c == st->last_container)
		return st->last_box;
	TAILQ_FOREACH (b, &st->boxes, link) {
		if (strcmp(b->id, c->id) == 0)
			break;
		n++;
	}
	if (!b) {
		if (n >= MAX_BOXES || !(b = make_box(st, c->id)))
			return NULL;
		copy_container(st, b, c);
		TAILQ_INSERT_TAIL(&st->boxes, b, link);
	}
	st->last_container = c;
	st->last_box = b;
	return b;
}

struct story_box *story_find_box(struct story *st, const char *what)
{
	struct story_box *b, *found = NULL;
	size_t n = strlen(what);

	TAILQ_FOREACH (b, &st->boxes, link)
		if (strcmp(b->name, what) == 0 || strcmp(b->id, what) == 0 ||
		    strcmp(b->full_id, what) == 0)
			return b;
	TAILQ_FOREACH (b, &st->boxes, link) {
		if (n == 0 || (strncmp(b->id, what, n) != 0 && strncmp(b->full_id, what, n) != 0))
			continue;
		if (found)
			return NULL; /* the beginning of two ids names neither */
		found = b;
	}
	return found;
}

static bool refresh_box(struct sinsp_container *c, void *arg)
{
	struct story *st = arg;
	struct story_box *b;

	TAILQ_FOREACH (b, &st->boxes, link)
		if (strcmp(b->id, c->id) == 0)
			copy_container(st, b, c);
	return true;
}

/* ---- the whole ---- */

struct story *story_new(struct sinsp *s)
{
	struct story *st = calloc(1, sizeof(*st));
	size_t i;

	if (!st)
		return NULL;
	st->sinsp = s;
	TAILQ_INIT(&st->boxes);
	st->arena = story_arena_new(ARENA_BYTES);
	st->hostbox = st->arena ? make_box(st, "host") : NULL;
	if (!st->hostbox) {
		story_free(st);
		return NULL;
	}
	st->hostbox->host = true;
	st->hostbox->name = "host";
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		handlers[rows[i].type] = rows[i].fn;
	return st;
}

void story_free(struct story *st)
{
	if (!st)
		return;
	story_arena_free(st->arena);
	sinsp_text_free(&st->text);
	free(st);
}

static bool seed_thread(struct sinsp_thread *t, void *arg)
{
	if (t->container && sinsp_thread_is_main(t))
		story_proc_of(arg, t, 0);
	return true;
}

void story_begin_section(struct story *st)
{
	st->last_container = NULL;
	sinsp_each_thread(st->sinsp, seed_thread, st);
}

static void note_loss(struct story *st, const struct sinsp_event *ev)
{
	struct scap_loss loss;
	struct story_loss *l;
	uint64_t n;
	size_t len;
	const void *item = scap_event_item(&ev->raw, SCAP_ITEM_LOSS, &len);

	if (!item || len < sizeof(loss))
		return;
	memcpy(&loss, item, sizeof(loss));
	n = loss.buffer + loss.fault + loss.busy;
	if (st->n_losses < STORY_LOSSES) {
		l = &st->losses[st->n_losses];
		l->from = loss.from;
		l->to = loss.to;
		l->count = n;
		l->cpu = ev->raw.cpu;
	}
	st->n_losses++;
}

static void note_bytes(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	uint32_t flags = ev->raw.info->flags;
	const struct sinsp_fd *fd = ev->fd;
	int64_t n;

	if (!fd || !(flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD)))
		return;
	n = scap_event_result(&ev->raw, 0);
	if (n <= 0)
		return;
	if (story_fd_is_inet(fd))
		story_net_bytes(st, p, fd, (uint64_t)n, flags & EF_WRITES_TO_FD, ev->raw.hdr->ts);
	else if ((flags & EF_WRITES_TO_FD) &&
		 (fd->type == SCAP_FD_FILE_V2 || fd->type == SCAP_FD_FILE))
		story_file_written(st, p, fd, (uint64_t)n, ev->raw.hdr->ts);
}

/* Between two descriptors: the destination is what counts. Index of its parameter. */
static int copy_target(uint16_t type)
{
	switch (type) {
	case SCAP_EVT_SYSCALL_SENDFILE_X:
		return 2;
	case SCAP_EVT_SYSCALL_SPLICE_X:
		return 2;
	case SCAP_EVT_SYSCALL_COPY_FILE_RANGE_X:
		return 1;
	default:
		return -1;
	}
}

static void note_copy(struct story *st, struct story_proc *p, const struct sinsp_event *ev, int i)
{
	int64_t n = scap_event_result(&ev->raw, 0);
	const struct sinsp_fd *fd;

	fd = sinsp_thread_fd(ev->thread, scap_param_s64(&ev->raw, (unsigned int)i, -1));
	if (n <= 0 || !fd)
		return;
	if (story_fd_is_inet(fd))
		story_net_bytes(st, p, fd, (uint64_t)n, true, ev->raw.hdr->ts);
	else if (fd->type == SCAP_FD_FILE_V2 || fd->type == SCAP_FD_FILE)
		story_file_written(st, p, fd, (uint64_t)n, ev->raw.hdr->ts);
}

static void note_time(struct story *st, struct story_box *b, uint64_t ts)
{
	if (!st->first || ts < st->first)
		st->first = ts;
	if (ts > st->last)
		st->last = ts;
	if (!b)
		return;
	if (!b->first || ts < b->first)
		b->first = ts;
	if (ts > b->last)
		b->last = ts;
}

void story_event(struct story *st, const struct sinsp_event *ev)
{
	uint16_t type = ev->raw.hdr->type;
	struct story_proc *p;
	int target;

	note_loss(st, ev);
	if (type == SCAP_EVT_CONTAINER_JSON_2_E || type == SCAP_EVT_CONTAINER_JSON_E ||
	    type == SCAP_EVT_ASYNCEVENT_E)
		sinsp_each_container(st->sinsp, refresh_box, st);
	if (ev->hidden)
		return;
	st->events++;
	p = ev->thread && !ev->thread->placeholder ? story_proc_of(st, ev->thread, ev->raw.hdr->ts)
						   : NULL;
	note_time(st, p ? p->box : NULL, ev->raw.hdr->ts);
	if (!p || type >= SCAP_EVT_MAX)
		return;
	/* What the runtime does before the container's own program is not the container's story. */
	if (p->runtime && handlers[type] != story_on_exec && handlers[type] != story_on_exit)
		return;
	target = copy_target(type);
	if (handlers[type])
		handlers[type](st, p, ev);
	else if (target >= 0)
		note_copy(st, p, ev, target);
	else
		note_bytes(st, p, ev);
}

void story_end(struct story *st)
{
	sinsp_each_container(st->sinsp, refresh_box, st);
}

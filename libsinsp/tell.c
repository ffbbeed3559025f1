/* SPDX-License-Identifier: BSD-2-Clause */
/* Events that tell of threads, in the form that every reader knows, with items for the rest. */
#include "tell.h"
#include "environ.h"

#include <errno.h>
#include <stdlib.h>

/* ---- one event ---- */

struct scap_param tell_text(const char *s)
{
	return (struct scap_param){ s, (uint32_t)strlen(s) + 1 };
}

void tell_event(struct telling *t, uint16_t type, uint64_t tid, const struct scap_param *params,
		uint32_t n)
{
	size_t size = sizeof(struct scap_event_hdr);
	struct scap_event ev;
	uint8_t *record;
	uint32_t i;
	int64_t len;

	if (t->rc)
		return;
	for (i = 0; i < n; i++)
		size += sizeof(uint32_t) + params[i].len;
	record = malloc(size);
	if (!record || t->item.failed) {
		free(record);
		t->rc = -ENOMEM;
		return;
	}
	len = scap_event_encode(record, size, type, t->ts, tid, params, n);
	if (len >= 0 && scap_event_decode(&ev, record, (size_t)len) == 0) {
		ev.cpu = t->cpu;
		ev.flags = t->flags;
		ev.items = (const uint8_t *)t->item.ptr;
		ev.items_len = (uint32_t)t->item.len;
		t->rc = t->fn(&ev, t->arg);
	}
	sinsp_text_clear(&t->item);
	free(record);
}

void tell_free(struct telling *t)
{
	sinsp_text_free(&t->item);
}

/* The head of the item of @kind, whose value is put behind it; item_end() fills in its length. */
static size_t item_begin(struct telling *t, uint16_t kind)
{
	struct scap_item_hdr hdr = { .kind = kind };

	sinsp_text_add(&t->item, (const char *)&hdr, sizeof(hdr));
	return t->item.len;
}

/* What is too long for one is left out: then the event alone has to tell it. */
static void item_end(struct telling *t, size_t begin)
{
	size_t n = t->item.len - begin;
	uint16_t len = (uint16_t)n;

	if (t->item.failed)
		return;
	if (n > UINT16_MAX / 2)
		t->item.len = begin - sizeof(struct scap_item_hdr);
	else
		memcpy(t->item.ptr + begin - sizeof(len), &len, sizeof(len));
}

void tell_fd_item(struct telling *t, const struct sinsp_fd *fd)
{
	size_t begin = item_begin(t, SCAP_ITEM_FD);

	told_put_fd(fd, &t->item);
	item_end(t, begin);
}

void tell_thread_item(struct telling *t, const struct told_thread *thread)
{
	size_t begin = item_begin(t, SCAP_ITEM_THREAD);

	told_put_thread(thread, &t->item);
	item_end(t, begin);
}

void tell_time_item(struct telling *t, uint64_t ran, uint64_t total)
{
	size_t begin = item_begin(t, SCAP_ITEM_CPU_TIME);

	told_put_time(ran, total, &t->item);
	item_end(t, begin);
}

/* ---- threads ---- */

#define VALUE(v)                \
	{                       \
		&(v), sizeof(v) \
	}
#define BYTES(b)                 \
	{                        \
		(b).ptr, (b).len \
	}

/* What clone and execve have in common. */
#define PROGRAM(p)                                                                           \
	{ &zero, sizeof(zero) }, tell_text((p)->exe), BYTES((p)->args), VALUE((p)->tid),     \
		VALUE((p)->pid), VALUE((p)->ptid), tell_text((p)->cwd), VALUE((p)->fdlimit), \
		VALUE((p)->pfmajor), VALUE((p)->pfminor), VALUE((p)->vmsize_kb),             \
		VALUE((p)->vmrss_kb), VALUE((p)->vmswap_kb), tell_text((p)->comm),           \
		BYTES((p)->cgroups)

static const int64_t zero;

static void tell_clone(struct telling *t, const struct told_thread *thread)
{
	const struct sinsp_thread *p = &thread->t.pub;
	uint32_t flags = p->flags & ~(uint32_t)SCAP_CLONE_INVERTED;
	struct scap_param params[] = { PROGRAM(p),
				       VALUE(flags),
				       VALUE(p->uid),
				       VALUE(p->gid),
				       VALUE(p->vtid),
				       VALUE(p->vpid),
				       VALUE(p->pidns_init_start_ts) };

	if (p->pid == p->tid)
		flags &= ~(uint32_t)(SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	else
		flags |= SCAP_CLONE_THREAD | (thread->own_fds ? 0 : SCAP_CLONE_FILES);
	tell_event(t, SCAP_EVT_SYSCALL_CLONE_20_X, (uint64_t)p->tid, params,
		   sizeof(params) / sizeof(params[0]));
}

static void tell_execve(struct telling *t, const struct sinsp_thread *p)
{
	uint32_t flags = (p->exe_writable ? SCAP_EXE_WRITABLE : 0) |
			 (p->exe_upper_layer ? SCAP_EXE_UPPER_LAYER : 0) |
			 (p->exe_lower_layer ? SCAP_EXE_LOWER_LAYER : 0) |
			 (p->exe_from_memfd ? SCAP_EXE_FROM_MEMFD : 0);
	struct scap_bytes env = environ_recorded(p->env);
	struct scap_param params[] = { PROGRAM(p),
				       BYTES(env),
				       VALUE(p->tty),
				       VALUE(p->vpgid),
				       VALUE(p->loginuid),
				       VALUE(flags),
				       VALUE(p->cap_inheritable),
				       VALUE(p->cap_permitted),
				       VALUE(p->cap_effective),
				       VALUE(p->exe_ino),
				       VALUE(p->exe_ino_ctime),
				       VALUE(p->exe_ino_mtime),
				       VALUE(p->uid),
				       tell_text(p->exepath),
				       VALUE(p->pgid),
				       VALUE(p->gid) };

	tell_event(t, SCAP_EVT_SYSCALL_EXECVE_19_X, (uint64_t)p->tid, params,
		   sizeof(params) / sizeof(params[0]));
}

/* Its session and directory, which others take from these calls alone. */
static void tell_place(struct telling *t, const struct sinsp_thread *p)
{
	struct scap_param session[] = { VALUE(p->sid) };
	struct scap_param directory[] = { VALUE(zero), tell_text(p->cwd) };

	if (p->sid > 0)
		tell_event(t, SCAP_EVT_SYSCALL_SETSID_X, (uint64_t)p->tid, session, 1);
	if (*p->cwd)
		tell_event(t, SCAP_EVT_SYSCALL_CHDIR_X, (uint64_t)p->tid, directory, 2);
}

void tell_thread(struct telling *t, const struct told_thread *thread, enum tell_how how)
{
	const struct sinsp_thread *p = &thread->t.pub;
	struct scap_param group[] = { VALUE(zero), VALUE(zero), VALUE(p->vpgid) };

	switch (how) {
	case TELL_NEW:
		if (p->pid == p->tid) {
			tell_clone(t, thread);
			tell_place(t, p);
			tell_thread_item(t, thread);
			tell_execve(t, p);
			break;
		}
		/* fall through */
	case TELL_NAME:
		tell_thread_item(t, thread);
		tell_clone(t, thread);
		break;
	case TELL_PROGRAM:
		tell_place(t, p);
		tell_thread_item(t, thread);
		tell_execve(t, p);
		break;
	case TELL_AGAIN:
		tell_thread_item(t, thread);
		tell_event(t, SCAP_EVT_SYSCALL_SETPGID_X, (uint64_t)p->tid, group, 3);
		break;
	}
}

void tell_exit(struct telling *t, int64_t tid, int64_t reaper)
{
	uint8_t none = 0;
	struct scap_param params[] = { VALUE(zero), VALUE(zero), VALUE(none), VALUE(none),
				       VALUE(reaper) };

	tell_event(t, SCAP_EVT_PROCEXIT_1_E, (uint64_t)tid, params, 5);
}

/* A switch of which it is said that the thread had the CPU for no time. */
void tell_usage(struct telling *t, const struct sinsp_thread *thread,
		const struct sinsp_thread *leader)
{
	struct scap_param params[] = { VALUE(zero),
				       VALUE(thread->pfmajor),
				       VALUE(thread->pfminor),
				       VALUE(leader->vmsize_kb),
				       VALUE(leader->vmrss_kb),
				       VALUE(leader->vmswap_kb) };

	tell_time_item(t, 0, thread->cpu_ns);
	tell_event(t, SCAP_EVT_SCHEDSWITCH_6_E, (uint64_t)thread->tid, params, 6);
}

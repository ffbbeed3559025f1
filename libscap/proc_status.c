/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of /proc/PID/task/TID that describe one thread: status, stat, limits, exe. */
#include "proc_scan.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define CAP_DAC_OVERRIDE_BIT (1ull << 1)
#define CAP_FOWNER_BIT	     (1ull << 3)

/*
 * stat has the name in parentheses, as it is: it may hold blanks, newlines and parentheses, so that
 * the last closing one ends it. The fields behind it are numbers; field 3 (state) comes first.
 */
void proc_read_stat(struct proc_scan *s, int task, struct scap_thread *t)
{
	char *open_paren, *close_paren, *p, *end;
	int64_t field[25] = { 0 };
	int i;

	if (proc_read_file(task, "stat", s->buf, sizeof(s->buf)) <= 0)
		return;
	open_paren = strchr(s->buf, '(');
	close_paren = strrchr(s->buf, ')');
	if (!open_paren || !close_paren || close_paren < open_paren)
		return;
	t->comm = scap_snapshot_str(s->snap, open_paren + 1,
				    (size_t)(close_paren - open_paren - 1));
	p = close_paren + 1;
	if (p[0] != ' ' || p[1] == '\0')
		return;
	p += 2;
	for (i = 4; i < 25; i++) {
		field[i] = (int64_t)strtoull(p, &end, 10);
		if (end == p)
			return;
		p = end;
	}
	t->pgid = field[5];
	t->sid = field[6];
	t->tty = (uint32_t)field[7];
	t->pfminor = (uint64_t)field[10];
	t->pfmajor = (uint64_t)field[12];
}

/* Points behind "Key:" and its blanks at the start of @line, or NULL. */
static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) != 0 || line[n] != ':')
		return NULL;
	line += n + 1;
	return line + strspn(line, " \t");
}

/* The n-th (from 0) number of a list, or @missing; n < 0: the last one. */
static uint64_t nth(const char *p, int n, int base, uint64_t missing)
{
	uint64_t v = missing;
	char *end;
	int i;

	for (i = 0; n < 0 || i <= n; i++) {
		uint64_t next = strtoull(p, &end, base);

		if (end == p)
			return n < 0 ? v : missing;
		v = next;
		p = end;
	}
	return v;
}

static void status_line(struct scap_thread *t, const char *line)
{
	static const struct {
		const char *key;
		size_t off;
		uint8_t size, base;
		int8_t nth;
	} keys[] = {
#define KEY(k, f, base, n) \
	{ k, offsetof(struct scap_thread, f), sizeof(((struct scap_thread *)0)->f), base, n }
		KEY("Tgid", pid, 10, 0),
		KEY("Pid", tid, 10, 0),
		KEY("PPid", ptid, 10, 0),
		KEY("Uid", uid, 10, 1),
		KEY("Gid", gid, 10, 1),
		KEY("NStgid", vpid, 10, -1),
		KEY("NSpid", vtid, 10, -1),
		KEY("NSpgid", vpgid, 10, -1),
		KEY("VmSize", vmsize_kb, 10, 0),
		KEY("VmRSS", vmrss_kb, 10, 0),
		KEY("VmSwap", vmswap_kb, 10, 0),
		KEY("CapInh", cap_inheritable, 16, 0),
		KEY("CapPrm", cap_permitted, 16, 0),
		KEY("CapEff", cap_effective, 16, 0),
#undef KEY
	};
	const char *value;
	uint64_t v;
	uint32_t v32;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		value = value_of(line, keys[i].key);
		if (!value)
			continue;
		v = nth(value, keys[i].nth, keys[i].base, 0);
		v32 = (uint32_t)v;
		if (keys[i].size == sizeof(v))
			memcpy((char *)t + keys[i].off, &v, sizeof(v));
		else
			memcpy((char *)t + keys[i].off, &v32, sizeof(v32));
		return;
	}
}

bool proc_read_status(struct proc_scan *s, int task, struct scap_thread *t)
{
	char *text = s->buf, *line;

	if (proc_read_file(task, "status", s->buf, sizeof(s->buf)) <= 0)
		return false;
	t->vpid = t->vtid = -1;
	while ((line = proc_next_line(&text)))
		status_line(t, line);
	if (t->vtid < 0)
		t->vtid = (int64_t)t->tid;
	if (t->vpid < 0)
		t->vpid = (int64_t)t->pid;
	return t->tid != 0 && t->pid != 0;
}

void proc_read_limits(struct proc_scan *s, int task, struct scap_thread *t)
{
	static const char key[] = "Max open files";
	char *text = s->buf, *line;

	if (proc_read_file(task, "limits", s->buf, sizeof(s->buf)) > 0) {
		while ((line = proc_next_line(&text))) {
			if (strncmp(line, key, sizeof(key) - 1) != 0)
				continue;
			/* "unlimited" is no number and stays unknown, -1. */
			t->fdlimit = (int64_t)nth(line + sizeof(key) - 1, 0, 10, UINT64_MAX);
			break;
		}
	}
	if (proc_read_file(task, "loginuid", s->buf, sizeof(s->buf)) > 0)
		t->loginuid = (uint32_t)nth(s->buf, 0, 10, UINT32_MAX);
}

static bool in_groups(struct proc_scan *s, int task, uint32_t gid)
{
	char *text = s->buf, *line, *end;
	const char *p;

	if (proc_read_file(task, "status", s->buf, sizeof(s->buf)) <= 0)
		return false;
	while ((line = proc_next_line(&text))) {
		p = value_of(line, "Groups");
		if (!p)
			continue;
		for (;; p = end) {
			uint64_t g = strtoull(p, &end, 10);

			if (end == p)
				return false;
			if (g == gid)
				return true;
		}
	}
	return false;
}

/* What the driver asks the kernel: may it be written to, or is its mode at the process's mercy. */
static bool may_write(struct proc_scan *s, int task, const struct scap_thread *t,
		      const struct statx *st)
{
	if (t->cap_effective & (CAP_DAC_OVERRIDE_BIT | CAP_FOWNER_BIT) || t->uid == st->stx_uid)
		return true;
	if ((st->stx_mode & S_IWGRP) && (t->gid == st->stx_gid || in_groups(s, task, st->stx_gid)))
		return true;
	return (st->stx_mode & S_IWOTH) != 0;
}

static uint64_t nanoseconds(struct statx_timestamp t)
{
	return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

void proc_read_exe(struct proc_scan *s, int task, struct scap_thread *t)
{
	char path[PROC_PATH_MAX];
	struct statx st;
	int64_t n = proc_read_link(task, "exe", path, sizeof(path));

	if (n <= 0)
		return; /* a kernel thread */
	t->exepath = scap_snapshot_str(s->snap, path, (size_t)n);
	t->exe_from_memfd = strncmp(path, "/memfd:", 7) == 0;
	if (statx(task, "exe", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &st) < 0)
		return;
	t->exe_ino = st.stx_ino;
	t->exe_ino_ctime = nanoseconds(st.stx_ctime);
	t->exe_ino_mtime = nanoseconds(st.stx_mtime);
	t->exe_writable = may_write(s, task, t, &st);
}

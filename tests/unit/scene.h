/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scene that tests of fields, filters and formats look at: systemd (1), a shell of alice's
 * (100) with one descriptor of each kind, nginx (200) of root's in a thread of which (201) nothing
 * is open. One event after the other is put in front of it.
 */
#ifndef SCENE_H
#define SCENE_H

#include "fake_capture.h"

#define SHELL 100
#define NGINX 200

static inline struct scap_thread *scene_thread(struct fake *f, uint64_t tid, uint64_t pid,
					       uint64_t ptid, const char *comm)
{
	struct scap_snapshot *snap = f->scap->snap;
	struct scap_thread *t = scap_snapshot_thread(snap);

	t->tid = tid;
	t->pid = pid;
	t->ptid = ptid;
	t->vtid = (int64_t)tid;
	t->vpid = (int64_t)pid;
	t->sid = t->pgid = t->vpgid = (int64_t)(pid == 1 ? 1 : SHELL);
	t->comm = t->exe = comm;
	t->uid = t->gid = 0;
	t->loginuid = UINT32_MAX;
	t->fdlimit = 1024;
	return t;
}

static inline struct scap_fd *scene_fd(struct fake *f, struct scap_thread *t, int64_t num,
				       uint8_t type, const char *name)
{
	struct scap_fd *fd = scap_snapshot_fd(f->scap->snap, t);

	fd->fd = num;
	fd->type = type;
	fd->name = name;
	return fd;
}

/* A connection from 10.0.0.5:43210, or a listener at port 22. */
static inline void scene_sock(struct fake *f, struct scap_thread *t, int64_t num, uint8_t type,
			      const char *name, uint8_t last, uint16_t dport)
{
	struct scap_fd *fd = scene_fd(f, t, num, type, name);
	bool v6 = type == SCAP_FD_IPV6_SOCK;

	memcpy(fd->sip, v6 ? "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" : "\x0a\0\0\5", v6 ? 16 : 4);
	memcpy(fd->dip, v6 ? "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" : "\x5d\xb8\xd8\0", v6 ? 16 : 4);
	if (!v6)
		fd->dip[3] = last;
	fd->sport = type == SCAP_FD_IPV4_SERVSOCK ? 22 : 43210;
	fd->dport = dport;
	fd->l4proto = SCAP_L4_TCP;
}

static inline void scene_users(struct fake *f)
{
	struct scap_user *u = scap_snapshot_user(f->scap->snap);
	struct scap_group *g;

	*u = (struct scap_user){ 1000, 1000, "alice", "/home/alice", "/bin/zsh" };
	u = scap_snapshot_user(f->scap->snap);
	*u = (struct scap_user){ 0, 0, "root", "/root", "/bin/sh" };
	g = scap_snapshot_group(f->scap->snap);
	*g = (struct scap_group){ 1000, "users" };
}

/* The state; events are added with fake_add() before fake_open(). */
static inline void scene_init(struct fake *f)
{
	struct scap_interface *i;
	struct scap_thread *t;

	fake_init(f);
	strcpy(f->scap->snap->machine.hostname, "box");
	scene_users(f);
	i = scap_snapshot_interface(f->scap->snap);
	memcpy(i->addr, "\x0a\0\0\5", 4);
	i->name = "eth0";
	scene_thread(f, 1, 1, 0, "systemd");
	t = scene_thread(f, SHELL, SHELL, 1, "bash");
	t->exepath = "/bin/bash";
	t->cwd = "/home/alice/";
	t->uid = t->gid = t->loginuid = 1000;
	t->args = (struct scap_bytes){ "-i\0a b", 7 };
	t->env = (struct scap_bytes){ "A=1\0HOME=/home/alice", 21 };
	t->cgroups = (struct scap_bytes){ "cpuset=/\0cpu=/x", 16 };
	t->cap_effective = 1 << 0 | 1 << 21;
	scene_fd(f, t, 1, SCAP_FD_FILE_V2, "/dev/pts/0");
	scene_fd(f, t, 3, SCAP_FD_FILE_V2, "/etc/passwd")->ino = 77;
	scene_sock(f, t, 4, SCAP_FD_IPV4_SOCK, "10.0.0.5:43210->93.184.216.34:443", 34, 443);
	scene_sock(f, t, 5, SCAP_FD_IPV4_SERVSOCK, "10.0.0.5:22", 0, 0);
	scene_fd(f, t, 7, SCAP_FD_FIFO, "pipe:[81]");
	scene_fd(f, t, 14, SCAP_FD_DIRECTORY, "/tmp");
	scene_sock(f, t, 17, SCAP_FD_IPV6_SOCK, "::1:43210->::1:8080", 0, 8080);
	scene_fd(f, t, 18, SCAP_FD_UNIX_SOCK, "/dev/log");
	t = scene_thread(f, NGINX, NGINX, SHELL, "nginx");
	t->exepath = "/usr/sbin/nginx";
	scene_thread(f, NGINX + 1, NGINX, SHELL, "nginx");
}

/* A read of @n bytes from descriptor @fd. */
static inline void scene_read(struct fake *f, int64_t tid, int64_t fd, const char *data, int n)
{
	fake_add(f, SCAP_EVT_SYSCALL_READ_X, tid, "qbqd", (long long)n, data, n, (long long)fd,
		 4096ll);
}

/* The line that @format prints of the present event; "(none)" where it prints none. */
static inline const char *scene_print_as(struct fake *f, const char *format,
					 const struct sinsp_format_options *opts)
{
	static struct sinsp_text text;
	static char line[8192];
	struct scap_error err = { 0 };
	struct sinsp_format *fmt = sinsp_format_new(f->s, format, opts, &err);

	sinsp_text_clear(&text);
	if (!fmt)
		snprintf(line, sizeof(line), "error: %s", err.msg);
	else if (!sinsp_format_event(fmt, f->ev, &text))
		snprintf(line, sizeof(line), "(none)%s", text.len ? " but something" : "");
	else
		snprintf(line, sizeof(line), "%s", text.ptr ? text.ptr : "");
	sinsp_format_free(fmt);
	sinsp_text_free(&text);
	return line;
}

static inline const char *scene_print(struct fake *f, const char *format)
{
	return scene_print_as(f, format, NULL);
}

/* 1 it matches, 0 it does not, -1 the filter is wrong. */
static inline int scene_match(struct fake *f, const char *filter)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *flt = sinsp_filter_new(f->s, filter, &err);
	int rc;

	if (!flt) {
		printf("    %s: %s\n", filter, err.msg);
		return -1;
	}
	rc = sinsp_filter_run(flt, f->ev);
	sinsp_filter_free(flt);
	return rc;
}

#define MATCHES(f, filter) CU_ASSERT_EQUAL(scene_match((f), (filter)), 1)
#define DIFFERS(f, filter) CU_ASSERT_EQUAL(scene_match((f), (filter)), 0)
#define PRINTS(f, fmt, text)                                \
	do {                                                \
		const char *got = scene_print((f), (fmt));  \
		if (strcmp(got, (text)) != 0)               \
			printf("    %s: %s\n", (fmt), got); \
		CU_ASSERT_STRING_EQUAL(got, (text));        \
	} while (0)

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Small captures for tests: a snapshot with one of everything, events with known values, files. */
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scap.h"
#include "snapshot.h"

#define CAPTURE_UNUSED __attribute__((unused))
#define TS0	       1700000000000000000ull

/* ---- temporary files: one folder a test program, removed at its end ---- */

static char capture_dir[64];

static void capture_clean(void)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "rm -rf %s", capture_dir);
	if (system(cmd) != 0)
		fprintf(stderr, "cannot remove %s\n", capture_dir);
}

/* The path of @name in the test's folder; good until the next call but three. */
CAPTURE_UNUSED static const char *capture_path(const char *name)
{
	static char paths[4][128];
	static unsigned int next;
	char *p = paths[next++ % 4];

	if (!capture_dir[0]) {
		/* In memory if there is such a place: some tests make thousands of files. */
		strcpy(capture_dir, "/dev/shm/scapula-test-XXXXXX");
		if (!mkdtemp(capture_dir)) {
			strcpy(capture_dir, "/tmp/scapula-test-XXXXXX");
			if (!mkdtemp(capture_dir))
				abort();
		}
		atexit(capture_clean);
	}
	snprintf(p, sizeof(paths[0]), "%s/%s", capture_dir, name);
	return p;
}

CAPTURE_UNUSED static void capture_store(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "w");

	if (!f || (n && fwrite(p, 1, n, f) != n) || fclose(f) != 0)
		abort();
}

/* A whole file in memory (free it). */
CAPTURE_UNUSED static uint8_t *capture_load(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	uint8_t *p;
	long n;

	if (!f || fseek(f, 0, SEEK_END) < 0 || (n = ftell(f)) < 0)
		abort();
	rewind(f);
	p = malloc((size_t)n + 1);
	if (!p || fread(p, 1, (size_t)n, f) != (size_t)n)
		abort();
	fclose(f);
	*len = (size_t)n;
	return p;
}

/* ---- state ---- */

CAPTURE_UNUSED static struct scap_bytes capture_list(struct scap_snapshot *s, const char *p,
						     size_t n)
{
	return scap_snapshot_bytes(s, p, n);
}
#define LIST(s, lit) capture_list(s, lit, sizeof(lit))

static void capture_fds(struct scap_snapshot *s, struct scap_thread *t)
{
	int type;

	for (type = SCAP_FD_FILE; type < SCAP_FD_TYPE_MAX; type++) {
		struct scap_fd *fd = scap_snapshot_fd(s, t);
		bool v6 = type == SCAP_FD_IPV6_SOCK || type == SCAP_FD_IPV6_SERVSOCK;
		size_t n = v6 ? 16 : 4;

		fd->fd = type + 2;
		fd->ino = 1000u + (unsigned int)type;
		fd->type = (uint8_t)type;
		fd->name = "/a/name";
		switch (type) {
		case SCAP_FD_IPV4_SOCK:
		case SCAP_FD_IPV6_SOCK:
			memset(fd->dip, 7, n);
			fd->dport = 443;
			/* fall through */
		case SCAP_FD_IPV4_SERVSOCK:
		case SCAP_FD_IPV6_SERVSOCK:
			memset(fd->sip, 9, n);
			fd->sport = 55555;
			fd->l4proto = SCAP_L4_UDP;
			fd->name = "";
			break;
		case SCAP_FD_UNIX_SOCK:
			fd->unix_src = 0xffff888012345678;
			fd->unix_dst = 0xffff888087654321;
			break;
		case SCAP_FD_FILE_V2:
			fd->open_flags = SCAP_O_RDWR;
			fd->dev = 0x801;
			break;
		default:
			break;
		}
	}
}

static void capture_lists(struct scap_snapshot *s)
{
	struct scap_interface *i = scap_snapshot_interface(s);
	struct scap_user *u = scap_snapshot_user(s);
	struct scap_group *g = scap_snapshot_group(s);

	memcpy(i->addr, "\x7f\0\0\1", 4);
	memcpy(i->netmask, "\xff\0\0\0", 4);
	i->name = "lo";
	i = scap_snapshot_interface(s);
	i->ipv6 = true;
	i->addr[15] = 1;
	memset(i->netmask, 0xff, 16);
	i->name = "lo";
	u->name = "root";
	u->home = "/root";
	u->shell = "/bin/sh";
	u = scap_snapshot_user(s);
	u->uid = 1000;
	u->gid = 100;
	u->name = "ann";
	u->home = "/home/ann";
	u->shell = "";
	g->gid = 100;
	g->name = "users";
}

/* Three threads, the second with a descriptor of every type. */
CAPTURE_UNUSED static struct scap_snapshot *capture_snapshot(void)
{
	struct scap_snapshot *s = scap_snapshot_new();
	struct scap_thread *t;

	s->machine = (struct scap_machine){ .num_cpus = 2,
					    .memory_bytes = 4112068608,
					    .boot_time = TS0 - 1000000000,
					    .hostname = "testhost" };
	capture_lists(s);
	t = scap_snapshot_thread(s);
	t->tid = t->pid = 1;
	t->comm = t->exe = "init";
	t = scap_snapshot_thread(s);
	t->tid = t->pid = 100;
	t->ptid = 1;
	t->sid = t->vpgid = t->pgid = 100;
	t->vtid = t->vpid = 7;
	t->comm = "nginx";
	t->exe = "nginx: master";
	t->exepath = "/usr/sbin/nginx";
	t->cwd = "/srv";
	t->root = "/";
	t->args = LIST(s, "-g\0daemon off;");
	t->env = LIST(s, "PATH=/bin\0HOME=/");
	t->cgroups = LIST(s, "cpuset=/\0memory=/docker/abc");
	t->fdlimit = 1024;
	t->uid = 33;
	t->gid = 34;
	t->loginuid = 1000;
	t->vmsize_kb = 5;
	t->vmrss_kb = 6;
	t->vmswap_kb = 7;
	t->pfmajor = 8;
	t->pfminor = 9;
	t->pidns_init_start_ts = TS0 - 5;
	t->tty = 34816;
	t->exe_writable = t->exe_upper_layer = true;
	t->cap_inheritable = 1;
	t->cap_permitted = 2;
	t->cap_effective = 3;
	t->exe_ino = 4711;
	t->exe_ino_ctime = TS0 - 2;
	t->exe_ino_mtime = TS0 - 3;
	capture_fds(s, t);
	t = scap_snapshot_thread(s);
	t->tid = 101;
	t->pid = 100;
	t->ptid = 1;
	t->flags = SCAP_CLONE_THREAD | SCAP_CLONE_FILES;
	t->exe_from_memfd = t->exe_lower_layer = true;
	return s;
}

static bool same_list(struct scap_bytes a, struct scap_bytes b)
{
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static bool same_fd(const struct scap_fd *a, const struct scap_fd *b)
{
	return a->fd == b->fd && a->ino == b->ino && a->type == b->type &&
	       a->l4proto == b->l4proto && a->sport == b->sport && a->dport == b->dport &&
	       memcmp(a->sip, b->sip, 16) == 0 && memcmp(a->dip, b->dip, 16) == 0 &&
	       a->unix_src == b->unix_src && a->unix_dst == b->unix_dst &&
	       a->open_flags == b->open_flags && a->dev == b->dev && strcmp(a->name, b->name) == 0;
}

static bool same_thread(const struct scap_thread *a, const struct scap_thread *b)
{
	size_t i;

	if (a->tid != b->tid || a->pid != b->pid || a->ptid != b->ptid || a->sid != b->sid ||
	    a->vpgid != b->vpgid || a->pgid != b->pgid || a->vtid != b->vtid || a->vpid != b->vpid)
		return false;
	if (strcmp(a->comm, b->comm) || strcmp(a->exe, b->exe) || strcmp(a->exepath, b->exepath) ||
	    strcmp(a->cwd, b->cwd) || strcmp(a->root, b->root) || !same_list(a->args, b->args) ||
	    !same_list(a->env, b->env) || !same_list(a->cgroups, b->cgroups))
		return false;
	if (a->fdlimit != b->fdlimit || a->flags != b->flags || a->uid != b->uid ||
	    a->gid != b->gid || a->loginuid != b->loginuid || a->vmsize_kb != b->vmsize_kb ||
	    a->vmrss_kb != b->vmrss_kb || a->vmswap_kb != b->vmswap_kb ||
	    a->pfmajor != b->pfmajor || a->pfminor != b->pfminor || a->tty != b->tty ||
	    a->pidns_init_start_ts != b->pidns_init_start_ts)
		return false;
	if (a->exe_writable != b->exe_writable || a->exe_upper_layer != b->exe_upper_layer ||
	    a->exe_lower_layer != b->exe_lower_layer || a->exe_from_memfd != b->exe_from_memfd ||
	    a->cap_inheritable != b->cap_inheritable || a->cap_permitted != b->cap_permitted ||
	    a->cap_effective != b->cap_effective || a->exe_ino != b->exe_ino ||
	    a->exe_ino_ctime != b->exe_ino_ctime || a->exe_ino_mtime != b->exe_ino_mtime ||
	    a->n_fds != b->n_fds)
		return false;
	for (i = 0; i < a->n_fds; i++)
		if (!same_fd(&a->fds[i], &b->fds[i]))
			return false;
	return true;
}

CAPTURE_UNUSED static bool capture_same_snapshot(const struct scap_snapshot *a,
						 const struct scap_snapshot *b)
{
	size_t i;

	if (a->n_threads != b->n_threads || a->n_users != b->n_users ||
	    a->n_groups != b->n_groups || a->n_interfaces != b->n_interfaces)
		return false;
	if (a->machine.num_cpus != b->machine.num_cpus ||
	    a->machine.memory_bytes != b->machine.memory_bytes ||
	    a->machine.boot_time != b->machine.boot_time ||
	    strcmp(a->machine.hostname, b->machine.hostname))
		return false;
	for (i = 0; i < a->n_threads; i++)
		if (!same_thread(&a->threads[i], &b->threads[i]))
			return false;
	for (i = 0; i < a->n_interfaces; i++)
		if (a->interfaces[i].ipv6 != b->interfaces[i].ipv6 ||
		    memcmp(a->interfaces[i].addr, b->interfaces[i].addr, 16) ||
		    memcmp(a->interfaces[i].netmask, b->interfaces[i].netmask, 16) ||
		    memcmp(a->interfaces[i].broadcast, b->interfaces[i].broadcast, 16) ||
		    strcmp(a->interfaces[i].name, b->interfaces[i].name))
			return false;
	for (i = 0; i < a->n_users; i++)
		if (a->users[i].uid != b->users[i].uid || a->users[i].gid != b->users[i].gid ||
		    strcmp(a->users[i].name, b->users[i].name) ||
		    strcmp(a->users[i].home, b->users[i].home) ||
		    strcmp(a->users[i].shell, b->users[i].shell))
			return false;
	for (i = 0; i < a->n_groups; i++)
		if (a->groups[i].gid != b->groups[i].gid ||
		    strcmp(a->groups[i].name, b->groups[i].name))
			return false;
	return true;
}

/* ---- events ---- */

/*
 * Event @i of a capture, in @buf (64 KiB is enough): mostly reads of @i bytes at most 80, every
 * seventh an openat, every eleventh a container's JSON.
 */
CAPTURE_UNUSED static void capture_event(struct scap_event *ev, void *buf, size_t size,
					 unsigned int i)
{
	static const uint8_t data[80] = "some bytes that were read";
	int64_t fd = 3, res = i % 81, at = SCAP_AT_FDCWD;
	uint32_t u32 = i, n = (uint32_t)res;
	uint64_t ino = i;
	struct scap_param read_p[] = { { &res, 8 }, { data, n }, { &fd, 8 }, { &u32, 4 } };
	struct scap_param open_p[] = { { &fd, 8 },  { &at, 8 },	 { "/etc/passwd", 12 },
				       { &u32, 4 }, { &u32, 4 }, { &u32, 4 },
				       { &ino, 8 } };
	struct scap_param json_p[] = { { "{\"id\":\"abc\"}", 13 } };
	uint64_t ts = TS0 + i * 1000ull;
	int64_t len;

	if (i % 11 == 10)
		len = scap_event_encode(buf, size, SCAP_EVT_CONTAINER_JSON_2_E, ts, UINT64_MAX,
					json_p, 1);
	else if (i % 7 == 6)
		len = scap_event_encode(buf, size, SCAP_EVT_SYSCALL_OPENAT_2_X, ts, 100, open_p, 7);
	else
		len = scap_event_encode(buf, size, SCAP_EVT_SYSCALL_READ_X, ts, 100, read_p, 4);
	if (len < 0 || scap_event_decode(ev, buf, (size_t)len) != 0)
		abort();
	ev->cpu = (uint16_t)(i % 2);
	ev->flags = i % 5 == 4 ? SCAP_BLOCK_STATE_ONLY : 0;
}

CAPTURE_UNUSED static bool capture_same_event(const struct scap_event *a,
					      const struct scap_event *b)
{
	return a->hdr->len == b->hdr->len && memcmp(a->hdr, b->hdr, a->hdr->len) == 0 &&
	       a->cpu == b->cpu && a->flags == b->flags && a->items_len == b->items_len &&
	       (a->items_len == 0 || memcmp(a->items, b->items, a->items_len) == 0);
}

/* Writes a capture of @n events. */
CAPTURE_UNUSED static void capture_write(const char *path, enum scap_compression c, unsigned int n)
{
	struct scap_writer_options o = { .compression = c };
	struct scap_snapshot *s = capture_snapshot();
	struct scap_writer *w = scap_writer_open(path, &o, s, NULL);
	struct scap_event ev;
	uint8_t buf[512];
	unsigned int i;

	if (!w)
		abort();
	for (i = 0; i < n; i++) {
		capture_event(&ev, buf, sizeof(buf), i);
		if (scap_writer_event(w, &ev) < 0)
			abort();
	}
	if (scap_writer_close(w, NULL) < 0)
		abort();
	scap_snapshot_free(s);
}

/*
 * Reads a capture of capture_write() to its end. Returns the last status of scap_next(), or the
 * error of opening; @n gets the number of events that came, all as they were written, else -1.
 */
CAPTURE_UNUSED static int capture_check(const char *path, long *n, struct scap_error *err)
{
	struct scap *h = scap_open_file(path, err);
	struct scap_event ev, want;
	uint8_t buf[512];
	int rc;

	*n = 0;
	if (!h)
		return err->code;
	while ((rc = scap_next(h, &ev)) == SCAP_EVENT) {
		capture_event(&want, buf, sizeof(buf), (unsigned int)*n);
		if (!capture_same_event(&ev, &want)) {
			*n = -1;
			break;
		}
		++*n;
	}
	*err = *scap_error(h);
	scap_close(h);
	return rc;
}

#endif

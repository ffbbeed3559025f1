/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of the story: written, read where they are sensitive, renamed, deleted, made executable,
 * executed. A file is known by its path in its box; its inode finds it again under another name.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "story.h"

#define MAX_FILES     20000 /* of a box */
#define PASSING_ABOVE 8000  /* from here on files that came and went are only counted */

int story_file_cmp(const struct story_file *a, const struct story_file *b);
static int ino_cmp(const struct story_file *a, const struct story_file *b)
{
	return a->ino < b->ino ? -1 : a->ino > b->ino;
}

int story_file_cmp(const struct story_file *a, const struct story_file *b)
{
	return strcmp(a->path, b->path);
}

RB_GENERATE(story_paths, story_file, by_path, story_file_cmp)
RB_GENERATE_INTERNAL(story_inos, story_file, by_ino, ino_cmp, static __attribute__((unused)))

/* Written all the time by everybody: nothing is told by them. */
static bool is_noise(const char *path)
{
	static const char *const prefixes[] = { "/dev/null",	     "/dev/pts/",    "/dev/tty",
						"/dev/ptmx",	     "/dev/full",    "/dev/zero",
						"/dev/random",	     "/dev/urandom", "/dev/console",
						"/dev/std",	     "/dev/fd/",     "/proc/self/",
						"/proc/thread-self/" };
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(path, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return path[0] == '\0';
}

static struct story_file *find_file(struct story_box *b, const char *path)
{
	struct story_file key = { .path = path };

	return RB_FIND(story_paths, &b->files, &key);
}

static struct story_file *find_ino(struct story_box *b, uint64_t ino)
{
	struct story_file key = { .ino = ino };

	return ino ? RB_FIND(story_inos, &b->inos, &key) : NULL;
}

static struct story_file *get_file(struct story *st, struct story_box *b, const char *path)
{
	struct story_file *f = find_file(b, path);

	if (f)
		return f;
	f = TAILQ_FIRST(&b->free_files);
	if (f) {
		TAILQ_REMOVE(&b->free_files, f, link);
		memset(f, 0, sizeof(*f));
	} else if (b->n_files >= MAX_FILES || !(f = story_alloc(st, sizeof(*f)))) {
		b->n_files_over++;
		return NULL;
	}
	f->path = story_str(st, path);
	if (strcmp(f->path, path) != 0) { /* no memory for the name */
		TAILQ_INSERT_TAIL(&b->free_files, f, link);
		return NULL;
	}
	RB_INSERT(story_paths, &b->files, f);
	TAILQ_INSERT_TAIL(&b->file_list, f, link);
	b->n_files++;
	return f;
}

static void forget_file(struct story_box *b, struct story_file *f)
{
	RB_REMOVE(story_paths, &b->files, f);
	if (f->in_ino_tree)
		RB_REMOVE(story_inos, &b->inos, f);
	TAILQ_REMOVE(&b->file_list, f, link);
	TAILQ_INSERT_HEAD(&b->free_files, f, link);
	b->n_files--;
}

static void set_ino(struct story_box *b, struct story_file *f, uint64_t ino)
{
	struct story_file *other;

	if (!ino || f->ino == ino)
		return;
	if (f->in_ino_tree)
		RB_REMOVE(story_inos, &b->inos, f);
	f->in_ino_tree = false;
	f->ino = ino;
	/* The number is used again: its last owner counts. */
	other = RB_FIND(story_inos, &b->inos, f);
	if (other) {
		RB_REMOVE(story_inos, &b->inos, other);
		other->in_ino_tree = false;
	}
	RB_INSERT(story_inos, &b->inos, f);
	f->in_ino_tree = true;
}

static int find_param(const struct scap_event_info *info, const char *name)
{
	uint32_t i;

	for (i = 0; i < info->nparams; i++)
		if (strcmp(info->params[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* The absolute path in parameter @name of @ev; false: unknown. */
static bool path_param(struct story *st, const struct sinsp_event *ev, const char *name, char *out,
		       size_t size)
{
	int i = find_param(ev->raw.info, name);
	const char *s, *base;
	size_t len;

	s = i < 0 ? NULL : scap_param_str(&ev->raw, (unsigned int)i, &len);
	if (!s || len == 0)
		return false;
	base = sinsp_event_base_dir(st->sinsp, ev, (unsigned int)i);
	if (!base && *s != '/')
		base = ev->thread ? ev->thread->cwd : "";
	sinsp_path_join(out, size, base ? base : "", base ? strlen(base) : 0, s, len);
	return true;
}

static void note_sensitive_read(struct story *st, struct story_proc *p, const char *path,
				const char *why, int error, uint64_t ts)
{
	struct story_file *f = get_file(st, p->box, path);

	if (!f)
		return;
	f->why_sensitive = why;
	f->reads++;
	if (f->read && !(f->read_error && !error))
		return;
	f->read = ts;
	f->reader = story_who(st, p);
	f->read_error = error;
	p->kept = true;
	story_key_add(st, p, ts, !p->box->host || p->suspect, error ? "tries to read" : "reads",
		      story_printf(st, "%s (%s)", path, why));
}

static void note_write_open(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
			    uint64_t ts)
{
	const char *why = story_sensitive(fd->name, STORY_WRITE);
	struct story_file *f;

	if (is_noise(fd->name) || !(f = get_file(st, p->box, fd->name)))
		return;
	set_ino(p->box, f, fd->ino);
	if (f->deleted) {
		f->deleted = 0;
		f->deleter = NULL;
	}
	if (f->opened_for_write)
		return;
	f->opened_for_write = ts;
	f->writer = story_who(st, p);
	p->kept = true;
	if (why) {
		f->why_sensitive = why;
		story_key_add(st, p, ts, !p->box->host || p->suspect, "opens for writing",
			      story_printf(st, "%s (%s)", fd->name, why));
	}
}

void story_on_open(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	int64_t res = scap_event_result(&ev->raw, -EIO);
	const struct sinsp_fd *fd = ev->fd;
	uint64_t ts = ev->raw.hdr->ts;
	char path[4096];
	const char *why;

	if (res < 0) {
		if (res != -EACCES && res != -EPERM)
			return;
		if (path_param(st, ev, "name", path, sizeof(path)) &&
		    (why = story_sensitive(path, STORY_READ)))
			note_sensitive_read(st, p, path, why, (int)-res, ts);
		return;
	}
	if (!fd || fd->type == SCAP_FD_DIRECTORY || (fd->open_flags & SCAP_O_DIRECTORY))
		return;
	if (fd->open_flags & (SCAP_O_WRONLY | SCAP_O_CREAT | SCAP_O_TRUNC))
		note_write_open(st, p, fd, ts);
	else if ((why = story_sensitive(fd->name, STORY_READ)))
		note_sensitive_read(st, p, fd->name, why, 0, ts);
}

void story_file_written(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
			uint64_t bytes, uint64_t ts)
{
	struct story_file *f;

	if (is_noise(fd->name) || !(f = get_file(st, p->box, fd->name)))
		return;
	set_ino(p->box, f, fd->ino);
	f->bytes_written += bytes;
	f->writes++;
	if (f->written)
		return;
	f->written = ts;
	if (!f->opened_for_write)
		f->opened_for_write = ts;
	f->writer = story_who(st, p);
	p->kept = true;
	if (!p->remote)
		return;
	f->came_from = p->remote;
	story_key_add(st, p, ts, p->suspect != NULL, "writes while connected",
		      story_printf(st, "%s, connected to %s", fd->name, p->remote));
}

void story_on_unlink(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	const char *name = ev->raw.hdr->type == SCAP_EVT_SYSCALL_UNLINKAT_2_X ? "name" : "path";
	uint64_t ts = ev->raw.hdr->ts;
	struct story_file *f;
	char path[4096];
	bool notable;

	if (scap_event_result(&ev->raw, -1) != 0 || !path_param(st, ev, name, path, sizeof(path)))
		return;
	f = get_file(st, p->box, path);
	if (!f)
		return;
	f->deleted = ts;
	f->deleter = story_who(st, p);
	p->kept = true;
	notable = f->executed || f->made_executable || f->came_from || f->why_sensitive ||
		  strncmp(path, "/var/log/", 9) == 0 || story_sensitive(path, STORY_WRITE);
	if (notable || p->suspect) {
		story_key_add(st, p, ts, notable && !p->box->host, "deletes", path);
	} else if (p->box->n_files > PASSING_ABOVE) {
		p->box->n_passing++;
		forget_file(p->box, f);
	}
}

/* What is known of a file goes with it to its new name. */
static void carry_over(struct story *st, struct story_proc *p, const char *from, const char *to,
		       uint64_t ts, bool moved)
{
	struct story_file *old = find_file(p->box, from), *f;
	const char *why = story_sensitive(to, STORY_WRITE);
	bool written = old && (old->written || old->opened_for_write);

	if (!old && !why && !p->suspect)
		return;
	f = get_file(st, p->box, to);
	if (!f || f == old)
		return;
	p->kept = true;
	f->was = story_str(st, from);
	f->deleted = 0;
	f->why_sensitive = why;
	if (old) {
		f->writer = old->writer;
		f->bytes_written += old->bytes_written;
		f->writes += old->writes;
		f->came_from = old->came_from;
		f->made_executable = old->made_executable;
		f->chmodder = old->chmodder;
		set_ino(p->box, f, old->ino);
	}
	if (written || !old) {
		f->opened_for_write = old && old->opened_for_write ? old->opened_for_write : ts;
		f->written = old ? old->written : 0;
		f->writer = f->writer ? f->writer : story_who(st, p);
	}
	if (moved && old)
		forget_file(p->box, old); /* its history is told under the new name */
	if (why)
		story_key_add(st, p, ts, !p->box->host || p->suspect, "replaces",
			      story_printf(st, "%s (%s), by what was %s", to, why, from));
}

static void old_and_new(struct story *st, struct story_proc *p, const struct sinsp_event *ev,
			bool moved)
{
	char from[4096], to[4096];

	if (scap_event_result(&ev->raw, -1) == 0 &&
	    path_param(st, ev, "oldpath", from, sizeof(from)) &&
	    path_param(st, ev, "newpath", to, sizeof(to)))
		carry_over(st, p, from, to, ev->raw.hdr->ts, moved);
}

void story_on_rename(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	old_and_new(st, p, ev, true);
}

void story_on_link(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	old_and_new(st, p, ev, false);
}

void story_on_chmod(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	const uint64_t x_bits = SCAP_S_IXUSR | SCAP_S_IXGRP | SCAP_S_IXOTH;
	const uint64_t s_bits = SCAP_S_ISUID | SCAP_S_ISGID;
	int i = find_param(ev->raw.info, "mode");
	uint64_t mode = i < 0 ? 0 : scap_param_u64(&ev->raw, (unsigned int)i, 0);
	uint64_t ts = ev->raw.hdr->ts;
	char path[4096];
	struct story_file *f;

	if (scap_event_result(&ev->raw, -1) != 0 || !(mode & x_bits))
		return;
	if (ev->raw.hdr->type == SCAP_EVT_SYSCALL_FCHMOD_X) {
		if (!ev->fd || ev->fd->type == SCAP_FD_DIRECTORY)
			return;
		snprintf(path, sizeof(path), "%s", ev->fd->name);
	} else if (!path_param(st, ev, "filename", path, sizeof(path))) {
		return;
	}
	f = get_file(st, p->box, path);
	if (!f)
		return;
	f->chmodder = story_who(st, p);
	p->kept = true;
	if (!f->made_executable || (mode & s_bits))
		story_key_add(st, p, ts, f->written || p->suspect || (mode & s_bits),
			      mode & s_bits ? "makes setuid" : "makes executable", path);
	if (!f->made_executable)
		f->made_executable = ts;
}

static bool same_name(const char *a, const char *b)
{
	const char *x = strrchr(a, '/'), *y = strrchr(b, '/');

	return strcmp(x ? x : a, y ? y : b) == 0;
}

void story_file_executed(struct story *st, struct story_proc *p, const char *path, uint64_t ino,
			 const char *how, uint64_t ts)
{
	struct story_file *f = find_file(p->box, path);
	const char *from;

	if (!f && (f = find_ino(p->box, ino)) && !same_name(f->path, path))
		return; /* the number of a file in another file system */
	if (!f || !(f->written || f->opened_for_write))
		return;
	from = f->came_from ? story_printf(st, " while connected to %s", f->came_from) : "";
	if (!f->executed) {
		f->executed = ts;
		f->runner = story_who(st, p);
		f->run_as = STAILQ_EMPTY(&p->execs)
				    ? ""
				    : STAILQ_LAST(&p->execs, story_exec, link)->cmdline;
		p->kept = true;
		story_key_add(st, p, ts, !p->box->host || p->suspect, "executes a new file",
			      story_printf(st, "%s%s%s, written by %s%s", f->path, *how ? ", " : "",
					   how, f->writer, from));
	}
}

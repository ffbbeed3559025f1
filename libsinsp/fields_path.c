/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the paths that a call worked on, whichever call it was. */
#include "fields.h"
#include "path.h"

enum which { NAME, SOURCE, TARGET };

#define NONE 0 /* parameter 0 is the result, never a path */

/*
 * One row a call: the parameters that hold its one path, or its two. The source of a link is what
 * is made, its target what it leads to. Sorted by nothing: a path field is asked of few events.
 */
static const struct {
	uint16_t type;
	uint8_t param[3]; /* by enum which; of type FD: the name of the descriptor */
} calls[] = {
	{ SCAP_EVT_SYSCALL_OPEN_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_OPENAT_2_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_OPENAT2_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_CREAT_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X, { 3, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_MKDIR_2_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_MKDIRAT_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_RMDIR_2_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_UNLINK_2_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_UNLINKAT_2_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_CHMOD_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_FCHMOD_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_FCHMODAT_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_CHOWN_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_LCHOWN_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_FCHOWN_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_FCHOWNAT_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_MKNOD_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_MKNODAT_X, { 2, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_QUOTACTL_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_UMOUNT_1_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_UMOUNT2_X, { 1, NONE, NONE } },
	{ SCAP_EVT_SYSCALL_RENAME_X, { NONE, 1, 2 } },
	{ SCAP_EVT_SYSCALL_RENAMEAT_X, { NONE, 2, 4 } },
	{ SCAP_EVT_SYSCALL_RENAMEAT2_X, { NONE, 2, 4 } },
	{ SCAP_EVT_SYSCALL_LINK_2_X, { NONE, 2, 1 } },
	{ SCAP_EVT_SYSCALL_LINKAT_2_X, { NONE, 4, 2 } },
	{ SCAP_EVT_SYSCALL_SYMLINK_X, { NONE, 2, 1 } },
	{ SCAP_EVT_SYSCALL_SYMLINKAT_X, { NONE, 3, 1 } },
	{ SCAP_EVT_SYSCALL_MOUNT_X, { NONE, 1, 2 } },
};

static unsigned int find_param(uint16_t type, enum which which)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].type == type)
			return calls[i].param[which];
	return NONE;
}

/* What a symbolic link leads to is relative to the link; where mount takes from may be no path. */
static bool stays_raw(uint16_t type, enum which which)
{
	if (type == SCAP_EVT_SYSCALL_MOUNT_X)
		return which == SOURCE;
	return which == TARGET &&
	       (type == SCAP_EVT_SYSCALL_SYMLINK_X || type == SCAP_EVT_SYSCALL_SYMLINKAT_X);
}

/* A call that opens says what it was to open even where it failed. */
static bool tells_failed(uint16_t type)
{
	return scap_event_info(type)->flags & EF_CREATES_FD;
}

/* It is relative to the directory of a descriptor that is not known. */
static bool is_nowhere(const struct view *c, const struct arg *a)
{
	return a->type == PT_FSRELPATH && a->ptr[0] != '/' && c->s &&
	       !sinsp_event_base_dir(c->s, c->ev, a->index);
}

void fields_path_put(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const char *path = (const char *)a->ptr;
	size_t n = strnlen(path, a->len);
	char full[4096];

	if (is_nowhere(c, a))
		n = sinsp_path_nowhere(full, sizeof(full), path, n);
	else if (path[0] == '/')
		n = sinsp_path_join(full, sizeof(full), "/", 1, path, n);
	else {
		render_arg(c, a, out);
		return;
	}
	render_text(c, full, n, out);
}

static bool put_path(struct view *c, const struct field_ref *r, bool raw, struct sinsp_text *out)
{
	const struct scap_event *ev = &c->ev->raw;
	uint16_t type = ev->hdr->type;
	unsigned int i = find_param(type, r->field->at);
	const struct sinsp_fd *fd;
	struct arg a;

	if (i == NONE || (scap_event_result(ev, -1) < 0 && !tells_failed(type)) ||
	    !arg_get(ev, i, &a) || a.len == 0)
		return false;
	if (a.type == PT_FD) {
		fd = render_find_fd(c, (int64_t)arg_u64(&a));
		if (!fd)
			return false;
		render_text(c, fd->name, strlen(fd->name), out);
	} else if (raw || stays_raw(type, r->field->at)) {
		render_raw(c, &a, out);
	} else {
		fields_path_put(c, &a, out);
	}
	return true;
}

static bool put_absolute(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	return put_path(c, r, false, out);
}

static bool put_raw(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	return put_path(c, r, true, out);
}

void fields_path_opened(struct view *c, bool raw, struct sinsp_text *out)
{
	const struct scap_event *ev = &c->ev->raw;
	unsigned int i = find_param(ev->hdr->type, NAME);
	struct arg a;

	if (i == NONE || !tells_failed(ev->hdr->type) || !arg_get(ev, i, &a) || !a.len)
		return;
	if (raw)
		render_raw(c, &a, out);
	else
		fields_path_put(c, &a, out);
}

#define PATH(w) .type = PT_FSPATH, .put = put_absolute, .at = (w)
#define RAW(w)	.type = PT_FSPATH, .put = put_raw, .at = (w)

static const struct field rows[] = {
	{ .name = "fs.path.name",
	  PATH(NAME),
	  .doc = "Absolute path that a call has worked on: opened, removed, made, changed." },
	{ .name = "fs.path.nameraw", RAW(NAME), .doc = "The same path as the process gave it." },
	{ .name = "fs.path.source",
	  PATH(SOURCE),
	  .doc = "Absolute path that was renamed, linked or mounted." },
	{ .name = "fs.path.sourceraw", RAW(SOURCE), .doc = "The same as the process gave it." },
	{ .name = "fs.path.target",
	  PATH(TARGET),
	  .doc = "Absolute path that it was renamed to, links to or is mounted on." },
	{ .name = "fs.path.targetraw", RAW(TARGET), .doc = "The same as the process gave it." },
};

const struct field_class fields_path_class = {
	.name = "fs.path",
	.doc = "The paths that a call has worked on; absent where it failed.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

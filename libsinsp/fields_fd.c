/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the descriptor that the event works on. */
#include "fields.h"
#include "put.h"

const char *fd_type_name(uint8_t type)
{
	static const char *const names[SCAP_FD_TYPE_MAX] = {
		[SCAP_FD_UNKNOWN] = "unknown",
		[SCAP_FD_FILE] = "file",
		[SCAP_FD_FILE_V2] = "file",
		[SCAP_FD_DIRECTORY] = "directory",
		[SCAP_FD_IPV4_SOCK] = "ipv4",
		[SCAP_FD_IPV4_SERVSOCK] = "ipv4",
		[SCAP_FD_IPV6_SOCK] = "ipv6",
		[SCAP_FD_IPV6_SERVSOCK] = "ipv6",
		[SCAP_FD_FIFO] = "pipe",
		[SCAP_FD_UNIX_SOCK] = "unix",
		[SCAP_FD_EVENT] = "event",
		[SCAP_FD_SIGNALFD] = "signalfd",
		[SCAP_FD_EVENTPOLL] = "eventpoll",
		[SCAP_FD_INOTIFY] = "inotify",
		[SCAP_FD_TIMERFD] = "timerfd",
		[SCAP_FD_NETLINK] = "netlink",
		[SCAP_FD_BPF] = "bpf",
		[SCAP_FD_USERFAULTFD] = "userfaultfd",
		[SCAP_FD_IOURING] = "io_uring",
		[SCAP_FD_MEMFD] = "memfd",
		[SCAP_FD_PIDFD] = "pidfd",
	};

	return type < SCAP_FD_TYPE_MAX ? names[type] : NULL;
}

static bool is_file(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_FILE || fd->type == SCAP_FD_FILE_V2;
}

/* The event is about a descriptor, whether we know that one or not. */
static bool has_fd(const struct view *c)
{
	return c->ev->fd ||
	       (c->ev->thread && c->ev->raw.info->flags & (EF_USES_FD | EF_CREATES_FD));
}

static bool get_num(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return has_fd(c) && value_i64(v, c->ev->fd_num);
}

static bool get_type(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_fd *fd = c->ev->fd;
	const char *name = fd ? fd_type_name(fd->type) : NULL;

	(void)r;
	return fd && value_cstr(v, name ? name : "<NA>");
}

/*
 * Name of the descriptor. Where opening a file has failed there is none, and the path that was to
 * be opened stands for it, so that a filter on fd.name finds attempts too. Unknown: "".
 */
static bool get_name(struct view *c, struct field_ref *r, struct value *v)
{
	if (c->ev->fd)
		return value_cstr(v, c->ev->fd->name);
	if (!has_fd(c))
		return false;
	sinsp_text_clear(&r->path);
	fields_path_opened(c, false, &r->path);
	return value_string(v, r->path.ptr ? r->path.ptr : "", r->path.len);
}

static bool get_nameraw(struct view *c, struct field_ref *r, struct value *v)
{
	if (c->ev->fd)
		return value_cstr(v, c->ev->fd->name_raw);
	if (!has_fd(c))
		return false;
	sinsp_text_clear(&r->path);
	fields_path_opened(c, true, &r->path);
	return value_string(v, r->path.ptr ? r->path.ptr : "", r->path.len);
}

/* As get_name(), of files only. */
static bool get_path(struct view *c, struct field_ref *r, struct value *v)
{
	if (c->ev->fd && !is_file(c->ev->fd) && c->ev->fd->type != SCAP_FD_DIRECTORY)
		return false;
	return get_name(c, r, v) && (c->ev->fd || v->str.len);
}

static bool put_typechar(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	struct value v;

	if (c->ev->fd)
		put_char(out, render_fd_letter(c->ev->fd->type));
	else if (get_path(c, r, &v))
		put_char(out, 'f');
	else if (has_fd(c))
		put_char(out, 'o');
	return has_fd(c);
}

/* The directory of a file; a directory is its own. */
static bool get_directory(struct view *c, struct field_ref *r, struct value *v)
{
	const char *slash;

	if (!get_path(c, r, v))
		return !c->ev->fd && has_fd(c) && value_string(v, "/", 1);
	if (c->ev->fd && c->ev->fd->type == SCAP_FD_DIRECTORY)
		return true;
	slash = v->str.len ? memrchr(v->str.ptr, '/', v->str.len) : NULL;
	if (!slash)
		return value_string(v, "/", 1);
	v->str.len = slash == v->str.ptr ? 1 : (size_t)(slash - v->str.ptr);
	return true;
}

static bool get_filename(struct view *c, struct field_ref *r, struct value *v)
{
	const char *slash;
	size_t n;

	if (!c->ev->fd || !is_file(c->ev->fd) || !get_path(c, r, v))
		return false;
	slash = v->str.len ? memrchr(v->str.ptr, '/', v->str.len) : NULL;
	if (!slash)
		return true;
	n = (size_t)(slash + 1 - v->str.ptr);
	return value_string(v, slash + 1, v->str.len - n);
}

static bool put_uid(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	(void)r;
	if (!has_fd(c))
		return false;
	put_i64(out, (int64_t)c->ev->raw.hdr->tid);
	put_i64(out, c->ev->fd_num);
	return true;
}

/* Container, colon, name; at: the directory's instead. The host has no container id. */
static bool put_containername(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t = c->ev->thread;
	struct value v;

	if (!(r->field->at ? get_directory(c, r, &v) : get_name(c, r, &v)))
		return false;
	if (t && t->container)
		render_text(c, t->container->id, strlen(t->container->id), out);
	put_char(out, ':');
	render_text(c, v.str.ptr, v.str.len, out);
	return true;
}

/* The calls that give a descriptor its name. */
static bool names_fd(uint16_t type)
{
	switch (type) {
	case SCAP_EVT_SYSCALL_OPEN_X:
	case SCAP_EVT_SYSCALL_OPENAT_2_X:
	case SCAP_EVT_SYSCALL_OPENAT2_X:
	case SCAP_EVT_SYSCALL_CREAT_X:
	case SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X:
	case SCAP_EVT_SOCKET_BIND_X:
	case SCAP_EVT_SOCKET_ACCEPT_5_X:
	case SCAP_EVT_SOCKET_ACCEPT4_6_X:
	case SCAP_EVT_SYSCALL_PIDFD_OPEN_X:
	case SCAP_EVT_SYSCALL_MEMFD_CREATE_X:
		return true;
	default:
		return false;
	}
}

static bool get_name_changed(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return c->ev->fd && value_bool(v, c->ev->renamed || (names_fd(c->ev->raw.hdr->type) &&
							     *c->ev->fd->name));
}

/* ---- device and inode ---- */

enum dev_part { DEV, DEV_MAJOR, DEV_MINOR };

static bool get_dev(struct view *c, struct field_ref *r, struct value *v)
{
	uint32_t dev;

	if (!c->ev->fd)
		return false;
	dev = c->ev->fd->dev;
	switch (r->field->at) {
	case DEV_MAJOR:
		return value_i64(v, dev >> 8 & 0xfff);
	case DEV_MINOR:
		return value_i64(v, (dev & 0xff) | (dev >> 12 & 0xfff00));
	default:
		return value_i64(v, dev);
	}
}

static bool get_ino(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return c->ev->fd && value_i64(v, (int64_t)c->ev->fd->ino);
}

static bool get_layer(struct view *c, struct field_ref *r, struct value *v)
{
	return c->ev->fd && value_bool(v, c->ev->fd->open_flags >> r->field->at & 1);
}

/* ---- all descriptors of the process ---- */

#define MAX_TYPES SCAP_FD_TYPE_MAX

struct type_list {
	struct value_str items[MAX_TYPES];
	size_t n;
	uint64_t seen; /* bit per type */
};

static bool add_type(struct sinsp_fd *fd, void *arg)
{
	struct type_list *l = arg;
	const char *name = fd_type_name(fd->type);
	size_t i;

	if (!name)
		name = "<NA>";
	else if (l->seen >> fd->type & 1)
		return true;
	else
		l->seen |= 1ull << fd->type;
	for (i = 0; i < l->n; i++)
		if (l->items[i].ptr == name || !strcmp(l->items[i].ptr, name))
			return true;
	l->items[l->n++] = (struct value_str){ name, strlen(name) };
	return true;
}

_Static_assert(SCAP_FD_TYPE_MAX <= 64, "one bit per type");

/* The list lives in the reference's buffer. */
static bool get_types(struct view *c, struct field_ref *r, struct value *v)
{
	struct type_list l = { .n = 0 };
	struct sinsp_fd *fd;

	if (!has_fd(c))
		return false;
	if (r->arg == ARG_INDEX) {
		fd = sinsp_thread_fd(c->ev->thread, r->index);
		if (!fd)
			return false;
		add_type(fd, &l);
	} else {
		sinsp_each_fd(c->ev->thread, add_type, &l);
	}
	sinsp_text_clear(&r->text);
	sinsp_text_add(&r->text, (const char *)l.items, l.n * sizeof(l.items[0]));
	if (!r->text.ptr)
		return false;
	v->kind = VALUE_LIST;
	v->list.items = (const struct value_str *)r->text.ptr;
	v->list.n = l.n;
	return true;
}

#define TEXT   .type = PT_CHARBUF
#define FLAG   .type = PT_BOOL
#define BIT(f) .at = __builtin_ctz(f)

static const struct field rows[] = {
	{ .name = "fd.num",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = get_num,
	  .doc = "Number of the descriptor." },
	{ .name = "fd.type",
	  TEXT,
	  .get = get_type,
	  .doc = "What it is open on: file, directory, ipv4, ipv6, unix, pipe, event, ..." },
	{ .name = "fd.typechar", TEXT, .put = put_typechar, .doc = "The same as one letter." },
	{ .name = "fd.name",
	  TEXT,
	  .get = get_name,
	  .doc = "Path of a file, both ends of a connection, or another name." },
	{ .name = "fd.nameraw",
	  TEXT,
	  .get = get_nameraw,
	  .doc = "Path of a file that was opened, as the process gave it." },
	{ .name = "fd.directory", TEXT, .get = get_directory, .doc = "Directory of a file." },
	{ .name = "fd.filename",
	  TEXT,
	  .get = get_filename,
	  .doc = "Name of a file without its directory." },
	{ .name = "fd.uid",
	  TEXT,
	  .put = put_uid,
	  .doc = "Numbers of process and descriptor in one." },
	{ .name = "fd.containername",
	  TEXT,
	  .put = put_containername,
	  .doc = "Container, colon and fd.name." },
	{ .name = "fd.containerdirectory",
	  TEXT,
	  .put = put_containername,
	  .at = 1,
	  .doc = "Container, colon and fd.directory." },
	{ .name = "fd.name_changed",
	  FLAG,
	  .get = get_name_changed,
	  .doc = "True if the event gave the descriptor its name." },
	{ .name = "fd.dev",
	  .type = PT_INT32,
	  .format = PF_HEX,
	  .get = get_dev,
	  .at = DEV,
	  .doc = "Device that holds the file, in hexadecimal." },
	{ .name = "fd.dev.major",
	  .type = PT_INT32,
	  .format = PF_DEC,
	  .get = get_dev,
	  .at = DEV_MAJOR,
	  .doc = "Major number of the device." },
	{ .name = "fd.dev.minor",
	  .type = PT_INT32,
	  .format = PF_DEC,
	  .get = get_dev,
	  .at = DEV_MINOR,
	  .doc = "Minor number of the device." },
	{ .name = "fd.ino",
	  .type = PT_INT64,
	  .format = PF_DEC,
	  .get = get_ino,
	  .doc = "Inode of the file." },
	{ .name = "fd.is_upper_layer",
	  FLAG,
	  .get = get_layer,
	  BIT(SCAP_FD_UPPER_LAYER),
	  .doc = "True if the file is in the writable layer of an overlay." },
	{ .name = "fd.is_lower_layer",
	  FLAG,
	  .get = get_layer,
	  BIT(SCAP_FD_LOWER_LAYER),
	  .doc = "True if the file is in a lower layer of an overlay." },
	{ .name = "fd.types",
	  TEXT,
	  .get = get_types,
	  .arg = ARG_INDEX,
	  .flags = FIELD_LIST | FIELD_NO_RHS,
	  .doc = "List of the types of all open descriptors, or the type of the [n]th." },
};

const struct field_class fields_fd_class = {
	.name = "fd",
	.doc = "The descriptor that the event works on.",
	.by_type = by_type_without_fd,
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

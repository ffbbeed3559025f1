/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of input, output and opening. */
#include "fields.h"

/* Which parameter has this name: evt.buffer is asked of few events, and "data" is near the front.
 */
static unsigned int place_of(const struct scap_event_info *info, const char *name)
{
	unsigned int i;

	for (i = 0; i < info->nparams; i++)
		if (!strcmp(info->params[i].name, name))
			return i;
	return FIELD_NO_PARAM;
}

static bool get_buffer(struct view *c, struct field_ref *r, struct value *v)
{
	const struct scap_event *ev = &c->ev->raw;
	unsigned int i;

	(void)r;
	if (!(ev->info->flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD)))
		return false;
	i = place_of(ev->info, "data");
	if (i >= ev->nparams)
		return false;
	value_string(v, (const char *)scap_param_ptr(ev, i), scap_param_len(ev, i));
	v->kind = VALUE_BYTES;
	return true;
}

/* ---- evt.buflen and its variants ---- */

enum buflen_flags { LEN_IN = 1, LEN_OUT = 2, LEN_FILE = 4, LEN_NET = 8 };

static bool is_file(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_FILE || fd->type == SCAP_FD_FILE_V2;
}

static bool is_ip(const struct sinsp_fd *fd)
{
	return fd->type >= SCAP_FD_IPV4_SOCK && fd->type <= SCAP_FD_IPV6_SERVSOCK;
}

static bool get_buflen(struct view *c, struct field_ref *r, struct value *v)
{
	const struct scap_event *ev = &c->ev->raw;
	const struct sinsp_fd *fd = c->ev->fd;
	uint32_t category = ev->info->category & 0x3f;
	uint16_t want = r->field->at;
	int64_t res = scap_event_result(ev, -1);

	if (res < 0 || !fd || category < EC_IO_READ || category > EC_IO_OTHER)
		return false;
	if ((want & LEN_IN && category != EC_IO_READ) ||
	    (want & LEN_OUT && category != EC_IO_WRITE) || (want & LEN_FILE && !is_file(fd)) ||
	    (want & LEN_NET && !is_ip(fd)))
		return false;
	return value_u64(v, (uint64_t)res);
}

/* ---- direction ---- */

static bool get_is(struct view *c, struct field_ref *r, struct value *v)
{
	return value_bool(v, c->ev->raw.info->flags & r->field->at);
}

static bool get_io_dir(struct view *c, struct field_ref *r, struct value *v)
{
	uint32_t flags = c->ev->raw.info->flags;

	(void)r;
	if (flags & EF_WRITES_TO_FD) /* copy_file_range does both, and works on what it writes */
		return value_string(v, "write", 5);
	return flags & EF_READS_FROM_FD && value_string(v, "read", 4);
}

bool fields_is_syslog(const struct view *c)
{
	static const char suffix[] = "/dev/log";
	const struct sinsp_fd *fd = c->ev->fd;
	size_t n = fd ? strlen(fd->name) : 0, s = sizeof(suffix) - 1;

	return c->ev->raw.info->flags & EF_WRITES_TO_FD && n >= s &&
	       !memcmp(fd->name + n - s, suffix, s);
}

static bool get_is_syslog(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_bool(v, fields_is_syslog(c));
}

/* ---- opening ---- */

/* Flags and mode of a call that opens a file; false for other events. */
static bool open_args(const struct scap_event *ev, uint64_t *flags, uint64_t *mode)
{
	*mode = 0;
	switch (ev->hdr->type) {
	case SCAP_EVT_SYSCALL_OPEN_X:
		*flags = scap_param_u64(ev, 2, 0);
		*mode = scap_param_u64(ev, 3, 0);
		return true;
	case SCAP_EVT_SYSCALL_OPENAT_2_X:
	case SCAP_EVT_SYSCALL_OPENAT2_X:
		*flags = scap_param_u64(ev, 3, 0);
		*mode = scap_param_u64(ev, 4, 0);
		return true;
	case SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X:
		*flags = scap_param_u64(ev, 2, 0);
		return true;
	default:
		return false;
	}
}

static bool get_open_access(struct view *c, struct field_ref *r, struct value *v)
{
	uint64_t flags, mode;

	return value_bool(v, open_args(&c->ev->raw, &flags, &mode) && flags & r->field->at);
}

#define EXEC_BITS (SCAP_S_IXUSR | SCAP_S_IXGRP | SCAP_S_IXOTH)

/* A file is made that can be executed. */
static bool get_open_exec(struct view *c, struct field_ref *r, struct value *v)
{
	const struct scap_event *ev = &c->ev->raw;
	uint64_t flags, mode;

	(void)r;
	if (ev->hdr->type == SCAP_EVT_SYSCALL_CREAT_X)
		return value_bool(v, scap_param_u64(ev, 2, 0) & EXEC_BITS);
	return value_bool(v, open_args(ev, &flags, &mode) &&
				     flags & (SCAP_O_CREAT | SCAP_O_TMPFILE) && mode & EXEC_BITS);
}

static bool get_open_create(struct view *c, struct field_ref *r, struct value *v)
{
	const struct scap_event *ev = &c->ev->raw;
	uint64_t flags, mode;

	(void)r;
	return value_bool(v, open_args(ev, &flags, &mode) &&
				     (flags & SCAP_O_F_CREATED ||
				      (flags & SCAP_O_TMPFILE && scap_event_result(ev, -1) >= 0)));
}

#define FLAG .type = PT_BOOL
/* It neither opens nor moves data: no field has anything to look at. */
static bool by_type_unless_io(const struct field_ref *r, uint16_t type)
{
	const struct scap_event_info *info = scap_event_info(type);
	uint32_t category = info->category & 0x3f;

	(void)r;
	return !(info->flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD | EF_CREATES_FD)) &&
	       (category < EC_IO_READ || category > EC_IO_OTHER);
}

#define LEN(f) .type = PT_UINT64, .format = PF_DEC, .get = get_buflen, .at = (f)

static const struct field rows[] = {
	{ .name = "evt.buffer",
	  .type = PT_BYTEBUF,
	  .get = get_buffer,
	  .doc = "The data that was read or written, as much of it as was recorded." },
	{ .name = "evt.buflen",
	  LEN(0),
	  .doc = "Bytes that were read or written; absent where the call failed." },
	{ .name = "evt.buflen.in", LEN(LEN_IN), .flags = FIELD_HIDDEN, .doc = "Bytes read." },
	{ .name = "evt.buflen.out", LEN(LEN_OUT), .flags = FIELD_HIDDEN, .doc = "Bytes written." },
	{ .name = "evt.buflen.file",
	  LEN(LEN_FILE),
	  .flags = FIELD_HIDDEN,
	  .doc = "Bytes read from or written to files." },
	{ .name = "evt.buflen.file.in",
	  LEN(LEN_FILE | LEN_IN),
	  .flags = FIELD_HIDDEN,
	  .doc = "Bytes read from files." },
	{ .name = "evt.buflen.file.out",
	  LEN(LEN_FILE | LEN_OUT),
	  .flags = FIELD_HIDDEN,
	  .doc = "Bytes written to files." },
	{ .name = "evt.buflen.net",
	  LEN(LEN_NET),
	  .flags = FIELD_HIDDEN,
	  .doc = "Bytes received or sent." },
	{ .name = "evt.buflen.net.in",
	  LEN(LEN_NET | LEN_IN),
	  .flags = FIELD_HIDDEN,
	  .doc = "Bytes received." },
	{ .name = "evt.buflen.net.out",
	  LEN(LEN_NET | LEN_OUT),
	  .flags = FIELD_HIDDEN,
	  .doc = "Bytes sent." },
	{ .name = "evt.is_io",
	  FLAG,
	  .get = get_is,
	  .by_type = by_type_always,
	  .at = EF_READS_FROM_FD | EF_WRITES_TO_FD,
	  .doc = "True for calls that read from or write to a descriptor." },
	{ .name = "evt.is_io_read",
	  FLAG,
	  .get = get_is,
	  .by_type = by_type_always,
	  .at = EF_READS_FROM_FD,
	  .doc = "True for calls that read from a descriptor." },
	{ .name = "evt.is_io_write",
	  FLAG,
	  .get = get_is,
	  .by_type = by_type_always,
	  .at = EF_WRITES_TO_FD,
	  .doc = "True for calls that write to a descriptor." },
	{ .name = "evt.io_dir",
	  .type = PT_CHARBUF,
	  .get = get_io_dir,
	  .by_type = by_type_always,
	  .doc = "read or write; absent for other calls." },
	{ .name = "evt.is_syslog",
	  FLAG,
	  .get = get_is_syslog,
	  .doc = "True for writes to /dev/log." },
	{ .name = "evt.is_open_read",
	  FLAG,
	  .get = get_open_access,
	  .at = SCAP_O_RDONLY,
	  .doc = "True where a file is opened for reading." },
	{ .name = "evt.is_open_write",
	  FLAG,
	  .get = get_open_access,
	  .at = SCAP_O_WRONLY,
	  .doc = "True where a file is opened for writing." },
	{ .name = "evt.is_open_exec",
	  FLAG,
	  .get = get_open_exec,
	  .doc = "True where a file is created that can be executed." },
	{ .name = "evt.is_open_create",
	  FLAG,
	  .get = get_open_create,
	  .doc = "True where opening a file has created it." },
};

const struct field_class fields_io_class = {
	.name = "evt",
	.by_type = by_type_unless_io,
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

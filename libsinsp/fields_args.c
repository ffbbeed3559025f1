/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of an event's arguments and of its result. */
#include "fields.h"
#include "names.h"
#include "put.h"

/* ---- arguments ---- */

static bool put_args(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	(void)r;
	render_args(c, out);
	return true;
}

/* The parameter that the field's argument names in this event. */
static bool find_arg(const struct view *c, const struct field_ref *r, struct arg *a)
{
	const struct scap_event *ev = &c->ev->raw;
	unsigned int i;

	if (r->arg == ARG_INDEX) {
		if (r->index >= SCAP_MAX_PARAMS)
			return false;
		i = (unsigned int)r->index;
	} else {
		i = r->param_of[ev->hdr->type];
		if (i == FIELD_NO_PARAM)
			return false;
	}
	return arg_get(ev, i, a);
}

static bool put_arg(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	struct arg a;

	if (!find_arg(c, r, &a))
		return false;
	render_arg(c, &a, out);
	return true;
}

static bool get_ip(const struct arg *a, struct value *v)
{
	if (a->len != 4 && a->len != 16)
		return false;
	v->kind = VALUE_IP;
	v->ip = (struct value_ip){ .len = (uint8_t)a->len };
	memcpy(v->ip.addr, a->ptr, a->len);
	return true;
}

/* Between signed and unsigned, where the number is the same in both. */
static bool get_number(enum value_kind want, const struct arg *a, struct value *v)
{
	uint64_t n = arg_u64(a);

	if (want == value_kind_of(a->type) || (int64_t)n >= 0)
		return want == VALUE_INT ? value_i64(v, (int64_t)n) : value_u64(v, n);
	return false;
}

static bool is_number(enum value_kind kind)
{
	return kind == VALUE_INT || kind == VALUE_UINT;
}

/* What has no number: printed whole. */
static bool get_text(struct view *c, struct field_ref *r, const struct arg *a, struct value *v)
{
	struct view whole = *c;

	if (render_is_null(a))
		return value_cstr(v, "<NA>");
	if (a->type == PT_CHARBUF || a->type == PT_FSPATH || a->type == PT_FSRELPATH)
		return value_string(v, (const char *)a->ptr, strnlen((const char *)a->ptr, a->len));
	whole.opts.verbose = true;
	sinsp_text_clear(&r->text);
	render_raw(&whole, a, &r->text);
	return value_string(v, r->text.ptr ? r->text.ptr : "", r->text.len);
}

/*
 * The parameter as it is. Names are shared by events whose parameters differ in type: in filters
 * numbers stand for each other, and a value of another kind than the field was compiled for counts
 * as absent.
 */
static bool get_rawarg(struct view *c, struct field_ref *r, struct value *v)
{
	enum value_kind kind, want = value_kind_of(r->type);
	struct arg a;

	if (!find_arg(c, r, &a) || a.len == 0)
		return false;
	kind = value_kind_of(a.type);
	r->format = a.format;
	if (c->printable)
		want = kind;
	if (is_number(kind) && is_number(want))
		return get_number(c->printable ? kind : want, &a, v);
	if (kind != want)
		return false;
	switch (kind) {
	case VALUE_BOOL:
		return value_bool(v, arg_u64(&a) != 0);
	case VALUE_IP:
		return get_ip(&a, v);
	case VALUE_BYTES:
		if (c->printable)
			return get_text(c, r, &a, v);
		value_string(v, (const char *)a.ptr, a.len);
		v->kind = VALUE_BYTES;
		return true;
	case VALUE_STRING:
		return get_text(c, r, &a, v);
	default:
		return false;
	}
}

bool fields_args_buffer(struct view *c, const struct field_ref *r, struct value_str *buf)
{
	struct arg a;

	if (!find_arg(c, r, &a) || value_kind_of(a.type) != VALUE_BYTES)
		return false;
	buf->ptr = (const char *)a.ptr;
	buf->len = a.len;
	return true;
}

/* ---- results ---- */

/*
 * What the call returned: the first parameter of an exit event is that, be it an error number, a
 * descriptor or an id. Some calls are recorded without one.
 */
static bool result(const struct view *c, int64_t *res)
{
	const struct scap_event *ev = &c->ev->raw;
	struct arg a;

	if (!(ev->info->category & EC_SYSCALL) || scap_event_is_enter(ev->hdr->type) ||
	    ev->hdr->type == SCAP_EVT_GENERIC_X || !arg_get(ev, 0, &a) || a.len == 0)
		return false;
	switch (value_kind_of(a.type)) {
	case VALUE_INT:
	case VALUE_UINT:
		*res = (int64_t)arg_u64(&a);
		return true;
	default:
		return false;
	}
}

static bool put_res(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const char *name;
	int64_t res;

	(void)r;
	if (!result(c, &res))
		return false;
	if (res >= 0) {
		put_str(out, "SUCCESS");
		return true;
	}
	name = name_of_errno(-(uint64_t)res);
	if (name)
		put_str(out, name);
	else
		put_i64(out, res);
	return true;
}

static bool get_rawres(struct view *c, struct field_ref *r, struct value *v)
{
	int64_t res;

	(void)r;
	return result(c, &res) && value_i64(v, res);
}

static bool get_failed(struct view *c, struct field_ref *r, struct value *v)
{
	int64_t res;

	(void)r;
	return result(c, &res) && value_bool(v, res < 0);
}

enum error_class { ERR_ANY, ERR_FILE, ERR_NET, ERR_MEMORY, ERR_OTHER };

static bool is_open(uint16_t type)
{
	return type == SCAP_EVT_SYSCALL_OPEN_X || type == SCAP_EVT_SYSCALL_CREAT_X ||
	       type == SCAP_EVT_SYSCALL_OPENAT_2_X || type == SCAP_EVT_SYSCALL_OPENAT2_X ||
	       type == SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X;
}

static bool is_error_of(const struct view *c, enum error_class e)
{
	const struct sinsp_fd *fd = c->ev->fd;
	bool memory = (c->ev->raw.info->category & 0x3f) == EC_MEMORY;
	bool file = is_open(c->ev->raw.hdr->type), net = false;

	if (fd) {
		file |= fd->type == SCAP_FD_FILE || fd->type == SCAP_FD_FILE_V2 ||
			fd->type == SCAP_FD_DIRECTORY;
		net = (fd->type >= SCAP_FD_IPV4_SOCK && fd->type <= SCAP_FD_IPV6_SERVSOCK) ||
		      fd->type == SCAP_FD_UNIX_SOCK;
	}
	switch (e) {
	case ERR_FILE:
		return file;
	case ERR_NET:
		return net;
	case ERR_MEMORY:
		return memory;
	case ERR_OTHER:
		return !file && !net && (fd || !memory);
	default:
		return true;
	}
}

static bool get_errors(struct view *c, struct field_ref *r, struct value *v)
{
	int64_t res;

	return result(c, &res) && is_error_of(c, r->field->at) && value_u64(v, res < 0);
}

/* ---- evt.abspath ---- */

/* The path parameters that an absolute path is made of, by the end that is asked for. */
static bool put_abspath(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct scap_event *ev = &c->ev->raw;
	bool dst = r->arg == ARG_KEY && !strcmp(r->key, "dst");
	struct arg a, path = { .len = 0 }; /* the only one is both */
	unsigned int i, skip = dst ? 1 : 0;

	if (scap_event_is_enter(ev->hdr->type))
		return false;
	for (i = 0; arg_get(ev, i, &a); i++) {
		if (a.type != PT_FSRELPATH || a.len == 0)
			continue;
		path = a;
		if (!skip--)
			break;
	}
	if (path.len)
		fields_path_put(c, &path, out);
	return path.len != 0;
}

#define TEXT  .type = PT_CHARBUF
#define COUNT .type = PT_UINT32, .format = PF_DEC, .get = get_errors

static const struct field rows[] = {
	{ .name = "evt.args",
	  TEXT,
	  .put = put_args,
	  .doc = "All arguments as name=value, with what a value stands for in brackets." },
	{ .name = "evt.info", TEXT, .put = put_args, .doc = "The same as evt.args." },
	{ .name = "evt.arg",
	  TEXT,
	  .put = put_arg,
	  .by_type = by_type_without_arg,
	  .arg = ARG_DOT | ARG_INDEX | ARG_REQUIRED,
	  .doc = "One argument, by name or number, as what it stands for: evt.arg.flags." },
	{ .name = "evt.rawarg",
	  .type = PT_DYN,
	  .get = get_rawarg,
	  .by_type = by_type_without_arg,
	  .arg = ARG_DOT | ARG_REQUIRED,
	  .flags = FIELD_ALONE,
	  .doc = "One argument by name, as the number or text that it is: evt.rawarg.size." },
	{ .name = "evt.res",
	  TEXT,
	  .put = put_res,
	  .doc = "SUCCESS, or the name of the error that the call failed with." },
	{ .name = "evt.rawres",
	  .type = PT_INT64,
	  .format = PF_DEC,
	  .get = get_rawres,
	  .doc = "What the call returned, as a number." },
	{ .name = "evt.failed",
	  .type = PT_BOOL,
	  .get = get_failed,
	  .doc = "True if the call returned an error." },
	{ .name = "evt.count.error",
	  COUNT,
	  .at = ERR_ANY,
	  .doc = "1 if the call failed, 0 if it worked; absent without a result." },
	{ .name = "evt.count.error.file",
	  COUNT,
	  .at = ERR_FILE,
	  .doc = "The same for events of files." },
	{ .name = "evt.count.error.net",
	  COUNT,
	  .at = ERR_NET,
	  .doc = "The same for events of sockets." },
	{ .name = "evt.count.error.memory",
	  COUNT,
	  .at = ERR_MEMORY,
	  .doc = "The same for events of memory." },
	{ .name = "evt.count.error.other",
	  COUNT,
	  .at = ERR_OTHER,
	  .doc = "The same for events of nothing of these." },
	{ .name = "evt.abspath",
	  TEXT,
	  .put = put_abspath,
	  .arg = ARG_DOT,
	  .doc = "Absolute path of calls that take a directory and a path; .src or .dst of two." },
};

const struct field_class fields_args_class = {
	.name = "evt",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

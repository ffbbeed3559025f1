/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One parameter of an event as text.
 *
 * A parameter has a raw form and, for most types, a resolved one: 3(<f>/etc/passwd). One row of the
 * table below per type says how; the lengths come from a capture and are checked here, once.
 */
#include "render.h"

#include "names.h"
#include "put.h"

#define NULL_TEXT "(NULL)" /* how drivers before schema 3 wrote a missing string */

void view_for_people(struct view *v, struct sinsp *s, const struct sinsp_format_options *opts)
{
	v->s = s;
	v->printable = true;
	if (opts)
		v->opts = *opts;
	if (v->opts.resolve_ports)
		v->services = render_services();
}

static inline uint64_t load(const uint8_t *p, uint32_t len)
{
	uint64_t v = 0;

	switch (len) {
	case 8:
		memcpy(&v, p, 8);
		break;
	case 4:
		memcpy(&v, p, 4);
		break;
	case 1:
		v = *p;
		break;
	default:
		memcpy(&v, p, len < sizeof(v) ? len : sizeof(v));
	}
	return v;
}

#define BIT(type) (1ull << (type))
_Static_assert(PT_MAX <= 64, "a bit for each type");

static bool is_signed(uint8_t type)
{
	const uint64_t types = BIT(PT_INT8) | BIT(PT_INT16) | BIT(PT_INT32) | BIT(PT_INT64) |
			       BIT(PT_ERRNO) | BIT(PT_FD) | BIT(PT_FD32) | BIT(PT_PID) |
			       BIT(PT_PID32);

	return types >> type & 1;
}

uint64_t arg_u64(const struct arg *a)
{
	uint64_t v = load(a->ptr, a->len);
	unsigned int unused = a->len < 8 ? 64 - 8 * a->len : 0;

	if (unused == 0 || unused == 64 || !is_signed(a->type))
		return v;
	return (uint64_t)((int64_t)(v << unused) >> unused);
}

bool arg_get(const struct scap_event *ev, unsigned int i, struct arg *a)
{
	const struct scap_param_info *p;
	const struct scap_dyn_type *d;
	unsigned int n;

	if (i >= ev->nparams)
		return false;
	p = &ev->info->params[i];
	*a = (struct arg){ .type = p->type,
			   .format = p->format,
			   .index = i,
			   .flags = p->flags,
			   .ptr = scap_param_ptr(ev, i),
			   .len = scap_param_len(ev, i) };
	if (p->type != PT_DYN || a->len == 0)
		return true;
	for (d = p->dyn, n = 0; d->type != PT_NONE && n < a->ptr[0]; n++)
		d++;
	if (d->type == PT_NONE) { /* an index that no table has: nothing known of the value */
		a->len = 0;
		return true;
	}
	a->type = d->type;
	a->format = d->format;
	a->ptr++;
	a->len--;
	return true;
}

void render_text(struct view *c, const char *s, size_t len, struct sinsp_text *out)
{
	if (c->printable)
		sinsp_text_add_printable(out, s, len);
	else
		put_mem(out, s, len);
}

/* ---- raw forms ---- */

static void raw_unsigned(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_u64_as(out, arg_u64(a), a->format);
}

/*
 * In decimal, numbers of full width show the sign they were passed with: lseek goes back by -534,
 * chown leaves the group -1 alone.
 */
static void raw_uint32(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	if (a->format == PF_DEC && arg_u64(a) == UINT32_MAX)
		put_str(out, "-1");
	else
		raw_unsigned(c, a, out);
}

static void raw_uint64(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	if (a->format == PF_DEC)
		put_i64(out, (int64_t)arg_u64(a));
	else
		raw_unsigned(c, a, out);
}

static void raw_signed(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_i64_as(out, (int64_t)arg_u64(a), a->format);
}

/* Results: an address that mmap returns prints like an error number would. */
static void raw_result(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_i64(out, (int64_t)arg_u64(a));
}

static void raw_decimal(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_u64(out, arg_u64(a));
}

static void raw_mode(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_oct(out, arg_u64(a));
}

static void raw_double(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	double d;

	(void)c;
	memcpy(&d, a->ptr, sizeof(d));
	put_double(out, "%g", d);
}

static void raw_bool(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_str(out, arg_u64(a) ? "true" : "false");
}

static bool is_null_text(const char *s, size_t n)
{
	return n == sizeof(NULL_TEXT) - 1 && !memcmp(s, NULL_TEXT, n);
}

bool render_is_null(const struct arg *a)
{
	return a->type == PT_CHARBUF &&
	       is_null_text((const char *)a->ptr, strnlen((const char *)a->ptr, a->len));
}

static void raw_text(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	size_t n = strnlen((const char *)a->ptr, a->len);

	if (is_null_text((const char *)a->ptr, n))
		put_str(out, "<NA>");
	else
		render_text(c, (const char *)a->ptr, n, out);
}

static void raw_bytes(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	render_bytes(c, a->ptr, a->len, out);
}

static void raw_texts(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const char *p = (const char *)a->ptr;
	size_t left = a->len, n;

	while (left) {
		n = strnlen(p, left);
		render_text(c, p, n, out);
		if (n == left)
			break;
		p += n + 1;
		left -= n + 1;
		if (left)
			put_char(out, '.');
	}
}

static void raw_id(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	put_i64(out, (int32_t)arg_u64(a));
}

static void raw_reltime(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	uint64_t v = arg_u64(a);

	(void)c;
	if (v == UINT64_MAX)
		put_str(out, "none");
	else
		put_u64(out, v);
}

static void raw_abstime(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	render_datetime(c, arg_u64(a), true, out);
}

static void raw_sigset(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	uint64_t set = arg_u64(a);
	const char *name;
	const char *blank = "";
	unsigned int bit;

	(void)c;
	for (bit = 0; bit < 32; bit++) {
		name = set >> bit & 1 ? name_of_signal(bit + 1) : NULL;
		if (!name)
			continue;
		put_str(out, blank);
		put_str(out, name);
		blank = " ";
	}
}

static void raw_ip(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	if (a->len == 4 || a->len == 16)
		render_ip(a->ptr, a->len, out);
}

static void raw_port(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	render_port(c, (uint16_t)arg_u64(a), out);
}

/* u16 count, then i64 descriptor and u16 flags each; the numbers print as they travel. */
#define FDLIST_ENTRY 10u

static void raw_fdlist(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	uint64_t n = load(a->ptr, 2), i;
	const uint8_t *p = a->ptr + 2;

	if (n > (a->len - 2) / FDLIST_ENTRY)
		n = (a->len - 2) / FDLIST_ENTRY;
	for (i = 0; i < n; i++, p += FDLIST_ENTRY) {
		uint64_t num = load(p, 8);
		const struct sinsp_fd *fd = render_find_fd(c, (int64_t)num);

		if (i)
			put_char(out, ' ');
		put_u64(out, num);
		put_char(out, ':');
		put_char(out, fd ? render_fd_letter(fd->type) : '?');
		put_hex(out, load(p + 8, 2));
	}
}

/* ---- resolved forms ---- */

static bool put_name(struct sinsp_text *out, const char *name)
{
	if (name)
		put_str(out, name);
	return name != NULL;
}

static bool resolve_errno(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	int64_t v = (int64_t)arg_u64(a);

	(void)c;
	return v < 0 && put_name(out, name_of_errno(-(uint64_t)v));
}

static bool resolve_fd(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	int64_t v = (int64_t)arg_u64(a);
	const struct sinsp_fd *fd;

	if (v == SCAP_AT_FDCWD)
		return put_name(out, "AT_FDCWD");
	if (v < 0)
		return resolve_errno(c, a, out);
	fd = render_find_fd(c, v);
	if (!fd)
		return false;
	render_fd(c, fd, out);
	return true;
}

static bool resolve_pid(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	int64_t v = (int64_t)arg_u64(a);
	const struct sinsp_thread *t = NULL;

	if (v < 0)
		return resolve_errno(c, a, out);
	if (c->ev->thread && c->ev->thread->tid == v)
		t = c->ev->thread;
	else if (c->s)
		t = sinsp_find_thread(c->s, v);
	if (!t || t->placeholder || !*t->comm)
		return false;
	render_text(c, t->comm, strlen(t->comm), out);
	return true;
}

/* Names whose bits are all set, the larger sets first as the table has them; each bit once. */
static bool resolve_flags(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const struct scap_flag_name *f = a->flags;
	uint64_t all = arg_u64(a), left = all;
	size_t begin = out->len;

	(void)c;
	for (; f && f->name; f++) {
		if (f->value ? (left & f->value) != f->value : all != 0)
			continue;
		if (out->len != begin)
			put_char(out, '|');
		put_str(out, f->name);
		left &= ~(uint64_t)f->value;
	}
	return out->len != begin;
}

static bool resolve_enum(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const struct scap_flag_name *f = a->flags;
	uint64_t v = arg_u64(a);
	size_t begin = out->len;

	(void)c;
	for (; f && f->name; f++) {
		if (f->value != v)
			continue;
		if (out->len != begin)
			put_char(out, '|');
		put_str(out, f->name);
	}
	return out->len != begin;
}

static bool resolve_signal(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	return put_name(out, name_of_signal(arg_u64(a)));
}

static bool resolve_syscall(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	(void)c;
	return put_name(out, scap_syscall_name((uint16_t)arg_u64(a)));
}

static bool resolve_user(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	uint32_t id = (uint32_t)arg_u64(a);
	const struct sinsp_container *ct = c->ev->thread ? c->ev->thread->container : NULL;
	const char *name = NULL;

	if (id == UINT32_MAX)
		return put_name(out, "<NONE>");
	if (a->type == PT_UID) {
		const struct scap_user *u = c->s ? sinsp_find_user(c->s, ct, id) : NULL;

		name = u ? u->name : NULL;
	} else {
		const struct scap_group *g = c->s ? sinsp_find_group(c->s, ct, id) : NULL;

		name = g ? g->name : NULL;
	}
	if (!name)
		return put_name(out, "<NA>");
	render_text(c, name, strlen(name), out);
	return true;
}

/*
 * Where it is not known what the path is relative to, it is only tidied up; not if it leads up,
 * because then it would say something else.
 */
static bool resolve_path(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const char *path = (const char *)a->ptr, *base;
	size_t n = strnlen(path, a->len), len, skip;
	char full[4096];

	if (n == 0 || path[0] == '/' || !c->s)
		return false;
	if (is_null_text(path, n) || (n == 4 && !memcmp(path, "<NA>", 4)))
		return false;
	base = sinsp_event_base_dir(c->s, c->ev, a->index);
	if (!base && memmem(path, n, "..", 2))
		return false;
	skip = base ? 0 : 1;
	if (!base)
		base = "/";
	len = sinsp_path_join(full, sizeof(full), base, strlen(base), path, n);
	if (len <= skip)
		return false;
	render_text(c, full + skip, len - skip, out);
	return true;
}

static bool resolve_reltime(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	uint64_t v = arg_u64(a);

	(void)c;
	if (v == UINT64_MAX)
		return false;
	put_double(out, "%gs", (double)v / 1e9);
	return true;
}

/* ---- the table ---- */

struct type_row {
	void (*raw)(struct view *c, const struct arg *a, struct sinsp_text *out);
	bool (*resolved)(struct view *c, const struct arg *a, struct sinsp_text *out);
	const char *empty; /* text of a parameter that is not there; NULL: <NA> */
	uint8_t min_len;   /* what raw and resolved rely on */
};

#define NUMBER(f)                        \
	{                                \
		.raw = (f), .min_len = 1 \
	}
#define NAMED(f, r)                                       \
	{                                                 \
		.raw = (f), .resolved = (r), .min_len = 1 \
	}
#define BLOB(f)                                           \
	{                                                 \
		.raw = (f), .empty = "NULL", .min_len = 1 \
	}

static const struct type_row rows[PT_MAX] = {
	[PT_INT8] = NUMBER(raw_signed),
	[PT_INT16] = NUMBER(raw_signed),
	[PT_INT32] = NUMBER(raw_signed),
	[PT_INT64] = NUMBER(raw_signed),
	[PT_UINT8] = NUMBER(raw_unsigned),
	[PT_UINT16] = NUMBER(raw_unsigned),
	[PT_UINT32] = NUMBER(raw_uint32),
	[PT_UINT64] = NUMBER(raw_uint64),
	[PT_CHARBUF] = NUMBER(raw_text),
	[PT_BYTEBUF] = BLOB(raw_bytes),
	[PT_ERRNO] = NAMED(raw_result, resolve_errno),
	[PT_SOCKADDR] = NUMBER(render_sockaddr),
	[PT_SOCKTUPLE] = BLOB(render_socktuple),
	[PT_FD] = NAMED(raw_signed, resolve_fd),
	[PT_FD32] = NAMED(raw_signed, resolve_fd),
	[PT_PID] = NAMED(raw_signed, resolve_pid),
	[PT_PID32] = NAMED(raw_signed, resolve_pid),
	[PT_FDLIST] = { .raw = raw_fdlist, .empty = "NULL", .min_len = 2 },
	[PT_FSPATH] = NAMED(raw_text, resolve_path),
	[PT_FSRELPATH] = NAMED(raw_text, resolve_path),
	[PT_SYSCALLID] = NAMED(raw_decimal, resolve_syscall),
	[PT_SIGTYPE] = NAMED(raw_decimal, resolve_signal),
	[PT_RELTIME] = NAMED(raw_reltime, resolve_reltime),
	[PT_ABSTIME] = NUMBER(raw_abstime),
	[PT_PORT] = NUMBER(raw_port),
	[PT_L4PROTO] = NUMBER(raw_decimal),
	[PT_SOCKFAMILY] = NUMBER(raw_decimal),
	[PT_BOOL] = NUMBER(raw_bool),
	[PT_IPV4ADDR] = NUMBER(raw_ip),
	[PT_IPV6ADDR] = NUMBER(raw_ip),
	[PT_IPADDR] = NUMBER(raw_ip),
	[PT_IPV4NET] = NUMBER(raw_ip),
	[PT_IPV6NET] = NUMBER(raw_ip),
	[PT_IPNET] = NUMBER(raw_ip),
	[PT_DYN] = { .empty = "NULL", .min_len = UINT8_MAX },
	[PT_FLAGS8] = NAMED(raw_decimal, resolve_flags),
	[PT_FLAGS16] = NAMED(raw_decimal, resolve_flags),
	[PT_FLAGS32] = NAMED(raw_decimal, resolve_flags),
	[PT_ENUMFLAGS8] = NAMED(raw_decimal, resolve_enum),
	[PT_ENUMFLAGS16] = NAMED(raw_decimal, resolve_enum),
	[PT_ENUMFLAGS32] = NAMED(raw_decimal, resolve_enum),
	[PT_MODE] = NAMED(raw_mode, resolve_flags),
	[PT_UID] = NAMED(raw_id, resolve_user),
	[PT_GID] = NAMED(raw_id, resolve_user),
	[PT_DOUBLE] = { .raw = raw_double, .min_len = sizeof(double) },
	[PT_SIGSET] = NUMBER(raw_sigset),
	[PT_CHARBUFARRAY] = BLOB(raw_texts),
	[PT_CHARBUF_PAIR_ARRAY] = BLOB(raw_texts),
};

void render_raw(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const struct type_row *row = &rows[a->type];

	if (row->raw && a->len >= row->min_len)
		row->raw(c, a, out);
	else
		put_str(out, row->empty ? row->empty : "<NA>");
}

bool render_resolved(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	const struct type_row *row = &rows[a->type];

	return row->resolved && a->len >= row->min_len && row->resolved(c, a, out);
}

void render_arg(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	if (!render_resolved(c, a, out))
		render_raw(c, a, out);
}

static inline void put_name_of(const struct scap_param_info *p, bool blank, struct sinsp_text *out)
{
	size_t n = p->name_len;
	char *to = put_room(out, n + 2);

	if (!to)
		return;
	*to = ' ';
	to += blank;
	wide_copy(to, p->name, n);
	to[n] = '=';
	put_done(out, n + 1 + blank);
}

void render_args(struct view *c, struct sinsp_text *out)
{
	const struct scap_event *ev = &c->ev->raw;
	const struct type_row *row;
	unsigned int i;
	struct arg a;
	size_t mark;

	/* The event says which call it was; its number again is no news. */
	if (ev->hdr->type == SCAP_EVT_GENERIC_E || ev->hdr->type == SCAP_EVT_GENERIC_X)
		return;
	for (i = 0; arg_get(ev, i, &a); i++) {
		row = &rows[a.type];
		put_name_of(&ev->info->params[i], i > 0, out);
		if (a.len < row->min_len || !row->raw) {
			put_str(out, row->empty ? row->empty : "<NA>");
			continue;
		}
		row->raw(c, &a, out);
		if (!row->resolved)
			continue;
		mark = out->len;
		put_char(out, '(');
		if (row->resolved(c, &a, out))
			put_char(out, ')');
		else
			put_back(out, mark);
	}
}

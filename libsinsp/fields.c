/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of field classes: finding a field by its name, its argument, its value, its text. */
#include "fields.h"

#include <errno.h>
#include <stdlib.h>

#include "near.h"
#include "parse.h"
#include "put.h"

static const struct field_class *const classes[] = {
	&fields_evt_class,    &fields_time_class,  &fields_args_class,	 &fields_io_class,
	&fields_proc_class,   &fields_ids_class,   &fields_thread_class, &fields_user_class,
	&fields_group_class,  &fields_fd_class,	   &fields_sock_class,	 &fields_container_class,
	&fields_mount_class,  &fields_k8s_class,   &fields_path_class,	 &fields_fdlist_class,
	&fields_syslog_class, &fields_doubt_class, &fields_absent_class,
};

#define N_CLASSES (sizeof(classes) / sizeof(classes[0]))

/* ---- types ---- */

static const struct {
	const char *name;
	enum value_kind kind;
} types[PT_MAX] = {
	[PT_NONE] = { "NONE", VALUE_STRING },
	[PT_INT8] = { "INT8", VALUE_INT },
	[PT_INT16] = { "INT16", VALUE_INT },
	[PT_INT32] = { "INT32", VALUE_INT },
	[PT_INT64] = { "INT64", VALUE_INT },
	[PT_UINT8] = { "UINT8", VALUE_UINT },
	[PT_UINT16] = { "UINT16", VALUE_UINT },
	[PT_UINT32] = { "UINT32", VALUE_UINT },
	[PT_UINT64] = { "UINT64", VALUE_UINT },
	[PT_CHARBUF] = { "CHARBUF", VALUE_STRING },
	[PT_BYTEBUF] = { "BYTEBUF", VALUE_BYTES },
	[PT_ERRNO] = { "ERRNO", VALUE_INT },
	[PT_SOCKADDR] = { "SOCKADDR", VALUE_STRING },
	[PT_SOCKTUPLE] = { "SOCKTUPLE", VALUE_STRING },
	[PT_FD] = { "FD", VALUE_INT },
	[PT_PID] = { "PID", VALUE_INT },
	[PT_FDLIST] = { "FDLIST", VALUE_STRING },
	[PT_FSPATH] = { "FSPATH", VALUE_STRING },
	[PT_SYSCALLID] = { "SYSCALLID", VALUE_UINT },
	[PT_SIGTYPE] = { "SIGTYPE", VALUE_UINT },
	[PT_RELTIME] = { "RELTIME", VALUE_UINT },
	[PT_ABSTIME] = { "ABSTIME", VALUE_UINT },
	[PT_PORT] = { "PORT", VALUE_UINT },
	[PT_L4PROTO] = { "L4PROTO", VALUE_UINT },
	[PT_SOCKFAMILY] = { "SOCKFAMILY", VALUE_UINT },
	[PT_BOOL] = { "BOOL", VALUE_BOOL },
	[PT_IPV4ADDR] = { "IPV4ADDR", VALUE_IP },
	[PT_DYN] = { "DYN", VALUE_STRING },
	[PT_FLAGS8] = { "FLAGS8", VALUE_UINT },
	[PT_FLAGS16] = { "FLAGS16", VALUE_UINT },
	[PT_FLAGS32] = { "FLAGS32", VALUE_UINT },
	[PT_UID] = { "UID", VALUE_UINT },
	[PT_GID] = { "GID", VALUE_UINT },
	[PT_DOUBLE] = { "DOUBLE", VALUE_DOUBLE },
	[PT_SIGSET] = { "SIGSET", VALUE_UINT },
	[PT_CHARBUFARRAY] = { "CHARBUFARRAY", VALUE_STRING },
	[PT_CHARBUF_PAIR_ARRAY] = { "CHARBUF_PAIR_ARRAY", VALUE_STRING },
	[PT_IPV4NET] = { "IPV4NET", VALUE_IP },
	[PT_IPV6ADDR] = { "IPV6ADDR", VALUE_IP },
	[PT_IPV6NET] = { "IPV6NET", VALUE_IP },
	[PT_IPADDR] = { "IPADDR", VALUE_IP },
	[PT_IPNET] = { "IPNET", VALUE_IP },
	[PT_MODE] = { "MODE", VALUE_UINT },
	[PT_FSRELPATH] = { "FSRELPATH", VALUE_STRING },
	[PT_ENUMFLAGS8] = { "ENUMFLAGS8", VALUE_UINT },
	[PT_ENUMFLAGS16] = { "ENUMFLAGS16", VALUE_UINT },
	[PT_ENUMFLAGS32] = { "ENUMFLAGS32", VALUE_UINT },
	[PT_FD32] = { "FD32", VALUE_INT },
	[PT_PID32] = { "PID32", VALUE_INT },
};

enum value_kind value_kind_of(uint8_t type)
{
	return types[type].kind;
}

const char *value_type_name(uint8_t type)
{
	return types[type].name;
}

/* ---- finding ---- */

/* Those of the library, then those that were added to @s (may be NULL); NULL: no more. */
static const struct field_class *nth_class(const struct sinsp *s, size_t i)
{
	if (i < N_CLASSES)
		return classes[i];
	return s ? fields_added(s, i - N_CLASSES) : NULL;
}

/* The row with the longest name that @text begins with, and its class. */
static const struct field *find(const struct sinsp *s, const char *text, size_t len,
				const struct field_class **class)
{
	const struct field_class *c;
	const struct field *best = NULL;
	size_t i, j, n, best_len = 0;

	for (i = 0; (c = nth_class(s, i)); i++) {
		for (j = 0; j < c->n; j++) {
			const struct field *f = &c->fields[j];

			for (n = 0; n < len && f->name[n] == text[n] && text[n]; n++)
				;
			if (n > best_len && !f->name[n]) {
				best = f;
				best_len = n;
				*class = c;
			}
		}
	}
	return best;
}

static bool is_key_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

int field_unknown(const struct sinsp *s, const char *text, size_t len, struct scap_error *err)
{
	const struct field_class *c;
	struct near near;
	char names[200];
	size_t i, j, n;

	for (n = 0; n < len && (is_key_char(text[n]) || text[n] == '.'); n++)
		;
	near_init(&near, text, n);
	for (i = 0; (c = nth_class(s, i)); i++)
		for (j = 0; j < c->n; j++)
			if (!(c->fields[j].flags & FIELD_HIDDEN))
				near_offer(&near, c->fields[j].name);
	return scap_fail(err, -ENOENT, "no such field: %.*s%s", (int)(len < 80 ? len : 80), text,
			 near_text(&near, names, sizeof(names)));
}

/* Length of the key behind a point; those of labels hold more than names of parameters do. */
static size_t dot_key(const struct field *f, const char *p, size_t len)
{
	bool label = f->arg & ARG_KEY;
	size_t n = 0;

	while (n < len && (is_key_char(p[n]) || (label && strchr(".-/", p[n]) && p[n])))
		n++;
	while (label && n && !is_key_char(p[n - 1]))
		n--; /* a full stop behind it */
	return n;
}

static bool parse_index(const char *p, size_t len, int64_t *out)
{
	uint64_t v = 0;
	size_t i;

	if (len == 0 || len > 19) /* 19 digits fit 64 bits without a sign */
		return false;
	for (i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(p[i] - '0');
	}
	*out = (int64_t)v;
	return v <= INT64_MAX;
}

static int set_key(struct field_ref *ref, const char *p, size_t len, struct scap_error *err)
{
	ref->key = strndup(p, len);
	if (!ref->key)
		return scap_fail(err, -ENOMEM, "out of memory");
	ref->key_len = len;
	ref->arg = ARG_KEY;
	return 0;
}

/* The argument between brackets; quotes around it are taken off. */
static int set_bracket(struct field_ref *ref, const char *p, size_t len, struct scap_error *err)
{
	const struct field *f = ref->field;
	bool quoted = len >= 2 && (*p == '"' || *p == '\'') && p[len - 1] == *p;

	if (f->arg & ARG_INDEX && !quoted && parse_index(p, len, &ref->index)) {
		ref->arg = ARG_INDEX;
		return 0;
	}
	if (!(f->arg & ARG_KEY))
		return scap_fail(err, -EINVAL, "the argument of %s must be a number: %s[%.*s]",
				 f->name, f->name, (int)(len < 40 ? len : 40), p);
	if (quoted) {
		p++;
		len -= 2;
	}
	return len ? set_key(ref, p, len, err)
		   : scap_fail(err, -EINVAL, "the argument of %s is empty", f->name);
}

/* That no event has the parameter, with names that it may have been meant to be. */
static int param_unknown(const struct field_ref *ref, struct scap_error *err)
{
	const struct scap_event_info *info;
	unsigned int type, i;
	struct near near;
	char names[200];

	near_init(&near, ref->key, ref->key_len);
	for (type = 0; type < SCAP_EVT_MAX; type++) {
		info = scap_event_info((uint16_t)type);
		for (i = 0; info && i < info->nparams; i++)
			near_offer(&near, info->params[i].name);
	}
	return scap_fail(err, -EINVAL, "unknown event argument %s%s", ref->key,
			 near_text(&near, names, sizeof(names)));
}

/* Notes for every event type which of its parameters has the name that is asked for. */
static int find_params(struct field_ref *ref, struct scap_error *err)
{
	const struct scap_event_info *info;
	bool any = false;
	unsigned int type, i;

	ref->param_of = malloc(SCAP_EVT_MAX);
	if (!ref->param_of)
		return scap_fail(err, -ENOMEM, "out of memory");
	memset(ref->param_of, FIELD_NO_PARAM, SCAP_EVT_MAX);
	for (type = 0; type < SCAP_EVT_MAX; type++) {
		info = scap_event_info((uint16_t)type);
		for (i = 0; info && i < info->nparams; i++) {
			if (strcmp(info->params[i].name, ref->key) != 0)
				continue;
			ref->param_of[type] = (uint8_t)i;
			if (ref->type == PT_DYN && !any) {
				ref->type = info->params[i].type;
				ref->format = info->params[i].format;
			}
			any = true;
			break;
		}
	}
	return any ? 0 : param_unknown(ref, err);
}

/* Length of the argument of @ref->field at the beginning of @p, or an error. */
static int parse_arg(struct field_ref *ref, const char *p, size_t len, struct scap_error *err)
{
	const struct field *f = ref->field;
	const char *end;
	size_t n;
	int rc;

	if (len && *p == '[' && f->arg & (ARG_INDEX | ARG_KEY)) {
		end = memchr(p, ']', len);
		if (!end)
			return scap_fail(err, -EINVAL, "the argument of %s has no ']'", f->name);
		n = (size_t)(end - p) - 1;
		rc = set_bracket(ref, p + 1, n, err);
		return rc < 0 ? rc : (int)n + 2;
	}
	if (len > 1 && *p == '.' && f->arg & ARG_DOT) {
		n = dot_key(f, p + 1, len - 1);
		if (n) {
			rc = set_key(ref, p + 1, n, err);
			return rc < 0 ? rc : (int)n + 1;
		}
	}
	if (f->arg & ARG_REQUIRED)
		return scap_fail(err, -EINVAL, "%s needs an argument", f->name);
	return 0;
}

/* A field whose argument names a parameter of events. */
static bool wants_param(const struct field_ref *ref)
{
	return ref->arg == ARG_KEY &&
	       (!strcmp(ref->field->name, "evt.arg") || !strcmp(ref->field->name, "evt.rawarg"));
}

int field_parse(const struct sinsp *s, struct field_ref *ref, const char *text, size_t len,
		struct scap_error *err)
{
	const struct field_class *class = NULL;
	const struct field *f = find(s, text, len, &class);
	size_t n;
	int rc;

	*ref = (struct field_ref){ .field = f };
	if (!f)
		return field_unknown(s, text, len, err);
	ref->type = f->type;
	ref->format = f->format;
	ref->by_type = f->by_type ? f->by_type : class->by_type;
	n = strlen(f->name);
	rc = parse_arg(ref, text + n, len - n, err);
	if (rc >= 0) {
		n += (size_t)rc;
		if (wants_param(ref))
			rc = find_params(ref, err);
	}
	if (rc < 0) {
		field_ref_free(ref);
		return rc;
	}
	return (int)n;
}

void field_ref_free(struct field_ref *ref)
{
	free(ref->key);
	free(ref->param_of);
	sinsp_text_free(&ref->text);
	sinsp_text_free(&ref->path);
	*ref = (struct field_ref){ 0 };
}

/* ---- values that depend on the type of the event ---- */

/* What somebody gave an asynchronous event as its name is not known by its type. */
bool by_type_always(const struct field_ref *r, uint16_t type)
{
	(void)r;
	return type != SCAP_EVT_ASYNCEVENT_E;
}

bool by_type_without_fd(const struct field_ref *r, uint16_t type)
{
	(void)r;
	return !(scap_event_info(type)->flags & (EF_USES_FD | EF_CREATES_FD)) &&
	       !parse_table[type].fn;
}

bool by_type_without_arg(const struct field_ref *r, uint16_t type)
{
	if (r->arg == ARG_INDEX)
		return r->index >= scap_event_info(type)->nparams;
	return r->param_of && r->param_of[type] == FIELD_NO_PARAM;
}

/* ---- values and text ---- */

bool field_get(struct view *c, struct field_ref *r, struct value *v)
{
	if (r->field->get)
		return r->field->get(c, r, v);
	sinsp_text_clear(&r->text);
	if (!r->field->put(c, r, &r->text))
		return false;
	return value_string(v, r->text.ptr ? r->text.ptr : "", r->text.len);
}

bool field_put(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	struct value v;

	if (r->field->put)
		return r->field->put(c, r, out);
	if (!r->field->get(c, r, &v))
		return false;
	value_put(c, &v, r->format, out);
	return true;
}

void value_put(struct view *c, const struct value *v, uint8_t format, struct sinsp_text *out)
{
	size_t i;

	switch (v->kind) {
	case VALUE_STRING:
		render_text(c, v->str.ptr, v->str.len, out);
		break;
	case VALUE_BYTES:
		render_bytes(c, (const uint8_t *)v->str.ptr, v->str.len, out);
		break;
	case VALUE_INT:
		put_i64_as(out, v->i, format);
		break;
	case VALUE_UINT:
		put_u64_as(out, v->u, format);
		break;
	case VALUE_BOOL:
		put_str(out, v->b ? "true" : "false");
		break;
	case VALUE_DOUBLE:
		put_double(out, "%.1f", v->d);
		break;
	case VALUE_IP:
		render_ip(v->ip.addr, v->ip.len, out);
		break;
	case VALUE_LIST:
		put_char(out, '(');
		for (i = 0; i < v->list.n; i++) {
			if (i)
				put_char(out, ',');
			render_text(c, v->list.items[i].ptr, v->list.items[i].len, out);
		}
		put_char(out, ')');
		break;
	}
}

/* ---- the listing ---- */

static const char *arg_text(uint8_t arg)
{
	static const struct {
		uint8_t arg;
		const char *text;
	} forms[] = {
		{ ARG_INDEX, "[index]" },
		{ ARG_KEY, "[key]" },
		{ ARG_DOT, ".key" },
		{ ARG_INDEX | ARG_KEY, "[index] or [key]" },
		{ ARG_INDEX | ARG_DOT, "[index] or .name" },
		{ ARG_KEY | ARG_DOT, "[key] or .key" },
	};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].arg == (arg & ~ARG_REQUIRED))
			return forms[i].text;
	return NULL;
}

void sinsp_each_field(void (*fn)(const struct sinsp_field_doc *, void *), void *arg)
{
	struct sinsp_field_doc doc;
	size_t i, j;

	for (i = 0; i < N_CLASSES; i++) {
		for (j = 0; j < classes[i]->n; j++) {
			const struct field *f = &classes[i]->fields[j];

			if (f->flags & FIELD_HIDDEN)
				continue;
			doc = (struct sinsp_field_doc){ .class_name = classes[i]->name,
							.name = f->name,
							.type = value_type_name(f->type),
							.arg = arg_text(f->arg),
							.doc = f->doc };
			fn(&doc, arg);
		}
	}
}

const char *sinsp_field_class_doc(const char *class_name)
{
	size_t i;

	for (i = 0; i < N_CLASSES; i++)
		if (classes[i]->doc && !strcmp(classes[i]->name, class_name))
			return classes[i]->doc;
	return NULL;
}

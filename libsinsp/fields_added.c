/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields that a consumer of the library adds to an inspector: its table becomes a class of rows
 * like all others, whose getter calls the consumer's.
 */
#include <errno.h>
#include <stdlib.h>

#include "fields.h"
#include "inspector.h"

struct added_field {
	const struct sinsp_field *field;
	void *user;
};

struct added_class {
	struct field_class class;
	struct field *rows;
	struct added_field *fields;
};

static bool get_added(struct view *c, struct field_ref *r, struct value *v)
{
	const struct added_field *a = r->field->added;
	struct sinsp_arg arg = { .key = r->arg == ARG_KEY ? r->key : NULL,
				 .index = r->arg == ARG_INDEX ? r->index : -1 };
	struct sinsp_value got = { .ptr = NULL };

	if (!a->field->get(c->ev, &arg, a->user, &got))
		return false;
	v->kind = value_kind_of(r->type);
	switch (v->kind) {
	case VALUE_INT:
		return value_i64(v, got.i);
	case VALUE_UINT:
		return value_u64(v, got.u);
	case VALUE_BOOL:
		return value_bool(v, got.b);
	case VALUE_DOUBLE:
		v->d = got.d;
		return true;
	case VALUE_IP:
		if (!got.ptr || (got.len != 4 && got.len != 16))
			return false;
		v->ip = (struct value_ip){ .len = (uint8_t)got.len };
		memcpy(v->ip.addr, got.ptr, got.len);
		return true;
	default:
		v->str.ptr = got.ptr ? got.ptr : "";
		v->str.len = got.ptr ? got.len : 0;
		return true;
	}
}

/* ---- checking the table ---- */

/* As filters read names: letters, digits and '_', a letter in front. */
static bool is_name(const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') ||
		      (i && ((p[i] >= '0' && p[i] <= '9') || p[i] == '_'))))
			return false;
	return len > 0;
}

/* The class, a point, and names with points between them. */
static bool is_field_name(const char *class_name, const char *name)
{
	size_t n = strlen(class_name);

	if (strncmp(name, class_name, n) != 0 || name[n] != '.')
		return false;
	do {
		name += n + 1;
		n = strcspn(name, ".");
		if (!is_name(name, n))
			return false;
	} while (name[n]);
	return true;
}

/* One value, which a struct sinsp_value can hold. */
static bool is_type(uint8_t type)
{
	return type > PT_NONE && type < PT_MAX && type != PT_DYN && value_type_name(type) &&
	       (value_kind_of(type) != VALUE_STRING || type == PT_CHARBUF || type == PT_FSPATH) &&
	       (value_kind_of(type) != VALUE_IP || type == PT_IPADDR || type == PT_IPNET);
}

static bool is_known(const struct sinsp *s, const char *name)
{
	struct scap_error err;
	struct field_ref ref;
	size_t len = strlen(name);
	int n = field_parse(s, &ref, name, len, &err);
	bool known;

	if (n == -ENOENT)
		return false;
	known = n < 0 || !strcmp(ref.field->name, name);
	if (n >= 0)
		field_ref_free(&ref);
	return known;
}

static int check_field(const struct sinsp *s, const struct sinsp_field_table *t,
		       const struct sinsp_field *f, struct scap_error *err)
{
	size_t i;

	if (!f->name || !is_field_name(t->name, f->name))
		return scap_fail(err, -EINVAL, "field '%s' does not begin with '%s.'",
				 f->name ? f->name : "", t->name);
	if (!f->get || !f->doc || !is_type(f->type))
		return scap_fail(err, -EINVAL, "field '%s' has no getter, no text or no such type",
				 f->name);
	if (is_known(s, f->name))
		return scap_fail(err, -EEXIST, "field '%s' is there already", f->name);
	for (i = 0; &t->fields[i] < f; i++)
		if (!strcmp(t->fields[i].name, f->name))
			return scap_fail(err, -EEXIST, "field '%s' is there twice", f->name);
	return 0;
}

/* ---- adding ---- */

#define ARGS (ARG_INDEX | ARG_KEY | ARG_REQUIRED)

static void fill(struct added_class *a, const struct sinsp_field_table *t, void *user)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct sinsp_field *f = &t->fields[i];

		a->fields[i] = (struct added_field){ f, user };
		a->rows[i] = (struct field){ .name = f->name,
					     .doc = f->doc,
					     .type = f->type,
					     .format = f->format,
					     .arg = f->arg & ARGS,
					     .get = get_added,
					     .added = &a->fields[i] };
	}
	a->class = (struct field_class){
		.name = t->name, .doc = t->doc, .fields = a->rows, .n = t->n
	};
}

int sinsp_add_fields(struct sinsp *s, const struct sinsp_field_table *t, void *user,
		     struct scap_error *err)
{
	struct added_class *list, added = { .rows = NULL };
	size_t i;
	int rc;

	if (!t->name || !is_name(t->name, strlen(t->name)) || !t->n)
		return scap_fail(err, -EINVAL,
				 "a table of fields without a name, or without fields");
	for (i = 0; i < t->n; i++) {
		rc = check_field(s, t, &t->fields[i], err);
		if (rc < 0)
			return rc;
	}
	added.rows = calloc(t->n, sizeof(*added.rows));
	added.fields = calloc(t->n, sizeof(*added.fields));
	list = realloc(s->added, (s->n_added + 1) * sizeof(*list));
	if (list)
		s->added = list;
	if (!list || !added.rows || !added.fields) {
		free(added.rows);
		free(added.fields);
		return scap_fail(err, -ENOMEM, "out of memory");
	}
	fill(&added, t, user);
	s->added[s->n_added++] = added;
	return 0;
}

const struct field_class *fields_added(const struct sinsp *s, size_t i)
{
	return i < s->n_added ? &s->added[i].class : NULL;
}

void fields_added_free(struct sinsp *s)
{
	size_t i;

	for (i = 0; i < s->n_added; i++) {
		free(s->added[i].rows);
		free(s->added[i].fields);
	}
	free(s->added);
}

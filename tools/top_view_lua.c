/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A view of csysdig: a Lua file that sets the table `view_info'. It is run as a chisel is for its
 * description, without anything to reach outside, and only the table is taken.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chisel_host.h"
#include "top.h"

#define MAX_COLUMNS 64
#define MAX_WORDS   256
#define MAX_FILE    (1 << 20)

/* What a loaded view points to. */
struct loaded {
	struct top_view view;
	struct top_column columns[MAX_COLUMNS];
	const char *tips[MAX_WORDS + 1], *applies[MAX_WORDS + 1];
	char **strings;
	size_t n_strings;
	bool failed, odd; /* no UTF-8: JSON could not tell it */
};

/* ---- the table at the top of the stack ---- */

static bool is_utf8(const char *s)
{
	json_t *j = json_string(s);
	bool yes = j;

	json_decref(j);
	return yes;
}

static const char *keep(struct loaded *l, const char *s)
{
	char **more = reallocarray(l->strings, l->n_strings + 1, sizeof(*more));
	char *copy = more ? strdup(s) : NULL;

	if (more)
		l->strings = more;
	if (!copy) {
		l->failed = true;
		return "";
	}
	l->strings[l->n_strings++] = copy;
	l->odd = l->odd || !is_utf8(copy);
	return copy;
}

static const char *text(struct loaded *l, lua_State *lua, const char *name)
{
	const char *s;

	chisel_get_field(lua, name);
	s = lua_isstring(lua, -1) ? keep(l, lua_tostring(lua, -1)) : NULL;
	lua_pop(lua, 1);
	return s;
}

static bool is_true(lua_State *lua, const char *name, bool otherwise)
{
	bool b;

	chisel_get_field(lua, name);
	b = lua_isnil(lua, -1) ? otherwise : lua_toboolean(lua, -1);
	lua_pop(lua, 1);
	return b;
}

static const char *const *words(struct loaded *l, lua_State *lua, const char *name,
				const char **out)
{
	size_t i, n = 0;
	bool there;

	chisel_get_field(lua, name);
	there = lua_istable(lua, -1);
	for (i = 1; there && i <= lua_objlen(lua, -1) && n < MAX_WORDS; i++) {
		lua_rawgeti(lua, -1, (int)i);
		if (lua_isstring(lua, -1))
			out[n++] = keep(l, lua_tostring(lua, -1));
		lua_pop(lua, 1);
	}
	lua_pop(lua, 1);
	return n ? out : NULL;
}

static bool has_word(lua_State *lua, const char *name, const char *word)
{
	bool yes = false;
	size_t i;

	chisel_get_field(lua, name);
	for (i = 1; lua_istable(lua, -1) && i <= lua_objlen(lua, -1) && !yes; i++) {
		lua_rawgeti(lua, -1, (int)i);
		yes = lua_isstring(lua, -1) && strcmp(lua_tostring(lua, -1), word) == 0;
		lua_pop(lua, 1);
	}
	lua_pop(lua, 1);
	return yes;
}

/* ---- columns ---- */

static enum top_aggregation aggregation(struct loaded *l, lua_State *lua, const char *name)
{
	static const struct {
		const char *name;
		enum top_aggregation value;
	} rows[] = { { "SUM", TOP_SUM },
		     { "AVG", TOP_AVG },
		     { "TIME_AVG", TOP_TIME_AVG },
		     { "MIN", TOP_MIN },
		     { "MAX", TOP_MAX } };
	const char *s = text(l, lua, name);
	size_t i;

	for (i = 0; s && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, s) == 0)
			return rows[i].value;
	return TOP_LAST;
}

static void read_column(struct loaded *l, lua_State *lua, struct top_column *c)
{
	chisel_get_field(lua, "colsize");
	c->width = lua_isnumber(lua, -1) ? (int)lua_tonumber(lua, -1) : 0;
	if (c->width < 0 || c->width > 1000)
		c->width = 0;
	lua_pop(lua, 1);
	c->name = text(l, lua, "name");
	if (c->name && strcmp(c->name, "NA") == 0)
		c->name = NULL;
	c->field = text(l, lua, "field");
	c->doc = text(l, lua, "description");
	c->filter = text(l, lua, "filterfield");
	c->aggregation = aggregation(l, lua, "aggregation");
	c->group = aggregation(l, lua, "groupby_aggregation");
	c->key = is_true(lua, "is_key", false);
	c->group_key = is_true(lua, "is_groupby_key", false);
	c->sorting = is_true(lua, "is_sorting", false);
	c->containers = has_word(lua, "tags", "containers");
}

static const char *read_columns(struct loaded *l, lua_State *lua)
{
	const char *why = NULL;
	size_t i;

	chisel_get_field(lua, "columns");
	if (!lua_istable(lua, -1))
		why = "it has no columns";
	for (i = 1; !why && i <= lua_objlen(lua, -1); i++) {
		lua_rawgeti(lua, -1, (int)i);
		if (!lua_istable(lua, -1) || i > MAX_COLUMNS)
			why = "its columns make no sense";
		else
			read_column(l, lua, &l->columns[i - 1]);
		if (!why && !l->columns[i - 1].field)
			why = "a column has no field";
		lua_pop(lua, 1);
		l->view.n_columns = i;
	}
	lua_pop(lua, 1);
	l->view.columns = l->columns;
	return why;
}

/* Lists count their events: one row each, as where there is no key at all. */
static void drop_counter_key(struct loaded *l)
{
	size_t i;

	for (i = 0; i < l->view.n_columns; i++)
		if (strcmp(l->columns[i].field, "util.cnt") == 0)
			l->columns[i].key = false;
}

static const char *check(const struct loaded *l, char *buf, size_t size)
{
	const struct top_view *v = &l->view;
	struct scap_error err = { 0 };
	struct sinsp_filter *filter;
	struct top_field *f;
	size_t i;

	if (l->failed)
		return "out of memory";
	if (l->odd)
		return "its text is not UTF-8";
	if (!v->id || !v->name || v->n_columns == 0)
		return "it lacks an id, a name or columns";
	for (i = 0; i < v->n_columns; i++) {
		f = top_field_new(NULL, &v->columns[i], NULL, &err);
		if (!f) {
			snprintf(buf, size, "%s", err.msg);
			return buf;
		}
		top_field_free(f);
	}
	if (!v->filter)
		return NULL;
	filter = sinsp_filter_new(NULL, v->filter, &err);
	if (!filter) {
		snprintf(buf, size, "%s", err.msg);
		return buf;
	}
	sinsp_filter_free(filter);
	return NULL;
}

static const char *read_view(struct loaded *l, lua_State *lua)
{
	struct top_view *v = &l->view;
	const char *type = text(l, lua, "view_type"), *why;

	v->id = text(l, lua, "id");
	v->name = text(l, lua, "name");
	v->doc = text(l, lua, "description");
	v->filter = text(l, lua, "filter");
	v->below = text(l, lua, "drilldown_target");
	v->tips = words(l, lua, "tips", l->tips);
	v->applies = words(l, lua, "applies_to", l->applies);
	v->strict = !is_true(lua, "use_defaults", false);
	v->forgetful = !is_true(lua, "propagate_filter", true);
	v->list = type && strcmp(type, "list") == 0;
	if (!v->doc)
		v->doc = "";
	why = read_columns(l, lua);
	if (type && strcmp(type, "spectrogram") == 0)
		return "spectrograms are not shown here: see the chisel spectrogram";
	if (!why)
		drop_counter_key(l);
	return why;
}

/* ---- the file ---- */

/* Most Lua files in those folders are something else, and are not run to find that out. */
static bool mentions(const char *path)
{
	FILE *f = fopen(path, "r");
	char *data = f ? malloc(MAX_FILE + 1) : NULL;
	size_t n = data ? fread(data, 1, MAX_FILE, f) : 0;
	bool yes = data && memmem(data, n, "view_info", strlen("view_info"));

	free(data);
	if (f)
		fclose(f);
	return yes;
}

static char *reason(const struct loaded *l, const char *path, const char *why)
{
	const char *slash = strrchr(path, '/');
	char *out;

	if (asprintf(&out, "%s: %s", l->view.id ? l->view.id : slash ? slash + 1 : path, why) < 0)
		return NULL;
	return out;
}

void top_view_free(struct top_view *v)
{
	struct loaded *l = (struct loaded *)v;
	size_t i;

	for (i = 0; l && i < l->n_strings; i++)
		free(l->strings[i]);
	if (l)
		free(l->strings);
	free(l);
}

struct top_view *top_view_load(const char *path, char **why)
{
	struct loaded *l;
	const char *wrong = NULL;
	char buf[600];
	lua_State *lua;

	*why = NULL;
	if (!mentions(path))
		return NULL;
	l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;
	lua = chisel_describe(path, why);
	if (!lua) {
		top_view_free(&l->view);
		return NULL;
	}
	chisel_get_global(lua, "view_info");
	if (!lua_istable(lua, -1)) {
		lua_close(lua);
		top_view_free(&l->view);
		return NULL;
	}
	wrong = read_view(l, lua);
	lua_close(lua);
	if (!wrong)
		wrong = check(l, buf, sizeof(buf));
	l->view.path = keep(l, path);
	if (!wrong)
		return &l->view;
	*why = reason(l, path, wrong);
	top_view_free(&l->view);
	return NULL;
}

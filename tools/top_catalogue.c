/* SPDX-License-Identifier: BSD-2-Clause */
/* All views there are: ours, and those of Lua files in the folders of the chisels. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chisel_host.h"
#include "complain.h"
#include "top.h"

static bool put(struct top_catalogue *c, const struct top_view *v)
{
	const struct top_view **more = reallocarray(c->views, c->n + 1, sizeof(*more));

	if (!more)
		return false;
	c->views = more;
	c->views[c->n++] = v;
	return true;
}

const struct top_view *top_catalogue_get(const struct top_catalogue *c, const char *id)
{
	size_t i;

	for (i = 0; id && i < c->n; i++)
		if (strcmp(c->views[i]->id, id) == 0)
			return c->views[i];
	return NULL;
}

/* One of a file. Of views with the same id the first one counts, and ours are first. */
static bool put_loaded(struct top_catalogue *c, struct top_view *v, bool listed)
{
	struct top_view **more;

	if (listed && top_catalogue_get(c, v->id)) {
		top_view_free(v);
		return true;
	}
	more = reallocarray(c->loaded, c->n_loaded + 1, sizeof(*more));
	if (!more) {
		top_view_free(v);
		return false;
	}
	c->loaded = more;
	c->loaded[c->n_loaded++] = v;
	return put(c, v);
}

static bool refuse(struct top_catalogue *c, char *why)
{
	char **more = reallocarray(c->refused, c->n_refused + 1, sizeof(*more));

	if (!more) {
		free(why);
		return false;
	}
	c->refused = more;
	c->refused[c->n_refused++] = why;
	return true;
}

static bool add_file(struct top_catalogue *c, const char *path)
{
	char *why;
	struct top_view *v = top_view_load(path, &why);

	if (v)
		return put_loaded(c, v, true);
	return why ? refuse(c, why) : true;
}

static bool add_dir(struct top_catalogue *c, const char *dir)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, NULL, alphasort), i;
	bool ok = true;
	char *path;

	for (i = 0; i < n; i++) {
		const char *ending = strrchr(entries[i]->d_name, '.');

		if (ok && ending && strcmp(ending, ".lua") == 0) {
			ok = asprintf(&path, "%s/%s", dir, entries[i]->d_name) >= 0;
			if (ok) {
				ok = add_file(c, path);
				free(path);
			}
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return ok;
}

int top_catalogue_fill(struct top_catalogue *c)
{
	char **dirs = chisel_dirs();
	bool ok = dirs;
	size_t i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < top_n_views && ok; i++)
		ok = put(c, &top_views[i]);
	for (i = 0; ok && dirs[i]; i++)
		ok = add_dir(c, dirs[i]);
	chisel_dirs_free(dirs);
	return ok ? 0 : complain("out of memory");
}

void top_catalogue_free(struct top_catalogue *c)
{
	size_t i;

	for (i = 0; i < c->n_loaded; i++)
		top_view_free(c->loaded[i]);
	for (i = 0; i < c->n_refused; i++)
		free(c->refused[i]);
	free(c->loaded);
	free(c->refused);
	free(c->views);
	memset(c, 0, sizeof(*c));
}

static const struct top_view *find_file(struct top_catalogue *c, const char *path)
{
	char *why;
	struct top_view *v = top_view_load(path, &why);

	if (!v) {
		complain("top: view %s", why ? why : path);
		free(why);
		return NULL;
	}
	return put_loaded(c, v, false) ? c->loaded[c->n_loaded - 1] : NULL;
}

const struct top_view *top_catalogue_find(struct top_catalogue *c, const char *id)
{
	const struct top_view *v;
	size_t i;

	if (strchr(id, '/'))
		return find_file(c, id);
	v = top_catalogue_get(c, id);
	if (v)
		return v;
	for (i = 0; i < c->n_refused; i++) {
		if (strncmp(c->refused[i], id, strlen(id)) == 0 &&
		    c->refused[i][strlen(id)] == ':') {
			complain("top: view %s", c->refused[i]);
			return NULL;
		}
	}
	complain("view %s not found: see scapula top --list-views", id);
	return NULL;
}

bool top_view_applies(const struct top_view *v, const char *field)
{
	size_t i;

	if (!v->applies)
		return true;
	for (i = 0; v->applies[i]; i++)
		if (strcmp(v->applies[i], field) == 0)
			return true;
	return false;
}

static json_t *strings(const char *const *list)
{
	json_t *a = json_array();

	for (; list && *list; list++)
		json_array_append_new(a, json_string(*list));
	return a;
}

int top_catalogue_print(const struct top_catalogue *c)
{
	json_t *all = json_array(), *o;
	size_t i;
	int rc;

	for (i = 0; i < c->n; i++) {
		const struct top_view *v = c->views[i];

		o = json_pack("{s:s,s:s,s:s,s:o,s:o,s:s,s:b,s:b,s:s}", "id", v->id, "name", v->name,
			      "description", v->doc, "tips", strings(v->tips), "appliesTo",
			      strings(v->applies), "filter", v->filter ? v->filter : "", "isRoot",
			      top_view_applies(v, ""), "canDrillDown", v->below != NULL,
			      "drilldownTarget", v->below ? v->below : "");
		json_array_append_new(all, o);
	}
	rc = json_dumpf(all, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	json_decref(all);
	if (rc < 0)
		return complain("out of memory");
	printf("\n");
	for (i = 0; i < c->n_refused; i++)
		complain("top: not listed: view %s", c->refused[i]);
	return EXIT_SUCCESS;
}

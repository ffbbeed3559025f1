/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arguments of a chisel on the command line: one word behind its name, of which blanks divide
 * the values. Where all are optional the word may as well be the begin of the filter: if what
 * follows can be compiled as one, it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chisel_host.h"
#include "complain.h"

void chisel_values_free(char **values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(values[i]);
	free(values);
}

static int add_value(char ***values, size_t *n, const char *text, size_t len)
{
	char **more = reallocarray(*values, *n + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	*values = more;
	more[*n] = strndup(text, len);
	if (!more[*n])
		return -ENOMEM;
	++*n;
	return 0;
}

int chisel_split(const char *text, char ***values, size_t *n)
{
	const char *p = text, *end;
	int rc;

	*values = NULL;
	*n = 0;
	for (;;) {
		p += strspn(p, " ");
		if (!*p)
			return 0;
		end = *p == '\'' || *p == '`' ? strchr(p + 1, *p) : NULL;
		if (end) {
			rc = add_value(values, n, p + 1, (size_t)(end - p) - 1);
			p = end + 1;
		} else {
			rc = add_value(values, n, p, strcspn(p, " "));
			p += strcspn(p, " ");
		}
		if (rc < 0) {
			chisel_values_free(*values, *n);
			return rc;
		}
	}
}

/* --json and --csv say how to print, whatever the chisel's arguments are. */
static void take_form(struct chisel *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->n_values; i++) {
		if (strcmp(c->values[i], "--json") == 0 || strcmp(c->values[i], "--csv") == 0) {
			c->form = c->values[i][2] == 'j' ? "json" : "csv";
			free(c->values[i]);
		} else {
			c->values[n++] = c->values[i];
		}
	}
	c->n_values = n;
}

char *chisel_take_name(struct chisel *c, const char *text)
{
	char *path = strchr(text, ' ') ? chisel_find(text) : NULL, *name;

	if (path || !strchr(text, ' ')) {
		free(path);
		return strdup(text);
	}
	if (chisel_split(text, &c->values, &c->n_values) < 0)
		return NULL;
	if (!c->n_values)
		return strdup(text);
	name = c->values[0];
	memmove(c->values, c->values + 1, --c->n_values * sizeof(*c->values));
	take_form(c);
	return name;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] && !(word[1] >= '0' && word[1] <= '9');
}

/* Do the words up to the next option make a filter? */
static bool is_filter(int argc, char **argv, int from)
{
	struct sinsp_text text = { 0 };
	struct sinsp_filter *filter;
	struct scap_error err = { 0 };
	bool yes;

	for (; from < argc && !is_option(argv[from]); from++) {
		sinsp_text_puts(&text, argv[from]);
		sinsp_text_puts(&text, " ");
	}
	filter = text.failed ? NULL : sinsp_filter_new(NULL, text.ptr ? text.ptr : "", &err);
	yes = filter != NULL;
	sinsp_filter_free(filter);
	sinsp_text_free(&text);
	return yes;
}

/* A filter is the word as it is, or what is quoted in it: none begins with a quote itself. */
static char *filter_word(const char *word)
{
	size_t n = strlen(word);

	if (n >= 2 && strchr("'`\"", word[0]) && word[n - 1] == word[0])
		return strndup(word + 1, n - 2);
	return strdup(word);
}

int chisel_take_words(struct chisel *c, int argc, char **argv, int *next)
{
	bool there = *next < argc && !is_option(argv[*next]);

	if (c->n_args == 0 || c->n_values)
		return 0;
	if (c->n_required > 0 && !there)
		return complain("chisel %s needs arguments, in one word behind its name: "
				"see scapula -i %s",
				c->name, c->name);
	if (!there || (c->n_required == 0 && !c->takes_filter && is_filter(argc, argv, *next)))
		return 0;
	if (c->takes_filter) {
		free(c->values);
		c->values = calloc(1, sizeof(*c->values));
		if (!c->values || !(c->values[0] = filter_word(argv[(*next)++])))
			return complain("out of memory");
		c->n_values = 1;
		return 0;
	}
	free(c->values);
	if (chisel_split(argv[(*next)++], &c->values, &c->n_values) < 0)
		return complain("out of memory");
	take_form(c);
	return 0;
}

static int set_arg(struct chisel *c, size_t i)
{
	lua_State *lua = c->lua;
	int rc;

	if (!chisel_push_callback(c, "on_set_arg"))
		return chisel_fail(c, "takes arguments, but has no on_set_arg()");
	lua_getglobal(lua, "args");
	lua_rawgeti(lua, -1, (int)i + 1);
	lua_getfield(lua, -1, "name");
	lua_replace(lua, -3);
	lua_pop(lua, 1);
	lua_pushstring(lua, c->values[i]);
	if (chisel_call(c, 2, 1))
		return EXIT_FAILURE;
	rc = lua_toboolean(lua, -1) ? 0 : EXIT_FAILURE;
	lua_pop(lua, 1);
	return rc ? chisel_fail(c, "refuses its argument '%s'", c->values[i]) : 0;
}

int chisel_set_args(struct chisel *c)
{
	size_t i;

	if (c->n_values < c->n_required)
		return chisel_fail(c, "takes at least %zu arguments, not %zu: see scapula -i %s",
				   c->n_required, c->n_values, c->name);
	if (c->n_values > c->n_args)
		return chisel_fail(c, "takes at most %zu arguments, not %zu: see scapula -i %s",
				   c->n_args, c->n_values, c->name);
	for (i = 0; i < c->n_values; i++)
		if (set_arg(c, i))
			return EXIT_FAILURE;
	return 0;
}

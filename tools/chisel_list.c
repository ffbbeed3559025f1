/* SPDX-License-Identifier: BSD-2-Clause */
/* What chisels there are (-cl), and what one does (-i). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chisel_host.h"
#include "complain.h"

#define WIDTH 80

struct entry {
	char *name;
	char *category;
	char *line;
};

struct entries {
	struct entry *list;
	size_t n;
	bool failed;
};

/* ---- text ---- */

/* The value on top of the stack, which it takes away. Printable, as all that is printed. */
static char *take_text(lua_State *lua)
{
	struct sinsp_text text = { 0 };
	const char *s = lua_tostring(lua, -1);

	for (; s && *s; s++) {
		/* the line ends of the script are not those of who reads it here */
		if (*s == '\n' || *s == '\t')
			sinsp_text_add(&text, " ", 1);
		else
			sinsp_text_add_printable(&text, s, 1);
	}
	lua_pop(lua, 1);
	return text.ptr ? text.ptr : strdup("");
}

static char *global_text(lua_State *lua, const char *name)
{
	chisel_get_global(lua, name);
	return take_text(lua);
}

/* Words from column @at on, the lines after the first indented by @indent. */
static void print_wrapped(const char *text, size_t at, size_t indent)
{
	const char *blank = "";
	size_t n;

	for (;; text += n) {
		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (!n)
			break;
		if (*blank && at + 1 + n > WIDTH) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			blank = "";
		}
		printf("%s%.*s", blank, (int)n, text);
		at += strlen(blank) + n;
		blank = " ";
	}
	putchar('\n');
}

static void print_heading(const char *category)
{
	static const char label[] = "Category: ";
	size_t i, n = strlen(label) + strlen(category);

	printf("\n%s%s\n", label, category);
	for (i = 0; i < n; i++)
		putchar('-');
	putchar('\n');
}

static void print_line(const char *name, const char *line)
{
	printf("%-16s", name);
	if (strlen(name) >= 16)
		printf("\n%16s", "");
	print_wrapped(line, 16, 16);
}

/* ---- listing ---- */

static bool has_entry(const struct entries *e, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (strlen(e->list[i].name) == len && !memcmp(e->list[i].name, name, len))
			return true;
	return false;
}

/* Libraries and views are no chisels, and some chisels are for other chisels only. */
static bool is_listed(lua_State *lua)
{
	bool yes;

	chisel_get_global(lua, "description");
	chisel_get_global(lua, "category");
	chisel_get_global(lua, "args");
	chisel_get_global(lua, "hidden");
	yes = lua_isstring(lua, -4) && lua_isstring(lua, -3) && lua_istable(lua, -2) &&
	      !lua_toboolean(lua, -1) && strcmp(lua_tostring(lua, -3), "NA") != 0;
	lua_pop(lua, 4);
	return yes;
}

static void add_entry(struct entries *e, const char *dir, const char *name, size_t len)
{
	struct entry *more;
	char *path, *why;
	lua_State *lua;

	if (has_entry(e, name, len) || asprintf(&path, "%s/%s", dir, name) < 0)
		return;
	lua = chisel_describe(path, &why);
	if (!lua) {
		if (why)
			complain("%s", why);
		free(why);
	} else if (is_listed(lua)) {
		more = reallocarray(e->list, e->n + 1, sizeof(*more));
		if (more) {
			e->list = more;
			more[e->n++] = (struct entry){ strndup(name, len),
						       global_text(lua, "category"),
						       global_text(lua, "short_description") };
		}
		e->failed |= !more;
	}
	if (lua)
		lua_close(lua);
	free(path);
}

static void add_dir(struct entries *e, const char *path)
{
	static const char ending[] = ".lua";
	DIR *dir = opendir(path);
	struct dirent *d;
	size_t n;

	while (dir && (d = readdir(dir))) {
		n = strlen(d->d_name);
		if (n >= sizeof(ending) && strcmp(d->d_name + n - strlen(ending), ending) == 0)
			add_entry(e, path, d->d_name, n - strlen(ending));
	}
	if (dir)
		closedir(dir);
}

static int by_category(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int d = strcmp(x->category, y->category);

	return d ? d : strcmp(x->name, y->name);
}

int chisels_list(void)
{
	struct entries e = { 0 };
	char **dirs = chisel_dirs();
	size_t i;

	for (i = 0; dirs && dirs[i]; i++)
		add_dir(&e, dirs[i]);
	if (e.n)
		qsort(e.list, e.n, sizeof(e.list[0]), by_category);
	for (i = 0; i < e.n; i++) {
		if (i == 0 || strcmp(e.list[i].category, e.list[i - 1].category) != 0)
			print_heading(e.list[i].category);
		print_line(e.list[i].name, e.list[i].line);
	}
	for (i = 0; i < e.n; i++) {
		free(e.list[i].name);
		free(e.list[i].category);
		free(e.list[i].line);
	}
	free(e.list);
	if (!dirs || e.failed)
		return complain("out of memory");
	chisel_dirs_free(dirs);
	if (!e.n)
		return complain("no chisels here: SCAPULA_CHISEL_PATH names folders with some");
	return EXIT_SUCCESS;
}

/* ---- one of them ---- */

/* The table of the argument is on top of the stack. */
static void print_arg(lua_State *lua)
{
	static const char *const keys[] = { "argtype", "name", "description" };
	char *texts[3];
	bool optional;
	size_t i;
	int n;

	for (i = 0; i < 3; i++) {
		chisel_get_field(lua, keys[i]);
		texts[i] = take_text(lua);
	}
	chisel_get_field(lua, "optional");
	optional = lua_toboolean(lua, -1);
	lua_pop(lua, 1);
	if (texts[0] && texts[1] && texts[2]) {
		n = printf("[%s] %s%s - ", texts[0], texts[1], optional ? " (optional)" : "");
		print_wrapped(texts[2], (size_t)n, 16);
	}
	for (i = 0; i < 3; i++)
		free(texts[i]);
}

static void print_args(lua_State *lua)
{
	size_t i, n;

	chisel_get_global(lua, "args");
	n = lua_istable(lua, -1) ? lua_objlen(lua, -1) : 0;
	printf("Args:\n%s", n ? "" : "(None)\n");
	for (i = 1; i <= n; i++) {
		lua_rawgeti(lua, -1, (int)i);
		if (lua_istable(lua, -1))
			print_arg(lua);
		lua_pop(lua, 1);
	}
	lua_pop(lua, 1);
}

int chisels_info(const char *name)
{
	char *path = chisel_find(name), *why, *texts[3];
	lua_State *lua;

	if (!path)
		return complain("no chisel '%s': see scapula -cl", name);
	lua = chisel_describe(path, &why);
	free(path);
	if (!lua) {
		complain("chisel %s: %s", name, why ? why : "out of memory");
		free(why);
		return EXIT_FAILURE;
	}
	texts[0] = global_text(lua, "category");
	texts[1] = global_text(lua, "short_description");
	texts[2] = global_text(lua, "description");
	print_heading(texts[0] ? texts[0] : "");
	print_line(name, texts[1] ? texts[1] : "");
	putchar('\n');
	print_wrapped(texts[2] ? texts[2] : "", 0, 0);
	print_args(lua);
	free(texts[0]);
	free(texts[1]);
	free(texts[2]);
	lua_close(lua);
	return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where chisels are found: the folders of SCAPULA_CHISEL_PATH and of sysdig's SYSDIG_CHISEL_DIR,
 * ./chisels, ~/.chisels, and the one that was installed; the present folder too, but that only for
 * one that is named: a list need not try all programs in Lua that happen to lie there.
 *
 * Nobody chose ./chisels, it is there by chance of the present folder; these two count only if they
 * belong to the user or to root and nobody else can write to them, so that `scapula -c ps` in /tmp
 * does not run what another user left there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chisel_host.h"

#define MAX_DIRS 64

struct dirs {
	char **list;
	size_t n;
	bool failed;
};

static void add(struct dirs *d, const char *path, size_t len)
{
	if (len == 0 || d->n == MAX_DIRS)
		return;
	d->list[d->n] = strndup(path, len);
	if (d->list[d->n])
		d->n++;
	else
		d->failed = true;
}

static bool is_ours(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Beside the command, wherever that was installed: PREFIX/bin/scapula, PREFIX/share/scapula. */
static void add_installed(struct dirs *d)
{
	static const char below[] = "share/scapula/chisels";
	char path[4096 + sizeof(below)], *slash;
	ssize_t n = readlink("/proc/self/exe", path, 4096);
	int i;

	for (i = 0; i < 2; i++) {
		slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;
		n = slash ? slash - path : 0;
	}
	if (!slash)
		return;
	strcpy(slash + 1, below);
	add(d, path, strlen(path));
}

/* The folders that a variable names. */
static void add_variable(struct dirs *d, const char *name, const char *between)
{
	const char *p = getenv(name);
	size_t n;

	for (; p && *p; p += n + (p[n] != '\0')) {
		n = strcspn(p, between);
		add(d, p, n);
	}
}

static char **find_dirs(bool for_one)
{
	const char *home = getenv("HOME");
	struct dirs d = { .list = calloc(MAX_DIRS + 1, sizeof(char *)) };
	char path[4096];

	if (!d.list)
		return NULL;
	add_variable(&d, "SCAPULA_CHISEL_PATH", ":");
	add_variable(&d, "SYSDIG_CHISEL_DIR", ";");
	if (for_one && is_ours("."))
		add(&d, ".", 1);
	if (is_ours("./chisels"))
		add(&d, "./chisels", strlen("./chisels"));
	if (home && *home && snprintf(path, sizeof(path), "%s/.chisels", home) < (int)sizeof(path))
		add(&d, path, strlen(path));
	add_installed(&d);
	if (d.failed) {
		chisel_dirs_free(d.list);
		return NULL;
	}
	return d.list;
}

char **chisel_dirs(void)
{
	return find_dirs(false);
}

void chisel_dirs_free(char **dirs)
{
	size_t i;

	for (i = 0; dirs && dirs[i]; i++)
		free(dirs[i]);
	free(dirs);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* NULL, too, if it is no file. */
static char *join(const char *dir, const char *name, const char *ending)
{
	char *path;

	if (asprintf(&path, "%s/%s%s", dir, name, ending) < 0)
		return NULL;
	if (is_file(path))
		return path;
	free(path);
	return NULL;
}

static bool is_lua(const char *name)
{
	static const char ending[] = ".lua";
	size_t n = strlen(name), len = strlen(ending);

	return n > len && strcmp(name + n - len, ending) == 0;
}

char *chisel_find(const char *name)
{
	char **dirs, *path = NULL;
	size_t i;

	if (strchr(name, '/'))
		return is_file(name) ? strdup(name) : NULL;
	dirs = find_dirs(true);
	for (i = 0; dirs && dirs[i] && !path; i++) {
		path = join(dirs[i], name, ".lua");
		if (!path && (strcmp(dirs[i], ".") != 0 || is_lua(name)))
			path = join(dirs[i], name, "");
	}
	chisel_dirs_free(dirs);
	return path;
}

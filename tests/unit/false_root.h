/* SPDX-License-Identifier: BSD-2-Clause */
/* A false root folder with files of container runtimes, and a container that is looked up there. */
#ifndef FALSE_ROOT_H
#define FALSE_ROOT_H

#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "suite.h"

#include "../../libsinsp/containers.h"
#include "../../libsinsp/runtime.h"

#define ID     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TASKS  "/run/containerd/io.containerd.runtime.v2.task"
#define PODMAN "/var/lib/containers/storage/overlay-containers"

static char root[] = "/tmp/test_runtime.XXXXXX";
static const struct runtime_files from = { .root = root };
static struct intern *pool;
static struct sinsp_container c;

/* Makes the folders above @path, which becomes the file's below the root. */
static void full_path(char full[PATH_MAX], const char *path)
{
	char *p;

	snprintf(full, PATH_MAX, "%s%s", root, path);
	for (p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
}

static void put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *f;

	full_path(full, path);
	f = fopen(full, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
}

static int rm(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void begin(enum sinsp_container_type type, const char *id)
{
	strcpy(root, "/tmp/test_runtime.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	pool = intern_new();
	containers_init_one(&c);
	c.type = type;
	c.id = c.full_id = id;
}

static void end(void)
{
	nftw(root, rm, 16, FTW_DEPTH | FTW_PHYS);
	free(c.labels);
	intern_free(pool);
}

#endif

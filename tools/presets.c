/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ready formats of lines, one row each. On a terminal names are green, containers yellow, processes
 * cyan and types blue, each set back at once, so that a line that is cut colours nothing else.
 */
#include "presets.h"

#include <stddef.h>
#include <string.h>

#include "sinsp.h"

#define BLUE(text)   "\033[01;34m" text "\033[00m"
#define CYAN(text)   "\033[01;36m" text "\033[00m"
#define GREEN(text)  "\033[01;32m" text "\033[00m"
#define YELLOW(text) "\033[01;33m" text "\033[00m"

#define BEGIN	  "*%evt.num %evt.outputtime %evt.cpu "
#define END	  " %evt.dir " BLUE("%evt.type") " %evt.info"
#define IN(field) YELLOW(field) " (" YELLOW("%container.id") ") "

struct preset {
	const char *name, *long_name;
	const char *plain, *coloured;
};

static const struct preset presets[] = {
	{ NULL, NULL, SINSP_FORMAT_DEFAULT,
	  BEGIN GREEN("%proc.name") " (" CYAN("%proc.pid") ".%thread.tid)" END },
	{ "c", "container", SINSP_FORMAT_CONTAINER,
	  BEGIN IN("%container.name")
		  GREEN("%proc.name") " (" CYAN("%proc.pid") ".%thread.tid:%thread.vtid)" END },
	{ "k", "kubernetes", SINSP_FORMAT_K8S,
	  BEGIN IN("%k8s.pod.name")
		  GREEN("%proc.name") " (" CYAN("%proc.pid") ".%thread.tid:%thread.vtid)" END },
};

const struct preset *preset_find(const char *name)
{
	size_t i;

	if (!name)
		return &presets[0];
	for (i = 1; i < sizeof(presets) / sizeof(presets[0]); i++)
		if (strcmp(name, presets[i].name) == 0 || strcmp(name, presets[i].long_name) == 0)
			return &presets[i];
	return NULL;
}

const char *preset_format(const struct preset *p, bool coloured)
{
	return coloured ? p->coloured : p->plain;
}

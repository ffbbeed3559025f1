/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LXC and systemd-nspawn: containers with a name and a root folder of their own. They have no
 * images; the folder that they were made of is shown in their place.
 */
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 65536u

/* The value of the last line "KEY = VALUE" of a file's text, into @field. */
static void set_from_line(const struct runtime_query *q, const char **field, const char *text,
			  const char *key)
{
	size_t n = strlen(key), len;
	const char *line;
	char *value;

	for (line = text; *line; line += *line == '\n') {
		len = strcspn(line, "\n");
		if (len > n && memcmp(line, key, n) == 0 && strchr(" =", line[n])) {
			value = strndup(line + n, len - n);
			if (value)
				runtime_set(q, field, value + strspn(value, " ="));
			free(value);
		}
		line += len;
	}
}

static bool from_file(const struct runtime_query *q, const char *fmt, const char *key)
{
	char *text = runtime_text(q, TEXT_MAX, fmt, q->c->full_id);

	if (!text)
		return false;
	set_from_line(q, &q->c->image, text, key);
	free(text);
	runtime_set(q, &q->c->name, q->c->full_id);
	return true;
}

bool runtime_lxc(const struct runtime_query *q)
{
	/* one that was started from a configuration elsewhere is there all the same */
	if (!from_file(q, "/var/lib/lxc/%s/config", "lxc.rootfs.path"))
		runtime_set(q, &q->c->name, q->c->full_id);
	return true;
}

bool runtime_nspawn(const struct runtime_query *q)
{
	return from_file(q, "/run/systemd/machines/%s", "ROOT");
}

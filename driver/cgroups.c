// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control groups of the current task, as a list of strings controller=path. On a unified
 * hierarchy most controllers are in the same group, so a path is made once and copied.
 */
#include "cgroups.h"
#include <linux/cgroup.h>
#include <linux/string.h>
#include "compat.h"

/* A word is left for what copying words writes too much. */
#define LIST_MAX (REC_SCRATCH - (int)sizeof(u64))

/*
 * Deepest group whose path is made: of one below it the path of that ancestor is told. The kernel
 * makes a path in time that grows with the square of the depth, whether there is room or not, and
 * who owns a group can make groups in it without end.
 */
#define DEPTH_MAX 128

#ifdef CONFIG_CGROUPS

/* cgroup_subsys[] is not exported, but the list of what is compiled in is in the headers. */
static const struct controller {
	char text[16]; /* two words to copy; no name is longer */
	u32 len;
} controllers[] = {
#define SUBSYS(name) [name##_cgrp_id] = { #name "=", sizeof(#name "=") - 1 },
#include <linux/cgroup_subsys.h>
#undef SUBSYS
};

/* The path of @cgroup at @to with its NUL; its length without, or negative if it does not fit. */
static int path_of(struct cgroup *cgroup, char *to, int room)
{
	int n;

	if (cgroup->level > DEPTH_MAX)
		cgroup = compat_ancestor(cgroup, DEPTH_MAX);
	n = cgroup ? cgroup_path(cgroup, to, room) : -1;
	return n < 0 || n >= room ? -1 : n;
}

/* Copies words, so up to seven bytes too much. */
static void copy_words(char *to, const char *from, int len)
{
	int i;

	for (i = 0; i < len; i += sizeof(u64))
		put_unaligned(get_unaligned((const u64 *)(from + i)), (u64 *)(to + i));
}

/* The list at @to, which has LIST_MAX bytes and a word more; where it ends. */
static char *write_list(char *to)
{
	const char *end = to + LIST_MAX, *path = to;
	const struct css_set *set = task_css_set(current);
	const struct cgroup *last = NULL;
	unsigned int i;
	int n = 0;

	for (i = 0; i < ARRAY_SIZE(controllers); i++) {
		struct cgroup_subsys_state *css = set->subsys[i];
		char *at = to;

		if (!css || end - at < (long)sizeof(controllers[i].text))
			continue;
		copy_words(at, controllers[i].text, sizeof(controllers[i].text));
		at += controllers[i].len;
		if (css->cgroup == last && n < end - at) {
			copy_words(at, path, n + 1);
		} else {
			n = path_of(css->cgroup, at, end - at);
			last = n < 0 ? NULL : css->cgroup;
			if (!last)
				continue;
		}
		path = at;
		to = at + n + 1;
	}
	return to;
}

int rec_cgroups(struct rec *r)
{
	u8 *list = rec_place(r);
	char *end;

	rcu_read_lock();
	end = write_list((char *)list);
	rcu_read_unlock();
	return rec_bytes(r, list, (u8 *)end - list);
}

#else

int rec_cgroups(struct rec *r)
{
	return rec_empty(r);
}

#endif

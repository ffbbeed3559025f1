// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control groups of the current task, as a list of strings controller=path. On a unified
 * hierarchy most controllers are in the same group, so a path is made once and copied.
 */
#include "cgroups.h"
#include <linux/cgroup.h>
#include <linux/string.h>

#define LIST_MAX REC_SCRATCH

/*
 * Deepest group whose path is made. The kernel makes a path in time that grows with the square of
 * the depth, whether there is room or not, and who owns a group can make groups in it without end.
 */
#define DEPTH_MAX 128

#ifdef CONFIG_CGROUPS

/* cgroup_subsys[] is not exported, but the list of what is compiled in is in the headers. */
static const char *const names[] = {
#define SUBSYS(name) [name##_cgrp_id] = #name "=",
#include <linux/cgroup_subsys.h>
#undef SUBSYS
};

/* The path of @cgroup at @to with its NUL; its length without, or negative if it does not fit. */
static int path_of(struct cgroup *cgroup, char *to, int room)
{
	int n = cgroup->level <= DEPTH_MAX ? cgroup_path(cgroup, to, room) : -1;

	return n < 0 || n >= room ? -1 : n;
}

int rec_cgroups(struct rec *r)
{
	struct cgroup *last = NULL;
	u32 len = 0, last_at = 0, last_len = 0;
	struct css_set *set;
	char *to = r->scratch;
	unsigned int i;

	rcu_read_lock();
	set = task_css_set(current);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct cgroup_subsys_state *css = set->subsys[i];
		u32 name_len = strlen(names[i]);
		int n;

		if (!css || len + name_len >= LIST_MAX)
			continue;
		memcpy(to + len, names[i], name_len);
		if (css->cgroup == last && len + name_len + last_len < LIST_MAX) {
			n = last_len;
			memcpy(to + len + name_len, to + last_at, n + 1);
		} else {
			n = path_of(css->cgroup, to + len + name_len, LIST_MAX - len - name_len);
			if (n < 0)
				break;
		}
		last = css->cgroup;
		last_at = len + name_len;
		last_len = n;
		len += name_len + n + 1;
	}
	rcu_read_unlock();
	return rec_bytes(r, to, len);
}

#else

int rec_cgroups(struct rec *r)
{
	return rec_empty(r);
}

#endif

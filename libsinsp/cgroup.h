/* SPDX-License-Identifier: BSD-2-Clause */
/* Which container a process is in, by the paths of its cgroups alone. */
#ifndef SINSP_CGROUP_H
#define SINSP_CGROUP_H

#include "sinsp.h"

#define CGROUP_ID_MAX	  64u
#define CGROUP_OWNER_MAX  160u
#define CGROUP_OWNER_HOST "/"

struct cgroup_match {
	enum sinsp_container_type type;
	char id[CGROUP_ID_MAX + 1]; /* in full: 64 hex digits, or a name given by hand */
	/* The path alone proves nothing ("/web"): it is a container only if a runtime or the
	 * capture knows one of this name. */
	bool by_hand;
	char pod_uid[40]; /* kubernetes: as it stands in the path, with '-'; else "" */
	/* Who could make the cgroup: "/" only the host, "user-1000" a user in what systemd gave him
	 * to manage, the id of a container that it is in; or one in the other, as "user-1000/ID".
	 * Everybody gives his cgroups the names that he likes. */
	char owner[CGROUP_OWNER_MAX + 1];
	const char *home; /* path of the container's cgroup, within the list */
	size_t home_len;
};

/*
 * Looks at @cgroups, a list of "controller=path" strings with their NULs. Returns false for the
 * host. No allocation; one pass over the paths.
 */
bool cgroup_match(const struct scap_bytes *cgroups, struct cgroup_match *m);

/* Length of the id that is shown for a full one: 12 for 64 hex digits, else all of it. */
size_t cgroup_short_id(const char *full);

#endif

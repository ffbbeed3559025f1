/* SPDX-License-Identifier: BSD-2-Clause */
/* Container ids in cgroup paths: one small table of name shapes, tried on each path component. */
#include "cgroup.h"

#include <stdio.h>
#include <string.h>

#define ID_LEN 64

struct view {
	const char *p;
	size_t len;
};

/*
 * A component that holds an id of 64 hex digits between a prefix and a suffix. Monitors (conmon)
 * live in cgroups that carry the id of what they watch: they are the host's.
 */
static const struct shape {
	const char *prefix, *suffix;
	enum sinsp_container_type type;
	bool host;
} shapes[] = {
	{ "libpod-conmon-", ".scope", SINSP_CT_PODMAN, true },
	{ "libpod-conmon-", "", SINSP_CT_PODMAN, true },
	{ "libpod-", ".scope", SINSP_CT_PODMAN, false },
	{ "libpod-", "", SINSP_CT_PODMAN, false },
	{ "crio-conmon-", ".scope", SINSP_CT_CRIO, true },
	{ "crio-conmon-", "", SINSP_CT_CRIO, true },
	{ "crio-", ".scope", SINSP_CT_CRIO, false },
	{ "crio-", "", SINSP_CT_CRIO, false },
	{ "cri-containerd-", ".scope", SINSP_CT_CRI, false },
	{ "docker-", ".scope", SINSP_CT_DOCKER, false },
};

/*
 * A component that holds a name, between a prefix and a suffix, in a given parent or with a given
 * child (NULL: any, or none). Beside the child there may be others that are the host's, as is that
 * of nspawn's own process.
 */
static const struct named {
	const char *parent, *prefix, *suffix, *child;
	enum sinsp_container_type type;
} named_shapes[] = {
	{ NULL, "lxc.payload.", "", NULL, SINSP_CT_LXC },
	{ "lxc.payload", "", "", NULL, SINSP_CT_LXC },
	{ NULL, "machine-lxc\\x2d", ".scope", NULL, SINSP_CT_LIBVIRT_LXC },
	{ NULL, "", ".libvirt-lxc", NULL, SINSP_CT_LIBVIRT_LXC },
	{ NULL, "machine-", ".scope", "payload", SINSP_CT_CUSTOM },
	{ NULL, "systemd-nspawn@", ".service", "payload", SINSP_CT_CUSTOM },
	{ "mesos", "", "", NULL, SINSP_CT_MESOS },
	{ NULL, "bpm-", ".scope", NULL, SINSP_CT_BPM },
};

/* systemd's own units and the parents that runtimes make: never a container named by hand. */
static const char *const unit_suffixes[] = { ".slice",	".service", ".scope",	 ".mount",
					     ".socket", ".swap",    ".partition" };
static const char *const parents[] = { "kubepods", "docker", "libpod_parent", "lxc", "machine",
				       "system",   "user",   "init",	      "sys" };

static bool is_hex(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f')))
			return false;
	return true;
}

static bool starts(struct view v, const char *s)
{
	size_t n = strlen(s);

	return v.len >= n && memcmp(v.p, s, n) == 0;
}

static bool ends(struct view v, const char *s)
{
	size_t n = strlen(s);

	return v.len >= n && memcmp(v.p + v.len - n, s, n) == 0;
}

static bool equals(struct view v, const char *s)
{
	return v.len == strlen(s) && memcmp(v.p, s, v.len) == 0;
}

static bool set_id(struct cgroup_match *m, const char *p, size_t len)
{
	if (len == 0 || len >= sizeof(m->id))
		return false;
	memcpy(m->id, p, len);
	m->id[len] = '\0';
	return true;
}

/* "pod<uid>" or "kubepods-besteffort-pod<uid>.slice", the latter with '_' for '-'. */
static void take_pod_uid(struct view c, struct cgroup_match *m)
{
	const char *p = NULL;
	size_t i, n;

	for (i = 0; i + 3 < c.len; i++)
		if (memcmp(c.p + i, "pod", 3) == 0 && (i == 0 || c.p[i - 1] == '-'))
			p = c.p + i + 3;
	if (!p)
		return;
	n = (size_t)(c.p + c.len - p);
	if (ends(c, ".slice"))
		n -= strlen(".slice");
	if (n < 8 || n >= sizeof(m->pod_uid))
		return;
	for (i = 0; i < n; i++)
		m->pod_uid[i] = p[i] == '_' ? '-' : p[i];
	m->pod_uid[n] = '\0';
}

/* The same of a name that systemd has escaped: "\\x2d" is '-'. */
static bool set_name(struct cgroup_match *m, const char *p, size_t len)
{
	size_t i, n = 0;
	unsigned int c;

	for (i = 0; i < len && n < sizeof(m->id); n++) {
		m->id[n] = p[i++];
		if (m->id[n] == '\\' && i + 3 <= len && sscanf(p + i, "x%2x", &c) == 1 && c) {
			m->id[n] = (char)c;
			i += 3;
		}
	}
	if (n == 0 || n >= sizeof(m->id))
		return false;
	m->id[n] = '\0';
	return true;
}

enum verdict { NOTHING, CONTAINER, HOST };

static bool match_named(struct view c, struct view before, struct view after,
			struct cgroup_match *m)
{
	size_t i, out;

	for (i = 0; i < sizeof(named_shapes) / sizeof(named_shapes[0]); i++) {
		const struct named *s = &named_shapes[i];

		out = strlen(s->prefix) + strlen(s->suffix);
		if (c.len <= out || !starts(c, s->prefix) || !ends(c, s->suffix) ||
		    (s->parent && !equals(before, s->parent)) ||
		    (s->child && !equals(after, s->child)))
			continue;
		m->type = s->type;
		return set_name(m, c.p + strlen(s->prefix), c.len - out);
	}
	return false;
}

/* "slice:cri-containerd:ID" and "slice:crio:ID", of runtimes told to use systemd but do not. */
static bool match_colons(struct view c, struct cgroup_match *m)
{
	const char *id = c.p + c.len - ID_LEN;

	if (c.len < ID_LEN + 2 || id[-1] != ':' || !is_hex(id, ID_LEN))
		return false;
	c.len -= ID_LEN + 1;
	if (ends(c, ":cri-containerd"))
		m->type = SINSP_CT_CRI;
	else if (ends(c, ":crio"))
		m->type = SINSP_CT_CRIO;
	else
		return false;
	take_pod_uid((struct view){ c.p, c.len - (ends(c, ":crio") ? 5 : 15) }, m);
	return set_id(m, id, ID_LEN);
}

static enum verdict match_component(struct view c, struct view before, struct view after, bool kube,
				    struct cgroup_match *m)
{
	size_t i;

	if (c.len == ID_LEN && is_hex(c.p, ID_LEN)) {
		/* podman gives its pods a cgroup that is no container */
		if (equals(before, "libpod_parent"))
			return NOTHING;
		m->type = kube ? SINSP_CT_CRI : SINSP_CT_DOCKER;
		return set_id(m, c.p, ID_LEN) ? CONTAINER : NOTHING;
	}
	if (match_named(c, before, after, m))
		return CONTAINER;
	if (c.len < ID_LEN)
		return NOTHING;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];
		size_t n = strlen(s->prefix);

		if (c.len != n + ID_LEN + strlen(s->suffix) || !starts(c, s->prefix) ||
		    !ends(c, s->suffix) || !is_hex(c.p + n, ID_LEN))
			continue;
		if (s->host)
			return HOST;
		m->type = s->type;
		return set_id(m, c.p + n, ID_LEN) ? CONTAINER : NOTHING;
	}
	return match_colons(c, m) ? CONTAINER : NOTHING;
}

static bool is_unit(struct view c)
{
	size_t i;

	for (i = 0; i < sizeof(unit_suffixes) / sizeof(unit_suffixes[0]); i++)
		if (ends(c, unit_suffixes[i]))
			return true;
	for (i = 0; i < sizeof(parents) / sizeof(parents[0]); i++)
		if (equals(c, parents[i]))
			return true;
	return false;
}

/*
 * "/NAME" and "/system.slice/NAME" of runc and crun, "/NAMESPACE/NAME" of ctr, "runc-NAME.scope"
 * with systemd, and the
 * "/lxc/NAME" of old. @comp are the first two components, @n how many there are in all.
 */
static bool match_name(const struct view *comp, size_t n, struct view last, struct cgroup_match *m)
{
	if (n == 0 || starts(comp[0], "lxc.monitor"))
		return false;
	if (n >= 2 && equals(comp[0], "lxc")) {
		m->type = SINSP_CT_LXC;
		return set_id(m, comp[1].p, comp[1].len);
	}
	m->by_hand = true;
	m->type = SINSP_CT_CUSTOM;
	if (last.len > 11 && (starts(last, "runc-") || starts(last, "crun-")) &&
	    ends(last, ".scope"))
		return set_id(m, last.p + 5, last.len - 11);
	/* called in a unit they stay there */
	if (is_unit(comp[0]) || n > 2)
		return n > 1 && !is_unit(last) && set_id(m, last.p, last.len);
	if (n == 1)
		return set_id(m, comp[0].p, comp[0].len);
	if (is_unit(comp[1]))
		return false;
	m->type = SINSP_CT_CONTAINERD;
	return set_id(m, comp[1].p, comp[1].len);
}

/* Below here somebody else makes the cgroups. What does not fit is below him all the same. */
static void add_owner(char *owner, const char *who)
{
	size_t len = strlen(owner);

	snprintf(owner + len, CGROUP_OWNER_MAX + 1 - len, "%s%s", len ? "/" : "", who);
}

/* "user@1000.service": the user's own part. Root's is the host's. */
static bool match_user(struct view c, char *who, size_t size)
{
	static const char prefix[] = "user@", suffix[] = ".service";
	size_t i, n = strlen(prefix), digits;

	if (!starts(c, prefix) || !ends(c, suffix) || c.len <= n + strlen(suffix))
		return false;
	digits = c.len - n - strlen(suffix);
	for (i = 0; i < digits; i++)
		if (c.p[n + i] < '0' || c.p[n + i] > '9')
			return false;
	if (digits > 10 || (digits == 1 && c.p[n] == '0'))
		return false;
	snprintf(who, size, "user-%.*s", (int)digits, c.p + n);
	return true;
}

static void set_home(struct cgroup_match *m, const char *owner, struct view path, struct view last)
{
	snprintf(m->owner, sizeof(m->owner), "%s", *owner ? owner : CGROUP_OWNER_HOST);
	m->home = path.p;
	m->home_len = (size_t)(last.p + last.len - path.p);
}

/* The deepest component that names a container wins: containers hold containers. */
static enum verdict match_path(struct view path, struct cgroup_match *m)
{
	char owner[CGROUP_OWNER_MAX + 1] = "", who[16], outer[CGROUP_ID_MAX + 1];
	struct view comp[2] = { { NULL, 0 }, { NULL, 0 } }, before = { "", 0 };
	struct view c = { NULL, 0 }, after;
	struct cgroup_match found = { 0 };
	enum verdict v = NOTHING;
	const char *p = path.p, *end = path.p + path.len;
	size_t n = 0;
	bool kube = false;

	while (p < end) {
		const char *slash = memchr(p, '/', (size_t)(end - p));

		before = c;
		c.p = p;
		c.len = (size_t)((slash ? slash : end) - p);
		p = slash ? slash + 1 : end;
		slash = p < end ? memchr(p, '/', (size_t)(end - p)) : NULL;
		after = (struct view){ p, (size_t)((slash ? slash : end) - p) };
		if (c.len == 0) {
			c = before;
			continue;
		}
		if (n < 2)
			comp[n] = c;
		n++;
		if (starts(c, "kubepods") || starts(c, "kubelet-kubepods"))
			kube = true;
		if (kube)
			take_pod_uid(c, &found);
		if (match_user(c, who, sizeof(who)))
			add_owner(owner, who);
		memcpy(outer, found.id, sizeof(outer));
		switch (match_component(c, before.p ? before : (struct view){ "", 0 }, after, kube,
					&found)) {
		case CONTAINER:
			/* with cgroups v1, one in another repeats the path of that */
			if (v == CONTAINER && strcmp(outer, found.id) == 0)
				break;
			v = CONTAINER;
			set_home(&found, owner, path, c);
			add_owner(owner, found.id);
			break;
		case HOST:
			/* inside of a container it is part of that: no name takes one out of it */
			if (v != CONTAINER)
				return HOST;
			break;
		case NOTHING:
			break;
		}
	}
	if (v == NOTHING && match_name(comp, n, c, &found)) {
		v = CONTAINER;
		set_home(&found, owner, path, found.by_hand ? c : comp[1]);
	}
	if (v == CONTAINER)
		*m = found;
	return v;
}

/*
 * Controllers that are not enabled at a level show an ancestor's path, so one path that proves
 * nothing does not end the search, and a path that proves a container beats a name by hand.
 * perf_event is exact on cgroup v2 (implicit on its hierarchy): it is the one that decides names.
 */
bool cgroup_match(const struct scap_bytes *cgroups, struct cgroup_match *m)
{
	const char *p = cgroups->ptr, *end;
	struct view last = { "", 0 };
	bool named = false, exact = false;

	memset(m, 0, sizeof(*m));
	if (!p)
		return false;
	for (end = p + cgroups->len; p < end;) {
		size_t len = strnlen(p, (size_t)(end - p));
		const char *eq = memchr(p, '=', len);
		struct cgroup_match found;
		struct view path;
		bool perf;

		perf = eq && (size_t)(eq - p) == 10 && memcmp(p, "perf_event", 10) == 0;
		path.p = eq ? eq + 1 : p;
		path.len = len - (size_t)(path.p - p);
		p += len + 1;
		if (path.len <= 1 ||
		    (path.len == last.len && !perf && memcmp(path.p, last.p, path.len) == 0))
			continue;
		last = path;
		switch (match_path(path, &found)) {
		case HOST:
			return false;
		case CONTAINER:
			if (!found.by_hand) {
				*m = found;
				return true;
			}
			if (perf || (!named && !exact)) {
				*m = found;
				named = true;
				exact = perf;
			}
			break;
		case NOTHING:
			/* what the exact path says is not a name outweighs the others */
			if (perf) {
				named = false;
				exact = true;
			}
			break;
		}
	}
	return named;
}

size_t cgroup_short_id(const char *full)
{
	size_t n = strlen(full);

	return n == ID_LEN && is_hex(full, n) ? 12 : n;
}

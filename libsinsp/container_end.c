/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How containers begin and end: with the first process of their pid namespace. Whether the kernel
 * killed one of theirs for want of memory no event tells; the cgroup counts it, and is still there
 * when the event of that process's end is read, most of the time.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroup.h"
#include "inspector.h"

enum { EXIT_STATUS, EXIT_RET, EXIT_SIG };

/*
 * The path of cgroup v2, or of the memory controller of v1, if it is that of container @id. Where
 * the controller is not enabled it is one above, whose counts are not the container's.
 */
static struct scap_bytes memory_cgroup(struct scap_bytes cgroups, const char *id)
{
	static const char key[] = "memory=";
	const char *p = cgroups.ptr, *end = p + cgroups.len;
	const struct scap_bytes none = { NULL, 0 };
	struct cgroup_match m;
	size_t len;

	for (; p < end; p += len + 1) {
		len = strnlen(p, (size_t)(end - p));
		if (p + len == end || strncmp(p, key, strlen(key)) != 0)
			continue;
		if (!cgroup_match(&(struct scap_bytes){ p, (uint32_t)len + 1 }, &m) ||
		    strcmp(m.id, id) != 0)
			return none;
		return (struct scap_bytes){ p + strlen(key), (uint32_t)(len - strlen(key)) };
	}
	return none;
}

/* The number behind "oom_kill" in a file of the cgroup; 0 as well if it is not there. */
static uint64_t count_kills(const char *root, const char *folder, struct scap_bytes cgroup,
			    const char *file)
{
	char path[PATH_MAX], text[1024];
	const char *line;
	ssize_t n;
	int fd, r;

	r = snprintf(path, sizeof(path), "%s/sys/fs/cgroup%s%.*s/%s", root, folder, (int)cgroup.len,
		     cgroup.ptr, file);
	if (r < 0 || (size_t)r >= sizeof(path))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	line = strstr(text, "oom_kill ");
	return line ? strtoull(line + strlen("oom_kill "), NULL, 10) : 0;
}

static void look_for_oom(struct sinsp *s, struct container *c, const struct sinsp_thread *t)
{
	struct scap_bytes cgroup = memory_cgroup(t->cgroups, c->pub.full_id);
	const char *root = s->containers.from.root;
	uint64_t n;

	if (!cgroup.ptr)
		return;
	n = count_kills(root, "", cgroup, "memory.events");
	if (!n)
		n = count_kills(root, "/memory", cgroup, "memory.oom_control");
	if (n <= c->pub.oom_kills)
		return;
	c->pub.oom_kills = n;
	containers_announce(&s->containers, c, t->tid);
}

/* A namespace inside of a container has a first process too, which is not the container's. */
void sinsp_begin_in_container(struct sinsp *s, const struct sinsp_thread *t)
{
	struct container *c = (struct container *)t->container;
	const struct thread *first;

	/* without one of its own only those that were made inside have a first process */
	if (!c || c->pub.host_pid || c->init == t->tid)
		return;
	first = c->init ? threads_find(&s->threads, c->init) : NULL;
	if (first && !first->pub.dead && first->pub.container == t->container)
		return;
	c->init = t->tid;
	c->pub.ended = 0;
	c->pub.exit_code = 0;
}

void sinsp_end_in_container(struct sinsp *s, const struct sinsp_thread *t)
{
	struct container *c = (struct container *)t->container;
	const struct scap_event *ev = &s->ev.raw;
	uint64_t sig = scap_param_u64(ev, EXIT_SIG, 0);

	if (!c)
		return;
	if (s->containers.live && sig == SIGKILL && sinsp_thread_is_main(t))
		look_for_oom(s, c, t);
	/* in a recording with a filter some ends are told that were other ones */
	if (c->init != t->tid || ev->flags & SCAP_BLOCK_STATE_ONLY)
		return;
	c->pub.ended = ev->hdr->ts;
	c->pub.exit_code = (uint32_t)(sig ? 128 + sig : scap_param_u64(ev, EXIT_RET, 0));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A shell that descends from a network service, or that talks over a connection instead of a
 * terminal, is how most break-ins begin: what it starts is marked as belonging to it.
 */
#include <string.h>

#include "story.h"

#define MAX_DEPTH 64

static const char *const shells[] = { "sh",  "bash", "dash", "ash",  "zsh",
				      "ksh", "csh",  "tcsh", "fish", "mksh" };
static const char *const interpreters[] = { "python", "perl", "ruby", "php", "node", "lua" };

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_shell_name(const char *name)
{
	size_t i;

	if (*name == '-')
		name++;
	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(name, shells[i]) == 0)
			return true;
	return false;
}

/* Of a program with many names (busybox) the name it was called by decides. */
static bool is_shell(const struct sinsp_thread *t)
{
	const char *arg = t->args.ptr;

	if (is_shell_name(base_name(t->exepath)) || is_shell_name(base_name(t->exe)))
		return true;
	return strcmp(base_name(t->exe), "busybox") == 0 && t->args.len > 0 &&
	       memchr(arg, '\0', t->args.len) && is_shell_name(arg);
}

bool story_is_interpreter(const struct sinsp_thread *t)
{
	const char *name = base_name(t->exepath);
	size_t i;

	for (i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
		if (strncmp(name, interpreters[i], strlen(interpreters[i])) == 0)
			return true;
	return is_shell(t);
}

static const struct story_proc *serving_ancestor(const struct story_proc *p)
{
	int depth;

	for (depth = 0; p && depth < MAX_DEPTH; p = p->parent, depth++)
		if (p->listens || p->client)
			return p;
	return NULL;
}

/* A worker serves on what its parent listens on. */
static const char *listens_on(const struct story_proc *p)
{
	int depth;

	for (depth = 0; p && depth < MAX_DEPTH; p = p->parent, depth++)
		if (p->listens)
			return p->listens;
	return NULL;
}

/* The connection that stands in for a terminal, or NULL. */
static const struct sinsp_fd *socket_terminal(const struct sinsp_thread *t)
{
	const struct sinsp_fd *fd;
	int64_t i;

	for (i = 0; i < 3; i++) {
		fd = sinsp_thread_fd(t, i);
		if (fd && (fd->type == SCAP_FD_IPV4_SOCK || fd->type == SCAP_FD_IPV6_SOCK) &&
		    fd->name[0])
			return fd;
	}
	return NULL;
}

void story_check_shell(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	const struct sinsp_thread *t = ev->thread->leader ? ev->thread->leader : ev->thread;
	const struct story_proc *service = serving_ancestor(p);
	const struct sinsp_fd *fd;
	const char *cmd, *why, *port = listens_on(service);
	struct story_key *k;

	if (p->suspect || !is_shell(t) || STAILQ_EMPTY(&p->execs))
		return;
	cmd = STAILQ_LAST(&p->execs, story_exec, link)->cmdline;
	fd = socket_terminal(t);
	if (fd)
		why = story_printf(st, "%.400s: its input or output is the connection %.200s", cmd,
				   fd->name);
	else if (service)
		why = story_printf(st, "%.400s: below the service %s(%lld)%s%s%s%s", cmd,
				   service->comm, (long long)service->pid, port ? " on " : "",
				   port ? port : "", service->client ? ", last client " : "",
				   service->client ? service->client : "");
	else
		return;
	k = story_key_add(st, p, ev->raw.hdr->ts, !p->box->host || fd, "shell of a service", why);
	if (k && k->flagged)
		p->suspect = k;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command lines of runtimes tell of containers. Anybody can start a program that is called
 * conmon with any words. So what begins is believed of root only, and else who is an ancestor of
 * the container's own processes: who made it may call it what he likes.
 */
#include "inspector.h"
#include "runtime_call.h"

#include <limits.h>

#define ANCESTORS 16 /* a runtime may have helpers in between */

void sinsp_expect_container(struct sinsp *s, const struct sinsp_thread *t, uint32_t caller)
{
	char bundle[PATH_MAX] = "";
	struct runtime_call call;

	/* In a container its paths mean other files. Who became root by a setuid program has his
	 * name and words from a user. */
	if (!s->containers.live || t->container || t->uid || caller ||
	    !runtime_call_parse(t->comm, &t->args, &call))
		return;
	if (call.in_cwd)
		snprintf(bundle, sizeof(bundle), "%s/%s", t->cwd, call.bundle);
	else
		snprintf(bundle, sizeof(bundle), "%s", call.bundle);
	containers_expect(&s->containers, &call, bundle);
}

void sinsp_name_container(struct sinsp *s, const struct sinsp_thread *t)
{
	struct container *c = (struct container *)t->container;
	const struct sinsp_thread *p = t;
	struct runtime_call call;
	int i;

	if (!s->containers.live || !c || *c->pub.name)
		return;
	for (i = 0; i < ANCESTORS && (p = sinsp_thread_parent(s, p)); i++) {
		/* who is inside says nothing of it */
		if (p->container == t->container || !runtime_call_parse(p->comm, &p->args, &call) ||
		    !*call.name || strcmp(call.id, c->pub.full_id) != 0)
			continue;
		containers_name(&s->containers, c, call.name, t->tid);
		return;
	}
}

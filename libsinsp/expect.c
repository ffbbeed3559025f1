/* SPDX-License-Identifier: BSD-2-Clause */
/* Containers that are about to begin, by the runtimes' own command lines. */
#include "inspector.h"
#include "runtime_call.h"

#include <limits.h>

void sinsp_expect_container(struct sinsp *s, const struct sinsp_thread *t, uint32_t caller)
{
	char bundle[PATH_MAX] = "";
	struct runtime_call call;

	/* In a container its paths mean other files, and who is there may call itself what he
	 * likes. */
	if (!s->containers.live || t->container || !runtime_call_parse(t->comm, &t->args, &call))
		return;
	/* A user's folder may be one that never answers: its path is taken from root only, and not
	 * from who became root by a setuid program, whose name and words are the user's. */
	if (t->uid == 0 && caller == 0 && call.in_cwd)
		snprintf(bundle, sizeof(bundle), "%s/%s", t->cwd, call.bundle);
	else if (t->uid == 0 && caller == 0)
		snprintf(bundle, sizeof(bundle), "%s", call.bundle);
	containers_expect(&s->containers, &call, bundle);
}

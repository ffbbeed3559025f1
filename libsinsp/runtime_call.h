/* SPDX-License-Identifier: BSD-2-Clause */
/* What a container runtime is told on its command line about a container that is to begin. */
#ifndef SINSP_RUNTIME_CALL_H
#define SINSP_RUNTIME_CALL_H

#include "sinsp.h"

struct runtime_call {
	const char *id;			/* as the runtime has it: the whole one */
	const char *name;		/* "" not told */
	const char *bundle;		/* folder of its config.json, "" not told */
	bool in_cwd;			/* the bundle is meant from the caller's folder on */
	enum sinsp_container_type type; /* a guess where the id has 64 digits */
};

/* False: @comm with @args begins no container. The strings are within @args, or constant. */
bool runtime_call_parse(const char *comm, const struct scap_bytes *args, struct runtime_call *c);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: what daemons answer. The first byte says who (its lowest bit) and for which step, or
 * (8) that it is what an API server said; what is made of the rest must be an event that can be
 * written.
 */
#include "driver.h"

#include "../../tools/ask/ask_kube.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define POD "11111111-2222-3333-4444-555555555555"

/* What is kept of an API server's objects: an array of one object for each kind. */
static int one_store(const uint8_t *data, size_t size)
{
	json_t *all = json_loadb((const char *)data, size, 0, NULL), *container = json_object();
	struct ask_kube_store store;
	char *text;
	size_t i;

	for (i = 0; i < KUBE_KINDS; i++) {
		store.objects[i] = json_array_get(all, i);
		store.listed[i] = true;
	}
	ask_kube_facts(&store, POD, container);
	text = json_dumps(container, JSON_COMPACT);
	if (!text)
		abort();
	free(text);
	json_decref(container);
	json_decref(all);
	return 0;
}

static int one_answer(const uint8_t *data, size_t size)
{
	struct ask_job job = { .kind = ASK_DOCKER, .id = ID, .other = ID };
	struct ask_reply r = { .status = 200, .grpc_status = 0 };
	const struct ask_kind *kind = &ask_docker;
	enum ask_cause cause = ASK_OK;
	enum ask_next next;
	bool old = false;
	char *text;

	if (size < 1)
		return 0;
	if (data[0] & 8)
		return one_store(data + 1, size - 1);
	if (data[0] & 1) {
		job.kind = ASK_CRI;
		kind = &ask_cri;
	}
	job.step = (data[0] >> 1 & 3) % (job.kind == ASK_CRI ? 3 : 2);
	r.body = data + 1;
	r.len = size - 1;
	if (job.step == 2 || (!(data[0] & 1) && job.step)) /* something is known already */
		job.known = ask_container(0, ID);
	next = kind->reply(&job, &r, &old, &cause);
	if (next == ASK_FAILED && cause == ASK_OK)
		abort();
	if (next != ASK_FAILED && !job.known)
		abort();
	if (job.other[0] && !ask_is_plain(job.other))
		abort();
	text = job.known ? json_dumps(job.known, JSON_COMPACT) : NULL;
	if (job.known && !text)
		abort();
	free(text);
	json_decref(job.known);
	return 0;
}

FUZZ("ask", one_answer)

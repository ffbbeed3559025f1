/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes events of an older schema. */
#include "lower.h"
#include "table.h"

#include <errno.h>
#include <stdlib.h>

#define CALLS 512u /* x86-64 */

/* The call that makes this event at its end; NULL: none does. */
static const struct scap_syscall_info *call_of(uint16_t type, uint16_t *nr)
{
	const struct scap_syscall_info *call;

	for (*nr = 0; *nr < CALLS; ++*nr) {
		call = scap_syscall_info(*nr);
		if (call && call->exit == type)
			return call;
	}
	return NULL;
}

int lower_init(struct lower *l, uint32_t schema)
{
	const struct scap_event_info *info;
	uint16_t type, nr;
	uint32_t n;

	memset(l, 0, sizeof(*l));
	if (schema < SCHEMA(4, 1, 0) || schema > SCHEMA(4, 5, 1))
		return -EINVAL;
	for (type = 0; type < SCAP_EVT_MAX; type++) {
		l->params[type] = INT8_MAX;
		info = event_row(type);
		if (!info)
			continue;
		for (n = 0; n < info->nparams && info->params[n].since <= schema;)
			n++;
		/* What no call makes is passed over by readers that do not know it. */
		l->params[type] = (int8_t)n;
		if (info->since > schema)
			l->params[type] = call_of(type, &nr) ? LOWER_ALL : INT8_MAX;
	}
	return 0;
}

void lower_free(struct lower *l)
{
	free(l->buf);
}

/* Two calls have events that came later: finding their numbers may take a microsecond. */
const struct scap_event *lower_anew(struct lower *l, const struct scap_event *ev)
{
	struct scap_param params[SCAP_MAX_PARAMS];
	const struct scap_syscall_info *call;
	uint16_t type = ev->hdr->type, nr;
	int n = l->params[type], i;
	int64_t len;
	uint8_t *p;

	if (ev->hdr->len > l->cap) {
		p = realloc(l->buf, ev->hdr->len + 16);
		if (!p)
			return NULL;
		l->buf = p;
		l->cap = ev->hdr->len + 16;
	}
	if (n == LOWER_ALL) {
		call = call_of(type, &nr);
		type = SCAP_EVT_GENERIC_X;
		params[0] = (struct scap_param){ &call->code, sizeof(call->code) };
		params[1] = (struct scap_param){ &nr, sizeof(nr) };
		n = 2;
	} else {
		for (i = 0; i < n; i++)
			params[i] = (struct scap_param){ scap_param_ptr(ev, (unsigned int)i),
							 scap_param_len(ev, (unsigned int)i) };
	}
	len = scap_event_encode(l->buf, l->cap, type, ev->hdr->ts, ev->hdr->tid, params,
				(uint32_t)n);
	if (len < 0 || scap_event_decode(&l->ev, l->buf, (size_t)len) < 0)
		return NULL;
	l->ev.cpu = ev->cpu;
	l->ev.flags = ev->flags;
	l->ev.items = ev->items;
	l->ev.items_len = ev->items_len;
	return &l->ev;
}

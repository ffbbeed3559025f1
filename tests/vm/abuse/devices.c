/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the rings with a distrust that the other tests do not need. */
#include <sys/syscall.h>
#include "abuse.h"

bool event_whole(const struct scap_event_hdr *hdr, uint32_t room)
{
	uint32_t sum = sizeof(*hdr);
	const uint8_t *p;

	if (room < sum || hdr->len < sum || hdr->len > room || hdr->type >= SCAP_EVT_MAX ||
	    hdr->nparams > SCAP_MAX_PARAMS)
		return false;
	sum += 2 * hdr->nparams;
	for (unsigned int i = 0; sum <= hdr->len && i < hdr->nparams; i++) {
		uint16_t len;

		memcpy(&len, (const uint8_t *)(hdr + 1) + 2 * i, sizeof(len));
		sum += len;
	}
	p = (const uint8_t *)hdr + sum;
	while (sum + sizeof(struct scap_item_hdr) <= hdr->len) {
		struct scap_item_hdr item;

		memcpy(&item, p, sizeof(item));
		if (item.kind < SCAP_ITEM_LATENCY || item.kind > SCAP_ITEM_NAMESPACES)
			return false;
		sum += sizeof(item) + item.len;
		p += sizeof(item) + item.len;
	}
	return sum == hdr->len;
}

unsigned int drain(struct rings *r, unsigned int *bad)
{
	unsigned int n = 0;

	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring *ring = &r->ring[cpu];
		uint32_t head, tail;

		if (!ring->info || !ring->data)
			continue;
		head = __atomic_load_n(&ring->info->head, __ATOMIC_ACQUIRE);
		tail = ring->info->tail;
		while (head != tail) {
			const struct scap_event_hdr *hdr = (const void *)(ring->data + tail);

			if (!event_whole(hdr, (head - tail) & (r->size - 1))) {
				++*bad;
				tail = head;
				break;
			}
			n++;
			tail = (tail + hdr->len) & (r->size - 1);
		}
		__atomic_store_n(&ring->info->tail, tail, __ATOMIC_RELEASE);
	}
	return n;
}

int works(void)
{
	struct rings r;
	int err = rings_open(&r);

	if (err)
		return err;
	if (rings_want(&r, SYS_getppid) || rings_trace(&r, RINGS_CALLS))
		err = -errno;
	syscall(SYS_getppid);
	if (!err && !rings_count(&r, SCAP_EVT_GENERIC_X, (uint64_t)syscall(SYS_gettid)))
		err = -ENODATA;
	rings_close(&r);
	return err;
}

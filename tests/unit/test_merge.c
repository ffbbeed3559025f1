/* SPDX-License-Identifier: BSD-2-Clause */
/* Merging rings by time: order over CPUs, wrapping, release of room, losses, damage. */
#include "merge.h"
#include "suite.h"

#include <stdlib.h>

#define RING_SIZE 4096u
#define RINGS	  3

/* A ring as the module keeps it, in plain memory, with the second mapping made by copying. */
struct ring {
	uint8_t data[2 * RING_SIZE];
	uint32_t head, tail;
	uint64_t lost_buffer, lost_fault, lost_busy;
};

static struct ring *rings;
static struct merge_ring views[RINGS];
static struct merge m;
static struct scap_event ev;

static void begin(void)
{
	unsigned int i;

	rings = calloc(RINGS, sizeof(*rings));
	memset(views, 0, sizeof(views));
	for (i = 0; i < RINGS; i++) {
		views[i].data = rings[i].data;
		views[i].size = RING_SIZE;
		views[i].cpu = (uint16_t)(10 + i);
		views[i].head = &rings[i].head;
		views[i].tail = &rings[i].tail;
		views[i].lost_buffer = &rings[i].lost_buffer;
		views[i].lost_fault = &rings[i].lost_fault;
		views[i].lost_busy = &rings[i].lost_busy;
	}
	CU_ASSERT_EQUAL_FATAL(merge_init(&m, views, RINGS), 0);
	CU_ASSERT_EQUAL_FATAL(merge_discard(&m), 0);
}

static void end(void)
{
	merge_done(&m);
	free(rings);
}

static uint32_t room(const struct ring *r)
{
	return (r->tail - r->head - 1) & (RING_SIZE - 1);
}

static void put_bytes(struct ring *r, const void *p, uint32_t n)
{
	uint32_t i, at;

	for (i = 0; i < n; i++) {
		at = (r->head + i) & (RING_SIZE - 1);
		r->data[at] = r->data[at + RING_SIZE] = ((const uint8_t *)p)[i];
	}
	r->head = (r->head + n) & (RING_SIZE - 1);
}

/* A close event; false: no room, which is counted. */
static bool put(unsigned int cpu, uint64_t ts)
{
	uint8_t buf[128];
	int64_t res = 0, fd = (int64_t)ts;
	struct scap_param p[] = { { &res, 8 }, { &fd, 8 } };
	int64_t n = scap_event_encode(buf, sizeof(buf), SCAP_EVT_SYSCALL_CLOSE_X, ts, 7, p, 2);

	if (room(&rings[cpu]) < n) {
		rings[cpu].lost_buffer++;
		return false;
	}
	put_bytes(&rings[cpu], buf, (uint32_t)n);
	return true;
}

static uint64_t next(void)
{
	return merge_next(&m, &ev) ? ev.hdr->ts : 0;
}

static const struct scap_loss *loss(void)
{
	size_t n = 0;
	const void *p = scap_event_item(&ev, SCAP_ITEM_LOSS, &n);

	return n == sizeof(struct scap_loss) ? p : NULL;
}

static void look_twice(void)
{
	CU_ASSERT(merge_look(&m) >= 0);
	CU_ASSERT_EQUAL(next(), 0);
	CU_ASSERT(merge_look(&m) >= 0);
}

static void delivers_events_of_all_cpus_in_order_of_time(void)
{
	static const uint64_t want[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	static const uint16_t cpu[] = { 10, 11, 12, 12, 10, 10, 10, 11, 12 };
	size_t i;

	begin();
	put(0, 1), put(0, 5), put(0, 6), put(0, 7);
	put(1, 2), put(1, 8);
	put(2, 3), put(2, 4), put(2, 9);
	look_twice();
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		CU_ASSERT_EQUAL(next(), want[i]);
		CU_ASSERT_EQUAL(ev.cpu, cpu[i]);
		CU_ASSERT_PTR_NULL(ev.items);
	}
	CU_ASSERT_EQUAL(next(), 0);
	CU_ASSERT_EQUAL(m.delivered, 9);
	end();
}

static void waits_for_an_older_event_that_arrives_later(void)
{
	begin();
	put(0, 100);
	CU_ASSERT(merge_look(&m) > 0);
	CU_ASSERT_EQUAL(next(), 0);
	/* CPU 1 began its event before and has finished it only now. */
	put(1, 90);
	CU_ASSERT(merge_look(&m) > 0);
	CU_ASSERT_EQUAL(next(), 90);
	CU_ASSERT_EQUAL(next(), 100);
	CU_ASSERT_EQUAL(next(), 0);
	end();
}

static void holds_nothing_for_more_than_one_look(void)
{
	begin();
	put(0, 100);
	look_twice();
	/* The clock is set back by one CPU's reckoning: no event may get stuck behind it. */
	put(1, 5);
	CU_ASSERT_EQUAL(next(), 100);
	CU_ASSERT_EQUAL(next(), 0);
	merge_look(&m);
	merge_look(&m);
	CU_ASSERT_EQUAL(next(), 5);
	end();
}

static void keeps_order_while_a_ring_wraps_many_times(void)
{
	uint64_t ts = 0, got = 0, n, round;

	begin();
	for (round = 0; round < 200; round++) {
		for (n = 0; n < 30; n++) {
			ts++;
			CU_ASSERT_TRUE_FATAL(put((unsigned int)(ts * 7 % RINGS), ts));
		}
		merge_look(&m);
		while (merge_next(&m, &ev)) {
			CU_ASSERT_EQUAL_FATAL(ev.hdr->ts, got + 1);
			CU_ASSERT_EQUAL_FATAL((uint64_t)scap_param_s64(&ev, 1, 0), got + 1);
			got++;
		}
	}
	merge_look(&m);
	while (merge_next(&m, &ev))
		got++;
	CU_ASSERT_EQUAL(got, ts);
	CU_ASSERT_EQUAL(m.damaged, 0);
	end();
}

static void leaves_an_event_in_place_until_the_next_call(void)
{
	uint32_t before;

	begin();
	put(0, 1), put(0, 2);
	look_twice();
	before = rings[0].tail;
	CU_ASSERT_EQUAL(next(), 1);
	CU_ASSERT_EQUAL(rings[0].tail, before);
	CU_ASSERT_EQUAL(next(), 2);
	merge_look(&m);
	CU_ASSERT_EQUAL(rings[0].tail, rings[0].head);
	end();
}

static void gives_room_back_before_a_full_ring_is_consumed(void)
{
	uint64_t n = 0, i;

	begin();
	while (put(0, n + 1))
		n++;
	look_twice();
	for (i = 0; i < n / 2; i++)
		next();
	CU_ASSERT(room(&rings[0]) > RING_SIZE / 4);
	end();
}

static void tells_a_loss_at_the_first_event_behind_it(void)
{
	const struct scap_loss *l;
	uint64_t ts = 0;

	begin();
	while (put(1, ts + 1))
		ts++;
	rings[1].lost_buffer += 40; /* 41 by now */
	rings[1].lost_fault += 2;
	rings[1].lost_busy += 3;
	look_twice();
	while (merge_next(&m, &ev))
		CU_ASSERT_PTR_NULL(ev.items);
	put(0, 5000);
	put(1, 5001);
	put(1, 5002);
	look_twice();
	CU_ASSERT_EQUAL(next(), 5000);
	CU_ASSERT_PTR_NULL(ev.items);
	CU_ASSERT_EQUAL(next(), 5001);
	l = loss();
	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	CU_ASSERT_EQUAL(l->buffer, 41);
	CU_ASSERT_EQUAL(l->fault, 2);
	CU_ASSERT_EQUAL(l->busy, 3);
	CU_ASSERT(l->from <= ts);
	CU_ASSERT_EQUAL(l->to, 5001);
	CU_ASSERT_EQUAL(next(), 5002);
	CU_ASSERT_PTR_NULL(ev.items);
	end();
}

static void losses_add_up_to_what_the_module_counted(void)
{
	uint64_t told = 0, delivered = 0, made = 0, round, i;

	begin();
	rings[0].lost_fault = 77; /* before the recording */
	merge_discard(&m);
	for (round = 0; round < 300; round++) {
		for (i = 0; i < 10 + round % 90; i++)
			put(0, ++made);
		merge_look(&m);
		while (merge_next(&m, &ev)) {
			delivered++;
			if (loss())
				told += loss()->buffer;
		}
	}
	CU_ASSERT(told > 0);
	/* What is not told yet is told at one more event. */
	for (i = 0; i < 4; i++) {
		if (put(0, ++made))
			merge_look(&m);
		merge_look(&m);
		while (merge_next(&m, &ev)) {
			delivered++;
			if (loss())
				told += loss()->buffer;
		}
	}
	CU_ASSERT_EQUAL(told, rings[0].lost_buffer);
	CU_ASSERT_EQUAL(delivered + told, made);
	CU_ASSERT_EQUAL(merge_lost_total(&m).buffer, told);
	CU_ASSERT_EQUAL(merge_lost_total(&m).fault, 0);
	end();
}

static void the_span_of_a_loss_begins_before_it(void)
{
	const struct scap_loss *l;

	begin();
	put(0, 10);
	look_twice();
	CU_ASSERT_EQUAL(next(), 10);
	rings[0].lost_busy = 1; /* lost at 15 */
	put(0, 20);
	look_twice();
	CU_ASSERT_EQUAL(next(), 20);
	CU_ASSERT_PTR_NULL(ev.items);
	put(0, 30);
	look_twice();
	CU_ASSERT_EQUAL(next(), 30);
	l = loss();
	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	CU_ASSERT_EQUAL(l->from, 10);
	CU_ASSERT_EQUAL(l->to, 30);
	CU_ASSERT_EQUAL(l->busy, 1);
	end();
}

static void skips_an_event_of_unknown_type(void)
{
	struct scap_event_hdr h = { .ts = 2, .tid = 1, .len = 40, .type = 60000, .nparams = 1 };
	uint8_t rec[40] = { 0 };

	begin();
	memcpy(rec, &h, sizeof(h));
	put(0, 1);
	put_bytes(&rings[0], rec, sizeof(rec));
	put(0, 3);
	look_twice();
	CU_ASSERT_EQUAL(next(), 1);
	CU_ASSERT_EQUAL(next(), 3);
	CU_ASSERT_EQUAL(next(), 0);
	CU_ASSERT_EQUAL(m.unknown, 1);
	CU_ASSERT_EQUAL(m.damaged, 0);
	end();
}

static void skips_a_damaged_block_and_goes_on_behind_it(void)
{
	struct scap_event_hdr h = { .ts = 2, .tid = 1, .len = 9999, .type = 5, .nparams = 1 };

	begin();
	put(0, 1);
	put_bytes(&rings[0], &h, sizeof(h));
	put(1, 4);
	look_twice();
	CU_ASSERT_EQUAL(next(), 1);
	CU_ASSERT_EQUAL(next(), 4);
	CU_ASSERT_EQUAL(next(), 0);
	CU_ASSERT_EQUAL(m.damaged, 1);
	CU_ASSERT_EQUAL(m.damaged_cpu, 10);
	put(0, 5);
	look_twice();
	CU_ASSERT_EQUAL(next(), 5);
	end();
}

static void survives_rings_full_of_anything(void)
{
	unsigned int seed = 1, round, i, n, j;
	uint8_t junk[64];

	begin();
	for (round = 0; round < 3000; round++) {
		for (i = 0; i < RINGS; i++) {
			n = (unsigned int)rand_r(&seed) % sizeof(junk);
			for (j = 0; j < n; j++)
				junk[j] = (uint8_t)(rand_r(&seed) % 4 ? 0 : rand_r(&seed));
			put_bytes(&rings[i], junk, n);
			put(i, (uint64_t)rand_r(&seed));
		}
		if (merge_look(&m) < 0)
			break;
		for (n = 0; merge_next(&m, &ev); n++)
			CU_ASSERT_FATAL(n < RING_SIZE);
	}
	CU_ASSERT(m.damaged > 0);
	end();
}

/* A close event with a latency item behind its parameters, inside its length. */
static void put_with_latency(unsigned int cpu, uint64_t ts, uint64_t latency)
{
	struct scap_item_hdr item = { SCAP_ITEM_LATENCY, sizeof(latency) };
	uint8_t buf[128];
	int64_t fd = (int64_t)ts, res = 0;
	struct scap_param p[] = { { &res, 8 }, { &fd, 8 } };
	uint32_t n = (uint32_t)scap_event_encode(buf, sizeof(buf), SCAP_EVT_SYSCALL_CLOSE_X, ts, 7,
						 p, 2);

	memcpy(buf + n, &item, sizeof(item));
	memcpy(buf + n + sizeof(item), &latency, sizeof(latency));
	n += sizeof(item) + sizeof(latency);
	((struct scap_event_hdr *)buf)->len = n;
	put_bytes(&rings[cpu], buf, n);
}

static uint64_t latency(void)
{
	size_t n = 0;
	const void *p = scap_event_item(&ev, SCAP_ITEM_LATENCY, &n);
	uint64_t v = 0;

	if (p && n == sizeof(v))
		memcpy(&v, p, n);
	return v;
}

static void moves_items_out_of_events(void)
{
	uint32_t plain;

	begin();
	CU_ASSERT_EQUAL_FATAL(merge_split_items(&m), 0);
	put(0, 1);
	put_with_latency(0, 2, 777);
	put_with_latency(0, 3, 888);
	look_twice();
	CU_ASSERT_EQUAL(next(), 1);
	plain = ev.hdr->len;
	CU_ASSERT_EQUAL(latency(), 0);
	CU_ASSERT_EQUAL(next(), 2);
	CU_ASSERT_EQUAL(ev.hdr->len, plain);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, 0), 2);
	CU_ASSERT_EQUAL(latency(), 777);
	CU_ASSERT_EQUAL(next(), 3);
	CU_ASSERT_EQUAL(latency(), 888);
	CU_ASSERT_EQUAL(next(), 0);
	end();
}

static void tells_a_loss_beside_an_event_s_own_items(void)
{
	begin();
	CU_ASSERT_EQUAL_FATAL(merge_split_items(&m), 0);
	put(0, 1);
	look_twice();
	CU_ASSERT_EQUAL(next(), 1);
	rings[0].lost_buffer = 5;
	CU_ASSERT(merge_look(&m) >= 0);
	put_with_latency(0, 2, 777);
	look_twice();
	CU_ASSERT_EQUAL(next(), 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(loss());
	CU_ASSERT_EQUAL(loss()->buffer, 5);
	CU_ASSERT_EQUAL(latency(), 777);
	end();
}

static void refuses_a_head_outside_of_its_ring(void)
{
	begin();
	rings[2].head = RING_SIZE;
	CU_ASSERT_EQUAL(merge_look(&m), -5);
	end();
}

SUITE("merge", TEST(delivers_events_of_all_cpus_in_order_of_time),
      TEST(waits_for_an_older_event_that_arrives_later), TEST(holds_nothing_for_more_than_one_look),
      TEST(keeps_order_while_a_ring_wraps_many_times),
      TEST(leaves_an_event_in_place_until_the_next_call),
      TEST(gives_room_back_before_a_full_ring_is_consumed),
      TEST(tells_a_loss_at_the_first_event_behind_it),
      TEST(losses_add_up_to_what_the_module_counted), TEST(the_span_of_a_loss_begins_before_it),
      TEST(skips_an_event_of_unknown_type), TEST(skips_a_damaged_block_and_goes_on_behind_it),
      TEST(survives_rings_full_of_anything), TEST(refuses_a_head_outside_of_its_ring),
      TEST(moves_items_out_of_events), TEST(tells_a_loss_beside_an_event_s_own_items))

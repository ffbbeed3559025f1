/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of older schemas made into today's: pairs, broken pairs, and every rule of the table. */
#include "suite.h"
#include "convert.h"

#include <errno.h>
#include <stdlib.h>

static struct scap_convert c;
static struct scap_event ev;
static uint8_t rec[70000];
static uint64_t now;

static void begin(void)
{
	now = 1000;
	scap_convert_init(&c);
}

static void end(void)
{
	scap_convert_done(&c);
}

#define INT(v) ((struct scap_param){ &(uint64_t){ (uint64_t)(v) }, 8 })
#define STR(s) ((struct scap_param){ s, sizeof(s) })

/* What becomes of an event of thread @tid. */
#define GIVE(type, tid, ...)                                        \
	give(type, tid, (const struct scap_param[]){ __VA_ARGS__ }, \
	     sizeof((struct scap_param[]){ __VA_ARGS__ }) / sizeof(struct scap_param))
static int give(uint16_t type, uint64_t tid, const struct scap_param *p, size_t n)
{
	int64_t len = scap_event_encode(rec, sizeof(rec), type, now, tid, p, (uint32_t)n);

	now += 100;
	if (len < 0 || scap_event_decode(&ev, rec, (size_t)len) < 0)
		return -EINVAL;
	ev.cpu = 5;
	return scap_convert(&c, &ev);
}

static uint64_t latency(void)
{
	size_t len;
	const void *p = scap_event_item(&ev, SCAP_ITEM_LATENCY, &len);
	uint64_t v;

	if (!p || len != sizeof(v))
		return UINT64_MAX;
	memcpy(&v, p, len);
	return v;
}

static void a_pair_becomes_its_exit_with_all_parameters(void)
{
	begin();
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_READ_E, 7, INT(3), { &(uint32_t){ 100 }, 4 }), 0);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_READ_X, 7, INT(5), STR("data")), 1);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_READ_X);
	CU_ASSERT_EQUAL(ev.hdr->ts, 1100);
	CU_ASSERT_EQUAL(ev.hdr->tid, 7);
	CU_ASSERT_EQUAL(ev.cpu, 5);
	CU_ASSERT_EQUAL(ev.nparams, 4);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 0, -1), 5);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 1), 5);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 2, -1), 3);
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 3, 0), 100);
	CU_ASSERT_EQUAL(latency(), 100);
	CU_ASSERT_EQUAL(c.alone, 0);
	end();
}

static void threads_do_not_mix(void)
{
	begin();
	GIVE(SCAP_EVT_SYSCALL_CLOSE_E, 7, INT(3));
	GIVE(SCAP_EVT_SYSCALL_CLOSE_E, 8, INT(4));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, -1), 3);
	CU_ASSERT_EQUAL(latency(), 200);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_X, 8, INT(0)), 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, -1), 4);
	end();
}

/* The peers give up on the whole file here. */
static void a_broken_pair_is_delivered_with_what_is_known(void)
{
	begin();
	GIVE(SCAP_EVT_SYSCALL_CLOSE_E, 7, INT(3));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_FSTAT_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(ev.nparams, 2);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 1), 8);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, -1), 0);
	CU_ASSERT_EQUAL(latency(), UINT64_MAX);
	CU_ASSERT_EQUAL(c.alone, 1);
	/* an exit takes its entry: the next one has none */
	GIVE(SCAP_EVT_SYSCALL_FSTAT_E, 7, INT(6));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_FSTAT_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, -1), 6);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_FSTAT_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, -1), 0);
	CU_ASSERT_EQUAL(c.alone, 2);
	end();
}

static void nobody_is_all_ones_and_no_set_is_empty(void)
{
	begin();
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_SETUID_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(ev.nparams, 2);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 1), 0);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SOCKET_SHUTDOWN_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 2), 1);
	end();
}

static void a_wider_value_is_cut_to_its_new_type(void)
{
	begin();
	GIVE(SCAP_EVT_SYSCALL_READ_E, 7, INT(3), INT(0x100000002));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_READ_X, 7, INT(0), STR("")), 1);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 3), 4);
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 3, 0), 2);
	end();
}

/* The kind of the result stands in front of it: a descriptor, or an error. */
static void the_result_of_bpf_is_without_its_kind(void)
{
	static const uint8_t fd[9] = { 0, 12 };
	static const uint8_t error[9] = { 1, 0xf7, 255, 255, 255, 255, 255, 255, 255 };

	begin();
	GIVE(SCAP_EVT_SYSCALL_BPF_E, 7, INT(0));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_BPF_X, 7, { fd, sizeof(fd) }), 1);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_BPF_2_X);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 0, -1), 12);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_BPF_X, 7, { error, sizeof(error) }), 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 0, 0), -9);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_BPF_X, 7, { "", 0 }), 1);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 0), 0);
	end();
}

static void whole_events_are_not_touched(void)
{
	begin();
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_X, 7, INT(0), INT(3)), 1);
	CU_ASSERT_PTR_EQUAL(ev.hdr, rec);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SOCKET_SOCKET_X, 7, INT(3), INT(2), INT(1), INT(0)), 1);
	CU_ASSERT_PTR_EQUAL(ev.hdr, rec); /* the fifth parameter came with 4.4 */
	CU_ASSERT_PTR_NULL(c.buf[0]);
	end();
}

/*
 * An exec's entry is left in captures that are converted. There it says nothing of pairs: else the
 * reading of a capture would depend on where it was begun.
 */
static void an_entry_that_is_passed_on_makes_no_pairs(void)
{
	struct scap_param none = { "", 0 };

	begin();
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_EXECVE_19_E, 7, STR("/bin/true")), 1);
	CU_ASSERT_FALSE(c.pairs);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_X, 7, INT(0), INT(3)), 1);
	CU_ASSERT_EQUAL(latency(), UINT64_MAX);
	end();
	/* the exit of an old exec has it all the same */
	begin();
	GIVE(SCAP_EVT_SYSCALL_EXECVE_19_E, 7, STR("/bin/true"));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_EXECVE_19_X, 7, INT(0), none, none, none, none, none,
			     none, none, none, none, none, none, none, none, none, none, none, none,
			     none, none),
			1);
	CU_ASSERT_EQUAL(ev.nparams, 31);
	CU_ASSERT_STRING_EQUAL((const char *)scap_param_ptr(&ev, 30), "/bin/true");
	CU_ASSERT_EQUAL(latency(), 100);
	end();
}

static void an_old_socket_does_not_get_what_4_1_does_not_have(void)
{
	begin();
	GIVE(SCAP_EVT_SOCKET_SOCKET_E, 7, INT(2), INT(1), INT(6));
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SOCKET_SOCKET_X, 7, INT(3)), 1);
	CU_ASSERT_EQUAL(ev.nparams, 4);
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 3, 0), 6);
	end();
}

static void a_type_that_changed_twice_goes_all_the_way(void)
{
	begin();
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_EXECVE_18_E, 7, STR("/bin/ls")), 1);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_EXECVE_19_E);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_EXECVE_8_X, 7, INT(0), STR("ls"), STR(""), INT(7),
			     INT(7), INT(1), STR("/"), INT(1024)),
			1);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_EXECVE_19_X);
	CU_ASSERT_EQUAL(ev.nparams, 31);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 3, -1), 7);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 30), 8);
	CU_ASSERT_EQUAL(memcmp(scap_param_ptr(&ev, 30), "/bin/ls", 8), 0);
	CU_ASSERT_EQUAL(latency(), 100);
	end();
}

static void a_long_entry_is_kept(void)
{
	static char path[4096];

	begin();
	memset(path, 'a', sizeof(path) - 1);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_MKDIR_E, 7, { path, sizeof(path) }, INT(0)), 0);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_MKDIR_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_MKDIR_2_X);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 1), sizeof(path));
	CU_ASSERT_EQUAL(c.pending.far_bytes, 0);
	end();
}

/* However many threads a capture names: the ones that have waited longest are forgotten. */
static void memory_is_bounded(void)
{
	static char path[60000];
	const uint64_t n = 300000;
	uint64_t tid;

	begin();
	memset(path, 'a', sizeof(path) - 1);
	for (tid = 1; tid <= n; tid++)
		GIVE(SCAP_EVT_SYSCALL_MKDIR_E, tid, { path, sizeof(path) }, INT(0));
	CU_ASSERT(c.pending.far_bytes > 1 << 20);
	CU_ASSERT(c.pending.far_bytes <= 8 << 20);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_MKDIR_X, n, INT(0)), 1);
	CU_ASSERT_NOT_EQUAL(latency(), UINT64_MAX);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_MKDIR_X, 1, INT(0)), 1);
	CU_ASSERT_EQUAL(latency(), UINT64_MAX);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_E, UINT64_MAX, INT(3)), 0);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_X, UINT64_MAX, INT(0)), 1);
	end();
}

static void a_new_section_begins_without_entries(void)
{
	begin();
	GIVE(SCAP_EVT_SYSCALL_CLOSE_E, 7, INT(3));
	scap_convert_section(&c);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_SYSCALL_CLOSE_X, 7, INT(0)), 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 1, -1), 0);
	end();
}

static void calls_without_a_code_are_named_by_their_number(void)
{
	uint16_t none = 0, rseq = 334, missing = 500;

	begin();
	GIVE(SCAP_EVT_GENERIC_E, 7, { &none, 2 }, { &rseq, 2 });
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_GENERIC_X, 7, { &none, 2 }), 1);
	CU_ASSERT_STRING_EQUAL(scap_syscall_name((uint16_t)scap_param_u64(&ev, 0, 0)), "rseq");
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 1, 0), 334);
	GIVE(SCAP_EVT_GENERIC_E, 7, { &none, 2 }, { &missing, 2 });
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_GENERIC_X, 7, { &none, 2 }), 1);
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 0, 1), 0);
	end();
}

static void the_first_container_event_becomes_json(void)
{
	static const char want[] = "{\"container\":{\"id\":\"a\\\"b\\u000a\",\"type\":2,"
				   "\"name\":\"n\\\\\",\"image\":\"i\"}}";

	begin();
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_CONTAINER_E, 0, STR("a\"b\n"), { &(uint32_t){ 2 }, 4 },
			     STR("n\\"), STR("i")),
			1);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_CONTAINER_JSON_2_E);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 0), sizeof(want));
	CU_ASSERT_EQUAL(memcmp(scap_param_ptr(&ev, 0), want, sizeof(want)), 0);
	end();
}

static void a_container_name_too_long_to_quote_is_left_out(void)
{
	static char name[30000];

	begin();
	memset(name, 1, sizeof(name) - 1);
	CU_ASSERT_EQUAL(GIVE(SCAP_EVT_CONTAINER_E, 0, STR("a"), { &(uint32_t){ 2 }, 4 },
			     { name, sizeof(name) }, STR("i")),
			1);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 0), 0);
	end();
}

/* Each rule, with and without an entry, ends in an event that is whole in 4.1, or in nothing. */
static void every_rule_leads_to_an_event_of_today(void)
{
	static const struct {
		uint16_t type, nparams;
	} rules[] = {
#define RULE_OF(t, n)	      { SCAP_EVT_##t, n },
#define STORE(t, n)	      RULE_OF(t, n)
#define PASS(t, n)	      RULE_OF(t, n)
#define STORE_PASS(t, n)      RULE_OF(t, n)
#define APPEND(t, n, ...)     RULE_OF(t, n)
#define BECOME(t, n, to, ...) RULE_OF(t, n)
#define BECOME0(t, n, to)     RULE_OF(t, n)
#include "convert.def"
	};
	static const uint64_t one = 1;
	struct scap_param p[SCAP_MAX_PARAMS];
	unsigned int i, k, with;
	int rc;

	for (k = 0; k < SCAP_MAX_PARAMS; k++)
		p[k] = (struct scap_param){ &one, sizeof(one) };
	for (i = 0; i < 2 * sizeof(rules) / sizeof(rules[0]); i++) {
		const struct scap_event_info *info = scap_event_info(rules[i / 2].type);
		unsigned int want = 0;

		with = i % 2;
		begin();
		if (with && !scap_event_is_enter(rules[i / 2].type))
			give(rules[i / 2].type - 1, 7, p,
			     scap_event_info(rules[i / 2].type - 1)->nparams);
		rc = give(rules[i / 2].type, 7, p, rules[i / 2].nparams);
		CU_ASSERT(rc == 0 || rc == 1);
		if (rc == 1 && !scap_event_is_enter(rules[i / 2].type)) {
			info = ev.info;
			CU_ASSERT_FALSE(info->flags & EF_OLD_VERSION);
			for (k = 0; k < info->nparams; k++)
				if (info->params[k].since <= SCHEMA(4, 0, 0))
					want = k + 1;
			if (ev.nparams < want)
				fprintf(stderr, "%s with %u parameters gets %u of %u\n",
					info->enumerator, rules[i / 2].nparams, ev.nparams, want);
			CU_ASSERT(ev.nparams >= want);
		}
		end();
	}
}

/* ---- the usual way, beside the long one ---- */

static uint32_t dice(uint32_t below)
{
	static uint64_t x = 4711;

	x = x * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(x >> 33) % below;
}

/* A record of the type with parameters of the right lengths mostly, and of others. */
static size_t random_record(uint16_t type, uint64_t tid)
{
	static const uint8_t widths[PT_MAX] = { SCAP_TYPE_WIDTHS };
	static uint8_t bytes[300];
	const struct scap_event_info *info = scap_event_info(type);
	struct scap_param p[SCAP_MAX_PARAMS];
	uint32_t n = info->nparams, i;
	int64_t len;

	if (dice(8) == 0)
		n = dice(n + 1);
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)dice(256);
	for (i = 0; i < n; i++) {
		p[i] = (struct scap_param){ bytes + 8 * i, widths[info->params[i].type] };
		if (!p[i].len || dice(20) == 0)
			p[i].len = dice(6) ? dice(20) : dice(120);
	}
	now += 100;
	len = scap_event_encode(rec, sizeof(rec), type, now, tid, p, n);
	CU_ASSERT(len > 0);
	return (size_t)len;
}

static bool same_event(const struct scap_event *a, const struct scap_event *b)
{
	return a->hdr->len == b->hdr->len && !memcmp(a->hdr, b->hdr, a->hdr->len) &&
	       a->nparams == b->nparams && !memcmp(a->off, b->off, 4 * (a->nparams + 1u)) &&
	       a->data - (const uint8_t *)a->hdr == b->data - (const uint8_t *)b->hdr &&
	       a->cpu == b->cpu && a->items_len == b->items_len &&
	       (!a->items_len || !memcmp(a->items, b->items, a->items_len));
}

static void the_usual_way_leads_where_the_long_one_does(void)
{
	static struct scap_convert slow;
	static uint8_t other[sizeof(rec)];
	unsigned int i, usual = 0, different = 0;
	uint16_t types[SCAP_EVT_MAX], type, n = 0;
	struct scap_event b;
	size_t len;
	int ra, rb;

	begin();
	scap_convert_init(&slow);
	for (type = 1; type < SCAP_EVT_MAX; type += 2)
		if (c.rows[type].taken)
			types[n++] = type;
	CU_ASSERT_FATAL(n > 50);
	memset(other, 0, sizeof(other));
	for (type = 0; type < SCAP_EVT_MAX; type++)
		slow.rows[type].taken = 0;
	for (i = 0; i < 200000; i++) {
		const struct scap_convert_row *row;

		if (i % 4 == 0) /* stay with it for two pairs, of two threads */
			type = types[dice(n)];
		row = &c.rows[type];
		len = random_record(i % 2 ? type : type - 1, 1 + dice(8) / 7);
		if (dice(2)) { /* an exit with as many as old ones had */
			struct scap_event_hdr hdr;

			memcpy(&hdr, rec, sizeof(hdr));
			hdr.nparams = row->own;
			if (hdr.type == type && len >= sizeof(hdr) + 2 * row->own)
				memcpy(rec, &hdr, sizeof(hdr));
		}
		memcpy(other, rec, len);
		if (scap_event_decode(&ev, rec, len) < 0 || scap_event_decode(&b, other, len) < 0)
			continue;
		ra = scap_convert(&c, &ev);
		rb = scap_convert(&slow, &b);
		different += ra != rb || c.pairs != slow.pairs || c.alone != slow.alone ||
			     (ra == 1 && !same_event(&ev, &b));
		usual += ra == 1 && row->taken && ev.nparams == row->own + row->taken &&
			 ev.items_len;
	}
	CU_ASSERT_EQUAL(different, 0);
	CU_ASSERT(usual > 5000);
	scap_convert_done(&slow);
	end();
}

SUITE("convert", TEST(an_entry_that_is_passed_on_makes_no_pairs),
      TEST(a_pair_becomes_its_exit_with_all_parameters), TEST(threads_do_not_mix),
      TEST(a_broken_pair_is_delivered_with_what_is_known),
      TEST(nobody_is_all_ones_and_no_set_is_empty), TEST(a_wider_value_is_cut_to_its_new_type),
      TEST(the_result_of_bpf_is_without_its_kind), TEST(whole_events_are_not_touched),
      TEST(an_old_socket_does_not_get_what_4_1_does_not_have),
      TEST(a_type_that_changed_twice_goes_all_the_way), TEST(a_long_entry_is_kept),
      TEST(memory_is_bounded), TEST(a_new_section_begins_without_entries),
      TEST(calls_without_a_code_are_named_by_their_number),
      TEST(the_first_container_event_becomes_json),
      TEST(a_container_name_too_long_to_quote_is_left_out),
      TEST(every_rule_leads_to_an_event_of_today),
      TEST(the_usual_way_leads_where_the_long_one_does))

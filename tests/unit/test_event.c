/* SPDX-License-Identifier: BSD-2-Clause */
/* Records: built, checked, viewed in place; items. */
#include "suite.h"
#include "scap.h"

#include <errno.h>

static uint8_t rec[4096];
static struct scap_event ev;

static int64_t read_event(void)
{
	static int64_t res = 5, fd = 7;
	static uint32_t size = 4096;
	struct scap_param p[] = { { &res, 8 }, { "hello", 5 }, { &fd, 8 }, { &size, 4 } };

	return scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_READ_X, 123, 456, p, 4);
}

static void encodes_and_decodes_the_same_values(void)
{
	int64_t len = read_event();

	CU_ASSERT_EQUAL(len, 26 + 4 * 2 + 8 + 5 + 8 + 4);
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, (size_t)len), 0);
	CU_ASSERT_EQUAL(ev.hdr->ts, 123);
	CU_ASSERT_EQUAL(ev.hdr->tid, 456);
	CU_ASSERT_EQUAL(ev.nparams, 4);
	CU_ASSERT_PTR_EQUAL(ev.info, scap_event_info(SCAP_EVT_SYSCALL_READ_X));
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 0, -1), 5);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 1), 5);
	CU_ASSERT_EQUAL(memcmp(scap_param_ptr(&ev, 1), "hello", 5), 0);
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 3, 0), 4096);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 4), 0);
	CU_ASSERT_EQUAL(scap_param_u64(&ev, 4, 99), 99);
}

static void large_types_have_32_bit_lengths(void)
{
	static uint8_t big[70000], out[80000];
	struct scap_param p = { big, sizeof(big) };
	int64_t len;

	memset(big, 'x', sizeof(big) - 1);
	len = scap_event_encode(out, sizeof(out), SCAP_EVT_CONTAINER_JSON_2_E, 1, 2, &p, 1);
	CU_ASSERT_EQUAL(len, 26 + 4 + 70000);
	CU_ASSERT_EQUAL(scap_event_decode(&ev, out, (size_t)len), 0);
	CU_ASSERT_EQUAL(scap_param_len(&ev, 0), 70000);
	/* A type with 16-bit lengths cannot hold it. */
	CU_ASSERT_EQUAL(scap_event_encode(out, sizeof(out), SCAP_EVT_SYSCALL_CHDIR_X, 1, 2, &p, 1),
			-EINVAL);
}

static void encoding_checks_room_type_and_count(void)
{
	struct scap_param p[8] = { { NULL, 0 } };

	CU_ASSERT_EQUAL(scap_event_encode(rec, 10, SCAP_EVT_SYSCALL_READ_X, 1, 2, p, 4), -ENOSPC);
	CU_ASSERT_EQUAL(scap_event_encode(rec, 33, SCAP_EVT_SYSCALL_READ_X, 1, 2, p, 4), -ENOSPC);
	CU_ASSERT_EQUAL(scap_event_encode(rec, 34, SCAP_EVT_SYSCALL_READ_X, 1, 2, p, 4), 34);
	CU_ASSERT_EQUAL(scap_event_encode(rec, 99, SCAP_EVT_SYSCALL_READ_X, 1, 2, p, 5), -EINVAL);
	CU_ASSERT_EQUAL(scap_event_encode(rec, 99, SCAP_EVT_MAX, 1, 2, p, 0), -EINVAL);
}

static void damaged_lengths_are_refused(void)
{
	struct scap_event_hdr *h = (struct scap_event_hdr *)rec;
	size_t len = (size_t)read_event(), i;
	uint16_t l16;

	for (i = 0; i < len; i++)
		CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, i), -EBADMSG);
	h->len = 25;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, len), -EBADMSG);
	h->len = UINT32_MAX;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, len), -EBADMSG);
	h->len = (uint32_t)len - 1;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, len), -EBADMSG);
	h->len = (uint32_t)len;
	h->nparams = 0x80000001;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, len), -EBADMSG);
	h->nparams = 4;
	memcpy(&l16, rec + 28, 2);
	l16++;
	memcpy(rec + 28, &l16, 2);
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, len), -EBADMSG);
}

static void lengths_that_wrap_are_refused(void)
{
	struct scap_event_hdr *h = (struct scap_event_hdr *)rec;
	uint32_t lens[3] = { 4, 0xfffffff0, 0x10 };

	memset(rec, 0, sizeof(rec));
	h->len = 26 + 12 + 4;
	h->type = SCAP_EVT_ASYNCEVENT_E;
	h->nparams = 3;
	memcpy(rec + 26, lens, sizeof(lens));
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, sizeof(rec)), -EBADMSG);
}

static void an_unknown_type_can_be_skipped(void)
{
	struct scap_event_hdr *h = (struct scap_event_hdr *)rec;
	size_t len = (size_t)read_event();

	h->type = SCAP_EVT_MAX;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, len), -ENOENT);
	CU_ASSERT_EQUAL(ev.hdr->len, len);
}

static void parameters_of_a_newer_schema_are_left_out(void)
{
	struct scap_event_hdr *h = (struct scap_event_hdr *)rec;
	struct scap_param p[] = { { "abcdefgh", 8 }, { "12345678", 8 } };
	uint16_t lens[2] = { 8, 8 };

	/* An event with two parameters, one more than its type has. */
	CU_ASSERT_EQUAL(scap_event_info(SCAP_EVT_SYSCALL_SETSID_X)->nparams, 1);
	scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_CLOSE_X, 1, 2, p, 2);
	h->type = SCAP_EVT_SYSCALL_SETSID_X;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, h->len), 0);
	CU_ASSERT_EQUAL(ev.nparams, 1);
	CU_ASSERT_EQUAL(memcmp(scap_param_ptr(&ev, 0), "abcdefgh", 8), 0);
	lens[1] = 9;
	memcpy(rec + 26, lens, sizeof(lens));
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, h->len), -EBADMSG);
}

static void fewer_parameters_are_absent(void)
{
	int64_t res = -2;
	struct scap_param p = { &res, 8 };
	int64_t len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_READ_X, 1, 2, &p, 1);

	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, (size_t)len), 0);
	CU_ASSERT_EQUAL(ev.nparams, 1);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 2, -100), -100);
}

static void the_result_is_the_first_parameter_of_an_exit(void)
{
	int64_t res = -13;
	struct scap_param p = { &res, 8 };
	int64_t len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_CLOSE_X, 1, 2, &p, 1);

	scap_event_decode(&ev, rec, (size_t)len);
	CU_ASSERT_EQUAL(scap_event_result(&ev, 1), -13);
	len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SOCKET_CONNECT_E, 1, 2, &p, 1);
	scap_event_decode(&ev, rec, (size_t)len);
	CU_ASSERT_EQUAL(scap_event_result(&ev, 1), 1); /* an entry has none */
	len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_CLOSE_X, 1, 2, NULL, 0);
	scap_event_decode(&ev, rec, (size_t)len);
	CU_ASSERT_EQUAL(scap_event_result(&ev, 1), 1);
}

static void strings_need_no_nul(void)
{
	int64_t res = 0;
	struct scap_param p[] = { { &res, 8 }, { "/tmp", 4 } };
	int64_t len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_CHDIR_X, 1, 2, p, 2);
	size_t n = 0;

	scap_event_decode(&ev, rec, (size_t)len);
	CU_ASSERT_PTR_NOT_NULL(scap_param_str(&ev, 1, &n));
	CU_ASSERT_EQUAL(n, 4);
	CU_ASSERT_PTR_NULL(scap_param_str(&ev, 2, &n));
}

static void items_are_found_by_kind(void)
{
	uint8_t items[64];
	struct scap_item_hdr h = { 77, 3 };
	uint64_t ns = 12345, got = 0;
	const void *p;
	size_t n = 0;

	read_event();
	scap_event_decode(&ev, rec, sizeof(rec));
	CU_ASSERT_PTR_NULL(scap_event_item(&ev, SCAP_ITEM_LATENCY, &n));
	memcpy(items, &h, 4);
	memcpy(items + 4, "abc", 3);
	h = (struct scap_item_hdr){ SCAP_ITEM_LATENCY, 8 };
	memcpy(items + 7, &h, 4);
	memcpy(items + 11, &ns, 8);
	ev.items = items;
	ev.items_len = 19;
	p = scap_event_item(&ev, SCAP_ITEM_LATENCY, &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(n, 8);
	memcpy(&got, p, 8);
	CU_ASSERT_EQUAL(got, 12345);
	CU_ASSERT_PTR_NULL(scap_event_item(&ev, SCAP_ITEM_LOSS, &n));
	ev.items_len = 18; /* the value is cut */
	CU_ASSERT_PTR_NULL(scap_event_item(&ev, SCAP_ITEM_LATENCY, &n));
}

SUITE("event", TEST(encodes_and_decodes_the_same_values), TEST(large_types_have_32_bit_lengths),
      TEST(encoding_checks_room_type_and_count), TEST(damaged_lengths_are_refused),
      TEST(lengths_that_wrap_are_refused), TEST(an_unknown_type_can_be_skipped),
      TEST(parameters_of_a_newer_schema_are_left_out), TEST(fewer_parameters_are_absent),
      TEST(the_result_is_the_first_parameter_of_an_exit), TEST(strings_need_no_nul),
      TEST(items_are_found_by_kind))

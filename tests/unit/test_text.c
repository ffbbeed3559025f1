/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the growing text buffer. */
#include "sinsp.h"
#include "suite.h"

static void starts_empty_and_grows(void)
{
	struct sinsp_text t = { 0 };
	int i;

	for (i = 0; i < 10000; i++)
		sinsp_text_add(&t, "0123456789", 10);
	CU_ASSERT_EQUAL(t.len, 100000);
	CU_ASSERT_EQUAL(t.ptr[t.len], '\0');
	CU_ASSERT_EQUAL(memcmp(t.ptr + 99990, "0123456789", 10), 0);
	CU_ASSERT_FALSE(t.failed);
	sinsp_text_free(&t);
	CU_ASSERT_PTR_NULL(t.ptr);
}

static void prints_longer_than_its_buffer(void)
{
	struct sinsp_text t = { 0 };

	sinsp_text_puts(&t, "a");
	sinsp_text_printf(&t, "%0500d", 7);
	CU_ASSERT_EQUAL(t.len, 501);
	CU_ASSERT_EQUAL(t.ptr[500], '7');
	sinsp_text_free(&t);
}

static void makes_captured_bytes_printable(void)
{
	struct sinsp_text t = { 0 };

	sinsp_text_add_printable(&t, "a\x1b[2J\n\0~\x7f\xff", 10);
	CU_ASSERT_STRING_EQUAL(t.ptr, "a.[2J..~..");
	sinsp_text_free(&t);
}

/* Text is looked at in pieces: every length, and every byte at every place. */
static void makes_text_of_every_length_printable(void)
{
	char in[100], out[101];
	struct sinsp_text t = { 0 };
	size_t n, i;
	int b;

	for (n = 0; n <= sizeof(in); n++) {
		for (b = 0; b < 256; b++) {
			for (i = 0; i < n; i++) {
				in[i] = (char)(b + 7 * (int)i);
				out[i] = in[i] >= 0x20 && in[i] <= 0x7e ? in[i] : '.';
			}
			out[n] = '\0';
			sinsp_text_clear(&t);
			sinsp_text_add_printable(&t, in, n);
			CU_ASSERT_FATAL(t.len == n && (n == 0 || !memcmp(t.ptr, out, n + 1)));
			sinsp_text_clear(&t);
			sinsp_text_add(&t, in, n);
			CU_ASSERT_FATAL(t.len == n && (n == 0 || !memcmp(t.ptr, in, n)));
		}
	}
	sinsp_text_free(&t);
}

static void keeps_its_memory_when_cleared(void)
{
	struct sinsp_text t = { 0 };
	char *p;

	sinsp_text_puts(&t, "something");
	p = t.ptr;
	sinsp_text_clear(&t);
	CU_ASSERT_EQUAL(t.len, 0);
	sinsp_text_puts(&t, "x");
	CU_ASSERT_PTR_EQUAL(t.ptr, p);
	CU_ASSERT_STRING_EQUAL(t.ptr, "x");
	sinsp_text_free(&t);
}

SUITE("text", TEST(starts_empty_and_grows), TEST(prints_longer_than_its_buffer),
      TEST(makes_captured_bytes_printable), TEST(makes_text_of_every_length_printable),
      TEST(keeps_its_memory_when_cleared))

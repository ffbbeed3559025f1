/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as JSON objects: kinds of values, order, escapes, what is absent. */
#include "suite.h"

#include <jansson.h>

#include "scene.h"

static struct fake f;
static struct sinsp_format_options as_json = { .json = true };

static void read_from(int64_t fd, const char *data, int n)
{
	scene_init(&f);
	f.ts += 123456789;
	scene_read(&f, SHELL, fd, data, n);
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
}

static void check(const char *format, const char *expected)
{
	const char *got = scene_print_as(&f, format, &as_json);

	if (strcmp(got, expected) != 0)
		printf("    %s: %s\n", format, got);
	CU_ASSERT_STRING_EQUAL(got, expected);
}

static void prints_the_fields_by_name_without_the_text_between(void)
{
	read_from(3, "root:x", 6);
	check(SINSP_FORMAT_DEFAULT,
	      "{\"evt.cpu\":0,\"evt.dir\":\"<\",\"evt.info\":\"res=6 data=root:x "
	      "fd=3(<f>/etc/passwd) size=4096\",\"evt.num\":1,\"evt.outputtime\":"
	      "1600000000123456789,\"evt.type\":\"read\",\"proc.name\":\"bash\",\"thread.tid\":100}");
	check("%proc.name %9proc.name%evt.num", "{\"evt.num\":1,\"proc.name\":\"bash\"}");
	check("%(proc.name)x", "{\"proc.name\":\"bash\"}");
	check("%toupper(proc.name)", "{\"toupper(proc.name)\":\"BASH\"}");
	check("%evt.arg[0]%evt.arg.size", "{\"evt.arg.size\":\"4096\",\"evt.arg[0]\":\"6\"}");
	check("no field", "{}");
	fake_free(&f);
}

static void prints_numbers_truths_and_lists_as_such(void)
{
	read_from(4, "", 0);
	check("%fd.sport %fd.sip %evt.failed %evt.is_io %proc.fdusage %fd.types[4]",
	      "{\"evt.failed\":false,\"evt.is_io\":true,\"fd.sip\":\"93.184.216.34\","
	      "\"fd.sport\":443,\"fd.types[4]\":[\"ipv4\"],\"proc.fdusage\":0.78125}");
	check("%evt.rawarg.size %evt.rawarg.data %evt.rawarg.res", "(none)");
	check("%evt.rawarg.size %evt.rawarg.res",
	      "{\"evt.rawarg.res\":0,\"evt.rawarg.size\":4096}");
	check("%len(fd.name)", "{\"len(fd.name)\":33}");
	fake_free(&f);
}

static void prints_numbers_of_other_bases_as_text(void)
{
	scene_init(&f);
	fake_openat(&f, SHELL, 8, "/x", SCAP_O_RDONLY | SCAP_O_CREAT);
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
	check("%evt.rawarg.dev %evt.rawarg.flags %evt.rawarg.fd",
	      "{\"evt.rawarg.dev\":\"5\",\"evt.rawarg.fd\":8,\"evt.rawarg.flags\":\"5\"}");
	fake_free(&f);
}

/* However a time is written for people, for a program it is one number. */
static void prints_every_form_of_the_time_as_nanoseconds(void)
{
	static const char *const names[] = { "evt.time",     "evt.time.s",     "evt.time.iso8601",
					     "evt.datetime", "evt.datetime.s", "evt.outputtime",
					     "evt.rawtime" };
	char format[64], expected[96];
	size_t i;

	read_from(3, "", 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(format, sizeof(format), "%%%s", names[i]);
		snprintf(expected, sizeof(expected), "{\"%s\":1600000000123456789}", names[i]);
		check(format, expected);
	}
	check("%evt.rawtime.ns %evt.reltime", "{\"evt.rawtime.ns\":123456789,\"evt.reltime\":0}");
	fake_free(&f);
}

static void prints_null_only_where_the_format_asks_for_absent_fields(void)
{
	read_from(3, "", 0);
	check("%evt.num %fd.cip", "(none)");
	check("*%evt.num %fd.cip", "{\"evt.num\":1,\"fd.cip\":null}");
	fake_free(&f);
}

static void does_not_cut_buffers(void)
{
	char data[200], expected[256];

	memset(data, 'a', sizeof(data));
	read_from(3, data, sizeof(data));
	snprintf(expected, sizeof(expected), "{\"evt.buffer\":\"%.200s\"}", data);
	check("%evt.buffer", expected);
	fake_free(&f);
}

static void escapes_what_json_cannot_hold(void)
{
	struct sinsp_format_options hex = { .json = true, .buffer = SINSP_BUF_HEX };

	read_from(3, "a\"b\\c\n\x1b[0m", 10);
	check("%evt.buffer", "{\"evt.buffer\":\"a\\\"b\\\\c..[0m\"}");
	CU_ASSERT_STRING_EQUAL(scene_print_as(&f, "%evt.buffer", &hex),
			       "{\"evt.buffer\":\"\\n\\t0x0000: 6122 625c 630a 1b5b 306d\\n\"}");
	check("*%proc.env[\"\x01\\\"]", "{\"proc.env[\\\"\\u0001\\\\\\\"]\":\"\"}");
	fake_free(&f);
}

/* Text is looked at in pieces: one character to escape at every place of every length. */
static void escapes_at_every_place(void)
{
	static const char odd[] = "\"\\";
	char text[65], expected[128];
	size_t n, i, k;

	scene_init(&f);
	for (n = 1; n < sizeof(text); n++) {
		for (i = 0; i < 2 * n; i++) {
			memset(text, 'x', n);
			text[i / 2] = odd[i % 2];
			fake_add(&f, SCAP_EVT_SYSCALL_READ_X, SHELL, "qbqd", (long long)n, text,
				 (int)n, 3ll, 4096ll);
		}
	}
	fake_open(&f, NULL);
	for (n = 1; n < sizeof(text); n++) {
		for (i = 0; i < 2 * n; i++) {
			k = (size_t)snprintf(expected, sizeof(expected), "{\"evt.buffer\":\"");
			memset(expected + k, 'x', n);
			expected[k + i / 2] = '\\';
			expected[k + i / 2 + 1] = odd[i % 2];
			memset(expected + k + i / 2 + 2, 'x', n - i / 2 - 1);
			strcpy(expected + k + n + 1, "\"}");
			CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
			CU_ASSERT_STRING_EQUAL_FATAL(scene_print_as(&f, "%evt.buffer", &as_json),
						     expected);
		}
	}
	fake_free(&f);
}

/* Every byte there is, in every mode: the line is JSON, and its strings hold no control but line
 * ends and tabs of dumps. */
static void prints_json_whatever_was_captured(void)
{
	enum sinsp_buffer_mode mode;
	const char *line, *key, *s;
	char data[256];
	json_t *o, *v;
	int i;

	for (i = 0; i < 256; i++)
		data[i] = (char)i;
	read_from(3, data, sizeof(data));
	for (mode = SINSP_BUF_DOTTED; mode <= SINSP_BUF_BASE64; mode++) {
		struct sinsp_format_options opts = { .json = true, .buffer = mode };

		line = scene_print_as(&f, "*%evt.buffer %evt.args", &opts);
		for (i = 0; line[i]; i++)
			CU_ASSERT_FATAL(line[i] >= 0x20 && line[i] <= 0x7e);
		o = json_loads(line, 0, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(o);
		json_object_foreach(o, key, v)
		{
			s = json_string_value(v);
			for (i = 0; s[i]; i++)
				CU_ASSERT_FATAL(s[i] == '\n' || s[i] == '\t' ||
						(s[i] >= 0x20 && s[i] <= 0x7e));
		}
		json_decref(o);
	}
	fake_free(&f);
}

SUITE("json", TEST(prints_the_fields_by_name_without_the_text_between),
      TEST(prints_numbers_truths_and_lists_as_such), TEST(prints_numbers_of_other_bases_as_text),
      TEST(prints_every_form_of_the_time_as_nanoseconds),
      TEST(prints_null_only_where_the_format_asks_for_absent_fields), TEST(does_not_cut_buffers),
      TEST(escapes_what_json_cannot_hold), TEST(escapes_at_every_place),
      TEST(prints_json_whatever_was_captured))

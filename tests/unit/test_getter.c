/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of single fields, as programs get them. */
#include "suite.h"

#include "scene.h"

static struct fake f;
static const struct sinsp_event *ev;

static void read_data(const char *data, int n)
{
	scene_init(&f);
	scene_read(&f, SHELL, 3, data, n);
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.s);
	ev = fake_step(&f, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(ev);
}

static bool get(const char *field, struct sinsp_answer *v, char *text, size_t size)
{
	struct sinsp_format_options opts = { .verbose = true };
	struct scap_error err = { 0 };
	struct sinsp_getter *g = sinsp_getter_new(f.s, field, &opts, &err);
	bool there;

	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	there = sinsp_getter_run(g, ev, v);
	if (there && (v->kind == SINSP_ANSWER_TEXT || v->kind == SINSP_ANSWER_BYTES)) {
		CU_ASSERT_FATAL(v->text.len < size);
		memcpy(text, v->text.ptr, v->text.len);
		text[v->text.len] = '\0';
	}
	sinsp_getter_free(g);
	return there;
}

static void gives_numbers_and_text(void)
{
	struct sinsp_answer v;
	char text[256];

	read_data("root:x", 6);
	CU_ASSERT(get("evt.num", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_UINT &&
		  v.u == 1);
	CU_ASSERT(get("evt.rawarg.res", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_INT &&
		  v.i == 6);
	CU_ASSERT(get("evt.is_io_read", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_BOOL &&
		  v.b);
	CU_ASSERT(get("fd.name", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_TEXT);
	CU_ASSERT_STRING_EQUAL(text, "/etc/passwd");
	CU_ASSERT(get("proc.aname[1]", &v, text, sizeof(text)));
	CU_ASSERT_STRING_EQUAL(text, "systemd");
	CU_ASSERT_FALSE(get("fd.sport", &v, text, sizeof(text)));
	fake_free(&f);
}

/* Programs that make filters of what they were given need the bytes that filters see. */
static void gives_strings_as_they_are_if_asked(void)
{
	static const char name[] = "/tmp/\033[2J\xe6\x97\xa5";
	struct sinsp_format_options opts = { .as_is = true };
	struct scap_error err = { 0 };
	struct sinsp_getter *g;
	struct sinsp_answer v;
	char text[256];

	scene_init(&f);
	fake_openat(&f, SHELL, 5, name, SCAP_O_RDONLY);
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.s);
	ev = fake_step(&f, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(ev);
	CU_ASSERT(get("fd.name", &v, text, sizeof(text)));
	CU_ASSERT_STRING_EQUAL(text, "/tmp/.[2J...");
	g = sinsp_getter_new(f.s, "fd.name", &opts, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	CU_ASSERT(sinsp_getter_run(g, ev, &v) && v.text.len == strlen(name) &&
		  !memcmp(v.text.ptr, name, strlen(name)));
	sinsp_getter_free(g);
	fake_free(&f);
}

static void gives_bytes_as_they_are_of_rawarg_alone(void)
{
	struct sinsp_answer v;
	char text[256];

	read_data("a\033[2Jb", 6);
	CU_ASSERT(get("evt.rawarg.data", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_BYTES);
	CU_ASSERT_STRING_EQUAL(text, "a\033[2Jb");
	CU_ASSERT(get("evt.buffer", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_TEXT);
	CU_ASSERT_STRING_EQUAL(text, "a.[2Jb");
	CU_ASSERT(get("evt.arg.data", &v, text, sizeof(text)) && v.kind == SINSP_ANSWER_TEXT);
	CU_ASSERT_STRING_EQUAL(text, "a.[2Jb");
	fake_free(&f);
}

static void gives_nothing_of_an_empty_buffer_not_a_word_for_it(void)
{
	struct sinsp_answer v;
	char text[256];

	read_data("", 0);
	CU_ASSERT(get("evt.rawarg.data", &v, text, sizeof(text)) && v.text.len == 0);
	CU_ASSERT(get("evt.arg.data", &v, text, sizeof(text)) && v.text.len == 0);
	fake_free(&f);
}

static void refuses_what_is_no_field(void)
{
	static const char *const wrong[] = { "no.such", "fd.namex", "proc.name extra", "fd.ip",
					     "" };
	struct sinsp_getter *g;
	struct scap_error err;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		err = (struct scap_error){ 0 };
		CU_ASSERT_PTR_NULL(sinsp_getter_new(NULL, wrong[i], NULL, &err));
		CU_ASSERT(err.code < 0 && err.msg[0] != '\0');
	}
	g = sinsp_getter_new(NULL, "proc.name", NULL, &err);
	CU_ASSERT_PTR_NOT_NULL(g);
	sinsp_getter_free(g);
	sinsp_getter_free(NULL);
}

SUITE("getter", TEST(gives_numbers_and_text), TEST(gives_strings_as_they_are_if_asked),
      TEST(gives_bytes_as_they_are_of_rawarg_alone),
      TEST(gives_nothing_of_an_empty_buffer_not_a_word_for_it), TEST(refuses_what_is_no_field))

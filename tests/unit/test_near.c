/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of filters: the names that were perhaps meant, and the caret below the place. */
#include "suite.h"

#include "near.h"
#include "sinsp.h"

static const char *suggest(const char *text, const char *const *names)
{
	static char out[200];
	struct near m;

	near_init(&m, text, strlen(text));
	for (; *names; names++)
		near_offer(&m, *names);
	return near_text(&m, out, sizeof(out));
}

static void knows_what_was_meant(void)
{
	static const char *const names[] = { "proc.name", "proc.pname", "proc.aname",	"proc.exe",
					     "fd.name",	  "fd.num",	"proc.cmdline", NULL };

	CU_ASSERT_STRING_EQUAL(suggest("proc.nmae", names),
			       "; did you mean proc.name, proc.pname or proc.aname?");
	CU_ASSERT_STRING_EQUAL(suggest("fd.numm", names), "; did you mean fd.num or fd.name?");
	CU_ASSERT_STRING_EQUAL(suggest("proc.comandline", names), "; did you mean proc.cmdline?");
	CU_ASSERT_STRING_EQUAL(suggest("quite.another", names), "");
	CU_ASSERT_STRING_EQUAL(suggest("", names), "");
}

static void takes_names_of_any_length(void)
{
	static const char *const names[] = { "a", "", NULL };
	char text[4000];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_STRING_EQUAL(suggest(text, names), "");
	CU_ASSERT_STRING_EQUAL(suggest("b", names), "; did you mean a or ?");
}

static const char *mark(const char *filter)
{
	static struct sinsp_text text;
	struct scap_error err = { 0 };
	struct sinsp_filter *f = sinsp_filter_new(NULL, filter, &err);

	CU_ASSERT_PTR_NULL(f);
	sinsp_text_clear(&text);
	sinsp_filter_mark(filter, &err, &text);
	return text.ptr;
}

static void marks_the_place(void)
{
	CU_ASSERT_STRING_EQUAL(mark("foo.bar=1"), "foo.bar=1\n^\n");
	CU_ASSERT_STRING_EQUAL(mark("fd.num=1 or fd.num=x"),
			       "fd.num=1 or fd.num=x\n                   ^\n");
	CU_ASSERT_STRING_EQUAL(mark("proc.name=a and"), "proc.name=a and\n               ^\n");
	CU_ASSERT_STRING_EQUAL(mark(""), "\n^\n");
}

static void marks_the_line_of_the_place(void)
{
	CU_ASSERT_STRING_EQUAL(mark("fd.num=1 and\n  fd.num=x or\nfd.num=2"),
			       "  fd.num=x or\n         ^\n");
}

static void cuts_a_long_line_around_the_place(void)
{
	char filter[400] = "";
	const char *m, *caret;
	int i;

	for (i = 0; i < 10; i++)
		strcat(filter, "proc.name=abc or ");
	strcat(filter, "fd.num=x or ");
	for (i = 0; i < 10; i++)
		strcat(filter, "proc.name=abc or ");
	strcat(filter, "fd.num=1");
	m = mark(filter);
	caret = strchr(m, '^');
	CU_ASSERT_PTR_NOT_NULL_FATAL(caret);
	CU_ASSERT_EQUAL(strcspn(m, "\n"), 72);
	CU_ASSERT_EQUAL(m[strlen(m) - 3 - 72], 'x');
}

static void shows_nothing_that_a_terminal_obeys(void)
{
	CU_ASSERT_STRING_EQUAL(mark("proc.name='\x1b[31m' \x1b"),
			       "proc.name='.[31m' .\n                  ^\n");
}

SUITE("near", TEST(knows_what_was_meant), TEST(takes_names_of_any_length), TEST(marks_the_place),
      TEST(marks_the_line_of_the_place), TEST(cuts_a_long_line_around_the_place),
      TEST(shows_nothing_that_a_terminal_obeys))

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CUnit suite as a program: a table of tests, one "ok - name" or "not ok - name" line each.
 *
 *	static void reads_a_plain_capture(void) { CU_ASSERT_EQUAL(...); }
 *	SUITE("reader", TEST(reads_a_plain_capture), ...)
 */
#ifndef SUITE_H
#define SUITE_H

#include <stdio.h>
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>

struct suite_test {
	const char *name;
	CU_TestFunc run;
};

static void suite_report(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord fail)
{
	CU_pFailureRecord f;

	printf("%s - %s: %s\n", fail ? "not ok" : "ok", suite->pName, test->pName);
	for (f = fail; f; f = f->pNext)
		printf("    %s:%u: %s\n", f->strFileName, f->uiLineNumber, f->strCondition);
	fflush(stdout);
}

static int suite_main(const char *name, const struct suite_test *tests, size_t n)
{
	CU_pSuite suite;
	unsigned int failed;
	size_t i;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	suite = CU_add_suite(name, NULL, NULL);
	for (i = 0; suite && i < n; i++)
		if (!CU_add_test(suite, tests[i].name, tests[i].run))
			return 2;
	CU_set_test_complete_handler(suite_report);
	if (!suite || CU_run_all_tests() != CUE_SUCCESS)
		return 2;
	failed = CU_get_number_of_tests_failed();
	CU_cleanup_registry();
	return failed ? 1 : 0;
}

#define TEST(fn)        \
	{               \
#fn, fn \
	}

#define SUITE(name, ...)                                                          \
	int main(void)                                                            \
	{                                                                         \
		static const struct suite_test tests[] = { __VA_ARGS__ };         \
		return suite_main(name, tests, sizeof(tests) / sizeof(tests[0])); \
	}

#endif

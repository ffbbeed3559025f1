/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of events, system calls and flags. */
#include "suite.h"
#include "scap.h"
#include "scap_abi.h"

static void every_type_has_a_row_and_others_have_none(void)
{
	unsigned int i;

	for (i = 0; i < SCAP_EVT_MAX; i++)
		CU_ASSERT_PTR_NOT_NULL(scap_event_info((uint16_t)i));
	CU_ASSERT_EQUAL(SCAP_EVT_MAX, 454);
	CU_ASSERT_PTR_NULL(scap_event_info(SCAP_EVT_MAX));
	CU_ASSERT_PTR_NULL(scap_event_info(UINT16_MAX));
}

static void parameters_are_complete(void)
{
	unsigned int type, i;

	for (type = 0; type < SCAP_EVT_MAX; type++) {
		const struct scap_event_info *e = scap_event_info((uint16_t)type);

		CU_ASSERT(e->nparams <= SCAP_MAX_PARAMS);
		CU_ASSERT(e->since <= SCAP_TABLE_SCHEMA);
		for (i = 0; i < e->nparams; i++) {
			const struct scap_param_info *p = &e->params[i];

			CU_ASSERT(p->name && p->name[0]);
			CU_ASSERT(p->type > PT_NONE && p->type < PT_MAX);
			CU_ASSERT_EQUAL(p->type == PT_DYN, p->dyn != NULL);
			CU_ASSERT_EQUAL(p->type == PT_FSRELPATH, p->dirfd >= 0);
			CU_ASSERT(p->dirfd < (int)e->nparams);
			/* Parameters are only appended: what is newer stands behind. */
			CU_ASSERT(i == 0 || p->since >= e->params[i - 1].since);
		}
	}
}

static void a_known_row_is_as_in_the_schema(void)
{
	const struct scap_event_info *e = scap_event_info(SCAP_EVT_SYSCALL_OPENAT_2_X);

	CU_ASSERT_STRING_EQUAL(e->name, "openat");
	CU_ASSERT_STRING_EQUAL(e->enumerator, "SYSCALL_OPENAT_2_X");
	CU_ASSERT_EQUAL(e->category, EC_FILE | EC_SYSCALL);
	CU_ASSERT(e->flags & EF_CREATES_FD);
	CU_ASSERT_EQUAL(e->nparams, 7);
	CU_ASSERT_STRING_EQUAL(e->params[2].name, "name");
	CU_ASSERT_EQUAL(e->params[2].dirfd, 1);
	CU_ASSERT_PTR_NOT_NULL(e->params[3].flags);
	e = scap_event_info(SCAP_EVT_SYSCALL_EXECVE_19_X);
	CU_ASSERT_EQUAL(e->nparams, 31);
	CU_ASSERT_EQUAL(e->params[30].since, SCHEMA(4, 1, 0));
}

static void exactly_three_types_have_long_lengths(void)
{
	unsigned int type, n = 0;

	for (type = 0; type < SCAP_EVT_MAX; type++)
		n += !!(scap_event_info((uint16_t)type)->flags & EF_LARGE_PAYLOAD);
	CU_ASSERT_EQUAL(n, 3);
	CU_ASSERT(scap_event_info(SCAP_EVT_ASYNCEVENT_E)->flags & EF_LARGE_PAYLOAD);
}

static void flag_tables_end_with_null(void)
{
	unsigned int type, i, n;

	for (type = 0; type < SCAP_EVT_MAX; type++) {
		const struct scap_event_info *e = scap_event_info((uint16_t)type);

		for (i = 0; i < e->nparams; i++) {
			const struct scap_flag_name *f = e->params[i].flags;

			for (n = 0; f && f[n].name && n < 1000; n++)
				;
			CU_ASSERT(!f || (n > 0 && n < 1000));
		}
	}
}

static void system_calls_point_to_exit_events(void)
{
	unsigned int nr, n = 0;

	for (nr = 0; nr < SCAP_SYSCALL_TABLE_SIZE; nr++) {
		const struct scap_syscall_info *s = scap_syscall_info(nr);

		if (!s)
			continue;
		n++;
		CU_ASSERT(s->exit == SCAP_EVT_GENERIC_X || !scap_event_is_enter(s->exit));
		CU_ASSERT(s->code < SCAP_SC_MAX);
		CU_ASSERT_PTR_NOT_NULL(scap_syscall_name(s->code));
	}
	CU_ASSERT(n > 350);
	CU_ASSERT_STRING_EQUAL(scap_syscall_info(59)->name, "execve");
	CU_ASSERT_EQUAL(scap_syscall_info(59)->exit, SCAP_EVT_SYSCALL_EXECVE_19_X);
	CU_ASSERT_EQUAL(scap_syscall_info(257)->enter, SCAP_EVT_SYSCALL_OPENAT_2_E);
	CU_ASSERT_EQUAL(scap_syscall_info(0)->enter, 0);
	CU_ASSERT_PTR_NULL(scap_syscall_info(400)); /* a hole in the numbers */
	CU_ASSERT_PTR_NULL(scap_syscall_info(512));
	CU_ASSERT_PTR_NULL(scap_syscall_info(UINT32_MAX));
}

static void system_call_codes_have_names(void)
{
	CU_ASSERT_STRING_EQUAL(scap_syscall_name(3), "read");
	CU_ASSERT_PTR_NULL(scap_syscall_name(UINT16_MAX));
}

SUITE("table", TEST(every_type_has_a_row_and_others_have_none), TEST(parameters_are_complete),
      TEST(a_known_row_is_as_in_the_schema), TEST(exactly_three_types_have_long_lengths),
      TEST(flag_tables_end_with_null), TEST(system_calls_point_to_exit_events),
      TEST(system_call_codes_have_names))

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest after the other tests: what the module can record, worked out from its tables,
 * that none of them has compared (coverage.h). Nothing may be missing: every parameter of every
 * event, of a call that succeeded; the result of one that failed; and every generic call. With
 * "ia32" it is about the events that only 32-bit calls lead to.
 */
#include <stdio.h>
#include <sys/syscall.h>

#include "coverage.h"
#include "event_table.h"
#include "report.h"

/* What cannot fail, or cannot succeed, in a way that is told: with the reason. */
static const struct {
	uint16_t type;
	const char *why;
} one_outcome[] = {
	{ SCAP_EVT_SYSCALL_EXECVEAT_X, "one that succeeds is told as execve" },
	{ SCAP_EVT_SYSCALL_MUNLOCKALL_X, "it cannot fail" },
};

/*
 * Calls whose exit is never seen: two do not return, and the third returns with the registers of
 * what a signal has interrupted, in which there is no number of a call.
 */
static const uint16_t no_return[] = { SYS_exit, SYS_exit_group, SYS_rt_sigreturn };

static const struct {
	uint16_t nr, enter, exit;
	const char *name;
} calls[] = {
#define SCAP_EVT_NONE 0
#define SYSCALL(nr, name, code, flags, enter, exit) \
	{ nr, SCAP_EVT_##enter, SCAP_EVT_##exit, #name },
#include "syscalls.def"
};
#define NCALLS (sizeof(calls) / sizeof(calls[0]))

/* What comes of no call of the table: from tracepoints, the driver itself, and socketcall. */
static const uint16_t others[] = {
	SCAP_EVT_DROP_E,       SCAP_EVT_DROP_X,		 SCAP_EVT_SCHEDSWITCH_6_E,
	SCAP_EVT_PROCEXIT_1_E, SCAP_EVT_SIGNALDELIVER_E, SCAP_EVT_CPU_HOTPLUG_E,
	SCAP_EVT_PAGE_FAULT_E, SCAP_EVT_SOCKET_SEND_X,	 SCAP_EVT_SOCKET_RECV_X,
};

static unsigned int schema;
static uint8_t reachable[SCAP_EVT_MAX];

static void reach(void)
{
	for (unsigned int i = 0; i < NCALLS; i++) {
		reachable[calls[i].exit] = 1;
		reachable[calls[i].enter] = 1;
	}
	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		reachable[others[i]] = 1;
}

static bool has_outcome(unsigned int type)
{
	uint8_t first = table[type].params[0].type;

	/* results are on odd numbers: what an entry passes is not an outcome */
	if (!(type & 1) || (first != PT_ERRNO && first != PT_FD && first != PT_PID))
		return false;
	for (unsigned int i = 0; i < sizeof(one_outcome) / sizeof(one_outcome[0]); i++)
		if (one_outcome[i].type == type)
			return false;
	return true;
}

static unsigned int missing_of(unsigned int type)
{
	unsigned int n = table_params(type, schema), missing = 0;
	uint64_t succeeded = coverage()->events[type].succeeded,
		 failed_too = coverage()->events[type].failed;
	bool both = has_outcome(type);
	uint64_t got = both ? succeeded : succeeded | failed_too;

	for (unsigned int i = 0; i < n; i++)
		if (!(got >> i & 1)) {
			printf("# not compared: %s parameter %u, %s%s\n", table[type].name, i,
			       table[type].params[i].name, both ? ", of a call that succeeds" : "");
			missing++;
		}
	if (both && !(failed_too & 1)) {
		printf("# not compared: %s of a call that fails\n", table[type].name);
		missing++;
	}
	return missing;
}

/* Of what 64-bit calls, and the others, lead to; or of the rest, which only 32-bit calls do. */
static unsigned int missing_events(bool narrow)
{
	unsigned int missing = 0, made = 0, rest = 0;

	for (unsigned int type = 1; type < SCAP_EVT_MAX; type++) {
		if (!table_is_made(type, schema))
			continue;
		if (reachable[type] == narrow) {
			rest++;
			continue;
		}
		missing += missing_of(type);
		made++;
	}
	printf("# %u events of schema %u.%u.%u can be recorded here; only %s-bit calls lead to %u "
	       "others\n",
	       made, schema >> 16, schema >> 8 & 0xff, schema & 0xff, narrow ? "64" : "32", rest);
	return missing;
}

static unsigned int unknown_events(void)
{
	unsigned int unknown = 0;

	for (unsigned int type = 0; type < SCAP_EVT_MAX; type++)
		if (coverage()->recorded[type] && !table_is_made(type, schema)) {
			printf("# recorded, and not to be: event %u, %s\n", type,
			       table[type].name ? table[type].name : "which is not in the table");
			unknown++;
		}
	return unknown;
}

static bool returns(unsigned int nr)
{
	for (unsigned int i = 0; i < sizeof(no_return) / sizeof(no_return[0]); i++)
		if (no_return[i] == nr)
			return false;
	return true;
}

static unsigned int missing_calls(void)
{
	unsigned int missing = 0, generic = 0;

	for (unsigned int i = 0; i < NCALLS; i++) {
		unsigned int type = calls[i].exit;

		if (type != SCAP_EVT_GENERIC_X && table_is_made(type, schema))
			continue;
		generic++;
		if (coverage()->calls[calls[i].nr] || !returns(calls[i].nr))
			continue;
		printf("# not compared: the call %s\n", calls[i].name);
		missing++;
	}
	printf("# %zu calls, %u of them generic\n", NCALLS, generic);
	return missing;
}

int main(int argc, char **argv)
{
	bool narrow = argc > 1 && !strcmp(argv[1], "ia32");
	int fd = open("/dev/" SCAP_DEVICE_NAME "0", O_RDWR);

	schema = fd < 0 ? 0 : reported_schema(fd);
	if (!schema) {
		report(false, "the module says its schema", "%d", fd);
		return 1;
	}
	reach();
	CHECK("no parameter of an event is without a test", missing_events(narrow), 0);
	CHECK("nothing is recorded that the table does not have", unknown_events(), 0);
	if (!narrow)
		CHECK("no call is without a test", missing_calls(), 0);
	return failed != 0;
}

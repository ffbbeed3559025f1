/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that have no event of their own: each of the table is made, with arguments that no call can
 * do anything with, and its event must name it. Those that would wait, or need a state of their
 * own, come separately.
 */
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "calls.h"
#include "scap_abi.h"

/* What the table says of a call; @since: from which schema on it has an event of its own. */
static const struct row {
	uint16_t nr, code;
	const char *name;
	uint16_t exit;
} rows[] = {
#define SYSCALL(nr, name, code, flags, enter, exit) { nr, code, #name, SCAP_EVT_##exit },
#include "syscalls.def"
};

/* The events that came into the table after the schema that is reported by default. */
static const struct {
	uint16_t type;
	unsigned int since;
} added[] = {
#define EVENT(nr, e, n, c, fl, since, filler, ...) { nr, since },
#define EVENT0(nr, e, n, c, fl, since, filler)	   { nr, since },
#include "events.def"
};

static bool is_generic(const struct row *row)
{
	if (row->exit == SCAP_EVT_GENERIC_X)
		return true;
	for (unsigned int i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		if (added[i].type == row->exit)
			return added[i].since > schema();
	return false;
}

/*
 * Made below, or without an event: exit and exit_group do not return, and rt_sigreturn returns with
 * the registers of what the signal has interrupted, in which there is no number of a call.
 */
static const uint16_t elsewhere[] = {
	SYS_rt_sigreturn,
	SYS_pause,
	SYS_rt_sigsuspend,
	SYS_exit,
	SYS_exit_group,
	/* since 6.11, and a fatal signal if it does not come from where the kernel has put it */
	335,
	336,
};

static bool is_elsewhere(unsigned int nr)
{
	for (unsigned int i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (elsewhere[i] == nr)
			return true;
	return false;
}

static void w_generic(unsigned int nr)
{
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].nr == nr)
			want(SCAP_EVT_GENERIC_X), w16(rows[i].code), w16(nr);
}

static void all_others(void)
{
	char name[80];

	setsid();
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if (!is_generic(row) || is_elsewhere(row->nr))
			continue;
		snprintf(name, sizeof(name), "%s is told by its number", row->name);
		begin(name);
		RAW(row->nr, -1, BAD, -1, -1, -1, -1, 0);
		end();
		w_generic(row->nr);
	}
}

static void note(int sig)
{
	(void)sig;
}

/* A signal soon, and again, should it come before the call waits for it. */
static void signal_soon(void)
{
	struct itimerval t = { { 0, 50000 }, { 0, 50000 } };

	signal(SIGALRM, note);
	setitimer(ITIMER_REAL, &t, NULL);
}

static void waits(void)
{
	uint64_t none = 0;

	signal_soon();
	begin("pause is told by its number");
	CALL(pause);
	end();
	w_generic(SYS_pause);
	begin("rt_sigsuspend is told by its number");
	CALL(rt_sigsuspend, &none, 8);
	end();
	w_generic(SYS_rt_sigsuspend);
}

/* Kernels that have these send SIGILL to who calls them; older ones have never heard of them. */
static void uretprobe(void)
{
	signal(SIGILL, note);
	begin("uretprobe is told by its number");
	RAW(335, 0, 0, 0, 0, 0, 0, 0);
	end();
	w_generic(335);
	begin("uprobe is told by its number");
	RAW(336, 0, 0, 0, 0, 0, 0, 0);
	end();
	w_generic(336);
}

/* The kernel looks at 32 bits of a call's number: what else is in the register hides no call. */
static void wide_numbers(void)
{
	begin("a call whose number has more bits than the kernel takes");
	RAW(0x100000000 | SYS_setpgid, -1, -1, 0, 0, 0, 0, 0);
	RAW(0xffffffff00000000 | SYS_setpgid, -1, -1, 0, 0, 0, 0, 0);
	RAW(0xabcdef0100000000 | SYS_getppid, 0, 0, 0, 0, 0, 0, 0);
	end();
	for (int i = 0; i < 2; i++)
		want(SCAP_EVT_SYSCALL_SETPGID_X), w_any(8), w64(-1), w64(-1);
	w_generic(SYS_getppid);
}

void cases_generic(void)
{
	wide_numbers();
	in_child(waits);
	in_child(all_others);
	in_child(uretprobe);
}

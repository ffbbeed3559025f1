/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breaks off a chisel that does not come back. A timer counts the CPU time of the thread; at each
 * tick its signal looks whether the call is still the same one, and after enough of them sets a
 * hook, which raises an error at the next instruction, and at each one after, whoever catches it.
 * Code that the JIT compiler made would not look at hooks: chisels are interpreted.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "chisel_host.h"

#define TICK_NSEC 100000000

static struct {
	lua_State *volatile lua; /* that runs now, or NULL */
	volatile unsigned int call;
	unsigned int seen, ticks; /* the call at the last tick, and how many it has lasted */
	unsigned int limit;	  /* ticks */
	bool ready;
} watch = { .limit = 100 };

static void stop(lua_State *lua, lua_Debug *ar)
{
	lua_getinfo(lua, "Sl", ar);
	lua_pushfstring(lua, "%s:%d: does not come back", ar->short_src, ar->currentline);
	lua_error(lua);
}

static void on_tick(int sig)
{
	lua_State *lua = watch.lua;

	(void)sig;
	if (!lua || watch.call != watch.seen) {
		watch.seen = watch.call;
		watch.ticks = 0;
		return;
	}
	if (++watch.ticks >= watch.limit)
		lua_sethook(lua, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
			    1);
}

/* SCAPULA_CHISEL_LIMIT: tenths of a second of CPU time. */
static void start(void)
{
	struct sigaction sa = { .sa_handler = on_tick, .sa_flags = SA_RESTART };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGVTALRM };
	struct itimerspec each = { { 0, TICK_NSEC }, { 0, TICK_NSEC } };
	const char *limit = getenv("SCAPULA_CHISEL_LIMIT");
	timer_t timer;

	watch.ready = true;
	if (limit && atoi(limit) > 0)
		watch.limit = (unsigned int)atoi(limit);
	/* the reader's own threads are not to be interrupted */
	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (sigaction(SIGVTALRM, &sa, NULL) == 0 &&
	    timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0)
		timer_settime(timer, 0, &each, NULL);
}

void chisel_watch_begin(lua_State *lua)
{
	if (!watch.ready)
		start();
	watch.call++;
	watch.lua = lua;
}

void chisel_watch_end(lua_State *lua)
{
	watch.lua = NULL;
	if (watch.ticks >= watch.limit) {
		lua_sethook(lua, NULL, 0, 0);
		watch.ticks = 0;
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers are those of the captured machine, so they are not asked of the reading one. */
#include "story_signal.h"

static const char *const names[] = {
	"signal 0",  "SIGHUP",	"SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
	"SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
	"SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
	"SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};

const char *story_signal_name(unsigned int sig)
{
	return sig < sizeof(names) / sizeof(names[0]) ? names[sig] : "a real-time signal";
}

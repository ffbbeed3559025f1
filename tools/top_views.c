/* SPDX-License-Identifier: BSD-2-Clause */
/* The views of scapula top: one row of the table a view, one row of its own table a column. */
#include "top.h"

#define CONTAINER                                                                                \
	{                                                                                        \
		.name = "CONTAINER", .field = "container.name", .width = 14, .containers = true, \
		.doc = "The container it is in."                                                 \
	}
#define COMMAND                                                                       \
	{                                                                             \
		.name = "COMMAND", .field = "top.command", .doc = "Its command line." \
	}
#define WHO                                                                     \
	{                                                                       \
		.name = "COMMAND", .field = "top.command",                      \
		.doc = "Command line of the process that did it, the last one." \
	}
#define CPU                                                                                      \
	{                                                                                        \
		.name = "CPU%", .field = "top.cpu", .width = 6, .aggregation = TOP_TIME_AVG,     \
		.unit = TOP_PERCENT, .sorting = true,                                            \
		.doc = "Share of one CPU that it had, over the time shown. Empty: not recorded." \
	}
#define FILE_BYTES                                                                                 \
	{                                                                                          \
		.name = "FILE", .field = "evt.buflen.file", .width = 6, .aggregation = TOP_AMOUNT, \
		.doc = "Bytes read from files and written to them."                                \
	}
#define NET_BYTES                                                                                \
	{                                                                                        \
		.name = "NET", .field = "evt.buflen.net", .width = 6, .aggregation = TOP_AMOUNT, \
		.doc = "Bytes received from the network and sent."                               \
	}
#define ERRORS                                                            \
	{                                                                 \
		.name = "ERRORS", .field = "evt.count.error", .width = 7, \
		.aggregation = TOP_AMOUNT, .doc = "Calls that failed."    \
	}
#define CALLS                                                                                      \
	{                                                                                          \
		.name = "CALLS", .field = "evt.count.exit", .width = 7, .aggregation = TOP_AMOUNT, \
		.doc = "System calls."                                                             \
	}
#define SORTED(...)                          \
	{                                    \
		__VA_ARGS__, .sorting = true \
	}

static const struct top_column procs[] = {
	{ .name = "PID", .field = "proc.pid", .width = 7, .key = true, .doc = "Process." },
	{ .name = "PPID", .field = "proc.ppid", .width = 7, .doc = "Its parent." },
	{ .name = "USER", .field = "user.name", .width = 8, .doc = "User that it runs as." },
	{ .name = "TH",
	  .field = "proc.nthreads",
	  .width = 3,
	  .aggregation = TOP_MAX,
	  .unit = TOP_PLAIN,
	  .doc = "Threads, at most." },
	CPU,
	{ .name = "RES",
	  .field = "thread.vmrss.b",
	  .width = 6,
	  .aggregation = TOP_MAX,
	  .doc = "Memory that was resident, at most." },
	FILE_BYTES,
	NET_BYTES,
	CONTAINER,
	COMMAND,
};

static const struct top_column threads[] = {
	{ .name = "TID", .field = "thread.tid", .width = 7, .key = true, .doc = "Thread." },
	{ .name = "PID", .field = "proc.pid", .width = 7, .doc = "Its process." },
	{ .name = "NAME", .field = "proc.name", .width = 15, .doc = "Its name." },
	CPU,
	CALLS,
	FILE_BYTES,
	NET_BYTES,
	CONTAINER,
	COMMAND,
};

static const struct top_column containers[] = {
	CPU,
	{ .name = "PROCS",
	  .field = "evt.count.procinfo",
	  .width = 5,
	  .aggregation = TOP_SUM,
	  .doc = "Processes that there were." },
	{ .name = "CALLS",
	  .field = "evt.count.exit",
	  .width = 7,
	  .aggregation = TOP_AMOUNT,
	  .doc = "System calls." },
	FILE_BYTES,
	NET_BYTES,
	{ .name = "ID",
	  .field = "container.id",
	  .width = 12,
	  .key = true,
	  .doc = "Beginning of its id." },
	{ .name = "NAME", .field = "container.name", .width = 12, .doc = "Its name." },
	{ .name = "IMAGE", .field = "container.image", .doc = "What it was made of." },
};

#define OPENS                                                                                 \
	{                                                                                     \
		.name = "OPENS", .field = "top.opens", .width = 6, .aggregation = TOP_AMOUNT, \
		.doc = "How often it was opened."                                             \
	}
#define BYTES_IN(what)                                                       \
	{                                                                    \
		.name = "IN", .field = "evt.buflen." what ".in", .width = 8, \
		.aggregation = TOP_AMOUNT, .doc = "Bytes read."              \
	}
#define BYTES_OUT(what)                                                        \
	{                                                                      \
		.name = "OUT", .field = "evt.buflen." what ".out", .width = 8, \
		.aggregation = TOP_AMOUNT, .doc = "Bytes written."             \
	}
#define OPS                                                                                      \
	{                                                                                        \
		.name = "OPS", .field = "evt.count.exit", .width = 8, .aggregation = TOP_AMOUNT, \
		.sorting = true, .doc = "System calls on it."                                    \
	}
#define SPENT                                                                                \
	{                                                                                    \
		.name = "TIME", .field = "evt.latency", .width = 8, .aggregation = TOP_SUM,  \
		.unit = TOP_TIME, .doc = "Time spent in these calls, as far as it is known." \
	}

static const struct top_column files[] = {
	BYTES_IN("file"),
	BYTES_OUT("file"),
	OPS,
	SPENT,
	OPENS,
	ERRORS,
	CONTAINER,
	{ .name = "FILE", .field = "fd.name", .key = true, .doc = "Its name." },
};

static const struct top_column directories[] = {
	BYTES_IN("file"),
	BYTES_OUT("file"),
	OPS,
	SPENT,
	OPENS,
	ERRORS,
	CONTAINER,
	{ .name = "DIRECTORY", .field = "fd.directory", .key = true, .doc = "Its name." },
};

static const struct top_column connections[] = {
	{ .name = "PROTO", .field = "fd.l4proto", .width = 5, .doc = "tcp, udp, icmp or raw." },
	{ .name = "CLIENT", .field = "fd.cip", .width = 15, .doc = "Address of who called." },
	{ .name = "PORT", .field = "fd.cport", .width = 5, .doc = "Its port." },
	{ .name = "SERVER", .field = "fd.sip", .width = 15, .doc = "Address of who was called." },
	{ .name = "PORT", .field = "fd.sport", .width = 5, .doc = "Its port." },
	{ .name = "IN",
	  .field = "evt.buflen.net.in",
	  .width = 7,
	  .aggregation = TOP_AMOUNT,
	  .sorting = true,
	  .doc = "Bytes received." },
	{ .name = "OUT",
	  .field = "evt.buflen.net.out",
	  .width = 7,
	  .aggregation = TOP_AMOUNT,
	  .doc = "Bytes sent." },
	{ .field = "fd.name", .key = true },
	CONTAINER,
	WHO,
};

static const struct top_column ports[] = {
	{ .name = "PORT",
	  .field = "fd.sport",
	  .width = 5,
	  .key = true,
	  .doc = "Port of the server." },
	{ .name = "PROTO", .field = "fd.l4proto", .width = 5, .doc = "tcp or udp." },
	{ .name = "IN",
	  .field = "evt.buflen.net.in",
	  .width = 8,
	  .aggregation = TOP_AMOUNT,
	  .sorting = true,
	  .doc = "Bytes received." },
	{ .name = "OUT",
	  .field = "evt.buflen.net.out",
	  .width = 8,
	  .aggregation = TOP_AMOUNT,
	  .doc = "Bytes sent." },
	{ .name = "OPS",
	  .field = "evt.count.exit",
	  .width = 8,
	  .aggregation = TOP_AMOUNT,
	  .doc = "System calls on its connections." },
	ERRORS,
	CONTAINER,
	WHO,
};

static const struct top_column errors[] = {
	{ .name = "COUNT",
	  .field = "evt.count",
	  .width = 8,
	  .aggregation = TOP_AMOUNT,
	  .sorting = true,
	  .doc = "How often it was the result." },
	{ .name = "ERROR", .field = "evt.res", .width = 21, .key = true, .doc = "The error." },
	{ .name = "CALL",
	  .field = "evt.type",
	  .width = 16,
	  .doc = "A call that had it, the last one." },
	CONTAINER,
	WHO,
};

static const struct top_column calls[] = {
	{ .name = "CALLS",
	  .field = "evt.count.exit",
	  .width = 9,
	  .aggregation = TOP_AMOUNT,
	  .sorting = true,
	  .doc = "How often it was called." },
	{ .name = "TIME",
	  .field = "evt.latency",
	  .width = 9,
	  .aggregation = TOP_SUM,
	  .unit = TOP_TIME,
	  .doc = "Time spent in it, as far as it is known." },
	{ .name = "MEAN",
	  .field = "evt.latency",
	  .width = 9,
	  .aggregation = TOP_AVG,
	  .unit = TOP_TIME,
	  .doc = "Of one call." },
	{ .name = "LONGEST",
	  .field = "evt.latency",
	  .width = 9,
	  .aggregation = TOP_MAX,
	  .unit = TOP_TIME,
	  .doc = "Of one call." },
	ERRORS,
	{ .name = "CALL", .field = "evt.type", .key = true, .doc = "The system call." },
};

static const struct top_column slow[] = {
	{ .field = "evt.num", .key = true },
	{ .name = "CLOCK", .field = "evt.time", .width = 18, .doc = "When it returned." },
	{ .name = "TOOK",
	  .field = "evt.latency",
	  .width = 8,
	  .sorting = true,
	  .unit = TOP_TIME,
	  .doc = "How long it took." },
	{ .name = "CALL", .field = "evt.type", .width = 9, .doc = "The system call." },
	{ .name = "PID", .field = "proc.pid", .width = 7, .doc = "Process." },
	{ .name = "NAME", .field = "proc.name", .width = 15, .doc = "Its name." },
	CONTAINER,
	{ .name = "FILE", .field = "fd.name", .doc = "The file." },
};

static const struct top_column users[] = {
	{ .name = "USER", .field = "user.name", .width = 12, .key = true, .doc = "User." },
	CPU,
	{ .name = "PROCS",
	  .field = "evt.count.procinfo",
	  .width = 6,
	  .aggregation = TOP_SUM,
	  .doc = "Processes that there were." },
	{ .name = "CALLS",
	  .field = "evt.count.exit",
	  .width = 7,
	  .aggregation = TOP_AMOUNT,
	  .doc = "System calls." },
	FILE_BYTES,
	NET_BYTES,
	ERRORS,
	CONTAINER,
	WHO,
};

#define COLUMNS(c) .columns = c, .n_columns = sizeof(c) / sizeof(c[0])
#define ON_FILES   "fd.type in (file, directory) and fd.name != ''"
#define ON_NET	   "fd.type in (ipv4, ipv6) and fd.name != ''"

const struct top_view top_views[] = {
	{ "procs", "Processes", "What each process uses.", .below = "threads",
	  .filter = "evt.type != switch", COLUMNS(procs) },
	{ "threads", "Threads", "What each thread uses.", .below = "files",
	  .filter = "evt.type != switch", COLUMNS(threads) },
	{ "containers", "Containers", "What the containers use.", .below = "procs",
	  .filter = "container.id != host and evt.type != switch", COLUMNS(containers) },
	{ "files", "Files", "Files and directories by what is done with them.", .below = "procs",
	  .filter = ON_FILES, COLUMNS(files) },
	{ "directories", "Directories", "Where the files are that are used.", .below = "files",
	  .filter = ON_FILES, COLUMNS(directories) },
	{ "connections", "Connections", "Who talks to whom, over IPv4 and IPv6.", .below = "procs",
	  .filter = ON_NET, COLUMNS(connections) },
	{ "sports", "Server Ports", "Ports of servers by traffic.", .below = "connections",
	  .filter = ON_NET, COLUMNS(ports) },
	{ "errors", "Errors", "What system calls failed with.", .below = "procs",
	  .filter = "evt.failed = true", COLUMNS(errors) },
	{ "syscalls", "System Calls", "System calls by number and by time.", .below = "procs",
	  .filter = "syscall.type exists", COLUMNS(calls) },
	{ "slow_io", "Slow I/O", "Reads and writes of files that took more than a millisecond.",
	  .filter = "evt.is_io = true and fd.type = file and evt.latency > 1000000",
	  COLUMNS(slow) },
	{ "users", "Users", "What is done in whose name.", .below = "procs",
	  .filter = "evt.type != switch", COLUMNS(users) },
};
const size_t top_n_views = sizeof(top_views) / sizeof(top_views[0]);

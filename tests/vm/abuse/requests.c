/* SPDX-License-Identifier: BSD-2-Clause */
/* Every ioctl, with arguments that are good. */
#include "abuse.h"

static unsigned long place(void)
{
	static uint64_t room[1 << 16];

	return (unsigned long)room;
}

static unsigned long list(void)
{
	struct scap_proclist *l = (struct scap_proclist *)place();

	l->max_entries = 1000;
	return (unsigned long)l;
}

static unsigned long ratio(void)
{
	return 1ul << rnd_below(8);
}

static unsigned long snaplen(void)
{
	return rnd_below(4) ? rnd_below(200) : rnd_below(SCAP_SNAPLEN_MAX + 1);
}

static unsigned long port(void)
{
	return rnd_below(65536);
}

static unsigned long ports(void)
{
	return rnd() & 0xffffffff;
}

static unsigned long call_nr(void)
{
	return rnd_below(SCAP_SYSCALL_TABLE_SIZE);
}

static unsigned long tracepoint(void)
{
	return rnd_below(SCAP_TP_MAX);
}

static unsigned long process(void)
{
	return rnd_below(2) ? (unsigned long)getpid() : (unsigned long)getppid();
}

static unsigned long wake(void)
{
	static struct scap_wake w;

	w = (struct scap_wake){ rnd_below(4) ? 1u << rnd_below(22) : 0, 1 + rnd_below(200) };
	return (unsigned long)&w;
}

static unsigned long comm(void)
{
	static char name[16];

	snprintf(name, sizeof(name), "%s", rnd_below(2) ? "guest_abuse" : "nobody");
	return (unsigned long)name;
}

int some_group(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd;
}

static unsigned long group(void)
{
	return (unsigned long)some_group();
}

static unsigned long items(void)
{
	return rnd_below(4);
}

#define R(name, arg)                          \
	{                                     \
#name, SCAP_IOCTL_##name, arg \
	}
const struct request requests[] = {
	R(DISABLE_DROPPING_MODE, NULL),
	R(ENABLE_DROPPING_MODE, ratio),
	R(SET_SNAPLEN, snaplen),
	R(DISABLE_DYNAMIC_SNAPLEN, NULL),
	R(ENABLE_DYNAMIC_SNAPLEN, NULL),
	R(GET_VTID, process),
	R(GET_VPID, process),
	R(GET_CURRENT_TID, NULL),
	R(GET_CURRENT_PID, NULL),
	R(GET_PROCLIST, list),
	R(GET_N_TRACEPOINT_HIT, place),
	R(GET_DRIVER_VERSION, place),
	R(SET_FULLCAPTURE_PORT_RANGE, ports),
	R(SET_STATSD_PORT, port),
	R(GET_API_VERSION, place),
	R(GET_SCHEMA_VERSION, place),
	R(ENABLE_SYSCALL, call_nr),
	R(DISABLE_SYSCALL, call_nr),
	R(ENABLE_TP, tracepoint),
	R(DISABLE_TP, tracepoint),
	R(ENABLE_DROPFAILED, NULL),
	R(DISABLE_DROPFAILED, NULL),
	R(GET_EXTENSIONS, place),
	R(SET_WAKE, wake),
	R(SCOPE_PID, process),
	R(SCOPE_CGROUP, group),
	R(SCOPE_COMM, comm),
	R(SCOPE_CLEAR, NULL),
	R(SET_ITEMS, items),
	R(GET_LOSSES, place),
};
const unsigned int nrequests = sizeof(requests) / sizeof(*requests);

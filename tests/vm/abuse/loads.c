/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading and unloading the module, and CPUs that come and go, while the machine works. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "abuse.h"

int module_load(void)
{
	int fd = open("scap.ko", O_RDONLY | O_CLOEXEC);
	int err = syscall(SYS_finit_module, fd, "g_buffer_bytes_dim=4194304", 0) ? -errno : 0;

	close(fd);
	return err;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, SCAP_DEVICE_NAME, O_NONBLOCK) ? -errno : 0;
}

/* ---- loads ---- */

/* Each time a consumer records for a while, and the module cannot go as long as it is there. */
static int one_load(unsigned int *events, unsigned int *bad)
{
	int err = module_load(), busy;
	struct rings r;

	if (err)
		return err;
	err = rings_open(&r);
	if (err)
		return err;
	if (rings_want(&r, -1) || rings_trace(&r, (1u << SCAP_TP_MAX) - 1) ||
	    ioctl(r.control, SCAP_IOCTL_SET_ITEMS, rnd_below(4)) ||
	    (rnd_below(2) && ioctl(r.control, SCAP_IOCTL_SCOPE_COMM, "guest_abuse\0\0\0\0")))
		err = -errno;
	for (unsigned int i = 0, n = 0; i < 50 && n < 500; i++) {
		usleep(2000);
		n += drain(&r, bad);
		*events += n;
	}
	busy = module_unload();
	rings_close(&r);
	if (!err && busy != -EWOULDBLOCK)
		err = busy ? busy : -EPERM;
	return err ? err : module_unload();
}

/* Starts with the module loaded, and leaves it so. */
void load_and_unload(unsigned int rounds)
{
	unsigned int events = 0, bad = 0, i;
	int err = module_unload();

	background_start();
	for (i = 0; i < rounds && !err; i++)
		err = one_load(&events, &bad);
	background_stop();
	report(!err && i == rounds, "loads and unloads under load", "round %u: %s", i,
	       strerror(-err));
	report(!bad && events > rounds, "and records each time", "%u events, %u not whole", events,
	       bad);
	row("load, record, unload", i, "%u events", events);
	err = module_load();
	report(!err, "and loads again", "%s", strerror(-err));
}

/* Opens a device now and then, whether it is there or not. */
static void open_forever(void)
{
	for (;;) {
		close(open("/dev/" SCAP_DEVICE_NAME "0", O_RDWR));
		usleep(rnd_below(100000));
	}
}

void unload_and_open(unsigned int rounds)
{
	unsigned int unloads = 0, refused = 0;
	int err = 0;
	pid_t pid;

	background_start();
	pid = fork();
	if (!pid)
		open_forever();
	while (unloads < rounds && !err) {
		err = module_unload();
		if (err == -EWOULDBLOCK) {
			refused++;
			err = 0;
			usleep(rnd_below(2000));
			continue;
		}
		if (err)
			break;
		unloads++;
		usleep(rnd_below(1000));
		err = module_load();
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	background_stop();
	report(!err, "unloads while another opens", "%s after %u", strerror(-err), unloads);
	err = works();
	report(!err, "and works then", "%s", strerror(-err));
	row("unload while another opens", unloads, "%u times refused", refused);
}

/* ---- CPUs ---- */

static int set_online(unsigned int cpu, bool on)
{
	char path[64];
	int fd, err;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	err = write(fd, on ? "1" : "0", 1) == 1 ? 0 : -errno;
	close(fd);
	return err;
}

/* A consumer from before the CPU goes, one from while it is away, both reading all the time. */
void cpu_off_and_on(unsigned int rounds)
{
	unsigned int events = 0, bad = 0, told = 0, i;
	int err = 0;

	background_start();
	for (i = 0; i < rounds && !err; i++) {
		struct rings r;

		err = rings_open(&r);
		if (err)
			break;
		rings_want(&r, -1);
		rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES | 1u << SCAP_TP_SCHED_SWITCH);
		usleep(rnd_below(20000));
		err = set_online(1, false);
		usleep(rnd_below(20000));
		events += drain(&r, &bad);
		rings_close(&r);
		/* this one has no ring for the CPU that comes back */
		if (!err)
			err = rings_open(&r);
		if (err)
			break;
		rings_want(&r, -1);
		rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
		err = set_online(1, true);
		stay_on(1);
		syscall(SYS_getppid);
		stay_on(0);
		syscall(SYS_getppid);
		told += rings_count(&r, SCAP_EVT_CPU_HOTPLUG_E, 0);
		rings_close(&r);
	}
	set_online(1, true);
	background_stop();
	report(!err && i == rounds, "a CPU goes and comes back", "round %u: %s", i, strerror(-err));
	report(!bad && events > rounds, "and recording goes on", "%u events, %u not whole", events,
	       bad);
	report(told == rounds, "a consumer without a ring for it is told", "%u of %u times", told,
	       rounds);
	row("CPU off and on", i, "%u events", events);
	err = works();
	report(!err, "and the next consumer has all CPUs", "%s", strerror(-err));
}

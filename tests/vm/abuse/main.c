/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: guest_abuse SEED PART ROUNDS ... does these parts one after the other.
 * The module is loaded, nobody uses it. After each part nothing of it may be left, no memory lost
 * and no process stuck. Prints "ok - name" lines, and rows of a table as "# abuse" lines.
 */
#include <signal.h>
#include <sys/syscall.h>
#include "abuse.h"

static const struct part {
	const char *name;
	void (*run)(unsigned int rounds);
	const char *what;
	bool loads; /* the module, each round */
} parts[] = {
	{ "steps", kill_at_each_step, "consumers killed at each step", false },
	{ "random", consumers_at_random, "two consumers at random", false },
	{ "requests", requests_at_random, "random requests", false },
	{ "loads", load_and_unload, "load and unload", true },
	{ "races", unload_and_open, "unload while another opens", true },
	{ "cpus", cpu_off_and_on, "CPU off and on", false },
};

void row(const char *what, unsigned int rounds, const char *fmt, ...)
{
	va_list ap;

	printf("# abuse %-52s %6u  ", what, rounds);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

/* Beside another program: everything is recorded and looked at, until SIGTERM. */
static void record_until_told(void)
{
	struct held before = held_now();
	unsigned long events = 0;
	unsigned int bad = 0;
	struct rings r;
	int err = rings_open(&r);

	signal(SIGTERM, end);
	if (!err &&
	    (rings_want(&r, -1) || rings_trace(&r, (1u << SCAP_TP_MAX) - 1) ||
	     ioctl(r.control, SCAP_IOCTL_SET_ITEMS, SCAP_ITEMS_LATENCY | SCAP_ITEMS_IDENTITY)))
		err = -errno;
	report(!err, "records everything meanwhile", "%s", strerror(-err));
	while (!err && !ended) {
		events += drain(&r, &bad);
		usleep(10000);
	}
	report(!bad && events > 0, "and each event is whole", "%u of %lu are not", bad, events);
	printf("# abuse %-52s %6s  %lu events\n", "recorded meanwhile", "", events);
	if (!err)
		rings_close(&r);
	held_report(&before, "stress-ng", 1, 0);
	stuck_report();
}

/* What a consumer holds shows, so that something which is left would. */
static void sees_what_is_held(void)
{
	struct held none = held_now(), some;
	struct rings r;
	int err = rings_open(&r);

	if (!err &&
	    (ioctl(r.control, SCAP_IOCTL_SCOPE_PID, getpid()) ||
	     ioctl(r.control, SCAP_IOCTL_SET_ITEMS, SCAP_ITEMS_LATENCY | SCAP_ITEMS_IDENTITY)))
		err = -errno;
	some = held_now();
	/* the consumer and its rings; their data, two of the scope, one of each item */
	report(!err && some.objects >= none.objects + 1 + r.n &&
		       some.areas >= none.areas + 4 + r.n &&
		       none.available_kb - some.available_kb >= (long)(r.n * r.size >> 10) &&
		       some.users > 0,
	       "what a consumer holds can be seen", "%lu objects, %u areas, %ld kB, %d users: %s",
	       some.objects - none.objects, some.areas - none.areas,
	       none.available_kb - some.available_kb, some.users, strerror(-err));
	if (!err)
		rings_close(&r);
	held_report(&none, "one consumer", 1, 0);
}

static int run(const struct part *p, unsigned int rounds)
{
	unsigned int loads = p->loads ? rounds : 0;
	struct held before = held_now();

	p->run(rounds);
	/* what the kernel takes for itself the first time it does not take again; what is lost is
	 */
	if (held_memory_is_less(&before, loads)) {
		before.available_kb = held_now().available_kb;
		p->run(rounds);
	}
	held_report(&before, p->what, rounds, loads);
	stuck_report();
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t seed;

	if (argc == 2 && !strcmp(argv[1], "record")) {
		record_until_told();
		return failed != 0;
	}
	if (argc < 4 || argc % 2)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	printf("# seed %llu\n", (unsigned long long)seed);
	rnd_seed(seed);
	works();
	sees_what_is_held();
	for (int i = 2; i + 1 < argc; i += 2)
		for (unsigned int k = 0; k < sizeof(parts) / sizeof(*parts); k++)
			if (!strcmp(parts[k].name, argv[i]))
				run(&parts[k], (unsigned int)atoi(argv[i + 1]));
	return failed != 0;
}

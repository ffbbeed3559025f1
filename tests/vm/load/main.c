/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: what is recorded of a machine that is busy with a redis benchmark, a
 * storm of forks, and a program that counts its own calls. At half the rate of which the guest is
 * capable nothing may be lost; beyond, exactly what the loss counters say. Rates are measured here,
 * never asserted.
 *
 * guest_load SECONDS tests. guest_load --recorder SECONDS makes the load for another recorder: it
 * writes the number of its process into ROOT_FILE, begins when there is a GO_FILE, and prints how
 * many events there were.
 */
#include <signal.h>
#include <sys/stat.h>
#include "load.h"
#include "report.h"
#include "ring.h"

#define GROUP	  "/sys/fs/cgroup/redis"
#define ROOT_FILE "/tmp/load.root"
#define GO_FILE	  "/tmp/load.go"

/* A reader that looks so seldom loses something of a small ring however slow the guest is. */
#define SMALL_RING "16384"
#define SLOW_US	   2000000

static double duration;

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		report(false, "the test's cgroup", "%s: %s", path, strerror(errno));
	close(fd);
}

static double group_seconds(void)
{
	unsigned long long us = 0;
	FILE *f = fopen(GROUP "/cpu.stat", "r");

	if (!f || fscanf(f, "usage_usec %llu", &us) != 1)
		report(false, "the group's time is known", "%s", strerror(errno));
	if (f)
		fclose(f);
	return (double)us / 1e6;
}

/* Redis in a group of its own, so that it can be held to a part of the time that it would take. */
static void start_redis(pid_t pids[2])
{
	mkdir(GROUP, 0755);
	put(GROUP "/cgroup.procs", "0");
	redis_start(pids);
	put("/sys/fs/cgroup/cgroup.procs", "0");
}

static void hold_redis_to(double cpus)
{
	char text[64];

	snprintf(text, sizeof(text), "%d 100000", (int)(cpus * 100000));
	put(GROUP "/cpu.max", text);
}

/*
 * Switches tracepoints while redis stands still: QEMU does not always show one processor in time
 * what another one patches into the kernel's code.
 */
static int trace(const struct rings *r, unsigned int tracepoints)
{
	int err;

	put(GROUP "/cgroup.freeze", "1");
	usleep(100000);
	err = rings_trace(r, tracepoints);
	put(GROUP "/cgroup.freeze", "0");
	return err;
}

static void run_for(struct program *p, double s)
{
	program_start(p);
	usleep((unsigned int)(s * 1e6));
	program_end(p);
}

/* What the guest does when nothing is recorded. */
static struct rates measure(double *cpus)
{
	struct program *p = program_new((struct rates){ 0, 0 }, false);
	double begin = seconds(), used = group_seconds(), took;
	struct rates rates;

	run_for(p, duration);
	took = seconds() - begin;
	*cpus = (group_seconds() - used) / took;
	rates.calls = (double)(p->caller[0].calls + p->caller[1].calls) / CALLERS / took;
	rates.forks = (double)p->storm.calls / took;
	printf("# load: not recorded: %.0f calls/s by each of %d callers, %.0f forks/s, redis %.0f%% of a CPU\n",
	       rates.calls, CALLERS, rates.forks, *cpus * 100);
	report(rates.calls > 0 && rates.forks > 0 && *cpus > 0, "the load runs", "it does not");
	return rates;
}

static struct scap_losses all_losses(const struct rings *r)
{
	struct scap_losses sum = { 0 };

	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		const struct scap_ring_info *info = r->ring[cpu].info;
		struct scap_losses l = { 0 };

		ioctl(r->ring[cpu].fd, SCAP_IOCTL_GET_LOSSES, &l);
		sum.full += l.full;
		sum.too_large += l.too_large;
		sum.fault += l.fault;
		sum.busy += l.busy;
		sum.sampled_out += l.sampled_out;
		sum.drop_failed += l.drop_failed;
		sum.no_ring = l.no_ring; /* of the whole consumer */
		report(info->n_drops_buffer == l.full + l.too_large &&
			       info->n_drops_pf == l.fault && info->n_preemptions == l.busy,
		       "the ring's page has the losses that GET_LOSSES tells", "CPU %u: %llu", cpu,
		       (unsigned long long)info->n_drops_buffer);
	}
	return sum;
}

static uint64_t seen(const struct rings *r)
{
	uint64_t n = 0;

	for (unsigned int cpu = 0; cpu < r->n; cpu++)
		n += r->ring[cpu].info->n_evts;
	return n;
}

static uint64_t total(const struct scap_losses *l)
{
	return l->full + l->too_large + l->fault + l->busy + l->no_ring + l->sampled_out +
	       l->drop_failed;
}

static void open_all(struct rings *r, const char *size)
{
	int err = size ? ring_set_size(size) : 0;

	if (!err)
		err = rings_open(r);
	if (err) {
		printf("not ok - opens the devices: %s\n", strerror(-err));
		exit(1);
	}
}

static void record_all(const struct rings *r, pid_t scope)
{
	if (rings_want(r, -1) || (scope && ioctl(r->control, SCAP_IOCTL_SCOPE_PID, scope)) ||
	    trace(r, RINGS_CALLS | RINGS_PROCESSES))
		report(false, "records", "%s", strerror(errno));
}

static void check_worker(const struct worker *w, const char *name)
{
	report(reader_events_of(w->pid) == w->events, name, "%llu recorded, %llu made",
	       (unsigned long long)reader_events_of(w->pid), (unsigned long long)w->events);
}

/* Everything on the machine is recorded, and every event of the program is there. */
static void loses_nothing_at_half_the_rate(struct rates rates)
{
	struct program *p = program_new((struct rates){ rates.calls / 2, rates.forks / 2 }, false);
	struct scap_losses lost;
	struct found found;
	struct rings r;

	open_all(&r, NULL);
	record_all(&r, 0);
	reader_start(&r, 0);
	run_for(p, duration);
	trace(&r, 0);
	found = reader_stop();
	lost = all_losses(&r);
	printf("# load: half the rate: %llu events, %llu of the program (%llu calls, %llu forks), %llu lost\n",
	       (unsigned long long)found.events, (unsigned long long)program_events(p),
	       (unsigned long long)(p->caller[0].calls + p->caller[1].calls),
	       (unsigned long long)p->forks, (unsigned long long)total(&lost));
	CHECK("at half the rate nothing is lost", total(&lost), 0);
	CHECK("every event is well formed", found.malformed, 0);
	CHECK("what the rings have seen is what was read", seen(&r), found.events);
	check_worker(&p->root, "each event of the program's first process is there");
	check_worker(&p->caller[0], "each event of a caller");
	check_worker(&p->caller[1], "each event of the other caller");
	check_worker(&p->storm, "each event of the one that forks");
	CHECK("each of its children", found.children, p->forks);
	CHECK("with all its events", found.odd_children, 0);
	rings_close(&r);
}

/*
 * The consumer's scope is the program, so that what is recorded and what is lost together is what
 * the program has made.
 */
static void misses_what_it_counts(const char *what, const char *size, unsigned int pause_us,
				  bool lossy)
{
	struct program *p = program_new((struct rates){ 0, 0 }, false);
	struct scap_losses lost;
	struct found found;
	struct rings r;
	char name[128];

	open_all(&r, size);
	record_all(&r, p->root.pid);
	reader_start(&r, pause_us);
	run_for(p, duration);
	trace(&r, 0);
	found = reader_stop();
	lost = all_losses(&r);
	printf("# load: %s: %llu made, %llu recorded, %llu full, %llu of other causes\n", what,
	       (unsigned long long)program_events(p), (unsigned long long)found.events,
	       (unsigned long long)lost.full, (unsigned long long)(total(&lost) - lost.full));
	snprintf(name, sizeof(name), "%s: what was made is what is there and what was lost", what);
	report(program_events(p) == found.events + total(&lost), name,
	       "%llu made, %llu there, %llu lost", (unsigned long long)program_events(p),
	       (unsigned long long)found.events, (unsigned long long)total(&lost));
	snprintf(name, sizeof(name), "%s: a full ring is the only cause", what);
	report(total(&lost) == lost.full && (!lossy || lost.full > 0), name, "%llu of %llu",
	       (unsigned long long)lost.full, (unsigned long long)total(&lost));
	CHECK("every event is well formed", found.malformed, 0);
	rings_close(&r);
}

/* With redis in the consumer's scope; the kernel's own counters are what it is compared with. */
static void misses_what_it_counts_of_redis(void)
{
	struct program *p = program_new((struct rates){ 0, 0 }, true);
	struct scap_losses lost;
	struct found found;
	uint64_t made;
	struct rings r;

	open_all(&r, SMALL_RING);
	report(!kernel_count_begin(p->root.pid), "the kernel counts beside", "%s", strerror(errno));
	record_all(&r, p->root.pid);
	reader_start(&r, SLOW_US);
	run_for(p, duration);
	trace(&r, 0);
	found = reader_stop();
	made = kernel_count_end();
	lost = all_losses(&r);
	printf("# load: with redis, small rings: %llu by the kernel's count, %llu recorded, %llu full, %llu of other causes\n",
	       (unsigned long long)made, (unsigned long long)found.events,
	       (unsigned long long)lost.full, (unsigned long long)(total(&lost) - lost.full));
	report(made > program_events(p) && made == found.events + total(&lost),
	       "with redis: what the kernel counted is what is there and what was lost",
	       "%llu counted, %llu there, %llu lost", (unsigned long long)made,
	       (unsigned long long)found.events, (unsigned long long)total(&lost));
	report(lost.full > 0 && total(&lost) == lost.full,
	       "with redis: a full ring is the only cause", "%llu of %llu",
	       (unsigned long long)lost.full, (unsigned long long)total(&lost));
	CHECK("every event is well formed", found.malformed, 0);
	rings_close(&r);
}

static void load_for_recorder(void)
{
	struct program *p;
	pid_t redis[2];
	FILE *f = fopen(ROOT_FILE, "w");

	start_redis(redis);
	p = program_new((struct rates){ 0, 0 }, false);
	fprintf(f, "%d\n", (int)p->root.pid);
	fclose(f);
	while (access(GO_FILE, F_OK))
		usleep(50000);
	run_for(p, duration);
	redis_stop(redis);
	printf("%llu\n", (unsigned long long)program_events(p));
}

int main(int argc, char **argv)
{
	struct rates rates;
	pid_t redis[2];
	double cpus;

	duration = argc > 1 ? atof(argv[argc - 1]) : 0;
	if (argc == 3 && !strcmp(argv[1], "--recorder")) {
		load_for_recorder();
		return 0;
	}
	if (argc != 2 || duration <= 0)
		return 2;
	start_redis(redis);
	rates = measure(&cpus);
	hold_redis_to(cpus / 2);
	loses_nothing_at_half_the_rate(rates);
	hold_redis_to(2);
	misses_what_it_counts("full rate", NULL, 0, false);
	misses_what_it_counts("full rate, small rings", SMALL_RING, SLOW_US, true);
	redis_stop(redis);
	misses_what_it_counts_of_redis();
	return failed != 0;
}

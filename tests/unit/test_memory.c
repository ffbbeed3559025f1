/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an inspector holds after hours: as much as after minutes. Streams are made as they are read,
 * a process at a time, so that they need no memory of their own.
 */
#include <malloc.h>
#include <unistd.h>

#include "fake_capture.h"
#include "inspector.h"
#include "suite.h"

#define SECOND	1000000000ull
#define LASTING "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

static struct fake f;

static void begin(void)
{
	fake_init(&f);
	fake_exec(&f, 1, "init", "/sbin/init", NULL);
	fake_exec(&f, 100, "cron", "/usr/sbin/cron", NULL);
	fake_openat(&f, 100, 3, "/var/log/cron", SCAP_O_WRONLY);
	fake_open(&f, NULL);
}

/* Takes what has been added, and leaves the buffer empty. */
static void go_on(void)
{
	fake_run(&f);
	f.len = f.pos = 0;
}

/* What is held when nothing is that could be thrown away. */
static size_t held(void)
{
	sinsp_finish_last(f.s);
	sinsp_sweep(f.s);
	sinsp_sweep_kept(f.s);
	return intern_size(f.s->pool) + intern_size(f.s->kept) +
	       f.s->threads.n * sizeof(struct thread) +
	       f.s->threads.fd_budget.chunks * sizeof(struct fd_chunk) +
	       f.s->containers.n * sizeof(struct container);
}

/* What the process has from the system: it does not go back, so it shows the highest of all. */
static size_t taken(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.arena + m.hblkhd;
}

/* The system gives steps of it, and where in one the first sample lies is chance. */
#define STEP (132 * 1024)

/* A process from its fork to its end. Each has words, paths and a descriptor of its own. */
static void short_life(int64_t tid, unsigned int n)
{
	char path[64], comm[16];

	snprintf(comm, sizeof(comm), "job%u", n % 5000);
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = tid });
	fake_clone(&f, (struct fake_clone){ .tid = tid, .pid = tid, .ptid = 100 });
	snprintf(path, sizeof(path), "/usr/lib/jobs/%u/run", n);
	fake_exec(&f, tid, comm, path, NULL);
	snprintf(path, sizeof(path), "/tmp/job-%u.out", n);
	fake_openat(&f, tid, 4, path, SCAP_O_WRONLY);
	fake_openat(&f, tid, 5, "/etc/passwd", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_READ_X, tid, "qbqd", 2ll, "ab", 2, 5ll, 4096ll);
	fake_close(&f, tid, 5);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, tid, "qs", 0ll, path);
	fake_exit(&f, tid, 0);
	f.ts += SECOND / 100;
}

/* An hour of a hundred a second, with ids that come again as in a kernel with few of them. */
static void an_hour_of_short_lives_leaves_the_memory_as_it_is(void)
{
	size_t first_held = 0, first_taken = 0;
	unsigned int n;

	begin();
	for (n = 0; n < 360000; n++) {
		short_life(300 + n % 32000, n);
		go_on();
		if (n == 36000) {
			first_held = held();
			first_taken = taken();
		}
	}
	printf("    held %zu then %zu, taken %zu then %zu\n", first_held, held(), first_taken,
	       taken());
	CU_ASSERT_EQUAL(f.s->threads.n, 2);
	CU_ASSERT(held() <= first_held + first_held / 20);
	CU_ASSERT(taken() <= first_taken + first_taken / 20 + STEP);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/var/log/cron");
	fake_free(&f);
}

/* Five processes a second whose end nobody sees, and no id comes again. */
static void lost_ends_do_not_add_up(void)
{
	size_t most = 0;
	unsigned int n;

	begin();
	for (n = 0; n < 100000; n++) {
		fake_exec(&f, 300 + n, "job", "/job", NULL);
		f.ts += SECOND / 5;
		go_on();
		if (f.s->threads.n > most)
			most = f.s->threads.n;
	}
	printf("    at most %zu threads\n", most);
	/* those of half an hour of silence and of twenty minutes between two looks */
	CU_ASSERT(most < 16384 + 5 * (1800 + 1200));
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_thread(f.s, 300 + n - 1));
	CU_ASSERT_PTR_NULL(sinsp_find_thread(f.s, 300));
	fake_free(&f);
}

/* A container of one process, with metadata and a user of its own. */
static void one_container(unsigned int n)
{
	char id[65], shown[13], json[512], cgroup[128], name[32];
	int64_t tid = 300 + n % 30000;

	snprintf(id, sizeof(id), "%08x%056x", n * 2654435761u, n);
	snprintf(shown, sizeof(shown), "%.12s", id);
	snprintf(name, sizeof(name), "user-%u", n);
	snprintf(cgroup, sizeof(cgroup), "cpuset=/docker/%s", id);
	snprintf(json, sizeof(json),
		 "{\"container\":{\"id\":\"%s\",\"full_id\":\"%s\",\"type\":0,"
		 "\"name\":\"job-%u\",\"image\":\"img:%u\",\"labels\":{\"run\":\"%u\"}}}",
		 shown, id, n, n, n);
	fake_clone(&f,
		   (struct fake_clone){ .tid = tid, .pid = tid, .ptid = 100, .cgroup = cgroup });
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, tid, "s", json);
	fake_add(&f, SCAP_EVT_USER_ADDED_E, -1, "ddssss", 7ll, 7ll, name, "/app", "/bin/sh", shown);
	fake_exec(&f, tid, "job", "/job", cgroup);
	fake_exit(&f, tid, 0);
	f.ts += SECOND;
}

static void ten_thousand_containers_leave_the_memory_as_it_is(void)
{
	size_t first_held = 0, first_taken = 0;
	unsigned int n;

	begin();
	fake_exec(&f, 200, "db", "/db", "cpuset=/docker/" LASTING);
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 200, "s",
		 "{\"container\":{\"id\":\"dddddddddddd\",\"full_id\":\"" LASTING
		 "\",\"type\":0,\"name\":\"db\"}}");
	for (n = 0; n < 10000; n++) {
		one_container(n);
		go_on();
		CU_ASSERT(f.s->containers.n <= 3 * CONTAINERS_ENDED + 2);
		if (n == 3000) {
			sinsp_drop_containers(f.s);
			first_held = held();
			first_taken = taken();
		}
	}
	sinsp_drop_containers(f.s);
	printf("    held %zu then %zu, taken %zu then %zu\n", first_held, held(), first_taken,
	       taken());
	CU_ASSERT(held() <= first_held + first_held / 20);
	CU_ASSERT(taken() <= first_taken + first_taken / 20 + STEP);
	/* The latest are still known, with their users, and what runs is. */
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "job-9999"));
	CU_ASSERT_PTR_NULL(sinsp_find_container(f.s, "job-3"));
	CU_ASSERT_STRING_EQUAL(sinsp_find_thread(f.s, 200)->container->name, "db");
	CU_ASSERT_EQUAL(f.s->users.n_lists, CONTAINERS_ENDED);
	fake_free(&f);
}

/* ---- the same, recorded and read for one of them ---- */

static char file[] = "/tmp/scapula-test-XXXXXX";

static void record_ten_thousand(void)
{
	struct scap_writer_options opts = { .compression = SCAP_ZSTD,
					    .level = 1,
					    .frame_bytes = 65536,
					    .keyframe_bytes = 1 << 20 };
	struct sinsp_recorder *r;
	struct scap_event ev;
	unsigned int n;

	close(mkstemp(file));
	begin();
	r = sinsp_recorder_open(file, &opts, f.scap->snap, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	for (n = 0; n < 10000; n++) {
		one_container(n);
		while (fake_next(f.scap, &ev) == SCAP_EVENT)
			if (sinsp_recorder_event(r, &ev) < 0)
				abort();
		f.len = f.pos = 0;
	}
	CU_ASSERT_EQUAL(sinsp_recorder_close(r, NULL), 0);
	fake_free(&f);
}

/* How many events are read for those that pass @filter, whose number is @passed. */
static uint64_t events_read(const char *filter, uint64_t *passed)
{
	struct scap *h = scap_open_file(file, NULL);
	struct sinsp *s = sinsp_open(h, NULL, NULL);
	struct sinsp_filter *flt = sinsp_filter_new(s, filter, NULL);
	const struct sinsp_event *ev;
	struct scap_stats st;

	*passed = 0;
	sinsp_set_range(s, (struct sinsp_bound){ 0 }, (struct sinsp_bound){ 0 });
	sinsp_set_hint(s, flt);
	while (sinsp_next(s, &ev) == SCAP_EVENT)
		*passed += sinsp_filter_run(flt, ev);
	CU_ASSERT(s->containers.n <= 3 * CONTAINERS_ENDED + 2);
	scap_stats(h, &st);
	sinsp_filter_free(flt);
	sinsp_close(s);
	scap_close(h);
	return st.events;
}

static void one_of_ten_thousand_is_found_by_the_index(void)
{
	char by_id[64], by_full_id[128];
	uint64_t n, all, read;

	record_ten_thousand();
	snprintf(by_id, sizeof(by_id), "container.id=%08x0000", 7000 * 2654435761u);
	snprintf(by_full_id, sizeof(by_full_id), "container.full_id=%08x%056x", 7000 * 2654435761u,
		 7000);
	all = events_read("evt.num>0", &n);
	CU_ASSERT_EQUAL(n, all);
	CU_ASSERT(all >= 50000);
	read = events_read(by_id, &n);
	printf("    %llu of %llu events are read for %llu\n", (unsigned long long)read,
	       (unsigned long long)all, (unsigned long long)n);
	CU_ASSERT_EQUAL(n, 4);
	CU_ASSERT(read < all / 20);
	CU_ASSERT(events_read(by_full_id, &n) < all / 20);
	CU_ASSERT_EQUAL(n, 4);
	CU_ASSERT(events_read("container.name=job-7000", &n) < all / 20);
	CU_ASSERT_EQUAL(n, 3); /* it has no name before its event */
	CU_ASSERT(events_read("container.id=no-such-one", &n) < all / 20);
	CU_ASSERT_EQUAL(n, 0);
	unlink(file);
}

/* Runtimes that are called, and whose containers never begin. */
static void containers_that_never_begin_do_not_add_up(void)
{
	struct sinsp_options opts = { .host_root = "/nonexistent" };
	char args[128];
	unsigned int n;
	int len;

	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_exec(&f, 100, "podman", "/podman", NULL);
	fake_open(&f, &opts);
	for (n = 0; n < 10000; n++) {
		len = snprintf(args, sizeof(args), "-c%c%08x%056x%c-n%cjob-%u", 0, n * 2654435761u,
			       n, 0, 0, n);
		fake_exec_all(&f, 200, "conmon", "/conmon", NULL, args, len + 1, "", 0);
		go_on();
		CU_ASSERT(f.s->containers.n <= 3 * CONTAINERS_ENDED + 2);
	}
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "job-9999"));
	fake_free(&f);
}

/* The same of calls of which nothing is known but the name. */
static void names_of_what_never_begins_are_not_kept(void)
{
	struct sinsp_options opts = { .host_root = "/nonexistent" };
	size_t first = 0;
	char args[64];
	unsigned int n;
	int len;

	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_exec(&f, 100, "sh", "/sh", NULL);
	fake_open(&f, &opts);
	for (n = 0; n < 10000; n++) {
		len = snprintf(args, sizeof(args), "run%cjob-%u", 0, n);
		fake_exec_all(&f, 200, "runc", "/runc", NULL, args, len + 1, "", 0);
		go_on();
		if (n == 100)
			first = intern_size(f.s->kept);
	}
	CU_ASSERT_EQUAL(f.s->containers.n, 0);
	CU_ASSERT_EQUAL(intern_size(f.s->kept), first);
	fake_free(&f);
}

/* Who tells of what has ended has all of them. */
static void keeps_all_containers_where_that_is_wanted(void)
{
	struct sinsp_options opts = { .keep_containers = true };
	unsigned int n;

	fake_init(&f);
	fake_exec(&f, 100, "cron", "/usr/sbin/cron", NULL);
	for (n = 0; n < 2000; n++)
		one_container(n);
	fake_open(&f, &opts);
	fake_run(&f);
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "job-3"));
	CU_ASSERT_EQUAL(f.s->containers.n, 2000);
	fake_free(&f);
}

SUITE("memory", TEST(an_hour_of_short_lives_leaves_the_memory_as_it_is),
      TEST(ten_thousand_containers_leave_the_memory_as_it_is), TEST(lost_ends_do_not_add_up),
      TEST(one_of_ten_thousand_is_found_by_the_index),
      TEST(containers_that_never_begin_do_not_add_up),
      TEST(names_of_what_never_begins_are_not_kept),
      TEST(keeps_all_containers_where_that_is_wanted))

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of containers: who is in one, and the order of their events. */
#include "fake_capture.h"
#include "suite.h"

#include <sys/stat.h>
#include <unistd.h>

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "cpu=/kubepods/besteffort/pod11111111-2222-3333-4444-555555555555/" ID
#define JSON                                                        \
	"{\"container\":{\"id\":\"0123456789ab\",\"full_id\":\"" ID \
	"\",\"type\":7,\"name\":\"web\",\"image\":\"nginx:1\"}}"

static struct fake f;

static void begin(void)
{
	fake_init(&f);
	fake_exec(&f, 100, "runtime", "/bin/runtime", NULL);
}

static struct sinsp_container *container_of(int64_t tid)
{
	return sinsp_find_thread(f.s, tid)->container;
}

static void cgroup_says_which_container(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .cgroup = POD });
	fake_clone(&f, (struct fake_clone){ .tid = 300, .pid = 300, .ptid = 200, .cgroup = POD });
	fake_exec(&f, 400, "x", "/x", POD);
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(container_of(100));
	CU_ASSERT_STRING_EQUAL(container_of(200)->id, "0123456789ab");
	CU_ASSERT_STRING_EQUAL(container_of(200)->full_id, ID);
	CU_ASSERT_STRING_EQUAL(container_of(200)->pod_uid, "11111111-2222-3333-4444-555555555555");
	CU_ASSERT_PTR_EQUAL(container_of(200), container_of(300));
	CU_ASSERT_PTR_EQUAL(container_of(200), container_of(400));
	fake_free(&f);
}

static void event_in_the_capture_names_it(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .cgroup = POD });
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 200, "s", JSON);
	fake_fstat(&f, 200, 0);
	fake_open(&f, NULL);
	fake_step(&f, 3);
	CU_ASSERT_FALSE(f.ev->hidden);
	CU_ASSERT_FALSE(f.ev->injected);
	CU_ASSERT_STRING_EQUAL(container_of(200)->name, "web");
	CU_ASSERT_STRING_EQUAL(container_of(200)->image, "nginx:1");
	CU_ASSERT_TRUE(container_of(200)->announced);
	CU_ASSERT_EQUAL(container_of(200)->first_ts, FAKE_START + 1000);
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(container_of(200)->last_ts, FAKE_START + 3000);
	CU_ASSERT_EQUAL(f.ev->num, 4);
	fake_free(&f);
}

static void event_of_a_plugin_names_it_too(void)
{
	begin();
	fake_add(&f, SCAP_EVT_ASYNCEVENT_E, -1, "dsb", 1ll, "container", JSON, (int)sizeof(JSON));
	fake_add(&f, SCAP_EVT_ASYNCEVENT_E, -1, "dsb", 1ll, "other", "x", 2);
	fake_open(&f, NULL);
	fake_step(&f, 2);
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "web"));
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(f.ev->num, 3);
	fake_free(&f);
}

static void is_found_by_id_prefix_and_name(void)
{
	begin();
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 100, "s", JSON);
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "0123456789ab"));
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, ID));
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "0123"));
	CU_ASSERT_PTR_NOT_NULL(sinsp_find_container(f.s, "web"));
	CU_ASSERT_PTR_NULL(sinsp_find_container(f.s, "we"));
	CU_ASSERT_PTR_NULL(sinsp_find_container(f.s, ""));
	fake_free(&f);
}

static void name_given_by_hand_needs_an_event(void)
{
	begin();
	fake_exec(&f, 200, "x", "/x", "cpu=/mine");
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 200, "s",
		 "{\"container\":{\"id\":\"mine\",\"full_id\":\"mine\",\"type\":5,"
		 "\"name\":\"mine\"}}");
	fake_exec(&f, 300, "y", "/y", "cpu=/mine");
	fake_exec(&f, 400, "z", "/z", "cpu=/other");
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(container_of(200));
	CU_ASSERT_PTR_NOT_NULL_FATAL(container_of(300));
	CU_ASSERT_STRING_EQUAL(container_of(300)->id, "mine");
	CU_ASSERT_PTR_NULL(container_of(400));
	fake_free(&f);
}

static void damaged_text_is_passed_over(void)
{
	begin();
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 100, "s", "{\"container\":");
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 100, "-");
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 100, "b", "{}", 2);
	fake_add(&f, SCAP_EVT_ASYNCEVENT_E, 100, "dsb", 1ll, "container", "", 0);
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(sinsp_find_container(f.s, "0123456789ab"));
	CU_ASSERT_EQUAL(f.pos, f.len);
	fake_free(&f);
}

/* An empty folder stands for this machine, so that nothing here is looked at. */
static char root[] = "/tmp/scapula-test-XXXXXX";

static void begin_live(void)
{
	begin();
	f.scap->engine = &fake_live_engine;
}

static void while_recording_its_event_comes_before_its_first(void)
{
	struct sinsp_options opts = { .host_root = root };
	uint64_t num;

	begin_live();
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .cgroup = POD });
	fake_fstat(&f, 200, 0);
	fake_open(&f, &opts);
	fake_step(&f, 1);
	num = f.ev->num;
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->type, SCAP_EVT_CONTAINER_JSON_2_E);
	CU_ASSERT_TRUE(f.ev->injected);
	CU_ASSERT_FALSE(f.ev->hidden);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->tid, 200);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->ts, FAKE_START + 1000);
	CU_ASSERT_EQUAL(f.ev->num, num + 1);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)scap_param_ptr(&f.ev->raw, 0), ID));
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->type, SCAP_EVT_SYSCALL_CLONE_20_X);
	CU_ASSERT_EQUAL(f.ev->num, num + 2);
	CU_ASSERT_EQUAL(f.ev->thread->tid, 200);
	CU_ASSERT_STRING_EQUAL(f.ev->thread->container->full_id, ID);
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->type, SCAP_EVT_SYSCALL_FSTAT_X);
	CU_ASSERT_EQUAL(f.ev->num, num + 3);
	fake_step(&f, 1);
	CU_ASSERT_PTR_NULL(f.ev);
	fake_free(&f);
}

static void containers_that_run_already_come_first(void)
{
	struct sinsp_options opts = { .host_root = root };
	struct scap_thread *t;

	begin_live();
	t = scap_snapshot_thread(f.scap->snap);
	t->tid = t->pid = 50;
	t->cgroups = scap_snapshot_bytes(f.scap->snap, POD, sizeof(POD));
	fake_open(&f, &opts);
	fake_step(&f, 1);
	CU_ASSERT_TRUE(f.ev->injected);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->tid, 50);
	CU_ASSERT_EQUAL(f.ev->num, 1);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->injected);
	CU_ASSERT_EQUAL(f.ev->num, 2);
	fake_free(&f);
}

static void nothing_is_made_when_it_is_not_wanted(void)
{
	struct sinsp_options opts = { .host_root = root, .no_containers = true };

	begin_live();
	fake_exec(&f, 200, "x", "/x", POD);
	fake_open(&f, &opts);
	fake_step(&f, 2);
	CU_ASSERT_FALSE(f.ev->injected);
	CU_ASSERT_STRING_EQUAL(container_of(200)->id, "0123456789ab");
	fake_free(&f);
}

/* Below the folder that stands for this machine. */
static void put(const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	file = fopen(full, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

static void take(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", root, path);
	CU_ASSERT_EQUAL(remove(full), 0);
}

/* All that is left of it is what was read when its runtime started. */
static void one_that_is_gone_already_has_its_names(void)
{
	static const char args[] = "run\0job";
	struct sinsp_options opts = { .host_root = root };
	int i;

	put("/config.json", "{\"process\":{},\"annotations\":"
			    "{\"org.opencontainers.image.ref.name\":\"busybox:1\"}}");
	begin_live();
	fake_clone(&f, (struct fake_clone){ .tid = 150, .pid = 150, .ptid = 100 });
	fake_exec_all(&f, 150, "runc", "/bin/runc", NULL, args, sizeof(args), "", 0);
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 200, .ptid = 150, .cgroup = "cpu=/job" });
	fake_fstat(&f, 200, 0);
	fake_open(&f, &opts);
	fake_step(&f, 3);
	CU_ASSERT_FALSE(f.ev->injected);
	take("/config.json");
	fake_step(&f, 1);
	CU_ASSERT_TRUE(f.ev->injected);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->tid, 200);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.ev->told);
	CU_ASSERT_STRING_EQUAL(f.ev->told->name, "job");
	CU_ASSERT_STRING_EQUAL(f.ev->told->image, "busybox:1");
	for (i = 0; i < 2; i++) {
		fake_step(&f, 1);
		CU_ASSERT_FALSE(f.ev->injected);
		CU_ASSERT_PTR_NOT_NULL_FATAL(f.ev->thread->container);
		CU_ASSERT_STRING_EQUAL(f.ev->thread->container->name, "job");
	}
	fake_free(&f);
}

/* Who is in a container calls himself what he likes, and means other files. */
static void only_runtimes_of_the_host_are_believed(void)
{
	static const char args[] = "run\0job";
	struct sinsp_options opts = { .host_root = root };

	put("/config.json", "{\"process\":{}}");
	begin_live();
	fake_clone(&f, (struct fake_clone){ .tid = 150, .pid = 150, .ptid = 100, .cgroup = POD });
	fake_exec_all(&f, 150, "runc", "/bin/runc", POD, args, sizeof(args), "", 0);
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 200, .ptid = 150, .cgroup = "cpu=/job" });
	fake_open(&f, &opts);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(container_of(200));
	take("/config.json");
	fake_free(&f);
}

/* A link "runc" to a program that is setuid root: the words and the folder are the user's. */
static void a_setuid_program_of_any_name_is_no_runtime(void)
{
	static const char args[] = "run\0job";
	struct sinsp_options opts = { .host_root = root };

	put("/config.json", "{\"process\":{}}");
	begin_live();
	fake_clone(&f, (struct fake_clone){ .tid = 150, .pid = 150, .ptid = 100, .uid = 1000 });
	fake_exec_all(&f, 150, "runc", "/tmp/runc", NULL, args, sizeof(args), "", 0);
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 200, .ptid = 150, .cgroup = "cpu=/job" });
	fake_open(&f, &opts);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(container_of(200));
	take("/config.json");
	fake_free(&f);
}

/* What is said of a container that runs is no start of it. */
static void a_call_does_not_change_what_runs(void)
{
	static const char again[] = "run\0job", named[] = "-c\0" ID "\0-n\0evil";
	struct sinsp_options opts = { .host_root = root };
	unsigned int told = 0;

	put("/config.json", "{\"process\":{}}");
	begin_live();
	fake_clone(&f, (struct fake_clone){ .tid = 150, .pid = 150, .ptid = 100 });
	fake_exec_all(&f, 150, "runc", "/bin/runc", NULL, again, sizeof(again), "", 0);
	fake_clone(&f, (struct fake_clone){ .tid = 200,
					    .pid = 200,
					    .ptid = 150,
					    .vtid = 1,
					    .vpid = 1,
					    .cgroup = "cpu=/job" });
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 300, .pid = 300, .ptid = 100, .vtid = 1, .vpid = 1, .cgroup = POD });
	fake_exec_all(&f, 150, "runc", "/bin/runc", NULL, again, sizeof(again), "", 0);
	fake_exec_all(&f, 160, "conmon", "/tmp/conmon", NULL, named, sizeof(named), "", 0);
	fake_fstat(&f, 200, 0);
	fake_exec(&f, 200, "sh", "/bin/sh", "cpu=/job");
	fake_open(&f, &opts);
	while (sinsp_next(f.s, &f.ev) == SCAP_EVENT)
		told += f.ev->injected;
	CU_ASSERT_EQUAL(told, 2);
	CU_ASSERT_STRING_EQUAL(container_of(300)->name, "");
	take("/config.json");
	fake_free(&f);
}

#define ID2   "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define USERS "/user.slice/user-1000.slice/user@1000.service"

/* podman of a user: conmon, which starts crun, which makes the container. */
static void what_made_a_container_may_name_it(void)
{
	static const char conmon[] = "-c\0" ID "\0-n\0mine", crun[] = "create\0" ID;
	static const char cgroup[] = "cpu=" USERS "/user.slice/libpod-" ID ".scope";
	struct sinsp_options opts = { .host_root = root };

	begin_live();
	f.exec_uid = 1000;
	fake_clone(&f, (struct fake_clone){ .tid = 150, .pid = 150, .ptid = 100, .uid = 1000 });
	fake_exec_all(&f, 150, "conmon", "/usr/bin/conmon", NULL, conmon, sizeof(conmon), "", 0);
	fake_clone(&f, (struct fake_clone){ .tid = 160, .pid = 160, .ptid = 150, .uid = 1000 });
	fake_exec_all(&f, 160, "crun", "/usr/bin/crun", NULL, crun, sizeof(crun), "", 0);
	fake_clone(&f,
		   (struct fake_clone){
			   .tid = 200, .pid = 200, .ptid = 160, .uid = 1000, .cgroup = cgroup });
	fake_open(&f, &opts);
	fake_step(&f, 6);
	CU_ASSERT_TRUE(f.ev->injected);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.ev->told);
	CU_ASSERT_STRING_EQUAL(f.ev->told->name, "mine");
	CU_ASSERT_PTR_NOT_NULL(strstr(f.ev->told->json, "\"name\":\"mine\""));
	fake_free(&f);
}

/* A container without metadata, whatever is known of its processes. */
static void nobody_else_names_it(void)
{
	static const char conmon[] = "-c\0" ID "\0-n\0evil";
	struct sinsp_options opts = { .host_root = root };

	begin_live();
	f.exec_uid = 1000;
	/* before, while it runs, and from inside */
	fake_clone(&f, (struct fake_clone){ .tid = 150, .pid = 150, .ptid = 100, .uid = 1000 });
	fake_exec_all(&f, 150, "conmon", "/tmp/conmon", NULL, conmon, sizeof(conmon), "", 0);
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .cgroup = POD });
	fake_exec_all(&f, 150, "conmon", "/tmp/conmon", NULL, conmon, sizeof(conmon), "", 0);
	f.exec_uid = 0;
	fake_exec_all(&f, 200, "conmon", "/tmp/conmon", POD, conmon, sizeof(conmon), "", 0);
	fake_clone(&f, (struct fake_clone){ .tid = 300, .pid = 300, .ptid = 200, .cgroup = POD });
	fake_open(&f, &opts);
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(container_of(300)->name, "");
	fake_free(&f);
}

#define MINE   "cpu=/docker/" ID
#define HIS    "cpu=" USERS "/user.slice/docker-" ID ".scope"
#define INSIDE "cpu=/docker/" ID2 "/docker-" ID ".scope"

static void clone_in(int64_t tid, const char *cgroup)
{
	fake_clone(&f,
		   (struct fake_clone){ .tid = tid, .pid = tid, .ptid = 100, .cgroup = cgroup });
}

static void is_called(int64_t tid, const char *id, const char *name)
{
	struct sinsp_container *c = container_of(tid);

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	CU_ASSERT_STRING_EQUAL(c->id, id);
	CU_ASSERT_STRING_EQUAL(c->full_id, ID);
	CU_ASSERT_STRING_EQUAL(c->name, name);
}

/* As live, and then as the events that were made of it tell. */
static void both_ways(const char *const *cgroups, size_t n, void (*check)(void))
{
	struct sinsp_options opts = { .host_root = root };
	char *told[16];
	size_t at[16], n_told = 0, i, k = 0, seen = 0;

	begin_live();
	for (i = 0; i < n; i++)
		clone_in(200 + (int64_t)i, cgroups[i]);
	fake_open(&f, &opts);
	while (fake_step(&f, 1)) {
		if (f.ev->injected && n_told < 16) {
			at[n_told] = seen;
			told[n_told++] = strdup(f.ev->told->json);
		}
		seen += !f.ev->injected;
	}
	check();
	fake_free(&f);

	fake_init(&f);
	for (i = 0; i <= n; i++) {
		for (; k < n_told && at[k] == i; k++)
			fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 100, "s", told[k]);
		if (i == 0)
			fake_exec(&f, 100, "runtime", "/bin/runtime", NULL);
		else
			clone_in(200 + (int64_t)i - 1, cgroups[i - 1]);
	}
	fake_open(&f, NULL);
	fake_run(&f);
	check();
	fake_free(&f);
	while (n_told)
		free(told[--n_told]);
}

static void put_docker(void)
{
	static const char *const folders[] = { "/var", "/var/lib", "/var/lib/docker",
					       "/var/lib/docker/containers",
					       "/var/lib/docker/containers/" ID };
	char full[256];
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(full, sizeof(full), "%s%s", root, folders[i]);
		CU_ASSERT_EQUAL(mkdir(full, 0755), 0);
	}
	put("/var/lib/docker/containers/" ID "/config.v2.json", "{\"Name\":\"/web\"}");
}

static void take_docker(void)
{
	take("/var/lib/docker/containers/" ID "/config.v2.json");
	take("/var/lib/docker/containers/" ID);
	take("/var/lib/docker/containers");
	take("/var/lib/docker");
	take("/var/lib");
	take("/var");
}

static void are_three(void)
{
	is_called(200, "0123456789ab", "web");
	is_called(201, "0123456789ab@user-1000", "");
	is_called(202, "0123456789ab@" ID2, "");
	CU_ASSERT_PTR_EQUAL(container_of(200), container_of(203));
	CU_ASSERT_PTR_EQUAL(container_of(201), container_of(204));
	CU_ASSERT_PTR_EQUAL(container_of(202), container_of(205));
}

static void the_id_of_anothers_is_no_way_into_it(void)
{
	static const char *const cgroups[] = { MINE, HIS, INSIDE, MINE, HIS, INSIDE };

	put_docker();
	both_ways(cgroups, 6, are_three);
	take_docker();
}

static void the_host_has_its_own(void)
{
	is_called(201, "0123456789ab", "web");
	is_called(200, "0123456789ab@user-1000", "");
	is_called(203, "0123456789ab@" ID2, "");
	CU_ASSERT_PTR_EQUAL(container_of(200), container_of(202));
	CU_ASSERT_PTR_EQUAL(container_of(201), container_of(204));
}

static void whoever_was_first_the_host_has_the_id(void)
{
	static const char *const cgroups[] = { HIS, MINE, HIS, INSIDE, MINE };

	put_docker();
	both_ways(cgroups, 5, the_host_has_its_own);
	take_docker();
}

static void is_plain(void)
{
	is_called(200, "0123456789ab", "");
	CU_ASSERT_STRING_EQUAL(container_of(200)->owner, "user-1000");
}

static void one_of_a_user_has_its_id_but_no_name_of_the_hosts(void)
{
	static const char *const cgroups[] = { HIS };

	put_docker();
	both_ways(cgroups, 1, is_plain);
	take_docker();
}

/* runc by hand: its state says which cgroup it is, and that may be in a session of a user. */
static void a_name_by_hand_is_that_of_its_cgroup(void)
{
	static const struct {
		const char *cgroup, *state;
		bool is;
	} rows[] = {
		{ "cpu=" USERS "/a.scope/web", "/sys/fs/cgroup" USERS "/a.scope/web", true },
		{ "cpu=" USERS "/b.scope/web", "/sys/fs/cgroup" USERS "/a.scope/web", false },
		{ "cpu=/web", "/sys/fs/cgroup" USERS "/a.scope/web", false },
		{ "cpu=/system.slice/b.service/web", "/sys/fs/cgroup/web", false },
		{ "cpu=/web", "/sys/fs/cgroup/web", true },
		{ "cpu=/web", "/sys/fs/cgroup/cpu,cpuacct/web", true },
		{ "cpu=/web", "/sys/fs/cgroup/cpu,cpuacct/a/web", false },
		{ "cpu=/web", "", true },
		{ "cpu=" USERS "/a.scope/web", "", false },
	};
	static const char *const folders[] = { "/run", "/run/runc", "/run/runc/web" };
	struct sinsp_options opts = { .host_root = root };
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", root, folders[i]);
		CU_ASSERT_EQUAL(mkdir(text, 0755), 0);
	}
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "{\"cgroup_paths\":{\"\":\"%s\"}}", rows[i].state);
		put("/run/runc/web/state.json", text);
		begin_live();
		clone_in(200, rows[i].cgroup);
		fake_open(&f, &opts);
		fake_run(&f);
		if ((container_of(200) != NULL) != rows[i].is) {
			printf("    %s, state %s\n", rows[i].cgroup, rows[i].state);
			CU_FAIL("wrong cgroup");
		}
		fake_free(&f);
	}
	take("/run/runc/web/state.json");
	take("/run/runc/web");
	take("/run/runc");
	take("/run");
}

/* A recorder in a cgroup namespace reads paths that lack their beginning. */
static void half_of_a_path_tells_no_owner(void)
{
	struct sinsp_options opts = { .host_root = root };
	static const char *const folders[] = { "/proc", "/proc/self", "/proc/self/ns" };
	char full[256];
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(full, sizeof(full), "%s%s", root, folders[i]);
		CU_ASSERT_EQUAL(mkdir(full, 0755), 0);
	}
	put("/proc/self/ns/cgroup", "");
	begin_live();
	clone_in(200, MINE);
	clone_in(201, INSIDE);
	fake_open(&f, &opts);
	fake_run(&f);
	CU_ASSERT_PTR_EQUAL(container_of(200), container_of(201));
	fake_free(&f);
	take("/proc/self/ns/cgroup");
	while (i--)
		take(folders[i]);
}

static void ends_with_its_first_process(void)
{
	struct sinsp_container *c;

	begin();
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 200, .pid = 200, .ptid = 100, .vtid = 1, .vpid = 1, .cgroup = POD });
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 300, .pid = 300, .ptid = 200, .vtid = 2, .vpid = 2, .cgroup = POD });
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 300, "qqccq", 0ll, 1ll, 0ll, 0ll, 0ll);
	/* one of a namespace of its own, inside */
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 400, .pid = 400, .ptid = 200, .vtid = 1, .vpid = 1, .cgroup = POD });
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 400, "qqccq", 0ll, 1ll, 0ll, 0ll, 0ll);
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 200, "qqccq", 0ll, 3ll, 0ll, 0ll, 0ll);
	fake_open(&f, NULL);
	fake_step(&f, 6);
	c = container_of(200);
	CU_ASSERT_EQUAL(c->ended, 0);
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(c->ended, FAKE_START + 6000);
	CU_ASSERT_EQUAL(c->exit_code, 3);
	fake_free(&f);

	begin();
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 200, .pid = 200, .ptid = 100, .vtid = 1, .vpid = 1, .cgroup = POD });
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 200, "qqccq", 9ll, 0ll, 9ll, 0ll, 0ll);
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_EQUAL(sinsp_find_container(f.s, ID)->exit_code, 128 + 9);
	fake_free(&f);
}

/* In the host's namespace: one that is made inside does not begin or end the container. */
static void a_namespace_inside_does_not_end_it(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .cgroup = POD });
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 200, "s",
		 "{\"container\":{\"id\":\"0123456789ab\",\"full_id\":\"" ID
		 "\",\"name\":\"web\",\"host_pid\":true}}");
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 400, .pid = 400, .ptid = 200, .vtid = 1, .vpid = 1, .cgroup = POD });
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 400, "qqccq", 0ll, 1ll, 0ll, 0ll, 0ll);
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_EQUAL(sinsp_find_container(f.s, ID)->ended, 0);
	fake_free(&f);
}

/* The cgroup counts them; it is told in front of the end. */
static void kills_for_want_of_memory_are_told(void)
{
	static const char *const folders[] = { "/sys", "/sys/fs", "/sys/fs/cgroup",
					       "/sys/fs/cgroup/docker",
					       "/sys/fs/cgroup/docker/" ID };
	struct sinsp_options opts = { .host_root = root };
	char full[256];
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(full, sizeof(full), "%s%s", root, folders[i]);
		CU_ASSERT_EQUAL(mkdir(full, 0755), 0);
	}
	put("/sys/fs/cgroup/docker/" ID "/memory.events",
	    "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\n");
	begin_live();
	fake_clone(&f,
		   (struct fake_clone){
			   .tid = 200, .pid = 200, .ptid = 100, .cgroup = "memory=/docker/" ID });
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 200, "qqccq", 9ll, 0ll, 9ll, 0ll, 0ll);
	fake_open(&f, &opts);
	fake_step(&f, 4);
	CU_ASSERT_TRUE(f.ev->injected);
	CU_ASSERT_EQUAL(f.ev->told->oom_kills, 1);
	CU_ASSERT_PTR_NOT_NULL(
		strstr((const char *)scap_param_ptr(&f.ev->raw, 0), "\"oom_kills\":1"));
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->type, SCAP_EVT_PROCEXIT_1_E);
	fake_free(&f);
	take("/sys/fs/cgroup/docker/" ID "/memory.events");
	while (i--)
		take(folders[i]);
}

/* Without the controller at its level the kernel tells the cgroup above, with all in there. */
static void kills_in_the_cgroup_above_are_not_its_own(void)
{
	static const char cgroups[] = "memory=/docker\0perf_event=/docker/" ID;
	static const char *const folders[] = { "/sys", "/sys/fs", "/sys/fs/cgroup",
					       "/sys/fs/cgroup/docker" };
	struct sinsp_options opts = { .host_root = root };
	struct sinsp_thread *t;
	char full[256];
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(full, sizeof(full), "%s%s", root, folders[i]);
		CU_ASSERT_EQUAL(mkdir(full, 0755), 0);
	}
	put("/sys/fs/cgroup/docker/memory.events", "oom_kill 7\n");
	begin_live();
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 200, .ptid = 100, .cgroup = "cpu=/docker/" ID });
	fake_fstat(&f, 200, 0);
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 200, "qqccq", 9ll, 0ll, 9ll, 0ll, 0ll);
	fake_open(&f, &opts);
	fake_step(&f, 3);
	t = sinsp_find_thread(f.s, 200);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	t->cgroups = (struct scap_bytes){ cgroups, sizeof(cgroups) };
	fake_run(&f);
	CU_ASSERT_EQUAL(sinsp_find_container(f.s, ID)->oom_kills, 0);
	fake_free(&f);
	take("/sys/fs/cgroup/docker/memory.events");
	while (i--)
		take(folders[i]);
}

static void users_of_a_container_are_its_own(void)
{
	struct sinsp_container *c;
	struct scap_user *u;

	begin();
	u = scap_snapshot_user(f.scap->snap);
	*u = (struct scap_user){ .uid = 1000, .name = "alice", .home = "/", .shell = "/bin/sh" };
	fake_exec(&f, 200, "x", "/x", POD);
	fake_add(&f, SCAP_EVT_USER_ADDED_E, -1, "ddssss", 1000ll, 1000ll, "app", "/app", "/bin/sh",
		 "0123456789ab");
	fake_add(&f, SCAP_EVT_GROUP_ADDED_E, -1, "dss", 7ll, "lp", "");
	fake_add(&f, SCAP_EVT_USER_ADDED_E, -1, "ddssss", 5ll, 5ll, "gone", "/", "", "");
	fake_add(&f, SCAP_EVT_USER_DELETED_E, -1, "ddssss", 5ll, 5ll, "gone", "/", "", "");
	fake_open(&f, NULL);
	fake_run(&f);
	c = container_of(200);
	CU_ASSERT_STRING_EQUAL(sinsp_find_user(f.s, NULL, 1000)->name, "alice");
	CU_ASSERT_STRING_EQUAL(sinsp_find_user(f.s, c, 1000)->name, "app");
	CU_ASSERT_STRING_EQUAL(sinsp_find_user(f.s, c, 0)->name, "root");
	CU_ASSERT_STRING_EQUAL(sinsp_find_group(f.s, NULL, 7)->name, "lp");
	CU_ASSERT_PTR_NULL(sinsp_find_user(f.s, NULL, 5));
	CU_ASSERT_PTR_NULL(sinsp_find_user(f.s, c, 33));
	fake_free(&f);
}

#define ANSWER                                                                                                                       \
	"{\"container\":{\"id\":\"0123456789ab\",\"full_id\":\"" ID "\",\"type\":6,"                                                 \
	"\"name\":\"other\",\"image\":\"bb:1\",\"imagetag\":\"1\",\"memory_limit\":4096,\"cpu_quota\":7,\"privileged\":true,\"ip\":" \
	"\"10.0.0.9\",\"labels\":{\"a\":\"new\",\"b\":\"new\"},\"pod_sandbox_labels\":{\"app\":"                                     \
	"\"shop\"}}}"

static int learn(const char *json)
{
	return sinsp_learn_container(f.s, json, strlen(json));
}

static void an_answer_fills_what_is_not_known(void)
{
	struct sinsp_options opts = { .host_root = root };
	struct sinsp_label *label;
	struct sinsp_container *c;

	begin_live();
	fake_exec(&f, 200, "x", "/x", POD);
	fake_fstat(&f, 200, 0);
	fake_open(&f, &opts);
	fake_step(&f, 3);
	c = container_of(200);
	c->name = "web"; /* as if a file had told */
	c->cpu_quota = 5;
	c->labels = label = calloc(1, sizeof(*label));
	*label = (struct sinsp_label){ "a", "old" };
	c->n_labels = 1;
	CU_ASSERT_EQUAL(learn(ANSWER), 1);
	CU_ASSERT_STRING_EQUAL(c->name, "web");
	CU_ASSERT_STRING_EQUAL(c->image, "bb:1");
	CU_ASSERT_STRING_EQUAL(c->ip, "10.0.0.9");
	CU_ASSERT_STRING_EQUAL(c->pod_labels, "app\tshop\n");
	CU_ASSERT_EQUAL(c->type, SINSP_CT_CRI);
	CU_ASSERT_TRUE(c->privileged);
	CU_ASSERT_TRUE(c->answered);
	CU_ASSERT_EQUAL(c->memory_limit, 4096);
	CU_ASSERT_EQUAL(c->cpu_quota, 5);
	CU_ASSERT_EQUAL_FATAL(c->n_labels, 2);
	CU_ASSERT_STRING_EQUAL(c->labels[0].value, "old");
	CU_ASSERT_STRING_EQUAL(c->labels[1].value, "new");
	fake_step(&f, 1);
	CU_ASSERT_TRUE(f.ev->injected);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.ev->told->json, "10.0.0.9"));
	CU_ASSERT_EQUAL(learn(ANSWER), 0);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->injected);
	fake_free(&f);
}

static void an_answer_about_others_is_passed_over(void)
{
	struct sinsp_options opts = { .host_root = root };

	begin_live();
	fake_exec(&f, 200, "x", "/x", POD);
	fake_open(&f, &opts);
	fake_step(&f, 2);
	/* of the same beginning, but another one */
	CU_ASSERT_EQUAL(learn("{\"container\":{\"id\":\"0123456789ab\",\"full_id\":"
			      "\"0123456789ab0\",\"name\":\"other\"}}"),
			0);
	CU_ASSERT_EQUAL(learn("{\"container\":{\"id\":\"ffffffffffff\",\"name\":\"other\"}}"), 0);
	CU_ASSERT(learn("{\"container\":7}") < 0);
	CU_ASSERT_STRING_EQUAL(container_of(200)->name, "");
	fake_free(&f);
}

static void makes_its_root(void)
{
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
}

static void removes_its_root(void)
{
	CU_ASSERT_EQUAL(rmdir(root), 0);
}

SUITE("containers", TEST(makes_its_root), TEST(cgroup_says_which_container),
      TEST(event_in_the_capture_names_it), TEST(event_of_a_plugin_names_it_too),
      TEST(is_found_by_id_prefix_and_name), TEST(name_given_by_hand_needs_an_event),
      TEST(damaged_text_is_passed_over), TEST(while_recording_its_event_comes_before_its_first),
      TEST(containers_that_run_already_come_first), TEST(nothing_is_made_when_it_is_not_wanted),
      TEST(one_that_is_gone_already_has_its_names), TEST(only_runtimes_of_the_host_are_believed),
      TEST(a_setuid_program_of_any_name_is_no_runtime), TEST(a_call_does_not_change_what_runs),
      TEST(what_made_a_container_may_name_it), TEST(nobody_else_names_it),
      TEST(the_id_of_anothers_is_no_way_into_it), TEST(whoever_was_first_the_host_has_the_id),
      TEST(one_of_a_user_has_its_id_but_no_name_of_the_hosts),
      TEST(a_name_by_hand_is_that_of_its_cgroup), TEST(half_of_a_path_tells_no_owner),
      TEST(an_answer_fills_what_is_not_known), TEST(an_answer_about_others_is_passed_over),
      TEST(ends_with_its_first_process), TEST(a_namespace_inside_does_not_end_it),
      TEST(kills_for_want_of_memory_are_told), TEST(kills_in_the_cgroup_above_are_not_its_own),
      TEST(users_of_a_container_are_its_own), TEST(removes_its_root))

/* SPDX-License-Identifier: BSD-2-Clause */
/* From a container that comes to light, through scapula-ask and a daemon, to its second event. */
#include "fake_capture.h"
#include "suite.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../../tools/asking.h"
#include "fake_daemon.h"

#define ID	 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHORT_ID "0123456789ab"
#define CGROUP	 "cpu=/docker/" ID

static char root[] = "/tmp/test_asking.XXXXXX";
static struct fake f;
static struct fake_daemon d;
static struct options o;
static struct asking a;

static void serve(struct fake_daemon *daemon, int fd)
{
	char buf[4096];
	const char *path;

	while ((path = fake_request(daemon, fd, buf, sizeof(buf))))
		fake_answer(fd, strcmp(path, "/containers/" ID "/json") ? 404 : 200,
			    "{\"Id\":\"" ID
			    "\",\"Name\":\"/web\",\"Config\":{\"Image\":\"bb:1\"}}");
}

static void serve_unknown(struct fake_daemon *daemon, int fd)
{
	char buf[4096];

	while (fake_request(daemon, fd, buf, sizeof(buf)))
		fake_answer(fd, 404, "{}");
}

/* A container, whose first event is there; what its runtime left on disk is not. */
static void begin_with(const char *cgroup, const char *kind,
		       void (*how)(struct fake_daemon *daemon, int fd))
{
	struct sinsp_options opts = { .host_root = root };

	strcpy(root, "/tmp/test_asking.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_exec(&f, 200, "sh", "/bin/sh", cgroup);
	fake_fstat(&f, 200, 0);
	fake_fstat(&f, 200, 0);
	fake_open(&f, &opts);
	fake_step(&f, 1);
	CU_ASSERT_TRUE_FATAL(f.ev->injected && f.ev->told);
	fake_begin(&d, how);
	memset(&o, 0, sizeof(o));
	o.ask.sockets[0].kind = kind;
	o.ask.sockets[0].path = d.path;
	o.ask.n_sockets = 1;
	o.ask.timeout = 10000;
}

static void begin(void (*how)(struct fake_daemon *daemon, int fd))
{
	begin_with(CGROUP, "docker", how);
}

static void end(void)
{
	fake_end(&d);
	fake_free(&f);
	rmdir(root);
}

static void wait_for_answers(void)
{
	asking_wait(&a, f.s, 20000);
	CU_ASSERT_EQUAL(a.under_way, 0);
}

static void an_answer_becomes_a_second_event(void)
{
	begin(serve);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 1);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 1);
	fake_step(&f, 1);
	CU_ASSERT_TRUE_FATAL(f.ev->injected && f.ev->told);
	CU_ASSERT_STRING_EQUAL(f.ev->told->name, "web");
	CU_ASSERT_STRING_EQUAL(f.ev->told->image, "bb:1");
	CU_ASSERT_PTR_NOT_NULL(strstr(f.ev->told->json, "\"name\":\"web\""));
	asking_container(&a, f.ev); /* it is known now */
	CU_ASSERT_EQUAL(a.asked, 1);
	asking_end(&a, false);
	end();
}

#define POD_UID "11111111-2222-3333-4444-555555555555"
#define KUBE_ID "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static void serve_api(struct fake_daemon *daemon, int fd)
{
	char buf[8192];
	const char *path;

	while ((path = fake_request(daemon, fd, buf, sizeof(buf)))) {
		if (strstr(path, "watch=1")) {
			fake_hang(daemon);
			return;
		}
		fake_answer(fd, strstr(path, "jobs") ? 403 : 200,
			    strncmp(path, "/api/v1/pods?", 13)
				    ? "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}"
				    : "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[{"
				      "\"metadata\":{\"name\":\"web-0\",\"namespace\":\"shop\","
				      "\"uid\":\"" POD_UID "\",\"ownerReferences\":[{\"kind\":"
				      "\"StatefulSet\",\"name\":\"web\",\"uid\":\"s\","
				      "\"controller\":true}]}}]}");
	}
}

static void the_api_server_tells_of_its_pod(void)
{
	static const char cgroup[] = "cpu=/kubepods/burstable/pod" POD_UID "/" KUBE_ID;
	struct sinsp_options opts = { .host_root = root };
	struct sinsp_owner owner;

	strcpy(root, "/tmp/test_asking.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_exec(&f, 200, "sh", "/bin/sh", cgroup);
	fake_open(&f, &opts);
	fake_step(&f, 1);
	fake_begin_tcp(&d, serve_api);
	memset(&o, 0, sizeof(o));
	o.ask.api = d.path;
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 1);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 1);
	fake_step(&f, 1);
	CU_ASSERT_TRUE_FATAL(f.ev->injected && f.ev->told);
	CU_ASSERT_STRING_EQUAL(f.ev->told->pod_name, "web-0");
	CU_ASSERT_STRING_EQUAL(f.ev->told->pod_namespace, "shop");
	CU_ASSERT_TRUE_FATAL(sinsp_container_owner(f.ev->told, &owner));
	CU_ASSERT_NSTRING_EQUAL(owner.kind, "StatefulSet", owner.kind_len);
	CU_ASSERT_NSTRING_EQUAL(owner.name, "web", owner.name_len);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(a.notes, "jobs")), "refused: 403");
	asking_end(&a, false);
	end();
}

static void what_is_unknown_there_is_counted(void)
{
	begin(serve_unknown);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 0);
	CU_ASSERT_EQUAL(a.failed[0], 1);
	asking_end(&a, false);
	end();
}

static void nobody_is_asked_if_that_is_not_wanted(void)
{
	begin(serve);
	o.ask.nobody = true;
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 0);
	CU_ASSERT_EQUAL(a.starts, 0);
	asking_end(&a, false);
	end();
	CU_ASSERT_EQUAL(d.connections, 0);
}

static void without_a_socket_no_process_is_started(void)
{
	begin(serve);
	o.ask.sockets[0].kind = "cri";
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.starts, 0);
	asking_end(&a, false);
	end();
}

static void serve_never(struct fake_daemon *daemon, int fd)
{
	char buf[4096];

	fake_request(daemon, fd, buf, sizeof(buf));
	fake_hang(daemon);
}

static void who_does_not_answer_is_not_waited_for(void)
{
	begin(serve_never);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	asking_wait(&a, f.s, 50);
	CU_ASSERT_EQUAL(a.under_way, 1);
	asking_end(&a, false);
	end();
}

/* Its user's podman has no socket here: that is nobody's failure. */
static void a_users_container_is_asked_of_its_users_podman(void)
{
	static const char cgroup[] = "cpu=/user.slice/user-4294901.slice/user@4294901.service/"
				     "user.slice/libpod-" ID ".scope";
	struct sinsp_options opts = { .host_root = root };
	size_t i, failed = 0;

	strcpy(root, "/tmp/test_asking.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_exec(&f, 200, "sh", "/bin/sh", cgroup);
	fake_open(&f, &opts);
	fake_step(&f, 1);
	CU_ASSERT_TRUE_FATAL(f.ev->told && f.ev->told->type == SINSP_CT_PODMAN);
	fake_begin(&d, serve);
	memset(&o, 0, sizeof(o));
	o.ask.sockets[0].kind = "podman"; /* the machine's, which is another one */
	o.ask.sockets[0].path = d.path;
	o.ask.n_sockets = 1;
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 1);
	wait_for_answers();
	for (i = 0; i < ASKING_CAUSES; i++)
		failed += a.failed[i];
	CU_ASSERT_EQUAL(failed, 1);
	CU_ASSERT_EQUAL(a.answered, 0);
	asking_end(&a, false);
	end();
	CU_ASSERT_EQUAL(d.connections, 0);
}

/* Whoever may write to the folder could have put another program there. */
static void a_program_that_may_be_anybodys_is_not_started(void)
{
	char folder[4096] = "", *slash;
	struct stat st;

	CU_ASSERT_FATAL(readlink("/proc/self/exe", folder, sizeof(folder) - 1) > 0);
	slash = strrchr(folder, '/');
	*slash = '\0';
	CU_ASSERT_EQUAL_FATAL(stat(folder, &st), 0);
	begin(serve);
	asking_begin(&a, &o);
	CU_ASSERT_EQUAL(chmod(folder, 0777), 0);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(chmod(folder, st.st_mode & 07777), 0);
	CU_ASSERT_EQUAL(a.asked, 0);
	CU_ASSERT_EQUAL(a.not_started, 1);
	asking_end(&a, false);
	end();
}

static void a_process_that_ends_is_started_again(void)
{
	begin(serve);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	wait_for_answers();
	a.under_way = 1; /* as if one were asked for */
	kill(a.pid, SIGKILL);
	while (a.fd >= 0) {
		usleep(5000);
		asking_take(&a, f.s);
	}
	CU_ASSERT_EQUAL(a.ended, 1);
	sinsp_find_container(f.s, ID)->answered = false;
	fake_step(&f, 1);
	CU_ASSERT_TRUE_FATAL(f.ev->injected && f.ev->told);
	asking_container(&a, f.ev);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.starts, 2);
	CU_ASSERT_EQUAL(a.answered, 2);
	asking_end(&a, false);
	end();
}

/* That it has ended is seen with the next question, which must not get lost by that. */
static void a_question_to_one_that_has_ended_is_asked_again(void)
{
	siginfo_t info;

	begin(serve);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	wait_for_answers();
	kill(a.pid, SIGKILL);
	CU_ASSERT_EQUAL(waitid(P_PID, (id_t)a.pid, &info, WEXITED | WNOWAIT), 0);
	sinsp_find_container(f.s, ID)->answered = false;
	fake_step(&f, 1);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 2);
	CU_ASSERT_EQUAL(a.starts, 2);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 2);
	asking_end(&a, false);
	end();
}

static int gate[2];

static void serve_when_told(struct fake_daemon *daemon, int fd)
{
	char c;

	if (read(gate[0], &c, 1) == 0)
		serve(daemon, fd);
}

/* A container can have its second event before it is answered. */
static void what_is_asked_for_twice_is_answered_once(void)
{
	unsigned int i;

	CU_ASSERT_EQUAL_FATAL(pipe2(gate, O_CLOEXEC), 0);
	begin(serve_when_told);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 2);
	for (i = 0; a.under_way == 2 && i < 2000; i++) {
		usleep(5000);
		asking_take(&a, f.s);
	}
	close(gate[1]);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 1);
	CU_ASSERT_EQUAL(a.failed[0] + a.failed[ASKING_CAUSES - 1], 0);
	asking_end(&a, false);
	end();
	close(gate[0]);
}

static void a_label_adds_no_question(void)
{
	begin(serve);
	f.ev->told->pod_uid = "x\ndocker " KUBE_ID " 0 -";
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 1);
	asking_end(&a, false);
	o.ask.api = "http://127.0.0.1:1";
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 1);
	CU_ASSERT_EQUAL(a.failed[ASKING_CAUSES - 1], 1);
	asking_end(&a, false);
	end();
	CU_ASSERT_PTR_NULL(strstr(d.seen, KUBE_ID));
}

static void serve_with_pod(struct fake_daemon *daemon, int fd)
{
	char buf[4096];

	while (fake_request(daemon, fd, buf, sizeof(buf)))
		fake_answer(fd, 200,
			    "{\"Id\":\"" ID "\",\"Config\":{\"Labels\":{"
			    "\"io.kubernetes.pod.uid\":\"" POD_UID "\"}}}");
}

/* Below a cgroup of one's own the path does not tell of the pod. */
static void of_a_pod_that_the_runtime_tells_the_api_server_is_asked(void)
{
	struct fake_daemon api;

	begin(serve_with_pod);
	fake_begin_tcp(&api, serve_api);
	o.ask.api = api.path;
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 1);
	wait_for_answers();
	fake_step(&f, 1);
	CU_ASSERT_TRUE_FATAL(f.ev->injected && f.ev->told);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 2);
	wait_for_answers();
	CU_ASSERT_EQUAL(a.answered, 2);
	CU_ASSERT_STRING_EQUAL(sinsp_find_container(f.s, ID)->pod_name, "web-0");
	asking_end(&a, false);
	fake_end(&api);
	end();
}

/* Users inside of a container are none of this machine, nor does that know of their containers. */
static void a_users_slice_in_a_container_is_none(void)
{
	begin_with("cpu=/docker/" KUBE_ID "/user.slice/user-65000.slice/libpod-" ID ".scope",
		   "podman", serve);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	CU_ASSERT_EQUAL(a.asked, 0);
	asking_end(&a, false);
	end();
}

/* A pipe that a chisel has open ends when the chisel closes it. */
static void what_others_have_open_is_not_kept_open(void)
{
	struct pollfd end_of_pipe = { .events = POLLIN };
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	begin(serve);
	asking_begin(&a, &o);
	asking_container(&a, f.ev);
	wait_for_answers();
	close(fds[1]);
	end_of_pipe.fd = fds[0];
	CU_ASSERT_EQUAL(poll(&end_of_pipe, 1, 0), 1);
	close(fds[0]);
	asking_end(&a, false);
	end();
}

/* The test itself, with the other end of @pair, is what scapula-ask would be. */
static void begin_without(int pair[2])
{
	char c = 0;

	asking_begin(&a, &o);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	a.fd = pair[0];
	a.pid = fork();
	if (a.pid == 0) {
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
		fake_send(pair[1], &c, 1);
		close(pair[1]);
		for (;;)
			pause();
	}
	CU_ASSERT_EQUAL(read(pair[0], &c, 1), 1);
}

/* Events wait meanwhile: whatever it sends, it is left after a while. */
static void not_everything_is_taken_at_once(void)
{
	static char lines[262144];
	static const char line[] = "{\"note\":\"so it is\"}\n";
	int pair[2], size = 262144, left = 0;
	size_t i;

	begin(serve);
	begin_without(pair);
	a.under_way = 1;
	for (i = 0; i + strlen(line) < sizeof(lines); i += strlen(line))
		memcpy(lines + i, line, strlen(line));
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	CU_ASSERT(send(pair[1], lines, i, MSG_DONTWAIT | MSG_NOSIGNAL) > 140000);
	asking_take(&a, f.s);
	CU_ASSERT_EQUAL(ioctl(pair[0], FIONREAD, &left), 0);
	CU_ASSERT(left > 0);
	asking_end(&a, false);
	close(pair[1]);
	end();
}

/* What is written to standard error while asking_end() runs. */
static void end_heard(char *heard, size_t size)
{
	int saved = dup(STDERR_FILENO), fds[2];
	ssize_t n;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	asking_end(&a, false);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = read(fds[0], heard, size - 1);
	heard[n > 0 ? n : 0] = '\0';
	close(fds[0]);
}

/* Nothing is asked for, and what is the matter with the server is told all the same: once. */
static void what_cannot_be_had_is_told_at_the_end(void)
{
	static const char lines[] =
		"{\"note\":\"pods\",\"cause\":\"unreached\",\"why\":\"nobody there\"}\n"
		"{\"note\":\"jobs\",\"cause\":\"refused\",\"why\":\"403\"}\n"
		"{\"note\":\"nodes\",\"cause\":\"untrusted\",\"why\":\"/x: No such\\nfile\"}\n"
		"{\"note\":\"pods\",\"cause\":\"ok\"}\n{\"note\":7}\n"
		"{\"note\":\"services\",\"cause\":\"refused\",\"why\":\"403\"}\n";
	char heard[1024];
	int pair[2];

	begin(serve);
	begin_without(pair);
	fake_send(pair[1], lines, strlen(lines));
	end_heard(heard, sizeof(heard));
	CU_ASSERT_STRING_EQUAL(
		heard, "scapula: the API server does not list jobs, services: refused: 403\n"
		       "scapula: the API server does not list nodes: not trusted, or no token: "
		       "/x: No such.file\n");
	CU_ASSERT_PTR_NULL(a.notes);
	close(pair[1]);
	end();
}

static void what_nobody_asked_for_is_not_taken(void)
{
	static const char lines[] = "{\"failed\":\"unknown\"}\n{\"container\":{\"id\":\"" SHORT_ID
				    "\",\"full_id\":\"" ID "\",\"name\":\"liar\"}}\n";
	int pair[2];

	begin(serve);
	begin_without(pair);
	a.under_way = 1;
	fake_send(pair[1], lines, strlen(lines));
	asking_take(&a, f.s);
	CU_ASSERT_EQUAL(a.answered, 0);
	CU_ASSERT_STRING_EQUAL(sinsp_find_container(f.s, ID)->name, "");
	asking_end(&a, false);
	close(pair[1]);
	end();
}

/*
 * It may hang where no signal reaches it. Here a debugger keeps it: until that has seen its end
 * nobody else does. The test hangs if it is waited for.
 */
static void who_cannot_be_killed_is_not_waited_for(void)
{
	int pair[2], ready[2], until[2];
	pid_t tracer;
	char c = 0;

	begin(serve);
	begin_without(pair);
	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(until), 0);
	tracer = fork();
	if (tracer == 0) {
		close(until[1]);
		c = ptrace(PTRACE_SEIZE, a.pid, 0, 0) == 0;
		if (write(ready[1], &c, 1) == 1 && read(until[0], &c, 1) == 0)
			_exit(0);
		_exit(1);
	}
	CU_ASSERT_EQUAL(read(ready[0], &c, 1), 1);
	CU_ASSERT_EQUAL(c, 1);
	asking_end(&a, false);
	close(until[1]);
	waitpid(tracer, NULL, 0);
	CU_ASSERT_EQUAL(waitpid(a.pid, NULL, 0), a.pid);
	close(ready[0]);
	close(ready[1]);
	close(until[0]);
	close(pair[1]);
	end();
}

SUITE("asking", TEST(an_answer_becomes_a_second_event), TEST(the_api_server_tells_of_its_pod),
      TEST(what_is_unknown_there_is_counted), TEST(nobody_is_asked_if_that_is_not_wanted),
      TEST(without_a_socket_no_process_is_started), TEST(who_does_not_answer_is_not_waited_for),
      TEST(a_users_container_is_asked_of_its_users_podman),
      TEST(a_program_that_may_be_anybodys_is_not_started),
      TEST(a_process_that_ends_is_started_again),
      TEST(a_question_to_one_that_has_ended_is_asked_again),
      TEST(what_is_asked_for_twice_is_answered_once), TEST(a_label_adds_no_question),
      TEST(of_a_pod_that_the_runtime_tells_the_api_server_is_asked),
      TEST(a_users_slice_in_a_container_is_none), TEST(what_others_have_open_is_not_kept_open),
      TEST(not_everything_is_taken_at_once), TEST(what_cannot_be_had_is_told_at_the_end),
      TEST(what_nobody_asked_for_is_not_taken), TEST(who_cannot_be_killed_is_not_waited_for))

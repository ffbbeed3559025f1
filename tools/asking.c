/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The recorder's side of asking. The process is started when the first container comes to light
 * whose runtime has a socket on this machine; its queue is the buffer of the socket between.
 */
#include "asking.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "asking_notes.h"
#include "complain.h"

#define LINE_MAX_BYTES 524288u
#define STARTS_MAX     8u
#define WORD_MAX       128u
#define TAKE_BYTES     131072u /* at a time: events are waiting */
#define END_MS	       500u    /* so long it is waited for when it was killed */
#define PROGRAM	       "scapula-ask"

static const struct {
	const char *kind, *path;
} usual[] = {
	{ "docker", "/var/run/docker.sock" },
	{ "podman", "/run/podman/podman.sock" },
	{ "cri", "/run/containerd/containerd.sock" },
	{ "cri", "/run/crio/crio.sock" },
	{ "cri", "/run/k3s/containerd/containerd.sock" },
};

#define N_USUAL (sizeof(usual) / sizeof(usual[0]))

/* The causes that scapula-ask tells, and what they mean. */
static const struct {
	const char *name, *text;
} causes[ASKING_CAUSES] = {
	{ "unknown", "not known there" },
	{ "timeout", "too slow" },
	{ "unreached", "not reached" },
	{ "too-large", "answer too large" },
	{ "wrong", "answer not understood" },
	{ "refused", "refused" },
	{ "untrusted", "not trusted, or no token" },
	{ "queue-full", "too many at a time" },
	{ "nobody", NULL }, /* nobody was there to be asked: no failure, ... */
	{ "again", NULL },  /* ... nor is that it is asked for already */
};

#define OTHER (ASKING_CAUSES - 1)

/* Sockets of a kind that are given take the place of the usual ones. */
static bool is_chosen(const struct options_ask *o, const char *kind)
{
	size_t i;

	for (i = 0; i < o->n_sockets; i++)
		if (strcmp(o->sockets[i].kind, kind) == 0)
			return true;
	return false;
}

/* ---- the process ---- */

static bool is_ours(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0) &&
	       !(st.st_mode & S_IWOTH);
}

/* Not one that anybody could have put there: recorders run as root, in /tmp too. */
static bool is_program(char *path)
{
	char *slash = strrchr(path, '/');
	bool good = access(path, X_OK) == 0 && is_ours(path);

	*slash = '\0';
	good = good && is_ours(path);
	*slash = '/';
	return good;
}

/* Beside the command as it is built, PREFIX/libexec/scapula as it is installed. */
static bool find_program(char *path, size_t size)
{
	static const char *const places[] = { "%.*s/" PROGRAM, "%.*s/../libexec/scapula/" PROGRAM };
	char self[4096], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	size_t i;

	slash = n > 0 ? memrchr(self, '/', (size_t)n) : NULL;
	for (i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, size, places[i], (int)(slash - self), self);
		if (is_program(path))
			return true;
	}
	return false;
}

#define ARGS_MAX (2 * (OPTIONS_SOCKETS + N_USUAL) + 16)

static void add_arg(char **argv, const char *what, const char *value)
{
	while (*argv)
		argv++;
	if (!value || !*value)
		return;
	argv[0] = (char *)(uintptr_t)what;
	argv[1] = (char *)(uintptr_t)value;
}

static void fill_args(const struct options_ask *o, char **argv)
{
	static char timeout[24];
	size_t i;

	snprintf(timeout, sizeof(timeout), "%llu", (unsigned long long)o->timeout);
	add_arg(argv, "timeout", timeout);
	for (i = 0; i < o->n_sockets; i++)
		add_arg(argv, o->sockets[i].kind, o->sockets[i].path);
	for (i = 0; i < N_USUAL; i++)
		if (!is_chosen(o, usual[i].kind))
			add_arg(argv, usual[i].kind, usual[i].path);
	add_arg(argv, "kube", o->api);
	add_arg(argv, "token", o->token);
	add_arg(argv, "ca", o->ca);
	add_arg(argv, "cert", o->cert);
	add_arg(argv, "key", o->key);
	add_arg(argv, "node", o->node);
}

/* Starts it with @argv, whose first is filled in, and @fd as its input and output. */
static int spawn(char **argv, int fd, int *pid)
{
	static char path[8192];
	posix_spawn_file_actions_t files;
	char *env[] = { NULL };
	int rc;

	if (!find_program(path, sizeof(path)))
		return -ENOENT;
	argv[0] = path;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, fd, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, fd, STDOUT_FILENO);
	rc = posix_spawn(pid, path, &files, NULL, argv, env);
	posix_spawn_file_actions_destroy(&files);
	return -rc;
}

static bool start(struct asking *a)
{
	char *argv[ARGS_MAX] = { (char *)(uintptr_t)PROGRAM };
	int pair[2], rc;

	a->starts++;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	fill_args(&a->options->ask, argv);
	rc = spawn(argv, pair[1], &a->pid);
	close(pair[1]);
	if (rc) {
		close(pair[0]);
		return false;
	}
	a->fd = pair[0];
	return true;
}

char *asking_cloud(void)
{
	char *argv[] = { NULL, (char *)(uintptr_t) "cloud", NULL };
	struct sinsp_text t = { 0 };
	char buf[1024];
	int pair[2], pid;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return NULL;
	if (spawn(argv, pair[1], &pid)) {
		close(pair[0]);
		close(pair[1]);
		complain("--ask-cloud: " PROGRAM " cannot be started");
		return NULL;
	}
	close(pair[1]);
	while (t.len < 4096 && (n = read(pair[0], buf, sizeof(buf))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			sinsp_text_add(&t, buf, (size_t)n);
	}
	close(pair[0]);
	waitpid(pid, NULL, 0);
	if (!t.ptr)
		complain("--ask-cloud: no metadata service has answered");
	return t.ptr;
}

/* The API server lists all that it has first: that takes its time. */
void asking_begin(struct asking *a, const struct options *o)
{
	*a = (struct asking){ .options = o->ask.nobody ? NULL : o, .fd = -1 };
	if (a->options && o->ask.api)
		start(a);
}

static void stop(struct asking *a)
{
	unsigned int i;

	if (a->fd < 0)
		return;
	close(a->fd);
	a->fd = -1;
	/*
	 * It ends as soon as it sees that; if it cannot, it is of no use to anybody. Who hangs in a
	 * file system of a user's cannot even be killed: nobody waits for that.
	 */
	kill(a->pid, SIGKILL);
	for (i = 0; i < END_MS && waitpid(a->pid, NULL, WNOHANG) == 0; i++)
		usleep(1000);
}

static void lost(struct asking *a)
{
	stop(a);
	a->ended += a->under_way;
	a->under_way = 0;
	sinsp_text_clear(&a->text);
}

/* ---- asking ---- */

static const char *kind_of(const struct sinsp_container *c)
{
	switch (c->type) {
	case SINSP_CT_DOCKER:
		return "docker";
	case SINSP_CT_PODMAN:
		return "podman";
	case SINSP_CT_CRI:
	case SINSP_CT_CRIO:
		return "cri";
	default:
		return NULL;
	}
}

/*
 * Whose podman runs the thread's container: its cgroup is below its user's; 0: the machine's. What
 * is called the same inside of a container is another machine's.
 */
static unsigned int user_of(const struct sinsp_thread *t)
{
	static const char slice[] = "=/user.slice/user-";
	const char *p = t ? memmem(t->cgroups.ptr, t->cgroups.len, slice, strlen(slice)) : NULL;
	unsigned int uid = 0;

	return p && sscanf(p + strlen(slice), "%u.slice", &uid) == 1 ? uid : 0;
}

/* So that no process is started where there is nobody. */
static bool is_anybody(const struct options_ask *o, const char *kind, unsigned int uid)
{
	struct stat st;
	size_t i;

	if (uid || is_chosen(o, kind))
		return true;
	for (i = 0; i < N_USUAL; i++)
		if (strcmp(usual[i].kind, kind) == 0 && stat(usual[i].path, &st) == 0)
			return true;
	return false;
}

/* Something that can be part of a line: names of pods come from labels, which say anything. */
static bool is_word(const char *s)
{
	size_t len = strlen(s), i;

	for (i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return len && len < WORD_MAX;
}

static void ask(struct asking *a, const char *kind, const char *id, unsigned int uid,
		const char *pod)
{
	char line[3 * WORD_MAX];
	unsigned int i;
	int n;

	n = snprintf(line, sizeof(line), "%s %s %u %s\n", kind, id, uid, pod);
	/* it may have ended while nothing was asked: the second one is new */
	for (i = 0; i < 2 && is_word(id) && is_word(pod); i++) {
		if (a->fd < 0 && (a->starts >= STARTS_MAX || !start(a))) {
			a->not_started++;
			return;
		}
		/* All of the line or nothing: it is shorter than what the buffer gives out at a
		 * time. */
		if (send(a->fd, line, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) == n) {
			a->asked++;
			a->under_way++;
			return;
		}
		if (errno == EAGAIN)
			break;
		lost(a);
	}
	a->asked++;
	a->failed[OTHER]++;
}

/*
 * The machine's daemons know of its own containers, which others may call theirs like; a user's of
 * his. One that is called like another (ID@OWNER) would get the answer about that.
 */
static bool is_known_by(const struct sinsp_container *c, unsigned int uid)
{
	char user[24];

	snprintf(user, sizeof(user), "user-%u", uid);
	return !strchr(c->id, '@') &&
	       (!*c->owner || strcmp(c->owner, "/") == 0 || strcmp(c->owner, user) == 0);
}

void asking_container(struct asking *a, const struct sinsp_event *ev)
{
	const struct sinsp_container *c = ev->told;
	const char *kind = c ? kind_of(c) : NULL;
	unsigned int uid;

	if (!a->options || !c)
		return;
	uid = c->type == SINSP_CT_PODMAN ? user_of(ev->thread) : 0;
	if (kind && !c->answered && is_known_by(c, uid) && is_anybody(&a->options->ask, kind, uid))
		ask(a, kind, c->full_id, uid, "-");
	/* which pod it is may be what the runtime answered */
	if (a->options->ask.api && *c->pod_uid && !*c->kube && strncmp(c->owner, "user-", 5) != 0)
		ask(a, "kube", c->full_id, 0, c->pod_uid);
}

/* ---- answers ---- */

/* OTHER: it has no name here. */
static size_t cause_of(const char *name)
{
	size_t i;

	for (i = 0; i < OTHER && causes[i].name; i++)
		if (strcmp(causes[i].name, name) == 0)
			return i;
	return OTHER;
}

static void take_note(struct asking *a, const json_t *o)
{
	const char *cause = json_string_value(json_object_get(o, "cause"));

	asking_note(&a->notes, o, cause ? causes[cause_of(cause)].text : NULL);
}

static void take_line(struct asking *a, struct sinsp *s, const char *line, size_t len)
{
	json_t *o = json_loadb(line, len, 0, NULL);
	const char *cause = json_string_value(json_object_get(o, "failed"));

	if (json_object_get(o, "note"))
		take_note(a, o);
	if (json_object_get(o, "note") || !a->under_way || !s) { /* else nobody asked for it */
		json_decref(o);
		return;
	}
	a->under_way--;
	if (cause)
		a->failed[cause_of(cause)]++;
	else if (o && sinsp_learn_container(s, line, len) >= 0)
		a->answered++;
	else
		a->failed[OTHER]++;
	json_decref(o);
}

static void take_lines(struct asking *a, struct sinsp *s)
{
	const char *p = a->text.ptr, *end;
	size_t left = a->text.len;
	struct sinsp_text rest = { 0 };

	while ((end = memchr(p, '\n', left))) {
		take_line(a, s, p, (size_t)(end - p));
		left -= (size_t)(end - p) + 1;
		p = end + 1;
	}
	if (p == a->text.ptr)
		return;
	sinsp_text_add(&rest, p, left);
	sinsp_text_free(&a->text);
	a->text = rest;
}

/* @s: NULL: it is too late for answers, but not for notes. */
static void take(struct asking *a, struct sinsp *s)
{
	char buf[16384];
	size_t taken = 0;
	ssize_t n;

	for (; taken < TAKE_BYTES; taken += (size_t)n) {
		n = recv(a->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0)
			break;
		sinsp_text_add(&a->text, buf, (size_t)n);
		take_lines(a, s);
		if (a->text.failed || a->text.len > LINE_MAX_BYTES)
			break;
	}
	if (taken < TAKE_BYTES)
		lost(a);
}

void asking_take(struct asking *a, struct sinsp *s)
{
	if (a->under_way)
		take(a, s);
}

void asking_wait(struct asking *a, struct sinsp *s, int ms)
{
	struct pollfd p = { .events = POLLIN };
	struct timespec begin, now;
	int left = ms;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while (a->under_way && left > 0) {
		p.fd = a->fd;
		poll(&p, 1, left);
		asking_take(a, s);
		clock_gettime(CLOCK_MONOTONIC, &now);
		left = ms - (int)((now.tv_sec - begin.tv_sec) * 1000 +
				  (now.tv_nsec - begin.tv_nsec) / 1000000);
	}
}

/* ---- telling ---- */

static void add_cause(struct sinsp_text *t, uint64_t n, const char *text)
{
	if (n)
		sinsp_text_printf(t, "%s%s: %llu", t->len ? ", " : "", text, (unsigned long long)n);
}

void asking_end(struct asking *a, bool all)
{
	uint64_t unasked = 0, asked;
	struct sinsp_text t = { 0 };
	size_t i;

	if (a->fd >= 0)
		take(a, NULL);
	stop(a);
	for (i = 0; i < OTHER && causes[i].name; i++) {
		if (causes[i].text)
			add_cause(&t, a->failed[i], causes[i].text);
		else
			unasked += a->failed[i];
	}
	add_cause(&t, a->failed[OTHER], "not passed on");
	add_cause(&t, a->under_way, "not yet answered at the end");
	add_cause(&t, a->ended, PROGRAM " ended");
	add_cause(&t, a->not_started, PROGRAM " cannot be started");
	asked = a->asked + a->not_started - unasked;
	if (t.len)
		complain("%llu of %llu questions about containers have no answer (%s)",
			 (unsigned long long)(asked - a->answered), (unsigned long long)asked,
			 t.ptr);
	else if (all && asked)
		fprintf(stderr, "Questions about containers: %llu, all answered\n",
			(unsigned long long)asked);
	asking_notes_end(&a->notes);
	sinsp_text_free(&t);
	sinsp_text_free(&a->text);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scapula-ask: a process of its own, which the recorder starts, so that whatever a daemon answers
 * is read by nobody who matters. Lines come in ("docker ID UID POD") and go out, one for each: the
 * text of a container event, or {"failed":"timeout"}. What cannot be had at all is said in a line
 * more: {"note":"services","cause":"refused","why":"403"}. Called with "cloud" it tells what the
 * metadata service says.
 */
#include <bsd/unistd.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ask_cloud.h"
#include "ask_kube.h"

#define SOCKETS_MAX 64
#define WAIT_MS	    60000

static struct {
	char line[4096];
	size_t len;
} in;

static void put_line(const char *s)
{
	size_t len = strlen(s), done = 0;
	ssize_t n;

	while (done < len) {
		n = write(STDOUT_FILENO, s + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			exit(EXIT_SUCCESS); /* the recorder is gone */
		done += (size_t)n;
	}
}

static void answer(void *arg, const char *id, const char *json, enum ask_cause cause,
		   const char *path)
{
	char line[64];

	(void)arg;
	(void)id;
	(void)path;
	if (!json) {
		snprintf(line, sizeof(line), "{\"failed\":\"%s\"}", ask_cause_name(cause));
		json = line;
	}
	put_line(json);
	put_line("\n");
}

static void note(void *arg, const char *what, enum ask_cause cause, const char *why)
{
	json_t *o = json_pack("{s:s,s:s}", "note", what, "cause", ask_cause_name(cause));
	char *line;

	(void)arg;
	ask_set(o, "why", why);
	line = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (!line)
		return;
	put_line(line);
	put_line("\n");
	free(line);
}

static void take_line(struct ask *a, char *line)
{
	char kind[16], id[ASK_ID_MAX], pod[ASK_ID_MAX];
	unsigned int uid;
	int number;

	if (sscanf(line, "%15s %127s %u %127s", kind, id, &uid, pod) != 4)
		return;
	number = ask_kind_by_name(kind);
	if (number >= 0)
		ask_request(a, (enum ask_kind_number)number, id, uid, pod);
}

/* False: nothing more will come. */
static bool take_input(struct ask *a)
{
	ssize_t n = read(STDIN_FILENO, in.line + in.len, sizeof(in.line) - 1 - in.len);
	char *end, *p = in.line;

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	in.len += (size_t)n;
	in.line[in.len] = '\0';
	while ((end = strchr(p, '\n'))) {
		*end = '\0';
		take_line(a, p);
		p = end + 1;
	}
	in.len -= (size_t)(p - in.line);
	memmove(in.line, p, in.len);
	return in.len < sizeof(in.line) - 1;
}

#ifdef __SANITIZE_ADDRESS__ /* its own memory is in the limit, terabytes of it */
#define LIMITS_MEMORY 0
#else
#define LIMITS_MEMORY 1
#endif

/* What a lying daemon could make of this process is bounded by what the process can do. */
static void limit_itself(void)
{
	const struct rlimit memory = { 512u << 20, 512u << 20 }, none = { 0, 0 };
	const struct rlimit files = { 1024, 1024 };

	closefrom(STDERR_FILENO + 1); /* what chisels have open */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (LIMITS_MEMORY)
		setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_FSIZE, &none);
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGINT, SIG_IGN); /* of the terminal, for the recorder: its end is ours */
	signal(SIGPIPE, SIG_IGN);
}

static int tell_cloud(void)
{
	char *lines = ask_cloud(ASK_CLOUD_BASE, ASK_CLOUD_MS);

	if (lines)
		put_line(lines);
	free(lines);
	return EXIT_SUCCESS;
}

static int usage(void)
{
	fprintf(stderr, "scapula-ask is started by scapula: see scapula(1), --no-ask\n");
	return 2;
}

static struct ask_socket sockets[SOCKETS_MAX];
static struct ask_options options = { .sockets = sockets, .answer = answer };
static struct ask_kube_options kube = { .note = note };

/* False: there is no such argument. */
static bool take_argument(const char *what, const char *value)
{
	const struct {
		const char *name, **to;
	} rows[] = {
		{ "kube", &kube.server.base }, { "token", &kube.server.token },
		{ "ca", &kube.server.ca },     { "cert", &kube.server.cert },
		{ "key", &kube.server.key },   { "node", &kube.node },
	};
	int kind = ask_kind_by_name(what);
	size_t i;

	if (strcmp(what, "timeout") == 0) {
		options.timeout_ms = atol(value);
		return true;
	}
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, what) == 0) {
			*rows[i].to = value;
			return true;
		}
	if (kind < 0 || options.n_sockets == SOCKETS_MAX)
		return false;
	sockets[options.n_sockets++] = (struct ask_socket){ (enum ask_kind_number)kind, value };
	return true;
}

int main(int argc, char **argv)
{
	struct ask *a;
	int i;

	if (argc == 2 && strcmp(argv[1], "cloud") == 0) {
		limit_itself();
		return tell_cloud();
	}
	for (i = 1; i + 1 < argc; i += 2)
		if (!take_argument(argv[i], argv[i + 1]))
			return usage();
	if (i != argc || argc == 1)
		return usage();
	limit_itself();
	if (kube.server.base)
		options.kube = &kube;
	a = ask_new(&options);
	if (!a)
		return EXIT_FAILURE;
	for (;;)
		if (ask_step(a, STDIN_FILENO, WAIT_MS) && !take_input(a))
			break;
	ask_free(a);
	return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What is made of the answers of Kubernetes' API server. */
#include "suite.h"

#include <sys/ioctl.h>

#include "../../tools/ask/ask_kube.h"
#include "fake_daemon.h"

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "11111111-2222-3333-4444-555555555555"

/* What the server has: the beginning of a path, and the answer. */
struct page {
	const char *path, *body;
	int status; /* 0: 200 */
};

static struct fake_daemon server;
static const struct page *pages;
static const char *changes; /* what a watch of pods tells, then it hangs; NULL: it hangs at once */
static bool watch_ends;	    /* instead of hanging */

static struct {
	char json[65536];
	enum ask_cause cause;
	unsigned int n;
	char notes[4096];
} got;

static void answer(void *arg, const char *id, const char *json, enum ask_cause cause,
		   const char *path)
{
	(void)arg;
	(void)id;
	(void)path;
	got.n++;
	got.cause = cause;
	snprintf(got.json, sizeof(got.json), "%s", json ? json : "");
}

static void note(void *arg, const char *what, enum ask_cause cause, const char *why)
{
	size_t len = strlen(got.notes);

	(void)arg;
	snprintf(got.notes + len, sizeof(got.notes) - len, "%s: %s %s;", what,
		 ask_cause_name(cause), why);
}

static void serve(struct fake_daemon *d, int fd)
{
	static const char head[] = "HTTP/1.1 200 x\r\n\r\n";
	char buf[8192];
	const struct page *p;
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		if (strstr(path, "watch=1")) {
			fake_send(fd, head, strlen(head));
			if (strstr(path, "/pods?") && changes)
				fake_send(fd, changes, strlen(changes));
			if (!watch_ends)
				fake_hang(d);
			return;
		}
		for (p = pages; p->path; p++)
			if (strncmp(path, p->path, strlen(p->path)) == 0)
				break;
		fake_answer(fd, p->status ? p->status : 200, p->body);
	}
}

static struct ask_kube_options kube;
static struct ask_options options;

static struct ask *begin(const struct page *has)
{
	memset(&got, 0, sizeof(got));
	pages = has;
	changes = NULL;
	watch_ends = false;
	fake_begin_tcp(&server, serve);
	kube = (struct ask_kube_options){ .server = { .base = server.path }, .note = note };
	options = (struct ask_options){ .answer = answer, .kube = &kube };
	return ask_new(&options);
}

static void run(struct ask *a)
{
	ask_request(a, ASK_KUBE, ID, 0, POD);
	while (!ask_idle(a))
		ask_step(a, -1, 1000);
	CU_ASSERT_EQUAL(got.n, 1);
}

/* Watches hang until the server ends. */
static void end(struct ask *a)
{
	ask_free(a);
	fake_end(&server);
}

static void has(const char *part)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(got.json, part));
	if (!strstr(got.json, part))
		printf("    %s is not in %s\n", part, got.json);
}

static void asked(const char *path)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(server.seen, path));
	if (!strstr(server.seen, path))
		printf("    %s is not in %s\n", path, server.seen);
}

#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" items "]}"
#define OWNER(kind, name, uid)                                                                     \
	"\"ownerReferences\":[{\"kind\":\"Other\",\"name\":\"o\",\"uid\":\"o\"},{\"kind\":\"" kind \
	"\",\"name\":\"" name "\",\"uid\":\"" uid "\",\"controller\":true}]"
#define OBJECT(name, uid, more) \
	"{\"metadata\":{\"name\":\"" name "\",\"namespace\":\"shop\",\"uid\":\"" uid "\"" more "}"
#define WEB                                                                                \
	OBJECT("web-5d4-x2x4z", POD,                                                       \
	       ",\"labels\":{\"app\":\"web\",\"x\":\"y\"}," OWNER("ReplicaSet", "web-5d4", \
								  "rs-1"))                 \
	",\"spec\":{\"nodeName\":\"n1\"}}"
#define OTHER_PODS                                                                             \
	"{\"metadata\":{\"continue\":\"a+b/c\",\"resourceVersion\":\"5\"},\"items\":[" OBJECT( \
		"x", "u-x", "") "}]}"
#define REST                      \
	{ "", LIST(""), 0 },      \
	{                         \
		NULL, LIST(""), 0 \
	}

static const struct page shop[] = {
	{ "/api/v1/pods?limit=500&continue=a%2Bb%2Fc", LIST(WEB), 0 },
	{ "/api/v1/pods?limit=500", OTHER_PODS, 0 },
	{ "/apis/apps/v1/replicasets?",
	  LIST(OBJECT("web-5d4", "rs-1",
		      ",\"labels\":{\"r\":\"s\"}," OWNER("Deployment", "web", "d-1")) "}"),
	  0 },
	{ "/apis/apps/v1/deployments?",
	  LIST(OBJECT("web", "d-1", ",\"labels\":{\"team\":\"blue\"}") "}"), 0 },
	{ "/api/v1/services?",
	  LIST(OBJECT("front", "s-1", ",\"labels\":{\"tier\":\"a\"}") ",\"spec\":{\"selector\":{\"app\":\"web\"}}}," OBJECT(
		  "none", "s-2",
		  "") ",\"spec\":{}}," OBJECT("db", "s-3",
					      "") ",\"spec\":{\"selector\":{\"app\":\"db\"}}}," OBJECT("canary",
												       "s-4",
												       "") ",\"spec\":{\"selector\":{\"app\":\"web\",\"x\":\"y\"}}},"
													   "{\"metadata\":{\"name\":\"far\",\"namespace\":\"else\",\"uid\":\"s-5\"},"
													   "\"spec\":{\"selector\":{\"app\":\"web\"}}}"),
	  0 },
	{ "/api/v1/namespaces?",
	  LIST("{\"metadata\":{\"name\":\"shop\",\"uid\":\"ns-1\",\"labels\":{\"env\":\"prod\"}}}"),
	  0 },
	{ "/api/v1/nodes?",
	  LIST("{\"metadata\":{\"name\":\"n1\",\"labels\":{\"zone\":\"b\",\"worker\":\"\"}}}"), 0 },
	REST,
};

static void a_pod_is_told_with_all_around_it(void)
{
	struct ask *a = begin(shop);

	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"full_id\":\"" ID "\"");
	has("\"app\":\"web\",\"x\":\"y\",\"io.kubernetes.pod.name\":\"web-5d4-x2x4z\","
	    "\"io.kubernetes.pod.namespace\":\"shop\",\"io.kubernetes.pod.uid\":\"" POD "\"");
	has("\"rs.name\":\"web-5d4\",\"rs.id\":\"rs-1\",\"rs.label.r\":\"s\"");
	has("\"deployment.name\":\"web\",\"deployment.id\":\"d-1\",\"deployment.label.team\":\"blue\"");
	has("\"owner.kind\":\"Deployment\",\"owner.name\":\"web\"");
	has("\"svc.label.tier\":\"a\",\"svc.name\":\"front, canary\",\"svc.id\":\"s-1, s-4\"");
	has("\"ns.id\":\"ns-1\",\"ns.label.env\":\"prod\"");
	has("\"node.name\":\"n1\",\"node.label.zone\":\"b\",\"node.label.worker\":\"\"");
	CU_ASSERT_STRING_EQUAL(got.notes, "");
}

static void what_was_listed_is_watched(void)
{
	struct ask *a = begin(shop);

	run(a);
	while (!strstr(server.seen, "/api/v1/pods?watch=1"))
		ask_step(a, -1, 50);
	end(a);
	asked("/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=240&resourceVersion=7");
}

static void only_the_pods_of_one_node_are_listed_if_it_is_named(void)
{
	struct ask *a = begin(shop);

	kube.node = "n 1";
	ask_free(a);
	a = ask_new(&options);
	run(a);
	end(a);
	asked("/api/v1/pods?limit=500&fieldSelector=spec.nodeName%3Dn%201 ");
	asked("/api/v1/services?limit=500 ");
}

static const struct page empty[] = { REST };

static void a_pod_that_is_made_later_is_told(void)
{
	struct ask *a = begin(empty);

	changes = "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"8\"}}}\n"
		  "{\"type\":\"ADDED\",\"object\":" OBJECT(
			  "shell", POD, "") ",\"spec\":{\"nodeName\":\"n2\"}}}\n";
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.kind\":\"Pod\",\"owner.name\":\"shell\"");
	has("\"node.name\":\"n2\"");
}

static void a_pod_that_is_deleted_is_still_known(void)
{
	struct ask *a = begin(empty);

	changes = "{\"type\":\"ADDED\",\"object\":" OBJECT(
		"shell", POD,
		"") "}}\n"
		    "{\"type\":\"DELETED\",\"object\":" OBJECT(
			    "shell", POD,
			    "") "}}\n"
				"{\"type\":\"ADDED\",\"object\":" OBJECT("next", "u-2", "") "}}\n";
	while (server.calls < 9)
		ask_step(a, -1, 50);
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.name\":\"shell\"");
}

#define SHELL OBJECT("shell", POD, "") "}"

static const struct page later[] = { { "/api/v1/pods?", LIST(SHELL), 0 }, REST };

static void a_watch_that_is_too_old_begins_with_a_list(void)
{
	struct ask *a = begin(empty);

	changes = "{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n";
	while (!strstr(server.seen, "/api/v1/pods?watch=1"))
		ask_step(a, -1, 50);
	pages = later;
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.name\":\"shell\"");
}

/* Pages are kept for some minutes only: who comes later begins anew. */
static void serve_expired_page(struct fake_daemon *d, int fd)
{
	char buf[8192];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		bool pods = strstr(path, "/pods?");

		if (strstr(path, "watch=1")) {
			fake_hang(d);
			return;
		}
		if (pods && strstr(path, "continue"))
			fake_answer(fd, 410, "{\"kind\":\"Status\",\"code\":410}");
		else
			fake_answer(fd, 200,
				    !pods					      ? LIST("")
				    : strstr(strstr(d->seen, "/pods?") + 1, "/pods?") ? LIST(SHELL)
										      : OTHER_PODS);
	}
}

static void a_list_whose_next_page_is_gone_begins_anew(void)
{
	struct ask *a = begin(empty);

	server.serve = serve_expired_page;
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.name\":\"shell\"");
	CU_ASSERT_STRING_EQUAL(got.notes, "");
}

/* Eight objects of a megabyte each are more than is read at a time. */
static void serve_large(struct fake_daemon *d, int fd)
{
	static const char head[] = "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" SHELL
				   "]";
	static char body[9u << 20];
	char buf[8192];
	const char *path;
	unsigned int limit;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		if (strstr(path, "watch=1")) {
			fake_hang(d);
			return;
		}
		if (!strstr(path, "/pods?") ||
		    sscanf(strstr(path, "limit="), "limit=%u", &limit) != 1) {
			fake_answer(fd, 200, LIST(""));
			continue;
		}
		memset(body, ' ', sizeof(body));
		memcpy(body, head, strlen(head));
		strcpy(body + (limit < 8 ? limit : 8) * (1u << 20) + 1024, "}");
		fake_answer(fd, 200, body);
	}
}

static void fewer_are_asked_for_where_many_are_too_large(void)
{
	struct ask *a = begin(empty);

	server.serve = serve_large;
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.name\":\"shell\"");
	asked("/api/v1/pods?limit=250 ");
	asked("/api/v1/pods?limit=7 ");
	CU_ASSERT_STRING_EQUAL(got.notes, "");
}

static int gate[2];

/* Services are listed twice, the second time in two pages, of which the last one comes late. */
static void serve_services_anew(struct fake_daemon *d, int fd)
{
	static const char expired[] =
		"HTTP/1.1 200 x\r\n\r\n{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n";
	static unsigned int lists;
	char buf[8192], c;
	const struct page *p;
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		bool services = strstr(path, "/services?");

		if (strstr(path, "watch=1")) {
			if (services)
				fake_send(fd, expired, strlen(expired));
			else
				fake_hang(d);
			return;
		}
		if (strstr(path, "/services?limit=500&continue") && read(gate[0], &c, 1) != 0)
			abort();
		for (p = pages; p->path; p++)
			if (strncmp(path, p->path, strlen(p->path)) == 0)
				break;
		fake_answer(fd, 200,
			    services && !strstr(path, "continue") && ++lists > 1
				    ? "{\"metadata\":{\"continue\":\"x\"},\"items\":[]}"
				    : p->body);
	}
}

static void what_is_listed_anew_is_waited_for(void)
{
	struct ask *a = begin(shop);
	unsigned int i;

	server.serve = serve_services_anew;
	CU_ASSERT_EQUAL_FATAL(pipe(gate), 0);
	while (!strstr(server.seen, "/services?limit=500&continue"))
		ask_step(a, -1, 50);
	ask_request(a, ASK_KUBE, ID, 0, POD);
	for (i = 0; i < 3; i++)
		ask_step(a, -1, 1);
	CU_ASSERT_EQUAL(got.n, 0);
	close(gate[1]);
	while (!ask_idle(a))
		ask_step(a, -1, 1000);
	end(a);
	close(gate[0]);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"svc.name\":\"front, canary\"");
}

static const struct page forbidden[] = {
	{ "/api/v1/pods?", LIST(WEB), 0 },
	{ "/apis/", "{\"kind\":\"Status\"}", 403 },
	REST,
};

static void what_may_not_be_listed_is_said(void)
{
	struct ask *a = begin(forbidden);

	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.kind\":\"ReplicaSet\",\"owner.name\":\"web-5d4\"");
	CU_ASSERT_PTR_NOT_NULL(strstr(got.notes, "replica sets: refused 403;"));
	CU_ASSERT_PTR_NOT_NULL(strstr(got.notes, "deployments: refused 403;"));
	CU_ASSERT_PTR_NULL(strstr(got.notes, "pods"));
}

static void serve_no_watch(struct fake_daemon *d, int fd)
{
	char buf[8192];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf))))
		fake_answer(fd, strstr(path, "/services?watch=1") ? 403 : 200,
			    strstr(path, "watch=1") ? "" : LIST(""));
}

/* All are listed, but of later ones nothing will be heard. */
static void what_may_not_be_watched_is_said(void)
{
	struct ask *a = begin(empty);
	unsigned int i;

	server.serve = serve_no_watch;
	for (i = 0; !*got.notes && i < 100; i++)
		ask_step(a, -1, 50);
	end(a);
	CU_ASSERT_STRING_EQUAL(got.notes, "services: refused 403;");
}

/* What may be listed, or watched, later on is not said to be missing. */
static void serve_in_the_end(struct fake_daemon *d, int fd)
{
	static const char head[] = "HTTP/1.1 200 x\r\n\r\n";
	static unsigned int refused;
	char buf[8192];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		bool watch = strstr(path, "watch=1");

		if (strstr(path, "/pods?") && refused < 4 && (watch || refused < 2)) {
			fake_answer(fd, 401, "{\"kind\":\"Status\",\"code\":401}");
			refused++;
			continue;
		}
		if (!watch) {
			fake_answer(fd, 200, LIST(""));
			continue;
		}
		fake_send(fd, head, strlen(head));
		fake_hang(d);
		return;
	}
}

static void what_is_allowed_in_the_end_is_said_as_well(void)
{
	static const char refused[] = "pods: refused 401;pods: ok ;";
	struct ask *a = begin(empty);
	unsigned int i;

	server.serve = serve_in_the_end;
	for (i = 0; i < 200 && strlen(got.notes) < strlen(refused); i++)
		ask_step(a, -1, 50);
	end(a);
	CU_ASSERT_STRING_EQUAL(got.notes, refused);
}

static unsigned int busy;

static void serve_busy(struct fake_daemon *d, int fd)
{
	static const char try_later[] =
		"HTTP/1.1 429 x\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}";
	char buf[8192];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		if (strstr(path, "watch=1")) {
			fake_hang(d);
			return;
		}
		if (strstr(path, "/pods?") && busy++ < 2)
			fake_send(fd, try_later, strlen(try_later));
		else
			fake_answer(fd, 200, strstr(path, "/pods?") ? LIST(SHELL) : LIST(""));
	}
}

static void a_server_that_is_busy_is_waited_for(void)
{
	struct ask *a = begin(empty);

	server.serve = serve_busy;
	busy = 0;
	run(a);
	end(a);
	CU_ASSERT_EQUAL(busy, 3);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.name\":\"shell\"");
}

static void serve_half(struct fake_daemon *d, int fd)
{
	static const char half[] =
		"HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n{\"metadata\":{\"resourceVersion\"";
	char buf[8192];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		if (strstr(path, "watch=1")) {
			fake_hang(d);
			return;
		}
		if (strstr(path, "/pods?") && busy++ < 2) {
			fake_send(fd, half, strlen(half));
			return;
		}
		fake_answer(fd, 200, strstr(path, "/pods?") ? LIST(SHELL) : LIST(""));
	}
}

static void an_answer_that_is_broken_off_is_asked_for_again(void)
{
	struct ask *a = begin(empty);

	server.serve = serve_half;
	busy = 0;
	run(a);
	end(a);
	CU_ASSERT_EQUAL(busy, 3);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.name\":\"shell\"");
}

static const struct page mirror[] = {
	{ "/api/v1/pods?",
	  LIST("{\"metadata\":{\"name\":\"etcd-n1\",\"namespace\":\"kube-system\",\"uid\":\"u-1\","
	       "\"annotations\":{\"kubernetes.io/config.hash\":\"" POD "\","
	       "\"kubernetes.io/config.mirror\":\"" POD "\"},\"ownerReferences\":[{\"kind\":"
	       "\"Node\",\"name\":\"n1\",\"uid\":\"u-n1\",\"controller\":true}]}}"),
	  0 },
	REST,
};

/* It has the unique id of the file that its node has; the server's is another. */
static void a_pod_of_a_file_is_known_by_its_mirror(void)
{
	struct ask *a = begin(mirror);

	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"io.kubernetes.pod.uid\":\"" POD "\"");
	has("\"owner.kind\":\"Pod\",\"owner.name\":\"etcd-n1\"");
}

static const struct page nothing[] = { { "", "{}", 401 }, { NULL, "", 401 } };
static const struct page rubbish[] = { { "", "[[[[", 0 }, { NULL, "", 0 } };

static void a_server_that_refuses_tells_nothing(void)
{
	struct ask *a = begin(nothing);

	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_REFUSED);
	a = begin(rubbish);
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_WRONG);
}

static const struct page wrong_types[] = {
	{ "/api/v1/pods?",
	  LIST("7,[],{},{\"metadata\":[]},{\"metadata\":{\"uid\":7,\"name\":{}}},"
	       "{\"metadata\":{\"uid\":\"" POD "\",\"name\":7,\"namespace\":{},\"labels\":[1],"
	       "\"ownerReferences\":{\"a\":1}},\"spec\":\"x\"}"),
	  0 },
	{ "/api/v1/services?", LIST("{\"metadata\":{\"uid\":\"s\"},\"spec\":{\"selector\":[1]}}"),
	  0 },
	{ "/api/v1/namespaces?", LIST("{\"metadata\":{\"name\":\"\"}}"), 0 },
	REST,
};

static void wrong_types_are_passed_over(void)
{
	struct ask *a = begin(wrong_types);

	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.kind\":\"Pod\"");
	CU_ASSERT_PTR_NULL(strstr(got.json, "owner.name"));
}

/* Owners that own each other. */
static const struct page circle[] = {
	{ "/api/v1/pods?", LIST(WEB), 0 },
	{ "/apis/apps/v1/replicasets?",
	  LIST(OBJECT("a", "rs-1", "," OWNER("ReplicaSet", "b", "rs-2")) "}," OBJECT(
		  "b", "rs-2", "," OWNER("ReplicaSet", "a", "rs-1")) "}"),
	  0 },
	REST,
};

static void owners_in_a_circle_have_an_end(void)
{
	struct ask *a = begin(circle);

	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"owner.kind\":\"ReplicaSet\"");
}

static void serve_endless_line(struct fake_daemon *d, int fd)
{
	static char block[65536];
	char buf[8192];
	const char *path;
	unsigned int i;

	memset(block, 'x', sizeof(block));
	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		if (!strstr(path, "watch=1")) {
			fake_answer(fd, 200, strstr(path, "/pods") ? LIST(SHELL) : LIST(""));
			continue;
		}
		if (!fake_send(fd, "HTTP/1.1 200 x\r\n\r\n", 18))
			return;
		for (i = 0; i < 4096 && fake_send(fd, block, sizeof(block)); i++)
			;
		return;
	}
}

/* Each watch sends a line of up to 256 MiB: it is left at eight. */
static void a_line_without_end_is_left(void)
{
	struct ask *a = begin(empty);
	unsigned int i;

	server.serve = serve_endless_line;
	for (i = 0; i < 100 && server.calls < 16; i++)
		ask_step(a, -1, 50);
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
}

/* ---- tokens ---- */

static char request[8192];

static void serve_header(struct fake_daemon *d, int fd)
{
	char buf[8192];
	ssize_t n = recv(fd, buf, sizeof(buf) - 1, 0);

	(void)d;
	if (n > 0) {
		buf[n] = '\0';
		pthread_mutex_lock(&d->lock);
		strcpy(request, buf);
		pthread_mutex_unlock(&d->lock);
		fake_answer(fd, 401, "{}");
	}
}

static void a_token_is_not_sent_in_the_clear(void)
{
	struct ask *a = begin(nothing);

	ask_free(a);
	server.serve = serve_header;
	kube.server.token = "/proc/self/comm";
	a = ask_new(&options);
	run(a);
	end(a);
	CU_ASSERT_PTR_NOT_NULL(strstr(request, "GET /"));
	CU_ASSERT_PTR_NULL(strstr(request, "Authorization"));
}

static void without_its_token_no_server_is_asked(void)
{
	struct ask *a = begin(nothing);

	ask_free(a);
	kube.server.base = "https://127.0.0.1:1";
	kube.server.token = "/nowhere/token";
	a = ask_new(&options);
	run(a);
	end(a);
	CU_ASSERT_EQUAL(got.cause, ASK_UNTRUSTED);
}

static void a_server_without_tls_is_not_taken_for_one_with(void)
{
	static char base[64];
	struct ask *a = begin(shop);

	ask_free(a);
	snprintf(base, sizeof(base), "https%s", strchr(server.path, ':'));
	kube.server.base = base;
	server.serve = serve_header;
	a = ask_new(&options);
	run(a);
	end(a);
	CU_ASSERT(got.cause != ASK_OK);
}

/* The phrase of this key is "secret". */
static const char key[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
			  "MIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAgrwseUeKviPQIBATAM\n"
			  "BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQNraVSvQ+DG42Suq2j7HV+gSBkEsl\n"
			  "/rSEOmfGhwsSKQrJqLfHXjBC9badk/aPAexublRH9+nCXKcxBmKpEn8sAWvLziJD\n"
			  "VrUiTES77TGG2HU3lcb9luB5cQDDF/1qvyojHGmpYkvxd7U8Xa5UV7NPsETGPkXE\n"
			  "U2u7XrjvBcHD0QpTYhUkwHDBAQmyZ4g+cqHDD2WqV4bwwM4hpDSjPBUz8mK2kg==\n"
			  "-----END ENCRYPTED PRIVATE KEY-----\n";
static const char certificate[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBFDCBuwIUJrMCmbEcPvL6RiXp9pgr6RwPbN0wCgYIKoZIzj0EAwIwDDEKMAgG\n"
	"A1UEAwwBeDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowDDEKMAgG\n"
	"A1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNgLKSXGu8LBOYpy+eV0\n"
	"CxRL8Z0XdYbQinjB7aPZIKWEjPKk/p92xbwy/HhwPudPmQrWgyJ7BAex3yqsxevh\n"
	"U68wCgYIKoZIzj0EAwIDSAAwRQIhANOwHy7rFbmBDf5fg1LAXcXpsyY9BtWE6SpN\n"
	"uYPKufEhAiB4VRD8RAgH/JBTThf5LGK0DvhLUckQR30ReZvR4MfOug==\n"
	"-----END CERTIFICATE-----\n";

static char *put_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

/* Questions come by standard input, and the terminal is the recorder's. */
static void nobody_is_asked_for_the_phrase_of_a_key(void)
{
	char key_path[] = "/tmp/ask_key.XXXXXX", cert_path[] = "/tmp/ask_cert.XXXXXX";
	int input = dup(STDIN_FILENO), fds[2], left = 0;
	struct ask *a = begin(nothing);
	char base[64];

	ask_free(a);
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	CU_ASSERT_EQUAL(write(fds[1], "secret\n", 7), 7);
	dup2(fds[0], STDIN_FILENO);
	snprintf(base, sizeof(base), "https%s", strchr(server.path, ':'));
	kube.server.base = base;
	kube.server.key = put_file(key_path, key);
	kube.server.cert = put_file(cert_path, certificate);
	server.serve = serve_header;
	a = ask_new(&options);
	run(a);
	end(a);
	CU_ASSERT(got.cause != ASK_OK);
	CU_ASSERT_EQUAL(ioctl(fds[0], FIONREAD, &left), 0);
	CU_ASSERT_EQUAL(left, 7);
	dup2(input, STDIN_FILENO);
	close(input);
	close(fds[0]);
	close(fds[1]);
	unlink(key_path);
	unlink(cert_path);
}

SUITE("ask_kube", TEST(a_pod_is_told_with_all_around_it), TEST(what_was_listed_is_watched),
      TEST(only_the_pods_of_one_node_are_listed_if_it_is_named),
      TEST(a_pod_that_is_made_later_is_told), TEST(a_pod_that_is_deleted_is_still_known),
      TEST(a_watch_that_is_too_old_begins_with_a_list),
      TEST(a_list_whose_next_page_is_gone_begins_anew),
      TEST(fewer_are_asked_for_where_many_are_too_large), TEST(what_is_listed_anew_is_waited_for),
      TEST(what_may_not_be_listed_is_said), TEST(what_may_not_be_watched_is_said),
      TEST(what_is_allowed_in_the_end_is_said_as_well), TEST(a_server_that_is_busy_is_waited_for),
      TEST(an_answer_that_is_broken_off_is_asked_for_again),
      TEST(a_pod_of_a_file_is_known_by_its_mirror), TEST(a_server_that_refuses_tells_nothing),
      TEST(wrong_types_are_passed_over), TEST(owners_in_a_circle_have_an_end),
      TEST(a_line_without_end_is_left), TEST(a_token_is_not_sent_in_the_clear),
      TEST(without_its_token_no_server_is_asked),
      TEST(a_server_without_tls_is_not_taken_for_one_with),
      TEST(nobody_is_asked_for_the_phrase_of_a_key))

/* SPDX-License-Identifier: BSD-2-Clause */
/* What is made of the answers of daemons, good and bad ones. */
#include "suite.h"

#include <sys/stat.h>

#include "../../tools/ask/ask.h"
#include "cri.pb-c.h"
#include "fake_daemon.h"

#define ID     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD_ID "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define SHORT  "0123456789ab"

static struct fake_daemon daemon_a, daemon_b;

static struct {
	char json[65536];
	enum ask_cause cause;
	char path[64];
	unsigned int n;
} got;

static void answer(void *arg, const char *id, const char *json, enum ask_cause cause,
		   const char *path)
{
	(void)arg;
	(void)id;
	got.n++;
	got.cause = cause;
	snprintf(got.json, sizeof(got.json), "%s", json ? json : "");
	snprintf(got.path, sizeof(got.path), "%s", path ? path : "");
}

static struct ask *begin(const struct ask_socket *sockets, size_t n, long timeout_ms)
{
	const struct ask_options o = {
		.sockets = sockets, .n_sockets = n, .timeout_ms = timeout_ms, .answer = answer
	};

	memset(&got, 0, sizeof(got));
	return ask_new(&o);
}

static void run(struct ask *a)
{
	while (!ask_idle(a))
		ask_step(a, -1, 1000);
}

/* Asks one daemon, behaving as @serve does, for one container. */
static void ask_one(enum ask_kind_number kind, void (*serve)(struct fake_daemon *d, int fd),
		    long timeout_ms)
{
	struct ask_socket s = { kind, daemon_a.path };
	struct ask *a;

	fake_begin(&daemon_a, serve);
	a = begin(&s, 1, timeout_ms);
	ask_request(a, kind, ID, 0, NULL);
	run(a);
	ask_free(a);
	fake_end(&daemon_a);
	CU_ASSERT_EQUAL(got.n, 1);
}

static void has(const char *part)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(got.json, part));
	if (!strstr(got.json, part))
		printf("    %s is not in %s\n", part, got.json);
}

/* ---- Docker ---- */

#define CONTAINER                                                                                        \
	"{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Image\":\"sha256:77\","                                  \
	"\"Config\":{\"User\":\"app:7\",\"Image\":\"reg:5000/a/nginx\",\"Labels\":{\"tier\":\"front\"}," \
	"\"Healthcheck\":{\"Test\":[\"CMD\",\"curl\",\"-f\",\"localhost\"]}},"                           \
	"\"HostConfig\":{\"Privileged\":true,\"Memory\":1048576,\"NetworkMode\":\"bridge\"},"            \
	"\"NetworkSettings\":{\"IPAddress\":\"\",\"Ports\":{\"80/tcp\":[{\"HostIp\":"                    \
	"\"10.0.0.1\",\"HostPort\":\"8080\"},{\"HostIp\":\"::\"}],\"99999/tcp\":7},"                     \
	"\"Networks\":{\"x\":{\"IPAddress\":"                                                            \
	"\"10.1.2.3\"}}},"                                                                               \
	"\"Mounts\":[{\"Source\":\"/a\",\"Destination\":\"/b\",\"Mode\":\"\",\"RW\":true,"               \
	"\"Propagation\":\"rprivate\"}]}"

static void serve_docker(struct fake_daemon *d, int fd)
{
	char buf[4096];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf)))) {
		if (strcmp(path, "/containers/" ID "/json") == 0)
			fake_answer(fd, 200, CONTAINER);
		else if (strcmp(path, "/images/sha256:77/json") == 0)
			fake_answer(fd, 200,
				    "{\"RepoTags\":[\"other:2\",\"reg:5000/a/nginx:1.25\"],"
				    "\"RepoDigests\":[\"reg:5000/a/nginx@sha256:99\"]}");
		else
			fake_answer(fd, 404, "{}");
	}
}

static void docker_tells_a_container_and_its_image(void)
{
	ask_one(ASK_DOCKER, serve_docker, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	CU_ASSERT_EQUAL(daemon_a.connections, 1);
	has("\"id\":\"" SHORT "\",\"full_id\":\"" ID "\"");
	has("\"type\":0");
	has("\"name\":\"web\"");
	has("\"image\":\"reg:5000/a/nginx\"");
	has("\"imagerepo\":\"reg:5000/a/nginx\"");
	has("\"imagetag\":\"1.25\"");
	has("\"imagedigest\":\"sha256:99\"");
	has("\"imageid\":\"sha256:77\"");
	has("\"labels\":{\"tier\":\"front\"}");
	has("\"Healthcheck\":{\"exe\":\"curl\",\"args\":[\"-f\",\"localhost\"]}");
	has("\"privileged\":true");
	has("\"host_network\":false");
	has("\"memory_limit\":1048576");
	has("\"User\":\"app:7\"");
	has("\"port_mappings\":[{\"HostIp\":167772161,\"HostPort\":8080,\"ContainerPort\":80,\"Protocol\":\"tcp\"}]");
	has("\"ip\":\"10.1.2.3\"");
	has("\"Destination\":\"/b\"");
}

static void podman_is_asked_the_same(void)
{
	ask_one(ASK_PODMAN, serve_docker, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"type\":11");
}

static void serve_no_image(struct fake_daemon *d, int fd)
{
	char buf[4096];
	const char *path;

	while ((path = fake_request(d, fd, buf, sizeof(buf))))
		fake_answer(fd, *(path + 1) == 'c' ? 200 : 404, CONTAINER);
}

static void a_container_without_its_image_is_told(void)
{
	ask_one(ASK_DOCKER, serve_no_image, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"name\":\"web\"");
	CU_ASSERT_PTR_NULL(strstr(got.json, "imagetag"));
}

static void serve_unknown(struct fake_daemon *d, int fd)
{
	char buf[4096];

	while (fake_request(d, fd, buf, sizeof(buf)))
		fake_answer(fd, 404, "{\"message\":\"no such container\"}");
}

static void an_unknown_container_is_no_answer(void)
{
	ask_one(ASK_DOCKER, serve_unknown, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_UNKNOWN);
	CU_ASSERT_STRING_EQUAL(got.path, daemon_a.path);
	CU_ASSERT_EQUAL(daemon_a.calls, 1);
}

/* ---- daemons that do harm, or try to ---- */

static void serve_nothing(struct fake_daemon *d, int fd)
{
	char buf[4096];

	fake_request(d, fd, buf, sizeof(buf));
	fake_hang(d);
}

/* fake_end() comes after the answer: it is the limit of time that ends this. */
static void a_daemon_that_hangs_is_left(void)
{
	ask_one(ASK_DOCKER, serve_nothing, 50);
	CU_ASSERT_EQUAL(got.cause, ASK_TIMEOUT);
}

static void serve_slowly(struct fake_daemon *d, int fd)
{
	char buf[4096];
	unsigned int i;

	fake_request(d, fd, buf, sizeof(buf));
	fake_send(fd, "HTTP/1.1 200 x\r\n\r\n{", 19);
	for (i = 0; i < 10000 && fake_send(fd, " ", 1); i++)
		usleep(1000);
}

static void a_daemon_that_sends_slow_bytes_is_left(void)
{
	ask_one(ASK_DOCKER, serve_slowly, 50);
	CU_ASSERT_EQUAL(got.cause, ASK_TIMEOUT);
}

static uint64_t sent;

static void serve_much(struct fake_daemon *d, int fd)
{
	static char block[65536];
	char buf[4096];

	fake_request(d, fd, buf, sizeof(buf));
	memset(block, ' ', sizeof(block));
	fake_send(fd, "HTTP/1.1 200 x\r\n\r\n", 18);
	for (sent = 0; sent < 1u << 30 && fake_send(fd, block, sizeof(block));)
		sent += sizeof(block);
}

static void a_daemon_that_sends_a_gigabyte_is_left(void)
{
	ask_one(ASK_DOCKER, serve_much, 60000);
	CU_ASSERT_EQUAL(got.cause, ASK_TOO_LARGE);
	CU_ASSERT(sent < 16u << 20);
}

static void serve_many_headers(struct fake_daemon *d, int fd)
{
	char buf[4096];

	fake_request(d, fd, buf, sizeof(buf));
	fake_send(fd, "HTTP/1.1 200 x\r\n", 16);
	for (sent = 0; sent < 1u << 30 && fake_send(fd, "X: y\r\n", 6);)
		sent += 6;
}

static void headers_without_end_are_left(void)
{
	ask_one(ASK_DOCKER, serve_many_headers, 60000);
	CU_ASSERT_EQUAL(got.cause, ASK_TOO_LARGE);
	CU_ASSERT(sent < 16u << 20);
}

static void serve_half(struct fake_daemon *d, int fd)
{
	char buf[4096];

	fake_request(d, fd, buf, sizeof(buf));
	fake_send(fd, "HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n{\"Id\":", 46);
}

static void an_answer_that_ends_early_is_none(void)
{
	ask_one(ASK_DOCKER, serve_half, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_WRONG);
}

static const char *text;

static void serve_text(struct fake_daemon *d, int fd)
{
	char buf[4096];

	while (fake_request(d, fd, buf, sizeof(buf)))
		fake_answer(fd, 200, text);
}

static void serve_text_and(const char *s, enum ask_cause cause)
{
	text = s;
	ask_one(ASK_DOCKER, serve_text, 5000);
	CU_ASSERT_EQUAL(got.cause, cause);
}

static void another_container_is_no_answer(void)
{
	serve_text_and("{\"Id\":\"" POD_ID "\",\"Name\":\"/other\"}", ASK_WRONG);
}

static void what_is_no_object_is_no_answer(void)
{
	serve_text_and("[\"" ID "\"]", ASK_WRONG);
	serve_text_and("{\"Id\":\"" ID "\"", ASK_WRONG);
	serve_text_and("", ASK_WRONG);
}

static void a_long_name_is_cut_between_characters(void)
{
	char *s = malloc(4096);
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	for (i = 1022; i < 1025; i++) {
		sprintf(s, "{\"Id\":\"" ID "\",\"Name\":\"%0*d\xf0\x9f\x90\xb3\xf0\x9f\x90\xb3\"}",
			(int)i, 0);
		serve_text_and(s, ASK_OK);
		sprintf(s, "\"name\":\"%0*d\"", (int)(i < 1024 ? i : 1024), 0);
		has(s);
	}
	free(s);
}

static void deep_nesting_is_no_answer(void)
{
	size_t n = 200000;
	char *deep = malloc(2 * n + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(deep);
	memset(deep, '[', n);
	memset(deep + n, ']', n);
	deep[2 * n] = '\0';
	serve_text_and(deep, ASK_WRONG);
	free(deep);
}

static void wrong_types_are_passed_over(void)
{
	serve_text_and("{\"Id\":\"" ID "\",\"Name\":[1],\"Config\":7,\"Image\":{},\"Mounts\":\"x\","
		       "\"HostConfig\":[],\"NetworkSettings\":{\"Networks\":[1,2]},\"Created\":{}}",
		       ASK_OK);
	has("\"id\":\"" SHORT "\"");
	CU_ASSERT_PTR_NULL(strstr(got.json, "\"name\""));
	CU_ASSERT_PTR_NULL(strstr(got.json, "Mounts"));
}

static void an_image_that_leads_elsewhere_is_not_asked_for(void)
{
	serve_text_and("{\"Id\":\"" ID "\",\"Image\":\"../containers/x\"}", ASK_OK);
	CU_ASSERT_EQUAL(daemon_a.calls, 1);
}

static void serve_error(struct fake_daemon *d, int fd)
{
	char buf[4096];

	while (fake_request(d, fd, buf, sizeof(buf)))
		fake_answer(fd, 500, "{}");
}

static void a_daemon_with_errors_is_asked_thrice(void)
{
	ask_one(ASK_DOCKER, serve_error, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_REFUSED);
	CU_ASSERT_EQUAL(daemon_a.calls, 3);
}

/* ---- several ---- */

static void without_a_daemon_nobody_is_asked(void)
{
	const struct ask_socket s = { ASK_DOCKER, "/nowhere/docker.sock" };
	struct ask *a = begin(&s, 1, 1000);

	ask_request(a, ASK_DOCKER, ID, 0, NULL);
	CU_ASSERT_TRUE(ask_idle(a));
	CU_ASSERT_EQUAL(got.cause, ASK_NOBODY);
	ask_request(a, ASK_CRI, ID, 0, NULL);
	CU_ASSERT_EQUAL(got.n, 2);
	ask_free(a);
}

static void a_socket_without_a_daemon_is_told(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = "/tmp/fake_daemon.dead" };
	const struct ask_socket s = { ASK_DOCKER, addr.sun_path };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct ask *a;

	unlink(addr.sun_path);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (void *)&addr, sizeof(addr)), 0);
	close(fd);
	a = begin(&s, 1, 1000);
	ask_request(a, ASK_DOCKER, ID, 0, NULL);
	run(a);
	CU_ASSERT_EQUAL(got.cause, ASK_UNREACHED);
	ask_free(a);
	unlink(addr.sun_path);
}

static void the_next_daemon_of_the_kind_is_asked(void)
{
	const struct ask_socket s[] = { { ASK_DOCKER, daemon_a.path },
					{ ASK_PODMAN, daemon_b.path },
					{ ASK_DOCKER, daemon_b.path } };
	struct ask *a;

	fake_begin(&daemon_a, serve_unknown);
	fake_begin(&daemon_b, serve_docker);
	a = begin(s, 3, 5000);
	ask_request(a, ASK_DOCKER, ID, 0, NULL);
	ask_request(a, ASK_DOCKER, ID, 0, NULL);
	CU_ASSERT_EQUAL(got.n, 1);
	CU_ASSERT_EQUAL(got.cause, ASK_AGAIN); /* it stands in line already */
	run(a);
	ask_free(a);
	fake_end(&daemon_a);
	fake_end(&daemon_b);
	CU_ASSERT_EQUAL(got.n, 2);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	CU_ASSERT_EQUAL(daemon_a.calls, 1);
	has("\"type\":0");
}

static void a_hanging_daemon_does_not_delay_another(void)
{
	const struct ask_socket s[] = { { ASK_DOCKER, daemon_a.path },
					{ ASK_PODMAN, daemon_b.path } };
	struct ask *a;

	fake_begin(&daemon_a, serve_nothing);
	fake_begin(&daemon_b, serve_docker);
	a = begin(s, 2, 60000);
	ask_request(a, ASK_DOCKER, ID, 0, NULL);
	ask_request(a, ASK_PODMAN, ID, 0, NULL);
	while (!got.n)
		ask_step(a, -1, 1000);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"type\":11");
	CU_ASSERT_FALSE(ask_idle(a));
	ask_free(a);
	fake_end(&daemon_a);
	fake_end(&daemon_b);
}

static void the_queue_has_an_end(void)
{
	const struct ask_socket s = { ASK_DOCKER, daemon_a.path };
	struct ask *a;
	char id[65];
	unsigned int i;

	fake_begin(&daemon_a, serve_nothing);
	a = begin(&s, 1, 60000);
	for (i = 0; i < 5000; i++) {
		snprintf(id, sizeof(id), "%064x", i);
		ask_request(a, ASK_DOCKER, id, 0, NULL);
	}
	CU_ASSERT_EQUAL(got.n, 5000 - 4096);
	CU_ASSERT_EQUAL(got.cause, ASK_QUEUE_FULL);
	ask_free(a);
	fake_end(&daemon_a);
}

static void an_id_that_is_a_path_is_not_asked_for(void)
{
	struct ask *a = begin(NULL, 0, 1000);

	ask_request(a, ASK_DOCKER, "../images/x", 0, NULL);
	CU_ASSERT_EQUAL(got.cause, ASK_WRONG);
	ask_free(a);
}

/* ---- users' podmans ---- */

static char users[] = "/tmp/ask_users.XXXXXX", users_socket[64];
static uint32_t user;

/* The socket of a user: that of daemon a, or a dead one. */
static void begin_user(bool alive)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char path[64];
	int fd;

	strcpy(users, "/tmp/ask_users.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(users));
	user = getuid() ? getuid() : 65000;
	snprintf(path, sizeof(path), "%s/%u", users, user);
	mkdir(path, 0700);
	strcat(path, "/podman");
	mkdir(path, 0700);
	snprintf(users_socket, sizeof(users_socket), "%s/podman.sock", path);
	if (alive) {
		CU_ASSERT_EQUAL_FATAL(rename(daemon_a.path, users_socket), 0);
	} else {
		strcpy(addr.sun_path, users_socket);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		CU_ASSERT_EQUAL_FATAL(bind(fd, (void *)&addr, sizeof(addr)), 0);
		close(fd);
	}
	CU_ASSERT_EQUAL_FATAL(chown(users_socket, user, (gid_t)-1), 0);
}

static void end_user(void)
{
	char *slash;

	unlink(users_socket);
	while ((slash = strrchr(users_socket, '/')) && slash > users_socket + strlen("/tmp")) {
		*slash = '\0';
		rmdir(users_socket);
	}
}

static struct ask *ask_user(const struct ask_socket *sockets, size_t n)
{
	const struct ask_options o = {
		.sockets = sockets, .n_sockets = n, .users = users, .answer = answer
	};
	struct ask *a = ask_new(&o);

	memset(&got, 0, sizeof(got));
	ask_request(a, ASK_PODMAN, ID, user, NULL);
	return a;
}

static void a_users_podman_is_asked(void)
{
	struct ask *a;

	fake_begin(&daemon_a, serve_docker);
	begin_user(true);
	a = ask_user(NULL, 0);
	run(a);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"type\":11");
	has("\"imagetag\":\"1.25\"");
	ask_free(a);
	fake_end(&daemon_a);
	end_user();
}

/* What was a socket of the user's is a link to one that the user may not talk to. */
static void a_socket_that_becomes_a_link_is_not_followed(void)
{
	struct ask *a;

	fake_begin(&daemon_b, serve_docker);
	begin_user(false);
	a = ask_user(NULL, 0);
	unlink(users_socket);
	CU_ASSERT_EQUAL(symlink(daemon_b.path, users_socket), 0);
	run(a);
	CU_ASSERT_EQUAL(got.cause, ASK_UNREACHED);
	ask_free(a);
	fake_end(&daemon_b);
	CU_ASSERT_EQUAL(daemon_b.connections, 0);
	end_user();
}

static void more_users_than_there_is_room_for_are_told(void)
{
	struct ask_socket full[64];
	struct ask *a;
	size_t i;

	for (i = 0; i < 64; i++)
		full[i] = (struct ask_socket){ ASK_DOCKER, "/nowhere/docker.sock" };
	begin_user(false);
	a = ask_user(full, 64);
	CU_ASSERT_EQUAL(got.cause, ASK_QUEUE_FULL);
	user++;
	ask_request(a, ASK_PODMAN, ID, user, NULL);
	CU_ASSERT_EQUAL(got.cause, ASK_NOBODY);
	ask_free(a);
	end_user();
}

/* ---- CRI ---- */

#define TEXT(s) ((char *)(uintptr_t)(s))

static bool knows_container, knows_sandbox, new_version;
static const char *told_id; /* by which the container is told */

static size_t pack(uint8_t **out, const ProtobufCMessage *m)
{
	*out = malloc(protobuf_c_message_get_packed_size(m) + 1);
	if (!*out)
		abort();
	return protobuf_c_message_pack(m, *out);
}

static void send_container(int fd, uint32_t stream)
{
	Cri__ContainerStatusResponse m = CRI__CONTAINER_STATUS_RESPONSE__INIT;
	Cri__ContainerStatus s = CRI__CONTAINER_STATUS__INIT;
	Cri__Metadata meta = CRI__METADATA__INIT;
	Cri__Image image = CRI__IMAGE__INIT;
	Cri__Entry label = CRI__ENTRY__INIT, info = CRI__ENTRY__INIT, *labels[] = { &label },
		   *infos[] = { &info };
	Cri__Mount mount = CRI__MOUNT__INIT, *mounts[] = { &mount };
	uint8_t *p;
	size_t len;

	s.id = TEXT(told_id);
	meta.name = TEXT("app");
	s.metadata = &meta;
	image.image = TEXT("docker.io/library/busybox:1.36");
	s.image = &image;
	s.image_ref = TEXT("docker.io/library/busybox@sha256:aa");
	s.created_at = 1600000000000000000;
	label.key = TEXT("io.kubernetes.container.name");
	label.value = TEXT("app");
	s.labels = labels;
	s.n_labels = 1;
	mount.container_path = TEXT("/data");
	mount.host_path = TEXT("/srv");
	mount.readonly = 1;
	s.mounts = mounts;
	s.n_mounts = 1;
	info.key = TEXT("info");
	info.value = TEXT("{\"sandboxID\":\"" POD_ID
			  "\",\"config\":{\"linux\":{\"security_context\":"
			  "{\"privileged\":true}}}}");
	m.status = &s;
	m.info = infos;
	m.n_info = 1;
	len = pack(&p, &m.base);
	fake_grpc(fd, stream, "0", p, len);
	free(p);
}

static void send_sandbox(int fd, uint32_t stream, const char *id)
{
	Cri__PodSandboxStatusResponse m = CRI__POD_SANDBOX_STATUS_RESPONSE__INIT;
	Cri__PodSandboxStatus s = CRI__POD_SANDBOX_STATUS__INIT;
	Cri__PodMetadata meta = CRI__POD_METADATA__INIT;
	Cri__Network net = CRI__NETWORK__INIT;
	Cri__LinuxStatus on_linux = CRI__LINUX_STATUS__INIT;
	Cri__Namespaces ns = CRI__NAMESPACES__INIT;
	Cri__NamespaceOption options = CRI__NAMESPACE_OPTION__INIT;
	Cri__Entry label = CRI__ENTRY__INIT, *labels[] = { &label };
	uint8_t *p;
	size_t len;

	s.id = TEXT(id);
	meta.name = TEXT("web-5d4f8c7b9-x2x4z");
	meta.ns = TEXT("shop");
	meta.uid = TEXT("u-1");
	s.metadata = &meta;
	net.ip = TEXT("10.2.0.7");
	s.network = &net;
	options.network = 2;
	ns.options = &options;
	on_linux.namespaces = &ns;
	s.on_linux = &on_linux;
	label.key = TEXT("pod-template-hash");
	label.value = TEXT("5d4f8c7b9");
	s.labels = labels;
	s.n_labels = 1;
	m.status = &s;
	len = pack(&p, &m.base);
	fake_grpc(fd, stream, "0", p, len);
	free(p);
}

/* Calls for containers ask for more than calls for sandboxes do: "verbose" is in them. */
static void serve_cri(struct fake_daemon *d, int fd)
{
	uint8_t body[65536];
	uint32_t stream = 1;
	int greeted = 0;
	ssize_t n;
	bool verbose;
	char id[65] = "";

	while ((n = fake_h2_call(fd, &greeted, &stream, body, sizeof(body))) >= 0) {
		d->calls++;
		verbose = n == 5 + 66 + 2;
		if (n >= 5 + 66)
			memcpy(id, body + 7, 64);
		if (!new_version && d->calls == 1)
			fake_grpc(fd, stream, "12", NULL, 0);
		else if (verbose && knows_container && strcmp(id, ID) == 0)
			send_container(fd, stream);
		else if (!verbose && knows_sandbox)
			send_sandbox(fd, stream, id);
		else
			fake_grpc(fd, stream, "5", NULL, 0);
	}
}

static void cri_knows(bool container, bool sandbox)
{
	knows_container = container;
	knows_sandbox = sandbox;
	new_version = true;
	told_id = ID;
	ask_one(ASK_CRI, serve_cri, 5000);
}

static void cri_tells_a_container_and_its_pod(void)
{
	cri_knows(true, true);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	CU_ASSERT_EQUAL(daemon_a.calls, 2);
	has("\"id\":\"" SHORT "\"");
	has("\"type\":6");
	has("\"name\":\"app\"");
	has("\"image\":\"docker.io/library/busybox:1.36\"");
	has("\"imagetag\":\"1.36\"");
	has("\"imagedigest\":\"sha256:aa\"");
	has("\"created_time\":1600000000");
	has("\"labels\":{\"io.kubernetes.container.name\":\"app\"}");
	has("\"Source\":\"/srv\",\"Destination\":\"/data\",\"Mode\":\"\",\"RW\":false");
	has("\"privileged\":true");
	has("\"pod_sandbox_id\":\"" POD_ID "\"");
	has("\"pod-template-hash\":\"5d4f8c7b9\"");
	has("\"io.kubernetes.pod.name\":\"web-5d4f8c7b9-x2x4z\"");
	has("\"io.kubernetes.pod.namespace\":\"shop\"");
	has("\"io.kubernetes.pod.uid\":\"u-1\"");
	has("\"ip\":\"10.2.0.7\"");
	has("\"host_network\":true");
	has("\"host_pid\":false");
}

static void cri_tells_a_sandbox(void)
{
	cri_knows(false, true);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"is_pod_sandbox\":true");
	has("\"pod_sandbox_id\":\"" ID "\"");
	has("\"name\":\"web-5d4f8c7b9-x2x4z\"");
}

static void cri_without_the_pod_tells_the_container(void)
{
	cri_knows(true, false);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	has("\"name\":\"app\"");
	CU_ASSERT_PTR_NULL(strstr(got.json, "pod_sandbox_labels"));
}

static void cri_knows_neither(void)
{
	cri_knows(false, false);
	CU_ASSERT_EQUAL(got.cause, ASK_UNKNOWN);
	CU_ASSERT_EQUAL(daemon_a.calls, 2);
}

static void cri_of_another_container_is_no_answer(void)
{
	knows_container = new_version = true;
	told_id = POD_ID;
	ask_one(ASK_CRI, serve_cri, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_WRONG);
}

static void cri_before_v1_is_asked_as_it_can(void)
{
	knows_container = knows_sandbox = true;
	new_version = false;
	told_id = ID;
	ask_one(ASK_CRI, serve_cri, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_OK);
	CU_ASSERT_EQUAL(daemon_a.calls, 3);
}

static void serve_h2_much(struct fake_daemon *d, int fd)
{
	static uint8_t block[4u << 20];
	uint8_t body[65536];
	uint32_t stream = 1;
	int greeted = 0;

	(void)d;
	if (fake_h2_call(fd, &greeted, &stream, body, sizeof(body)) >= 0)
		fake_grpc(fd, stream, "0", block, sizeof(block));
}

static void cri_that_sends_megabytes_is_left(void)
{
	ask_one(ASK_CRI, serve_h2_much, 60000);
	CU_ASSERT_EQUAL(got.cause, ASK_TOO_LARGE);
}

static void serve_h2_rubbish(struct fake_daemon *d, int fd)
{
	static const uint8_t rubbish[] = { 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f };
	uint8_t body[65536];
	uint32_t stream = 1;
	int greeted = 0;

	(void)d;
	while (fake_h2_call(fd, &greeted, &stream, body, sizeof(body)) >= 0)
		fake_grpc(fd, stream, "0", rubbish, sizeof(rubbish));
}

static void cri_with_another_message_is_no_answer(void)
{
	ask_one(ASK_CRI, serve_h2_rubbish, 5000);
	CU_ASSERT_EQUAL(got.cause, ASK_WRONG);
}

static void http_1_where_cri_should_be_is_no_answer(void)
{
	text = "{}";
	ask_one(ASK_CRI, serve_error, 1000);
	CU_ASSERT(got.cause != ASK_OK);
}

SUITE("ask", TEST(docker_tells_a_container_and_its_image), TEST(podman_is_asked_the_same),
      TEST(a_container_without_its_image_is_told), TEST(an_unknown_container_is_no_answer),
      TEST(a_daemon_that_hangs_is_left), TEST(a_daemon_that_sends_slow_bytes_is_left),
      TEST(a_daemon_that_sends_a_gigabyte_is_left), TEST(headers_without_end_are_left),
      TEST(an_answer_that_ends_early_is_none), TEST(another_container_is_no_answer),
      TEST(what_is_no_object_is_no_answer), TEST(deep_nesting_is_no_answer),
      TEST(a_long_name_is_cut_between_characters), TEST(a_users_podman_is_asked),
      TEST(a_socket_that_becomes_a_link_is_not_followed),
      TEST(more_users_than_there_is_room_for_are_told), TEST(wrong_types_are_passed_over),
      TEST(an_image_that_leads_elsewhere_is_not_asked_for),
      TEST(a_daemon_with_errors_is_asked_thrice), TEST(without_a_daemon_nobody_is_asked),
      TEST(a_socket_without_a_daemon_is_told), TEST(the_next_daemon_of_the_kind_is_asked),
      TEST(a_hanging_daemon_does_not_delay_another), TEST(the_queue_has_an_end),
      TEST(an_id_that_is_a_path_is_not_asked_for), TEST(cri_tells_a_container_and_its_pod),
      TEST(cri_tells_a_sandbox), TEST(cri_without_the_pod_tells_the_container),
      TEST(cri_knows_neither), TEST(cri_of_another_container_is_no_answer),
      TEST(cri_before_v1_is_asked_as_it_can), TEST(cri_that_sends_megabytes_is_left),
      TEST(cri_with_another_message_is_no_answer), TEST(http_1_where_cri_should_be_is_no_answer))

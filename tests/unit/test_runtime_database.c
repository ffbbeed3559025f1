/* SPDX-License-Identifier: BSD-2-Clause */
/* What runtimes keep of containers in databases, and Kubernetes in annotations and labels. */
#include "scene.h"

#include "bolt_file.h"
#include "false_root.h"

#define POD_ID	  "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define META	  "/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
#define LIBPOD	  "/var/lib/containers/storage/libpod/bolt_state.db"
#define EXTENSION "io.cri-containerd.container.metadata"
#define SANDBOX	  "io.cri-containerd.sandbox.metadata"

/* A JSON text in another one. */
#define APPLIED                                                                                       \
	"{\\\"spec\\\":{\\\"containers\\\":[{\\\"name\\\":\\\"other\\\",\\\"livenessProbe\\\":"       \
	"{\\\"exec\\\":{\\\"command\\\":[\\\"false\\\"]}}},{\\\"name\\\":\\\"web\\\","                \
	"\\\"env\\\":[{\\\"name\\\":\\\"TOKEN\\\",\\\"value\\\":\\\"secret\\\"}],"                    \
	"\\\"livenessProbe\\\":{\\\"exec\\\":{\\\"command\\\":[\\\"cat\\\",\\\"/alive\\\"]}},"        \
	"\\\"readinessProbe\\\":{\\\"exec\\\":{\\\"command\\\":[\\\"test\\\",\\\"-e\\\",\\\"/r\\\"]}" \
	"}}]}}"
#define KUBE_APPLIED "\"kubectl.kubernetes.io/last-applied-configuration\":\"" APPLIED "\""

/* A pod's annotation that tells of ports is somebody's word. */
#define NO_PORTS                                                                                \
	"\"io.kubernetes.container.ports\":\"[{\\\"hostPort\\\":1,\\\"containerPort\\\":1}]\"," \
	"\"io.kubernetes.cri-o.Annotations\":\"{\\\"io.kubernetes.container.ports\\\":\\\"[]\\\"}\","

static void save(struct bolt_bucket *root_bucket, const char *path)
{
	struct bolt_file f = { .page_size = 4096, .checksum = true };
	char full[PATH_MAX];

	full_path(full, path);
	bolt_make(&f, root_bucket);
	bolt_save(&f, full);
	bolt_free(root_bucket);
	free(f.data);
}

/* The type's name, and JSON, in a protobuf Any. */
static void put_any(struct bolt_bucket *b, const char *key, const char *type, const char *json)
{
	size_t type_len = strlen(type), len = strlen(json), n = 0;
	uint8_t *any = malloc(type_len + len + 16);

	CU_ASSERT_PTR_NOT_NULL_FATAL(any);
	any[n++] = 1 << 3 | 2;
	any[n++] = (uint8_t)type_len;
	memcpy(any + n, type, type_len);
	n += type_len;
	any[n++] = 2 << 3 | 2;
	any[n++] = (uint8_t)(len | 128);
	any[n++] = (uint8_t)(len >> 7 | 128);
	any[n++] = (uint8_t)(len >> 14);
	memcpy(any + n, json, len);
	bolt_put(b, key, any, n + len);
	free(any);
}

static struct bolt_bucket *record_of(struct bolt_bucket *root_bucket, const char *namespace,
				     const char *id)
{
	struct bolt_bucket *b = bolt_in(bolt_in(root_bucket, "v1"), namespace), *image;

	image = bolt_in(bolt_in(b, "images"), "docker.io/library/bb:1.0");
	if (!image->n)
		bolt_put_str(bolt_in(image, "target"), "digest", "sha256:d1");
	b = bolt_in(bolt_in(b, "containers"), id);
	bolt_put_str(b, "image", "docker.io/library/bb:1.0");
	/* 2020-09-13 12:26:40.000000005 UTC */
	bolt_put(b, "createdat", "\1\0\0\0\x0e\xd6\xf0\x07\0\0\0\0\5\xff\xff", 15);
	return b;
}

static void put_cri_in(const char *path)
{
	struct bolt_bucket *top = bolt_new();

	put_any(bolt_in(record_of(top, "k8s.io", ID), "extensions"), EXTENSION,
		"github.com/containerd/cri/pkg/store/container/Metadata",
		"{\"Version\":\"v1\",\"Metadata\":{\"ID\":\"" ID "\",\"Config\":{"
		"\"labels\":{\"io.kubernetes.container.name\":\"web\"},"
		"\"annotations\":{\"io.kubernetes.container.restartCount\":\"2\","
		"\"io.kubernetes.container.ports\":\"[{\\\"hostPort\\\":8080,\\\"containerPort\\\":80,"
		"\\\"protocol\\\":\\\"TCP\\\"},{\\\"containerPort\\\":81}]\"},"
		"\"linux\":{\"security_context\":{\"privileged\":true}}},\"ImageRef\":\"sha256:i1\"}}");
	put_any(bolt_in(record_of(top, "k8s.io", POD_ID), "extensions"), SANDBOX,
		"github.com/containerd/cri/pkg/store/sandbox/Metadata",
		"{\"Version\":\"v1\",\"Metadata\":{\"ID\":\"" POD_ID "\",\"Config\":{"
		"\"labels\":{\"app\":\"shop\"},\"annotations\":{\"a\":\"b\"," NO_PORTS
		"\"io.kubernetes.cri.container-name\":\"no\"," KUBE_APPLIED "},"
		"\"port_mappings\":[{\"container_port\":80,\"host_port\":8080},"
		"{\"protocol\":1,\"container_port\":53,\"host_port\":53,\"host_ip\":\"10.0.0.1\"},"
		"{\"container_port\":9}],\"linux\":{\"security_context\":{\"namespace_options\":"
		"{\"network\":2,\"pid\":1}}}},\"IP\":\"10.1.2.3\","
		"\"CNIResult\":{\"Interfaces\":{\"eth0\":{\"Mac\":\"m\"}}}}}");
	save(top, path);
}

static void put_cri(void)
{
	put_cri_in(META);
}

static void put_cri_bundle_in(const char *tasks, const char *id, const char *type)
{
	char path[256], text[1024];

	snprintf(path, sizeof(path), "%s/k8s.io/%s/config.json", tasks, id);
	snprintf(text, sizeof(text),
		 "{\"process\":{},\"annotations\":{\"io.kubernetes.cri.container-type\":\"%s\","
		 "\"io.kubernetes.cri.container-name\":\"%s\","
		 "\"io.kubernetes.cri.sandbox-name\":\"shop-7\","
		 "\"io.kubernetes.cri.sandbox-id\":\"" POD_ID "\"}}",
		 type, strcmp(type, "sandbox") ? "web" : "");
	put(path, text);
}

static void put_cri_bundle(const char *id, const char *type)
{
	put_cri_bundle_in(TASKS, id, type);
}

static void cri_container_by_the_database(void)
{
	begin(SINSP_CT_CRI, ID);
	put_cri_bundle(ID, "container");
	put_cri();
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.pod_name, "shop-7");
	CU_ASSERT_EQUAL_FATAL(c.n_labels, 1);
	CU_ASSERT_STRING_EQUAL(c.labels[0].key, "io.kubernetes.container.name");
	CU_ASSERT_STRING_EQUAL(c.pod_labels, "app\tshop\n");
	CU_ASSERT_STRING_EQUAL(c.image, "docker.io/library/bb:1.0");
	CU_ASSERT_STRING_EQUAL(c.image_tag, "1.0");
	CU_ASSERT_STRING_EQUAL(c.image_id, "sha256:i1");
	CU_ASSERT_STRING_EQUAL(c.image_digest, "sha256:d1");
	CU_ASSERT_STRING_EQUAL(c.liveness_probe, "cat /alive");
	CU_ASSERT_STRING_EQUAL(c.readiness_probe, "test -e /r");
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:8080->80/tcp\n");
	CU_ASSERT_STRING_EQUAL(c.ip, "10.1.2.3");
	CU_ASSERT_STRING_EQUAL(c.cni_json, "{\"eth0\":{\"Mac\":\"m\"}}");
	CU_ASSERT_EQUAL(c.created, 1600000000000000005ull);
	CU_ASSERT_TRUE(c.privileged);
	CU_ASSERT_TRUE(c.host_network);
	CU_ASSERT_FALSE(c.host_pid);
	end();
}

/* Who makes a pod chooses its annotations: none stands for the runtime's own. */
static void annotations_of_pod_and_container_stand_behind_the_bundles(void)
{
	static const struct runtime_files with_values = { .root = root, .env_values = true };

	begin(SINSP_CT_CRI, ID);
	put_cri_bundle(ID, "container");
	put_cri();
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_PTR_NOT_NULL(strstr(c.annotations, "io.kubernetes.cri.container-name\tweb\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(c.annotations, "io.kubernetes.container.restartCount\t2\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(c.annotations, "\na\tb\n"));
	CU_ASSERT_PTR_NULL(strstr(c.annotations, "secret"));
	CU_ASSERT_TRUE(runtime_lookup(&with_values, &c, pool, ""));
	CU_ASSERT_PTR_NOT_NULL(strstr(c.annotations, "secret"));
	end();
}

static void cri_sandbox_by_the_database(void)
{
	begin(SINSP_CT_CRI, POD_ID);
	put_cri_bundle(POD_ID, "sandbox");
	put_cri();
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_TRUE(c.is_pod_sandbox);
	CU_ASSERT_STRING_EQUAL(c.name, "shop-7");
	CU_ASSERT_STRING_EQUAL(c.image, "docker.io/library/bb:1.0");
	CU_ASSERT_STRING_EQUAL(c.pod_labels, "app\tshop\n");
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:8080->80/tcp\n10.0.0.1:53->53/udp\n");
	CU_ASSERT_EQUAL(c.n_labels, 1);
	CU_ASSERT_STRING_EQUAL(c.liveness_probe, "");
	end();
}

static void k3s_has_a_containerd_of_its_own(void)
{
	begin(SINSP_CT_CRI, ID);
	put_cri_bundle_in("/run/k3s/containerd/io.containerd.runtime.v2.task", ID, "container");
	put_cri_in("/var/lib/rancher/k3s/agent/containerd/io.containerd.metadata.v1.bolt/meta.db");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.pod_labels, "app\tshop\n");
	end();
}

/* A record of any form does no harm, and what the bundle says stays. */
static void a_database_of_nonsense_does_no_harm(void)
{
	static const char *const records[] = {
		"",
		"{",
		"[]",
		"{\"Metadata\":7}",
		"{\"Metadata\":{\"Config\":[]}}",
		"{\"Metadata\":{\"Config\":{\"labels\":[7],\"annotations\":{\"x\":{}},"
		"\"port_mappings\":[7,{\"host_port\":-1,\"container_port\":99999999999}],"
		"\"linux\":{\"security_context\":[]}},\"ImageRef\":{},\"IP\":[],\"CNIResult\":7}}",
	};
	struct bolt_bucket *top;
	size_t i;

	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		begin(SINSP_CT_CRI, ID);
		put_cri_bundle(ID, "container");
		top = bolt_new();
		put_any(bolt_in(record_of(top, "k8s.io", ID), "extensions"), EXTENSION, "t",
			records[i]);
		if (i)
			put_any(bolt_in(record_of(top, "k8s.io", POD_ID), "extensions"), SANDBOX,
				"t", records[i]);
		else /* no Any */
			bolt_put(bolt_in(record_of(top, "k8s.io", POD_ID), "extensions"), SANDBOX,
				 "\x12\xff\xff\xff\xff\xff\x7f", 7);
		save(top, META);
		CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
		CU_ASSERT_STRING_EQUAL(c.name, "web");
		CU_ASSERT_STRING_EQUAL(c.ports, "");
		CU_ASSERT_EQUAL(c.n_labels, 0);
		end();
	}
	begin(SINSP_CT_CRI, ID);
	put_cri_bundle(ID, "container");
	put(META, "no database");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	end();
}

static void ctr_by_the_database(void)
{
	struct bolt_bucket *top = bolt_new(), *b;

	begin(SINSP_CT_CONTAINERD, "c1");
	put(TASKS "/jobs/c1/config.json", "{\"process\":{}}");
	b = record_of(top, "jobs", "c1");
	bolt_put_str(bolt_in(b, "labels"), "tier", "front");
	bolt_put_str(bolt_in(b, "labels"), "empty", "");
	save(top, META);
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "c1");
	CU_ASSERT_STRING_EQUAL(c.image_repo, "docker.io/library/bb");
	CU_ASSERT_STRING_EQUAL(c.image_digest, "sha256:d1");
	CU_ASSERT_EQUAL(c.created, 1600000000000000005ull);
	CU_ASSERT_EQUAL_FATAL(c.n_labels, 2);
	CU_ASSERT_STRING_EQUAL(c.labels[1].key, "tier");
	CU_ASSERT_STRING_EQUAL(c.labels[1].value, "front");
	end();
}

/* ---- podman ---- */

static void podman_by_the_database(void)
{
	struct bolt_bucket *top = bolt_new(), *b;

	begin(SINSP_CT_PODMAN, ID);
	b = bolt_in(bolt_in(top, "ctr"), ID);
	bolt_put_str(
		b, "config",
		"{\"id\":\"" ID "\",\"name\":\"web\",\"rootfsImageName\":\"localhost/bb:1.0\","
		"\"rootfsImageID\":\"ff\",\"labels\":{\"app\":\"web\"},\"privileged\":true,"
		"\"createdTime\":\"2020-09-13T12:26:40Z\",\"newPortMappings\":[{\"host_ip\":\"\","
		"\"container_port\":80,\"host_port\":8080,\"range\":2,\"protocol\":\"tcp\"},"
		"{\"host_ip\":\"127.0.0.1\",\"container_port\":53,\"host_port\":53,\"range\":1,"
		"\"protocol\":\"udp\"}],\"healthcheck\":{\"Test\":[\"CMD-SHELL\",\"test -e /x\"]}}");
	bolt_put_str(b, "state", "{\"state\":2}");
	save(top, LIBPOD);
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.image, "localhost/bb:1.0");
	CU_ASSERT_STRING_EQUAL(c.image_id, "ff");
	CU_ASSERT_STRING_EQUAL(c.healthcheck, "test -e /x");
	CU_ASSERT_STRING_EQUAL(
		c.ports, "0.0.0.0:8080->80/tcp\n0.0.0.0:8081->81/tcp\n127.0.0.1:53->53/udp\n");
	CU_ASSERT_EQUAL(c.n_labels, 1);
	CU_ASSERT_EQUAL(c.created, 1600000000000000000ull);
	CU_ASSERT_TRUE(c.privileged);
	CU_ASSERT_FALSE(c.is_pod_sandbox);
	CU_ASSERT_STRING_EQUAL(c.pod_name, "");
	end();
}

/* The ports lead to the container that holds the namespaces of all. */
static void podman_pod_by_the_database(void)
{
	struct bolt_bucket *top = bolt_new(), *b;

	begin(SINSP_CT_PODMAN, ID);
	b = bolt_in(bolt_in(top, "ctr"), ID);
	bolt_put_str(b, "config", "{\"name\":\"web\",\"pod\":\"p1\"}");
	bolt_put_str(b, "pod-id", "p1");
	bolt_put_str(
		bolt_in(bolt_in(top, "ctr"), POD_ID), "config",
		"{\"name\":\"infra\",\"pause\":true,\"newPortMappings\":[{\"container_port\":80,"
		"\"host_port\":8080,\"protocol\":\"tcp\"}]}");
	b = bolt_in(bolt_in(top, "pod"), "p1");
	bolt_put_str(b, "config", "{\"name\":\"shop\",\"labels\":{\"app\":\"shop\"}}");
	bolt_put_str(b, "state", "{\"InfraContainerID\":\"" POD_ID "\"}");
	save(top, LIBPOD);
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.pod_name, "shop");
	CU_ASSERT_STRING_EQUAL(c.pod_labels, "app\tshop\n");
	CU_ASSERT_STRING_EQUAL(c.pod_sandbox_id, POD_ID);
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:8080->80/tcp\n");
	CU_ASSERT_FALSE(c.is_pod_sandbox);
	end();
}

/* Another one than that of which the list of the storage library tells. */
static void podman_not_in_the_database_is_looked_for_in_the_list(void)
{
	struct bolt_bucket *top = bolt_new();

	begin(SINSP_CT_PODMAN, ID);
	bolt_put_str(bolt_in(bolt_in(top, "ctr"), POD_ID), "config", "{\"name\":\"other\"}");
	save(top, LIBPOD);
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, ""));
	put(PODMAN "/containers.json", "[{\"id\":\"" ID "\",\"names\":[\"job\"]}]");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "job");
	end();
}

/* ---- CRI-O and Docker below a kubelet ---- */

#define CRIO "/run/containers/storage/overlay-containers/"

static void crio_by_the_bundles_of_container_and_pod(void)
{
	begin(SINSP_CT_CRIO, ID);
	put(CRIO ID "/userdata/config.json",
	    "{\"process\":{},\"annotations\":{\"io.kubernetes.container.name\":\"web\","
	    "\"io.kubernetes.pod.name\":\"shop-7\",\"io.kubernetes.cri-o.SandboxID\":\"" POD_ID
	    "\",\"io.kubernetes.cri-o.Labels\":\"{\\\"l\\\":\\\"v\\\"}\"," KUBE_APPLIED ","
	    "\"io.kubernetes.cri-o.Annotations\":\"{\\\"io.kubernetes.container.ports\\\":"
	    "\\\"[{\\\\\\\"hostPort\\\\\\\":81,\\\\\\\"containerPort\\\\\\\":80,"
	    "\\\\\\\"protocol\\\\\\\":\\\\\\\"TCP\\\\\\\"}]\\\",\\\"h\\\":\\\"i\\\"}\"}}");
	put(CRIO POD_ID "/userdata/config.json",
	    "{\"process\":{},\"annotations\":{\"io.kubernetes.cri-o.Labels\":"
	    "\"{\\\"app\\\":\\\"shop\\\"}\"}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_EQUAL_FATAL(c.n_labels, 1);
	CU_ASSERT_STRING_EQUAL(c.labels[0].key, "l");
	CU_ASSERT_STRING_EQUAL(c.pod_labels, "app\tshop\n");
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:81->80/tcp\n");
	CU_ASSERT_STRING_EQUAL(c.liveness_probe, "cat /alive");
	CU_ASSERT_PTR_NOT_NULL(strstr(c.annotations, "\nh\ti\n"));
	CU_ASSERT_PTR_NULL(strstr(c.annotations, "secret"));
	end();
}

#define DOCKER "/var/lib/docker/containers/"

static void docker_below_a_kubelet(void)
{
	begin(SINSP_CT_DOCKER, ID);
	put(DOCKER ID "/config.v2.json",
	    "{\"Name\":\"/k8s_web_shop-7_prod_u1_0\",\"Config\":{\"Labels\":{"
	    "\"io.kubernetes.container.name\":\"web\",\"io.kubernetes.pod.name\":\"shop-7\","
	    "\"io.kubernetes.sandbox.id\":\"" POD_ID "\","
	    "\"annotation.io.kubernetes.container.restartCount\":\"2\"}}}");
	put(DOCKER POD_ID "/config.v2.json",
	    "{\"Name\":\"/k8s_POD_shop-7_prod_u1_0\",\"Config\":{\"Labels\":{\"app\":\"shop\","
	    "\"io.kubernetes.pod.name\":\"shop-7\",\"io.kubernetes.docker.type\":\"podsandbox\","
	    "\"annotation.a\":\"b\",\"annotation.kubectl.kubernetes.io/"
	    "last-applied-configuration\":\"" APPLIED "\"}}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.pod_labels, "app\tshop\nio.kubernetes.pod.name\tshop-7\n"
					     "io.kubernetes.docker.type\tpodsandbox\n");
	CU_ASSERT_STRING_EQUAL(c.pod_sandbox_id, POD_ID);
	CU_ASSERT_STRING_EQUAL(c.liveness_probe, "cat /alive");
	CU_ASSERT_STRING_EQUAL(c.annotations, "io.kubernetes.container.restartCount\t2\na\tb\n");
	CU_ASSERT_FALSE(c.is_pod_sandbox);
	c.id = c.full_id = POD_ID;
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_TRUE(c.is_pod_sandbox);
	CU_ASSERT_EQUAL(c.n_labels, 4); /* not what kubectl applied */
	end();
}

static void docker_ports_that_any_number_was_asked_for(void)
{
	begin(SINSP_CT_DOCKER, ID);
	put(DOCKER ID "/hostconfig.json",
	    "{\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"\"}],"
	    "\"81/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8081\"}]}}");
	put(DOCKER ID "/config.v2.json", "{\"Name\":\"/web\"}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:8081->81/tcp\n");
	put(DOCKER ID "/config.v2.json",
	    "{\"Name\":\"/web\",\"NetworkSettings\":{\"Ports\":{\"80/tcp\":[{\"HostIp\":\"0.0.0.0\","
	    "\"HostPort\":\"32768\"},{\"HostIp\":\"::\",\"HostPort\":\"32768\"}]}}}");
	c.ports = "";
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:32768->80/tcp\n");
	end();
}

/* ---- while recording, nobody is asked ---- */

static void the_first_event_tells_what_the_database_has(void)
{
	struct sinsp_options opts = { .host_root = root };
	static struct fake f;

	begin(SINSP_CT_CRI, ID);
	put_cri_bundle(ID, "container");
	put_cri();
	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_exec(&f, 200, "x", "/x", "cpu=/kubepods/besteffort/pod1/" ID);
	fake_open(&f, &opts);
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->type, SCAP_EVT_CONTAINER_JSON_2_E);
	fake_step(&f, 1); /* of the container, the first */
	PRINTS(&f,
	       "%container.name %container.label.io.kubernetes.container.name %k8s.pod.label.app",
	       "web web shop");
	PRINTS(&f, "%container.liveness_probe,%container.readiness_probe,%container.healthcheck",
	       "cat /alive,test -e /r,NONE");
	PRINTS(&f, "%container.ports %container.image.digest %container.ip",
	       "0.0.0.0:8080->80/tcp sha256:d1 10.1.2.3");
	PRINTS(&f, "%container.annotation[a] %container.privileged %k8s.pod.cni.json",
	       "b true {\"eth0\":{\"Mac\":\"m\"}}");
	MATCHES(&f, "k8s.pod.label.app = shop and container.liveness_probe contains alive");
	fake_free(&f);
	end();
}

SUITE("runtime_database", TEST(cri_container_by_the_database),
      TEST(annotations_of_pod_and_container_stand_behind_the_bundles),
      TEST(cri_sandbox_by_the_database), TEST(k3s_has_a_containerd_of_its_own),
      TEST(a_database_of_nonsense_does_no_harm), TEST(ctr_by_the_database),
      TEST(podman_by_the_database), TEST(podman_pod_by_the_database),
      TEST(podman_not_in_the_database_is_looked_for_in_the_list),
      TEST(crio_by_the_bundles_of_container_and_pod), TEST(docker_below_a_kubelet),
      TEST(docker_ports_that_any_number_was_asked_for),
      TEST(the_first_event_tells_what_the_database_has))

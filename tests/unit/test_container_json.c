/* SPDX-License-Identifier: BSD-2-Clause */
/* Container events: round trip, text of other writers, text of nobody's good will. */
#include "suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../libsinsp/container_json.h"

static const struct sinsp_container none = {
	.id = "",
	.full_id = "",
	.name = "",
	.image = "",
	.image_id = "",
	.image_repo = "",
	.image_tag = "",
	.image_digest = "",
	.pod_name = "",
	.pod_namespace = "",
	.pod_uid = "",
	.pod_sandbox_id = "",
	.ip = "",
};

static int decode(const char *s, struct sinsp_container *c, struct intern *pool)
{
	*c = none;
	return container_json_decode(s, strlen(s), c, pool);
}

static void comes_back_as_it_went(void)
{
	struct sinsp_label label = { "tier", "front\x1b[31m\"" };
	struct sinsp_container c = none, d;
	struct intern *pool = intern_new();
	struct sinsp_text t = { 0 };

	c.id = "0123456789ab";
	c.full_id = "0123456789abcdef";
	c.name = "web";
	c.type = SINSP_CT_CRI;
	c.image = "bb:1";
	c.pod_name = "web-0";
	c.pod_namespace = "prod";
	c.pod_uid = "u";
	c.privileged = true;
	c.host_pid = true;
	c.mounts = "/a\t/b\tro\tfalse\trprivate\n/c\t/d\t\ttrue\t\n";
	c.healthcheck = "curl -f x";
	c.cni_json = "[1]";
	c.pod_labels = "app\tshop\ntier\tback\n";
	c.kube = "deployment.name\tweb\n";
	c.annotations = "io.x\ty\n";
	c.user = "33:33";
	c.command = "httpd -f";
	c.env = "PATH\nTOKEN=a b\n";
	c.ports = "10.0.0.1:8080->80/tcp\n0.0.0.0:53->53/udp\n";
	c.capabilities = "CAP_KILL CAP_CHOWN";
	c.memory_limit = 1ll << 40;
	c.cpuset_cpu_count = 3;
	c.has_metadata = true;
	c.created = 1600000000000000000ull;
	c.labels = &label;
	c.n_labels = 1;
	CU_ASSERT_EQUAL_FATAL(container_json_encode(&c, &t), 0);
	CU_ASSERT_EQUAL_FATAL(decode(t.ptr, &d, pool), 0);
	CU_ASSERT_STRING_EQUAL(d.id, c.id);
	CU_ASSERT_STRING_EQUAL(d.full_id, c.full_id);
	CU_ASSERT_STRING_EQUAL(d.pod_labels, c.pod_labels);
	CU_ASSERT_STRING_EQUAL(d.kube, c.kube);
	CU_ASSERT_STRING_EQUAL(d.annotations, c.annotations);
	CU_ASSERT_STRING_EQUAL(d.user, c.user);
	CU_ASSERT_STRING_EQUAL(d.command, c.command);
	CU_ASSERT_STRING_EQUAL(d.env, c.env);
	CU_ASSERT_STRING_EQUAL(d.ports, c.ports);
	CU_ASSERT_STRING_EQUAL(d.capabilities, c.capabilities);
	CU_ASSERT_EQUAL(d.memory_limit, c.memory_limit);
	CU_ASSERT_EQUAL(d.cpuset_cpu_count, 3);
	CU_ASSERT_EQUAL(d.cpu_quota, 0);
	CU_ASSERT_STRING_EQUAL(d.name, "web");
	CU_ASSERT_STRING_EQUAL(d.image, "bb:1");
	CU_ASSERT_STRING_EQUAL(d.pod_name, "web-0");
	CU_ASSERT_STRING_EQUAL(d.pod_namespace, "prod");
	CU_ASSERT_STRING_EQUAL(d.pod_uid, "u");
	CU_ASSERT_EQUAL(d.type, SINSP_CT_CRI);
	CU_ASSERT_TRUE(d.privileged);
	CU_ASSERT_TRUE(d.host_pid);
	CU_ASSERT_FALSE(d.host_ipc);
	CU_ASSERT_STRING_EQUAL(d.mounts, c.mounts);
	CU_ASSERT_STRING_EQUAL(d.healthcheck, c.healthcheck);
	CU_ASSERT_STRING_EQUAL(d.cni_json, c.cni_json);
	CU_ASSERT_EQUAL(d.created, c.created);
	CU_ASSERT_EQUAL(d.n_labels, 4);
	CU_ASSERT_STRING_EQUAL(d.labels[0].value, label.value);
	free(d.labels);
	sinsp_text_free(&t);
	intern_free(pool);
}

static void encodes_what_is_not_utf8(void)
{
	struct sinsp_container c = none;
	struct sinsp_text t = { 0 };

	c.id = "x";
	c.name = "a\xff\xfe";
	CU_ASSERT_EQUAL(container_json_encode(&c, &t), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.ptr, "\"a??\""));
	sinsp_text_free(&t);
}

static void encodes_a_label_whose_name_is_not_utf8(void)
{
	struct sinsp_label label = { "na\xc3", "v" };
	struct sinsp_container c = none;
	struct sinsp_text t = { 0 };

	c.id = "x";
	c.labels = &label;
	c.n_labels = 1;
	CU_ASSERT_EQUAL_FATAL(container_json_encode(&c, &t), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.ptr, "\"na?\":\"v\""));
	sinsp_text_free(&t);
}

/* Only a keyframe may hold one; longer than any text of a capture's block. */
static void a_key_of_any_length_does_no_harm(void)
{
	struct sinsp_container c = none;
	struct sinsp_text t = { 0 };
	char *long_key = malloc(100001);

	memset(long_key, 'k', 100000);
	strcpy(long_key + 99990, "\tv\na\tb\n");
	c.id = "x";
	c.annotations = long_key;
	CU_ASSERT_EQUAL_FATAL(container_json_encode(&c, &t), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.ptr, "\"annotations\":{\"a\":\"b\"}"));
	sinsp_text_free(&t);
	free(long_key);
}

/* A million numbers would be a million allocations, for a text that fits a capture's block. */
static void refuses_a_text_that_is_far_too_long(void)
{
	static const char head[] = "{\"container\":{\"id\":\"x\"}}";
	size_t n = 2u << 20;
	struct intern *pool = intern_new();
	struct sinsp_container c = none;
	char *big = malloc(n);

	memset(big, ' ', n);
	memcpy(big, head, sizeof(head) - 1);
	CU_ASSERT_EQUAL(container_json_decode(big, n, &c, pool), -EBADMSG);
	CU_ASSERT_EQUAL(container_json_decode(big, 1u << 20, &c, pool), 0);
	free(big);
	intern_free(pool);
}

static void reads_what_others_write(void)
{
	struct intern *pool = intern_new();
	struct sinsp_container c;

	CU_ASSERT_EQUAL(decode("{\"container\":{\"id\":\"abc\",\"type\":0,\"name\":\"n\",\"ip\":7,"
			       "\"image\":\"i\",\"Mounts\":[],\"pod_sandbox_labels\":"
			       "{\"io.kubernetes.pod.name\":\"p\"},\"labels\":null}}",
			       &c, pool),
			0);
	CU_ASSERT_STRING_EQUAL(c.full_id, "abc");
	CU_ASSERT_EQUAL(c.type, SINSP_CT_DOCKER);
	CU_ASSERT_STRING_EQUAL(c.pod_name, "p");
	CU_ASSERT_STRING_EQUAL(c.ip, "");
	intern_free(pool);
}

static void refuses_what_is_no_container(void)
{
	struct intern *pool = intern_new();
	struct sinsp_container c;
	char deep[8192];

	CU_ASSERT_EQUAL(decode("", &c, pool), -EBADMSG);
	CU_ASSERT_EQUAL(decode("[]", &c, pool), -EBADMSG);
	CU_ASSERT_EQUAL(decode("{\"container\":7}", &c, pool), -EBADMSG);
	CU_ASSERT_EQUAL(decode("{\"container\":{\"id\":\"\"}}", &c, pool), -EBADMSG);
	CU_ASSERT_EQUAL(decode("{\"container\":{\"id\":\"x\"", &c, pool), -EBADMSG);
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	CU_ASSERT_EQUAL(decode(deep, &c, pool), -EBADMSG);
	intern_free(pool);
}

SUITE("container_json", TEST(comes_back_as_it_went), TEST(encodes_what_is_not_utf8),
      TEST(encodes_a_label_whose_name_is_not_utf8), TEST(a_key_of_any_length_does_no_harm),
      TEST(refuses_a_text_that_is_far_too_long), TEST(reads_what_others_write),
      TEST(refuses_what_is_no_container))

/* SPDX-License-Identifier: BSD-2-Clause */
/* Cgroup paths of every runtime, and those of the host that look alike. */
#include "suite.h"

#include <string.h>

#include "../../libsinsp/cgroup.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define USER "/user.slice/user-1000.slice/user@1000.service"
#define ID2  "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define UID  "1ccdd9c8-7d3e-4b5c-8d4f-3f2a1b0c9d8e"
#define UIDU "1ccdd9c8_7d3e_4b5c_8d4f_3f2a1b0c9d8e"

static bool match(const char *path, struct cgroup_match *m)
{
	char list[1024];
	int n = snprintf(list, sizeof(list), "cpuset=/%ccpu=%s%cperf_event=%s", 0, path, 0, path);
	struct scap_bytes b = { list, (uint32_t)n + 1 };

	return cgroup_match(&b, m);
}

static void finds_the_container_of_each_runtime(void)
{
	static const struct {
		const char *path;
		enum sinsp_container_type type;
		const char *id, *pod;
	} rows[] = {
		{ "/docker/" ID, SINSP_CT_DOCKER, ID, "" },
		{ "/system.slice/docker-" ID ".scope", SINSP_CT_DOCKER, ID, "" },
		{ "/my-parent/" ID, SINSP_CT_DOCKER, ID, "" },
		{ "/kubepods/besteffort/pod" UID "/" ID, SINSP_CT_CRI, ID, UID },
		{ "/kubepods/pod" UID "/" ID, SINSP_CT_CRI, ID, UID },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UIDU
		  ".slice/cri-containerd-" ID ".scope",
		  SINSP_CT_CRI, ID, UID },
		{ "/system.slice/kubepods-besteffort-pod" UIDU ".slice:cri-containerd:" ID,
		  SINSP_CT_CRI, ID, UID },
		{ "/kubepods.slice/kubepods-pod" UIDU ".slice/crio-" ID ".scope", SINSP_CT_CRIO, ID,
		  UID },
		{ "/kubepods/besteffort/pod" UID "/crio-" ID, SINSP_CT_CRIO, ID, UID },
		{ "/libpod_parent/libpod-" ID, SINSP_CT_PODMAN, ID, "" },
		{ "/libpod_parent/" ID2 "/libpod-" ID, SINSP_CT_PODMAN, ID, "" },
		{ "/machine.slice/libpod-" ID ".scope", SINSP_CT_PODMAN, ID, "" },
		{ "/machine.slice/libpod-" ID ".scope/container", SINSP_CT_PODMAN, ID, "" },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
		  ".scope/init.scope",
		  SINSP_CT_PODMAN, ID, "" },
		{ "/docker/" ID2 "/docker/" ID, SINSP_CT_DOCKER, ID, "" },
		{ "/docker/" ID "/libpod-conmon-" ID2 ".scope", SINSP_CT_DOCKER, ID, "" },
		{ "/docker/" ID "/system.slice/docker.service", SINSP_CT_DOCKER, ID, "" },
		{ "/lxc/web", SINSP_CT_LXC, "web", "" },
		{ "/lxc.payload.web/system.slice", SINSP_CT_LXC, "web", "" },
		{ "/lxc.payload/web", SINSP_CT_LXC, "web", "" },
		{ "/user.slice/user-1000.slice/user@1000.service/lxc.payload.web/init.scope",
		  SINSP_CT_LXC, "web", "" },
		{ "/machine.slice/machine-lxc\\x2dweb.scope", SINSP_CT_LIBVIRT_LXC, "web", "" },
		{ "/machine/web.libvirt-lxc", SINSP_CT_LIBVIRT_LXC, "web", "" },
		{ "/machine.slice/machine-web\\x2d1.scope/payload/system.slice/cron.service",
		  SINSP_CT_CUSTOM, "web-1", "" },
		{ "/machine.slice/systemd-nspawn@web.service/payload", SINSP_CT_CUSTOM, "web", "" },
		{ "/mesos/" UID, SINSP_CT_MESOS, UID, "" },
		{ "/system.slice/bpm-web.scope", SINSP_CT_BPM, "web", "" },
		/* containers in containers */
		{ "/machine.slice/machine-web.scope/payload/system.slice/docker-" ID ".scope",
		  SINSP_CT_DOCKER, ID, "" },
		{ "/lxc.payload.web/docker/" ID, SINSP_CT_DOCKER, ID, "" },
		{ "/kubepods.slice/kubepods-pod" UIDU ".slice/cri-containerd-" ID2
		  ".scope/kubepods/pod" UID "/" ID,
		  SINSP_CT_CRI, ID, UID },
		/* kubelet in a container (kind), Docker behind a kubelet, k3s */
		{ "/docker/" ID2 "/kubelet/kubepods/burstable/pod" UID "/" ID, SINSP_CT_CRI, ID,
		  UID },
		{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
		  "kubelet-kubepods-besteffort-pod" UIDU ".slice/cri-containerd-" ID ".scope",
		  SINSP_CT_CRI, ID, UID },
		{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UIDU
		  ".slice/docker-" ID ".scope",
		  SINSP_CT_DOCKER, ID, UID },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_" ID2
		  ".slice/libpod-" ID ".scope/container",
		  SINSP_CT_PODMAN, ID, "" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/docker.service/docker/" ID,
		  SINSP_CT_DOCKER, ID, "" },
	};
	struct cgroup_match m;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool found = match(rows[i].path, &m);

		if (!found || m.type != rows[i].type || strcmp(m.id, rows[i].id) || m.by_hand ||
		    strcmp(m.pod_uid, rows[i].pod)) {
			printf("    %s: found %d type %d id %s pod %s\n", rows[i].path, found,
			       m.type, m.id, m.pod_uid);
			CU_FAIL("wrong container");
		}
	}
	CU_PASS("all rows");
}

static void tells_who_made_it(void)
{
	static const struct {
		const char *path, *owner, *home;
	} rows[] = {
		{ "/docker/" ID "/init.scope", "/", "/docker/" ID },
		{ USER "/user.slice/libpod-" ID ".scope/container", "user-1000",
		  USER "/user.slice/libpod-" ID ".scope" },
		{ "/user.slice/user-0.slice/user@0.service/libpod-" ID ".scope", "/",
		  "/user.slice/user-0.slice/user@0.service/libpod-" ID ".scope" },
		{ "/docker/" ID2 "/docker-" ID ".scope", ID2,
		  "/docker/" ID2 "/docker-" ID ".scope" },
		/* inside, what looks like a user's is the container's */
		{ "/docker/" ID2 USER "/docker/" ID "/x", ID2 "/user-1000",
		  "/docker/" ID2 USER "/docker/" ID },
		{ "/docker/" ID USER, "/", "/docker/" ID },
		{ USER "/docker/" ID2 "/docker/" ID, "user-1000/" ID2,
		  USER "/docker/" ID2 "/docker/" ID },
		/* the same once more, as in a kubelet in a container */
		{ "/docker/" ID "/docker/" ID "/x", "/", "/docker/" ID },
		{ "/user@.service/user@x.service/user@12345678901.service/docker/" ID, "/",
		  "/user@.service/user@x.service/user@12345678901.service/docker/" ID },
		{ "/web", "/", "/web" },
		{ USER "/app.slice/web", "user-1000", USER "/app.slice/web" },
		{ "/lxc/web/init.scope", "/", "/lxc/web" },
	};
	char list[1024];
	struct cgroup_match m;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(list, sizeof(list), "cpu=%s", rows[i].path);
		CU_ASSERT_TRUE(
			cgroup_match(&(struct scap_bytes){ list, (uint32_t)strlen(list) + 1 }, &m));
		if (strcmp(m.owner, rows[i].owner) || m.home_len != strlen(rows[i].home) ||
		    strncmp(m.home, rows[i].home, m.home_len)) {
			printf("    %s: owner %s, home %.*s\n", rows[i].path, m.owner,
			       (int)m.home_len, m.home);
			CU_FAIL("wrong owner");
		}
	}
	/* as many in each other as there may be: who made the first made all of them */
	strcpy(list, USER);
	for (i = 0; i < 8; i++)
		sprintf(list + strlen(list),
			"/docker/%c"
			"%.63s",
			(int)('a' + i % 6), ID);
	CU_ASSERT_TRUE(cgroup_match(&(struct scap_bytes){ list, (uint32_t)strlen(list) + 1 }, &m));
	CU_ASSERT_EQUAL(strncmp(m.owner, "user-1000/a0123456789abcdef", 24), 0);
	CU_ASSERT_EQUAL(strlen(m.owner), CGROUP_OWNER_MAX);
}

static void takes_no_host_process_for_a_container(void)
{
	static const char *const paths[] = {
		"/",
		"/init.scope",
		"/system.slice/docker.service",
		"/system.slice/cron.service",
		"/user.slice/user-1000.slice/session-3.scope",
		"/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope",
		"/machine.slice/libpod-conmon-" ID ".scope",
		"/libpod_parent/libpod-conmon-" ID,
		"/system.slice/crio-conmon-" ID ".scope",
		"/libpod_parent/" ID,
		"/kubepods.slice/kubepods-besteffort.slice",
		"/docker",
		"/docker/0123",
		"/docker/" ID "0",
		"/lxc.monitor.web",
		"/machine.slice/machine-web.scope/supervisor",
		"/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt/emulator",
		"/machine.slice/systemd-nspawn@web.service/supervisor",
		"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-conmon-" ID
		".scope",
		"/kubepods/burstable/pod" UID,
		"/kubepods.slice/kubepods-pod" UIDU ".slice",
		"/system.slice/docker-" ID ".service",
	};
	struct cgroup_match m;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (match(paths[i], &m) && !m.by_hand) {
			printf("    %s: %s\n", paths[i], m.id);
			CU_FAIL("a host process in a container");
		}
	CU_ASSERT_FALSE(match("/init.scope", &m));
	CU_ASSERT_FALSE(match("/libpod_parent/libpod-conmon-" ID, &m));
}

static void marks_names_given_by_hand(void)
{
	struct cgroup_match m;

	CU_ASSERT_TRUE(match("/web", &m));
	CU_ASSERT_TRUE(m.by_hand);
	CU_ASSERT_EQUAL(m.type, SINSP_CT_CUSTOM);
	CU_ASSERT_STRING_EQUAL(m.id, "web");
	CU_ASSERT_TRUE(match("/user.slice/user-0.slice/web", &m));
	CU_ASSERT_TRUE(m.by_hand);
	CU_ASSERT_STRING_EQUAL(m.id, "web");
	CU_ASSERT_TRUE(match("/default/c1", &m));
	CU_ASSERT_EQUAL(m.type, SINSP_CT_CONTAINERD);
	CU_ASSERT_STRING_EQUAL(m.id, "c1");
	CU_ASSERT_TRUE(match("/system.slice/runc-web.scope", &m));
	CU_ASSERT_STRING_EQUAL(m.id, "web");
}

static void believes_the_exact_controller(void)
{
	static const char up[] = "cpu=/\0cpuacct=/\0io=/web\0perf_event=/docker/" ID;
	static const char left[] = "memory=/web\0perf_event=/init.scope";
	struct scap_bytes b = { up, sizeof(up) };
	struct cgroup_match m;

	CU_ASSERT_TRUE(cgroup_match(&b, &m));
	CU_ASSERT_STRING_EQUAL(m.id, ID);
	b = (struct scap_bytes){ left, sizeof(left) };
	CU_ASSERT_FALSE(cgroup_match(&b, &m));
}

static void survives_lists_of_any_shape(void)
{
	static const char odd[] = "cpu=\0=\0//\0cpu\0=/////\0cpu=/a//b/";
	char end[400];
	struct scap_bytes b = { odd, sizeof(odd) };
	struct cgroup_match m;

	cgroup_match(&b, &m);
	b.len = 0;
	CU_ASSERT_FALSE(cgroup_match(&b, &m));
	b.ptr = NULL;
	CU_ASSERT_FALSE(cgroup_match(&b, &m));
	/* no NUL behind the last path */
	memset(end, 'a', sizeof(end));
	memcpy(end, "cpu=/", 5);
	b = (struct scap_bytes){ end, sizeof(end) };
	CU_ASSERT_FALSE(cgroup_match(&b, &m));
}

static void shortens_hex_ids_only(void)
{
	CU_ASSERT_EQUAL(cgroup_short_id(ID), 12);
	CU_ASSERT_EQUAL(cgroup_short_id("a-container-with-a-long-name"), 28);
}

SUITE("cgroup", TEST(finds_the_container_of_each_runtime), TEST(tells_who_made_it),
      TEST(takes_no_host_process_for_a_container), TEST(marks_names_given_by_hand),
      TEST(believes_the_exact_controller), TEST(survives_lists_of_any_shape),
      TEST(shortens_hex_ids_only))

/* SPDX-License-Identifier: BSD-2-Clause */
/* A false root folder with what each runtime leaves on disk. */
#include "suite.h"

#include <fcntl.h>
#include <unistd.h>

#include "false_root.h"

static void docker_by_its_config(void)
{
	begin(SINSP_CT_DOCKER, ID);
	put("/var/lib/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":\"/web\",\"Image\":\"sha256:ab\",\"Created\":\"2020-09-13T12:26:40.5Z\","
	    "\"Config\":{\"Image\":\"reg:5000/bb:1.2\",\"Labels\":{\"tier\":\"front\"}}}");
	put("/var/lib/docker/containers/" ID "/hostconfig.json", "{\"Privileged\":true}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.image, "reg:5000/bb:1.2");
	CU_ASSERT_STRING_EQUAL(c.image_repo, "reg:5000/bb");
	CU_ASSERT_STRING_EQUAL(c.image_tag, "1.2");
	CU_ASSERT_STRING_EQUAL(c.image_id, "sha256:ab");
	CU_ASSERT_EQUAL(c.created, 1600000000500000000ull);
	CU_ASSERT_TRUE(c.privileged);
	CU_ASSERT_EQUAL_FATAL(c.n_labels, 1);
	CU_ASSERT_STRING_EQUAL(c.labels[0].value, "front");
	end();
}

static void containerd_cri_by_its_annotations(void)
{
	begin(SINSP_CT_CRI, ID);
	put(TASKS "/k8s.io/" ID "/config.json",
	    "{\"ociVersion\":\"1.0.2\",\"process\":{},\"annotations\":{"
	    "\"io.kubernetes.cri.container-type\":\"container\","
	    "\"io.kubernetes.cri.container-name\":\"shop\","
	    "\"io.kubernetes.cri.image-name\":\"docker.io/library/shop@sha256:cd\","
	    "\"io.kubernetes.cri.sandbox-name\":\"shop-7\","
	    "\"io.kubernetes.cri.sandbox-namespace\":\"prod\","
	    "\"io.kubernetes.cri.sandbox-uid\":\"u-1\","
	    "\"io.kubernetes.cri.sandbox-id\":\"s-1\"}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "shop");
	CU_ASSERT_STRING_EQUAL(c.image_repo, "docker.io/library/shop");
	CU_ASSERT_STRING_EQUAL(c.image_digest, "sha256:cd");
	CU_ASSERT_STRING_EQUAL(c.pod_name, "shop-7");
	CU_ASSERT_STRING_EQUAL(c.pod_namespace, "prod");
	CU_ASSERT_STRING_EQUAL(c.pod_uid, "u-1");
	CU_ASSERT_STRING_EQUAL(c.pod_sandbox_id, "s-1");
	CU_ASSERT_FALSE(c.is_pod_sandbox);
	end();
}

/* The specification of all runtimes. */
#define BUNDLE                                                                                           \
	"{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":{\"uid\":33,\"gid\":34},"                       \
	"\"args\":[\"httpd\",\"-f\"],\"env\":[\"PATH=/bin\",\"TOKEN=secret\"],"                          \
	"\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"]}},"                                 \
	"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"                 \
	"{\"destination\":\"/d\",\"type\":\"bind\",\"source\":\"/srv/d\",\"options\":[\"rbind\",\"ro\"," \
	"\"rslave\"]}],\"annotations\":{\"io.x\":\"y\"},\"linux\":{\"resources\":{\"memory\":"           \
	"{\"limit\":67108864,\"swap\":-1},\"cpu\":{\"shares\":512,\"quota\":-1,\"period\":100000,"       \
	"\"cpus\":\"0-1,4\"}},\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"ipc\"}]}}"

static void bundle_tells_what_it_may_use(void)
{
	static const struct runtime_files with_values = { .root = root, .env_values = true };

	begin(SINSP_CT_CUSTOM, "job");
	put("/b/config.json", BUNDLE);
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, "/b"));
	CU_ASSERT_STRING_EQUAL(c.user, "33:34");
	CU_ASSERT_STRING_EQUAL(c.command, "httpd -f");
	CU_ASSERT_STRING_EQUAL(c.env, "PATH\nTOKEN\n");
	CU_ASSERT_STRING_EQUAL(c.capabilities, "CAP_KILL CAP_CHOWN");
	CU_ASSERT_STRING_EQUAL(c.annotations, "io.x\ty\n");
	CU_ASSERT_STRING_EQUAL(c.mounts, "/srv/d\t/d\tro\tfalse\trslave\n");
	CU_ASSERT_EQUAL(c.memory_limit, 64 << 20);
	CU_ASSERT_EQUAL(c.swap_limit, 0);
	CU_ASSERT_EQUAL(c.cpu_shares, 512);
	CU_ASSERT_EQUAL(c.cpu_quota, 0);
	CU_ASSERT_EQUAL(c.cpu_period, 100000);
	CU_ASSERT_EQUAL(c.cpuset_cpu_count, 3);
	CU_ASSERT_TRUE(c.host_network);
	CU_ASSERT_FALSE(c.host_pid);
	CU_ASSERT_TRUE(runtime_lookup(&with_values, &c, pool, "/b"));
	CU_ASSERT_STRING_EQUAL(c.env, "PATH=/bin\nTOKEN=secret\n");
	end();
}

static void docker_by_bundle_and_host_configuration(void)
{
	begin(SINSP_CT_DOCKER, ID);
	put("/var/lib/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":\"/web\",\"Config\":{\"Image\":\"bb\",\"User\":\"www\","
	    "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"curl -f x || exit 1\"]}}}");
	put("/var/lib/docker/containers/" ID "/hostconfig.json",
	    "{\"Memory\":4096,\"NetworkMode\":\"bridge\",\"PidMode\":\"host\",\"PortBindings\":"
	    "{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8080\"}],\"1\":7,\"x\":[{}]}}");
	put(TASKS "/moby/" ID "/config.json", BUNDLE);
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.user, "www");
	CU_ASSERT_STRING_EQUAL(c.command, "httpd -f");
	CU_ASSERT_STRING_EQUAL(c.healthcheck, "curl -f x || exit 1");
	CU_ASSERT_STRING_EQUAL(c.ports, "0.0.0.0:8080->80/tcp\n");
	CU_ASSERT_STRING_EQUAL(c.mounts, "");
	CU_ASSERT_EQUAL(c.memory_limit, 4096);
	CU_ASSERT_EQUAL(c.cpu_shares, 512);
	CU_ASSERT_TRUE(c.host_pid);
	CU_ASSERT_FALSE(c.host_network);
	end();
}

/* Nothing of a wrong type, no number out of its range. */
static void a_bundle_of_nonsense_does_no_harm(void)
{
	begin(SINSP_CT_CUSTOM, "job");
	put("/b/config.json",
	    "{\"process\":{\"user\":[],\"args\":{\"a\":1},\"env\":[1,{},\"A\\nB=c\"],\"capabilities\":7},"
	    "\"mounts\":[7,{\"type\":\"bind\",\"source\":[]}],\"linux\":{\"resources\":{\"memory\":"
	    "{\"limit\":\"x\"},\"cpu\":{\"cpus\":\"9-1,99999999999\"}},\"namespaces\":[[],9]}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, "/b"));
	CU_ASSERT_STRING_EQUAL(c.user, "");
	CU_ASSERT_STRING_EQUAL(c.env, "A B\n");
	CU_ASSERT_EQUAL(c.memory_limit, 0);
	CU_ASSERT_EQUAL(c.cpuset_cpu_count, 0);
	end();
}

static void crio_by_its_annotations(void)
{
	begin(SINSP_CT_CRIO, ID);
	put("/run/containers/storage/overlay-containers/" ID "/userdata/config.json",
	    "{\"process\":{},\"annotations\":{\"io.kubernetes.container.name\":\"db\","
	    "\"io.kubernetes.pod.name\":\"db-0\",\"io.kubernetes.cri-o.ImageName\":\"q/db:9\","
	    "\"io.kubernetes.cri-o.Labels\":\"{\\\"app\\\":\\\"db\\\"}\"}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "db");
	CU_ASSERT_STRING_EQUAL(c.image, "q/db:9");
	CU_ASSERT_STRING_EQUAL(c.pod_name, "db-0");
	CU_ASSERT_EQUAL(c.n_labels, 1);
	end();
}

static void annotations_tell_no_values_of_environments(void)
{
	static const struct runtime_files with_values = { .root = root, .env_values = true };

	begin(SINSP_CT_CRIO, ID);
	put("/run/containers/storage/overlay-containers/" ID "/userdata/config.json",
	    "{\"process\":{},\"annotations\":{\"a\":\"b\",\"io.kubernetes.cri-o.Annotations\":"
	    "\"{secret}\",\"kubectl.kubernetes.io/last-applied-configuration\":\"{secret}\"}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.annotations, "a\tb\n");
	CU_ASSERT_TRUE(runtime_lookup(&with_values, &c, pool, ""));
	CU_ASSERT_PTR_NOT_NULL(strstr(c.annotations, "secret"));
	end();
}

static void podman_by_its_list(void)
{
	begin(SINSP_CT_PODMAN, ID);
	put(PODMAN "/containers.json",
	    "[{\"id\":\"other\"},{\"id\":\"" ID "\",\"names\":[\"job\"],\"image\":\"ff\","
	    "\"metadata\":\"{\\\"image-name\\\":\\\"localhost/bb:latest\\\"}\"}]");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "job");
	CU_ASSERT_STRING_EQUAL(c.image, "localhost/bb:latest");
	CU_ASSERT_STRING_EQUAL(c.image_id, "ff");
	end();
}

/* What was read is good for as long as the file looks the same, whatever stands in it. */
static void podman_list_is_parsed_once(void)
{
	struct runtime_kept kept[RUNTIME_LISTS] = { 0 };
	const struct runtime_files keeping = { .root = root, .kept = kept };
	const struct timespec times[2] = { { 1600000000, 0 }, { 1600000000, 1 } };
	const struct timespec later[2] = { { 1600000000, 0 }, { 1600000000, 2 } };
	char path[PATH_MAX];

	begin(SINSP_CT_PODMAN, ID);
	snprintf(path, sizeof(path), "%s" PODMAN "/volatile-containers.json", root);
	put(PODMAN "/volatile-containers.json", "[{\"id\":\"" ID "\",\"names\":[\"one\"]}]");
	CU_ASSERT_EQUAL(utimensat(AT_FDCWD, path, times, 0), 0);
	CU_ASSERT_TRUE(runtime_lookup(&keeping, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "one");
	put(PODMAN "/volatile-containers.json", "[{\"id\":\"" ID "\",\"names\":[\"two\"]}]");
	CU_ASSERT_EQUAL(utimensat(AT_FDCWD, path, times, 0), 0);
	CU_ASSERT_TRUE(runtime_lookup(&keeping, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "one");
	CU_ASSERT_EQUAL(utimensat(AT_FDCWD, path, later, 0), 0);
	CU_ASSERT_TRUE(runtime_lookup(&keeping, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "two");
	CU_ASSERT_EQUAL(remove(path), 0);
	CU_ASSERT_FALSE(runtime_lookup(&keeping, &c, pool, ""));
	runtime_kept_clear(kept);
	end();
}

static void crun_and_runc_by_hand(void)
{
	begin(SINSP_CT_CUSTOM, "web");
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, ""));
	put("/run/crun/web/status", "{\"pid\":7,\"bundle\":\"/b\",\"created\":"
				    "\"2020-09-13T12:26:40Z\"}");
	put("/b/config.json", "{\"process\":{},\"annotations\":"
			      "{\"org.opencontainers.image.ref.name\":\"busybox:1\"}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.image, "busybox:1");
	CU_ASSERT_EQUAL(c.created, 1600000000000000000ull);
	end();

	begin(SINSP_CT_CUSTOM, "job");
	put("/run/runc/job/state.json", "{\"config\":{\"labels\":[\"x\",\"bundle=/c\"]}}");
	put("/c/config.json", "{\"process\":{}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "job");
	end();
}

static void lxc_and_nspawn_by_their_names(void)
{
	begin(SINSP_CT_LXC, "web");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.image, "");
	put("/var/lib/lxc/web/config", "# rootfs\nlxc.rootfs.path = dir:/srv/web\nlxc.x = y\n");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.image, "dir:/srv/web");
	end();

	begin(SINSP_CT_CUSTOM, "job");
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, ""));
	put("/run/systemd/machines/job", "NAME=job\nROOT=/srv/job\nCLASS=container\n");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "job");
	CU_ASSERT_STRING_EQUAL(c.image, "/srv/job");
	end();
}

/* The state of a container that has not begun is not there yet. */
static void the_bundle_alone_names_the_image(void)
{
	begin(SINSP_CT_CUSTOM, "job");
	put("/b/config.json", "{\"process\":{},\"annotations\":"
			      "{\"org.opencontainers.image.ref.name\":\"busybox:1\"}}");
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, "/nothing"));
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, "/b"));
	CU_ASSERT_STRING_EQUAL(c.name, "job");
	CU_ASSERT_STRING_EQUAL(c.image, "busybox:1");
	end();
}

/* The caller's id may stand in memory that is gone when the name is asked for. */
static void a_name_made_of_the_id_is_kept(void)
{
	char id[] = "web";

	begin(SINSP_CT_CUSTOM, id);
	put("/run/crun/web/status", "{\"pid\":7}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	memset(id, 'x', sizeof(id) - 1);
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	end();
}

static void asks_the_others_when_the_parent_hides_the_runtime(void)
{
	begin(SINSP_CT_DOCKER, ID);
	put(TASKS "/k8s.io/" ID "/config.json",
	    "{\"process\":{},\"annotations\":{\"io.kubernetes.cri.container-name\":\"x\"}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_EQUAL(c.type, SINSP_CT_CRI);
	end();
}

static void stays_in_the_folder_and_reads_only_regular_files(void)
{
	char path[PATH_MAX];

	begin(SINSP_CT_CUSTOM, "../../etc");
	put("/run/crun/status", "{}");
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, ""));
	end();

	begin(SINSP_CT_CUSTOM, "fifo");
	put("/run/crun/fifo/x", "");
	snprintf(path, sizeof(path), "%s/run/crun/fifo/status", root);
	CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, ""));
	end();

	begin(SINSP_CT_DOCKER, ID);
	put("/var/lib/docker/containers/" ID "/config.v2.json", "{\"Name\":[1,{\"");
	CU_ASSERT_FALSE(runtime_lookup(&from, &c, pool, ""));
	put("/var/lib/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":[1],\"Config\":7,\"Created\":{}}");
	CU_ASSERT_TRUE(runtime_lookup(&from, &c, pool, ""));
	CU_ASSERT_STRING_EQUAL(c.name, "");
	end();
}

static void reads_times_with_and_without_zone(void)
{
	CU_ASSERT_EQUAL(runtime_time("2020-09-13T12:26:40Z"), 1600000000000000000ull);
	CU_ASSERT_EQUAL(runtime_time("2020-09-13T14:26:40.000000001+02:00"),
			1600000000000000001ull);
	CU_ASSERT_EQUAL(runtime_time("yesterday"), 0);
	CU_ASSERT_EQUAL(runtime_time(""), 0);
}

SUITE("runtime", TEST(docker_by_its_config), TEST(containerd_cri_by_its_annotations),
      TEST(crio_by_its_annotations), TEST(annotations_tell_no_values_of_environments),
      TEST(podman_by_its_list), TEST(podman_list_is_parsed_once), TEST(crun_and_runc_by_hand),
      TEST(lxc_and_nspawn_by_their_names), TEST(bundle_tells_what_it_may_use),
      TEST(docker_by_bundle_and_host_configuration), TEST(a_bundle_of_nonsense_does_no_harm),
      TEST(the_bundle_alone_names_the_image), TEST(a_name_made_of_the_id_is_kept),
      TEST(asks_the_others_when_the_parent_hides_the_runtime),
      TEST(stays_in_the_folder_and_reads_only_regular_files),
      TEST(reads_times_with_and_without_zone))

/* SPDX-License-Identifier: BSD-2-Clause */
/* Who made a pod: told by the API server, by labels, or by the name alone. */
#include "suite.h"

#include "scene.h"

#define ID     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CGROUP "cpu=/kubepods/burstable/pod11111111-2222-3333-4444-555555555555/" ID

static struct fake f;

/* @more: the rest of the event's object, with a comma in front. */
static void begin(const char *pod, const char *more)
{
	static char json[8192];

	snprintf(json, sizeof(json),
		 "{\"container\":{\"id\":\"0123456789ab\",\"full_id\":\"" ID "\",\"type\":6,"
		 "\"labels\":{\"io.kubernetes.pod.name\":\"%s\",\"team\":\"x\"}%s}}",
		 pod, more);
	scene_init(&f);
	fake_exec(&f, 200, "x", "/x", CGROUP);
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, 200, "s", json);
	fake_fstat(&f, 200, 0);
	fake_open(&f, NULL);
	fake_step(&f, 3);
}

static void made_by(const char *pod, const char *labels, const char *kind, const char *name)
{
	char more[1024], want[256];

	snprintf(more, sizeof(more), ",\"pod_sandbox_labels\":{%s}", labels);
	begin(pod, *labels ? more : "");
	snprintf(want, sizeof(want), "%s %s", kind, name);
	PRINTS(&f, "*%k8s.owner.kind %k8s.owner.name", want);
	fake_free(&f);
}

#define HASH(h) "\"pod-template-hash\":\"" h "\""

static void labels_tell_who_made_a_pod(void)
{
	made_by("web-5d4f8c7b9-x2x4z", HASH("5d4f8c7b9"), "Deployment", "web");
	made_by("a-b-c-7d9-zzzzz", HASH("7d9"), "Deployment", "a-b-c");
	made_by("log-x2x4z",
		"\"controller-revision-hash\":\"5d4\",\"pod-template-generation\":\"1\"",
		"DaemonSet", "log");
	made_by("db-0", "\"controller-revision-hash\":\"db-5d4\"", "StatefulSet", "db");
	made_by("db-12", "\"statefulset.kubernetes.io/pod-name\":\"db-12\"", "StatefulSet", "db");
	made_by("pi-x2x4z", "\"job-name\":\"pi\"", "Job", "pi");
	made_by("pi-x2x4z", "\"batch.kubernetes.io/job-name\":\"pi\"", "Job", "pi");
	made_by("tick-1795547100-xr69q", "\"job-name\":\"tick-1795547100\"", "CronJob", "tick");
	made_by("tick-29925785-xr69q", "\"batch.kubernetes.io/job-name\":\"tick-29925785\"",
		"CronJob", "tick");
	made_by("tick-20261124-xr69q", "\"job-name\":\"tick-20261124\"", "Job", "tick-20261124");
	made_by("tick-2026112413-x2x4z", "\"job-name\":\"tick-2026112413\"", "Job",
		"tick-2026112413");
	made_by("29925785-x2x4z", "\"job-name\":\"29925785\"", "Job", "29925785");
	made_by("-29925785-x2x4z", "\"job-name\":\"-29925785\"", "Job", "-29925785");
	made_by("shell", "\"app\":\"x\"", "Pod", "shell");
}

/* They are anybody's to set. */
static void labels_that_do_not_fit_tell_nothing(void)
{
	made_by("web-5d4f8c7b9-x2x4z", HASH("ffffffff"), "Pod", "web-5d4f8c7b9-x2x4z");
	made_by("web", HASH("web"), "Pod", "web");
	made_by("-x2x4z", HASH(""), "Pod", "-x2x4z");
	made_by("db-x", "\"controller-revision-hash\":\"db-5d4\"", "Pod", "db-x");
}

static void without_labels_the_name_tells(void)
{
	made_by("web-5d4f8c7b9-x2x4z", "", "Deployment", "web");
	made_by("web-backend-stage", "", "Pod", "web-backend-stage");
	made_by("db-0", "", "Pod", "db-0");
	made_by("web-5d4f8c7b9-x2x4z", "\"app\":\"x\"", "Pod", "web-5d4f8c7b9-x2x4z");
}

static void replica_sets_and_deployments_have_fields(void)
{
	begin("web-5d4f8c7b9-x2x4z",
	      ",\"pod_sandbox_labels\":{" HASH("5d4f8c7b9") ",\"app\":\"w\"}");
	PRINTS(&f, "%k8s.rs.name %k8s.deployment.name", "web-5d4f8c7b9 web");
	PRINTS(&f, "*%k8s.job.name %k8s.daemonset.name %k8s.rc.name %k8s.rs.id",
	       "<NA> <NA> <NA> <NA>");
	PRINTS(&f, "%k8s.pod.label[app] %k8s.pod.labels", "w pod-template-hash:5d4f8c7b9, app:w");
	PRINTS(&f, "*%container.label[app] %container.labels", "<NA> team:x");
	MATCHES(&f, "k8s.deployment.name = web");
	DIFFERS(&f, "k8s.deployment.name = web-5d4f8c7b9");
	fake_free(&f);
}

static void jobs_of_a_cron_job_have_both_names(void)
{
	begin("tick-29925785-x2x4z", ",\"pod_sandbox_labels\":{\"job-name\":\"tick-29925785\"}");
	PRINTS(&f, "%k8s.job.name %k8s.cronjob.name", "tick-29925785 tick");
	fake_free(&f);
}

static void a_pod_without_labels_of_its_own_has_the_containers(void)
{
	begin("web", "");
	PRINTS(&f, "%k8s.pod.label[team] %k8s.pod.labels", "x team:x");
	fake_free(&f);
}

static void the_api_server_knows_better(void)
{
	begin("web-5d4f8c7b9-x2x4z",
	      ",\"kubernetes\":{\"owner.kind\":\"CronJob\",\"owner.name\":\"nightly\","
	      "\"cronjob.name\":\"nightly\",\"job.name\":\"nightly-1\",\"svc.name\":\"a, b\","
	      "\"svc.label.app.kubernetes.io/name\":\"q\",\"svc.label.tier\":\"t\","
	      "\"ns.label.env\":\"prod\",\"ns.id\":\"u-7\",\"node.name\":\"n1\","
	      "\"node.label.zone\":\"b\"}");
	PRINTS(&f, "%k8s.owner.kind %k8s.owner.name %k8s.cronjob.name %k8s.job.name",
	       "CronJob nightly nightly nightly-1");
	PRINTS(&f, "*%k8s.deployment.name %k8s.rs.name", "<NA> <NA>");
	PRINTS(&f, "%k8s.svc.name|%k8s.svc.label[app.kubernetes.io/name]|%k8s.svc.labels",
	       "a, b|q|app.kubernetes.io/name:q, tier:t");
	PRINTS(&f, "%k8s.ns.id %k8s.ns.labels %k8s.node.name %k8s.node.label[zone]",
	       "u-7 env:prod n1 b");
	fake_free(&f);
}

static void outside_of_pods_there_is_no_owner(void)
{
	scene_init(&f);
	fake_fstat(&f, SHELL, 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "*%k8s.owner.kind %k8s.owner.name %k8s.deployment.name", "<NA> <NA> <NA>");
	fake_free(&f);
}

SUITE("kube", TEST(labels_tell_who_made_a_pod), TEST(labels_that_do_not_fit_tell_nothing),
      TEST(without_labels_the_name_tells), TEST(replica_sets_and_deployments_have_fields),
      TEST(jobs_of_a_cron_job_have_both_names),
      TEST(a_pod_without_labels_of_its_own_has_the_containers), TEST(the_api_server_knows_better),
      TEST(outside_of_pods_there_is_no_owner))

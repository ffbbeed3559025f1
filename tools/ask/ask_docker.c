/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Docker, and podman, which answers the same calls: first the container, then its image, whose tag
 * and digest the container does not tell.
 */
#include "ask.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sinsp.h"

enum step { STEP_CONTAINER, STEP_IMAGE };

static bool call(const struct ask_job *job, bool old, struct ask_call *c)
{
	(void)old;
	if (job->step == STEP_CONTAINER)
		snprintf(c->path, sizeof(c->path), "/containers/%s/json", job->id);
	else
		snprintf(c->path, sizeof(c->path), "/images/%s/json", job->other);
	return true;
}

/* Numbers that have the same meaning in the event. */
static const struct {
	const char *from, *to;
} limits[] = {
	{ "Memory", "memory_limit" }, { "MemorySwap", "swap_limit" }, { "CpuShares", "cpu_shares" },
	{ "CpuQuota", "cpu_quota" },  { "CpuPeriod", "cpu_period" },
};

static void take_host(json_t *o, const json_t *host)
{
	const json_t *v;
	size_t i;

	json_object_set_new(o, "privileged",
			    json_boolean(json_is_true(json_object_get(host, "Privileged"))));
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		v = json_object_get(host, limits[i].from);
		if (json_integer_value(v) > 0)
			json_object_set_new(o, limits[i].to, json_integer(json_integer_value(v)));
	}
	json_object_set_new(o, "host_network",
			    json_boolean(!strcmp(ask_str(host, "NetworkMode", NULL), "host")));
	json_object_set_new(o, "host_pid",
			    json_boolean(!strcmp(ask_str(host, "PidMode", NULL), "host")));
	json_object_set_new(o, "host_ipc",
			    json_boolean(!strcmp(ask_str(host, "IpcMode", NULL), "host")));
}

static void take_address(json_t *o, const json_t *settings)
{
	const char *name, *ip = ask_str(settings, "IPAddress", NULL);
	json_t *net;

	json_object_foreach(json_object_get(settings, "Networks"), name, net)
	{
		if (*ip)
			break;
		ip = ask_str(net, "IPAddress", NULL);
	}
	ask_set(o, "ip", ip);
}

/* {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}: addresses and ports are numbers here. */
static void take_ports(json_t *o, const json_t *ports)
{
	json_t *all = json_array(), *maps, *map, *to;
	unsigned int inside, outside;
	const char *key;
	char proto[9];
	struct in_addr ip;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)ports, key, maps)
	{
		if (sscanf(key, "%u/%8[a-z]", &inside, proto) != 2 || inside > UINT16_MAX)
			continue;
		json_array_foreach(maps, i, map)
		{
			if (inet_pton(AF_INET, ask_str(map, "HostIp", NULL), &ip) != 1 ||
			    sscanf(ask_str(map, "HostPort", NULL), "%u", &outside) != 1 ||
			    outside > UINT16_MAX)
				continue;
			to = json_object();
			json_object_set_new(to, "HostIp", json_integer(ntohl(ip.s_addr)));
			json_object_set_new(to, "HostPort", json_integer(outside));
			json_object_set_new(to, "ContainerPort", json_integer(inside));
			json_object_set_new(to, "Protocol", json_string(proto));
			json_array_append_new(all, to);
		}
	}
	json_object_set_new(o, "port_mappings", all);
}

/* ["CMD", program, ...], or ["CMD-SHELL", line]. */
static void take_check(json_t *o, const json_t *test)
{
	const char *form = json_string_value(json_array_get(test, 0));
	json_t *check, *args;
	size_t i;

	if (!form || json_array_size(test) < 2 || !json_is_string(json_array_get(test, 1)))
		return;
	check = json_object();
	args = json_array();
	if (strcmp(form, "CMD-SHELL") == 0) {
		json_object_set_new(check, "exe", json_string("/bin/sh"));
		json_array_append_new(args, json_string("-c"));
		json_array_append(args, json_array_get(test, 1));
	} else {
		json_object_set(check, "exe", json_array_get(test, 1));
		for (i = 2; i < json_array_size(test); i++)
			json_array_append(args, json_array_get(test, i));
	}
	json_object_set_new(check, "args", args);
	json_object_set_new(o, "Healthcheck", check);
}

static int type_of(const struct ask_job *job)
{
	return job->kind == ASK_PODMAN ? SINSP_CT_PODMAN : SINSP_CT_DOCKER;
}

/* Daemons tell the image's id with and without its kind of digest in front. */
static void take_image_id(struct ask_job *job, const char *id)
{
	if (!ask_is_plain(id))
		return;
	snprintf(job->other, sizeof(job->other), "%s", id);
	ask_set(job->known, "imageid", id);
}

static bool take_container(struct ask_job *job, const json_t *got)
{
	const char *name = ask_str(got, "Name", NULL), *image = ask_str(got, "Config", "Image");
	const json_t *config = json_object_get(got, "Config");
	json_t *o, *labels;

	if (strcmp(ask_str(got, "Id", NULL), job->id) != 0)
		return false;
	o = job->known = ask_container(type_of(job), job->id);
	ask_set(o, "name", name + (*name == '/'));
	/* by its id alone: no name that anybody gave it */
	if (strncmp(image, "sha256:", 7) != 0)
		ask_set_image(o, image, NULL);
	take_image_id(job, ask_str(got, "Image", NULL));
	labels = json_object_get(config, "Labels");
	if (json_is_object(labels))
		json_object_set(o, "labels", labels);
	if (json_is_array(json_object_get(got, "Mounts")))
		json_object_set(o, "Mounts", json_object_get(got, "Mounts"));
	json_object_set_new(o, "is_pod_sandbox",
			    json_boolean(!strncmp(name + (*name == '/'), "k8s_POD_", 8)));
	take_check(o, json_object_get(json_object_get(config, "Healthcheck"), "Test"));
	take_address(o, json_object_get(got, "NetworkSettings"));
	take_ports(o, json_object_get(json_object_get(got, "NetworkSettings"), "Ports"));
	ask_set(o, "User", ask_str(got, "Config", "User"));
	take_host(o, json_object_get(got, "HostConfig"));
	return true;
}

/* Its names, the first where the container has none, and a digest of the repository it is of. */
static void take_image(struct ask_job *job, const json_t *got)
{
	const char *image = ask_str(job->known, "image", NULL);
	const char *repo = ask_str(job->known, "imagerepo", NULL);
	size_t len = strlen(repo), i;
	const json_t *v;
	const char *s;

	s = json_string_value(json_array_get(json_object_get(got, "RepoTags"), 0));
	if (!*image && s) {
		ask_set_image(job->known, s, NULL);
	} else if (!*ask_str(job->known, "imagetag", NULL)) {
		json_array_foreach(json_object_get(got, "RepoTags"), i, v)
		{
			s = json_string_value(v);
			if (s && strncmp(s, repo, len) == 0 && s[len] == ':')
				ask_set(job->known, "imagetag", s + len + 1);
		}
	}
	s = json_string_value(json_array_get(json_object_get(got, "RepoDigests"), 0));
	s = s ? strchr(s, '@') : NULL;
	if (s && !*ask_str(job->known, "imagedigest", NULL))
		ask_set(job->known, "imagedigest", s + 1);
}

static enum ask_next reply(struct ask_job *job, const struct ask_reply *r, bool *old,
			   enum ask_cause *cause)
{
	json_t *got;
	bool right = true;

	(void)old;
	if (r->status != 200) {
		*cause = r->status == 404 ? ASK_UNKNOWN : ASK_REFUSED;
		return ASK_FAILED;
	}
	got = ask_parse(r->body, r->len);
	if (!got)
		right = false;
	else if (job->step == STEP_CONTAINER)
		right = take_container(job, got);
	else
		take_image(job, got);
	json_decref(got);
	if (!right) {
		*cause = ASK_WRONG;
		return ASK_FAILED;
	}
	if (job->step == STEP_IMAGE || !*job->other)
		return ASK_FINISHED;
	job->step = STEP_IMAGE;
	return ASK_NEXT_CALL;
}

const struct ask_kind ask_docker = { "docker", false, call, reply };
const struct ask_kind ask_podman = { "podman", false, call, reply };

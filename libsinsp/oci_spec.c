/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an OCI bundle's config.json says of the process and of what it may use. All runtimes but LXC
 * and nspawn make one, and the specification is the same for all.
 */
#include "container_json.h"
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

static int64_t number(json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > 0 && n < INT64_MAX ? n : 0;
}

/* How many CPUs "0-2,5" are. */
static int64_t count_cpus(const char *s)
{
	int64_t n = 0;
	char *end;

	while (*s) {
		unsigned long from = strtoul(s, &end, 10), to = from;

		if (end == s || from > 65535)
			return 0;
		if (*end == '-') {
			s = end + 1;
			to = strtoul(s, &end, 10);
			if (end == s || to < from || to > 65535)
				return 0;
		}
		n += (int64_t)(to - from + 1);
		s = *end == ',' ? end + 1 : end;
		if (s == end && *s)
			return 0;
	}
	return n;
}

static void take_limits(const struct runtime_query *q, json_t *resources)
{
	json_t *memory = json_object_get(resources, "memory");
	json_t *cpu = json_object_get(resources, "cpu");

	q->c->memory_limit = number(memory, "limit");
	q->c->swap_limit = number(memory, "swap");
	q->c->cpu_shares = number(cpu, "shares");
	q->c->cpu_quota = number(cpu, "quota");
	q->c->cpu_period = number(cpu, "period");
	q->c->cpuset_cpu_count = count_cpus(runtime_str(cpu, "cpus", NULL));
}

static bool has_namespace(json_t *list, const char *type)
{
	json_t *ns;
	size_t i;

	json_array_foreach(list, i, ns)
	{
		if (strcmp(runtime_str(ns, "type", NULL), type) == 0)
			return true;
	}
	return false;
}

static void take_user(const struct runtime_query *q, json_t *user)
{
	json_t *uid = json_object_get(user, "uid"), *gid = json_object_get(user, "gid");
	char text[48];

	if (!json_is_integer(uid))
		return;
	snprintf(text, sizeof(text), "%lld:%lld", (long long)json_integer_value(uid),
		 (long long)json_integer_value(gid));
	runtime_set(q, &q->c->user, text);
}

/* The options hold what the event has keys of its own for. */
static void take_mounts(const struct runtime_query *q, json_t *mounts)
{
	json_t *list = json_array(), *m, *o, *opt;
	size_t i, k;

	json_array_foreach(mounts, i, m)
	{
		const char *type = runtime_str(m, "type", NULL), *s;
		bool bind = strcmp(type, "bind") == 0, rw = true;
		const char *propagation = "";

		json_array_foreach(json_object_get(m, "options"), k, opt)
		{
			s = json_string_value(opt);
			if (!s)
				continue;
			bind = bind || strcmp(s, "bind") == 0 || strcmp(s, "rbind") == 0;
			rw = rw && strcmp(s, "ro") != 0;
			if (strstr(s, "private") || strstr(s, "shared") || strstr(s, "slave"))
				propagation = s;
		}
		if (!bind) /* proc, tmpfs and the like are every container's */
			continue;
		o = json_object();
		json_object_set(o, "Source", json_object_get(m, "source"));
		json_object_set(o, "Destination", json_object_get(m, "destination"));
		json_object_set_new(o, "Mode", json_string(rw ? "" : "ro"));
		json_object_set_new(o, "RW", json_boolean(rw));
		json_object_set_new(o, "Propagation", json_string(propagation));
		json_array_append_new(list, o);
	}
	container_mounts_decode(q, list);
	json_decref(list);
}

void oci_spec_read(const struct runtime_query *q, json_t *config)
{
	json_t *process = json_object_get(config, "process");
	json_t *linux_part = json_object_get(config, "linux");
	json_t *spaces = json_object_get(linux_part, "namespaces");

	if (!*q->c->user)
		take_user(q, json_object_get(process, "user"));
	container_command_decode(q, json_object_get(process, "args"), &q->c->command);
	container_env_decode(q, json_object_get(process, "env"), q->env_values);
	container_command_decode(
		q, json_object_get(json_object_get(process, "capabilities"), "bounding"),
		&q->c->capabilities);
	take_limits(q, json_object_get(linux_part, "resources"));
	if (json_is_array(spaces)) {
		q->c->host_pid = !has_namespace(spaces, "pid");
		q->c->host_network = !has_namespace(spaces, "network");
		q->c->host_ipc = !has_namespace(spaces, "ipc");
	}
	/* Docker tells those that somebody asked for by themselves. */
	if (!*q->c->mounts && q->c->type != SINSP_CT_DOCKER)
		take_mounts(q, json_object_get(config, "mounts"));
}

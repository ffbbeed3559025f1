/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a container was asked to run and may use: user, command, environment, ports, limits. One
 * table of keys for both directions; other readers know all but the command, the capabilities and
 * the limit of memory that is reserved.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "container_json.h"
#include "runtime.h"

#define LINES_MAX 512u
#define TEXT_MAX  16384u

static const struct spec_string {
	const char *key;
	size_t field;
} spec_strings[] = {
	{ "User", offsetof(struct sinsp_container, user) },
	{ "command", offsetof(struct sinsp_container, command) },
	{ "capabilities", offsetof(struct sinsp_container, capabilities) },
};

static const struct spec_number {
	const char *key;
	size_t field;
} spec_numbers[] = {
	{ "memory_limit", offsetof(struct sinsp_container, memory_limit) },
	{ "swap_limit", offsetof(struct sinsp_container, swap_limit) },
	{ "cpu_shares", offsetof(struct sinsp_container, cpu_shares) },
	{ "cpu_quota", offsetof(struct sinsp_container, cpu_quota) },
	{ "cpu_period", offsetof(struct sinsp_container, cpu_period) },
	{ "cpuset_cpu_count", offsetof(struct sinsp_container, cpuset_cpu_count) },
};

/* ---- lists of strings, one a line ---- */

static void keep(const struct runtime_query *q, const char **field, struct sinsp_text *t)
{
	if (t->len && !t->failed)
		*field = intern_str(q->pool, t->ptr, t->len);
	sinsp_text_free(t);
}

static void add_line(struct sinsp_text *t, const char *s, size_t len)
{
	size_t i = t->len;

	if (len == 0 || t->len + len + 1 > TEXT_MAX)
		return;
	sinsp_text_add(t, s, len);
	for (; i < t->len; i++)
		if (t->ptr[i] == '\n')
			t->ptr[i] = ' ';
	sinsp_text_add(t, "\n", 1);
}

void container_env_decode(const struct runtime_query *q, json_t *env, bool values)
{
	struct sinsp_text t = { 0 };
	const char *s;
	json_t *v;
	size_t i;

	json_array_foreach(env, i, v)
	{
		s = json_string_value(v);
		if (s && i < LINES_MAX)
			add_line(&t, s, values ? strlen(s) : strcspn(s, "="));
	}
	keep(q, &q->c->env, &t);
}

static json_t *lines_encode(const char *p)
{
	json_t *list = json_array();
	size_t len;

	for (; *p; p += len + 1) {
		len = strcspn(p, "\n");
		json_array_append_new(list, json_stringn(p, len));
		if (!p[len])
			break;
	}
	return list;
}

void container_command_decode(const struct runtime_query *q, json_t *args, const char **field)
{
	struct sinsp_text t = { 0 };
	const char *s;
	json_t *v;
	size_t i;

	json_array_foreach(args, i, v)
	{
		s = json_string_value(v);
		if (!s || t.len + strlen(s) + 1 > TEXT_MAX)
			break;
		if (i)
			sinsp_text_puts(&t, " ");
		sinsp_text_puts(&t, s);
	}
	keep(q, field, &t);
}

/* ---- ports: "10.0.0.1:8080->80/tcp", one a line ---- */

void container_port_add(struct sinsp_text *t, const char *ip, unsigned int host,
			unsigned int container, const char *proto)
{
	if (host > 65535 || container == 0 || container > 65535 || strchr(ip, '\n'))
		return;
	sinsp_text_printf(t, "%.64s:%u->%u/%.8s\n", *ip ? ip : "0.0.0.0", host, container,
			  *proto ? proto : "tcp");
}

static json_t *part(json_t *port, const char *name, const char *kube_name)
{
	json_t *v = json_object_get(port, name);

	return v ? v : json_object_get(port, kube_name);
}

/* A name, in small letters or large, or CRI's number, of which it leaves 0 away. */
static const char *protocol(json_t *port)
{
	static const char *const names[] = { "tcp", "udp", "sctp" };
	const char *s = runtime_str(port, "protocol", NULL);
	json_int_t n = json_integer_value(json_object_get(port, "protocol")), i;

	for (i = 0; i < (json_int_t)(sizeof(names) / sizeof(names[0])); i++)
		if (*s ? strcasecmp(s, names[i]) == 0 : n == i)
			return names[i];
	return "?";
}

/* Only what leads in from outside. podman has ranges of ports. */
void container_ports_decode(const struct runtime_query *q, json_t *list)
{
	struct sinsp_text t = { 0 };
	json_int_t host, inside, k, n;
	const char *ip;
	json_t *p;
	size_t i;

	json_array_foreach(list, i, p)
	{
		ip = json_string_value(part(p, "host_ip", "hostIP"));
		host = json_integer_value(part(p, "host_port", "hostPort"));
		inside = json_integer_value(part(p, "container_port", "containerPort"));
		n = json_integer_value(json_object_get(p, "range"));
		if (host <= 0 || host > 65535 || inside <= 0 || inside > 65535)
			continue;
		for (k = 0; k < (n > 1 ? n : 1) && k < LINES_MAX && t.len < TEXT_MAX; k++)
			container_port_add(&t, ip ? ip : "", (unsigned int)(host + k),
					   (unsigned int)(inside + k), protocol(p));
	}
	keep(q, &q->c->ports, &t);
}

/* ---- the event's own form of them ---- */

static void mappings_decode(const struct runtime_query *q, json_t *list)
{
	struct sinsp_text t = { 0 };
	json_t *m;
	size_t i;

	json_array_foreach(list, i, m)
	{
		json_int_t ip = json_integer_value(json_object_get(m, "HostIp"));
		json_int_t host = json_integer_value(json_object_get(m, "HostPort"));
		json_int_t inside = json_integer_value(json_object_get(m, "ContainerPort"));
		const char *proto = runtime_str(m, "Protocol", NULL);
		struct in_addr a = { htonl((uint32_t)ip) };
		char text[INET_ADDRSTRLEN];

		if (i == LINES_MAX || host < 0 || host > 65535 || inside < 0 || inside > 65535 ||
		    strpbrk(proto, "\n") || !inet_ntop(AF_INET, &a, text, sizeof(text)))
			continue;
		container_port_add(&t, text, (unsigned int)host, (unsigned int)inside, proto);
	}
	keep(q, &q->c->ports, &t);
}

/* An address of IPv6 has no place in it: it is told as none. */
static json_t *ports_encode(const char *p)
{
	json_t *list = json_array(), *m;
	unsigned int host, inside;
	char ip[65], proto[9];
	struct in_addr a;

	for (; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *arrow = strstr(p, "->"), *colon = arrow;

		while (colon && colon > p && *colon != ':')
			colon--;
		if (!colon || colon == p || colon - p >= (ptrdiff_t)sizeof(ip) ||
		    sscanf(colon, ":%u->%u/%8[^\n]", &host, &inside, proto) != 3)
			break;
		memcpy(ip, p, (size_t)(colon - p));
		ip[colon - p] = '\0';
		if (inet_pton(AF_INET, ip, &a) != 1)
			a.s_addr = 0;
		m = json_object();
		json_object_set_new(m, "HostIp", json_integer(ntohl(a.s_addr)));
		json_object_set_new(m, "HostPort", json_integer(host));
		json_object_set_new(m, "ContainerPort", json_integer(inside));
		json_object_set_new(m, "Protocol", json_string(proto));
		json_array_append_new(list, m);
	}
	return list;
}

/* ---- all of it ---- */

void container_spec_decode(const struct runtime_query *q, json_t *o)
{
	json_int_t n;
	size_t i;

	for (i = 0; i < sizeof(spec_strings) / sizeof(spec_strings[0]); i++)
		runtime_set(q, (const char **)((char *)q->c + spec_strings[i].field),
			    runtime_str(o, spec_strings[i].key, NULL));
	for (i = 0; i < sizeof(spec_numbers) / sizeof(spec_numbers[0]); i++) {
		n = json_integer_value(json_object_get(o, spec_numbers[i].key));
		if (n > 0)
			*(int64_t *)((char *)q->c + spec_numbers[i].field) = n;
	}
	container_env_decode(q, json_object_get(o, "env"), true);
	mappings_decode(q, json_object_get(o, "port_mappings"));
}

void container_spec_encode(const struct sinsp_container *c, json_t *o)
{
	const char *s;
	int64_t n;
	size_t i;

	for (i = 0; i < sizeof(spec_strings) / sizeof(spec_strings[0]); i++) {
		memcpy(&s, (const char *)c + spec_strings[i].field, sizeof(s));
		if (s && *s)
			json_object_set_new(o, spec_strings[i].key, container_json_text(s));
	}
	for (i = 0; i < sizeof(spec_numbers) / sizeof(spec_numbers[0]); i++) {
		memcpy(&n, (const char *)c + spec_numbers[i].field, sizeof(n));
		if (n > 0)
			json_object_set_new(o, spec_numbers[i].key, json_integer(n));
	}
	if (c->env && *c->env)
		json_object_set_new(o, "env", lines_encode(c->env));
	if (c->ports && *c->ports)
		json_object_set_new(o, "port_mappings", ports_encode(c->ports));
}

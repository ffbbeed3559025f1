/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the event itself: number, type, category, counts. */
#include <stdlib.h>

#include "fields.h"
#include "put.h"

/* ---- what an event is called ---- */

bool event_is_generic(uint16_t type)
{
	return type == SCAP_EVT_GENERIC_E || type == SCAP_EVT_GENERIC_X;
}

const char *event_name(const struct scap_event *ev, size_t *len)
{
	const char *name = NULL;

	if (event_is_generic(ev->hdr->type)) {
		name = scap_syscall_name((uint16_t)scap_param_u64(ev, 0, 0));
	} else if (ev->hdr->type == SCAP_EVT_ASYNCEVENT_E) {
		name = scap_param_str(ev, 1, len);
		if (name)
			return name;
	}
	if (!name)
		name = ev->info->name;
	*len = strlen(name);
	return name;
}

static bool get_type(struct view *c, struct field_ref *r, struct value *v)
{
	size_t len;
	const char *name = event_name(&c->ev->raw, &len);

	(void)r;
	return value_string(v, name, len);
}

static bool get_syscall(struct view *c, struct field_ref *r, struct value *v)
{
	return c->ev->raw.info->category & EC_SYSCALL && get_type(c, r, v);
}

/* evt.type.is.open, evt.type.is.3 */
static bool get_type_is(struct view *c, struct field_ref *r, struct value *v)
{
	uint16_t type = c->ev->raw.hdr->type;
	size_t len;
	const char *name;

	if (r->arg == ARG_INDEX)
		return value_u64(v, (uint64_t)r->index == type);
	if (r->key[0] >= '0' && r->key[0] <= '9')
		return value_u64(v, strtoul(r->key, NULL, 10) == type);
	name = event_name(&c->ev->raw, &len);
	return value_u64(v, len == r->key_len && !memcmp(name, r->key, len));
}

/* ---- category ---- */

#define CATEGORY_MASK 0x3fu /* below: one value; above: flags */

static const char *const category_names[] = {
	[EC_UNKNOWN] = "unknown",
	[EC_OTHER] = "other",
	[EC_FILE] = "file",
	[EC_NET] = "net",
	[EC_IPC] = "IPC",
	[EC_MEMORY] = "memory",
	[EC_PROCESS] = "process",
	[EC_SLEEP] = "sleep",
	[EC_SYSTEM] = "system",
	[EC_SIGNAL] = "signal",
	[EC_USER] = "user",
	[EC_TIME] = "time",
	[EC_PROCESSING] = "processing",
};

/* Input and output belong where their descriptor does. */
static const char *io_category(const struct sinsp_fd *fd)
{
	if (!fd)
		return "unknown";
	switch (fd->type) {
	case SCAP_FD_FILE:
	case SCAP_FD_FILE_V2:
	case SCAP_FD_DIRECTORY:
		return "file";
	case SCAP_FD_IPV4_SOCK:
	case SCAP_FD_IPV6_SOCK:
	case SCAP_FD_IPV4_SERVSOCK:
	case SCAP_FD_IPV6_SERVSOCK:
		return "net";
	case SCAP_FD_FIFO:
	case SCAP_FD_UNIX_SOCK:
	case SCAP_FD_EVENT:
	case SCAP_FD_SIGNALFD:
	case SCAP_FD_INOTIFY:
		return "ipc";
	default:
		return "unknown";
	}
}

static bool get_category(struct view *c, struct field_ref *r, struct value *v)
{
	uint32_t category = c->ev->raw.info->category, base = category & CATEGORY_MASK;

	(void)r;
	if (base >= EC_IO_READ && base <= EC_IO_OTHER)
		return value_cstr(v, io_category(c->ev->fd));
	if (base && base < sizeof(category_names) / sizeof(category_names[0]))
		return value_cstr(v, category_names[base]);
	if (category & EC_WAIT)
		return value_cstr(v, "wait");
	if (category & EC_SCHEDULER)
		return value_cstr(v, "scheduler");
	if (category & EC_INTERNAL)
		return value_cstr(v, "internal");
	return value_cstr(v, "unknown");
}

static bool by_type_unless_io(const struct field_ref *r, uint16_t type)
{
	uint32_t base = scap_event_info(type)->category & CATEGORY_MASK;

	(void)r;
	return base < EC_IO_READ || base > EC_IO_OTHER;
}

/* ---- the rest ---- */

static bool get_num(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_u64(v, c->ev->num);
}

static bool get_cpu(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_i64(v, c->ev->raw.cpu);
}

static bool get_dir(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_string(v, scap_event_is_enter(c->ev->raw.hdr->type) ? ">" : "<", 1);
}

/* Flags of the event's row, in field.at. */
static bool get_flag(struct view *c, struct field_ref *r, struct value *v)
{
	return value_bool(v, c->ev->raw.info->flags & r->field->at);
}

static bool get_source(struct view *c, struct field_ref *r, struct value *v)
{
	(void)c;
	(void)r;
	return value_cstr(v, "syscall");
}

static bool get_is_async(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_bool(v, c->ev->raw.info->category & EC_METAEVENT);
}

static bool get_asynctype(struct view *c, struct field_ref *r, struct value *v)
{
	return c->ev->raw.info->category & EC_METAEVENT && get_type(c, r, v);
}

static bool get_hostname(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return c->s && value_cstr(v, sinsp_machine(c->s)->hostname);
}

/* Fields of what we do not have (plugins): known, so that rules with them load; never there. */
static bool get_nothing(struct view *c, struct field_ref *r, struct value *v)
{
	(void)c;
	(void)r;
	(void)v;
	return false;
}

static bool get_count(struct view *c, struct field_ref *r, struct value *v)
{
	(void)c;
	(void)r;
	return value_u64(v, 1);
}

static bool get_count_exit(struct view *c, struct field_ref *r, struct value *v)
{
	const struct scap_event *ev = &c->ev->raw;

	(void)r;
	return ev->info->category & EC_SYSCALL && !scap_event_is_enter(ev->hdr->type) &&
	       value_u64(v, 1);
}

/* @threads: of any thread, not of processes only. */
static bool get_procinfo(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;

	return value_u64(v, c->ev->raw.hdr->type == SCAP_EVT_PROCINFO_E &&
				    (r->field->at || (t && sinsp_thread_is_main(t))));
}

#define STRING .type = PT_CHARBUF
#define FLAG   .type = PT_BOOL
#define COUNT  .type = PT_UINT32, .format = PF_DEC

static const struct field rows[] = {
	{ .name = "evt.num",
	  .type = PT_UINT64,
	  .format = PF_ID,
	  .get = get_num,
	  .flags = FIELD_COUNTS,
	  .doc = "Number of the event, counted from 1; events that are not shown count too." },
	{ .name = "evt.type",
	  STRING,
	  .get = get_type,
	  .by_type = by_type_always,
	  .flags = FIELD_EVENT_NAME,
	  .doc = "Name of the event: the system call, or what else happened." },
	{ .name = "evt.type.is",
	  .type = PT_UINT32,
	  .get = get_type_is,
	  .by_type = by_type_always,
	  .arg = ARG_DOT | ARG_INDEX | ARG_REQUIRED,
	  .doc = "1 if the event has this name, else 0: evt.type.is.open." },
	{ .name = "syscall.type",
	  STRING,
	  .get = get_syscall,
	  .by_type = by_type_always,
	  .flags = FIELD_EVENT_NAME,
	  .doc = "Name of the system call; absent for other events." },
	{ .name = "evt.category",
	  STRING,
	  .get = get_category,
	  .by_type = by_type_unless_io,
	  .doc = "What the event is about: file, net, ipc, memory, process, signal, ..." },
	{ .name = "evt.cpu",
	  .type = PT_INT16,
	  .format = PF_ID,
	  .get = get_cpu,
	  .doc = "Number of the CPU that the event was recorded on." },
	{ .name = "evt.dir",
	  STRING,
	  .get = get_dir,
	  .by_type = by_type_always,
	  .doc = "'>' for the entry of a call or an event without duration, '<' for an exit." },
	{ .name = "evt.is_wait",
	  FLAG,
	  .get = get_flag,
	  .by_type = by_type_always,
	  .at = EF_WAITS,
	  .doc = "True for calls that wait, like poll, select and nanosleep." },
	{ .name = "evt.count",
	  COUNT,
	  .get = get_count,
	  .by_type = by_type_always,
	  .doc = "Always 1: for sums." },
	{ .name = "evt.count.exit",
	  COUNT,
	  .get = get_count_exit,
	  .by_type = by_type_always,
	  .doc = "1 for the exit of a call; absent for others." },
	{ .name = "evt.count.procinfo",
	  COUNT,
	  .get = get_procinfo,
	  .flags = FIELD_HIDDEN,
	  .doc = "1 for a procinfo event of a process." },
	{ .name = "evt.count.threadinfo",
	  COUNT,
	  .get = get_procinfo,
	  .at = 1,
	  .flags = FIELD_HIDDEN,
	  .doc = "1 for a procinfo event." },
	{ .name = "evt.source",
	  STRING,
	  .get = get_source,
	  .by_type = by_type_always,
	  .doc = "Where the event comes from: syscall." },
	{ .name = "evt.is_async",
	  FLAG,
	  .get = get_is_async,
	  .by_type = by_type_always,
	  .doc = "True for events that no thread made: containers, users, losses." },
	{ .name = "evt.asynctype",
	  STRING,
	  .get = get_asynctype,
	  .by_type = by_type_always,
	  .doc = "Name of an event that no thread made; absent for others." },
	{ .name = "evt.hostname",
	  STRING,
	  .get = get_hostname,
	  .doc = "Name of the machine that was recorded." },
	{ .name = "evt.pluginname",
	  STRING,
	  .get = get_nothing,
	  .by_type = by_type_always,
	  .doc = "Name of the plugin that made the event; absent, there are none." },
	{ .name = "evt.plugininfo",
	  STRING,
	  .get = get_nothing,
	  .by_type = by_type_always,
	  .doc = "What the plugin says of its event; absent, there are none." },
};

const struct field_class fields_evt_class = {
	.name = "evt",
	.doc = "The event: what it was, when, with what arguments and what result.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

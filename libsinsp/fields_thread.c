/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the thread, and the getters that threads and processes share. */
#include <stddef.h>

#include "fields.h"
#include "names.h"
#include "put.h"

/* ---- whose value it is ---- */

const struct sinsp_thread *field_main(const struct sinsp_thread *t)
{
	return t && t->leader ? t->leader : t;
}

static const struct sinsp_thread *parent_of(struct view *c, const struct sinsp_thread *t)
{
	return c->s && t ? sinsp_thread_parent(c->s, t) : NULL;
}

static const struct sinsp_thread *ancestor(struct view *c, const struct field_ref *r)
{
	const struct sinsp_thread *t = c->ev->thread;
	int64_t n;

	if (r->arg != ARG_INDEX)
		return r->ancestor;
	if (r->index == 0)
		return field_main(t);
	for (n = 0; t && n < r->index; n++) {
		if (n == FIELDS_MAX_DEPTH)
			return NULL;
		t = parent_of(c, t);
	}
	return t;
}

/*
 * The leader of a session or group, found by its id; where it is gone, the oldest ancestor that
 * belongs to it still.
 */
static const struct sinsp_thread *leader_of(struct view *c, size_t at)
{
	const struct sinsp_thread *t = field_main(c->ev->thread), *up, *best = t;
	int64_t id, other;
	int n;

	if (!t)
		return NULL;
	memcpy(&id, (const char *)t + at, sizeof(id));
	if (id < 0)
		return NULL;
	if (id > 0 && c->s && t->vpid == t->pid) {
		up = sinsp_find_thread(c->s, id);
		if (up)
			return up;
	}
	if (!parent_of(c, t)) /* its own leader, or where it came from is not known */
		return NULL;
	for (n = 0, up = t; up && n < FIELDS_MAX_DEPTH; n++) {
		memcpy(&other, (const char *)up + at, sizeof(other));
		if (other != id)
			break;
		best = up;
		up = parent_of(c, up);
	}
	return best;
}

const struct sinsp_thread *field_thread(struct view *c, const struct field_ref *r)
{
	switch (r->field->who) {
	case WHO_SELF:
		return field_main(c->ev->thread);
	case WHO_PARENT:
		return parent_of(c, c->ev->thread);
	case WHO_ANCESTOR:
		return ancestor(c, r);
	case WHO_SESSION:
		return leader_of(c, offsetof(struct sinsp_thread, sid));
	case WHO_GROUP:
		return leader_of(c, offsetof(struct sinsp_thread, pgid));
	case WHO_VGROUP:
		return leader_of(c, offsetof(struct sinsp_thread, vpgid));
	default:
		return c->ev->thread;
	}
}

/* ---- getters by offset ---- */

/* Of a leader that is not known, whose group is not either: "". */
bool field_get_leader(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_thread(c, r);
	const char *s = "";

	if (t)
		memcpy(&s, (const char *)t + r->field->at, sizeof(s));
	return c->ev->thread && value_cstr(v, s);
}

static const void *member(struct view *c, const struct field_ref *r)
{
	const struct sinsp_thread *t = field_thread(c, r);

	return t ? (const char *)t + r->field->at : NULL;
}

bool field_get_str(struct view *c, struct field_ref *r, struct value *v)
{
	const char *const *p = member(c, r);

	return p && value_cstr(v, *p);
}

bool field_get_i64(struct view *c, struct field_ref *r, struct value *v)
{
	const int64_t *p = member(c, r);

	return p && value_i64(v, *p);
}

bool field_get_i64_known(struct view *c, struct field_ref *r, struct value *v)
{
	const int64_t *p = member(c, r);

	return p && *p != -1 && value_i64(v, *p);
}

bool field_get_u64(struct view *c, struct field_ref *r, struct value *v)
{
	const uint64_t *p = member(c, r);

	return p && value_u64(v, *p);
}

bool field_get_u64_known(struct view *c, struct field_ref *r, struct value *v)
{
	const uint64_t *p = member(c, r);

	return p && *p && value_u64(v, *p);
}

bool field_get_u32(struct view *c, struct field_ref *r, struct value *v)
{
	const uint32_t *p = member(c, r);

	return p && value_u64(v, *p);
}

bool field_get_bool(struct view *c, struct field_ref *r, struct value *v)
{
	const bool *p = member(c, r);

	return p && value_bool(v, *p);
}

/* ---- fields of the thread itself ---- */

static bool get_exectime(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_u64(v, c->ev->cpu_ns);
}

/* Absent: it takes samples (procinfo events) that no recorder of today makes. */
static bool get_cpu_percent(struct view *c, struct field_ref *r, struct value *v)
{
	(void)c;
	(void)r;
	(void)v;
	return false;
}

static bool get_tid(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return value_i64(v, (int64_t)c->ev->raw.hdr->tid);
}

static bool get_ismain(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return c->ev->thread && value_bool(v, sinsp_thread_is_main(c->ev->thread));
}

static bool put_nametid(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	if (!t)
		return false;
	render_text(c, t->comm, strlen(t->comm), out);
	put_i64(out, t->tid);
	return true;
}

static bool put_caps(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const uint64_t *set = member(c, r);
	const char *blank = "";
	unsigned int bit;

	if (!set)
		return false;
	for (bit = 0; bit < NAMES_CAPABILITIES; bit++) {
		if (!(*set >> bit & 1))
			continue;
		put_str(out, blank);
		put_str(out, name_of_capability(bit));
		blank = " ";
	}
	return true;
}

/*
 * "subsystem=path" strings. /proc calls the subsystem of block devices blkio, the kernel itself io,
 * and so do events: people see the name that they know from /proc.
 */
struct cgroup_item {
	struct value_str subsystem, path;
};

/* Takes the first string off @b; false: there is none. */
static bool next_cgroup(struct scap_bytes *b, struct cgroup_item *item)
{
	static const char kernel_name[] = "io", name[] = "blkio";
	const char *p = b->ptr, *equals;
	size_t n, used, k;

	if (!b->len)
		return false;
	n = strnlen(p, b->len);
	used = n + (n < b->len);
	b->ptr += used;
	b->len -= used;
	if (n && p[n - 1] == '\n') /* some recorders have it from /proc with the end of its line */
		n--;
	equals = memchr(p, '=', n);
	k = equals ? (size_t)(equals - p) : 0;
	item->subsystem = (struct value_str){ p, k };
	item->path = (struct value_str){ equals ? equals + 1 : p, equals ? n - k - 1 : n };
	if (k == sizeof(kernel_name) - 1 && !memcmp(p, kernel_name, k))
		item->subsystem = (struct value_str){ name, sizeof(name) - 1 };
	return true;
}

static bool get_cgroup(struct view *c, struct field_ref *r, struct value *v)
{
	struct scap_bytes left = c->ev->thread ? c->ev->thread->cgroups : (struct scap_bytes){ 0 };
	struct cgroup_item item;

	while (next_cgroup(&left, &item))
		if (item.subsystem.len == r->key_len &&
		    !memcmp(item.subsystem.ptr, r->key, r->key_len))
			return value_string(v, item.path.ptr, item.path.len);
	return false;
}

static bool put_cgroups(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	struct scap_bytes left = c->ev->thread ? c->ev->thread->cgroups : (struct scap_bytes){ 0 };
	struct cgroup_item item;
	size_t begin = out->len;

	(void)r;
	while (next_cgroup(&left, &item)) {
		if (out->len != begin)
			put_char(out, ' ');
		render_text(c, item.subsystem.ptr, item.subsystem.len, out);
		if (item.subsystem.len)
			put_char(out, '=');
		render_text(c, item.path.ptr, item.path.len, out);
	}
	return out->len != begin;
}

/* Memory belongs to the process: threads other than the main one show 0, so that sums are right. */
static bool get_thread_memory(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;
	uint32_t kb;

	if (!t)
		return false;
	memcpy(&kb, (const char *)t + r->field->at, sizeof(kb));
	return value_u64(v, sinsp_thread_is_main(t) ? kb : 0);
}

static bool get_thread_bytes(struct view *c, struct field_ref *r, struct value *v)
{
	if (!get_thread_memory(c, r, v))
		return false;
	v->u *= 1024;
	return true;
}

#define OWN(m)	.who = WHO_THREAD, .at = offsetof(struct sinsp_thread, m)
#define CAPS(m) .type = PT_CHARBUF, .put = put_caps, OWN(m)
#define CPU_PERCENT                                \
	.type = PT_DOUBLE, .get = get_cpu_percent, \
	.doc = "Always absent: no recorder samples CPU time."
#define COUNT(m) .type = PT_UINT64, .format = PF_DEC, .get = field_get_u64, OWN(m)

static const struct field rows[] = {
	{ .name = "thread.tid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = get_tid,
	  .flags = FIELD_TID,
	  .doc = "Number of the thread." },
	{ .name = "thread.ismain",
	  .type = PT_BOOL,
	  .get = get_ismain,
	  .doc = "True for the thread that stands for its process." },
	{ .name = "thread.vtid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = field_get_i64_known,
	  OWN(vtid),
	  .doc = "Number of the thread in its own pid namespace." },
	{ .name = "thread.nametid",
	  .type = PT_CHARBUF,
	  .put = put_nametid,
	  .flags = FIELD_HIDDEN,
	  .doc = "Name and number of the thread in one." },
	{ .name = "thread.cap_permitted",
	  CAPS(cap_permitted),
	  .doc = "Capabilities that the thread may use, by name." },
	{ .name = "thread.cap_inheritable",
	  CAPS(cap_inheritable),
	  .doc = "Capabilities that survive an exec, by name." },
	{ .name = "thread.cap_effective",
	  CAPS(cap_effective),
	  .doc = "Capabilities that are in force, by name." },
	{ .name = "thread.pfmajor",
	  COUNT(pfmajor),
	  .doc = "Page faults that needed the disk, since the thread began." },
	{ .name = "thread.pfminor",
	  COUNT(pfminor),
	  .doc = "Page faults that needed no disk, since the thread began." },
	{ .name = "thread.exectime",
	  .type = PT_RELTIME,
	  .format = PF_DEC,
	  .get = get_exectime,
	  .doc = "Switches: nanoseconds that the thread had the CPU since the one before; else 0." },
	{ .name = "thread.totexectime",
	  .type = PT_RELTIME,
	  .format = PF_DEC,
	  .get = field_get_u64,
	  OWN(cpu_ns),
	  .doc = "Nanoseconds that the thread has had a CPU, as far as switches tell." },
	{ .name = "thread.cpu", CPU_PERCENT },
	{ .name = "thread.cpu.user", CPU_PERCENT },
	{ .name = "thread.cpu.system", CPU_PERCENT },
	{ .name = "thread.cgroups",
	  .type = PT_CHARBUF,
	  .put = put_cgroups,
	  .doc = "All control groups of the thread, as subsystem=path." },
	{ .name = "thread.cgroup",
	  .type = PT_CHARBUF,
	  .get = get_cgroup,
	  .arg = ARG_DOT | ARG_KEY | ARG_REQUIRED,
	  .doc = "Control group of one subsystem: thread.cgroup.cpuset." },
	{ .name = "thread.vmsize",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_thread_memory,
	  OWN(vmsize_kb),
	  .doc = "Virtual memory in kB; 0 for threads but the main one." },
	{ .name = "thread.vmrss",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_thread_memory,
	  OWN(vmrss_kb),
	  .doc = "Resident memory in kB; 0 for threads but the main one." },
	{ .name = "thread.vmsize.b",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_thread_bytes,
	  OWN(vmsize_kb),
	  .flags = FIELD_HIDDEN,
	  .doc = "thread.vmsize in bytes." },
	{ .name = "thread.vmrss.b",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_thread_bytes,
	  OWN(vmrss_kb),
	  .flags = FIELD_HIDDEN,
	  .doc = "thread.vmrss in bytes." },
};

const struct field_class fields_thread_class = {
	.name = "thread",
	.doc = "The thread that made the event.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

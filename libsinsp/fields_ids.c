/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the process: its numbers, its session and group, its age, its executable. */
#include <stddef.h>

#include "fields.h"

static bool get_ppid(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_main(c->ev->thread), *p;

	(void)r;
	if (!t)
		return false;
	p = c->s ? sinsp_thread_parent(c->s, t) : NULL;
	if (!p && t->ptid <= 0)
		return false;
	return value_i64(v, p ? p->pid : t->ptid);
}

/* The oldest shell among the process and its ancestors: where somebody logged in. */
static bool get_loginshell(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_main(c->ev->thread);
	bool found = false;
	size_t len;
	int n;

	(void)r;
	for (n = 0; t && n < FIELDS_MAX_DEPTH; n++) {
		len = strlen(t->comm);
		if (len >= 2 && !strcmp(t->comm + len - 2, "sh"))
			found = value_i64(v, t->pid);
		t = c->s ? sinsp_thread_parent(c->s, t) : NULL;
	}
	return found;
}

/* at: offset of the id that makes the process the leader where it is its own number. */
static bool get_is_leader(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;
	int64_t id;

	if (!t)
		return false;
	memcpy(&id, (const char *)t + r->field->at, sizeof(id));
	return value_bool(v, id == (r->field->who == WHO_GROUP ? t->pid : t->vpid));
}

/* ---- age ---- */

static bool get_duration(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_thread(c, r);
	uint64_t ts = c->ev->raw.hdr->ts;

	if (!t || !t->clone_ts)
		return false;
	return value_u64(v, ts > t->clone_ts ? ts - t->clone_ts : 0);
}

static bool get_ctime_to_start(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_main(c->ev->thread);

	(void)r;
	if (!t || !t->exe_ino_ctime || t->clone_ts <= t->exe_ino_ctime)
		return false;
	return value_u64(v, t->clone_ts - t->exe_ino_ctime);
}

/*
 * When the first process of the pid namespace began, for those that are in one of their own. Events
 * count that from the start of the machine, the state of a running machine from 1970.
 */
static uint64_t pidns_start(const struct view *c)
{
	const struct sinsp_thread *t = c->ev->thread;
	uint64_t boot = c->s ? sinsp_machine(c->s)->boot_time : 0;

	if (!t || !t->pidns_init_start_ts || t->vtid == t->tid)
		return 0;
	return t->pidns_init_start_ts < boot ? boot + t->pidns_init_start_ts
					     : t->pidns_init_start_ts;
}

static bool get_pidns_start(struct view *c, struct field_ref *r, struct value *v)
{
	uint64_t start = pidns_start(c);

	(void)r;
	return start && value_u64(v, start);
}

static bool get_ctime_after_pidns(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;
	uint64_t start = pidns_start(c);

	(void)r;
	return start && t->exe_ino_ctime > start && value_u64(v, t->exe_ino_ctime - start);
}

#define AT(m)		.at = offsetof(struct sinsp_thread, m)
#define OWN(m)		.who = WHO_THREAD, AT(m)
#define ID(m)		.type = PT_INT64, .format = PF_ID, .get = field_get_i64, OWN(m)
#define LEADER(w, m)	.type = PT_CHARBUF, .get = field_get_leader, .who = (w), AT(m)
#define FLAG(m)		.type = PT_BOOL, .get = field_get_bool, OWN(m)
#define IS_LEADER(w, m) .type = PT_BOOL, .get = get_is_leader, .who = (w), AT(m)
#define KNOWN(t, m)	.type = (t), .format = PF_DEC, .get = field_get_u64_known, OWN(m)
#define RELTIME		.type = PT_RELTIME, .format = PF_DEC

static const struct field rows[] = {
	{ .name = "proc.pid", ID(pid), .doc = "Number of the process." },
	{ .name = "proc.ppid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = get_ppid,
	  .doc = "Number of the parent." },
	{ .name = "proc.apid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = field_get_i64_known,
	  AT(pid),
	  .who = WHO_ANCESTOR,
	  .arg = ARG_INDEX,
	  .flags = FIELD_WALK | FIELD_ALONE,
	  .doc = "Numbers of ancestors, like proc.aname." },
	{ .name = "proc.vpid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = field_get_i64_known,
	  OWN(vpid),
	  .doc = "Number in the process's own pid namespace." },
	{ .name = "proc.pvpid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = field_get_i64_known,
	  .who = WHO_PARENT,
	  AT(vpid),
	  .doc = "proc.vpid of the parent." },
	{ .name = "proc.loginshellid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = get_loginshell,
	  .doc = "Number of the oldest shell among the process and its ancestors." },
	{ .name = "proc.sid", ID(sid), .doc = "Number of the session." },
	{ .name = "proc.sname",
	  LEADER(WHO_SESSION, comm),
	  .doc = "Name of the session's leader, or of its oldest process that is known." },
	{ .name = "proc.sid.exe",
	  LEADER(WHO_SESSION, exe),
	  .doc = "proc.exe of the session's leader." },
	{ .name = "proc.sid.exepath",
	  LEADER(WHO_SESSION, exepath),
	  .doc = "proc.exepath of the session's leader." },
	{ .name = "proc.pgid", ID(pgid), .doc = "Number of the process group." },
	{ .name = "proc.pgid.name", LEADER(WHO_GROUP, comm), .doc = "Name of the group's leader." },
	{ .name = "proc.pgid.exe",
	  LEADER(WHO_GROUP, exe),
	  .doc = "proc.exe of the group's leader." },
	{ .name = "proc.pgid.exepath",
	  LEADER(WHO_GROUP, exepath),
	  .doc = "proc.exepath of the group's leader." },
	{ .name = "proc.vpgid",
	  ID(vpgid),
	  .doc = "Number of the process group in the pid namespace." },
	{ .name = "proc.vpgid.name",
	  LEADER(WHO_VGROUP, comm),
	  .doc = "Name of that group's leader." },
	{ .name = "proc.vpgid.exe",
	  LEADER(WHO_VGROUP, exe),
	  .doc = "proc.exe of that group's leader." },
	{ .name = "proc.vpgid.exepath",
	  LEADER(WHO_VGROUP, exepath),
	  .doc = "proc.exepath of that group's leader." },
	{ .name = "proc.is_sid_leader",
	  IS_LEADER(WHO_SESSION, sid),
	  .doc = "True if the process leads its session." },
	{ .name = "proc.is_pgid_leader",
	  IS_LEADER(WHO_GROUP, pgid),
	  .doc = "True if the process leads its group." },
	{ .name = "proc.is_vpgid_leader",
	  IS_LEADER(WHO_VGROUP, vpgid),
	  .doc = "True if the process leads its group, by the namespace's numbers." },
	{ .name = "proc.duration",
	  RELTIME,
	  .get = get_duration,
	  .who = WHO_THREAD,
	  .doc = "Nanoseconds since the process began; absent if that was before the capture." },
	{ .name = "proc.ppid.duration",
	  RELTIME,
	  .get = get_duration,
	  .who = WHO_PARENT,
	  .doc = "proc.duration of the parent." },
	{ .name = "proc.pid.ts",
	  RELTIME,
	  .get = field_get_u64_known,
	  .who = WHO_THREAD,
	  AT(clone_ts),
	  .doc = "When the process began, in nanoseconds since 1970; absent before the capture." },
	{ .name = "proc.ppid.ts",
	  RELTIME,
	  .get = field_get_u64_known,
	  .who = WHO_PARENT,
	  AT(clone_ts),
	  .doc = "proc.pid.ts of the parent." },
	{ .name = "proc.is_exe_writable",
	  FLAG(exe_writable),
	  .doc = "True if the one who runs the program could write to it." },
	{ .name = "proc.is_exe_upper_layer",
	  FLAG(exe_upper_layer),
	  .doc = "True if the program is in the writable layer of an overlay: not of the image." },
	{ .name = "proc.is_exe_lower_layer",
	  FLAG(exe_lower_layer),
	  .doc = "True if the program is in a lower layer of an overlay: of the image." },
	{ .name = "proc.is_exe_from_memfd",
	  FLAG(exe_from_memfd),
	  .doc = "True if the program is in memory only (memfd_create)." },
	{ .name = "proc.exe_ino", KNOWN(PT_INT64, exe_ino), .doc = "Inode of the program." },
	{ .name = "proc.exe_ino.ctime",
	  KNOWN(PT_ABSTIME, exe_ino_ctime),
	  .doc = "When the program's inode was changed last, in nanoseconds since 1970." },
	{ .name = "proc.exe_ino.mtime",
	  KNOWN(PT_ABSTIME, exe_ino_mtime),
	  .doc = "When the program's content was changed last, in nanoseconds since 1970." },
	{ .name = "proc.exe_ino.ctime_duration_proc_start",
	  .type = PT_ABSTIME,
	  .format = PF_DEC,
	  .get = get_ctime_to_start,
	  .doc = "Nanoseconds from the change of the program's inode to the process's start." },
	{ .name = "proc.exe_ino.ctime_duration_pidns_start",
	  .type = PT_ABSTIME,
	  .format = PF_DEC,
	  .get = get_ctime_after_pidns,
	  .doc = "Nanoseconds from the pid namespace's start to the change of the inode." },
	{ .name = "proc.pidns_init_start_ts",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_pidns_start,
	  .doc = "When the pid namespace's first process began." },
};

const struct field_class fields_ids_class = {
	.name = "proc",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

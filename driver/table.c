// SPDX-License-Identifier: GPL-2.0-only
/* The tables of events and system calls, made from events.def and syscalls.def. */
#include "table.h"
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include "ring.h"

/* The fillers that the table names; "none" is no filler. */
#define EVENT(nr, e, name, category, flags, since, filler, ...) FILLER(filler);
#define EVENT0(nr, e, name, category, flags, since, filler)	FILLER(filler);
#include "uapi/events.def"
#define fill_none NULL

struct rec_row rec_rows[SCAP_EVT_MAX] __ro_after_init = {
#define P(name, ptype, fmt)			      PT_##ptype
#define P_SINCE(since, name, ptype, fmt)	      PT_##ptype
#define P_FLAGS(name, ptype, fmt, table)	      PT_##ptype
#define P_FLAGS_SINCE(since, name, ptype, fmt, table) PT_##ptype
#define P_DYN(name, fmt, table)			      PT_DYN
#define P_AT(name, dirfd)			      PT_FSRELPATH
#define EVENT(nr, e, name, category, flags, since, filler, ...) \
	[nr] = { .fill = fill_##filler, .type = nr, .types = { __VA_ARGS__ } },
#define EVENT0(nr, e, name, category, flags, since, filler) \
	[nr] = { .fill = fill_##filler, .type = nr },
#include "uapi/events.def"
};

/* Since which schema an event, and each of its parameters, is there. No parameter: PARAM_END. */
struct since {
	u32 event;
	u32 params[SCAP_MAX_PARAMS];
};
#define PARAM_OLD 1

static const struct since sinces[SCAP_EVT_MAX] __initconst = {
#define P(name, ptype, fmt)					PARAM_OLD
#define P_SINCE(since, name, ptype, fmt)			since
#define P_FLAGS(name, ptype, fmt, table)			PARAM_OLD
#define P_FLAGS_SINCE(since, name, ptype, fmt, table)		since
#define P_DYN(name, fmt, table)					PARAM_OLD
#define P_AT(name, dirfd)					PARAM_OLD
#define EVENT(nr, e, name, category, flags, since, filler, ...) [nr] = { since, { __VA_ARGS__ } },
#define EVENT0(nr, e, name, category, flags, since, filler)	[nr] = { since, { 0 } },
#include "uapi/events.def"
};

#define SCAP_EVT_NONE 0
struct call_row call_rows[SCAP_SYSCALL_TABLE_SIZE] __ro_after_init = {
#define SYSCALL(number, name, portable, dropping, entry, end) \
	[number] = { .enter = &rec_rows[SCAP_EVT_##entry],    \
		     .exit = &rec_rows[SCAP_EVT_##end],       \
		     .code = portable,                        \
		     .flags = dropping },
#include "uapi/syscalls.def"
};

/* Bytes of the types that have a fixed width. */
static const u8 widths[PT_MAX] __initconst = { SCAP_TYPE_WIDTHS };

/* Which counter of the ring takes the loss of an event; what is not listed has none of its own. */
#define LOSS(counter) offsetof(struct scap_ring_info, n_drops_##counter)
static const struct {
	u16 type;
	u8 counter;
} losses[] __initconst = {
	{ SCAP_EVT_SYSCALL_OPEN_E, LOSS(open_enter) },
	{ SCAP_EVT_SYSCALL_CREAT_E, LOSS(open_enter) },
	{ SCAP_EVT_SYSCALL_OPENAT_2_E, LOSS(open_enter) },
	{ SCAP_EVT_SYSCALL_OPENAT2_E, LOSS(open_enter) },
	{ SCAP_EVT_SYSCALL_OPEN_X, LOSS(open_exit) },
	{ SCAP_EVT_SYSCALL_CREAT_X, LOSS(open_exit) },
	{ SCAP_EVT_SYSCALL_OPENAT_2_X, LOSS(open_exit) },
	{ SCAP_EVT_SYSCALL_OPENAT2_X, LOSS(open_exit) },
	{ SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X, LOSS(open_exit) },
	{ SCAP_EVT_SOCKET_CONNECT_E, LOSS(connect_enter) },
	{ SCAP_EVT_SOCKET_CONNECT_X, LOSS(connect_exit) },
	{ SCAP_EVT_PROCEXIT_1_E, LOSS(proc_exit) },
	{ SCAP_EVT_SYSCALL_CLONE_20_X, LOSS(clone_fork_exit) },
	{ SCAP_EVT_SYSCALL_FORK_20_X, LOSS(clone_fork_exit) },
	{ SCAP_EVT_SYSCALL_VFORK_20_X, LOSS(clone_fork_exit) },
	{ SCAP_EVT_SYSCALL_CLONE3_X, LOSS(clone_fork_exit) },
	{ SCAP_EVT_SYSCALL_EXECVE_19_X, LOSS(execve_exit) },
	{ SCAP_EVT_SYSCALL_EXECVEAT_X, LOSS(execve_exit) },
	{ SCAP_EVT_SYSCALL_CLOSE_X, LOSS(close_exit) },
	{ SCAP_EVT_SYSCALL_DUP_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_FCHMODAT_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_CHMOD_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_FCHMOD_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_CHOWN_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_LCHOWN_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_FCHOWN_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_FCHOWNAT_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_LINK_2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_LINKAT_2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_MKDIR_2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_MKDIRAT_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_MOUNT_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_UMOUNT_1_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_UMOUNT2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_RENAME_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_RENAMEAT_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_RENAMEAT2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_RMDIR_2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_SYMLINK_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_SYMLINKAT_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_UNLINK_2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_UNLINKAT_2_X, LOSS(dir_file_exit) },
	{ SCAP_EVT_SYSCALL_BPF_2_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_SETPGID_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_PTRACE_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_SECCOMP_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_SETNS_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_SETRESGID_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_SETRESUID_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_SETSID_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_UNSHARE_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_CAPSET_X, LOSS(other_exit) },
	{ SCAP_EVT_SYSCALL_KEYCTL_X, LOSS(other_exit) },
};

/* A call whose exit event has no filler, or is too new for the schema, is recorded as generic. */
static void __init cut_event(unsigned int type, u32 schema)
{
	const struct since *since = &sinces[type];
	struct rec_row *row = &rec_rows[type];
	unsigned int i;

	if (since->event > schema || row->fill == fill_generic) {
		row->type = SCAP_EVT_GENERIC_X;
		if (row->fill)
			row->fill = fill_generic;
	}
	row->fixed = REC_SLACK;
	for (i = 0; i < SCAP_MAX_PARAMS; i++) {
		if (!since->params[i] || since->params[i] > schema)
			break;
		row->widths[i] = widths[row->types[i]];
		row->fixed += row->widths[i];
	}
	row->head = sizeof(struct scap_event_hdr) + i * sizeof(u16);
	row->type_nparams = row->type | (u64)i << 16;
	row->need = row->head + row->fixed;
}

static const u16 many[] __initconst = { SCAP_EVT_SOCKET_SENDMMSG_X, SCAP_EVT_SOCKET_RECVMMSG_X };

/* The exits of these are looked at (probes.c): read has number 0. */
static const u16 odd[] __initconst = { SCAP_EVT_SYSCALL_EXECVE_19_X, SCAP_EVT_SYSCALL_EXECVEAT_X };

static void __init cut_call(struct call_row *call, unsigned int nr)
{
	unsigned int i;

	call->nr = nr;
	if (!call->exit || call->exit == rec_rows)
		call->exit = &rec_rows[SCAP_EVT_GENERIC_X];
	call->exit = &rec_rows[call->exit->type];
	if (!call->exit->fill)
		call->exit = &rec_rows[SCAP_EVT_GENERIC_X];
	/* an entry without filler is no event at all */
	if (call->enter == rec_rows ||
	    (call->enter && &rec_rows[call->enter->type] != call->enter) ||
	    (call->enter && !call->enter->fill))
		call->enter = NULL;
	call->is_odd = !nr;
	for (i = 0; i < ARRAY_SIZE(odd); i++)
		call->is_odd |= call->exit->type == odd[i];
}

void __init table_init(u32 schema)
{
	unsigned int i;

	for (i = 0; i < SCAP_EVT_MAX; i++)
		cut_event(i, schema);
	for (i = 0; i < SCAP_EVT_MAX; i++)
		rec_rows[i].drop = RING_NO_COUNTER;
	for (i = 0; i < ARRAY_SIZE(losses); i++)
		rec_rows[losses[i].type].drop = losses[i].counter / sizeof(u64);
	for (i = 0; i < ARRAY_SIZE(many); i++)
		rec_rows[many[i]].is_many = true;
	for (i = 0; i < SCAP_SYSCALL_TABLE_SIZE; i++)
		cut_call(&call_rows[i], i);
}

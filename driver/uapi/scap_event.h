/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * The event as it lies in a ring buffer and in a capture file, and the numbers that describe it.
 * Builds in the kernel and in user space; includes nothing but the fixed-width types.
 */
#ifndef SCAP_EVENT_H
#define SCAP_EVENT_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/types.h>
typedef u16 scap_u16;
typedef u32 scap_u32;
typedef u64 scap_u64;
#else
#include <stdint.h>
typedef uint16_t scap_u16;
typedef uint32_t scap_u32;
typedef uint64_t scap_u64;
#endif

/*
 * Every event starts with this header, followed by one length per parameter (u16, or u32 where the
 * type has EF_LARGE_PAYLOAD) and the parameters themselves, unaligned and without padding.
 */
struct scap_event_hdr {
	scap_u64 ts;   /* nanoseconds since the epoch, wall clock */
	scap_u64 tid;  /* thread, in the initial pid namespace; all ones: none */
	scap_u32 len;  /* header, lengths and parameters */
	scap_u16 type; /* enum scap_event_type */
	scap_u32 nparams;
} __attribute__((packed));

#ifdef __KERNEL__
static_assert(sizeof(struct scap_event_hdr) == 26);
#else
_Static_assert(sizeof(struct scap_event_hdr) == 26, "the event header is 26 bytes");
#endif

#define SCAP_MAX_PARAMS	   32
#define SCAP_MAX_PARAM_LEN 65000

/* A schema version as one number that can be compared. */
#define SCHEMA(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))

/* The low six bits of a category are one value, the higher ones are flags. */
enum scap_event_category {
	EC_UNKNOWN = 0,
	EC_OTHER = 1,
	EC_FILE = 2,
	EC_NET = 3,
	EC_IPC = 4,
	EC_MEMORY = 5,
	EC_PROCESS = 6,
	EC_SLEEP = 7,
	EC_SYSTEM = 8,
	EC_SIGNAL = 9,
	EC_USER = 10,
	EC_TIME = 11,
	EC_PROCESSING = 12,
	EC_IO_READ = 32,
	EC_IO_WRITE = 33,
	EC_IO_OTHER = 34,
	EC_WAIT = 64,
	EC_SCHEDULER = 128,
	EC_INTERNAL = 256,
	EC_SYSCALL = 512,
	EC_TRACEPOINT = 1024,
	EC_PLUGIN = 2048,
	EC_METAEVENT = 4096,
	EC_ITER = 8192,
};

enum scap_event_flags {
	EF_CREATES_FD = 1 << 0,
	EF_DESTROYS_FD = 1 << 1,
	EF_USES_FD = 1 << 2,
	EF_READS_FROM_FD = 1 << 3,
	EF_WRITES_TO_FD = 1 << 4,
	EF_MODIFIES_STATE = 1 << 5,
	EF_UNUSED = 1 << 6,
	EF_WAITS = 1 << 7,
	EF_SKIPPARSERESET = 1 << 8,
	EF_OLD_VERSION = 1 << 9,
	EF_LARGE_PAYLOAD = 1 << 11,
	EF_CONVERTER_MANAGED = 1 << 12,
};

/* Flags of a system call (syscalls.def): what dropping mode may do with it. */
enum scap_syscall_flags {
	UF_NONE = 0,
	UF_USED = 1,
	UF_NEVER_DROP = 2,
	UF_ALWAYS_DROP = 4,
	UF_ATOMIC = 16,
};

enum scap_param_type {
	PT_NONE,
	PT_INT8,
	PT_INT16,
	PT_INT32,
	PT_INT64,
	PT_UINT8,
	PT_UINT16,
	PT_UINT32,
	PT_UINT64,
	PT_CHARBUF, /* a string with its NUL */
	PT_BYTEBUF,
	PT_ERRNO, /* i64, an error number when negative */
	PT_SOCKADDR,
	PT_SOCKTUPLE,
	PT_FD,
	PT_PID, /* i64 */
	PT_FDLIST,
	PT_FSPATH,
	PT_SYSCALLID, /* u16, syscall_codes.def */
	PT_SIGTYPE,   /* u8 */
	PT_RELTIME,
	PT_ABSTIME, /* u64 nanoseconds */
	PT_PORT,
	PT_L4PROTO,
	PT_SOCKFAMILY,
	PT_BOOL,
	PT_IPV4ADDR,
	PT_DYN, /* u8 index into a DYN table, then that type */
	PT_FLAGS8,
	PT_FLAGS16,
	PT_FLAGS32,
	PT_UID,
	PT_GID, /* u32 */
	PT_DOUBLE,
	PT_SIGSET,
	PT_CHARBUFARRAY,
	PT_CHARBUF_PAIR_ARRAY,
	PT_IPV4NET,
	PT_IPV6ADDR,
	PT_IPV6NET,
	PT_IPADDR,
	PT_IPNET,
	PT_MODE, /* u32 */
	PT_FSRELPATH,
	PT_ENUMFLAGS8,
	PT_ENUMFLAGS16,
	PT_ENUMFLAGS32,
	PT_FD32,
	PT_PID32,
	PT_MAX,
};

/* Bytes of the types that have a fixed width: an initializer for an array of PT_MAX. */
#define SCAP_TYPE_WIDTHS                                                                        \
	[PT_INT8] = 1, [PT_INT16] = 2, [PT_INT32] = 4, [PT_INT64] = 8, [PT_UINT8] = 1,          \
	[PT_UINT16] = 2, [PT_UINT32] = 4, [PT_UINT64] = 8, [PT_ERRNO] = 8, [PT_FD] = 8,         \
	[PT_PID] = 8, [PT_SYSCALLID] = 2, [PT_SIGTYPE] = 1, [PT_RELTIME] = 8, [PT_ABSTIME] = 8, \
	[PT_PORT] = 2, [PT_L4PROTO] = 1, [PT_SOCKFAMILY] = 1, [PT_BOOL] = 4, [PT_IPV4ADDR] = 4, \
	[PT_FLAGS8] = 1, [PT_FLAGS16] = 2, [PT_FLAGS32] = 4, [PT_UID] = 4, [PT_GID] = 4,        \
	[PT_DOUBLE] = 8, [PT_SIGSET] = 4, [PT_MODE] = 4, [PT_ENUMFLAGS8] = 1,                   \
	[PT_ENUMFLAGS16] = 2, [PT_ENUMFLAGS32] = 4, [PT_FD32] = 4, [PT_PID32] = 4,

enum scap_print_format {
	PF_NA,
	PF_DEC,
	PF_HEX,
	PF_10_PADDED_DEC,
	PF_ID,
	PF_DIR,
	PF_OCT,
};

enum scap_event_type {
#define EVENT(nr, e, ...)  SCAP_EVT_##e = nr,
#define EVENT0(nr, e, ...) SCAP_EVT_##e = nr,
#include "events.def"
	SCAP_EVT_MAX
};

/* The values of flags and enumerations as they travel: SCAP_O_CREAT, SCAP_CLONE_THREAD, ... */
enum scap_flag_value {
#define FLAG_TABLE(t)
#define FLAG(t, n, v)	    SCAP_##n = v,
#define FLAG_AS(t, e, n, v) SCAP_##e = v,
#define FLAG_TABLE_END(t)
#define DYN_TABLE(t)
#define DYN_TYPE(t, type, fmt)
#define DYN_TABLE_END(t)
#include "flags.def"
};

/* Codes of system calls and of the tracepoints that are asked for like calls. */
enum scap_syscall_code {
#define SYSCALL_CODE(nr, n) SCAP_SC_##n = nr,
#include "syscall_codes.def"
	SCAP_SC_MAX
};

/* Address families inside SOCKADDR and SOCKTUPLE parameters. */
#define SCAP_FAMILY_UNIX  1
#define SCAP_FAMILY_INET  2
#define SCAP_FAMILY_INET6 10

#define SCAP_AT_FDCWD (-100)

/*
 * Items: what is known of one event beyond its declared parameters. Each is a header and its value,
 * packed. In the ring of a consumer that asked for them they stand behind the last parameter,
 * inside the event's length; in a capture file, in a pcapng custom option behind the event, inside
 * its block.
 */
#define SCAP_ITEM_OPTION 2989  /* pcapng: custom option, binary, copied by editors */
#define SCAP_ITEM_PEN	 32473 /* the private enterprise number reserved for examples */

enum scap_item_kind {
	SCAP_ITEM_LATENCY = 1,	  /* u64: duration of the call in nanoseconds */
	SCAP_ITEM_LOSS = 2,	  /* struct scap_loss: events of this CPU lost before this one */
	SCAP_ITEM_CGROUP = 3,	  /* u64: cgroup v2 of the thread, the inode of its folder */
	SCAP_ITEM_NAMESPACES = 4, /* struct scap_namespaces of the thread */
	/* In captures only: state that the events in them do not tell (scapula-format(5)). */
	SCAP_ITEM_THREAD = 5,
	SCAP_ITEM_FD = 6,
	SCAP_ITEM_CPU_TIME = 7, /* u64 each: the thread's, until this switch and in all */
	SCAP_ITEM_MACHINE = 8,	/* at the first event: what is known of the machine, as text */
};

struct scap_item_hdr {
	scap_u16 kind;
	scap_u16 len; /* of the value */
} __attribute__((packed));

/* Inode numbers of namespaces, as in /proc/PID/ns; 0: unknown. */
struct scap_namespaces {
	scap_u32 pid;
	scap_u32 mnt;
	scap_u32 net;
	scap_u32 user;
	scap_u32 uts;
	scap_u32 ipc;
	scap_u32 cgroup;
} __attribute__((packed));

/* What was lost on one CPU between two of its events, by cause. */
struct scap_loss {
	scap_u64 buffer; /* ring was full */
	scap_u64 fault;	 /* user memory was not there */
	scap_u64 busy;	 /* ring was in use (re-entry) */
	scap_u64 from;	 /* time of the CPU's last event before the loss, 0: none */
	scap_u64 to;	 /* time of this event */
} __attribute__((packed));

#endif

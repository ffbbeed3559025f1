/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * The contract between the module and its readers: device nodes, ioctls, ring layout, versions.
 * It is the public interface of the falcosecurity drivers, so that readers and drivers of either
 * side work with the other.
 */
#ifndef SCAP_ABI_H
#define SCAP_ABI_H

#include "scap_event.h"

#ifdef __KERNEL__
#include <linux/ioctl.h>
typedef s64 scap_s64;
#define SCAP_STATIC_ASSERT(c) static_assert(c)
#else
#include <sys/ioctl.h>
typedef int64_t scap_s64;
#define SCAP_STATIC_ASSERT(c) _Static_assert(c, #c)
#endif

#ifndef SCAP_DEVICE_NAME
#define SCAP_DEVICE_NAME "scap" /* /dev/scap0, /dev/scap1 ... one per possible CPU */
#endif

/*
 * API and schema travel packed: major in bits 44-62, minor in 24-43, patch in 0-23. What is
 * reported by default is the pair that packaged sysdig and Falco of the same age ask for.
 */
#define SCAP_VERSION(major, minor, patch) \
	(((scap_u64)(major) << 44) | ((scap_u64)(minor) << 24) | (scap_u64)(patch))
#define SCAP_VERSION_MAJOR(v) ((unsigned int)(((v) >> 44) & 0x7ffff))
#define SCAP_VERSION_MINOR(v) ((unsigned int)(((v) >> 24) & 0xfffff))
#define SCAP_VERSION_PATCH(v) ((unsigned int)((v)&0xffffff))

#define SCAP_API_VERSION	   SCAP_VERSION(8, 0, 4)
#define SCAP_API_VERSION_STRING	   "8.0.4"
#define SCAP_SCHEMA_VERSION	   SCAP_VERSION(4, 1, 0)
#define SCAP_SCHEMA_VERSION_STRING "4.1.0"

/* The other pair: the newest one, that of events.def in full. */
#define SCAP_NEWEST_API_VERSION		  SCAP_VERSION(10, 1, 0)
#define SCAP_NEWEST_API_VERSION_STRING	  "10.1.0"
#define SCAP_NEWEST_SCHEMA_VERSION	  SCAP_VERSION(4, 5, 1)
#define SCAP_NEWEST_SCHEMA_VERSION_STRING "4.5.1"

/* The schema that events.def describes, in full. */
#define SCAP_TABLE_SCHEMA SCHEMA(4, 5, 1)

/* A packed version as SCHEMA() makes it, to be compared with the table. */
#define SCAP_VERSION_SCHEMA(v) \
	SCHEMA(SCAP_VERSION_MAJOR(v), SCAP_VERSION_MINOR(v), SCAP_VERSION_PATCH(v))

#define SCAP_RING_BYTES_DEFAULT (8u << 20)
#define SCAP_SNAPLEN_DEFAULT	80
#define SCAP_SNAPLEN_MAX	65000
#define SCAP_SYSCALL_TABLE_SIZE 512

#define SCAP_IOCTL_MAGIC		      's'
#define SCAP_IOCTL_DISABLE_DROPPING_MODE      _IO(SCAP_IOCTL_MAGIC, 2)
#define SCAP_IOCTL_ENABLE_DROPPING_MODE	      _IO(SCAP_IOCTL_MAGIC, 3)
#define SCAP_IOCTL_SET_SNAPLEN		      _IO(SCAP_IOCTL_MAGIC, 4)
#define SCAP_IOCTL_DISABLE_DYNAMIC_SNAPLEN    _IO(SCAP_IOCTL_MAGIC, 8)
#define SCAP_IOCTL_ENABLE_DYNAMIC_SNAPLEN     _IO(SCAP_IOCTL_MAGIC, 9)
#define SCAP_IOCTL_GET_VTID		      _IO(SCAP_IOCTL_MAGIC, 10)
#define SCAP_IOCTL_GET_VPID		      _IO(SCAP_IOCTL_MAGIC, 11)
#define SCAP_IOCTL_GET_CURRENT_TID	      _IO(SCAP_IOCTL_MAGIC, 12)
#define SCAP_IOCTL_GET_CURRENT_PID	      _IO(SCAP_IOCTL_MAGIC, 13)
#define SCAP_IOCTL_GET_PROCLIST		      _IO(SCAP_IOCTL_MAGIC, 16)
#define SCAP_IOCTL_GET_N_TRACEPOINT_HIT	      _IO(SCAP_IOCTL_MAGIC, 20)
#define SCAP_IOCTL_GET_DRIVER_VERSION	      _IO(SCAP_IOCTL_MAGIC, 21)
#define SCAP_IOCTL_SET_FULLCAPTURE_PORT_RANGE _IO(SCAP_IOCTL_MAGIC, 22)
#define SCAP_IOCTL_SET_STATSD_PORT	      _IO(SCAP_IOCTL_MAGIC, 23)
#define SCAP_IOCTL_GET_API_VERSION	      _IO(SCAP_IOCTL_MAGIC, 24)
#define SCAP_IOCTL_GET_SCHEMA_VERSION	      _IO(SCAP_IOCTL_MAGIC, 25)
#define SCAP_IOCTL_ENABLE_SYSCALL	      _IO(SCAP_IOCTL_MAGIC, 29)
#define SCAP_IOCTL_DISABLE_SYSCALL	      _IO(SCAP_IOCTL_MAGIC, 30)
#define SCAP_IOCTL_ENABLE_TP		      _IO(SCAP_IOCTL_MAGIC, 31)
#define SCAP_IOCTL_DISABLE_TP		      _IO(SCAP_IOCTL_MAGIC, 32)
#define SCAP_IOCTL_ENABLE_DROPFAILED	      _IO(SCAP_IOCTL_MAGIC, 33)
#define SCAP_IOCTL_DISABLE_DROPFAILED	      _IO(SCAP_IOCTL_MAGIC, 34)

/*
 * Extensions: what other drivers of this interface do not have. They answer ENOTTY to
 * GET_EXTENSIONS, and a reader that does not ask sees no difference. All of them are settings of
 * the consumer, and back to nothing at every open.
 */
#define SCAP_IOCTL_GET_EXTENSIONS _IO(SCAP_IOCTL_MAGIC, 64) /* pointer to u64: SCAP_EXT_* */
#define SCAP_IOCTL_SET_WAKE	  _IO(SCAP_IOCTL_MAGIC, 65) /* pointer to struct scap_wake */
#define SCAP_IOCTL_SCOPE_PID	  _IO(SCAP_IOCTL_MAGIC, 66) /* pid, initial namespace */
#define SCAP_IOCTL_SCOPE_CGROUP	  _IO(SCAP_IOCTL_MAGIC, 67) /* descriptor of its folder */
#define SCAP_IOCTL_SCOPE_COMM	  _IO(SCAP_IOCTL_MAGIC, 68) /* pointer to char[16] */
#define SCAP_IOCTL_SCOPE_CLEAR	  _IO(SCAP_IOCTL_MAGIC, 69)
#define SCAP_IOCTL_SET_ITEMS	  _IO(SCAP_IOCTL_MAGIC, 70) /* SCAP_ITEMS_* */
#define SCAP_IOCTL_GET_LOSSES	  _IO(SCAP_IOCTL_MAGIC, 71) /* pointer to struct scap_losses */

#define SCAP_EXT_WAKE	(1u << 0) /* poll() waits, SET_WAKE */
#define SCAP_EXT_SCOPE	(1u << 1) /* SCOPE_*: only some tasks are recorded */
#define SCAP_EXT_ITEMS	(1u << 2) /* SET_ITEMS */
#define SCAP_EXT_LOSSES (1u << 3) /* GET_LOSSES */

/*
 * SET_WAKE: from then on poll() finds a device readable when its ring holds @bytes, or when what it
 * holds has waited for @timeout_ms (1 to 60000), whichever is first. bytes 0: poll() finds every
 * device always readable, as it does before the first SET_WAKE.
 */
struct scap_wake {
	scap_u32 bytes;
	scap_u32 timeout_ms;
};
SCAP_STATIC_ASSERT(sizeof(struct scap_wake) == 8);

/*
 * SCOPE_*: each call adds tasks to those that are recorded; before the first one, and after
 * SCOPE_CLEAR, all are. SCOPE_PID: a process and all its descendants, those that are there and
 * those to come, whoever adopts them. SCOPE_CGROUP: the tasks that are in the group or below it at
 * the time, on cgroup v2, or on v1 where the hierarchy has a controller. SCOPE_COMM: the threads
 * that have exactly this name at the time.
 *
 * An event is recorded if the task that it happens to is in scope, sched_switch if one of the two
 * is. A new task is in scope, or not, before its first event; one that changes is from its next
 * event on.
 */
#define SCAP_SCOPE_MAX 16 /* cgroups, and names, each */

/* SET_ITEMS: which items stand behind the parameters of this consumer's events (scap_event.h). */
#define SCAP_ITEMS_LATENCY  (1u << 0)
#define SCAP_ITEMS_IDENTITY (1u << 1) /* cgroup and namespaces: clone, exec, after a move */

/*
 * GET_LOSSES: what became of the events of the device's ring that its consumer wanted and that are
 * not in it, since it was opened. Each event is counted once.
 */
struct scap_losses {
	scap_u64 full;	    /* the ring had no room */
	scap_u64 too_large; /* the event does not fit into an empty ring */
	scap_u64 fault;	    /* user memory was not there */
	scap_u64 busy;	    /* an event was being made on this CPU already */
	scap_u64 no_ring;   /* of the whole consumer: on CPUs whose ring is not open */
	/* no losses, but left out as the consumer asked */
	scap_u64 sampled_out; /* dropping mode */
	scap_u64 drop_failed;
};
SCAP_STATIC_ASSERT(sizeof(struct scap_losses) == 56);

/* Arguments of ENABLE_TP and DISABLE_TP. */
enum scap_tracepoint {
	SCAP_TP_SYS_ENTER,
	SCAP_TP_SYS_EXIT,
	SCAP_TP_PROCESS_EXIT,
	SCAP_TP_SCHED_SWITCH,
	SCAP_TP_PAGE_FAULT_USER,
	SCAP_TP_PAGE_FAULT_KERNEL,
	SCAP_TP_SIGNAL_DELIVER,
	SCAP_TP_PROCESS_FORK,
	SCAP_TP_PROCESS_EXEC,
	SCAP_TP_MAX
};

/*
 * One page shared with the reader per ring. head and the counters are written by the module, tail
 * by the reader. This is the layout of schema 4.0.0 and later.
 */
struct scap_ring_info {
	scap_u32 head;
	scap_u32 tail;
	scap_u64 n_evts;	 /* seen, the lost ones included */
	scap_u64 n_drops_buffer; /* lost because the ring was full, all categories */
	scap_u64 n_drops_clone_fork_exit;
	scap_u64 n_drops_execve_exit;
	scap_u64 n_drops_connect_enter;
	scap_u64 n_drops_connect_exit;
	scap_u64 n_drops_open_enter;
	scap_u64 n_drops_open_exit;
	scap_u64 n_drops_dir_file_exit;
	scap_u64 n_drops_other_exit;
	scap_u64 n_drops_close_exit;
	scap_u64 n_drops_proc_exit;
	scap_u64 n_drops_pf;	/* lost because user memory was not there */
	scap_u64 n_preemptions; /* lost because the ring was in use (re-entry) */
	scap_u64 n_context_switches;
};
SCAP_STATIC_ASSERT(sizeof(struct scap_ring_info) == 128);

/* GET_PROCLIST: one entry a thread, CPU times in clock ticks. */
struct scap_proclist_entry {
	scap_u64 pid;
	scap_u64 utime;
	scap_u64 stime;
};

struct scap_proclist {
	scap_s64 n_entries;
	scap_s64 max_entries;
	struct scap_proclist_entry entries[];
};
SCAP_STATIC_ASSERT(sizeof(struct scap_proclist) == 16);

#endif

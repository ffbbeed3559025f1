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

/* The schema that events.def describes, in full. */
#define SCAP_TABLE_SCHEMA SCHEMA(4, 5, 1)

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

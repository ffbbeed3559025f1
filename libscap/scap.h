/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libscap: events from the kernel module or from a capture file, the state of the machine that
 * goes with them, and capture files written. The one public header.
 *
 * Functions return 0 or a positive status when they worked and a negative error number (-errno)
 * when they did not; the message is in the struct scap_error that was passed, or in the handle's
 * (scap_error()). The library never prints and never exits. A handle belongs to one thread.
 */
#ifndef SCAP_H
#define SCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus /* the contract with the kernel is C */
#define _Static_assert static_assert
#endif
#include "scap_event.h"
#ifdef __cplusplus
#undef _Static_assert
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors ---- */

struct scap_error {
	int code;      /* negative errno; 0: none */
	char msg[512]; /* one line, names the file, offset or device; no newline at its end */
	size_t at;     /* of a text that is wrong: the byte where; else 0 */
};

/* Puts a message and a negative code into @err and returns the code. */
int scap_fail(struct scap_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- the event table (driver/uapi/events.def) ---- */

struct scap_flag_name {
	const char *name; /* NULL ends the table */
	uint32_t value;
};

struct scap_dyn_type {
	uint8_t type; /* enum scap_param_type; PT_NONE ends the table */
	uint8_t format;
};

struct scap_param_info {
	const char *name;
	uint8_t type;	/* enum scap_param_type */
	uint8_t format; /* enum scap_print_format */
	int8_t dirfd;	/* PT_FSRELPATH: index of the descriptor, else -1 */
	uint8_t name_len;
	uint32_t since;			    /* SCHEMA(), 0: older than 4.0 */
	const struct scap_flag_name *flags; /* names of flags or values, or NULL */
	const struct scap_dyn_type *dyn;    /* PT_DYN: the types it may have */
};

struct scap_event_info {
	const char *name;	/* as shown: evt.type */
	const char *enumerator; /* "SYSCALL_OPEN_X" */
	uint32_t category;
	uint32_t flags; /* EF_* */
	uint32_t since;
	uint32_t nparams;
	const struct scap_param_info *params;
};

/* Row of an event type, or NULL if @type is not in the table. */
const struct scap_event_info *scap_event_info(uint16_t type);

/* Name of a portable system call code (SYSCALLID), or NULL. */
const char *scap_syscall_name(uint16_t code);

/*
 * One x86-64 system call (syscalls.def): its number, code, flags (UF_*) and events. Returns NULL
 * for numbers that have no row. Rows are dense enough to be walked from 0 to 511.
 */
struct scap_syscall_info {
	const char *name;
	uint16_t code;
	uint16_t flags;
	uint16_t enter; /* 0: none */
	uint16_t exit;
};
const struct scap_syscall_info *scap_syscall_info(unsigned int nr);

static inline bool scap_event_is_enter(uint16_t type)
{
	return (type & 1) == 0;
}

/* ---- one event ---- */

/*
 * A view into the engine's buffer: valid until the next call of scap_next() on the same handle.
 * Every length has been checked: parameter i is the bytes off[i] .. off[i + 1] behind data.
 */
struct scap_event {
	const struct scap_event_hdr *hdr; /* packed, unaligned */
	const struct scap_event_info *info;
	const uint8_t *data;
	uint32_t off[SCAP_MAX_PARAMS + 1];
	uint16_t nparams; /* may be fewer than info->nparams (older schema), never more */
	uint16_t cpu;
	uint32_t flags;	      /* of its block in the file, SCAP_BLOCK_*; 0 live */
	const uint8_t *items; /* struct scap_item_hdr and values, or NULL */
	uint32_t items_len;
};

#define SCAP_BLOCK_STATE_ONLY 1u /* apply to the state, do not show */

/*
 * Decodes one record of at most @avail bytes at @rec in place, checking every length. Fills all of
 * @ev but cpu, flags and items, which it sets to 0. Returns 0, -EBADMSG if the record is damaged,
 * -ENOENT if its type is not in the table (hdr is set all the same, so that it can be skipped).
 * Cost: one pass over the lengths.
 */
int scap_event_decode(struct scap_event *ev, const void *rec, size_t avail);

static inline uint32_t scap_param_len(const struct scap_event *ev, unsigned int i)
{
	return i < ev->nparams ? ev->off[i + 1] - ev->off[i] : 0;
}

static inline const uint8_t *scap_param_ptr(const struct scap_event *ev, unsigned int i)
{
	return ev->data + ev->off[i];
}

/*
 * An integer parameter of any width as 64 bits, zero extended; @missing where it is absent or
 * empty. Signed types (ERRNO, FD, PID, INT64) are 8 bytes wide, so a cast is enough for them.
 */
static inline uint64_t scap_param_u64(const struct scap_event *ev, unsigned int i, uint64_t missing)
{
	uint64_t v = 0;
	uint32_t n = scap_param_len(ev, i);

	if (n == 0 || n > sizeof(v))
		return missing;
	memcpy(&v, scap_param_ptr(ev, i), n);
	return v;
}

static inline int64_t scap_param_s64(const struct scap_event *ev, unsigned int i, int64_t missing)
{
	return (int64_t)scap_param_u64(ev, i, (uint64_t)missing);
}

/*
 * A string parameter: pointer to its bytes and, in @len, their number without the NUL. Returns NULL
 * if it is absent or empty. The bytes come from a capture: no NUL behind them is promised.
 */
static inline const char *scap_param_str(const struct scap_event *ev, unsigned int i, size_t *len)
{
	uint32_t n = scap_param_len(ev, i);
	const char *s, *end;

	if (n == 0)
		return NULL;
	s = (const char *)scap_param_ptr(ev, i);
	end = (const char *)memchr(s, 0, n);
	*len = end ? (size_t)(end - s) : n;
	return s;
}

/* Return value of an exit event: its first parameter where that is one (res, fd); else @missing. */
int64_t scap_event_result(const struct scap_event *ev, int64_t missing);

/*
 * Value of the first item of @kind behind an event, or NULL; @len gets its length.
 */
const void *scap_event_item(const struct scap_event *ev, uint16_t kind, size_t *len);

struct scap_param {
	const void *ptr;
	uint32_t len;
};

/*
 * Builds a record (header, lengths, parameters) for @type in @buf of @size bytes. Strings must be
 * passed with their NUL. Returns its length, or -ENOSPC, or -EINVAL for a type not in the table.
 */
int64_t scap_event_encode(void *buf, size_t size, uint16_t type, uint64_t ts, uint64_t tid,
			  const struct scap_param *params, uint32_t nparams);

/* ---- the machine as it was when the capture began ---- */

struct scap_machine {
	uint32_t num_cpus;
	uint64_t memory_bytes;
	uint64_t boot_time; /* nanoseconds since the epoch; 0: unknown */
	char hostname[129];
	/* "key\tvalue\n" each: vendor, product, uuid, and what is known of a cloud (cloud,
	 * instance, region, zone, account). Hostile in captures, as all text there. */
	char facts[1024];
};

/* Adds a line to the facts, if there is room, @value is not empty, and @key is not there yet. */
void scap_machine_add_fact(struct scap_machine *m, const char *key, const char *value);

enum scap_fd_type {
	SCAP_FD_UNKNOWN = 0,
	SCAP_FD_FILE = 1, /* old captures */
	SCAP_FD_DIRECTORY = 2,
	SCAP_FD_IPV4_SOCK = 3,
	SCAP_FD_IPV6_SOCK = 4,
	SCAP_FD_IPV4_SERVSOCK = 5,
	SCAP_FD_IPV6_SERVSOCK = 6,
	SCAP_FD_FIFO = 7,
	SCAP_FD_UNIX_SOCK = 8,
	SCAP_FD_EVENT = 9,
	SCAP_FD_UNSUPPORTED = 10,
	SCAP_FD_SIGNALFD = 11,
	SCAP_FD_EVENTPOLL = 12,
	SCAP_FD_INOTIFY = 13,
	SCAP_FD_TIMERFD = 14,
	SCAP_FD_NETLINK = 15,
	SCAP_FD_FILE_V2 = 16,
	SCAP_FD_BPF = 17,
	SCAP_FD_USERFAULTFD = 18,
	SCAP_FD_IOURING = 19,
	SCAP_FD_MEMFD = 20,
	SCAP_FD_PIDFD = 21,
	SCAP_FD_TYPE_MAX
};

enum scap_l4proto {
	SCAP_L4_UNKNOWN = 0,
	SCAP_L4_NA = 1,
	SCAP_L4_TCP = 2,
	SCAP_L4_UDP = 3,
	SCAP_L4_ICMP = 4,
	SCAP_L4_RAW = 5,
};

/* Addresses are raw bytes in network order, IPv4 in the first four; ports are in host order. */
struct scap_fd {
	int64_t fd;
	uint64_t ino;
	uint8_t type; /* enum scap_fd_type */
	uint8_t l4proto;
	uint16_t sport; /* server sockets: the port they listen on */
	uint16_t dport;
	uint8_t sip[16]; /* server sockets: the address they listen on */
	uint8_t dip[16];
	uint64_t unix_src; /* kernel addresses of unix sockets */
	uint64_t unix_dst;
	uint32_t open_flags; /* files: SCAP_O_* */
	uint32_t dev;
	const char *name; /* "" where there is none */
};

struct scap_bytes { /* lists of strings, each with its NUL: args, env, cgroups */
	const char *ptr;
	uint32_t len;
};

/* Unknown: ids -1, loginuid UINT32_MAX, the rest 0 or "". */
struct scap_thread {
	uint64_t tid, pid, ptid;
	int64_t sid, vpgid, pgid, vtid, vpid;
	const char *comm, *exe, *exepath, *cwd, *root;
	struct scap_bytes args, env, cgroups;
	int64_t fdlimit;
	uint32_t flags; /* clone flags, SCAP_CLONE_* */
	uint32_t uid, gid, loginuid;
	uint32_t vmsize_kb, vmrss_kb, vmswap_kb;
	uint64_t pfmajor, pfminor;
	uint64_t pidns_init_start_ts;
	uint32_t tty;
	bool exe_writable, exe_upper_layer, exe_lower_layer, exe_from_memfd;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	uint64_t exe_ino, exe_ino_ctime, exe_ino_mtime;
	struct scap_fd *fds;
	size_t n_fds;
};

struct scap_interface {
	bool ipv6;
	uint8_t addr[16], netmask[16], broadcast[16]; /* network order */
	const char *name;
};

struct scap_user {
	uint32_t uid, gid;
	const char *name, *home, *shell;
};

struct scap_group {
	uint32_t gid;
	const char *name;
};

/* Owns everything it points to (scap_snapshot_free()). */
struct scap_snapshot {
	struct scap_machine machine;
	struct scap_thread *threads;
	size_t n_threads;
	struct scap_interface *interfaces;
	size_t n_interfaces;
	struct scap_user *users;
	size_t n_users;
	struct scap_group *groups;
	size_t n_groups;
	void *arena; /* private: where the strings are */
};

/*
 * Reads the state of this machine from /proc, /etc/passwd and /etc/group into a new snapshot.
 * @host_root is a prefix for all of these ("" or NULL: none). Returns NULL and fills @err if /proc
 * cannot be read at all; what vanishes during the scan is left out.
 */
struct scap_snapshot *scap_snapshot_take(const char *host_root, struct scap_error *err);

/*
 * Reads one thread of /proc into @snap (appended); used for threads that appear without their clone
 * having been seen. Returns the thread, or NULL if it is gone. The pointer is good until the next
 * call with the same snapshot.
 */
struct scap_thread *scap_snapshot_add_thread(struct scap_snapshot *snap, const char *host_root,
					     uint64_t tid);

/* A new, empty snapshot, or NULL. */
struct scap_snapshot *scap_snapshot_new(void);

/*
 * A new snapshot: what a reader gets of @snap (may be NULL) from a capture that begins with it.
 * Returns NULL and fills @err.
 */
struct scap_snapshot *scap_snapshot_reread(const struct scap_snapshot *snap,
					   struct scap_error *err);

void scap_snapshot_free(struct scap_snapshot *snap);

/* ---- reading events ---- */

struct scap; /* a source of events: the kernel module, or a capture */

enum scap_status {
	SCAP_TIMEOUT = 0, /* live: nothing for now, call again */
	SCAP_EVENT = 1,	  /* an event */
	SCAP_END = 2,	  /* the end of the capture; live: capture was stopped */
	SCAP_SECTION = 3, /* a new section begins: the snapshot is another one, state starts anew */
};

/*
 * What the module records, where not all: its tasks are added up over all that are given. A process
 * and its descendants (value: its number), the tasks of a cgroup and below (the path of its
 * folder), or the threads of exactly this name (15 bytes at most).
 */
enum scap_scope_kind {
	SCAP_SCOPE_PID,
	SCAP_SCOPE_CGROUP,
	SCAP_SCOPE_COMM,
};

struct scap_scope {
	enum scap_scope_kind kind;
	const char *value;
};

struct scap_live_options {
	const char *device;    /* "scap"; NULL: the default */
	const char *host_root; /* prefix of /dev, /sys and /proc paths, or NULL */
	uint64_t ring_bytes;   /* per CPU; power of two, 0: the module's present setting */
	uint32_t snaplen;      /* bytes kept of data buffers; 0: 80 */
	bool no_snapshot;      /* do not read /proc */
	/* SCAP_SC_MAX of them: the system calls to record, by SCAP_SC_* number; NULL: all. */
	const bool *calls;
	bool switches;	  /* of threads: who has which CPU, and for how long */
	bool page_faults; /* the page faults of user space and of the kernel, which are many */
	/* What only scapula's own module can do. Items are left out where the module has none. */
	bool latency;	   /* SCAP_ITEM_LATENCY at every exit of a call */
	bool identity;	   /* SCAP_ITEM_CGROUP and _NAMESPACES where they may be new */
	const char *facts; /* more lines of scap_machine.facts, or NULL */
	const struct scap_scope *scopes; /* NULL: all tasks; -EOPNOTSUPP if the module cannot */
	size_t n_scopes;
};

/*
 * Opens the devices of the loaded module, starts the capture on every CPU, then takes the snapshot,
 * so that nothing that begins in between is missed. Returns NULL and fills @err: -ENODEV no module
 * loaded, -EACCES not root, -EBUSY too many consumers, -EPROTO a driver too old.
 */
struct scap *scap_open_live(const struct scap_live_options *opts, struct scap_error *err);

/*
 * Opens a capture: plain, gzip or zstd, found out by its first bytes; "-" is standard input.
 * Reads up to the first event, so that the snapshot is complete. Returns NULL and fills @err.
 */
struct scap *scap_open_file(const char *path, struct scap_error *err);

/* A record as scap_event_encode() makes it, in the present schema; good until the next call. */
struct scap_record {
	const void *ptr;
	size_t len;
	uint16_t cpu;
};

/*
 * A source of the caller's own. What is not filled in is NULL or false; a negative number from a
 * function is an error, whose message may be put into its @err.
 */
struct scap_source {
	const char *name; /* for scap_describe() and errors */
	bool live;	  /* of this machine and now: what is unknown is looked up in its /proc */
	/*
	 * Begins. @snap is empty; what is known of the machine and its state may be filled in.
	 * *@state, which is @arg of scap_open_source() at first, is passed to the others.
	 */
	int (*open)(void *arg, struct scap_snapshot *snap, void **state, struct scap_error *err);
	/* SCAP_EVENT and *@rec, SCAP_TIMEOUT or SCAP_END. */
	int (*next)(void *state, struct scap_record *rec, struct scap_error *err);
	void (*close)(void *state);
};

/*
 * Opens a source of the caller's own: its records are checked as those of captures are. @src must
 * stay as long as the handle. Returns NULL and fills @err.
 */
struct scap *scap_open_source(const struct scap_source *src, void *arg, struct scap_error *err);

void scap_close(struct scap *h);

/*
 * The next event into @ev. Returns an enum scap_status, or a negative error: -EBADMSG for a damaged
 * or cut capture, with the offset and what is missing in scap_error(). Live: waits at most about
 * 30 ms; events of all CPUs come in the order of their time stamps.
 */
int scap_next(struct scap *h, struct scap_event *ev);

/* What is missing in a capture. */
struct scap_gap {
	uint64_t at, bytes; /* in the file */
	bool counted;	    /* else how many events is not known */
	uint64_t events;
	uint64_t ts_before; /* of the last event that was delivered before it, 0: none */
	bool at_frame;	    /* reading goes on at the beginning of scap_frame_now() */
};

/*
 * After scap_next() said -EBADMSG: looks for what is whole behind the damage. Returns 1 if there is
 * something, which the next scap_next() gives; 0 if nothing is, and that is the end; or a negative
 * error. @gap is filled in both of the first cases. In a plain capture whatever looks like a block
 * is taken for one.
 */
int scap_resume(struct scap *h, struct scap_gap *gap);

/* Live: stop recording; events already in the rings are still delivered before SCAP_END. */
void scap_stop(struct scap *h);

/* The state when the capture (or the present section) began. Owned by the handle. */
const struct scap_snapshot *scap_snapshot(const struct scap *h);

const struct scap_error *scap_error(const struct scap *h);

bool scap_is_live(const struct scap *h);

/* One line on the source: "scap module, API 8.0.4, schema 4.1.0" or "zstd capture". */
const char *scap_describe(const struct scap *h);

struct scap_stats {
	uint64_t events;       /* delivered by scap_next() */
	uint64_t seen;	       /* live: seen by the driver */
	uint64_t lost;	       /* all causes; files: the sum of the loss items */
	uint64_t lost_buffer;  /* ring full */
	uint64_t lost_fault;   /* user memory not there */
	uint64_t lost_busy;    /* ring in use */
	uint64_t lost_no_ring; /* live: on a CPU that came after the capture began */
	uint64_t skipped;      /* files: events of unknown type */
	uint64_t bytes_read;   /* files: compressed bytes taken from the file */
	uint64_t bytes_total;  /* files: size of the file, 0 for a pipe */
};
void scap_stats(const struct scap *h, struct scap_stats *st);

/* ---- frames: what is where in a capture ---- */

/*
 * zstd captures written here consist of frames, of each of which an index tells what is in it.
 * Others (plain, gzip, from a pipe, of other writers) have none and are read from the start.
 */
struct scap_frame {
	bool indexed;	 /* else only its place in the file is known: it may hold anything */
	bool loss;	 /* an event of it carries a loss item */
	bool keyframe;	 /* scap_frame_state() may have the state at its beginning */
	uint64_t first;	 /* number of its first event, from 1 */
	uint64_t events; /* hidden ones count */
	uint64_t ts_low, ts_high;	    /* of its events: time goes backwards at times */
	uint64_t at, bytes;		    /* in the file */
	uint64_t content_at, content_bytes; /* in the plain stream */
	uint64_t index_at, keyframe_at;	    /* in the file */
	uint32_t index_bytes, keyframe_bytes;
};

/*
 * The frames of the capture, in their order, and their number; NULL where there is no index, or
 * none that can be trusted. Loaded at the first call.
 */
const struct scap_frame *scap_frames(struct scap *h, size_t *n);

/*
 * True for a capture with an index that its writer did not end: it was killed, or the end of the
 * file is gone. What is there may be whole all the same.
 */
bool scap_is_unfinished(struct scap *h);

struct scap_frame_tag { /* scap_writer_tag() */
	uint8_t kind;
	uint16_t len;
	const uint8_t *ptr;
};

struct scap_frame_detail {
	const uint32_t *counts; /* of events by type, SCAP_EVT_MAX of them */
	uint64_t unknown_types; /* events of other types */
	const uint64_t *tids;	/* threads that have events, rising; UINT64_MAX: without thread */
	size_t n_tids;
	const struct scap_frame_tag *tags;
	size_t n_tags;
	struct scap_loss loss;
};

/*
 * The whole index of frame @i. Returns 0, or a negative error: then anything may be in the frame.
 * Good until the next call of this.
 */
int scap_frame_detail(struct scap *h, size_t i, const struct scap_frame_detail **detail);

/*
 * The state of the keyframe before frame @i, as scap_writer_keyframe() got it: hostile input. Good
 * until the next call of this. Returns 0, or a negative error: it is damaged.
 */
int scap_frame_state(struct scap *h, size_t i, const void **state, size_t *len);

/* The frame that the next event comes from, as far as that is known. 0 without an index. */
size_t scap_frame_now(struct scap *h);

/* Makes the first event of frame @i the next one. Returns 0 or a negative error. */
int scap_seek(struct scap *h, size_t i);

/* ---- writing captures ---- */

enum scap_compression {
	SCAP_PLAIN,
	SCAP_ZSTD, /* seekable format: frames of about 1 MiB or 10 s, flushed every second */
	SCAP_GZIP,
};

struct scap_writer_options {
	enum scap_compression compression;
	int level;     /* 0: the default of the compressor (zstd: 3) */
	bool no_index; /* zstd: no index behind each frame, and no keyframes */
	/*
	 * Of the events, up to SCHEMA(4, 5, 1); 0: SCHEMA(4, 1, 0), which all readers take.
	 * Parameters that came later are left out, and close_range and keyctl are generic calls in
	 * schemas that have no events for them.
	 */
	uint32_t schema;
	/* zstd, bytes of the plain stream; 0: the default */
	uint32_t frame_bytes;	 /* of a frame: 1 MiB */
	uint32_t keyframe_bytes; /* between two keyframes, at least: 16 MiB */
};

struct scap_writer;

/*
 * Creates @path ("-": standard output) and writes the header and @snap (may be NULL) to it.
 * An existing regular file is replaced; a new one can be read by its owner only. @opts NULL: zstd.
 * Returns NULL and fills @err. Later writes to a pipe whose reader is gone raise SIGPIPE, unless
 * the program ignores it: then they return -EPIPE.
 */
struct scap_writer *scap_writer_open(const char *path, const struct scap_writer_options *opts,
				     const struct scap_snapshot *snap, struct scap_error *err);

/*
 * Writes one event, its block flags and its items. Returns 0 or a negative error; -EMSGSIZE: this
 * event is longer than readers take (65 KiB) and was left out, others can follow; any other error
 * stays. Flushes by itself about every second as long as events come.
 */
int scap_writer_event(struct scap_writer *w, const struct scap_event *ev);

/*
 * What scap_writer_event() writes of an event, which is nearly always @ev itself: good until the
 * next event that is not.
 */
const struct scap_event *scap_writer_as_written(struct scap_writer *w, const struct scap_event *ev);

/*
 * Of the present frame, which is the one of the event written last: adds something that stands for
 * events in it to its index, for readers to find (at most 64 KiB; the same one is kept once). What
 * kinds there are and what they mean is the caller's business. Does nothing where no index is made.
 */
void scap_writer_tag(struct scap_writer *w, uint8_t kind, const void *p, size_t len);
/* Number of that frame: another one, another index. */
uint64_t scap_writer_frame(const struct scap_writer *w);

/*
 * True if a keyframe should be made before the next event is written: the state in which a reader
 * of all events so far is, in whatever form its maker reads it again (scap_frame_state()). This is
 * so about every 16 MiB of events. A capture may have none.
 */
bool scap_writer_wants_keyframe(const struct scap_writer *w);
int scap_writer_keyframe(struct scap_writer *w, const void *state, size_t len);

/* Everything written so far is handed to the kernel and can be read even if we are killed now. */
int scap_writer_flush(struct scap_writer *w);

/* Bytes that have reached the file. */
uint64_t scap_writer_bytes(const struct scap_writer *w);

const struct scap_error *scap_writer_error(const struct scap_writer *w);

/* Finishes the file and frees the writer. Returns 0, or the first error there was (into @err). */
int scap_writer_close(struct scap_writer *w, struct scap_error *err);

#ifdef __cplusplus
}
#endif

#endif

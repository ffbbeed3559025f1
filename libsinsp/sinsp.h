/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libsinsp: rebuilds threads, descriptors, users and containers from the events of libscap, gives
 * every event its context, and answers filters and formats. The one public header.
 *
 * Errors are reported as in libscap. What a struct points to belongs to the inspector; pointers to
 * threads, descriptors and containers are good until the next call of sinsp_next().
 */
#ifndef SINSP_H
#define SINSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "scap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- state ---- */

/* Numbers of the runtimes as they stand in container events. */
enum sinsp_container_type {
	SINSP_CT_DOCKER = 0,
	SINSP_CT_LXC = 1,
	SINSP_CT_LIBVIRT_LXC = 2,
	SINSP_CT_MESOS = 3,
	SINSP_CT_RKT = 4,
	SINSP_CT_CUSTOM = 5, /* runc or crun by hand */
	SINSP_CT_CRI = 6,
	SINSP_CT_CONTAINERD = 7,
	SINSP_CT_CRIO = 8,
	SINSP_CT_BPM = 9,
	SINSP_CT_STATIC = 10,
	SINSP_CT_PODMAN = 11,
	SINSP_CT_UNKNOWN = 0xffff,
};

struct sinsp_label {
	const char *key, *value;
};

/*
 * Strings are "" where unknown. The table keeps a container for a while after its last thread is
 * gone: the latest few hundred of those that ended (all with keep_containers).
 */
struct sinsp_container {
	/* As shown: first 12 digits, or the name it was given by hand; with "@OWNER" behind it
	 * where a cgroup of somebody else's is called like another container. */
	const char *id;
	const char *full_id;
	/* Who made its cgroup: "/" the host, "user-1000" a user, the id of a container that it is
	 * in, or one below the other, as "user-1000/ID"; "" unknown. */
	const char *owner;
	enum sinsp_container_type type;
	const char *name;
	const char *image; /* as the user wrote it: repository:tag or @digest */
	const char *image_id;
	const char *image_repo;
	const char *image_tag;
	const char *image_digest;
	const char *pod_name, *pod_namespace, *pod_uid, *pod_sandbox_id;
	const char *ip;
	const char *mounts; /* one after the other; container.mounts shows them */
	const char *healthcheck, *liveness_probe, *readiness_probe; /* command lines */
	const char *cni_json;
	/* Keys and values, as k8s.pod.label and the other fields of k8s take them apart. */
	const char *pod_labels, *kube;
	const char *annotations;  /* keys and values, as pod_labels */
	const char *user;	  /* of its first process: uid:gid, or as the user wrote it */
	const char *command;	  /* of its first process */
	const char *env;	  /* names, or with env_values NAME=VALUE, one a line */
	const char *ports;	  /* "10.0.0.1:8080->80/tcp", one a line */
	const char *capabilities; /* those that it may have, with blanks between */
	int64_t memory_limit;	  /* bytes; 0 here and below: none, or unknown */
	int64_t swap_limit;	  /* of memory and swap together */
	int64_t cpu_shares, cpu_quota, cpu_period, cpuset_cpu_count;
	bool is_pod_sandbox;
	bool privileged;
	bool host_pid, host_network, host_ipc; /* shares this namespace of the host */
	bool has_metadata;		       /* more than the cgroup path is known */
	bool announced;			       /* a container event has been seen or made for it */
	bool answered;			       /* live: sinsp_learn_container() has told of it */
	uint64_t created;		       /* nanoseconds since the epoch, 0 unknown */
	uint64_t first_ts; /* first and last event of one of its threads, 0 none yet */
	uint64_t last_ts;
	uint64_t ended;	    /* when its first process did, 0 not seen */
	uint32_t exit_code; /* of that, or 128 and the number of the signal */
	uint64_t oom_kills; /* processes of it that the kernel killed for want of memory */
	struct sinsp_label *labels;
	size_t n_labels;
	const char *json; /* the container event as it came or was made, or NULL */
};

/* Why something in the state may be otherwise: guessed, or out of date. */
enum sinsp_doubt {
	SINSP_DOUBT_LOSS = 1 << 0,    /* events have been lost since it became known */
	SINSP_DOUBT_UNSEEN = 1 << 1,  /* its beginning was not seen: known by what it did later */
	SINSP_DOUBT_ROLE = 1 << 2,    /* which end called is guessed from ports and directions */
	SINSP_DOUBT_ADDRESS = 1 << 3, /* its own address, not told, is that of an interface */
	SINSP_DOUBT_PARENT = 1 << 4,  /* who took it over is worked out, not told */
	SINSP_DOUBT_IDS = 1 << 5,     /* vtid and vpid are taken to be tid and pid */
};

enum sinsp_fd_role { SINSP_ROLE_NONE, SINSP_ROLE_CLIENT, SINSP_ROLE_SERVER };

/* One open file description as a process sees it. */
struct sinsp_fd {
	int64_t num;
	uint8_t type;	 /* enum scap_fd_type */
	uint8_t l4proto; /* enum scap_l4proto */
	uint8_t role;	 /* enum sinsp_fd_role */
	bool cloexec;
	bool connected;	      /* sockets: both ends are known */
	bool pending;	      /* connect() is in progress */
	uint8_t socket_proto; /* enum scap_l4proto of socket(); l4proto is set with an address */
	uint8_t doubt;	      /* enum sinsp_doubt, but for losses: sinsp_fd_doubt() */
	uint32_t open_flags;  /* SCAP_O_* */
	uint32_t mode;
	uint32_t dev;
	uint32_t losses; /* how many there had been when it became known */
	uint64_t ino;
	/* Sockets: for connections the client is the source; for listeners the source is bound. */
	uint8_t sip[16], dip[16];
	uint16_t sport, dport;
	uint64_t unix_src, unix_dst;
	const char *name;     /* as fd.name shows it; "" none yet */
	const char *name_raw; /* files that were opened: as the call gave it; "" unknown */
};

struct sinsp_fd_table; /* private */

struct sinsp_thread {
	int64_t tid, pid, ptid;
	int64_t vtid, vpid, sid, pgid, vpgid; /* -1 unknown */
	const char *comm, *exe, *exepath, *cwd,
		*root; /* "" unknown, also "./..." for cwd; placeholders: comm, exe "<NA>" */
	struct scap_bytes args, env, cgroups;
	uint32_t flags;		     /* SCAP_CLONE_*, with the bits that user space sets */
	uint32_t uid, gid, loginuid; /* UINT32_MAX unknown */
	uint32_t tty;
	int64_t fdlimit;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	bool exe_writable, exe_upper_layer, exe_lower_layer, exe_from_memfd;
	uint64_t exe_ino, exe_ino_ctime, exe_ino_mtime;
	uint32_t vmsize_kb, vmrss_kb, vmswap_kb;
	uint64_t pfmajor, pfminor;
	uint64_t pidns_init_start_ts;
	uint64_t clone_ts; /* 0: older than the capture */
	uint64_t exec_ts;  /* 0: none seen */
	uint64_t last_ts;  /* last event */
	uint64_t cpu_ns;   /* had a CPU for so long, as far as switches tell */
	bool placeholder;  /* nothing is known of it but its tid; pid and ptid are -1 */
	bool reaper;	   /* child subreaper */
	bool dead;
	uint8_t doubt;			   /* enum sinsp_doubt, but for losses */
	uint32_t losses;		   /* how many there had been when it became known */
	uint32_t nthreads;		   /* leaders: living threads of the group */
	struct sinsp_container *container; /* NULL: host */
	struct sinsp_thread *leader;	   /* main thread, itself for one; NULL unknown */
	struct sinsp_fd_table *fds;	   /* shared by the threads of a process */
	void *user;			   /* for the caller; freed by nobody */
};

static inline bool sinsp_thread_is_main(const struct sinsp_thread *t)
{
	return t->tid == t->pid;
}

/* ---- the inspector ---- */

struct sinsp;

struct sinsp_filter;

struct sinsp_options {
	bool no_users;		 /* leave user and group tables empty (-E) */
	bool no_containers;	 /* do not look for containers' metadata on this machine */
	bool large_environments; /* live: what events cut of them is read from /proc */
	bool env_values;	 /* live: of containers' environments not only the names */
	bool keep_containers;	 /* all to the end, for those who tell of what has ended */
	const char *host_root;	 /* live: prefix of /proc, /run, /var/lib; or NULL */
};

struct sinsp_event {
	struct scap_event raw;
	uint64_t num;		      /* 1 for the first event of the capture; hidden ones count */
	struct sinsp_thread *thread;  /* NULL: an event without thread */
	struct sinsp_fd *fd;	      /* the descriptor it works on, NULL unknown or none */
	struct sinsp_container *told; /* events of containers: the one that they tell of */
	int64_t fd_num;	 /* -1 none; below 0 also a failed open, or what the caller gave */
	bool has_fd;	 /* a call on a descriptor, or one that makes one, known or not */
	bool renamed;	 /* it told of a socket whom that talks to now */
	uint64_t cpu_ns; /* switches: how long the thread had the CPU, 0 unknown */
	/* For files, not for people: entry events of open and connect, bookkeeping of recorders,
	 * injected state, and the containers and users at the head of a capture. As sysdig does. */
	bool hidden;
	bool injected; /* made by the inspector, not read from the source */
};

/*
 * Takes over the snapshot of @h, which stays the caller's to close, after the inspector. @opts may
 * be NULL. Returns NULL and fills @err.
 */
struct sinsp *sinsp_open(struct scap *h, const struct sinsp_options *opts, struct scap_error *err);
void sinsp_close(struct sinsp *s);

/*
 * The next event, with the state as it is after it (what it closes or ends is removed at the next
 * call). *@ev is good until then. While recording, a container event (324) made here comes before
 * the first event of its container. Returns an enum scap_status or a negative error.
 */
int sinsp_next(struct sinsp *s, const struct sinsp_event **ev);

/*
 * scap_resume() for an inspector: after sinsp_next() said -EBADMSG. The state is the one that was
 * known before the gap, or where a keyframe stands behind it, the right one.
 */
int sinsp_resume(struct sinsp *s, struct scap_gap *gap);

const struct scap_error *sinsp_error(const struct sinsp *s);
const struct scap_machine *sinsp_machine(const struct sinsp *s);
struct scap *sinsp_scap(struct sinsp *s);

uint64_t sinsp_first_ts(const struct sinsp *s); /* time of the first event shown, 0 none yet */
/* How often a thread could not be followed because the table of threads was full, or memory was. */
uint64_t sinsp_threads_refused(const struct sinsp *s);
/* Live: how often a file that tells of a container was left unread because another host or some
 * process serves its file system: nobody knows when that answers. */
uint64_t sinsp_files_refused(const struct sinsp *s);

/*
 * The state as it is now, in the form in which a capture begins: for scap_writer_open(). What the
 * event given last closes or ends is still in it, so that it can be written behind it. It belongs
 * to the inspector and is good until the next call of this or of sinsp_next(). NULL: no memory.
 */
const struct scap_snapshot *sinsp_snapshot(struct sinsp *s);

/*
 * Calls @fn with events, of time @ts, that tell the state for which a snapshot has no place: what
 * is known of containers, and their users and groups. They come first in a capture that begins
 * here. Stops when @fn returns other than 0; returns that, or -ENOMEM.
 */
int sinsp_tell_state(struct sinsp *s, uint64_t ts,
		     int (*fn)(const struct scap_event *ev, void *arg), void *arg);

/* ---- a part of a capture ---- */

enum sinsp_bound_kind {
	SINSP_BOUND_NONE,
	SINSP_BOUND_TIME,     /* nanoseconds since the epoch */
	SINSP_BOUND_CLOCK,    /* since local midnight: the one that is nearest to the first event */
	SINSP_BOUND_RELATIVE, /* nanoseconds since the first event */
	SINSP_BOUND_NUMBER,   /* of an event (evt.num) */
};

struct sinsp_bound {
	enum sinsp_bound_kind kind;
	uint64_t value;
};

/*
 * Reads a place in a capture: a time of day as evt.time shows it, a date and time as evt.datetime
 * and evt.time.iso8601 show it, @SECONDS since the epoch with or without a fraction, +TIME since
 * the first event (+5s, +1.5m, +200ms; s, m, h, ms, us, ns) or #NUMBER of an event. Returns 0, or
 * -EINVAL and fills @err.
 */
int sinsp_bound_parse(struct sinsp_bound *b, const char *text, struct scap_error *err);

/*
 * From now on sinsp_next() gives only the events from @from to @to, both included; either may be
 * of kind NONE. Times select by value: time goes backwards at times, and events outside may lie
 * between two inside. The state is the same as if all had been given. Where the capture has an
 * index, what is outside is not read, from the nearest keyframe before it on. For captures, before
 * the first sinsp_next().
 */
void sinsp_set_range(struct sinsp *s, struct sinsp_bound from, struct sinsp_bound to);

/*
 * Events that @f (of this inspector; it must stay as long) does not match may be left out, too,
 * where that saves reading; all that match come, and all that carry a loss.
 */
void sinsp_set_hint(struct sinsp *s, const struct sinsp_filter *f);

/* ---- recording ---- */

/*
 * A scap_writer whose captures can be read from any place on: zstd files get keyframes, and in the
 * index of each frame the containers whose events are in it. For that it keeps the state as a
 * reader will have it. With other compressions, and without index, it is the writer alone.
 */
struct sinsp_recorder;

/* As scap_writer_open(), _event(), _close(). */
struct sinsp_recorder *sinsp_recorder_open(const char *path, const struct scap_writer_options *opts,
					   const struct scap_snapshot *snap,
					   struct scap_error *err);
int sinsp_recorder_event(struct sinsp_recorder *r, const struct scap_event *ev);
int sinsp_recorder_close(struct sinsp_recorder *r, struct scap_error *err);

/*
 * A recorder for the events of @s that pass a filter, from the next one on. Such a capture begins
 * without processes. One is in it from its first event on that passes: then it is told as it is,
 * and from there on its own events that change state are kept, hidden, so that it reads like @s
 * does now. Of others the ancestors are told, by number, parent, name and program, and no more.
 * @lean: events that do not pass are not kept, though names may be missing then. @s must stay until
 * it is closed.
 */
struct sinsp_recorder *sinsp_recorder_open_filtered(const char *path,
						    const struct scap_writer_options *opts,
						    struct sinsp *s, bool lean,
						    struct scap_error *err);
/* For every event of @s, in its order, whether it passed or not. Returns as scap_writer_event(). */
int sinsp_recorder_filtered(struct sinsp_recorder *r, const struct sinsp_event *ev, bool passed);

/* Writes, in a hidden event, that events of @cpu were lost. */
int sinsp_recorder_loss(struct sinsp_recorder *r, uint64_t ts, uint16_t cpu,
			const struct scap_loss *loss);

/* To flush it, for its bytes and its error. */
struct scap_writer *sinsp_recorder_writer(struct sinsp_recorder *r);

/* ---- asking for state ---- */

/* NULL if unknown. Never makes an entry. */
struct sinsp_thread *sinsp_find_thread(struct sinsp *s, int64_t tid);
/* The process that @t's process was started by (or that it was given to), NULL unknown. In a forged
 * capture parents may form a circle: bound the number of steps. */
struct sinsp_thread *sinsp_thread_parent(struct sinsp *s, const struct sinsp_thread *t);
struct sinsp_fd *sinsp_thread_fd(const struct sinsp_thread *t, int64_t num);
size_t sinsp_thread_fd_count(const struct sinsp_thread *t);

/* What is to be doubted about it: bits of enum sinsp_doubt. */
unsigned int sinsp_thread_doubt(const struct sinsp *s, const struct sinsp_thread *t);
unsigned int sinsp_fd_doubt(const struct sinsp *s, const struct sinsp_fd *fd);

/* Calls @fn for every thread, descriptor or container until it returns false. */
void sinsp_each_thread(struct sinsp *s, bool (*fn)(struct sinsp_thread *, void *), void *arg);
void sinsp_each_fd(const struct sinsp_thread *t, bool (*fn)(struct sinsp_fd *, void *), void *arg);
/*
 * Calls @fn, until it returns false, for each descriptor at the other end of @fd, one of @t's: of a
 * pipe, a pair of sockets, a unix socket or a connection inside of the machine whose addresses are
 * the same at both ends. A pipe that is older than the capture does not tell its ends apart: then
 * for all others of it. @fn must not change the state. Looks at every descriptor there is.
 */
void sinsp_each_peer(struct sinsp *s, const struct sinsp_thread *t, const struct sinsp_fd *fd,
		     bool (*fn)(struct sinsp_thread *, struct sinsp_fd *, void *), void *arg);
void sinsp_each_container(struct sinsp *s, bool (*fn)(struct sinsp_container *, void *), void *arg);

/* By shown id, full id, a prefix of it, or name; NULL unknown. */
struct sinsp_container *sinsp_find_container(struct sinsp *s, const char *id_or_name);

/* What made the pod of a container; neither text ends with a NUL. */
struct sinsp_owner {
	const char *kind, *name;
	size_t kind_len, name_len;
};

/*
 * Deployment, DaemonSet, StatefulSet, Job and the like, or Pod where it was made by hand: as the
 * API server told, or by labels and name of the pod. False: it is in no pod that is known.
 */
bool sinsp_container_owner(const struct sinsp_container *c, struct sinsp_owner *o);

/*
 * While recording: takes what somebody who was asked says of a container, as the text of a
 * container event. Only what is not known yet is taken over. If there is any, a second event of the
 * container comes before one of the next events. Returns 1 if something new was learnt, 0 if not,
 * or a negative error.
 */
int sinsp_learn_container(struct sinsp *s, const char *json, size_t len);

/* The user or group of a container (NULL: host), or NULL. */
const struct scap_user *sinsp_find_user(struct sinsp *s, const struct sinsp_container *c,
					uint32_t uid);
const struct scap_group *sinsp_find_group(struct sinsp *s, const struct sinsp_container *c,
					  uint32_t gid);

/*
 * Joins @path to @base unless it is absolute, and removes ".", ".." and "//". A @base that begins
 * with "./" is no known directory: that stays in front. Writes at most @size bytes with the NUL;
 * returns the length written.
 */
size_t sinsp_path_join(char *out, size_t size, const char *base, size_t base_len, const char *path,
		       size_t path_len);

/* The directory (its path) that parameter @i of @ev, a PT_FSPATH or PT_FSRELPATH, is relative to;
 * NULL where that is unknown. */
const char *sinsp_event_base_dir(struct sinsp *s, const struct sinsp_event *ev, unsigned int i);

/* The command line as proc.cmdline shows it: comm and args, separated by blanks; into @out. */
struct sinsp_text;
void sinsp_thread_cmdline(const struct sinsp_thread *t, struct sinsp_text *out);

/* ---- text ---- */

/* A growing buffer. Starts as {0}; sinsp_text_free() when done. After a failed allocation the text
 * is cut and failed is set. */
struct sinsp_text {
	char *ptr; /* NUL-terminated once something was added */
	size_t len, cap;
	bool failed;
};

void sinsp_text_add(struct sinsp_text *t, const char *s, size_t len);
void sinsp_text_puts(struct sinsp_text *t, const char *s);
void sinsp_text_printf(struct sinsp_text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Bytes outside 0x20..0x7e become '.': nothing captured reaches a terminal as it was. */
void sinsp_text_add_printable(struct sinsp_text *t, const char *s, size_t len);
void sinsp_text_clear(struct sinsp_text *t);
void sinsp_text_free(struct sinsp_text *t);

/* ---- fields ---- */

struct sinsp_field_doc {
	const char *class_name; /* "evt", "proc", "thread", "fd", ... */
	const char *name;	/* "proc.name" */
	const char *type;	/* "CHARBUF", "INT64", ... as in `-l -v` */
	const char *arg;	/* NULL none; "index", "key"; how it may be given */
	const char *doc;
};

/* Calls @fn for every field, in the order of the listing. */
void sinsp_each_field(void (*fn)(const struct sinsp_field_doc *, void *), void *arg);
/* One line about a class, or NULL. */
const char *sinsp_field_class_doc(const char *class_name);

/* ---- fields of the caller's own ---- */

enum sinsp_arg_kind {
	SINSP_ARG_NONE = 0,
	SINSP_ARG_INDEX = 1,	/* mine.word[3] */
	SINSP_ARG_KEY = 2,	/* mine.label[app] */
	SINSP_ARG_REQUIRED = 8, /* with either: not without */
};

/* The argument as it was written: @key NULL and @index -1 where there is none of the kind. */
struct sinsp_arg {
	const char *key;
	int64_t index;
};

/* The member that the field's type has. What @ptr points to must stay until the next event. */
struct sinsp_value {
	const char *ptr; /* strings, bytes; addresses: 4 or 16 bytes in network order */
	size_t len;
	int64_t i;  /* signed numbers */
	uint64_t u; /* unsigned ones: ports, flags, ids of users, times */
	double d;
	bool b;
};

struct sinsp_field {
	const char *name; /* begins with the name of its table and a point */
	uint8_t type;	  /* enum scap_param_type: PT_CHARBUF, PT_BYTEBUF, PT_INT64, PT_UINT64,
			   * PT_BOOL, PT_DOUBLE, PT_IPADDR and what else is one value */
	uint8_t format;	  /* enum scap_print_format of a number: PF_DEC, PF_HEX, PF_OCT */
	uint8_t arg;	  /* enum sinsp_arg_kind */
	const char *doc;
	/* The value for @ev into @v; false: it has none. */
	bool (*get)(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
		    struct sinsp_value *v);
};

struct sinsp_field_table {
	const char *name; /* letters, digits and '_' */
	const char *doc;
	const struct sinsp_field *fields;
	size_t n;
};

/*
 * Gives filters and formats of @s, from now on, the fields of @t, which must stay as long as @s;
 * @user is passed to their getters. Returns 0, or fills @err: -EEXIST a name that is there already,
 * -EINVAL something in the table makes no sense, -ENOMEM.
 */
int sinsp_add_fields(struct sinsp *s, const struct sinsp_field_table *t, void *user,
		     struct scap_error *err);

/* ---- values ---- */

/*
 * One field, to be asked of events: for programs that work with the values. A number, or text as a
 * format would print it; bytes as they are of evt.rawarg alone, whose text is evt.buffer.
 */
struct sinsp_getter;

enum sinsp_answer_kind {
	SINSP_ANSWER_TEXT,
	SINSP_ANSWER_BYTES,
	SINSP_ANSWER_INT,
	SINSP_ANSWER_UINT,
	SINSP_ANSWER_BOOL,
	SINSP_ANSWER_DOUBLE,
};

struct sinsp_answer {
	enum sinsp_answer_kind kind;
	union {
		struct {
			const char *ptr; /* TEXT, BYTES: without NUL; good until the next call */
			size_t len;
		} text;
		int64_t i;
		uint64_t u;
		bool b;
		double d;
	};
};

struct sinsp_format_options;

/* @text: the name, with the argument. @opts may be NULL, and @s as for filters. Returns NULL and
 * fills @err. */
struct sinsp_getter *sinsp_getter_new(struct sinsp *s, const char *text,
				      const struct sinsp_format_options *opts,
				      struct scap_error *err);
/* False where the event has no such value. No allocation once buffers have grown. */
bool sinsp_getter_run(struct sinsp_getter *f, const struct sinsp_event *ev, struct sinsp_answer *v);
void sinsp_getter_free(struct sinsp_getter *f);

/* ---- filters ---- */

/*
 * Compiles a filter (language: see scapula(1)). Returns NULL and fills @err with the place and the
 * reason: "filter error at index I, line L, column C: reason", or the reason alone for a wrong
 * field or value. @s NULL checks the text before there is an inspector; the result may be freed,
 * not run.
 */
struct sinsp_filter *sinsp_filter_new(struct sinsp *s, const char *text, struct scap_error *err);
/* No allocation (but that buffers for transformed text grow at first), no lock. */
bool sinsp_filter_run(struct sinsp_filter *f, const struct sinsp_event *ev);
void sinsp_filter_free(struct sinsp_filter *f);
/*
 * Marks in @calls, of SCAP_SC_MAX entries, the system calls that have to be recorded for @f: those
 * whose events it may match, and those that change the state that it asks for. For
 * scap_live_options.calls. What counts events (evt.num) then counts these only.
 */
void sinsp_filter_calls(const struct sinsp_filter *f, bool *calls);
/*
 * Appends two lines to @out: that line of @text, a wrong filter, which @err of sinsp_filter_new()
 * is about, made printable and cut to 72 columns, and a caret below the place.
 */
void sinsp_filter_mark(const char *text, const struct scap_error *err, struct sinsp_text *out);

/* ---- formats ---- */

enum sinsp_buffer_mode {
	SINSP_BUF_DOTTED,   /* other bytes are dots; 80 characters unless verbose */
	SINSP_BUF_ASCII,    /* -A */
	SINSP_BUF_HEX,	    /* -x */
	SINSP_BUF_HEXASCII, /* -X */
	SINSP_BUF_BASE64,   /* -b */
};

enum sinsp_time_mode {			       /* evt.outputtime: -t */
		       SINSP_TIME_HUMAN,       /* h: local time of day */
		       SINSP_TIME_ABSOLUTE,    /* a: seconds since the epoch */
		       SINSP_TIME_RELATIVE,    /* r: to the first event */
		       SINSP_TIME_DELTA,       /* d: entry to exit */
		       SINSP_TIME_DELTA_SHOWN, /* D: to the event shown before */
};

struct sinsp_format_options {
	enum sinsp_buffer_mode buffer;
	enum sinsp_time_mode time;
	bool verbose;	    /* do not cut buffers */
	bool resolve_ports; /* -R */
	bool json;	    /* -j: an object of the format's fields, without its literals */
	bool as_is;	    /* getters: strings with their unprintable bytes, as filters see them */
};

#define SINSP_FORMAT_DEFAULT \
	"*%evt.num %evt.outputtime %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info"
#define SINSP_FORMAT_CONTAINER                                                           \
	"*%evt.num %evt.outputtime %evt.cpu %container.name (%container.id) %proc.name " \
	"(%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info"
#define SINSP_FORMAT_K8S                                                               \
	"*%evt.num %evt.outputtime %evt.cpu %k8s.pod.name (%container.id) %proc.name " \
	"(%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info"

struct sinsp_format;

/* Compiles an output format. @opts may be NULL, and @s as for filters. Returns NULL, fills @err. */
struct sinsp_format *sinsp_format_new(struct sinsp *s, const char *text,
				      const struct sinsp_format_options *opts,
				      struct scap_error *err);
/*
 * Appends the line for @ev to @out, without newline. Returns false (and appends nothing) where a
 * field is absent and the format does not begin with '*'.
 */
bool sinsp_format_event(struct sinsp_format *f, const struct sinsp_event *ev,
			struct sinsp_text *out);
void sinsp_format_free(struct sinsp_format *f);

#ifdef __cplusplus
}
#endif

#endif

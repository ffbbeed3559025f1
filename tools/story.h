/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The story of a capture: what is remembered of each container (and of the host), gathered while
 * the events pass, told when the last one has.
 *
 * The inspector forgets a process when it ends; the story does not. Everything kept is copied into
 * one arena with a fixed budget: a capture can be larger than memory, its story cannot.
 */
#ifndef TOOLS_STORY_H
#define TOOLS_STORY_H

#include <bsd/sys/queue.h>
#include <bsd/sys/tree.h>
#include <stdbool.h>
#include <stdint.h>

#include "sinsp.h"

struct story_box;
struct story_key;

struct story_exec {
	STAILQ_ENTRY(story_exec) link;
	uint64_t ts;
	const char *cmdline;
};

/* One process, from its first to its last event in one box. */
struct story_proc {
	TAILQ_ENTRY(story_proc) sibling;
	TAILQ_HEAD(story_children, story_proc) children;
	STAILQ_HEAD(, story_exec) execs;
	struct story_box *box;
	struct story_proc *parent; /* in the same box, or NULL */
	const char *outside;	   /* parent in another box, as text; or NULL */
	const char *comm, *exepath;
	const char *user;  /* "www-data(33)" */
	const char *users; /* with the changes: "www-data(33) > root(0)" */
	const char *killer;
	const char *listens;	   /* "0.0.0.0:80": it serves */
	const char *client;	   /* the last peer it accepted */
	const char *remote;	   /* the last peer it received from over a connection of its own */
	struct story_key *suspect; /* it belongs to what this key event began */
	int64_t pid, vpid, pgid, vpgid;
	int64_t connecting;  /* descriptor whose connect() is in progress, or -1 */
	uint64_t start, end; /* start 0: ran already */
	uint64_t folded;     /* children that are only counted */
	uint32_t uid;
	uint32_t n_execs, n_users;
	uint8_t exit_status, sig;
	bool ended, core;
	bool runtime; /* still the runtime's code: no exec in the container yet */
	bool kept;    /* something refers to it: it cannot be folded */
};

/* A file by its path in the box. */
struct story_file {
	RB_ENTRY(story_file) by_path, by_ino;
	TAILQ_ENTRY(story_file) link;
	const char *path;
	const char *why_sensitive; /* or NULL */
	const char *came_from;	   /* peer that its writer was connected to, or NULL */
	const char *was;	   /* name before it was renamed, or NULL */
	const char *run_as;	   /* command line of its first execution */
	const char *writer, *reader, *deleter, *chmodder, *runner; /* "nginx(12)", as of then */
	uint64_t ino;
	uint64_t bytes_written, writes, reads;
	uint64_t opened_for_write, written, read, deleted, made_executable,
		executed; /* first, ts */
	int read_error;	  /* errno of the first failed try to read it, 0: none */
	bool in_ino_tree;
};

/* Connections of one process with one peer, or a port it listens on. */
struct story_conn {
	RB_ENTRY(story_conn) by_key;
	STAILQ_ENTRY(story_conn) link;
	/* key */
	struct story_proc *proc;
	uint8_t proto, role, family;
	bool listening;
	uint16_t port; /* the server's */
	uint8_t remote[16];
	/* facts */
	const char *who, *local_text, *remote_text;
	uint64_t first, last, count, failures, bytes_in, bytes_out;
	int error; /* errno of the last failure */
};

/* A line of the timeline. */
struct story_key {
	STAILQ_ENTRY(story_key) link;
	uint64_t ts;
	const char *what, *who, *detail;
	bool flagged;
};

#define STORY_PEERS 32

struct story_box {
	TAILQ_ENTRY(story_box) link;
	bool host;
	const char *id, *full_id, *name, *image, *pod, *pod_namespace, *ip;
	const char *owner_kind, *owner; /* what made the pod, "" where there is none */
	enum sinsp_container_type type;
	uint64_t created, first, last;
	uint64_t oom_kills;
	struct story_proc *init;
	bool ran_before;
	struct story_children roots;
	uint64_t n_procs, n_kept_procs, n_alive;
	uint64_t n_runtime; /* of them those that are only the runtime's */
	RB_HEAD(story_paths, story_file) files;
	RB_HEAD(story_inos, story_file) inos;
	TAILQ_HEAD(story_files, story_file) file_list;
	struct story_files free_files;
	uint64_t n_files, n_files_over;
	uint64_t n_passing; /* made and deleted again, and not kept for lack of room */
	RB_HEAD(story_conns, story_conn) conns;
	STAILQ_HEAD(, story_conn) conn_list;
	uint64_t n_conns, n_conns_over;
	const char *peers[STORY_PEERS]; /* that the timeline has named */
	unsigned int n_peers;
	STAILQ_HEAD(, story_key) keys;
	uint64_t n_keys, n_keys_over;
};

struct story_loss {
	uint64_t from, to, count;
	uint16_t cpu;
};

#define STORY_LOSSES 16
#define STORY_KILLS  256

/* A signal that was sent, kept until its target ends of it. */
struct story_kill {
	uint64_t ts;
	struct story_box *box; /* the sender's */
	const char *sender;
	int64_t target; /* as the sender names it */
	int64_t sender_pgid;
	uint8_t sig;
	bool pidfd; /* no signal yet: only a descriptor by which one can be sent */
};

struct story_arena;

struct story {
	struct sinsp *sinsp;
	struct story_arena *arena;
	struct sinsp_text text;	       /* scratch */
	TAILQ_HEAD(, story_box) boxes; /* in the order of their first event */
	struct story_box *hostbox;
	const struct sinsp_container *last_container; /* cache of story_box_of() */
	struct story_box *last_box;
	uint64_t first, last, events;
	struct story_loss losses[STORY_LOSSES];
	unsigned int n_losses;
	struct story_kill kills[STORY_KILLS];
	unsigned int next_kill;
};

/* ---- memory ---- */

struct story_arena *story_arena_new(size_t budget);
void story_arena_free(struct story_arena *a);
/* Zeroed; NULL when the budget is spent. */
void *story_alloc(struct story *st, size_t size);
/* A copy, one for all equal ones; "" when the budget is spent. */
const char *story_str(struct story *st, const char *s);
const char *story_printf(struct story *st, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool story_is_full(const struct story *st);

/* ---- collecting ---- */

/* NULL: no memory. */
struct story *story_new(struct sinsp *s);
void story_free(struct story *st);
/* Takes what is in the state now: processes that run when the capture (or a section) begins. */
void story_begin_section(struct story *st);
void story_event(struct story *st, const struct sinsp_event *ev);
void story_end(struct story *st);

/* The box of a container (NULL: the host), made when needed; NULL: no memory. */
struct story_box *story_box_of(struct story *st, const struct sinsp_container *c);
/* By id, its prefix, full id or name. */
struct story_box *story_find_box(struct story *st, const char *what);

/* story_proc.c */
struct story_proc *story_proc_of(struct story *st, struct sinsp_thread *t, uint64_t ts);
void story_on_exec(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_exit(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_setuid(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
const char *story_who(struct story *st, struct story_proc *p);

/* story_command.c */
const char *story_name_of(const struct sinsp_thread *t);
/* Appends the command line, argv[0] first (proc.cmdline has the name instead), quoted. */
void story_command(const struct sinsp_thread *t, struct sinsp_text *out);

/* story_kill.c */
void story_on_kill(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_pidfd_open(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
/* Who sent the signal that @p died of at @ts, or NULL. */
const char *story_killer(struct story *st, const struct story_proc *p, uint64_t ts);

/* story_shell.c: is the command that @p has just started a shell, and whose child is it? */
void story_check_shell(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
bool story_is_interpreter(const struct sinsp_thread *t);

/* story_file.c */
void story_on_open(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_unlink(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_rename(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_link(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_chmod(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_file_written(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
			uint64_t bytes, uint64_t ts);
/* @p has executed @path (inode @ino, 0 unknown): was it written during the capture? */
void story_file_executed(struct story *st, struct story_proc *p, const char *path, uint64_t ino,
			 const char *how, uint64_t ts);
RB_PROTOTYPE(story_paths, story_file, by_path, story_file_cmp)

/* story_net.c */
void story_on_connect(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_accept(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_listen(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_on_getsockopt(struct story *st, struct story_proc *p, const struct sinsp_event *ev);
void story_net_bytes(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
		     uint64_t bytes, bool out, uint64_t ts);
void story_net_seed(struct story *st, struct story_proc *p, const struct sinsp_thread *t,
		    uint64_t ts);
static inline bool story_fd_is_inet(const struct sinsp_fd *fd)
{
	return fd->type >= SCAP_FD_IPV4_SOCK && fd->type <= SCAP_FD_IPV6_SERVSOCK;
}

/* story_key.c */
struct story_key *story_key_add(struct story *st, struct story_proc *p, uint64_t ts, bool flagged,
				const char *what, const char *detail);
/* story_sensitive.c: why @path is worth a word when read or written, or NULL. */
/* LASTS: what is written there is run, loaded or trusted later. */
enum story_access { STORY_READ = 1, STORY_WRITE = 2, STORY_LASTS = 4 };
const char *story_sensitive(const char *path, unsigned int access);

/* ---- telling ---- */

struct story_view {
	bool all; /* no limits on the rows */
	const char *file;
	const char *warning; /* the capture is damaged: how; or NULL */
};

void story_tell_capture(struct story *st, const struct story_view *v);
void story_tell_box(struct story *st, struct story_box *b, const struct story_view *v);
/* All of them, or the @only one, by what made their pods. Below 0: no memory. */
int story_tell_owners(struct story *st, const struct story_box *only, const struct story_view *v);
void story_tell_tree(struct story *st, struct story_box *b, const struct story_view *v);
void story_tell_files(struct story *st, struct story_box *b, const struct story_view *v);
void story_tell_net(struct story *st, struct story_box *b, const struct story_view *v);
void story_tell_keys(struct story *st, struct story_box *b, const struct story_view *v);

#endif

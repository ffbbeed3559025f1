/* SPDX-License-Identifier: BSD-2-Clause */
/* How each event changes the state: one function an event type. */
#ifndef SINSP_PARSE_H
#define SINSP_PARSE_H

#include "inspector.h"

/*
 * Works on s->ev; @t is its thread, NULL only where the row of the table says so. Sets s->ev.fd and
 * s->ev.fd_num where the event makes a descriptor.
 */
typedef void (*parse_fn)(struct sinsp *s, struct thread *t);

struct parse_row {
	parse_fn fn;
	bool any_thread; /* called without a thread too, and none is made for it */
};

extern const struct parse_row parse_table[SCAP_EVT_MAX];

/* parse_clone.c */
void parse_clone(struct sinsp *s, struct thread *t);

/* parse_process.c */
void parse_execve(struct sinsp *s, struct thread *t);
void parse_procexit(struct sinsp *s, struct thread *t);
void parse_switch(struct sinsp *s, struct thread *t);
/* How long the thread of the switch @ev had its CPU: since the one before on it. 0: unknown. */
static inline uint64_t parse_ran(const struct sinsp *s, const struct scap_event *ev)
{
	uint64_t since = ev->cpu < CPUS_MAX ? s->switched[ev->cpu] : 0;

	return since && ev->hdr->ts > since ? ev->hdr->ts - since : 0;
}
void parse_memory(struct sinsp *s, struct thread *t);
void parse_rlimit(struct sinsp *s, struct thread *t);
void parse_prctl(struct sinsp *s, struct thread *t);
void parse_namespaces(struct sinsp *s, struct thread *t);

/* parse_ids.c */
void parse_setuid(struct sinsp *s, struct thread *t);
void parse_setgid(struct sinsp *s, struct thread *t);
void parse_setresuid(struct sinsp *s, struct thread *t);
void parse_setresgid(struct sinsp *s, struct thread *t);
void parse_capset(struct sinsp *s, struct thread *t);
void parse_setsid(struct sinsp *s, struct thread *t);
void parse_setpgid(struct sinsp *s, struct thread *t);

/* parse_file.c */
void parse_open_enter(struct sinsp *s, struct thread *t);
void parse_execveat_enter(struct sinsp *s, struct thread *t);
void parse_open(struct sinsp *s, struct thread *t);
void parse_close(struct sinsp *s, struct thread *t);
void parse_close_range(struct sinsp *s, struct thread *t);
void parse_dup(struct sinsp *s, struct thread *t);
void parse_fcntl(struct sinsp *s, struct thread *t);
void parse_pipe(struct sinsp *s, struct thread *t);
void parse_new_fd(struct sinsp *s, struct thread *t);
void parse_pidfd_getfd(struct sinsp *s, struct thread *t);
void parse_chdir(struct sinsp *s, struct thread *t);
void parse_fchdir(struct sinsp *s, struct thread *t);
void parse_getcwd(struct sinsp *s, struct thread *t);
void parse_chroot(struct sinsp *s, struct thread *t);

/* parse_socket.c */
void parse_socket(struct sinsp *s, struct thread *t);
void parse_bind(struct sinsp *s, struct thread *t);
void parse_connect(struct sinsp *s, struct thread *t);
void parse_accept(struct sinsp *s, struct thread *t);
void parse_send(struct sinsp *s, struct thread *t);
void parse_recv(struct sinsp *s, struct thread *t);
void parse_socketpair(struct sinsp *s, struct thread *t);
void parse_getsockopt(struct sinsp *s, struct thread *t);
void parse_listen(struct sinsp *s, struct thread *t);

/* parse_rights.c: the descriptors in parameter @i, the control data of a message. */
void parse_rights(struct sinsp *s, struct thread *t, unsigned int i);

/* parse_container.c */
void parse_container(struct sinsp *s, struct thread *t);
void parse_async(struct sinsp *s, struct thread *t);
void parse_user(struct sinsp *s, struct thread *t);
void parse_group(struct sinsp *s, struct thread *t);

/* Bits of sinsp_thread.flags that only user space sets: its standard output, or input, is a pipe.
 */
#define FLAG_PIPE_SRC (1u << 21)
#define FLAG_PIPE_DST (1u << 22)

/* Parameter @i as an interned string, "" if it is absent. */
const char *parse_str(struct sinsp *s, unsigned int i);
struct scap_bytes parse_bytes(struct sinsp *s, unsigned int i);

/*
 * Starts descriptor @num of @t anew and makes it the one of the event. NULL: no room.
 */
struct sinsp_fd *parse_add_fd(struct sinsp *s, struct thread *t, int64_t num);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading /proc into a snapshot: what the parts of the scan share.
 *
 * Processes vanish at any time and their owners choose what is in their files, so every read is
 * bounded, whatever fails leaves its field unknown, and nothing is opened that could block: only
 * files of procfs itself are opened, links are read and looked at without opening their targets.
 */
#ifndef SCAP_PROC_SCAN_H
#define SCAP_PROC_SCAN_H

#include "snapshot.h"

#define PROC_STRINGS_MAX 4096u /* args, env, cgroups */
#define PROC_PATH_MAX	 1024u /* longer names do not fit a capture file */
#define PROC_CONTROLLERS 24u

struct proc_sockets;

/* The cgroup controllers of this machine in the kernel's order, as the driver names them. */
struct proc_controllers {
	unsigned int n;
	struct {
		char name[16];
		bool unified; /* its path is that of the v2 hierarchy */
	} c[PROC_CONTROLLERS];
};

struct proc_scan {
	struct scap_snapshot *snap;
	int proc_fd; /* the folder /proc, below host_root */
	struct proc_controllers controllers;
	struct proc_sockets *sockets;
	char buf[65536]; /* for one file at a time */
};

/* Returns NULL and fills @err. */
struct proc_scan *proc_scan_new(struct scap_snapshot *snap, const char *host_root,
				struct scap_error *err);
void proc_scan_free(struct proc_scan *s);

/* ---- proc_file.c ---- */

/*
 * Reads at most @size - 1 bytes of a small file of procfs below @dir and ends them with a NUL.
 * Returns their number, or a negative error.
 */
int64_t proc_read_file(int dir, const char *name, char *buf, size_t size);

/* The text of a link, cut to @size - 1 bytes and ended with a NUL; "" and a negative error. */
int64_t proc_read_link(int dir, const char *name, char *buf, size_t size);

/* A name of digits only as a number; false for all others. */
bool proc_number(const char *name, uint64_t *out);

/* A line as the next one of a text: *@text moves behind it, its newline becomes NUL. NULL: none. */
char *proc_next_line(char **text);

/* ---- proc_threads.c ---- */

/* Appends all threads of process @pid, with the descriptors of the process. */
void proc_read_process(struct proc_scan *s, uint64_t pid);
/* Appends one thread, with descriptors if it is the main one. Returns it, or NULL if it is gone. */
struct scap_thread *proc_read_thread(struct proc_scan *s, uint64_t tid);

/* ---- proc_status.c: the files that describe one thread ---- */

void proc_read_stat(struct proc_scan *s, int task, struct scap_thread *t);
/* False if there is nothing to read: the thread is gone. */
bool proc_read_status(struct proc_scan *s, int task, struct scap_thread *t);
void proc_read_limits(struct proc_scan *s, int task, struct scap_thread *t);
/* Executable: its path, inode, times, and whether the process may write to it. */
void proc_read_exe(struct proc_scan *s, int task, struct scap_thread *t);

/* ---- proc_cgroups.c ---- */

void proc_find_controllers(struct proc_scan *s, const char *host_root);
/*
 * Turns the text of /proc/PID/cgroup (which is changed) into the list that the driver makes:
 * "subsys=path" strings in the kernel's order. Returns its length, at most @size.
 */
size_t proc_cgroups(const struct proc_controllers *c, char *text, char *out, size_t size);

/* ---- proc_fds.c ---- */

void proc_read_fds(struct proc_scan *s, int process, struct scap_thread *t);
/* Flags of open(2) as they travel: SCAP_O_*. */
uint32_t proc_open_flags(unsigned int flags);

/* ---- proc_sockets.c ---- */

struct proc_sockets *proc_sockets_new(void);
void proc_sockets_free(struct proc_sockets *ps);
/*
 * Fills @fd from the socket tables of the network namespace of @process, which are read at its
 * first use. False if the socket is in no table.
 */
bool proc_find_socket(struct proc_scan *s, int process, uint64_t ino, struct scap_fd *fd);

enum proc_socket_table {
	PROC_TCP,
	PROC_TCP6,
	PROC_UDP,
	PROC_UDP6,
	PROC_RAW,
	PROC_RAW6,
	PROC_ICMP,
	PROC_ICMP6,
	PROC_UNIX,
	PROC_NETLINK,
	PROC_SOCKET_TABLES
};
/* One line of such a table. False: not a line of a socket. @fd's name points into @line. */
bool proc_parse_socket(enum proc_socket_table table, char *line, struct scap_fd *fd);

/* ---- users.c, interfaces.c, machine.c ---- */

void proc_read_users(struct scap_snapshot *snap, const char *host_root);
/* Lines of passwd and group; the texts are changed. */
void proc_parse_passwd(struct scap_snapshot *snap, char *text);
void proc_parse_group(struct scap_snapshot *snap, char *text);
void proc_read_interfaces(struct scap_snapshot *snap);
void proc_read_machine(struct scap_snapshot *snap, const char *host_root);
/* Lines of "key\tvalue"; what is known already stays. */
void proc_add_facts(struct scap_machine *m, const char *lines);
void proc_read_dmi(struct scap_machine *m, const char *host_root);

/* A snapshot that tells of the machine only. */
struct scap_snapshot *proc_machine_only(struct scap_error *err);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets by inode: the tables in /proc/PID/net of each network namespace, read once.
 *
 * A unix socket's path stands in its table as its owner chose it, newlines included, so that a line
 * can be forged. A forged line has no inode of its own: of two lines with the same inode the table
 * that is read first wins (those without names come first), and between two unix lines that differ
 * neither name is believed.
 */
#include "proc_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define SOCKETS_MAX    (1u << 20)
#define NAMESPACES_MAX 4096u
#define LINE_MAX_BYTES 512u

struct entry {
	uint64_t ino; /* 0: empty */
	uint64_t unix_src;
	const char *name; /* of the snapshot */
	uint16_t sport, dport;
	uint8_t type, l4proto, table;
	uint8_t sip[16], dip[16];
};

struct proc_sockets {
	struct entry *slots; /* open addressing, a power of two, at most half full */
	size_t n_slots, used;
	uint64_t *namespaces; /* inodes of those that were read */
	size_t n_namespaces;
};

static const char *const table_files[PROC_SOCKET_TABLES] = {
	[PROC_TCP] = "net/tcp",		[PROC_TCP6] = "net/tcp6",   [PROC_UDP] = "net/udp",
	[PROC_UDP6] = "net/udp6",	[PROC_RAW] = "net/raw",	    [PROC_RAW6] = "net/raw6",
	[PROC_ICMP] = "net/icmp",	[PROC_ICMP6] = "net/icmp6", [PROC_UNIX] = "net/unix",
	[PROC_NETLINK] = "net/netlink",
};

struct proc_sockets *proc_sockets_new(void)
{
	return calloc(1, sizeof(struct proc_sockets));
}

void proc_sockets_free(struct proc_sockets *ps)
{
	if (!ps)
		return;
	free(ps->slots);
	free(ps->namespaces);
	free(ps);
}

static struct entry *slot_of(struct proc_sockets *ps, uint64_t ino)
{
	size_t mask = ps->n_slots - 1;
	size_t i = (size_t)(ino * 0x9e3779b97f4a7c15ull >> 20) & mask;

	while (ps->slots[i].ino && ps->slots[i].ino != ino)
		i = (i + 1) & mask;
	return &ps->slots[i];
}

static bool grow(struct proc_sockets *ps)
{
	struct proc_sockets bigger = { .n_slots = ps->n_slots ? ps->n_slots * 2 : 1024 };
	size_t i;

	bigger.slots = calloc(bigger.n_slots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (i = 0; i < ps->n_slots; i++)
		if (ps->slots[i].ino)
			*slot_of(&bigger, ps->slots[i].ino) = ps->slots[i];
	free(ps->slots);
	ps->slots = bigger.slots;
	ps->n_slots = bigger.n_slots;
	return true;
}

static void add(struct proc_scan *s, enum proc_socket_table table, const struct scap_fd *fd)
{
	struct proc_sockets *ps = s->sockets;
	struct entry *e;

	if (ps->used >= SOCKETS_MAX || (ps->used * 2 >= ps->n_slots && !grow(ps)))
		return;
	e = slot_of(ps, fd->ino);
	if (e->ino) {
		if (e->table == PROC_UNIX && table == PROC_UNIX && strcmp(e->name, fd->name) != 0)
			e->name = "";
		return;
	}
	ps->used++;
	e->ino = fd->ino;
	e->table = (uint8_t)table;
	e->type = fd->type;
	e->l4proto = fd->l4proto;
	e->sport = fd->sport;
	e->dport = fd->dport;
	memcpy(e->sip, fd->sip, sizeof(e->sip));
	memcpy(e->dip, fd->dip, sizeof(e->dip));
	e->unix_src = fd->unix_src;
	e->name = scap_snapshot_str(s->snap, fd->name, strlen(fd->name));
}

/* Lines as they come, longer ones dropped; the first line is the table's head. */
static void read_table(struct proc_scan *s, int process, enum proc_socket_table table)
{
	struct scap_fd fd;
	size_t have = 0;
	bool head = true, skip = false;
	ssize_t n;
	int f = openat(process, table_files[table], O_RDONLY | O_CLOEXEC);

	if (f < 0)
		return;
	while ((n = read(f, s->buf + have, sizeof(s->buf) - 1 - have)) > 0) {
		char *line = s->buf, *end = s->buf + have + n, *nl;

		while ((nl = memchr(line, '\n', (size_t)(end - line)))) {
			*nl = '\0';
			if (!head && !skip && proc_parse_socket(table, line, &fd))
				add(s, table, &fd);
			head = skip = false;
			line = nl + 1;
		}
		have = (size_t)(end - line);
		if (have > LINE_MAX_BYTES) {
			skip = true;
			have = 0;
		}
		memmove(s->buf, line, have);
	}
	close(f);
}

static bool namespace_is_known(struct proc_sockets *ps, uint64_t ns)
{
	uint64_t *p;
	size_t i;

	for (i = 0; i < ps->n_namespaces; i++)
		if (ps->namespaces[i] == ns)
			return true;
	if (ps->n_namespaces >= NAMESPACES_MAX)
		return true;
	p = reallocarray(ps->namespaces, ps->n_namespaces + 1, sizeof(*p));
	if (!p)
		return true;
	ps->namespaces = p;
	p[ps->n_namespaces++] = ns;
	return false;
}

static void read_namespace(struct proc_scan *s, int process)
{
	char link[64];
	uint64_t ns = 0;
	int table;

	if (proc_read_link(process, "ns/net", link, sizeof(link)) > 0 &&
	    strncmp(link, "net:[", 5) == 0)
		ns = strtoull(link + 5, NULL, 10);
	if (namespace_is_known(s->sockets, ns))
		return;
	for (table = 0; table < PROC_SOCKET_TABLES; table++)
		read_table(s, process, (enum proc_socket_table)table);
}

bool proc_find_socket(struct proc_scan *s, int process, uint64_t ino, struct scap_fd *fd)
{
	const struct entry *e;

	read_namespace(s, process);
	if (s->sockets->n_slots == 0)
		return false;
	e = slot_of(s->sockets, ino);
	if (!e->ino)
		return false;
	fd->ino = ino;
	fd->type = e->type;
	fd->l4proto = e->l4proto;
	fd->sport = e->sport;
	fd->dport = e->dport;
	memcpy(fd->sip, e->sip, sizeof(fd->sip));
	memcpy(fd->dip, e->dip, sizeof(fd->dip));
	fd->unix_src = e->unix_src;
	fd->name = e->name;
	return true;
}

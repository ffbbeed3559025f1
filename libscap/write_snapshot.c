/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a machine as blocks, in the order that every reader expects: header, machine,
 * interfaces, users, threads, descriptors of each thread. Strings are cut to what readers accept.
 */
#include "write_snapshot.h"

#include <errno.h>

#define NAME_MAX_BYTES	   1024 /* of a thread: comm, exe, paths */
#define LIST_MAX_BYTES	   4096 /* args, env, cgroups */
#define FD_NAME_MAX	   1023
#define INTERFACE_NAME_MAX 1023
#define USER_NAME_MAX	   255
#define HOST_NAME_BYTES	   128
#define LIST_BLOCK_BYTES   (16u << 20) /* a longer process list is put into several blocks */

static void header(struct scap_build *b)
{
	build_begin(b, BLOCK_SHB_TYPE);
	build_u32(b, SHB_MAGIC);
	build_u16(b, SHB_MAJOR);
	build_u16(b, SHB_MINOR);
	build_u64(b, UINT64_MAX); /* length of the section: not known yet */
	build_end(b);
}

static void machine(struct scap_build *b, const struct scap_machine *m)
{
	char name[HOST_NAME_BYTES] = "";

	memcpy(name, m->hostname, strnlen(m->hostname, HOST_NAME_BYTES));
	build_begin(b, BLOCK_MI);
	build_u32(b, m->num_cpus);
	build_u64(b, m->memory_bytes);
	build_u64(b, 0); /* largest pid */
	build_bytes(b, name, sizeof(name));
	build_u64(b, m->boot_time);
	build_u64(b, 0); /* flags, and two reserved fields */
	build_u64(b, 0);
	build_u64(b, 0);
	build_end(b);
}

static void interface(struct scap_build *b, const struct scap_interface *i)
{
	size_t entry = build_entry(b), addr = i->ipv6 ? 16 : 4;
	size_t name = strnlen(i->name, INTERFACE_NAME_MAX);

	build_u16(b, i->ipv6 ? 2 : 1);
	build_u16(b, (uint16_t)name);
	build_bytes(b, i->addr, addr);
	build_bytes(b, i->netmask, addr);
	build_bytes(b, i->broadcast, addr);
	build_u64(b, 0); /* link speed */
	build_bytes(b, i->name, name);
	build_entry_end(b, entry, false);
}

/* All IPv4 addresses come first. */
static void interfaces(struct scap_build *b, const struct scap_snapshot *s)
{
	unsigned int pass;
	size_t i;

	if (s->n_interfaces == 0)
		return;
	build_begin(b, BLOCK_IL_V2);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < s->n_interfaces; i++)
			if (s->interfaces[i].ipv6 == (pass == 1))
				interface(b, &s->interfaces[i]);
	build_end(b);
}

static void users(struct scap_build *b, const struct scap_snapshot *s)
{
	size_t i, entry;

	if (s->n_users == 0 && s->n_groups == 0)
		return;
	build_begin(b, BLOCK_UL_V2);
	for (i = 0; i < s->n_users; i++) {
		entry = build_entry(b);
		build_u8(b, 0);
		build_u32(b, s->users[i].uid);
		build_u32(b, s->users[i].gid);
		build_str(b, s->users[i].name, USER_NAME_MAX);
		build_str(b, s->users[i].home, USER_NAME_MAX);
		build_str(b, s->users[i].shell, USER_NAME_MAX);
		build_entry_end(b, entry, true);
	}
	for (i = 0; i < s->n_groups; i++) {
		entry = build_entry(b);
		build_u8(b, 1);
		build_u32(b, s->groups[i].gid);
		build_str(b, s->groups[i].name, USER_NAME_MAX);
		build_entry_end(b, entry, true);
	}
	build_end(b);
}

static void thread(struct scap_build *b, const struct scap_thread *t)
{
	size_t entry = build_entry(b);

	build_u64(b, t->tid);
	build_u64(b, t->pid);
	build_u64(b, t->ptid);
	build_u64(b, (uint64_t)t->sid);
	build_u64(b, (uint64_t)t->vpgid);
	build_str(b, t->comm, NAME_MAX_BYTES);
	build_str(b, t->exe, NAME_MAX_BYTES);
	build_str(b, t->exepath, NAME_MAX_BYTES);
	build_list(b, t->args, LIST_MAX_BYTES);
	build_str(b, t->cwd, NAME_MAX_BYTES);
	build_u64(b, (uint64_t)t->fdlimit);
	build_u32(b, t->flags);
	build_u32(b, t->uid);
	build_u32(b, t->gid);
	build_u32(b, t->vmsize_kb);
	build_u32(b, t->vmrss_kb);
	build_u32(b, t->vmswap_kb);
	build_u64(b, t->pfmajor);
	build_u64(b, t->pfminor);
	build_list(b, t->env, LIST_MAX_BYTES);
	build_u64(b, (uint64_t)t->vtid);
	build_u64(b, (uint64_t)t->vpid);
	build_list(b, t->cgroups, LIST_MAX_BYTES);
	build_str(b, t->root, NAME_MAX_BYTES);
	build_u64(b, t->pidns_init_start_ts);
	build_u32(b, t->tty);
	build_u32(b, t->loginuid);
	build_u8(b, t->exe_writable);
	build_u64(b, t->cap_inheritable);
	build_u64(b, t->cap_permitted);
	build_u64(b, t->cap_effective);
	build_u8(b, t->exe_upper_layer);
	build_u64(b, t->exe_ino);
	build_u64(b, t->exe_ino_ctime);
	build_u64(b, t->exe_ino_mtime);
	build_u8(b, t->exe_from_memfd);
	build_u8(b, t->exe_lower_layer);
	build_u64(b, (uint64_t)t->pgid);
	build_entry_end(b, entry, true);
}

static void descriptor(struct scap_build *b, const struct scap_fd *fd)
{
	size_t entry,
		addr = fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK ? 16 : 4;

	if (fd->type == SCAP_FD_UNKNOWN || fd->type >= SCAP_FD_TYPE_MAX)
		return; /* readers have no layout for them */
	entry = build_entry(b);
	build_u64(b, (uint64_t)fd->fd);
	build_u64(b, fd->ino);
	build_u8(b, fd->type);
	switch (fd->type) {
	case SCAP_FD_IPV4_SOCK:
	case SCAP_FD_IPV6_SOCK:
		build_bytes(b, fd->sip, addr);
		build_bytes(b, fd->dip, addr);
		build_u16(b, fd->sport);
		build_u16(b, fd->dport);
		build_u8(b, fd->l4proto);
		break;
	case SCAP_FD_IPV4_SERVSOCK:
	case SCAP_FD_IPV6_SERVSOCK:
		build_bytes(b, fd->sip, addr);
		build_u16(b, fd->sport);
		build_u8(b, fd->l4proto);
		break;
	case SCAP_FD_UNIX_SOCK:
		build_u64(b, fd->unix_src);
		build_u64(b, fd->unix_dst);
		build_str(b, fd->name, FD_NAME_MAX);
		break;
	case SCAP_FD_FILE_V2:
		build_u32(b, fd->open_flags);
		build_str(b, fd->name, FD_NAME_MAX);
		build_u32(b, fd->dev);
		break;
	default:
		build_str(b, fd->name, FD_NAME_MAX);
	}
	build_entry_end(b, entry, true);
}

/* What was built so far goes to the file, so that a large state is not in memory twice. */
static int hand_over(struct scap_build *b, struct scap_out *out)
{
	int rc = b->failed ? scap_out_fail(out, -ENOMEM, "no memory for the state")
			   : scap_out_write(out, b->buf, b->len);

	b->len = 0;
	return rc;
}

static int threads(struct scap_build *b, struct scap_out *out, const struct scap_snapshot *s)
{
	size_t i;
	int rc = 0;

	if (s->n_threads == 0)
		return 0;
	build_begin(b, BLOCK_PL_V9);
	for (i = 0; i < s->n_threads && rc == 0; i++) {
		if (b->len - b->start > LIST_BLOCK_BYTES) {
			build_end(b);
			rc = hand_over(b, out);
			build_begin(b, BLOCK_PL_V9);
		}
		thread(b, &s->threads[i]);
	}
	build_end(b);
	return rc ? rc : hand_over(b, out);
}

static int descriptors(struct scap_build *b, struct scap_out *out, const struct scap_snapshot *s)
{
	size_t i, j;
	int rc = 0;

	for (i = 0; i < s->n_threads && rc == 0; i++) {
		const struct scap_thread *t = &s->threads[i];

		build_begin(b, BLOCK_FDL_V2);
		build_u64(b, t->tid);
		for (j = 0; j < t->n_fds; j++)
			descriptor(b, &t->fds[j]);
		build_end(b);
		if (b->len > LIST_BLOCK_BYTES / 64)
			rc = hand_over(b, out);
	}
	return rc;
}

int scap_write_snapshot(struct scap_out *out, const struct scap_snapshot *snap)
{
	struct scap_build b = { 0 };
	int rc = 0;

	header(&b);
	if (snap) {
		machine(&b, &snap->machine);
		interfaces(&b, snap);
		users(&b, snap);
		rc = threads(&b, out, snap);
		if (rc == 0)
			rc = descriptors(&b, out, snap);
	}
	if (rc == 0)
		rc = hand_over(&b, out);
	build_free(&b);
	return rc;
}

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
	scap_build_begin(b, BLOCK_SHB_TYPE);
	scap_build_u32(b, SHB_MAGIC);
	scap_build_u16(b, SHB_MAJOR);
	scap_build_u16(b, SHB_MINOR);
	scap_build_u64(b, UINT64_MAX); /* length of the section: not known yet */
	scap_build_end(b);
}

static void machine(struct scap_build *b, const struct scap_machine *m)
{
	char name[HOST_NAME_BYTES] = "";

	memcpy(name, m->hostname, strnlen(m->hostname, HOST_NAME_BYTES));
	scap_build_begin(b, BLOCK_MI);
	scap_build_u32(b, m->num_cpus);
	scap_build_u64(b, m->memory_bytes);
	scap_build_u64(b, 0); /* largest pid */
	scap_build_bytes(b, name, sizeof(name));
	scap_build_u64(b, m->boot_time);
	scap_build_u64(b, 0); /* flags, and two reserved fields */
	scap_build_u64(b, 0);
	scap_build_u64(b, 0);
	scap_build_end(b);
}

static void interface(struct scap_build *b, const struct scap_interface *i)
{
	size_t entry = scap_build_entry(b), addr = i->ipv6 ? 16 : 4;
	size_t name = strnlen(i->name, INTERFACE_NAME_MAX);

	scap_build_u16(b, i->ipv6 ? 2 : 1);
	scap_build_u16(b, (uint16_t)name);
	scap_build_bytes(b, i->addr, addr);
	scap_build_bytes(b, i->netmask, addr);
	scap_build_bytes(b, i->broadcast, addr);
	scap_build_u64(b, 0); /* link speed */
	scap_build_bytes(b, i->name, name);
	scap_build_entry_end(b, entry, false);
}

/* All IPv4 addresses come first. */
static void interfaces(struct scap_build *b, const struct scap_snapshot *s)
{
	unsigned int pass;
	size_t i;

	if (s->n_interfaces == 0)
		return;
	scap_build_begin(b, BLOCK_IL_V2);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < s->n_interfaces; i++)
			if (s->interfaces[i].ipv6 == (pass == 1))
				interface(b, &s->interfaces[i]);
	scap_build_end(b);
}

static void users(struct scap_build *b, const struct scap_snapshot *s)
{
	size_t i, entry;

	if (s->n_users == 0 && s->n_groups == 0)
		return;
	scap_build_begin(b, BLOCK_UL_V2);
	for (i = 0; i < s->n_users; i++) {
		entry = scap_build_entry(b);
		scap_build_u8(b, 0);
		scap_build_u32(b, s->users[i].uid);
		scap_build_u32(b, s->users[i].gid);
		scap_build_str(b, s->users[i].name, USER_NAME_MAX);
		scap_build_str(b, s->users[i].home, USER_NAME_MAX);
		scap_build_str(b, s->users[i].shell, USER_NAME_MAX);
		scap_build_entry_end(b, entry, true);
	}
	for (i = 0; i < s->n_groups; i++) {
		entry = scap_build_entry(b);
		scap_build_u8(b, 1);
		scap_build_u32(b, s->groups[i].gid);
		scap_build_str(b, s->groups[i].name, USER_NAME_MAX);
		scap_build_entry_end(b, entry, true);
	}
	scap_build_end(b);
}

static void thread(struct scap_build *b, const struct scap_thread *t)
{
	size_t entry = scap_build_entry(b);

	scap_build_u64(b, t->tid);
	scap_build_u64(b, t->pid);
	scap_build_u64(b, t->ptid);
	scap_build_u64(b, (uint64_t)t->sid);
	scap_build_u64(b, (uint64_t)t->vpgid);
	scap_build_str(b, t->comm, NAME_MAX_BYTES);
	scap_build_str(b, t->exe, NAME_MAX_BYTES);
	scap_build_str(b, t->exepath, NAME_MAX_BYTES);
	scap_build_list(b, t->args, LIST_MAX_BYTES);
	scap_build_str(b, t->cwd, NAME_MAX_BYTES);
	scap_build_u64(b, (uint64_t)t->fdlimit);
	scap_build_u32(b, t->flags);
	scap_build_u32(b, t->uid);
	scap_build_u32(b, t->gid);
	scap_build_u32(b, t->vmsize_kb);
	scap_build_u32(b, t->vmrss_kb);
	scap_build_u32(b, t->vmswap_kb);
	scap_build_u64(b, t->pfmajor);
	scap_build_u64(b, t->pfminor);
	scap_build_list(b, t->env, LIST_MAX_BYTES);
	scap_build_u64(b, (uint64_t)t->vtid);
	scap_build_u64(b, (uint64_t)t->vpid);
	scap_build_list(b, t->cgroups, LIST_MAX_BYTES);
	scap_build_str(b, t->root, NAME_MAX_BYTES);
	scap_build_u64(b, t->pidns_init_start_ts);
	scap_build_u32(b, t->tty);
	scap_build_u32(b, t->loginuid);
	scap_build_u8(b, t->exe_writable);
	scap_build_u64(b, t->cap_inheritable);
	scap_build_u64(b, t->cap_permitted);
	scap_build_u64(b, t->cap_effective);
	scap_build_u8(b, t->exe_upper_layer);
	scap_build_u64(b, t->exe_ino);
	scap_build_u64(b, t->exe_ino_ctime);
	scap_build_u64(b, t->exe_ino_mtime);
	scap_build_u8(b, t->exe_from_memfd);
	scap_build_u8(b, t->exe_lower_layer);
	scap_build_u64(b, (uint64_t)t->pgid);
	scap_build_entry_end(b, entry, true);
}

static void descriptor(struct scap_build *b, const struct scap_fd *fd)
{
	size_t entry,
		addr = fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK ? 16 : 4;

	if (fd->type == SCAP_FD_UNKNOWN || fd->type >= SCAP_FD_TYPE_MAX)
		return; /* readers have no layout for them */
	entry = scap_build_entry(b);
	scap_build_u64(b, (uint64_t)fd->fd);
	scap_build_u64(b, fd->ino);
	scap_build_u8(b, fd->type);
	switch (fd->type) {
	case SCAP_FD_IPV4_SOCK:
	case SCAP_FD_IPV6_SOCK:
		scap_build_bytes(b, fd->sip, addr);
		scap_build_bytes(b, fd->dip, addr);
		scap_build_u16(b, fd->sport);
		scap_build_u16(b, fd->dport);
		scap_build_u8(b, fd->l4proto);
		break;
	case SCAP_FD_IPV4_SERVSOCK:
	case SCAP_FD_IPV6_SERVSOCK:
		scap_build_bytes(b, fd->sip, addr);
		scap_build_u16(b, fd->sport);
		scap_build_u8(b, fd->l4proto);
		break;
	case SCAP_FD_UNIX_SOCK:
		scap_build_u64(b, fd->unix_src);
		scap_build_u64(b, fd->unix_dst);
		scap_build_str(b, fd->name, FD_NAME_MAX);
		break;
	case SCAP_FD_FILE_V2:
		scap_build_u32(b, fd->open_flags);
		scap_build_str(b, fd->name, FD_NAME_MAX);
		scap_build_u32(b, fd->dev);
		break;
	default:
		scap_build_str(b, fd->name, FD_NAME_MAX);
	}
	scap_build_entry_end(b, entry, true);
}

/*
 * What was built so far goes to the file, so that a large state is not in memory twice; without a
 * file it stays.
 */
static int hand_over(struct scap_build *b, struct scap_out *out)
{
	int rc;

	if (!out)
		return b->failed ? -ENOMEM : 0;
	rc = b->failed ? scap_out_fail(out, -ENOMEM, "no memory for the state")
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
	scap_build_begin(b, BLOCK_PL_V9);
	for (i = 0; i < s->n_threads && rc == 0; i++) {
		if (b->len - b->start > LIST_BLOCK_BYTES) {
			scap_build_end(b);
			rc = hand_over(b, out);
			scap_build_begin(b, BLOCK_PL_V9);
		}
		thread(b, &s->threads[i]);
	}
	scap_build_end(b);
	return rc ? rc : hand_over(b, out);
}

static int descriptors(struct scap_build *b, struct scap_out *out, const struct scap_snapshot *s)
{
	size_t i, j;
	int rc = 0;

	for (i = 0; i < s->n_threads && rc == 0; i++) {
		const struct scap_thread *t = &s->threads[i];

		scap_build_begin(b, BLOCK_FDL_V2);
		scap_build_u64(b, t->tid);
		for (j = 0; j < t->n_fds; j++)
			descriptor(b, &t->fds[j]);
		scap_build_end(b);
		if (b->len > LIST_BLOCK_BYTES / 64)
			rc = hand_over(b, out);
	}
	return rc;
}

static int build(struct scap_build *b, struct scap_out *out, const struct scap_snapshot *snap)
{
	int rc;

	header(b);
	if (snap) {
		machine(b, &snap->machine);
		interfaces(b, snap);
		users(b, snap);
		rc = threads(b, out, snap);
		if (rc == 0)
			rc = descriptors(b, out, snap);
		if (rc < 0)
			return rc;
	}
	return hand_over(b, out);
}

int scap_write_snapshot(struct scap_out *out, const struct scap_snapshot *snap)
{
	struct scap_build b = { 0 };
	int rc = build(&b, out, snap);

	scap_build_free(&b);
	return rc;
}

int scap_build_snapshot(struct scap_build *b, const struct scap_snapshot *snap)
{
	return build(b, NULL, snap);
}

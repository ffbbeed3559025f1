/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's bits and numbers turned into the portable ones of flags.def. Bits without a portable
 * name are left out; numbers without one become the table's unknown.
 */
#ifndef SCAP_FLAGS_H
#define SCAP_FLAGS_H

#include <linux/types.h>

/* open(2) and its family, as the caller gave them. */
u32 flags_open(u32 flags);
/* The permission bits of an open; 0 where the kernel does not look at them. */
u32 flags_open_mode(u32 flags, u32 mode);
/* RESOLVE_* of openat2(2). */
u32 flags_resolve(u64 resolve);
/* *_CLOEXEC and *_NONBLOCK of calls that make a descriptor, as file flags. */
u32 flags_new_fd(u32 flags);
u32 flags_clone(u64 flags);
u32 flags_prot(u32 prot);
u32 flags_mmap(u32 flags);
/* Type and permissions of mknod(2). */
u32 flags_mknod(u32 mode);
u32 flags_fchownat(u32 flags);
u16 flags_semop(u16 flags);
u32 flags_delete_module(u32 flags);
u32 flags_semget(u32 flags);
u32 flags_io_uring_setup(u32 flags);

u8 flags_fcntl_cmd(unsigned int cmd);
u16 flags_ptrace_request(unsigned long request);
u16 flags_semctl_cmd(int cmd);
u16 flags_poll(u16 events);
u8 flags_rlimit(unsigned int resource);
u8 flags_sockopt_level(int level);
u8 flags_sockopt_name(int level, int name);

/* Both take the first argument of quotactl(2). */
u16 flags_quota_cmd(u32 cmd);
u8 flags_quota_type(u32 cmd);
u8 flags_quota_format(u32 format);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, and nothing else. HAVE_* is found out by Kbuild in the headers of
 * the kernel that is built for; no version number is compared anywhere.
 */
#ifndef SCAP_COMPAT_H
#define SCAP_COMPAT_H

#ifdef CONFIG_CGROUPS
#include <linux/cgroup.h>
#endif
#include <linux/device/class.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include <net/af_unix.h>
#include <asm/syscall.h>
#ifdef CONFIG_X86_TSC
#include <asm/tsc.h>
#endif

#ifdef HAVE_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

static inline void compat_vm_flags(struct vm_area_struct *vma, vm_flags_t set, vm_flags_t clear)
{
#ifdef HAVE_VM_FLAGS_MOD
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

#ifdef HAVE_CLASS_OWNER
#define compat_class_create(name) class_create(THIS_MODULE, name)
#else
#define compat_class_create(name) class_create(name)
#endif

#ifdef HAVE_DEVNODE_CONST
#define COMPAT_DEVNODE_ARG const struct device
#else
#define COMPAT_DEVNODE_ARG struct device
#endif

/* A reference to the file in *slot; under rcu_read_lock(). The caller owns it: fput(). */
static inline struct file *compat_get_file_rcu(struct file __rcu **slot)
{
#ifdef HAVE_GET_FILE_RCU_SLOT
	return get_file_rcu(slot);
#else
	struct file *f = rcu_dereference(*slot);

	return f && get_file_rcu(f) ? f : NULL;
#endif
}

static inline struct timespec64 compat_inode_ctime(const struct inode *inode)
{
#ifdef HAVE_INODE_GET_CTIME
	return inode_get_ctime(inode);
#else
	return inode->i_ctime;
#endif
}

static inline struct timespec64 compat_inode_mtime(const struct inode *inode)
{
#ifdef HAVE_INODE_GET_MTIME
	return inode_get_mtime(inode);
#else
	return inode->i_mtime;
#endif
}

/*
 * The dentry of the layer that serves a regular file of an overlay. Does not sleep for a file that
 * is open: where d_real() may have to look for the content, opening has done so.
 */
static inline struct dentry *compat_d_real(struct dentry *dentry)
{
#ifdef HAVE_D_REAL_TYPE
	return d_real(dentry, D_REAL_METADATA);
#else
	return d_real(dentry, NULL);
#endif
}

/* An owner or group of @file's file system as the mount that it was opened through shows it. */
static inline kuid_t compat_mapped_uid(struct file *file, kuid_t uid)
{
#if defined(HAVE_FILE_MNT_IDMAP)
	return AS_KUIDT(make_vfsuid(file_mnt_idmap(file), file_inode(file)->i_sb->s_user_ns, uid));
#elif defined(HAVE_VFSUID)
	return AS_KUIDT(
		make_vfsuid(file_mnt_user_ns(file), file_inode(file)->i_sb->s_user_ns, uid));
#else
	return uid;
#endif
}

static inline kgid_t compat_mapped_gid(struct file *file, kgid_t gid)
{
#if defined(HAVE_FILE_MNT_IDMAP)
	return AS_KGIDT(make_vfsgid(file_mnt_idmap(file), file_inode(file)->i_sb->s_user_ns, gid));
#elif defined(HAVE_VFSUID)
	return AS_KGIDT(
		make_vfsgid(file_mnt_user_ns(file), file_inode(file)->i_sb->s_user_ns, gid));
#else
	return gid;
#endif
}

/* The socket behind a file that the caller holds, or NULL. */
static inline struct socket *compat_sock_from_file(struct file *file)
{
#ifdef HAVE_SOCK_FROM_FILE_ERR
	int err;

	return sock_from_file(file, &err);
#else
	return sock_from_file(file);
#endif
}

/* The other end of a Unix socket; older kernels keep the macro to themselves. */
#ifndef unix_peer
#define unix_peer(sk) (unix_sk(sk)->peer)
#endif

/*
 * A kernel thread that has become a program leaves the kernel as if it returned from call 0 with
 * nothing in its registers, on x86-64; the registers of a real call are not all zero.
 */
static inline bool compat_is_first_exit(const struct pt_regs *regs, unsigned long nr, long ret)
{
#ifdef CONFIG_X86_64
	return nr == 0 && ret == 0 && !(regs->r11 | regs->di | regs->si | regs->dx);
#else
	return false;
#endif
}

/* A function whose arguments stay where its type says, also those that it does not use. */
#if __has_attribute(noipa)
#define compat_as_declared __attribute__((noipa))
#else
#define compat_as_declared noinline
#endif

/*
 * A word from user memory, which user_access_begin() has opened, to @to; or a jump to @fault. The
 * kernel's unsafe_get_user() tests a number after each word if its compiler could not jump out of
 * an assembly that has an output.
 */
#ifdef CONFIG_X86_64
/* clang-format off */
#define compat_copy_word(to, from, fault)                \
	asm goto("1: mov (%0), %%rax\n"                  \
		 "mov %%rax, (%1)\n"                     \
		 _ASM_EXTABLE_UA(1b, %l[fault])          \
		 : : "r"(from), "r"(to) : "rax", "memory" : fault)
/* clang-format on */
#else
#define compat_copy_word(to, from, fault)                                      \
	do {                                                                   \
		unsigned long word_;                                           \
                                                                               \
		unsafe_get_user(word_, (unsigned long __user *)(from), fault); \
		put_unaligned(word_, (unsigned long *)(to));                   \
	} while (0)
#endif

/*
 * The ancestor of a group at a level that is not below its own, and its number. Where the kernel
 * has numbers only, the way up is walked, but not for ever: who owns a group can make groups in it
 * without end. NULL: too far.
 */
#ifdef CONFIG_CGROUPS
#ifdef HAVE_ANCESTOR_IDS
static inline u64 compat_ancestor_id(struct cgroup *cgroup, int level)
{
	return cgroup->ancestor_ids[level];
}

static inline struct cgroup *compat_ancestor(struct cgroup *cgroup, int level)
{
	return cgroup->level - level <= 1024 ? cgroup_ancestor(cgroup, level) : NULL;
}
#else
static inline struct cgroup *compat_ancestor(struct cgroup *cgroup, int level)
{
	return cgroup_ancestor(cgroup, level);
}

static inline u64 compat_ancestor_id(struct cgroup *cgroup, int level)
{
	return cgroup_id(cgroup_ancestor(cgroup, level));
}
#endif
#endif

/*
 * The number of the system call, as a 64-bit program passes it: anything. The kernel looks at 32
 * bits of the register; who looked at more would not know the call that it makes.
 */
static __always_inline unsigned long compat_call_nr(const struct pt_regs *regs)
{
#ifdef CONFIG_X86_64
	/* one instruction, where GCC makes two of a conversion */
	return READ_ONCE(*(const u32 *)&regs->orig_ax);
#else
	return (unsigned int)syscall_get_nr(current, (struct pt_regs *)regs);
#endif
}

/*
 * A counter that all CPUs share, as far as the kernel itself trusts it: how often it ticks in a
 * millisecond, 0: there is none. get_cycles() reads it.
 */
static inline u32 compat_cycles_khz(void)
{
#ifdef CONFIG_X86_TSC
	return check_tsc_unstable() ? 0 : tsc_khz;
#else
	return 0;
#endif
}

/* Argument @n of a system call; at its exit too. Constant @n: one load. */
static __always_inline unsigned long compat_arg(const struct pt_regs *regs, unsigned int n)
{
#ifdef CONFIG_X86_64
	static const u8 at[] = {
		offsetof(struct pt_regs, di), offsetof(struct pt_regs, si),
		offsetof(struct pt_regs, dx), offsetof(struct pt_regs, r10),
		offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
	};

	return *(const unsigned long *)((const u8 *)regs + at[n]);
#else
	unsigned long args[6];

	syscall_get_arguments(current, (struct pt_regs *)regs, args);
	return args[n];
#endif
}

/*
 * Registers that hold these six arguments. Only x86 needs them: for 32-bit programs, whose
 * arguments are in other registers, or in memory.
 */
static inline const struct pt_regs *compat_regs(struct pt_regs *regs, const unsigned long *args)
{
#ifdef CONFIG_X86_64
	regs->di = args[0];
	regs->si = args[1];
	regs->dx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
#endif
	return regs;
}

/* The file of a descriptor from fdget(). */
#ifndef fd_file
#define fd_file(f) ((f).file)
#endif

/* Arguments of tracepoint probes that came later. */
#ifdef HAVE_SWITCH_PREV_STATE
#define COMPAT_SWITCH_ARGS , unsigned int prev_state
#else
#define COMPAT_SWITCH_ARGS
#endif

#ifdef HAVE_EXIT_GROUP_DEAD
#define COMPAT_EXIT_ARGS , bool group_dead
#else
#define COMPAT_EXIT_ARGS
#endif

#endif

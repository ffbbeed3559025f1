// SPDX-License-Identifier: GPL-2.0-only
/* What is read off the current task. */
#include "task.h"
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/tty.h>
#include <linux/user_namespace.h>
#include "cgroups.h"
#include "compat.h"
#include "overlay.h"
#include "user.h"
#include "writable.h"

/* Reads an area of the program's memory, REC_SCRATCH bytes at most, that ends in a NUL; its length.
 */
static u32 read_area(u8 *to, unsigned long start, unsigned long end)
{
	unsigned long len;

	if (end <= start)
		return 0;
	len = min_t(unsigned long, end - start, REC_SCRATCH);
	if (user_read(to, start, len))
		return 0;
	to[len - 1] = 0;
	return len;
}

int rec_task_args(struct rec *r)
{
	struct mm_struct *mm = current->mm;
	u8 *area = rec_place(r);
	u32 len = 0, first;

	if (mm)
		len = read_area(area, READ_ONCE(mm->arg_start), READ_ONCE(mm->arg_end));
	if (!len)
		return rec_str(r, "", 0) ?: rec_empty(r);
	first = strlen((char *)area) + 1;
	return rec_bytes(r, area, first) ?: rec_bytes(r, area + first, len - first);
}

int rec_task_env(struct rec *r)
{
	struct mm_struct *mm = current->mm;
	u8 *area = rec_place(r);
	u32 len = 0;

	if (mm)
		len = read_area(area, READ_ONCE(mm->env_start), READ_ONCE(mm->env_end));
	return rec_bytes(r, area, len);
}

static pid_t parent_of_current(void)
{
	pid_t parent;

	rcu_read_lock();
	parent = rcu_dereference(current->real_parent)->pid;
	rcu_read_unlock();
	return parent;
}

/* The cwd is empty: readers know it from what came before. */
int rec_task_process(struct rec *r)
{
	struct cursor c = cursor_begin(r);

	put64(&c, current->pid);
	put64(&c, current->tgid);
	put64(&c, parent_of_current());
	put_len(&c, 0);
	put64(&c, rlimit(RLIMIT_NOFILE));
	put64(&c, current->maj_flt);
	put64(&c, current->min_flt);
	put_memory(&c, current->mm);
	cursor_end(r, c);
	return rec_str(r, current->comm, TASK_COMM_LEN - 1) ?: rec_cgroups(r);
}

/* The type is two u32 on older kernels and one u64 on newer ones: the same bytes. */
static u64 cap_bits(const kernel_cap_t *caps)
{
	u64 bits;

	BUILD_BUG_ON(sizeof(*caps) != sizeof(bits));
	BUILD_BUG_ON(!IS_ENABLED(CONFIG_CPU_LITTLE_ENDIAN) && !IS_ENABLED(CONFIG_X86));
	memcpy(&bits, caps, sizeof(bits));
	return bits & GENMASK_ULL(CAP_LAST_CAP, 0);
}

int rec_task_caps(struct rec *r)
{
	const struct cred *cred = current_cred();

	return rec_int(r, cap_bits(&cred->cap_inheritable)) ?:
	       rec_int(r, cap_bits(&cred->cap_permitted)) ?:
	       rec_int(r, cap_bits(&cred->cap_effective));
}

u32 task_owner(void)
{
	return from_kuid(&init_user_ns, current_euid());
}

u32 task_group(void)
{
	return from_kgid(&init_user_ns, current_egid());
}

u32 task_loginuid(void)
{
	return from_kuid(&init_user_ns, audit_get_loginuid(current));
}

u32 task_tty(void)
{
	struct tty_struct *tty = get_current_tty();
	u32 dev;

	if (!tty)
		return 0;
	dev = new_encode_dev(tty_devnum(tty));
	tty_kref_put(tty);
	return dev;
}

bool task_in_pidns(void)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	return ns != &init_pid_ns ||
	       (current->nsproxy && current->nsproxy->pid_ns_for_children != ns);
}

u64 task_pidns_start(void)
{
	struct pid_namespace *ns;
	struct task_struct *init;
	u64 start = 0;

	rcu_read_lock();
	ns = task_active_pid_ns(current);
	init = ns ? READ_ONCE(ns->child_reaper) : NULL;
	if (init)
		start = init->start_time;
	rcu_read_unlock();
	return start;
}

struct file *task_exe_file(void)
{
	struct file *exe = NULL;

	if (!current->mm)
		return NULL;
	rcu_read_lock();
	exe = compat_get_file_rcu(&current->mm->exe_file);
	rcu_read_unlock();
	return exe;
}

/* A memfd has no place in a tree: its dentry is a root of its own. */
static bool is_memfd(const struct dentry *dentry)
{
	return IS_ROOT(dentry) && !strncmp(dentry->d_name.name, "memfd:", 6);
}

u32 task_exe_flags(struct file *exe)
{
	u32 flags = 0;

	if (may_write(exe))
		flags |= SCAP_EXE_WRITABLE;
	if (is_memfd(exe->f_path.dentry))
		flags |= SCAP_EXE_FROM_MEMFD;
	switch (overlay_layer(exe)) {
	case OVERLAY_UPPER:
		return flags | SCAP_EXE_UPPER_LAYER;
	case OVERLAY_LOWER:
		return flags | SCAP_EXE_LOWER_LAYER;
	default:
		return flags;
	}
}

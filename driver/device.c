// SPDX-License-Identifier: GPL-2.0-only
/* The device nodes, one per possible CPU, and what a reader may do with them. */
#include "device.h"
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include "compat.h"
#include "consumer.h"
#include "emit.h"
#include "items.h"
#include "pair.h"
#include "proclist.h"
#include "ring.h"
#include "scope.h"
#include "wake.h"

static dev_t first;
static struct cdev cdev;
static struct class *class;

static int scap_open(struct inode *inode, struct file *file)
{
	struct consumer *c;
	int cpu = iminor(inode) - MINOR(first);
	int err;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return -ENODEV;
	err = consumer_open(cpu, &c);
	if (err)
		return err;
	file->private_data = c;
	return 0;
}

static int cpu_of(struct file *file)
{
	return iminor(file_inode(file)) - MINOR(first);
}

static int scap_release(struct inode *inode, struct file *file)
{
	consumer_close(file->private_data, cpu_of(file));
	return 0;
}

static int scap_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct consumer *c = file->private_data;

	return ring_mmap(c->rings[cpu_of(file)], vma);
}

static __poll_t scap_poll(struct file *file, poll_table *table)
{
	struct consumer *c = file->private_data;

	return wake_poll(c, c->rings[cpu_of(file)], file, table);
}

static long set_dropping(struct consumer *c, unsigned long ratio)
{
	WRITE_ONCE(c->dropping, true);
	if (!is_power_of_2(ratio) || ratio > 128)
		return -EINVAL;
	WRITE_ONCE(c->ratio, ratio);
	WRITE_ONCE(c->interval, NSEC_PER_SEC / ratio);
	return 0;
}

static long end_dropping(struct consumer *c)
{
	WRITE_ONCE(c->dropping, false);
	WRITE_ONCE(c->ratio, 1);
	WRITE_ONCE(c->interval, NSEC_PER_SEC);
	return 0;
}

static long set_snaplen(struct consumer *c, unsigned long len)
{
	if (len > SCAP_SNAPLEN_MAX)
		return -EINVAL;
	WRITE_ONCE(c->snaplen, len);
	return 0;
}

/* A thread's number in its own pid namespace, of the thread or its process. */
static long own_id(unsigned long tid, enum pid_type type)
{
	struct task_struct *task;
	long id = -EINVAL;

	if (tid > INT_MAX)
		return -EINVAL;
	rcu_read_lock();
	task = pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
	if (task) {
		struct pid_namespace *ns = task_active_pid_ns(task);

		if (ns)
			id = __task_pid_nr_ns(task, type, ns);
	}
	rcu_read_unlock();
	return id > 0 ? id : -EINVAL;
}

static long give(void __user *to, const void *from, size_t len)
{
	return copy_to_user(to, from, len) ? -EINVAL : 0;
}

static long give_hits(unsigned long __user *to)
{
	int cpu, i = 0;

	for_each_possible_cpu (cpu)
		if (put_user(per_cpu(emit_cpu.hits, cpu), &to[i++]))
			return -EINVAL;
	return 0;
}

/* What needs no consumer. -ENOIOCTLCMD: not one of these. */
static long ask(unsigned int cmd, void __user *arg)
{
	const struct pair *pair = pair_reported();

	switch (cmd) {
	case SCAP_IOCTL_GET_PROCLIST:
		return proclist_get(arg);
	case SCAP_IOCTL_GET_N_TRACEPOINT_HIT:
		return give_hits(arg);
	case SCAP_IOCTL_GET_DRIVER_VERSION:
		return give(arg, SCAPULA_VERSION, sizeof(SCAPULA_VERSION));
	case SCAP_IOCTL_GET_API_VERSION:
		return give(arg, &pair->api, sizeof(pair->api));
	case SCAP_IOCTL_GET_SCHEMA_VERSION:
		return give(arg, &pair->schema, sizeof(pair->schema));
	case SCAP_IOCTL_GET_VTID:
		return own_id((unsigned long)arg, PIDTYPE_PID);
	case SCAP_IOCTL_GET_VPID:
		return own_id((unsigned long)arg, PIDTYPE_TGID);
	case SCAP_IOCTL_GET_CURRENT_TID:
		return task_pid_nr(current);
	case SCAP_IOCTL_GET_CURRENT_PID:
		return task_tgid_nr(current);
	}
	return -ENOIOCTLCMD;
}

/* Settings of a consumer, under consumers_lock. */
static long set(struct consumer *c, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SCAP_IOCTL_DISABLE_DROPPING_MODE:
		return end_dropping(c);
	case SCAP_IOCTL_ENABLE_DROPPING_MODE:
		return set_dropping(c, arg);
	case SCAP_IOCTL_SET_SNAPLEN:
		return set_snaplen(c, arg);
	case SCAP_IOCTL_DISABLE_DYNAMIC_SNAPLEN:
	case SCAP_IOCTL_ENABLE_DYNAMIC_SNAPLEN:
		WRITE_ONCE(c->dynamic_snaplen, cmd == SCAP_IOCTL_ENABLE_DYNAMIC_SNAPLEN);
		return 0;
	case SCAP_IOCTL_SET_FULLCAPTURE_PORT_RANGE:
		WRITE_ONCE(c->port_first, arg & 0xffff);
		WRITE_ONCE(c->port_last, arg >> 16 & 0xffff);
		return 0;
	case SCAP_IOCTL_SET_STATSD_PORT:
		WRITE_ONCE(c->statsd_port, arg);
		return 0;
	case SCAP_IOCTL_ENABLE_SYSCALL:
	case SCAP_IOCTL_DISABLE_SYSCALL:
		return consumer_want_call(c, arg, cmd == SCAP_IOCTL_ENABLE_SYSCALL);
	case SCAP_IOCTL_ENABLE_TP:
	case SCAP_IOCTL_DISABLE_TP:
		return consumer_want_tracepoint(c, arg, cmd == SCAP_IOCTL_ENABLE_TP);
	case SCAP_IOCTL_ENABLE_DROPFAILED:
	case SCAP_IOCTL_DISABLE_DROPFAILED:
		WRITE_ONCE(c->drop_failed, cmd == SCAP_IOCTL_ENABLE_DROPFAILED);
		return 0;
	}
	return -ENOTTY;
}

static long give_losses(struct file *file, void __user *to)
{
	struct consumer *c = file->private_data;
	struct scap_losses lost = c->rings[cpu_of(file)]->lost;

	lost.no_ring = atomic64_read(&c->no_ring);
	return give(to, &lost, sizeof(lost));
}

static long add_comm(struct consumer *c, const void __user *arg)
{
	char name[TASK_COMM_LEN];
	long ret;

	if (copy_from_user(name, arg, sizeof(name)))
		return -EINVAL;
	if (mutex_lock_killable(&consumers_lock))
		return -EINTR;
	ret = scope_add_comm(c, name);
	mutex_unlock(&consumers_lock);
	return ret;
}

/*
 * What other drivers do not have and what reads or writes user memory. That may take as long as its
 * owner likes (userfaultfd), so never under consumers_lock. -ENOIOCTLCMD: not one of these.
 */
static long exchange(struct file *file, unsigned int cmd, void __user *arg)
{
	static const u64 extensions = SCAP_EXT_WAKE | SCAP_EXT_SCOPE | SCAP_EXT_ITEMS |
				      SCAP_EXT_LOSSES;

	switch (cmd) {
	case SCAP_IOCTL_GET_EXTENSIONS:
		return give(arg, &extensions, sizeof(extensions));
	case SCAP_IOCTL_SET_WAKE:
		return wake_set(file->private_data, arg);
	case SCAP_IOCTL_SCOPE_COMM:
		return add_comm(file->private_data, arg);
	case SCAP_IOCTL_GET_LOSSES:
		return give_losses(file, arg);
	}
	return -ENOIOCTLCMD;
}

/* The other extensions, under consumers_lock. -ENOIOCTLCMD: not one of these. */
static long extend(struct consumer *c, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SCAP_IOCTL_SCOPE_PID:
		return scope_add_pid(c, arg);
	case SCAP_IOCTL_SCOPE_CGROUP:
		return scope_add_cgroup(c, arg);
	case SCAP_IOCTL_SCOPE_CLEAR:
		scope_clear(c);
		return 0;
	case SCAP_IOCTL_SET_ITEMS:
		return items_set(c, arg);
	}
	return -ENOIOCTLCMD;
}

static long scap_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret = ask(cmd, (void __user *)arg);

	if (ret == -ENOIOCTLCMD)
		ret = exchange(file, cmd, (void __user *)arg);
	if (ret != -ENOIOCTLCMD)
		return ret;
	if (mutex_lock_killable(&consumers_lock))
		return -EINTR;
	ret = extend(file->private_data, cmd, arg);
	if (ret == -ENOIOCTLCMD)
		ret = set(file->private_data, cmd, arg);
	emit_update();
	mutex_unlock(&consumers_lock);
	return ret;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = scap_open,
	.release = scap_release,
	.mmap = scap_mmap,
	.poll = scap_poll,
	.unlocked_ioctl = scap_ioctl,
	.compat_ioctl = scap_ioctl,
};

/* For root alone, whatever rules there are for names unknown to them. */
static char *devnode(COMPAT_DEVNODE_ARG *dev, umode_t *mode)
{
	if (mode)
		*mode = 0400;
	return NULL;
}

static void remove_nodes(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		device_destroy(class, first + cpu);
}

static int create_nodes(void)
{
	struct device *dev;
	int cpu;

	for_each_possible_cpu (cpu) {
		dev = device_create(class, NULL, first + cpu, NULL, SCAP_DEVICE_NAME "%d", cpu);
		if (IS_ERR(dev)) {
			remove_nodes();
			return PTR_ERR(dev);
		}
	}
	return 0;
}

int devices_create(void)
{
	int err = alloc_chrdev_region(&first, 0, nr_cpu_ids + 1, SCAP_DEVICE_NAME);

	if (err)
		return err;
	class = compat_class_create(SCAP_DEVICE_NAME);
	if (IS_ERR(class)) {
		err = PTR_ERR(class);
		goto out_region;
	}
	class->devnode = devnode;
	cdev_init(&cdev, &fops);
	cdev.owner = THIS_MODULE;
	err = create_nodes();
	if (err)
		goto out_class;
	/* last: nobody may have one open when the module is not loaded after all */
	err = cdev_add(&cdev, first, nr_cpu_ids);
	if (err)
		goto out_nodes;
	return 0;
out_nodes:
	remove_nodes();
out_class:
	class_destroy(class);
out_region:
	unregister_chrdev_region(first, nr_cpu_ids + 1);
	return err;
}

void devices_remove(void)
{
	remove_nodes();
	cdev_del(&cdev);
	class_destroy(class);
	unregister_chrdev_region(first, nr_cpu_ids + 1);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Defects that a kernel's checkers have to report, one at a time: insmod defects.ko kind=NAME does
 * it and fails to load. Whether a checker works shows only when there is something to find.
 */
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>

static char *kind;
module_param(kind, charp, 0);

/* What the compiler must not know. */
static int eight = 8, forty = 40;
module_param(eight, int, 0);
module_param(forty, int, 0);

static void use_after_free(void)
{
	char *p = kmalloc(64, GFP_KERNEL);

	kfree(p);
	READ_ONCE(*p);
}

static void beyond_a_ring(void)
{
	char *p = vmalloc(100);

	READ_ONCE(p[100]);
	vfree(p);
}

static void far_index(void)
{
	static volatile struct {
		int a[8], b[8];
	} s;

	s.a[eight] = 1;
}

static void shift(void)
{
	WRITE_ONCE(eight, 1 << forty);
}

static void sleep_in_a_probe(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

static DEFINE_PER_CPU(int, counter);

static void per_cpu_of_no_cpu(void)
{
	__this_cpu_inc(counter);
}

static int __rcu *shared;

static void unprotected(void)
{
	rcu_dereference(shared);
}

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);

static void deadlock(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
	mutex_lock(&b);
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
}

static void never(struct timer_list *t)
{
}

static void freed_timer(void)
{
	struct timer_list *t = kmalloc(sizeof(*t), GFP_KERNEL);

	timer_setup(t, never, 0);
	mod_timer(t, jiffies + 1000 * HZ);
	kfree(t);
}

static void deleted_twice(void)
{
	LIST_HEAD(head);
	LIST_HEAD(entry);

	list_add(&entry, &head);
	list_del(&entry);
	list_del(&entry);
}

static void leak(void)
{
	unsigned int i;

	/* one pointer may live on in a register or on a stack */
	for (i = 0; i < 10; i++)
		WRITE_ONCE(*(char *)kmalloc(77, GFP_KERNEL), 1);
}

static const struct {
	const char *kind;
	void (*f)(void);
} defects[] = {
	{ "use_after_free", use_after_free },
	{ "beyond_a_ring", beyond_a_ring },
	{ "far_index", far_index },
	{ "shift", shift },
	{ "sleep_in_a_probe", sleep_in_a_probe },
	{ "per_cpu_of_no_cpu", per_cpu_of_no_cpu },
	{ "unprotected", unprotected },
	{ "deadlock", deadlock },
	{ "freed_timer", freed_timer },
	{ "deleted_twice", deleted_twice },
	{ "leak", leak },
};

static int __init defects_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(defects); i++)
		if (kind && !strcmp(kind, defects[i].kind))
			defects[i].f();
	return -ECANCELED;
}
module_init(defects_init);

MODULE_DESCRIPTION("Defects that a kernel has to report");
MODULE_LICENSE("Dual BSD/GPL");

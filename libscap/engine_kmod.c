/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine behind scap_open_live(): the rings of the kernel module.
 *
 * A module that cannot wake its readers leaves an idle one to sleep: 500 us at first, doubling to
 * 30 ms. One that can (its extensions say so) wakes it when a ring has filled by an eighth. A look
 * at the rings is always preceded by a sleep, if only a short one, since what one look finds may be
 * delivered at the next one: events that were being written meanwhile are then there (merge.c).
 */
#include "engine.h"
#include "kmod_device.h"
#include "merge.h"
#include "snapshot.h"
#include "proc_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SETTLE_US   60u /* between two looks when there is much to read */
#define WAIT_MIN_US 500u
#define WAIT_MAX_US 30000u
#define MUCH_BYTES  20000u /* in one ring: do not sleep for long */

struct kmod {
	struct kmod_devices devices;
	struct merge_ring *rings;
	struct merge merge;
	unsigned int wait_us;
	unsigned int slept_us; /* since the last SCAP_TIMEOUT */
	bool much;
	bool stopping;
	uint64_t extensions; /* SCAP_EXT_* of the module; 0: another one */
	struct pollfd *fds;  /* of all devices; NULL: it does not wake */
	bool settle;	     /* the last look found something new */
};

/* What a recording wants of the module besides system calls: switches and page faults if asked. */
static const uint8_t tracepoints[] = {
	SCAP_TP_SYS_ENTER,	SCAP_TP_SYS_EXIT,     SCAP_TP_PROCESS_EXIT,
	SCAP_TP_SIGNAL_DELIVER, SCAP_TP_PROCESS_FORK, SCAP_TP_PROCESS_EXEC,
};

static const uint8_t page_faults[] = { SCAP_TP_PAGE_FAULT_USER, SCAP_TP_PAGE_FAULT_KERNEL };

static int ask(struct kmod *k, unsigned long request, unsigned long arg, const char *what,
	       struct scap_error *err)
{
	int rc = kmod_ioctl(&k->devices, request, arg);

	if (rc < 0)
		return scap_fail(err, rc, "%s: %s %lu: %s", k->devices.path, what, arg,
				 strerror(-rc));
	return 0;
}

static int ask_nothing(struct kmod *k, struct scap_error *err)
{
	unsigned long i;
	int rc = 0;

	for (i = 0; rc == 0 && i < SCAP_TP_MAX; i++)
		rc = ask(k, SCAP_IOCTL_DISABLE_TP, i, "disable tracepoint", err);
	for (i = 0; rc == 0 && i < SCAP_SYSCALL_TABLE_SIZE; i++)
		rc = ask(k, SCAP_IOCTL_DISABLE_SYSCALL, i, "disable system call", err);
	return rc;
}

static int unsupported(struct kmod *k, const char *what, struct scap_error *err)
{
	return scap_fail(err, -EOPNOTSUPP, "%s: this module cannot %s", k->devices.path, what);
}

static int add_cgroup(struct kmod *k, const char *path, struct scap_error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return scap_fail(err, -errno, "cgroup %s: %s", path, strerror(errno));
	rc = kmod_ioctl(&k->devices, SCAP_IOCTL_SCOPE_CGROUP, (unsigned long)fd);
	close(fd);
	if (rc < 0)
		return scap_fail(err, rc, "cgroup %s: %s", path,
				 rc == -EINVAL ? "no folder of a cgroup" : strerror(-rc));
	return 0;
}

static int add_pid(struct kmod *k, const char *value, struct scap_error *err)
{
	char *end;
	unsigned long pid = strtoul(value, &end, 10);
	int rc = *end || end == value ? -EINVAL
				      : kmod_ioctl(&k->devices, SCAP_IOCTL_SCOPE_PID, pid);

	return rc < 0 ? scap_fail(err, rc, "process %s: %s", value, strerror(-rc)) : 0;
}

static int add_comm(struct kmod *k, const char *value, struct scap_error *err)
{
	char name[16] = "";
	int rc = -EINVAL;

	if (strlen(value) < sizeof(name)) {
		strcpy(name, value);
		rc = kmod_ioctl(&k->devices, SCAP_IOCTL_SCOPE_COMM, (unsigned long)name);
	}
	return rc < 0 ? scap_fail(err, rc, "thread name '%s': %s", value,
				  rc == -EINVAL ? "1 to 15 bytes are possible" : strerror(-rc))
		      : 0;
}

static int add_scopes(struct kmod *k, const struct scap_live_options *o, struct scap_error *err)
{
	static int (*const add[])(struct kmod *, const char *, struct scap_error *) = {
		[SCAP_SCOPE_PID] = add_pid,
		[SCAP_SCOPE_CGROUP] = add_cgroup,
		[SCAP_SCOPE_COMM] = add_comm,
	};
	size_t i;
	int rc = 0;

	if (o->n_scopes && !(k->extensions & SCAP_EXT_SCOPE))
		return unsupported(k, "record some tasks only", err);
	for (i = 0; i < o->n_scopes && rc == 0; i++)
		rc = add[o->scopes[i].kind](k, o->scopes[i].value, err);
	return rc;
}

static int add_items(struct kmod *k, const struct scap_live_options *o, struct scap_error *err)
{
	unsigned long items = (o->latency ? SCAP_ITEMS_LATENCY : 0) |
			      (o->identity ? SCAP_ITEMS_IDENTITY : 0);
	int rc;

	if (!items || !(k->extensions & SCAP_EXT_ITEMS))
		return 0;
	rc = ask(k, SCAP_IOCTL_SET_ITEMS, items, "items", err);
	if (rc == 0 && merge_split_items(&k->merge) < 0)
		rc = scap_fail(err, -ENOMEM, "out of memory");
	return rc;
}

/* Without memory for it, the reader sleeps as it does with other modules. */
static void set_wake(struct kmod *k)
{
	struct scap_wake wake = { k->devices.ring_bytes / 8, WAIT_MAX_US / 1000 };
	unsigned int i;

	if (!(k->extensions & SCAP_EXT_WAKE) ||
	    kmod_ioctl(&k->devices, SCAP_IOCTL_SET_WAKE, (unsigned long)&wake) < 0)
		return;
	k->fds = calloc(k->devices.n, sizeof(*k->fds));
	for (i = 0; k->fds && i < k->devices.n; i++)
		k->fds[i] = (struct pollfd){ .fd = k->devices.dev[i].fd, .events = POLLIN };
}

static int extend(struct kmod *k, const struct scap_live_options *o, struct scap_error *err)
{
	int rc;

	if (kmod_ioctl(&k->devices, SCAP_IOCTL_GET_EXTENSIONS, (unsigned long)&k->extensions) < 0)
		k->extensions = 0;
	rc = add_scopes(k, o, err);
	if (rc == 0)
		rc = add_items(k, o, err);
	set_wake(k);
	return rc;
}

static int start(struct kmod *k, const struct scap_live_options *opts, struct scap_error *err)
{
	const struct scap_syscall_info *info;
	unsigned int i;
	int rc;

	rc = ask_nothing(k, err);
	if (rc == 0)
		rc = ask(k, SCAP_IOCTL_SET_SNAPLEN,
			 opts->snaplen ? opts->snaplen : SCAP_SNAPLEN_DEFAULT, "snapshot length",
			 err);
	if (rc == 0)
		rc = extend(k, opts, err);
	if (rc == 0 && merge_discard(&k->merge) < 0)
		rc = scap_fail(err, -EIO, "%s: a ring's head is outside of the ring",
			       k->devices.path);
	for (i = 0; rc == 0 && i < SCAP_SYSCALL_TABLE_SIZE; i++) {
		info = scap_syscall_info(i);
		if (info && (!opts->calls || opts->calls[info->code]))
			rc = ask(k, SCAP_IOCTL_ENABLE_SYSCALL, i, "enable system call", err);
	}
	for (i = 0; rc == 0 && i < sizeof(tracepoints); i++)
		rc = ask(k, SCAP_IOCTL_ENABLE_TP, tracepoints[i], "enable tracepoint", err);
	if (rc == 0 && opts->switches)
		rc = ask(k, SCAP_IOCTL_ENABLE_TP, SCAP_TP_SCHED_SWITCH,
			 "switches: enable tracepoint", err);
	for (i = 0; rc == 0 && opts->page_faults && i < sizeof(page_faults); i++)
		rc = ask(k, SCAP_IOCTL_ENABLE_TP, page_faults[i], "page faults: enable tracepoint",
			 err);
	return rc;
}

static int map_merge(struct kmod *k, struct scap_error *err)
{
	unsigned int i;

	k->rings = calloc(k->devices.n, sizeof(*k->rings));
	if (!k->rings || merge_init(&k->merge, k->rings, k->devices.n) < 0)
		return scap_fail(err, -ENOMEM, "out of memory");
	for (i = 0; i < k->devices.n; i++) {
		struct kmod_device *d = &k->devices.dev[i];
		struct merge_ring *r = &k->rings[i];

		r->data = d->data;
		r->size = k->devices.ring_bytes;
		r->cpu = d->cpu;
		r->head = (const uint32_t *)&d->info->head;
		r->tail = (uint32_t *)&d->info->tail;
		r->lost_buffer = (const uint64_t *)&d->info->n_drops_buffer;
		r->lost_fault = (const uint64_t *)&d->info->n_drops_pf;
		r->lost_busy = (const uint64_t *)&d->info->n_preemptions;
	}
	return 0;
}

/* False when a signal ended the sleep: the caller may want to do something about it. */
static bool pause_us(unsigned int us)
{
	struct timespec t = { 0, (long)us * 1000 };

	return nanosleep(&t, NULL) == 0;
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Waits about @us, or until a ring wakes, and adds what it took to slept_us. False: a signal. */
static bool wait_us(struct kmod *k, unsigned int us)
{
	uint64_t start = now_us();
	bool ok;

	if (!k->fds || us == SETTLE_US) {
		ok = pause_us(us);
		k->slept_us += us;
		return ok;
	}
	ok = poll(k->fds, k->devices.n, (int)(us + 999) / 1000) >= 0;
	k->slept_us += (unsigned int)(now_us() - start);
	return ok;
}

/* How long to wait before the next look. */
static unsigned int next_wait(const struct kmod *k)
{
	if (k->much || k->stopping || k->settle)
		return SETTLE_US;
	if (!k->fds)
		return k->wait_us;
	return k->slept_us < WAIT_MAX_US ? WAIT_MAX_US - k->slept_us : WAIT_MIN_US;
}

static int tell_damage(struct scap *h, uint64_t before)
{
	struct kmod *k = h->priv;

	if (k->merge.damaged != before)
		scap_fail(&h->err, -EBADMSG,
			  "%s%u: damaged events, skipped to the end of the block", k->devices.path,
			  k->merge.damaged_cpu);
	return 0;
}

/*
 * Even a quiet machine has events, if only the ones of our own sleep: what has been slept adds up
 * over calls, so that the caller hears of the time.
 */
static int kmod_next(struct scap *h, struct scap_event *ev)
{
	struct kmod *k = h->priv;
	uint64_t damaged = k->merge.damaged;
	unsigned int us;
	int64_t most;

	for (;;) {
		if (merge_next(&k->merge, ev))
			return SCAP_EVENT;
		if (k->merge.damaged != damaged)
			tell_damage(h, damaged);
		damaged = k->merge.damaged;
		us = next_wait(k);
		if (k->slept_us && k->slept_us + us > WAIT_MAX_US) {
			k->slept_us = 0;
			return SCAP_TIMEOUT;
		}
		if (!wait_us(k, us) && !k->stopping)
			return SCAP_TIMEOUT;
		most = merge_look(&k->merge);
		if (most < 0)
			return scap_fail(&h->err, (int)most,
					 "%s: a ring's head is outside of the ring",
					 k->devices.path);
		if (most == 0 && k->stopping)
			return SCAP_END;
		k->much = most >= MUCH_BYTES;
		k->settle = k->fds && most > 0 && !k->settle;
		k->wait_us = k->much ? WAIT_MIN_US : k->wait_us * 2;
		if (k->wait_us > WAIT_MAX_US)
			k->wait_us = WAIT_MAX_US;
	}
}

static void kmod_stop(struct scap *h)
{
	struct kmod *k = h->priv;
	struct scap_error ignored;

	if (!k->stopping)
		ask_nothing(k, &ignored);
	k->stopping = true;
}

static void kmod_stats(const struct scap *h, struct scap_stats *st)
{
	const struct kmod *k = h->priv;
	struct merge_lost lost = merge_lost_total(&k->merge);
	struct scap_losses losses;
	unsigned int i;

	st->events = k->merge.delivered;
	for (i = 0; i < k->devices.n; i++)
		st->seen += __atomic_load_n(&k->devices.dev[i].info->n_evts, __ATOMIC_RELAXED);
	st->lost_buffer = lost.buffer;
	st->lost_fault = lost.fault;
	st->lost_busy = lost.busy;
	if (k->extensions & SCAP_EXT_LOSSES &&
	    ioctl(k->devices.dev[0].fd, SCAP_IOCTL_GET_LOSSES, &losses) == 0)
		st->lost_no_ring = losses.no_ring;
	st->lost = lost.buffer + lost.fault + lost.busy + st->lost_no_ring;
	st->skipped = k->merge.unknown + k->merge.damaged;
}

static void kmod_close(struct scap *h)
{
	struct kmod *k = h->priv;

	if (!k)
		return;
	merge_done(&k->merge);
	free(k->rings);
	free(k->fds);
	kmod_devices_close(&k->devices);
	free(k);
	h->priv = NULL;
}

static const struct scap_engine engine_kmod = {
	.name = "kmod",
	.live = true,
	.next = kmod_next,
	.stop = kmod_stop,
	.stats = kmod_stats,
	.close = kmod_close,
};

static void describe(struct scap *h, const char *device)
{
	const struct kmod_devices *d = &((struct kmod *)h->priv)->devices;

	snprintf(h->describe, sizeof(h->describe),
		 "%.24s module%s%.32s, API %u.%u.%u, schema %u.%u.%u", device,
		 d->version[0] ? " " : "", d->version, SCAP_VERSION_MAJOR(d->api),
		 SCAP_VERSION_MINOR(d->api), SCAP_VERSION_PATCH(d->api),
		 SCAP_VERSION_MAJOR(d->schema), SCAP_VERSION_MINOR(d->schema),
		 SCAP_VERSION_PATCH(d->schema));
}

struct scap *scap_open_live(const struct scap_live_options *opts, struct scap_error *err)
{
	static const struct scap_live_options defaults;
	struct scap *h = calloc(1, sizeof(*h));
	struct kmod *k = calloc(1, sizeof(*k));
	int rc;

	opts = opts ? opts : &defaults;
	if (!h || !k) {
		free(h);
		free(k);
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	h->engine = &engine_kmod;
	rc = kmod_devices_open(&k->devices, opts, err);
	if (rc < 0) {
		free(k);
		free(h);
		return NULL;
	}
	h->priv = k;
	k->wait_us = WAIT_MIN_US;
	rc = map_merge(k, err);
	if (rc == 0)
		rc = start(k, opts, err);
	if (rc == 0) {
		h->snap = opts->no_snapshot ? proc_machine_only(err)
					    : scap_snapshot_take(opts->host_root, err);
		rc = h->snap ? 0 : -1;
		if (h->snap && opts->facts)
			proc_add_facts(&h->snap->machine, opts->facts);
	}
	if (rc < 0) {
		scap_close(h);
		return NULL;
	}
	describe(h, opts->device ? opts->device : SCAP_DEVICE_NAME);
	return h;
}

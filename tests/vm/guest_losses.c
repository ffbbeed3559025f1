/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: every cause of which an event can be missing, provoked so that the
 * test knows how many are, and compared with what the module counts. The consumer's scope is the
 * test itself and its children, so that nothing else is in the counts.
 */
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include "report.h"
#include "ring.h"

#define SMALL_RING "16384"
#define BAD_MEMORY ((void *)8)
#define MANY	   1000

static int null_fd, zero_fd;

/* Recording of the calling process and its children, on CPU 0 unless a ring is closed. */
static void begin(struct rings *r)
{
	int err = rings_open(r);

	if (err || ioctl(r->control, SCAP_IOCTL_SCOPE_PID, getpid())) {
		printf("not ok - opens the devices: %s\n", strerror(err ? -err : errno));
		exit(1);
	}
	stay_on(0);
}

static struct scap_losses losses(const struct rings *r)
{
	struct scap_losses l = { 0 };

	ioctl(r->control, SCAP_IOCTL_GET_LOSSES, &l);
	return l;
}

/* Events of all types in the ring of CPU 0. */
static unsigned int take(struct rings *r, unsigned int of_type[SCAP_EVT_MAX])
{
	struct ring_event e = { 0 };
	unsigned int n = 0;

	while (ring_next(r, 0, &e)) {
		n++;
		if (of_type && e.hdr->type < SCAP_EVT_MAX)
			of_type[e.hdr->type]++;
	}
	return n;
}

/*
 * Only the causes in @expected have counted, and what the ring says agrees: what was seen is what
 * was recorded and what was lost.
 */
static void check(const char *name, const struct rings *r, unsigned int recorded,
		  const struct scap_losses *expected)
{
	const struct scap_ring_info *info = r->ring[0].info;
	struct scap_losses l = losses(r);

	report(!memcmp(&l, expected, sizeof(l)), name,
	       "full %llu too_large %llu fault %llu busy %llu no_ring %llu sampled_out %llu "
	       "drop_failed %llu; expected %llu %llu %llu %llu %llu %llu %llu",
	       (unsigned long long)l.full, (unsigned long long)l.too_large,
	       (unsigned long long)l.fault, (unsigned long long)l.busy,
	       (unsigned long long)l.no_ring, (unsigned long long)l.sampled_out,
	       (unsigned long long)l.drop_failed, (unsigned long long)expected->full,
	       (unsigned long long)expected->too_large, (unsigned long long)expected->fault,
	       (unsigned long long)expected->busy, (unsigned long long)expected->no_ring,
	       (unsigned long long)expected->sampled_out,
	       (unsigned long long)expected->drop_failed);
	report(info->n_evts == recorded + l.full + l.too_large + l.fault &&
		       info->n_drops_buffer == l.full + l.too_large &&
		       info->n_drops_pf == l.fault && info->n_preemptions == l.busy,
	       "and the ring's page agrees", "events %llu, %u recorded; drops %llu, %llu, %llu",
	       (unsigned long long)info->n_evts, recorded, (unsigned long long)info->n_drops_buffer,
	       (unsigned long long)info->n_drops_pf, (unsigned long long)info->n_preemptions);
}

/* ---- full ---- */

static void open_close_and_more(void)
{
	static const struct sockaddr nowhere = { .sa_family = AF_UNIX };
	int fd = open("/", O_RDONLY);

	mkdir("/", 0);
	connect(fd, &nowhere, sizeof(nowhere));
	close(fd);
	setpgid(0, 0);
	syscall(SYS_getppid);
	if (!fork())
		_exit(0);
	wait(NULL);
}

/* Calls that are wanted, the events that they make, and the counter of each kind. */
static void counts_a_full_ring(void)
{
	static const int wanted[] = { SYS_openat,  SYS_close,	SYS_mkdir, SYS_connect,
				      SYS_setpgid, SYS_getppid, SYS_clone };
	unsigned int of_type[SCAP_EVT_MAX] = { 0 }, n;
	struct scap_losses expected = { 0 };
	struct scap_ring_info *info;
	struct rings r;
	bool ok;

	begin(&r);
	info = r.ring[0].info;
	for (unsigned int i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		rings_want(&r, wanted[i]);
	rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
	for (int i = 0; i < MANY; i++)
		open_close_and_more();
	rings_trace(&r, 0);
	n = take(&r, of_type);
	/* openat and connect have two events each, and so has clone; one close, one child's end */
	expected.full = 11 * MANY - n;
	report(n > 0 && n < 11 * MANY, "a small ring fills", "%u events", n);
	check("what a full ring has no room for is counted", &r, n, &expected);
	ok = info->n_drops_open_enter == MANY - of_type[SCAP_EVT_SYSCALL_OPENAT_2_E] &&
	     info->n_drops_open_exit == MANY - of_type[SCAP_EVT_SYSCALL_OPENAT_2_X] &&
	     info->n_drops_connect_enter == MANY - of_type[SCAP_EVT_SOCKET_CONNECT_E] &&
	     info->n_drops_connect_exit == MANY - of_type[SCAP_EVT_SOCKET_CONNECT_X] &&
	     info->n_drops_close_exit == MANY - of_type[SCAP_EVT_SYSCALL_CLOSE_X] &&
	     info->n_drops_dir_file_exit == MANY - of_type[SCAP_EVT_SYSCALL_MKDIR_2_X] &&
	     info->n_drops_other_exit == MANY - of_type[SCAP_EVT_SYSCALL_SETPGID_X] &&
	     info->n_drops_clone_fork_exit == 2 * MANY - of_type[SCAP_EVT_SYSCALL_CLONE_20_X] &&
	     info->n_drops_proc_exit == MANY - of_type[SCAP_EVT_PROCEXIT_1_E];
	report(ok, "each loss with those of its kind",
	       "open %llu %llu connect %llu %llu close %llu dir_file %llu other %llu clone %llu "
	       "exit %llu",
	       (unsigned long long)info->n_drops_open_enter,
	       (unsigned long long)info->n_drops_open_exit,
	       (unsigned long long)info->n_drops_connect_enter,
	       (unsigned long long)info->n_drops_connect_exit,
	       (unsigned long long)info->n_drops_close_exit,
	       (unsigned long long)info->n_drops_dir_file_exit,
	       (unsigned long long)info->n_drops_other_exit,
	       (unsigned long long)info->n_drops_clone_fork_exit,
	       (unsigned long long)info->n_drops_proc_exit);
	rings_close(&r);
}

/* Every message of a call counts, those that found no room as well. */
static void counts_messages(void)
{
	static struct mmsghdr messages[64];
	static char data[64];
	struct iovec vec = { data, sizeof(data) };
	struct scap_losses expected = { 0 };
	unsigned int n, sent = 0;
	int pair[2];
	struct rings r;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		return;
	for (int i = 0; i < 64; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vec, .msg_iovlen = 1 };
	begin(&r);
	rings_want(&r, SYS_sendmmsg);
	rings_trace(&r, RINGS_CALLS);
	for (int i = 0; i < 100; i++) {
		int done = (int)syscall(SYS_sendmmsg, pair[0], messages, 64, MSG_DONTWAIT);

		sent += done > 0 ? (unsigned int)done : 1;
		while (recv(pair[1], data, sizeof(data), MSG_DONTWAIT) > 0)
			;
	}
	rings_trace(&r, 0);
	n = take(&r, NULL);
	expected.full = sent - n;
	report(sent > 500 && n < sent, "messages of one call fill a ring", "%u of %u", n, sent);
	check("and each of them is recorded or counted", &r, n, &expected);
	rings_close(&r);
	close(pair[0]);
	close(pair[1]);
}

/* From now on getppid fails, in this thread, before it has an entry. */
static int deny_getppid(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

/* The only event in the ring of CPU 0: its bytes, with the latency if it has one. */
static unsigned int take_one(struct rings *r)
{
	struct ring_event e = { 0 };
	unsigned int len = ring_next(r, 0, &e) ? e.hdr->len : 0;

	return ring_next(r, 0, &e) ? 0 : len;
}

/* Fills the ring of CPU 0 until it has no room for the header of an event, whatever fits in last.
 */
static void fill(struct rings *r)
{
	const struct scap_ring_info *info = r->ring[0].info;
	static char path[100];

	memset(path, '/', sizeof(path) - 1);
	for (size_t k = 1; k < sizeof(path); k++) {
		take(r, NULL);
		mkdir(path + k, 0);
		for (int i = 0; i < MANY; i++)
			syscall(SYS_getppid);
		if (((info->tail - info->head - 1) & (r->size - 1)) < sizeof(struct scap_event_hdr))
			return;
	}
}

static void *loses_a_measured_call(void *arg)
{
	struct rings *r = arg;
	unsigned int with, without;

	stay_on(0);
	syscall(SYS_getppid);
	with = take_one(r);
	fill(r);
	report(take(r, NULL) < MANY && losses(r).full, "measured calls fill a ring", "%llu lost",
	       (unsigned long long)losses(r).full);
	report(!deny_getppid() && syscall(SYS_getppid) == -1 && errno == EACCES,
	       "a filter denies a call", "%s", strerror(errno));
	without = take_one(r);
	report(without && without < with,
	       "the time of a call that was lost is not told of a later one",
	       "%u bytes, %u with latency", without, with);
	return NULL;
}

static void measures_nothing_lost(void)
{
	pthread_t thread;
	struct rings r;

	begin(&r);
	ioctl(r.control, SCAP_IOCTL_SET_ITEMS, SCAP_ITEMS_LATENCY);
	rings_want(&r, SYS_getppid);
	rings_want(&r, SYS_mkdir);
	rings_trace(&r, RINGS_CALLS);
	if (!pthread_create(&thread, NULL, loses_a_measured_call, &r))
		pthread_join(thread, NULL);
	rings_close(&r);
}

/* ---- too large ---- */

static void counts_what_never_fits(void)
{
	static char data[60000];
	struct scap_losses expected = { .too_large = 50 };
	unsigned int n = 0;
	struct rings r;

	begin(&r);
	rings_want(&r, SYS_write);
	ioctl(r.control, SCAP_IOCTL_SET_SNAPLEN, SCAP_SNAPLEN_MAX);
	rings_trace(&r, RINGS_CALLS);
	for (int i = 0; i < 50; i++) {
		write(null_fd, data, 20000); /* more than the ring has */
		write(null_fd, data, 100);
		n += take(&r, NULL);
	}
	rings_trace(&r, 0);
	CHECK("what fits is recorded beside it", n, 50);
	check("an event that no empty ring holds is counted as such", &r, n, &expected);
	rings_close(&r);
}

/* ---- busy ---- */

/* Counts, apart from the module, how often this thread comes to a tracepoint. */
static int open_counter(const char *path)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	unsigned long long id = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return -1;
	if (fscanf(f, "%llu", &id) != 1)
		id = 0;
	fclose(f);
	attr.config = id;
	attr.disabled = 1;
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

/*
 * Memory that was never touched: /dev/null takes it without looking, and the fault is the module's,
 * while it makes the event of the write. /dev/zero writes into it: that fault is the kernel's, and
 * an event.
 */
static void counts_faults_of_its_own(void)
{
	int counter = open_counter("/sys/kernel/tracing/events/exceptions/page_fault_kernel/id");
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct scap_losses expected = { 0 };
	unsigned int of_type[SCAP_EVT_MAX] = { 0 }, n;
	uint64_t faults = 0;
	struct rings r;
	char *p;

	report(counter >= 0, "the kernel counts page faults", "%s", strerror(errno));
	p = mmap(NULL, MANY * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(p, MANY * page, MADV_NOHUGEPAGE);
	begin(&r);
	rings_want(&r, SYS_write);
	rings_trace(&r, RINGS_CALLS | 1u << SCAP_TP_PAGE_FAULT_KERNEL);
	ioctl(counter, PERF_EVENT_IOC_ENABLE, 0);
	for (int i = 0; i < MANY; i++) {
		if (i % 4)
			write(null_fd, p + (size_t)i * page, 80);
		else
			read(zero_fd, p + (size_t)i * page, 80);
		/* the ring is small */
		take(&r, of_type);
	}
	ioctl(counter, PERF_EVENT_IOC_DISABLE, 0);
	rings_trace(&r, 0);
	take(&r, of_type);
	if (read(counter, &faults, sizeof(faults)) != sizeof(faults))
		faults = 0;
	n = of_type[SCAP_EVT_PAGE_FAULT_E];
	report(faults >= MANY && n >= MANY / 4 && n < faults, "the kernel and the module fault",
	       "%llu faults, %u of them events", (unsigned long long)faults, n);
	CHECK("no write is lost by that", of_type[SCAP_EVT_SYSCALL_WRITE_X], MANY - MANY / 4);
	expected.busy = faults - n;
	check("a fault while an event is made is counted", &r,
	      n + of_type[SCAP_EVT_SYSCALL_WRITE_X], &expected);
	rings_close(&r);
	munmap(p, MANY * page);
	close(counter);
}

/* ---- fault ---- */

/*
 * Memory that is not there costs a parameter its value and never the event, so there is nothing to
 * count: the counter is part of the interface, and stays 0.
 */
static void loses_nothing_to_bad_memory(void)
{
	static const int wanted[] = { SYS_openat, SYS_write, SYS_writev, SYS_connect, SYS_sendmsg,
				      SYS_poll,	  SYS_pipe2, SYS_execve, SYS_symlink, SYS_prctl };
	struct scap_losses expected = { 0 };
	unsigned int n;
	struct rings r;

	begin(&r);
	for (unsigned int i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		rings_want(&r, wanted[i]);
	ioctl(r.control, SCAP_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0);
	rings_trace(&r, 1u << SCAP_TP_SYS_EXIT);
	for (unsigned int i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		for (unsigned long k = 0; k < 3; k++)
			syscall(wanted[i], BAD_MEMORY, (char *)BAD_MEMORY + k, 100, 100, 0, 0);
	rings_trace(&r, 0);
	n = take(&r, NULL);
	CHECK("calls with bad memory are recorded", n, 3 * sizeof(wanted) / sizeof(*wanted));
	check("and nothing is lost by it", &r, n, &expected);
	rings_close(&r);
}

/* ---- no ring ---- */

static void counts_without_a_ring(void)
{
	struct scap_losses expected = { .no_ring = MANY };
	struct rings r;
	int fd;

	begin(&r);
	munmap((void *)(uintptr_t)r.ring[1].data, 2ul * r.size);
	munmap(r.ring[1].info, (size_t)sysconf(_SC_PAGESIZE));
	r.ring[1].data = NULL;
	r.ring[1].info = NULL;
	close(r.ring[1].fd);
	r.ring[1].fd = -1;
	rings_want(&r, SYS_getppid);
	rings_trace(&r, RINGS_CALLS);
	stay_on(1);
	for (int i = 0; i < MANY; i++)
		syscall(SYS_getppid);
	stay_on(0);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getppid);
	check("calls on a CPU whose ring is closed are counted", &r, take(&r, NULL), &expected);
	fd = open("/dev/" SCAP_DEVICE_NAME "1", O_RDWR);
	CHECK("and forgotten when it is opened", losses(&r).no_ring, 0);
	close(fd);
	rings_close(&r);
}

/* ---- what is left out as asked ---- */

static void counts_failed_calls(void)
{
	struct scap_losses expected = { .drop_failed = MANY };
	unsigned int n;
	struct rings r;

	begin(&r);
	rings_want(&r, SYS_close);
	ioctl(r.control, SCAP_IOCTL_ENABLE_DROPFAILED, 0);
	rings_trace(&r, RINGS_CALLS);
	for (int i = 0; i < MANY; i++)
		close(-1);
	close(dup(null_fd));
	rings_trace(&r, 0);
	n = take(&r, NULL);
	CHECK("a call that does not fail is recorded", n, 1);
	check("failed calls are counted apart", &r, n, &expected);
	rings_close(&r);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Calls of three sorts over more than a second: never, always, and sometimes left out. */
static void counts_what_dropping_mode_leaves_out(void)
{
	unsigned int of_type[SCAP_EVT_MAX] = { 0 }, n = 0, calls = 0, kept;
	struct scap_losses expected = { 0 };
	double until = seconds() + 1.3;
	struct rings r;

	begin(&r);
	rings_want(&r, SYS_dup);
	rings_want(&r, SYS_getppid);
	rings_want(&r, SYS_write);
	ioctl(r.control, SCAP_IOCTL_ENABLE_DROPPING_MODE, 2);
	rings_trace(&r, RINGS_CALLS);
	while (seconds() < until) {
		close(dup(null_fd));
		syscall(SYS_getppid);
		write(null_fd, "x", 1);
		calls++;
		n += take(&r, of_type);
	}
	rings_trace(&r, 0);
	kept = of_type[SCAP_EVT_SYSCALL_WRITE_X];
	CHECK("dropping mode keeps what state depends on",
	      of_type[SCAP_EVT_SYSCALL_DUP_1_X] + of_type[SCAP_EVT_SYSCALL_DUP_X], calls);
	report(kept > 0 && kept < calls, "and a part of the rest", "%u of %u", kept, calls);
	expected.sampled_out = 2 * calls - kept;
	check("what it leaves out is counted", &r, n, &expected);
	rings_close(&r);
}

int main(void)
{
	null_fd = open("/dev/null", O_WRONLY);
	zero_fd = open("/dev/zero", O_RDONLY);
	ring_set_size(SMALL_RING);
	counts_a_full_ring();
	counts_messages();
	measures_nothing_lost();
	counts_what_never_fits();
	counts_faults_of_its_own();
	loses_nothing_to_bad_memory();
	counts_without_a_ring();
	counts_failed_calls();
	counts_what_dropping_mode_leaves_out();
	return failed != 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the inspector: numbers, hidden events, the state at the start, and its memory. */
#include "fake_capture.h"
#include "inspector.h"
#include "suite.h"

static struct fake f;

static void numbers_hidden_events_too(void)
{
	fake_init(&f);
	fake_add(&f, SCAP_EVT_USER_ADDED_E, -1, "ddssss", 5ll, 5ll, "u", "/", "", "");
	fake_add(&f, SCAP_EVT_PROCINFO_E, 1, "qq", 1ll, 2ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_E, 7, "q-", 3ll);
	fake_fstat(&f, 7, 3);
	fake_open(&f, NULL);
	CU_ASSERT_TRUE(fake_step(&f, 1)->hidden);
	CU_ASSERT_TRUE(fake_step(&f, 1)->hidden);
	CU_ASSERT_TRUE(fake_step(&f, 1)->hidden);
	CU_ASSERT_EQUAL(sinsp_first_ts(f.s), 0);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->hidden);
	CU_ASSERT_EQUAL(f.ev->num, 4);
	CU_ASSERT_EQUAL(sinsp_first_ts(f.s), FAKE_START + 3000);
	CU_ASSERT_EQUAL(sinsp_next(f.s, &f.ev), SCAP_END);
	fake_free(&f);
}

static void hides_state_at_the_head_of_a_capture_only(void)
{
	fake_init(&f);
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, -1, "s", "{}");
	fake_add(&f, SCAP_EVT_GROUP_ADDED_E, -1, "dss", 7ll, "lp", "");
	fake_fstat(&f, 7, 3);
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, -1, "s", "{}");
	fake_add(&f, SCAP_EVT_GROUP_ADDED_E, -1, "dss", 8ll, "x", "");
	fake_open(&f, NULL);
	CU_ASSERT_TRUE(fake_step(&f, 1)->hidden);
	CU_ASSERT_TRUE(fake_step(&f, 1)->hidden);
	CU_ASSERT_FALSE(fake_step(&f, 1)->hidden);
	CU_ASSERT_FALSE(fake_step(&f, 1)->hidden);
	CU_ASSERT_FALSE(fake_step(&f, 1)->hidden);
	fake_free(&f);
}

static void passes_errors_on(void)
{
	fake_init(&f);
	fake_fstat(&f, 7, 3);
	f.len -= 3;
	snprintf(f.scap->err.msg, sizeof(f.scap->err.msg), "cut");
	fake_open(&f, NULL);
	CU_ASSERT_EQUAL(sinsp_next(f.s, &f.ev), -EBADMSG);
	CU_ASSERT_STRING_EQUAL(sinsp_error(f.s)->msg, "cut");
	fake_free(&f);
}

static void events_without_a_thread_have_none(void)
{
	fake_init(&f);
	fake_fstat(&f, -1, 3);
	fake_fstat(&f, 0, 3);
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NULL(fake_step(&f, 1)->thread);
	CU_ASSERT_PTR_NULL(fake_step(&f, 1)->thread);
	CU_ASSERT_PTR_NULL(sinsp_find_thread(f.s, 0));
	fake_free(&f);
}

static void tells_which_events_have_a_descriptor(void)
{
	fake_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_MMAP_X, 7, "qdddqqddqq", 0ll, 0ll, 0ll, 0ll, 0ll, 0ll, 0ll,
		 0ll, -1ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_BRK_4_X, 7, "qdddq", 0ll, 0ll, 0ll, 0ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_SENDFILE_X, 7, "qqqqq", 1ll, 0ll, 11ll, 12ll, 1ll);
	fake_open(&f, NULL);
	CU_ASSERT_TRUE(fake_step(&f, 1)->has_fd);
	CU_ASSERT_EQUAL(f.ev->fd_num, -1);
	CU_ASSERT_FALSE(fake_step(&f, 1)->has_fd);
	CU_ASSERT_EQUAL(fake_step(&f, 1)->fd_num, 11);
	fake_free(&f);
}

static struct scap_thread *add_thread(uint64_t tid, uint64_t pid, const char *comm)
{
	struct scap_thread *t = scap_snapshot_thread(f.scap->snap);

	t->tid = tid;
	t->pid = pid;
	t->ptid = 1;
	t->comm = comm;
	return t;
}

static void takes_over_the_snapshot(void)
{
	struct sinsp_thread *t;
	struct scap_thread *p;
	struct scap_fd *fd;

	fake_init(&f);
	add_thread(51, 50, "worker"); /* in front of its main thread */
	p = add_thread(50, 50, "main");
	fd = scap_snapshot_fd(f.scap->snap, p);
	fd->fd = 3;
	fd->type = SCAP_FD_FILE_V2;
	fd->name = "/var/log/x";
	add_thread(61, 60, "lost");
	fake_open(&f, NULL);
	t = sinsp_find_thread(f.s, 51);
	CU_ASSERT_STRING_EQUAL(t->comm, "worker");
	CU_ASSERT_STRING_EQUAL(t->leader->comm, "main");
	CU_ASSERT_EQUAL(t->leader->nthreads, 2);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 51, 3), "/var/log/x");
	CU_ASSERT_TRUE(sinsp_find_thread(f.s, 60)->placeholder);
	CU_ASSERT_PTR_EQUAL(sinsp_find_thread(f.s, 61)->leader, sinsp_find_thread(f.s, 60));
	fake_free(&f);
}

static void finds_out_who_is_the_server_at_the_start(void)
{
	struct scap_thread *p;
	struct scap_fd *fd;
	const struct sinsp_fd *got;

	fake_init(&f);
	p = add_thread(50, 50, "sshd");
	fd = scap_snapshot_fd(f.scap->snap, p);
	*fd = (struct scap_fd){ .fd = 3,
				.type = SCAP_FD_IPV4_SERVSOCK,
				.sport = 22,
				.name = "",
				.l4proto = SCAP_L4_TCP };
	fd = scap_snapshot_fd(f.scap->snap, p);
	*fd = (struct scap_fd){ .fd = 4,
				.type = SCAP_FD_IPV4_SOCK,
				.sport = 22,
				.dport = 4000,
				.sip = { 10, 0, 0, 1 },
				.dip = { 10, 0, 0, 2 },
				.name = "" };
	fd = scap_snapshot_fd(f.scap->snap, p);
	*fd = (struct scap_fd){ .fd = 5,
				.type = SCAP_FD_IPV4_SOCK,
				.sport = 4001,
				.dport = 443,
				.sip = { 10, 0, 0, 1 },
				.dip = { 10, 0, 0, 2 },
				.name = "" };
	fake_open(&f, NULL);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 50, 3), "0.0.0.0:22");
	got = sinsp_thread_fd(sinsp_find_thread(f.s, 50), 4);
	CU_ASSERT_STRING_EQUAL(got->name, "10.0.0.2:4000->10.0.0.1:22");
	CU_ASSERT_EQUAL(got->role, SINSP_ROLE_SERVER);
	got = sinsp_thread_fd(sinsp_find_thread(f.s, 50), 5);
	CU_ASSERT_STRING_EQUAL(got->name, "10.0.0.1:4001->10.0.0.2:443");
	CU_ASSERT_EQUAL(got->role, SINSP_ROLE_CLIENT);
	fake_free(&f);
}

static void keeps_only_the_strings_that_are_in_use(void)
{
	char path[4000];
	int i;

	fake_init(&f);
	fake_exec(&f, 7, "x", "/x", NULL);
	fake_openat(&f, 7, 4, "/stays", 1);
	memset(path, 'p', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	for (i = 0; i < 12000; i++) {
		path[1] = (char)('a' + i % 20);
		path[2] = (char)('a' + i / 20 % 20);
		path[3] = (char)('a' + i / 400 % 30);
		fake_openat(&f, 7, 3, path, 1);
		if (f.len > (40u << 20))
			break;
	}
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT(f.s->sweeps > 0);
	CU_ASSERT(intern_size(f.s->pool) < (20u << 20));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 7, 4), "/stays");
	CU_ASSERT_STRING_EQUAL(sinsp_find_thread(f.s, 7)->comm, "x");
	fake_free(&f);
}

static bool one(struct sinsp_thread *t, void *arg)
{
	(void)t;
	++*(int *)arg;
	return false;
}

static void walks_until_told_to_stop(void)
{
	int n = 0;

	fake_init(&f);
	add_thread(50, 50, "a");
	add_thread(51, 51, "b");
	fake_open(&f, NULL);
	sinsp_each_thread(f.s, one, &n);
	CU_ASSERT_EQUAL(n, 1);
	fake_free(&f);
}

/* Every type of the table with no parameters, with empty ones, and with bytes of no meaning. */
static void survives_every_event_type(void)
{
	static const int64_t tids[] = { 7, 8, 0, -1 };
	char empty[SCAP_MAX_PARAMS + 1], junk[256];
	const struct scap_event_info *info;
	struct scap_param p[SCAP_MAX_PARAMS];
	unsigned int i, round;
	uint8_t rec[16384];
	uint16_t type;
	int64_t len;

	fake_init(&f);
	fake_exec(&f, 7, "x", "/x", NULL);
	for (round = 0; round < 6; round++) {
		for (type = 0; type < SCAP_EVT_MAX; type++) {
			info = scap_event_info(type);
			if (!info)
				continue;
			memset(empty, '-', sizeof(empty));
			empty[round ? info->nparams : 0] = '\0';
			memset(junk, (int)(round < 5 ? round * 63 : 0), sizeof(junk));
			for (i = 0; i < info->nparams; i++)
				p[i] = (struct scap_param){ junk, (i * 7 + round * 3) % 40 };
			fake_add(&f, type, tids[(type + round) % 4], empty);
			len = scap_event_encode(rec, sizeof(rec), type, f.ts,
						(uint64_t)tids[(type + round + 1) % 4], p,
						info->nparams);
			if (len < 0)
				continue;
			fake_add_record(&f, rec, (size_t)len);
		}
	}
	fake_open(&f, NULL);
	fake_run(&f);
	CU_ASSERT_EQUAL(f.pos, f.len);
	fake_free(&f);
}

SUITE("inspector", TEST(numbers_hidden_events_too), TEST(hides_state_at_the_head_of_a_capture_only),
      TEST(passes_errors_on), TEST(events_without_a_thread_have_none),
      TEST(tells_which_events_have_a_descriptor), TEST(takes_over_the_snapshot),
      TEST(finds_out_who_is_the_server_at_the_start), TEST(keeps_only_the_strings_that_are_in_use),
      TEST(walks_until_told_to_stop), TEST(survives_every_event_type))

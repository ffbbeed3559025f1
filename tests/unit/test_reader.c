/* SPDX-License-Identifier: BSD-2-Clause */
/* Captures made block by block: all versions of state, foreign and old captures, hostile lengths.
 */
#include "suite.h"
#include "capture.h"
#include "block_build.h"

#include <errno.h>

static struct scap_build b;
static struct scap_error err;
static struct scap_event ev;

static void begin(void)
{
	b.len = 0;
	scap_build_begin(&b, BLOCK_SHB_TYPE);
	scap_build_u32(&b, SHB_MAGIC);
	scap_build_u16(&b, 1);
	scap_build_u16(&b, 2);
	scap_build_u64(&b, UINT64_MAX);
	scap_build_end(&b);
}

static void block(uint32_t type, const void *p, size_t n)
{
	scap_build_begin(&b, type);
	scap_build_bytes(&b, p, n);
	scap_build_end(&b);
}

static struct scap *open_built(void)
{
	const char *path = capture_path("built.scap");

	memset(&err, 0, sizeof(err));
	capture_store(path, b.buf, b.len);
	return scap_open_file(path, &err);
}

/* An event block with @n parameters of eight zero bytes, and @opts behind it. */
static void event_block(uint16_t type, unsigned int n, const void *opts, size_t opts_len)
{
	static const uint8_t zeros[8];
	struct scap_event_hdr h = { TS0, 1, (uint32_t)(26 + 10 * n), type, n };
	unsigned int i;

	scap_build_begin(&b, BLOCK_EV_V2);
	scap_build_u16(&b, 1);
	scap_build_bytes(&b, &h, sizeof(h));
	for (i = 0; i < n; i++)
		scap_build_u16(&b, 8);
	for (i = 0; i < n; i++)
		scap_build_bytes(&b, zeros, 8);
	scap_build_bytes(&b, zeros, (4 - (b.len - b.start) % 4) % 4);
	scap_build_bytes(&b, opts, opts_len);
	scap_build_end(&b);
}

static void expect(int code, const char *text)
{
	struct scap *h = open_built();
	int rc;

	if (h) {
		while ((rc = scap_next(h, &ev)) == SCAP_EVENT || rc == SCAP_SECTION)
			;
		CU_ASSERT_EQUAL(rc, code);
		CU_ASSERT_EQUAL(scap_next(h, &ev), rc); /* an error stays */
		err = *scap_error(h);
		scap_close(h);
	}
	CU_ASSERT_EQUAL(err.code, code);
	if (err.code != code || !strstr(err.msg, text)) {
		printf("    got: %d %s\n", err.code, err.msg);
		CU_FAIL("another message");
	}
}

/* ---- state of all ages ---- */

static const uint32_t pl_types[] = { 0,		  BLOCK_PL_V1, BLOCK_PL_V2, BLOCK_PL_V3,
				     BLOCK_PL_V4, BLOCK_PL_V5, BLOCK_PL_V6, BLOCK_PL_V7,
				     BLOCK_PL_V8, BLOCK_PL_V9 };

/* One thread as version @v wrote it, without the length of version 9 and its tail. */
static void thread_fields(unsigned int v)
{
	scap_build_u64(&b, 11);
	scap_build_u64(&b, 12);
	scap_build_u64(&b, 13);
	if (v >= 6)
		scap_build_u64(&b, 14);
	if (v >= 8)
		scap_build_u64(&b, 15);
	scap_build_str(&b, "comm", 99);
	scap_build_str(&b, "exe", 99);
	if (v >= 7)
		scap_build_str(&b, "/exepath", 99);
	scap_build_str(&b, "args", 99); /* old captures lack the last NUL */
	scap_build_str(&b, "/cwd", 99);
	scap_build_u64(&b, 1024);
	scap_build_u32(&b, 16);
	scap_build_u32(&b, 17);
	scap_build_u32(&b, 18);
	if (v >= 2) {
		scap_build_u32(&b, 19);
		scap_build_u32(&b, 20);
		scap_build_u32(&b, 21);
		scap_build_u64(&b, 22);
		scap_build_u64(&b, 23);
	}
	if (v >= 3)
		scap_build_str(&b, "env", 99);
	if (v >= 4) {
		scap_build_u64(&b, 24);
		scap_build_u64(&b, 25);
		scap_build_str(&b, "cgroups", 99);
	}
	if (v >= 5)
		scap_build_str(&b, "/root", 99);
}

static void check_thread(const struct scap_thread *t, unsigned int v)
{
	CU_ASSERT_EQUAL(t->tid, 11);
	CU_ASSERT_EQUAL(t->ptid, 13);
	CU_ASSERT_EQUAL(t->sid, v >= 6 ? 14 : -1);
	CU_ASSERT_EQUAL(t->vpgid, v >= 8 ? 15 : -1);
	CU_ASSERT_STRING_EQUAL(t->comm, "comm");
	CU_ASSERT_STRING_EQUAL(t->exepath, v >= 7 ? "/exepath" : "");
	CU_ASSERT_EQUAL(t->args.len, 4);
	CU_ASSERT_STRING_EQUAL(t->cwd, "/cwd");
	CU_ASSERT_EQUAL(t->gid, 18);
	CU_ASSERT_EQUAL(t->vmsize_kb, v >= 2 ? 19 : 0);
	CU_ASSERT_EQUAL(t->pfminor, v >= 2 ? 23 : 0);
	CU_ASSERT_EQUAL(t->env.len, v >= 3 ? 3 : 0);
	CU_ASSERT_EQUAL(t->vtid, v >= 4 ? 24 : -1);
	CU_ASSERT_EQUAL(t->cgroups.len, v >= 4 ? 7 : 0);
	CU_ASSERT_STRING_EQUAL(t->root, v >= 5 ? "/root" : "");
	CU_ASSERT_EQUAL(t->loginuid, UINT32_MAX);
	CU_ASSERT_EQUAL(t->pgid, -1);
}

static void process_lists_of_all_versions_are_read(void)
{
	unsigned int v, i;
	struct scap *h;

	for (v = 1; v <= 9; v++) {
		begin();
		scap_build_begin(&b, pl_types[v]);
		for (i = 0; i < 3; i++) {
			size_t entry = v >= 9 ? scap_build_entry(&b) : 0;

			thread_fields(v);
			if (v >= 9)
				scap_build_entry_end(&b, entry, true);
		}
		scap_build_end(&b);
		h = open_built();
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		CU_ASSERT_EQUAL(scap_snapshot(h)->n_threads, 3);
		for (i = 0; i < 3; i++)
			check_thread(&scap_snapshot(h)->threads[i], v);
		scap_close(h);
	}
}

/* Tails of the writers there were, and of one that is yet to come. */
static void process_list_tails_of_all_lengths_are_read(void)
{
	static const struct {
		size_t len;
		uint32_t tty, loginuid;
		bool memfd, lower;
		int64_t pgid;
	} tails[] = {
		{ 0, 0, UINT32_MAX, false, false, -1 }, { 5, 0, 1000, false, false, -1 },
		{ 29, 0, 1000, false, false, -1 },	{ 66, 9, 1000, false, false, -1 },
		{ 67, 9, 1000, true, false, -1 },	{ 68, 9, 1000, true, true, -1 },
		{ 76, 9, 1000, true, true, 77 },	{ 90, 9, 1000, true, true, 77 },
	};
	const struct scap_thread *t;
	uint32_t v32;
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		size_t entry, at = 0;
		uint8_t tail[90] = { 0 };
		struct scap *h;

		if (tails[i].len > 29) {
			v32 = 9;
			memcpy(tail + 8, &v32, 4);
			at = 12;
		}
		v32 = 1000;
		memcpy(tail + at, &v32, 4);
		tail[66] = tail[67] = 1;
		tail[68] = 77;
		begin();
		scap_build_begin(&b, BLOCK_PL_V9);
		entry = scap_build_entry(&b);
		thread_fields(9);
		scap_build_bytes(&b, tail, tails[i].len);
		scap_build_entry_end(&b, entry, true);
		scap_build_end(&b);
		h = open_built();
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		t = scap_snapshot(h)->threads;
		CU_ASSERT_EQUAL(t->tty, tails[i].tty);
		CU_ASSERT_EQUAL(t->loginuid, tails[i].loginuid);
		CU_ASSERT_EQUAL(t->pgid, tails[i].pgid);
		scap_close(h);
	}
}

static void descriptors_of_version_1_and_of_the_future_are_read(void)
{
	unsigned int v2;

	for (v2 = 0; v2 < 2; v2++) {
		const struct scap_thread *t;
		size_t entry = 0;
		struct scap *h;

		begin();
		scap_build_begin(&b, 0x8000ABCD); /* the process list's first number */
		thread_fields(1);
		scap_build_end(&b);
		scap_build_begin(&b, v2 ? BLOCK_FDL_V2 : 0x8001ABCD);
		scap_build_u64(&b, 11);
		if (v2) {
			entry = scap_build_entry(&b);
			scap_build_bytes(&b,
					 "\1\0\0\0\0\0\0\0"
					 "\2\0\0\0\0\0\0\0"
					 "\x63???",
					 20);
			scap_build_entry_end(&b, entry, true);
			entry = scap_build_entry(&b);
		}
		scap_build_u64(&b, 3);
		scap_build_u64(&b, 4);
		scap_build_u8(&b, SCAP_FD_FILE_V2);
		scap_build_u32(&b, SCAP_O_RDONLY);
		scap_build_str(&b, "/etc/hosts", 99);
		if (v2)
			scap_build_entry_end(&b, entry, true); /* dev is not there yet */
		scap_build_end(&b);
		h = open_built();
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		t = scap_snapshot(h)->threads;
		CU_ASSERT_EQUAL_FATAL(t->n_fds, v2 + 1);
		CU_ASSERT_EQUAL(t->fds[0].type, v2 ? SCAP_FD_UNSUPPORTED : SCAP_FD_FILE_V2);
		CU_ASSERT_EQUAL(t->fds[v2].fd, 3);
		CU_ASSERT_STRING_EQUAL(t->fds[v2].name, "/etc/hosts");
		scap_close(h);
	}
}

static void old_lists_are_read_and_later_ones_replace_them(void)
{
	static const uint8_t v6_no_speed[] = "\4\0\2\0"
					     "AAAAAAAAAAAAAAAA"
					     "MMMMMMMMMMMMMMMM"
					     "BBBBBBBBBBBBBBBB"
					     "lo";
	static const uint8_t v4[] = "\1\0\4\0"
				    "AAAA"
				    "MMMM"
				    "BBBB"
				    "speed..."
				    "eth0";
	const struct scap_snapshot *s;
	unsigned int pass;
	struct scap *h;

	begin();
	for (pass = 0; pass < 2; pass++) {
		scap_build_begin(&b, BLOCK_IL_V1);
		scap_build_bytes(&b, v4, sizeof(v4) - 1);
		scap_build_bytes(&b, v6_no_speed, sizeof(v6_no_speed) - 1);
		scap_build_end(&b);
		scap_build_begin(&b, BLOCK_UL_V1);
		scap_build_u8(&b, 0);
		scap_build_u32(&b, 33);
		scap_build_u32(&b, 34);
		scap_build_str(&b, "www", 99);
		scap_build_str(&b, "/srv", 99);
		scap_build_str(&b, "/bin/false", 99);
		scap_build_u8(&b, 1);
		scap_build_u32(&b, 34);
		scap_build_str(&b, "web", 99);
		scap_build_end(&b);
	}
	h = open_built();
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	s = scap_snapshot(h);
	CU_ASSERT_EQUAL_FATAL(s->n_interfaces, 2);
	CU_ASSERT_STRING_EQUAL(s->interfaces[0].name, "eth0");
	CU_ASSERT_EQUAL(memcmp(s->interfaces[0].broadcast, "BBBB", 4), 0);
	CU_ASSERT(s->interfaces[1].ipv6);
	CU_ASSERT_STRING_EQUAL(s->interfaces[1].name, "lo");
	CU_ASSERT_EQUAL_FATAL(s->n_users, 1);
	CU_ASSERT_EQUAL(s->users[0].gid, 34);
	CU_ASSERT_STRING_EQUAL(s->users[0].shell, "/bin/false");
	CU_ASSERT_EQUAL_FATAL(s->n_groups, 1);
	CU_ASSERT_STRING_EQUAL(s->groups[0].name, "web");
	scap_close(h);
}

/* ---- what is not ours ---- */

static void unknown_blocks_are_passed_over_before_the_events_only(void)
{
	static uint8_t big[600000];
	struct scap *h;

	begin();
	block(BLOCK_MI, big, 180);
	block(0x0bad, big, sizeof(big));
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, NULL, 0);
	h = open_built();
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.cpu, 1);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
	scap_close(h);
	block(0x0bad, big, 100);
	expect(-EBADMSG, "unexpected block of unknown type (type 0xbad) among the events");
	begin();
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, NULL, 0);
	block(BLOCK_MI, big, 180);
	expect(-EBADMSG, "unexpected machine block (type 0x201) among the events");
}

static void other_files_are_named(void)
{
	const char *path = capture_path("built.scap");

	begin();
	block(1, "an interface of a network capture..", 36);
	expect(-EINVAL, "not a capture of system calls, but another pcapng file");
	begin();
	memcpy(b.buf + 8, "\x1a\x2b\x3c\x4d", 4);
	expect(-ENOTSUP, "recorded on a machine with the other byte order");
	begin();
	b.buf[8] ^= 1;
	expect(-EBADMSG, "not a section header: magic 0x1a2b3c4c, expected 0x1a2b3c4d");
	begin();
	b.buf[12] = 2;
	expect(-ENOTSUP, "capture format 2.2: this version reads up to 1.x");
	b.len = 0;
	scap_build_bytes(&b, "", 0);
	capture_store(path, "", 0);
	CU_ASSERT_PTR_NULL(scap_open_file(path, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "built.scap: the file is empty"));
	CU_ASSERT_PTR_NULL(scap_open_file("/nonexistent.scap", &err));
	CU_ASSERT_EQUAL(err.code, -ENOENT);
	CU_ASSERT_STRING_EQUAL(err.msg, "/nonexistent.scap: No such file or directory");
}

static void compressed_text_is_not_a_capture(void)
{
	const char *path = capture_path("text.gz");
	struct scap_out out;

	CU_ASSERT_EQUAL(scap_out_open(&out, path, SCAP_GZIP, 0), 0);
	scap_out_write(&out, (const uint8_t *)"Hello, this is a text.", 22);
	scap_out_finish(&out);
	scap_out_close(&out);
	CU_ASSERT_PTR_NULL(scap_open_file(path, &err));
	CU_ASSERT_EQUAL(err.code, -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(err.msg, "text.gz: not a capture: the gzip data starts with"));
}

static void old_events_are_made_whole(void)
{
	struct scap *h;

	begin();
	event_block(SCAP_EVT_SYSCALL_READ_E, 2, NULL, 0);
	event_block(SCAP_EVT_SYSCALL_READ_X, 2, NULL, 0);
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 1, NULL, 0);
	h = open_built();
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_READ_X);
	CU_ASSERT_EQUAL(ev.nparams, 4);
	CU_ASSERT_EQUAL(ev.cpu, 1);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_CLOSE_X);
	CU_ASSERT_EQUAL(ev.nparams, 2);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
	scap_close(h);
}

/* The first event block does not say how many parameters it has. */
static void events_without_a_number_of_parameters_are_read(void)
{
	struct scap_event_hdr hd = { TS0, 7, 22 + 2 + 8, SCAP_EVT_SYSCALL_CLOSE_X, 0 };
	static const uint8_t res[8] = { 9 };
	struct scap *h;

	begin();
	scap_build_begin(&b, BLOCK_EV_V1);
	scap_build_u16(&b, 3);
	scap_build_bytes(&b, &hd, 22);
	scap_build_u16(&b, 8);
	scap_build_bytes(&b, res, 8);
	scap_build_end(&b);
	h = open_built();
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.cpu, 3);
	CU_ASSERT_EQUAL(ev.hdr->tid, 7);
	CU_ASSERT_EQUAL(ev.nparams, 2);
	CU_ASSERT_EQUAL(scap_param_s64(&ev, 0, -1), 9);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
	scap_close(h);

	hd.len = 22 + 2 + 7; /* no number of parameters gives this length */
	begin();
	scap_build_begin(&b, BLOCK_EV_V1);
	scap_build_u16(&b, 3);
	scap_build_bytes(&b, &hd, 22);
	scap_build_u16(&b, 8);
	scap_build_bytes(&b, res, 8);
	scap_build_end(&b);
	expect(-EBADMSG, "damaged event: its lengths do not fit");
}

static void events_of_4_0_and_later_are_not_old(void)
{
	static const struct {
		uint16_t type, nparams;
	} good[] = {
		{ SCAP_EVT_SOCKET_SOCKET_X, 4 },
		{ SCAP_EVT_SOCKET_SOCKET_X, 5 },
		{ SCAP_EVT_SYSCALL_FCNTL_X, 3 },
		{ SCAP_EVT_SYSCALL_FCNTL_X, 4 },
		{ SCAP_EVT_SYSCALL_EXECVE_19_X, 30 },
		{ SCAP_EVT_SYSCALL_EXECVE_19_X, 31 },
		{ SCAP_EVT_GENERIC_X, 2 },
		{ SCAP_EVT_SOCKET_CONNECT_E, 2 },
		{ SCAP_EVT_PROCEXIT_1_E, 5 },
	};
	size_t i;
	struct scap *h;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		begin();
		event_block(good[i].type, good[i].nparams, NULL, 0);
		h = open_built();
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
		CU_ASSERT_EQUAL(ev.nparams, good[i].nparams);
		scap_close(h);
	}
}

static void unknown_and_unused_types_are_counted_and_passed_over(void)
{
	struct scap_stats st;
	struct scap *h;

	begin();
	event_block(SCAP_EVT_MAX, 1, NULL, 0);
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, NULL, 0);
	event_block(SCAP_EVT_SYSCALL_CLOSE_RANGE_E, 0, NULL, 0);
	event_block(60000, 3, NULL, 0);
	h = open_built();
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.hdr->type, SCAP_EVT_SYSCALL_CLOSE_X);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
	scap_stats(h, &st);
	CU_ASSERT_EQUAL(st.events, 1);
	CU_ASSERT_EQUAL(st.skipped, 3);
	CU_ASSERT_EQUAL(st.bytes_read, st.bytes_total);
	scap_close(h);
}

/* A comment of a pcapng editor, a custom option of somebody else, ours. */
static void items_are_found_among_other_options(void)
{
	static const uint8_t opts[] = "\1\0\5\0"
				      "hello\0\0\0"
				      "\xad\x0b\x06\0"
				      "\1\0\0\0"
				      "xx\0\0"
				      "\xad\x0b\x10\0"
				      "\xd9\x7e\0\0"
				      "\1\0\x08\0"
				      "\x39\x30\0\0\0\0\0\0"
				      "\0\0\0";
	const void *p;
	uint64_t ns;
	struct scap *h;
	size_t n;

	begin();
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, opts, sizeof(opts));
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, "\xad\x0b\xff\xff\xd9\x7e\0\0", 8); /* too long */
	h = open_built();
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.items_len, 12);
	p = scap_event_item(&ev, SCAP_ITEM_LATENCY, &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	memcpy(&ns, p, sizeof(ns));
	CU_ASSERT_EQUAL(ns, 12345);
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT_PTR_NULL(ev.items);
	scap_close(h);
}

/* ---- hostile lengths ---- */

static void wrong_block_lengths_are_refused(void)
{
	static const uint32_t wrong[] = { 0, 4, 8, 11, 13, 65548, 0xfffffffc, 0x7ffffffc };
	uint32_t i, at;

	begin();
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, NULL, 0);
	at = (uint32_t)b.len;
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, NULL, 0);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(b.buf + at + 4, &wrong[i], 4);
		expect(-EBADMSG, "offset 88: damaged event block (type 0x216)");
	}
	i = 56; /* legal, but the one at the end says something else */
	memcpy(b.buf + at + 4, &i, 4);
	expect(-EBADMSG, "56 bytes long at its start");
	/* A giant list that is not there costs no memory. */
	begin();
	block(BLOCK_PL_V9, "12345678", 8);
	i = BLOCK_STATE_MAX;
	memcpy(b.buf + 28 + 4, &i, 4);
	expect(-EBADMSG,
	       "the capture is cut: 268435436 bytes of the process list that begins here");
	i = BLOCK_STATE_MAX + 4;
	memcpy(b.buf + 28 + 4, &i, 4);
	expect(-EBADMSG, "at most 268435456 are allowed");
}

static void wrong_lengths_inside_lists_are_refused(void)
{
	static const uint32_t wrong[] = { 0, 3, 5, 100000, UINT32_MAX };
	size_t i, entry, end;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin();
		scap_build_begin(&b, BLOCK_PL_V9);
		entry = scap_build_entry(&b);
		thread_fields(9);
		end = b.len;
		memcpy(b.buf + entry, &wrong[i], 4);
		scap_build_end(&b);
		expect(-EBADMSG, "damaged process list");
	}
	/* Strings longer than any writer makes, and longer than their entry. */
	for (i = 0; i < 2; i++) {
		uint16_t n = i ? 1025 : 600;

		begin();
		scap_build_begin(&b, BLOCK_PL_V9);
		entry = scap_build_entry(&b);
		thread_fields(9);
		memcpy(b.buf + entry + 4 + 40, &n, 2); /* the length of comm */
		for (end = 0; i && end < 200; end++)
			scap_build_u64(&b, 0);
		scap_build_entry_end(&b, entry, true);
		scap_build_end(&b);
		expect(-EBADMSG, "damaged process list");
	}
	begin();
	block(BLOCK_FDL_V2, "123", 3);
	expect(-EBADMSG, "damaged descriptor list");
	begin();
	block(BLOCK_MI, "1234567", 7);
	expect(-EBADMSG, "damaged machine block");
	begin();
	block(BLOCK_IL_V1, "\7\0\1\0 an unknown type of interface, whose length nobody knows", 60);
	expect(-EBADMSG, "damaged interface list");
	begin();
	block(BLOCK_UL_V2, "\x40\0\0\0\0", 5);
	expect(-EBADMSG, "damaged user list");
}

static void damaged_events_are_refused(void)
{
	uint32_t len = 1000;

	begin();
	block(BLOCK_EV_V2, "\0\0", 2);
	expect(-EBADMSG, "damaged event: its lengths do not fit into its block of 16 bytes");
	begin();
	scap_build_begin(&b, BLOCK_EVF_V2);
	scap_build_end(&b);
	expect(-EBADMSG, "damaged event block: no event");
	begin();
	event_block(SCAP_EVT_SYSCALL_CLOSE_X, 2, NULL, 0);
	memcpy(b.buf + 28 + 10 + 16, &len, 4);
	expect(-EBADMSG, "offset 28: damaged event");
}

SUITE("reader", TEST(process_lists_of_all_versions_are_read),
      TEST(process_list_tails_of_all_lengths_are_read),
      TEST(descriptors_of_version_1_and_of_the_future_are_read),
      TEST(old_lists_are_read_and_later_ones_replace_them),
      TEST(unknown_blocks_are_passed_over_before_the_events_only), TEST(other_files_are_named),
      TEST(compressed_text_is_not_a_capture), TEST(old_events_are_made_whole),
      TEST(events_without_a_number_of_parameters_are_read),
      TEST(events_of_4_0_and_later_are_not_old),
      TEST(unknown_and_unused_types_are_counted_and_passed_over),
      TEST(items_are_found_among_other_options), TEST(wrong_block_lengths_are_refused),
      TEST(wrong_lengths_inside_lists_are_refused), TEST(damaged_events_are_refused))

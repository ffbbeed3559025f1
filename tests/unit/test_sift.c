/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings with a filter: what they show is what the one who recorded saw, and of processes that
 * are not in them nothing is there that could be found.
 */
#include "suite.h"
#include "random_capture.h"
#include "every_block.h"

#define N_EVENTS 6000u

/* ---- what is compared ---- */

/*
 * Not what ancestors and the first processes of containers would tell of themselves, and not who
 * leads a session or group: that may be somebody of whom nothing is kept.
 */
static bool is_of_others(const char *name)
{
	static const char *const names[] = {
		"proc.pexepath",      "proc.pcmdline", "proc.pvpid",	    "proc.ppid.duration",
		"proc.ppid.ts",	      "proc.sname",    "proc.sid.exe",	    "proc.sid.exepath",
		"proc.pgid.name",     "proc.pgid.exe", "proc.pgid.exepath", "proc.vpgid.name",
		"proc.vpgid.exe",     "proc.aenv",     "proc.aargs",	    "proc.acmdline",
		"proc.vpgid.exepath", "proc.aexepath", "container.end_ts",  "container.exit_code",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_of_state(const struct sinsp_field_doc *doc)
{
	static const char *const classes[] = { "proc", "thread", "fd",	      "fdlist",
					       "user", "group",	 "container", "k8s" };
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(doc->class_name, classes[i]) == 0)
			return !is_of_others(doc->name);
	return false;
}

static void add_field(const struct sinsp_field_doc *doc, void *arg)
{
	struct scap_error err;
	struct sinsp_format *f;
	char text[128];

	snprintf(text, sizeof(text), "%%%s", doc->name);
	f = is_of_state(doc) ? sinsp_format_new(NULL, text, NULL, &err) : NULL;
	if (!f) /* it takes an argument, or filters only */
		return;
	sinsp_format_free(f);
	sinsp_text_printf(arg, " | %s=%s", doc->name, text);
}

static const char *all_fields(void)
{
	static struct sinsp_text text;

	if (!text.len) {
		sinsp_text_puts(&text, "*%evt.rawtime %evt.type %thread.tid | 1:%proc.aname[1] | 2:"
				       "%proc.aexe[2] | 3:%proc.apid[3] | 4:%proc.aname[4]");
		sinsp_each_field(add_field, &text);
	}
	return text.ptr;
}

/* ---- recording and reading ---- */

struct recording {
	const char *path, *filter;
	struct scap_writer_options opts;
	bool lean;
	uint64_t losses;
	struct sinsp_text lines; /* of the events that passed, as they were seen */
};

/*
 * Random machines have leaders that are led themselves, and events that say of their thread what
 * nobody else has heard of: that it is of another process or has another parent. No kernel has, and
 * no capture can tell all of it.
 */
static bool makes_sense(struct sinsp *s, const struct sinsp_event *ev)
{
	enum { P_PID = 4, P_PTID = 5 };
	const struct sinsp_thread *t = ev->thread, *leader = t ? t->leader : NULL, *parent;
	int64_t ptid;

	if (leader && leader->leader != leader)
		return false;
	switch (ev->raw.hdr->type) {
	case SCAP_EVT_SYSCALL_CLONE_20_X:
	case SCAP_EVT_SYSCALL_EXECVE_19_X:
		ptid = scap_param_s64(&ev->raw, P_PTID, -1);
		parent = sinsp_find_thread(s, ptid);
		return leader && scap_param_s64(&ev->raw, P_PID, -1) == t->pid &&
		       (parent && parent->pid > 0 ? parent->pid : ptid) == leader->ptid;
	default:
		return true;
	}
}

/* Records from the inspector of @f, to the end. */
static void record(struct fake *f, struct recording *r)
{
	struct sinsp_recorder *rec = sinsp_recorder_open_filtered(r->path, &r->opts, f->s, r->lean,
								  NULL);
	struct sinsp_filter *filter = sinsp_filter_new(f->s, r->filter, NULL);
	struct sinsp_format *fmt = sinsp_format_new(f->s, all_fields(), NULL, NULL);
	const struct sinsp_event *ev;

	if (!rec || !filter || !fmt)
		abort();
	while (sinsp_next(f->s, &ev) == SCAP_EVENT) {
		bool passed = !ev->hidden && sinsp_filter_run(filter, ev) && makes_sense(f->s, ev);

		if (sinsp_recorder_filtered(rec, ev, passed) < 0)
			abort();
		if (!passed)
			continue;
		sinsp_format_event(fmt, ev, &r->lines);
		sinsp_text_puts(&r->lines, "\n");
	}
	if (sinsp_recorder_close(rec, NULL) < 0)
		abort();
	sinsp_format_free(fmt);
	sinsp_filter_free(filter);
}

struct reading {
	struct sinsp_text lines; /* of the events that are shown */
	uint64_t hidden, losses;
};

static void read_back(const char *path, struct reading *rd)
{
	struct scap *h = scap_open_file(path, NULL);
	struct sinsp *s = sinsp_open(h, NULL, NULL);
	struct sinsp_format *fmt = sinsp_format_new(s, all_fields(), NULL, NULL);
	const struct sinsp_event *ev;
	struct scap_stats st;
	int rc;

	memset(rd, 0, sizeof(*rd));
	while ((rc = sinsp_next(s, &ev)) == SCAP_EVENT) {
		rd->hidden += ev->hidden;
		if (ev->hidden)
			continue;
		sinsp_format_event(fmt, ev, &rd->lines);
		sinsp_text_puts(&rd->lines, "\n");
	}
	CU_ASSERT_EQUAL(rc, SCAP_END);
	scap_stats(h, &st);
	rd->losses = st.lost;
	sinsp_format_free(fmt);
	sinsp_close(s);
	scap_close(h);
}

/* Tells the first field that differs. */
static bool same_lines(const struct sinsp_text *a, const struct sinsp_text *b)
{
	size_t i, line = 0, field = 0;

	for (i = 0; i < a->len && i < b->len && a->ptr[i] == b->ptr[i]; i++) {
		if (a->ptr[i] == '\n')
			line = field = i + 1;
		else if (a->ptr[i] == '|')
			field = i + 1;
	}
	if (a->len == b->len && i == a->len)
		return true;
	if (!a->len || !b->len) {
		printf("    nothing was %s\n", a->len ? "read" : "recorded");
		return false;
	}
	printf("    %.*s:%.*s!=%.*s\n", (int)strcspn(a->ptr + line, "|"), a->ptr + line,
	       (int)strcspn(a->ptr + field, "|\n"), a->ptr + field,
	       (int)strcspn(b->ptr + field, "|\n"), b->ptr + field);
	return false;
}

static void free_both(struct recording *r, struct reading *rd)
{
	sinsp_text_free(&r->lines);
	sinsp_text_free(&rd->lines);
}

/* ---- machines that do something at random ---- */

/* The capture of @seed, as the live one is: its inspector reads what a file would have. */
static void random_machine(struct random_capture *r, uint64_t seed)
{
	struct scap_snapshot *snap;

	random_capture(r, seed, N_EVENTS);
	scap_snapshot_free(r->f.scap->snap);
	snap = capture_snapshot();
	r->f.scap->snap = snap;
	fake_open(&r->f, NULL);
}

static const char *const filters[] = {
	"evt.type=openat",
	"evt.type in (execve, clone)",
	"evt.type=procexit",
	"container.id=aaaaaaaaaaaa",
	"container.name startswith name and evt.type != container",
	"proc.name=nginx and fd.name contains etc",
	"thread.tid in (1, 10, 1001, 1020, 1040)",
	"fd.type=ipv4",
	"evt.type=read and thread.tid > 1050",
	"evt.type in (chdir, setuid, dup2)",
	"user.name=alice",
	"evt.type=switch and thread.tid in (0, 7, 1010, 1030)",
};

static void compare(enum scap_compression compression, uint64_t captures)
{
	uint64_t seed, lines = 0;
	size_t i;

	for (seed = 1; seed <= captures; seed++) {
		for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
			struct recording r = { .path = capture_path("f.scap"),
					       .filter = filters[i],
					       .opts = { .compression = compression,
							 .level = 1,
							 .frame_bytes = 8192,
							 .keyframe_bytes = 65536 } };
			struct random_capture machine;
			struct reading rd;

			random_machine(&machine, seed);
			record(&machine.f, &r);
			read_back(r.path, &rd);
			if (!same_lines(&r.lines, &rd.lines)) {
				printf("    seed %d, %s\n", (int)seed, r.filter);
				CU_FAIL("other than what was recorded");
			}
			lines += r.lines.len;
			free_both(&r, &rd);
			fake_free(&machine.f);
		}
	}
	CU_ASSERT(lines > 1000000);
}

static void shows_what_the_recorder_saw(void)
{
	compare(SCAP_ZSTD, 5);
}

static void so_without_index(void)
{
	compare(SCAP_PLAIN, 2);
}

/* ---- what must not be found ---- */

#define TARGET 60
#define SHELL  50
#define OTHER  70
#define CGROUP "cpuset=/docker/"
#define BOX    "bbbbbbbbbbbb0000000000000000000000000000000000000000000000000002"

/* Each of its texts has its name in it. */
static void add_thread(struct fake *f, uint64_t tid, uint64_t ptid, const char *name,
		       const char *cgroups)
{
	struct scap_thread *t = scap_snapshot_thread(f->scap->snap);
	static char text[16][64];
	static unsigned int n;
	struct scap_fd *fd;

#define TEXT(what) (n++, snprintf(text[n % 16], sizeof(text[0]), "%s-%s", name, what), text[n % 16])
	t->tid = t->pid = tid;
	t->ptid = ptid;
	t->vtid = t->vpid = t->sid = t->pgid = t->vpgid = (int64_t)tid;
	t->comm = scap_snapshot_str(f->scap->snap, TEXT("comm"), strlen(name) + 5);
	t->exe = scap_snapshot_str(f->scap->snap, TEXT("exe"), strlen(name) + 4);
	t->exepath = scap_snapshot_str(f->scap->snap, TEXT("path"), strlen(name) + 5);
	t->cwd = scap_snapshot_str(f->scap->snap, TEXT("cwd"), strlen(name) + 4);
	t->root = scap_snapshot_str(f->scap->snap, TEXT("root"), strlen(name) + 5);
	t->args = capture_list(f->scap->snap, TEXT("args"), strlen(name) + 6);
	t->env = capture_list(f->scap->snap, TEXT("env"), strlen(name) + 5);
	t->cgroups = capture_list(f->scap->snap, cgroups, strlen(cgroups) + 1);
	fd = scap_snapshot_fd(f->scap->snap, t);
	fd->fd = 3;
	fd->type = SCAP_FD_FILE_V2;
	fd->name = scap_snapshot_str(f->scap->snap, TEXT("file"), strlen(name) + 5);
}

/* One that is looked for, its parent, its grandparent, and somebody who has nothing to do with it.
 */
static void add_machine(struct fake *f)
{
	fake_init(f);
	add_thread(f, 1, 0, "init", "cpuset=/init-cgroup");
	add_thread(f, SHELL, 1, "shell", "cpuset=/shell-cgroup");
	add_thread(f, TARGET, SHELL, "target", "cpuset=/target-cgroup");
	add_thread(f, OTHER, 1, "other", CGROUP BOX);
}

/* What others do, before and after the target does its own. */
static void add_others_events(struct fake *f)
{
	fake_add(f, SCAP_EVT_CONTAINER_JSON_2_E, -1, "s",
		 "{\"container\":{\"id\":\"bbbbbbbbbbbb\",\"type\":0,\"name\":\"other-box\","
		 "\"image\":\"other-image\"}}");
	fake_add(f, SCAP_EVT_USER_ADDED_E, -1, "ddssss", 7ll, 7ll, "other-user", "/other-home",
		 "/other-shell", "bbbbbbbbbbbb");
	fake_openat(f, OTHER, 4, "/other-open", 0);
	fake_add(f, SCAP_EVT_SYSCALL_WRITE_X, OTHER, "qbqd", 4ll, "other-data", 10, 4ll, 10ll);
	fake_add(f, SCAP_EVT_SYSCALL_CHDIR_X, OTHER, "qs", 0ll, "/other-chdir");
	fake_openat(f, SHELL, 5, "/shell-open", 0);
	fake_exec(f, OTHER, "other-new", "/other-exec", CGROUP BOX);
	fake_exec(f, SHELL, "shell-new", "/shell-exec", "cpuset=/shell-moved");
	fake_clone(f, (struct fake_clone){ .tid = SHELL,
					   .pid = SHELL,
					   .ptid = 1,
					   .res = 90,
					   .comm = "shell-child",
					   .cgroup = "cpuset=/other-moved" });
	fake_exit(f, OTHER, 1);
	fake_clone(f, (struct fake_clone){ .tid = OTHER,
					   .pid = OTHER,
					   .ptid = SHELL,
					   .comm = "other-late",
					   .cgroup = CGROUP BOX });
}

static void add_story(struct fake *f)
{
	unsigned int i;

	add_others_events(f);
	for (i = 0; i < 200; i++) {
		fake_openat(f, TARGET, 6 + i % 8, i % 2 ? "/target-open" : "/target-other", 0);
		fake_fstat(f, TARGET, 3);
		if (i % 20 == 0)
			add_others_events(f);
	}
}

static bool holds(const void *p, size_t n, const char *text)
{
	return memmem(p, n, text, strlen(text)) != NULL;
}

/* In the file as it is, in what it unpacks to, and in the state of its keyframes. */
static bool is_anywhere(const char *path, const char *text)
{
	struct scap *h = scap_open_file(path, NULL);
	size_t len, n, i, state_len;
	uint8_t *file = capture_load(path, &len), *plain = malloc(16u << 20);
	bool found = holds(file, len, text);
	const void *state;

	found = found || holds(plain, unpack_zstd(file, len, plain, 16u << 20), text);
	scap_frames(h, &n);
	for (i = 0; i < n; i++)
		if (scap_frame_state(h, i, &state, &state_len) == 0)
			found = found || holds(state, state_len, text);
	scap_close(h);
	free(plain);
	free(file);
	return found;
}

static size_t n_keyframes(const char *path)
{
	struct scap *h = scap_open_file(path, NULL);
	const struct scap_frame *fr;
	size_t n = 0, i, found = 0;

	fr = scap_frames(h, &n);
	for (i = 0; i < n; i++)
		found += fr[i].keyframe;
	scap_close(h);
	return found;
}

static void record_target(struct recording *r)
{
	struct fake f;

	add_machine(&f);
	add_story(&f);
	fake_open(&f, NULL);
	record(&f, r);
	fake_free(&f);
}

static const struct scap_writer_options small = {
	.compression = SCAP_ZSTD, .level = 1, .frame_bytes = 4096, .keyframe_bytes = 8192
};

static void keeps_nothing_of_other_processes(void)
{
	static const char *const gone[] = {
		"other-",      "shell-path",   "shell-cwd",   "shell-root", "shell-args",
		"shell-env",   "shell-cgroup", "shell-file",  "shell-open", "shell-exec",
		"shell-moved", "shell-child",  "init-path",   "init-cwd",   "init-root",
		"init-args",   "init-env",     "init-cgroup", "init-file",  BOX,
	};
	static const char *const kept[] = {
		"target-comm", "target-exe", "target-path",   "target-cwd",  "target-root",
		"target-args", "target-env", "target-cgroup", "target-file", "target-open",
		"shell-new",   "init-comm",  "init-exe",
	};
	struct recording r = { .path = capture_path("t.scap"),
			       .filter = "thread.tid=60",
			       .opts = small };
	size_t i;

	record_target(&r);
	CU_ASSERT(n_keyframes(r.path) > 1);
	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		if (is_anywhere(r.path, gone[i]))
			printf("    %s\n", gone[i]);
		CU_ASSERT_FALSE(is_anywhere(r.path, gone[i]));
	}
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		CU_ASSERT_TRUE(is_anywhere(r.path, kept[i]));
	sinsp_text_free(&r.lines);
}

static void the_search_finds_what_a_whole_recording_has(void)
{
	struct recording r = { .path = capture_path("w.scap"),
			       .filter = "evt.num > 0",
			       .opts = small };

	record_target(&r);
	CU_ASSERT_TRUE(is_anywhere(r.path, "other-args"));
	CU_ASSERT_TRUE(is_anywhere(r.path, "other-data"));
	CU_ASSERT_TRUE(is_anywhere(r.path, "shell-env"));
	CU_ASSERT_TRUE(is_anywhere(r.path, BOX));
	sinsp_text_free(&r.lines);
}

static uint64_t count_shown(const char *path, const char *text)
{
	struct scap *h = scap_open_file(path, NULL);
	struct sinsp *s = sinsp_open(h, NULL, NULL);
	struct sinsp_filter *filter = sinsp_filter_new(s, text, NULL);
	const struct sinsp_event *ev;
	uint64_t n = 0;

	while (sinsp_next(s, &ev) == SCAP_EVENT)
		n += !ev->hidden && sinsp_filter_run(filter, ev);
	sinsp_filter_free(filter);
	sinsp_close(s);
	scap_close(h);
	return n;
}

/* ---- what others do to a process ---- */

/* Records what passes of @f, reads it, and looks for @text in the last line. Frees @f. */
static void shows_last(struct fake *f, const char *filter, const char *text)
{
	struct recording r = { .path = capture_path("o.scap"), .filter = filter, .opts = small };
	const char *last;
	struct reading rd;

	fake_open(f, NULL);
	record(f, &r);
	read_back(r.path, &rd);
	CU_ASSERT_TRUE(same_lines(&r.lines, &rd.lines));
	CU_ASSERT_FATAL(rd.lines.len > 1);
	last = memrchr(rd.lines.ptr, '\n', rd.lines.len - 1);
	last = last ? last + 1 : rd.lines.ptr;
	if (!strstr(last, text))
		printf("    %s is not in %s", text, last);
	CU_ASSERT_PTR_NOT_NULL(strstr(last, text));
	free_both(&r, &rd);
	fake_free(f);
}

#define OF_TARGET "thread.tid=60"

static void a_file_opened_by_whom_it_shares_descriptors_with(void)
{
	struct fake f;

	add_machine(&f);
	fake_clone(&f, (struct fake_clone){
			       .tid = 80, .pid = 80, .ptid = TARGET, .flags = SCAP_CLONE_FILES });
	fake_fstat(&f, TARGET, 3);
	fake_openat(&f, 80, 9, "/shared", 0);
	fake_fstat(&f, TARGET, 9);
	shows_last(&f, OF_TARGET, "fd.name=/shared ");
}

static void a_descriptor_taken_from_another_process(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, TARGET, 3);
	fake_openat(&f, OTHER, 9, "/theirs", 0);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_OPEN_X, TARGET, "qqd", 5ll, (long long)OTHER, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_GETFD_X, TARGET, "qqqd", 6ll, 5ll, 9ll, 0ll);
	shows_last(&f, OF_TARGET, "fd.name=/theirs ");
}

static void a_parent_that_ends(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, TARGET, 3);
	fake_exit(&f, SHELL, OTHER);
	fake_fstat(&f, TARGET, 3);
	shows_last(&f, OF_TARGET, "| proc.pname=other-comm ");
}

static void a_parent_that_executes(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, TARGET, 3);
	fake_exec(&f, SHELL, "renamed", "/renamed", NULL);
	fake_fstat(&f, TARGET, 3);
	shows_last(&f, OF_TARGET, "| proc.pname=renamed ");
}

static void a_group_that_its_parent_puts_it_into(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, TARGET, 3);
	fake_add(&f, SCAP_EVT_SYSCALL_SETPGID_X, SHELL, "qqq", 0ll, (long long)TARGET, 1234ll);
	fake_fstat(&f, TARGET, 3);
	shows_last(&f, OF_TARGET, "| proc.pgid=1234 ");
}

/*
 * What is told again of a thread of its parent leaves that process in its group. The first child
 * leaves the session before it is known, the second does not; in a pid namespace groups have other
 * numbers, so that the leader is looked for among the ancestors.
 */
static void a_group_that_its_parent_leads_by_a_thread(void)
{
	enum { THREAD = 61, FIRST, SECOND };
	struct recording r = { .path = capture_path("g.scap"),
			       .filter = "evt.type=execve and thread.tid=62 or thread.tid=63",
			       .opts = small };
	struct fake f;

	add_machine(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_SETPGID_X, SHELL, "qqq", 0ll, 0ll, 1234ll);
	fake_clone(&f, (struct fake_clone){ .tid = THREAD,
					    .pid = SHELL,
					    .ptid = 1,
					    .flags = SCAP_CLONE_THREAD | SCAP_CLONE_FILES });
	fake_clone(&f, (struct fake_clone){ .tid = FIRST, .pid = FIRST, .ptid = THREAD });
	fake_add(&f, SCAP_EVT_SYSCALL_SETSID_X, FIRST, "q", (long long)FIRST);
	fake_exec(&f, FIRST, "first", "/first", NULL);
	fake_clone(&f,
		   (struct fake_clone){
			   .tid = SECOND, .pid = SECOND, .ptid = THREAD, .vtid = 2, .vpid = 2 });
	fake_open(&f, NULL);
	record(&f, &r);
	CU_ASSERT_EQUAL(count_shown(r.path, "thread.tid=63 and proc.pgid.name=shell-comm"), 1);
	sinsp_text_free(&r.lines);
	fake_free(&f);
}

static void memory_that_it_took_unseen(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, TARGET, 3);
	fake_add(&f, SCAP_EVT_SYSCALL_BRK_4_X, TARGET, "qdddq", 0ll, 4321ll, 21ll, 1ll, 0ll);
	fake_fstat(&f, TARGET, 3);
	shows_last(&f, "evt.type=fstat and " OF_TARGET, "| proc.vmsize=4321 ");
}

static void add_switch(struct fake *f, int64_t tid)
{
	f->ts += 500;
	fake_add(f, SCAP_EVT_SCHEDSWITCH_6_E, tid, "qqqddd", 0ll, 0ll, 0ll, 0ll, 0ll, 0ll);
}

/* How long depends on who had the CPU before. */
static void a_cpu_that_it_has_after_others(void)
{
	struct fake f;
	int i;

	for (i = 0; i < 2; i++) {
		add_machine(&f);
		add_switch(&f, OTHER);
		add_switch(&f, TARGET);
		add_switch(&f, OTHER);
		add_switch(&f, TARGET);
		if (i == 0) {
			shows_last(&f, "evt.type=switch and " OF_TARGET,
				   "| thread.exectime=1500 | thread.totexectime=3000 ");
			continue;
		}
		fake_fstat(&f, TARGET, 3);
		shows_last(&f, "evt.type=fstat and " OF_TARGET,
			   "| thread.exectime=0 | thread.totexectime=3000 ");
	}
}

static void a_number_that_is_somebody_elses_now(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, TARGET, 3);
	fake_exit(&f, TARGET, 1);
	f.ts += 5000000000u;
	fake_clone(&f, (struct fake_clone){ .tid = TARGET, .pid = TARGET, .ptid = OTHER });
	fake_exec(&f, TARGET, "newcomer", "/newcomer", NULL);
	fake_fstat(&f, TARGET, 3);
	shows_last(&f, "evt.type=fstat and " OF_TARGET, "| proc.name=newcomer ");
}

/* ---- the event at which it comes in ---- */

static void that_changes_the_directory(void)
{
	struct fake f;

	add_machine(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, TARGET, "qs", 0ll, "/a");
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, TARGET, "qs", 0ll, "b");
	fake_openat(&f, TARGET, 9, "c", 0);
	shows_last(&f, "(evt.type=chdir and evt.arg.path=b) or evt.type=openat", "fd.name=/a/b/c ");
}

static void that_opens_what_its_entry_named(void)
{
	struct fake f;

	add_machine(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_E, TARGET, "qsdd", -100ll, "/asked-for", 0ll, 0ll);
	fake_openat(&f, TARGET, 9, "/swapped", 0);
	shows_last(&f, OF_TARGET, "fd.name=/asked-for ");
}

static void that_is_of_one_thread_of_many(void)
{
	struct fake f;
	int64_t tid;

	add_machine(&f);
	for (tid = 61; tid < 66; tid++)
		fake_clone(&f,
			   (struct fake_clone){ .tid = tid,
						.pid = TARGET,
						.ptid = SHELL,
						.flags = SCAP_CLONE_THREAD | SCAP_CLONE_FILES });
	fake_openat(&f, 61, 9, "/by-a-thread", 0);
	fake_fstat(&f, 63, 9);
	fake_exit(&f, 62, -1);
	fake_fstat(&f, 64, 9);
	shows_last(&f, "evt.type=fstat", "| proc.nthreads=5 ");
}

static void that_ends_it(void)
{
	struct fake f;

	add_machine(&f);
	fake_exit(&f, TARGET, SHELL);
	shows_last(&f, "evt.type=procexit", "| proc.name=target-comm ");
}

/* ---- and what else stays ---- */

/* The event that @f gives next carries a loss. */
static int next_with_loss(struct scap *h, struct scap_event *ev)
{
	static struct {
		struct scap_item_hdr hdr;
		struct scap_loss loss;
	} __attribute__((packed))
	item = { { SCAP_ITEM_LOSS, sizeof(struct scap_loss) }, { 3, 2, 1, 5, 6 } };
	int rc = fake_next(h, ev);

	if (rc == SCAP_EVENT && ev->hdr->tid == OTHER) {
		ev->items = (const uint8_t *)&item;
		ev->items_len = sizeof(item);
	}
	return rc;
}

static void a_container_that_is_shown_first(void)
{
	struct fake f;

	add_machine(&f);
	fake_fstat(&f, SHELL, 3);
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, -1, "s",
		 "{\"container\":{\"id\":\"bbbbbbbbbbbb\",\"type\":0,\"name\":\"box\","
		 "\"image\":\"img\"}}");
	shows_last(&f, "evt.type=container", " container ");
}

static void losses_stay_without_the_event_that_told_them(void)
{
	static const struct scap_engine engine = { .name = "fake", .next = next_with_loss };
	struct recording r = { .path = capture_path("l.scap"), .filter = OF_TARGET, .opts = small };
	struct reading rd;
	struct fake f;

	add_machine(&f);
	f.scap->engine = &engine;
	fake_openat(&f, OTHER, 4, "/other-open", 0);
	fake_fstat(&f, TARGET, 3);
	fake_openat(&f, OTHER, 4, "/other-open", 0);
	fake_open(&f, NULL);
	record(&f, &r);
	read_back(r.path, &rd);
	CU_ASSERT_EQUAL(rd.losses, 2 * (3 + 2 + 1));
	CU_ASSERT_FALSE(is_anywhere(r.path, "other-open"));
	free_both(&r, &rd);
	fake_free(&f);
}

static void a_lean_one_tells_a_process_once(void)
{
	struct recording whole = { .path = capture_path("m.scap"), .opts = small };
	struct recording lean = { .path = capture_path("n.scap"), .opts = small, .lean = true };
	struct reading a, b;

	whole.filter = lean.filter = "evt.type=fstat and " OF_TARGET;
	record_target(&whole);
	record_target(&lean);
	read_back(whole.path, &a);
	read_back(lean.path, &b);
	CU_ASSERT(a.hidden > 100);
	CU_ASSERT(b.hidden > 0 && b.hidden < 20);
	CU_ASSERT_PTR_NOT_NULL(strstr(b.lines.ptr, "| proc.name=target-comm "));
	CU_ASSERT_PTR_NOT_NULL(strstr(b.lines.ptr, "fd.name=target-file "));
	free_both(&whole, &a);
	free_both(&lean, &b);
}

/* Not many events, but all that tell state: with bytes of them changed at random. */
static void told_state_is_not_believed(void)
{
	struct recording r = { .path = capture_path("h.scap"), .filter = "proc.pid > 0" };
	const char *path = capture_path("forged.scap");
	struct random_capture machine, dice = { .seed = 7 };
	uint8_t *file, *copy;
	size_t len, i, k;

	random_machine(&machine, 3);
	machine.f.len = 0;
	for (i = 0; i < 24; i++)
		fake_fstat(&machine.f, machine.tids[i], 3);
	record(&machine.f, &r);
	file = capture_load(r.path, &len);
	copy = malloc(len);
	for (i = 0; i < 1500; i++) {
		struct scap *h;
		struct sinsp *s;
		const struct sinsp_event *ev;

		memcpy(copy, file, len);
		for (k = 0; k < 1 + i % 5; k++)
			copy[len / 20 + random_number(&dice, (uint32_t)(len - len / 20))] =
				(uint8_t)random_number(&dice, 256);
		capture_store(path, copy, len);
		h = scap_open_file(path, NULL);
		s = h ? sinsp_open(h, NULL, NULL) : NULL;
		while (s && sinsp_next(s, &ev) == SCAP_EVENT)
			if (ev->thread && ev->thread->leader &&
			    ev->thread->leader->tid != ev->thread->pid)
				CU_FAIL("a process that its thread is not of");
		sinsp_close(s);
		scap_close(h);
	}
	free(copy);
	free(file);
	sinsp_text_free(&r.lines);
	fake_free(&machine.f);
}

static void each_of_two_recordings_is_whole(void)
{
	struct recording r = { .path = capture_path("1.scap"), .opts = small };
	const char *second = capture_path("2.scap");
	struct sinsp_recorder *rec;
	const struct sinsp_event *ev;
	struct reading rd;
	struct fake f;
	int i;

	add_machine(&f);
	for (i = 0; i < 10; i++)
		fake_fstat(&f, TARGET, 3);
	fake_open(&f, NULL);
	rec = sinsp_recorder_open_filtered(r.path, &r.opts, f.s, false, NULL);
	for (i = 0; i < 10; i++) {
		if (i == 5) {
			CU_ASSERT_EQUAL(sinsp_recorder_close(rec, NULL), 0);
			rec = sinsp_recorder_open_filtered(second, &r.opts, f.s, false, NULL);
		}
		CU_ASSERT_EQUAL_FATAL(sinsp_next(f.s, &ev), SCAP_EVENT);
		CU_ASSERT_EQUAL(sinsp_recorder_filtered(rec, ev, true), 0);
	}
	CU_ASSERT_EQUAL(sinsp_recorder_close(rec, NULL), 0);
	read_back(second, &rd);
	CU_ASSERT_PTR_NOT_NULL(strstr(rd.lines.ptr, "| proc.name=target-comm "));
	CU_ASSERT_PTR_NOT_NULL(strstr(rd.lines.ptr, "| proc.pname=shell-comm "));
	CU_ASSERT_PTR_NOT_NULL(strstr(rd.lines.ptr, "fd.name=target-file "));
	free_both(&r, &rd);
	fake_free(&f);
}

SUITE("sift", TEST(shows_what_the_recorder_saw), TEST(so_without_index),
      TEST(keeps_nothing_of_other_processes), TEST(the_search_finds_what_a_whole_recording_has),
      TEST(a_file_opened_by_whom_it_shares_descriptors_with),
      TEST(a_descriptor_taken_from_another_process), TEST(a_parent_that_ends),
      TEST(a_parent_that_executes), TEST(a_group_that_its_parent_puts_it_into),
      TEST(a_group_that_its_parent_leads_by_a_thread), TEST(memory_that_it_took_unseen),
      TEST(a_cpu_that_it_has_after_others), TEST(a_number_that_is_somebody_elses_now),
      TEST(that_changes_the_directory), TEST(that_opens_what_its_entry_named),
      TEST(that_is_of_one_thread_of_many), TEST(that_ends_it),
      TEST(a_container_that_is_shown_first), TEST(losses_stay_without_the_event_that_told_them),
      TEST(a_lean_one_tells_a_process_once), TEST(told_state_is_not_believed),
      TEST(each_of_two_recordings_is_whole))

/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of fields: it is whole, each field can be asked of any event, and arguments parse. */
#include "suite.h"

#include "fields.h"
#include "scene.h"

static struct fake f;

static size_t count;

static void look_at(const struct sinsp_field_doc *d, void *arg)
{
	(void)arg;
	count++;
	CU_ASSERT_PTR_NOT_NULL_FATAL(d->name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d->doc);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d->type);
	CU_ASSERT_PTR_NOT_NULL(sinsp_field_class_doc(d->class_name));
	CU_ASSERT(strlen(d->doc) > 5 && d->doc[strlen(d->doc) - 1] == '.');
	CU_ASSERT(strlen(d->doc) < 90);
	if (d->doc[strlen(d->doc) - 1] != '.')
		printf("    %s\n", d->name);
}

static void tells_of_every_field(void)
{
	count = 0;
	sinsp_each_field(look_at, NULL);
	CU_ASSERT(count > 200);
	CU_ASSERT_PTR_NULL(sinsp_field_class_doc("nosuch"));
}

struct names {
	const char *name[512];
	size_t n;
};

static void collect(const struct sinsp_field_doc *d, void *arg)
{
	struct names *l = arg;

	CU_ASSERT_FATAL(l->n < 512);
	l->name[l->n++] = d->name;
}

static void has_each_name_once(void)
{
	struct names l = { .n = 0 };
	size_t i, j;

	sinsp_each_field(collect, &l);
	for (i = 0; i < l.n; i++)
		for (j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(l.name[i], l.name[j]);
}

/* What rules and formats of sysdig users name most. */
static void has_the_fields_that_users_know(void)
{
	static const char *const names[] = {
		"evt.num",
		"evt.time",
		"evt.type",
		"evt.dir",
		"evt.args",
		"evt.info",
		"evt.res",
		"evt.rawres",
		"evt.failed",
		"evt.buffer",
		"evt.buflen",
		"evt.is_open_write",
		"evt.is_open_exec",
		"evt.category",
		"evt.cpu",
		"evt.latency",
		"evt.hostname",
		"syscall.type",
		"proc.name",
		"proc.pname",
		"proc.aname[3]",
		"proc.cmdline",
		"proc.pcmdline",
		"proc.exepath",
		"proc.exeline",
		"proc.pid",
		"proc.ppid",
		"proc.vpid",
		"proc.sid",
		"proc.sname",
		"proc.tty",
		"proc.cwd",
		"proc.env[PATH]",
		"proc.is_exe_upper_layer",
		"proc.is_exe_from_memfd",
		"proc.exe_ino.ctime",
		"proc.duration",
		"proc.pgid",
		"proc.vpgid.name",
		"proc.loginshellid",
		"thread.tid",
		"thread.vtid",
		"thread.cap_permitted",
		"thread.ismain",
		"fd.num",
		"fd.name",
		"fd.type",
		"fd.typechar",
		"fd.directory",
		"fd.filename",
		"fd.cip",
		"fd.sip",
		"fd.lip",
		"fd.rip",
		"fd.cport",
		"fd.sport",
		"fd.lport",
		"fd.rport",
		"fd.l4proto",
		"fd.sockfamily",
		"fd.is_server",
		"fd.uid",
		"fd.containername",
		"fd.ino",
		"fd.dev",
		"fd.connected",
		"user.uid",
		"user.name",
		"user.loginuid",
		"user.loginname",
		"user.homedir",
		"user.shell",
		"group.gid",
		"group.name",
		"container.id",
		"container.full_id",
		"container.name",
		"container.image",
		"container.image.repository",
		"container.image.tag",
		"container.image.digest",
		"container.type",
		"container.privileged",
		"container.start_ts",
		"container.duration",
		"container.ip",
		"container.label[a]",
		"container.labels",
		"k8s.pod.name",
		"k8s.ns.name",
		"k8s.pod.uid",
		"k8s.pod.label.app",
		"fs.path.name",
		"fs.path.source",
		"fs.path.target",
		"fdlist.names",
	};
	struct scap_error err;
	struct field_ref ref;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CU_ASSERT_EQUAL(field_parse(NULL, &ref, names[i], strlen(names[i]), &err),
				(int)strlen(names[i]));
		field_ref_free(&ref);
	}
}

static int parse(const char *text)
{
	struct scap_error err = { 0 };
	struct field_ref ref;
	int rc = field_parse(NULL, &ref, text, strlen(text), &err);

	if (rc >= 0)
		field_ref_free(&ref);
	else
		CU_ASSERT(err.msg[0]);
	return rc;
}

static void takes_the_longest_name_and_its_argument(void)
{
	CU_ASSERT_EQUAL(parse("proc.namex"), 9);
	CU_ASSERT_EQUAL(parse("evt.time.s"), 10);
	CU_ASSERT_EQUAL(parse("evt.time.x"), 8);
	CU_ASSERT_EQUAL(parse("proc.aname[12]x"), 14);
	CU_ASSERT_EQUAL(parse("proc.aname"), 10);
	CU_ASSERT_EQUAL(parse("proc.env['A B']."), 15);
	CU_ASSERT_EQUAL(parse("evt.arg.fd.x"), 10);
	CU_ASSERT_EQUAL(parse("evt.arg[3]"), 10);
	CU_ASSERT_EQUAL(parse("container.label.a.b/c-d. "), 23);
	CU_ASSERT_EQUAL(parse("evt.around[18446744073709551615]"), -EINVAL);
	CU_ASSERT_EQUAL(parse("proc.aname[-1]"), -EINVAL);
	CU_ASSERT_EQUAL(parse("proc.aname[]"), -EINVAL);
	CU_ASSERT_EQUAL(parse("proc.aname[1"), -EINVAL);
	CU_ASSERT_EQUAL(parse("proc.env['']"), -EINVAL);
	CU_ASSERT_EQUAL(parse("evt.arg"), -EINVAL);
	CU_ASSERT_EQUAL(parse("evt.rawarg[0]"), -EINVAL);
	CU_ASSERT_EQUAL(parse("evt"), -ENOENT);
	CU_ASSERT_EQUAL(parse(""), -ENOENT);
}

/* An argument that @d's field takes. */
static const char *argument(const struct sinsp_field_doc *d)
{
	if (!d->arg)
		return "";
	if (!strcmp(d->name, "evt.rawarg"))
		return ".fd";
	if (strstr(d->arg, "[index]"))
		return "[1]";
	return strstr(d->arg, "[key]") ? "[HOME]" : ".fd";
}

/* Every field of every event type, with all parameters missing: nothing crashes. */
static void ask_all(const struct sinsp_field_doc *d, void *arg)
{
	struct sinsp_text text = { 0 };
	struct view c = { .s = f.s, .ev = f.ev, .printable = arg != NULL };
	struct scap_error err;
	struct field_ref ref;
	struct value v;
	char name[128];

	snprintf(name, sizeof(name), "%s%s", d->name, argument(d));
	CU_ASSERT_FATAL(field_parse(NULL, &ref, name, strlen(name), &err) == (int)strlen(name));
	if (field_get(&c, &ref, &v)) {
		sinsp_text_clear(&text);
		CU_ASSERT(field_put(&c, &ref, &text));
	}
	field_ref_free(&ref);
	sinsp_text_free(&text);
}

static void answers_for_events_without_parameters(void)
{
	unsigned int type;

	scene_init(&f);
	for (type = 2; type < SCAP_EVT_MAX; type += 37)
		if (scap_event_info((uint16_t)type))
			fake_add(&f, (uint16_t)type, SHELL, "");
	fake_open(&f, NULL);
	while (fake_step(&f, 1))
		sinsp_each_field(ask_all, NULL);
	fake_free(&f);
}

/* The same with parameters of one byte each, whatever their types are. */
static void answers_for_events_with_short_parameters(void)
{
	char fmt[SCAP_MAX_PARAMS + 1];
	const struct scap_event_info *info;
	unsigned int type;

	scene_init(&f);
	for (type = 1; type < SCAP_EVT_MAX; type += 10) {
		info = scap_event_info((uint16_t)type);
		if (!info)
			continue;
		memset(fmt, '-', sizeof(fmt));
		fmt[info->nparams] = '\0';
		fake_add(&f, (uint16_t)type, SHELL, fmt);
	}
	fake_open(&f, NULL);
	while (fake_step(&f, 1)) {
		sinsp_each_field(ask_all, NULL);
		sinsp_each_field(ask_all, &f);
	}
	fake_free(&f);
}

static void follows_sessions_and_shells(void)
{
	scene_init(&f);
	scene_read(&f, NGINX, 3, "", 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%proc.sid %proc.sname %proc.pgid.name %proc.loginshellid", "100 bash bash 100");
	PRINTS(&f, "%proc.is_sid_leader %proc.ppid %proc.pname %proc.pid", "false 100 bash 200");
	PRINTS(&f, "*%proc.duration %proc.pid.ts %proc.exe_ino", "<NA> <NA> <NA>");
	fake_free(&f);
}

static void knows_the_age_of_what_it_saw_begin(void)
{
	scene_init(&f);
	fake_clone(&f, (struct fake_clone){ .tid = 300, .pid = 300, .ptid = SHELL, .comm = "sh" });
	fake_exec(&f, 300, "ls", "/bin/ls", NULL);
	fake_open(&f, NULL);
	fake_step(&f, 2);
	PRINTS(&f, "%proc.duration %proc.pid.ts %proc.exepath %proc.exe_ino",
	       "1000 1600000000000000000 /bin/ls 77");
	PRINTS(&f, "%proc.name %proc.args %proc.pname", "ls -l a b bash");
	fake_free(&f);
}

static void knows_what_opening_does(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, SHELL, "qqsdddq", 20ll, -100ll, "x",
		 (long long)(SCAP_O_WRONLY | SCAP_O_CREAT | SCAP_O_F_CREATED), 0755ll, 5ll, 9ll);
	fake_openat(&f, SHELL, 21, "/y", SCAP_O_RDONLY);
	fake_fstat(&f, SHELL, 21);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%evt.is_open_read %evt.is_open_write %evt.is_open_exec %evt.is_open_create",
	       "false true true true");
	PRINTS(&f, "%fd.name %fd.directory %fd.filename %fd.ino %fd.dev %fd.name_changed",
	       "/home/alice/x /home/alice x 9 5 true");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.is_open_read %evt.is_open_write %evt.is_open_exec %evt.is_open_create",
	       "true false false false");
	PRINTS(&f, "%fd.directory %fd.filename %fs.path.name", "/ y /y");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.is_open_read %fd.name %fd.name_changed", "false /y false");
	PRINTS(&f, "*%fs.path.name %evt.buffer", "<NA> <NA>");
	fake_free(&f);
}

static void tells_sources_from_targets(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_RENAME_X, SHELL, "qss", 0ll, "a", "/b");
	fake_add(&f, SCAP_EVT_SYSCALL_SYMLINKAT_X, SHELL, "qsqs", 0ll, "to", -100ll, "link");
	fake_add(&f, SCAP_EVT_SYSCALL_RENAME_X, SHELL, "qss", -2ll, "a", "/b");
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "*%fs.path.source %fs.path.sourceraw %fs.path.target %fs.path.name",
	       "/home/alice/a a /b <NA>");
	fake_step(&f, 1);
	PRINTS(&f, "%fs.path.source %fs.path.target", "/home/alice/link to");
	fake_step(&f, 1);
	PRINTS(&f, "*%fs.path.source", "<NA>");
	fake_free(&f);
}

SUITE("fields", TEST(tells_of_every_field), TEST(has_each_name_once),
      TEST(has_the_fields_that_users_know), TEST(takes_the_longest_name_and_its_argument),
      TEST(answers_for_events_without_parameters), TEST(answers_for_events_with_short_parameters),
      TEST(follows_sessions_and_shells), TEST(knows_the_age_of_what_it_saw_begin),
      TEST(knows_what_opening_does), TEST(tells_sources_from_targets))

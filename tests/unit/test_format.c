/* SPDX-License-Identifier: BSD-2-Clause */
/* The output language: literals, widths, absent fields, times, errors. */
#include "suite.h"

#include "scene.h"

static struct fake f;

static void read_from(int64_t fd, const char *data, int n)
{
	scene_init(&f);
	f.ts += 123456789;
	scene_read(&f, SHELL, fd, data, n);
	f.ts += 1499000;
	scene_read(&f, SHELL, 99, data, n);
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
}

static void prints_the_default_line(void)
{
	read_from(3, "root:x", 6);
	PRINTS(&f, SINSP_FORMAT_DEFAULT,
	       "1 12:26:40.123456789 0 bash (100) < read res=6 data=root:x fd=3(<f>/etc/passwd) "
	       "size=4096");
	PRINTS(&f, SINSP_FORMAT_CONTAINER,
	       "1 12:26:40.123456789 0 host (host) bash (100:100) < read res=6 data=root:x "
	       "fd=3(<f>/etc/passwd) size=4096");
	fake_free(&f);
}

static void copies_literals_and_takes_the_longest_name(void)
{
	read_from(3, "", 0);
	PRINTS(&f, "a\tb %evt.num|c", "a\tb 1|c");
	PRINTS(&f, "no field at all", "no field at all");
	PRINTS(&f, "%proc.namex %proc.name.x %proc.name[1]", "bashx bash.x bash[1]");
	PRINTS(&f, "%evt.time.s%evt.num", "12:26:401");
	PRINTS(&f, "%evt.arg.size. %evt.arg[3]", "4096. 4096");
	PRINTS(&f, "%(evt.time).s %6(proc.name)|%(toupper(proc.name))",
	       "12:26:40.123456789.s bash  |BASH");
	PRINTS(&f, "%proc.aname[1]|%proc.env[HOME]|%thread.cgroup.cpu|", "systemd|/home/alice|/x|");
	fake_free(&f);
}

static void pads_and_cuts_to_a_width(void)
{
	read_from(3, "", 0);
	PRINTS(&f, "|%10proc.name|%2proc.name|%010proc.name|%0proc.name|",
	       "|bash      |ba|bash      |bash|");
	PRINTS(&f, "%6evt.num|", "1     |");
	PRINTS(&f, "*%6fd.cip|%2fd.cip|", "<NA>  |<N|");
	PRINTS(&f, "%8toupper(proc.name)|", "BASH    |");
	fake_free(&f);
}

static void prints_nothing_where_a_field_is_absent(void)
{
	read_from(3, "", 0);
	PRINTS(&f, "%evt.num %fd.cip", "(none)");
	PRINTS(&f, "*%evt.num %fd.cip", "1 <NA>");
	PRINTS(&f, "%evt.num", "1");
	fake_free(&f);
}

static void transforms_what_it_prints(void)
{
	read_from(3, "abc", 3);
	PRINTS(&f, "%toupper(proc.name)!", "BASH!");
	PRINTS(&f, "%concat(proc.name, ':', user.name) %len(fd.name)", "bash:alice 11");
	PRINTS(&f, "%join('-', (proc.name,user.name))%basename(fd.name)", "bash-alicepasswd");
	fake_free(&f);
}

static void prints_every_kind_of_value(void)
{
	read_from(4, "", 0);
	PRINTS(&f, "%fd.cip %fd.sip %fd.cport %fd.sport", "10.0.0.5 93.184.216.34 43210 443");
	PRINTS(&f, "%evt.failed %evt.is_io %proc.fdusage %fd.types[4]", "false true 0.8 (ipv4)");
	PRINTS(&f, "%user.uid %user.name %user.homedir %user.shell %user.loginuid %group.name",
	       "1000 alice /home/alice /bin/zsh 1000 users");
	PRINTS(&f, "%thread.cap_effective", "CAP_CHOWN CAP_SYS_ADMIN");
	fake_free(&f);
}

static void prints_times(void)
{
	read_from(3, "", 0);
	PRINTS(&f, "%evt.time|%evt.time.s|%evt.datetime|%evt.datetime.s",
	       "12:26:40.123456789|12:26:40|2020-09-13 12:26:40.123456789|2020-09-13 12:26:40");
	PRINTS(&f, "%evt.time.iso8601", "2020-09-13T12:26:40.123456789+0000");
	PRINTS(&f, "%evt.rawtime|%evt.rawtime.s|%evt.rawtime.ns",
	       "1600000000123456789|1600000000|123456789");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.reltime|%evt.reltime.s|%evt.reltime.ns", "001500000|0|001500000");
	fake_free(&f);
}

static void prints_time_as_asked_for(void)
{
	struct sinsp_format_options o = { .time = SINSP_TIME_ABSOLUTE };

	read_from(3, "", 0);
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(scene_print_as(&f, "%evt.outputtime", &o), "1600000000.124956789");
	o.time = SINSP_TIME_RELATIVE;
	CU_ASSERT_STRING_EQUAL(scene_print_as(&f, "%evt.outputtime", &o), "0.001500000");
	o.time = SINSP_TIME_DELTA;
	CU_ASSERT_STRING_EQUAL(scene_print_as(&f, "%evt.outputtime", &o), "0.000000000");
	fake_free(&f);
}

static void measures_time_from_line_to_line(void)
{
	struct sinsp_format_options o = { .time = SINSP_TIME_DELTA_SHOWN };
	struct sinsp_text text = { 0 };
	struct scap_error err;
	struct sinsp_format *fmt;

	read_from(3, "", 0);
	fmt = sinsp_format_new(f.s, "%evt.outputtime %evt.deltatime;", &o, &err);
	sinsp_format_event(fmt, f.ev, &text);
	fake_step(&f, 1);
	sinsp_format_event(fmt, f.ev, &text);
	CU_ASSERT_STRING_EQUAL(text.ptr, "0.000000000 0;0.001500000 1500000;");
	sinsp_format_free(fmt);
	sinsp_text_free(&text);
	fake_free(&f);
}

/* Latency is an item behind the event; without one nothing is known. */
static void prints_latency_only_where_it_was_recorded(void)
{
	uint8_t item[12] = { SCAP_ITEM_LATENCY, 0, 8, 0 };
	struct sinsp_format_options o = { .time = SINSP_TIME_DELTA };
	uint64_t ns = 1500000;
	struct sinsp_event ev;

	read_from(3, "", 0);
	PRINTS(&f, "*%evt.latency %evt.latency.human", "<NA> <NA>");
	ev = *f.ev;
	memcpy(item + 4, &ns, sizeof(ns));
	ev.raw.items = item;
	ev.raw.items_len = sizeof(item);
	f.ev = &ev;
	PRINTS(&f, "%evt.latency %evt.latency.s %evt.latency.ns %evt.latency.human",
	       "1500000 0 001500000 1.50ms");
	CU_ASSERT_STRING_EQUAL(scene_print_as(&f, "%evt.outputtime", &o), "0.001500000");
	PRINTS(&f, "*%evt.wait_latency", "<NA>");
	fake_free(&f);
}

static void appends_to_what_is_there(void)
{
	struct sinsp_text text = { 0 };
	struct scap_error err;
	struct sinsp_format *fmt;

	read_from(3, "", 0);
	sinsp_text_puts(&text, "before ");
	fmt = sinsp_format_new(f.s, "%proc.name %fd.cip", NULL, &err);
	CU_ASSERT_FALSE(sinsp_format_event(fmt, f.ev, &text));
	CU_ASSERT_STRING_EQUAL(text.ptr, "before ");
	sinsp_format_free(fmt);
	fmt = sinsp_format_new(f.s, "%proc.name", NULL, &err);
	CU_ASSERT_TRUE(sinsp_format_event(fmt, f.ev, &text));
	CU_ASSERT_STRING_EQUAL(text.ptr, "before bash");
	sinsp_format_free(fmt);
	sinsp_text_free(&text);
	fake_free(&f);
}

/* Names that a process gave itself reach a terminal as dots. */
static void prints_nothing_that_a_terminal_obeys(void)
{
	struct scap_thread *t;
	const char *line;
	size_t i;

	scene_init(&f);
	t = scene_thread(&f, 300, 300, SHELL, "\x1b[31mred");
	t->args = (struct scap_bytes){ "\x1b]0;x\a\0\xff\n", 9 };
	t->env = (struct scap_bytes){ "X=\x1b[2J", 7 };
	t->cwd = "/\x1b[H/";
	t->exepath = "/tmp/\r\b";
	scene_fd(&f, t, 3, SCAP_FD_FILE_V2, "/tmp/\x1b[5m\n");
	fake_openat(&f, 300, 4, "a\x1b\x9b\n", SCAP_O_RDONLY);
	scene_read(&f, 300, 3, "\x1b[0m", 4);
	fake_open(&f, NULL);
	while (fake_step(&f, 1)) {
		line = scene_print(&f, "*%evt.args %proc.name %proc.args %proc.cmdline %proc.env "
				       "%proc.env[X] %proc.cwd %proc.exepath %fd.name %fd.filename "
				       "%fd.directory %evt.arg[1] %evt.rawarg.name %evt.buffer "
				       "%fs.path.name %concat(proc.name,proc.cwd) %proc.args[0]");
		for (i = 0; line[i]; i++)
			CU_ASSERT_FATAL(line[i] >= 0x20 && line[i] <= 0x7e);
		CU_ASSERT(i > 100);
	}
	fake_free(&f);
}

static void says_what_is_wrong_with_a_format(void)
{
	static const struct {
		const char *format, *message;
	} wrong[] = {
		{ "", "empty formatting token" },
		{ "*", "empty formatting token" },
		{ "x%", "invalid formatting syntax: formatting cannot end with a %" },
		{ "x%12", "invalid formatting syntax: formatting cannot end with a number" },
		{ "%foo.bar", "invalid formatting token '%foo.bar': no such field" },
		{ "100%% %evt.num", "invalid formatting token '%% %evt.num': no such field" },
		{ "%(evt.num", "invalid formatting token '%(evt.num': no ')' behind it" },
		{ "%(evt.nun)", "invalid formatting token '%evt.nun)': no such field" },
		{ "%-10proc.name", "invalid formatting token '%-10proc.name': no such field" },
		{ "%evt.arg", "invalid formatting token '%evt.arg': evt.arg needs an argument" },
		{ "%evt.arg.nosuch",
		  "invalid formatting token '%evt.arg.nosuch': unknown event argument nosuch" },
		{ "%fd.ip", "invalid formatting token '%fd.ip': this field is for filters only" },
		{ "%toupper(proc.name", "filter error at index 17" },
	};
	struct scap_error err;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(&err, 0, sizeof(err));
		CU_ASSERT_PTR_NULL(sinsp_format_new(NULL, wrong[i].format, NULL, &err));
		if (strncmp(err.msg, wrong[i].message, strlen(wrong[i].message)) != 0)
			printf("    %s: %s\n", wrong[i].format, err.msg);
		CU_ASSERT(!strncmp(err.msg, wrong[i].message, strlen(wrong[i].message)));
	}
}

SUITE("format", TEST(prints_the_default_line), TEST(copies_literals_and_takes_the_longest_name),
      TEST(pads_and_cuts_to_a_width), TEST(prints_nothing_where_a_field_is_absent),
      TEST(transforms_what_it_prints), TEST(prints_every_kind_of_value), TEST(prints_times),
      TEST(prints_time_as_asked_for), TEST(measures_time_from_line_to_line),
      TEST(prints_latency_only_where_it_was_recorded), TEST(appends_to_what_is_there),
      TEST(prints_nothing_that_a_terminal_obeys), TEST(says_what_is_wrong_with_a_format))

/* SPDX-License-Identifier: BSD-2-Clause */
/* What filters match: operators and types, absent values, sets, nets, ancestors, transformers. */
#include "suite.h"

#include "scene.h"

static struct fake f;

static void open_scene(void)
{
	fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
}

/* A read by the shell from descriptor @fd. */
static void read_from(int64_t fd, const char *data, int n)
{
	scene_init(&f);
	scene_read(&f, SHELL, fd, data, n);
	open_scene();
}

static void compares_strings(void)
{
	read_from(3, "root:x", 6);
	MATCHES(&f, "fd.name = /etc/passwd");
	DIFFERS(&f, "fd.name = /etc/passw");
	DIFFERS(&f, "fd.name = /ETC/passwd");
	DIFFERS(&f, "fd.name != /etc/passwd");
	MATCHES(&f, "fd.name != /etc/passwd2");
	MATCHES(&f, "fd.name contains c/p");
	MATCHES(&f, "fd.name contains ''");
	DIFFERS(&f, "fd.name contains C/P");
	MATCHES(&f, "fd.name icontains C/P");
	DIFFERS(&f, "fd.name icontains C/Q");
	MATCHES(&f, "fd.name startswith /etc");
	DIFFERS(&f, "fd.name startswith etc");
	MATCHES(&f, "fd.name endswith passwd");
	DIFFERS(&f, "fd.name endswith /etc");
	DIFFERS(&f, "fd.name endswith /etc/passwd/etc/passwd");
	fake_free(&f);
}

static void compares_with_wildcards(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "fd.name glob /etc/*");
	MATCHES(&f, "fd.name glob *");
	MATCHES(&f, "fd.name glob '/*c/*w?'");
	MATCHES(&f, "fd.name glob '/etc/pass[v-x]d'");
	DIFFERS(&f, "fd.name glob '/etc/pass[!v-x]d'");
	DIFFERS(&f, "fd.name glob /etc");
	DIFFERS(&f, "fd.name glob '/{etc,dev}/*'");
	DIFFERS(&f, "fd.name glob /ETC/*");
	MATCHES(&f, "fd.name iglob /ETC/PASS*");
	DIFFERS(&f, "fd.name glob '/etc/pass[a*'");
	fake_free(&f);
}

/* The worst a wildcard can be asked; takes as long as the lengths multiplied, not longer. */
static void globs_without_backtracking_forever(void)
{
	char pattern[256] = "", value[4096];
	int i;

	for (i = 0; i < 60; i++)
		strcat(pattern, "*a");
	strcat(pattern, "b");
	memset(value, 'a', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	scene_init(&f);
	fake_openat(&f, SHELL, 20, value, SCAP_O_RDONLY);
	open_scene();
	snprintf(value, sizeof(value), "evt.rawarg.name glob '%s'", pattern);
	DIFFERS(&f, value);
	DIFFERS(&f, "evt.rawarg.name regex '(a+)+b'"); /* stopped by the limit */
	fake_free(&f);
}

static void matches_patterns_against_the_whole_value(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "fd.name regex '/etc/.*'");
	DIFFERS(&f, "fd.name regex 'passwd'");
	MATCHES(&f, "fd.name regex '.*passwd'");
	MATCHES(&f, "fd.name regex '/(etc|dev)/pass[a-z]+'");
	DIFFERS(&f, "fd.name regex '/etc'");
	fake_free(&f);
}

static void matches_paths_by_whole_components(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "fd.name pmatch (/etc)");
	MATCHES(&f, "fd.name pmatch (etc)");
	MATCHES(&f, "fd.name pmatch (/etc/)");
	MATCHES(&f, "fd.name pmatch (//etc//passwd)");
	MATCHES(&f, "fd.name pmatch (/)");
	MATCHES(&f, "fd.name pmatch (/e*)");
	MATCHES(&f, "fd.name pmatch (/var, /etc)");
	DIFFERS(&f, "fd.name pmatch (/etc/pass)");
	DIFFERS(&f, "fd.name pmatch (/et)");
	DIFFERS(&f, "fd.name pmatch (/etc/passwd/x)");
	MATCHES(&f, "fd.name pmatch (/a, /b/c, /var/e*, /dev, /etc/passwd, /x/*/z)");
	MATCHES(&f, "fd.name pmatch (/a, /b/c, /et[a-c]/pass*, /dev)");
	DIFFERS(&f, "fd.name pmatch (/a, /b/c, /etc/a, /dev, /passwd, /etc/passwd/x, /*/a)");
	DIFFERS(&f, "fd.name pmatch (/etcp, /e, /etc/passwdx, /etc/pass, /etc\\passwd)");
	DIFFERS(&f, "fd.name pmatch ()");
	fake_free(&f);
}

static void compares_numbers(void)
{
	read_from(3, "abcdefgh", 8);
	MATCHES(&f, "fd.num = 3 and fd.num == 3 and fd.num=+3");
	DIFFERS(&f, "fd.num != 3");
	MATCHES(&f, "fd.num < 4 and fd.num <= 3 and fd.num > 2 and fd.num >= 3 and fd.num > -1");
	DIFFERS(&f, "fd.num < 3 or fd.num > 3");
	MATCHES(&f, "fd.num in (1, 3, 22)");
	DIFFERS(&f, "fd.num in (1, 2, 22)");
	MATCHES(&f, "evt.rawres = 8 and evt.buflen = 8");
	MATCHES(&f, "user.uid = 1000 and user.loginuid = 1000");
	MATCHES(&f, "evt.rawarg.size = 4096 and evt.rawarg.size > 100");
	MATCHES(&f, "evt.num = 1 and evt.cpu = 0 and evt.failed = false");
	DIFFERS(&f, "evt.failed = true");
	fake_free(&f);
}

static void takes_minus_one_for_all_ones(void)
{
	scene_init(&f);
	scene_read(&f, 999, 3, "", 0); /* nothing is known of this thread */
	open_scene();
	MATCHES(&f, "user.uid = 4294967295");
	MATCHES(&f, "user.uid = -1");
	MATCHES(&f, "user.loginuid = -1");
	fake_free(&f);
}

static void compares_addresses_and_nets(void)
{
	read_from(4, "", 0);
	MATCHES(&f, "fd.cip = 10.0.0.5 and fd.sip = 93.184.216.34");
	DIFFERS(&f, "fd.cip = 10.0.0.6");
	MATCHES(&f, "fd.cip in (10.0.0.4, 10.0.0.5)");
	MATCHES(&f, "fd.cip != ::1");
	DIFFERS(&f, "fd.cip = ::1");
	MATCHES(&f, "fd.cnet = 10.0.0.0/8 and fd.snet = 93.184.216.32/27");
	DIFFERS(&f, "fd.snet = 93.184.216.32/31");
	MATCHES(&f, "fd.snet = 93.184.216.34/32 and fd.snet = 0.0.0.0/0");
	MATCHES(&f, "fd.snet in (1.2.3.0/24, 93.184.0.0/16)");
	MATCHES(&f, "fd.snet != 10.0.0.0/8");
	MATCHES(&f, "fd.lip = 10.0.0.5 and fd.rip = 93.184.216.34");
	MATCHES(&f, "fd.cport = 43210 and fd.sport = 443 and fd.sport = https");
	MATCHES(&f, "fd.sport in (80, https)");
	fake_free(&f);
	read_from(17, "", 0);
	MATCHES(&f, "fd.cip = ::1 and fd.cnet = ::1/128 and fd.cnet = ::/0");
	DIFFERS(&f, "fd.cnet = 10.0.0.0/8");
	MATCHES(&f, "fd.cnet != 10.0.0.0/8");
	fake_free(&f);
}

static void asks_both_ends_of_a_connection(void)
{
	read_from(4, "", 0);
	MATCHES(&f, "fd.ip = 10.0.0.5");
	MATCHES(&f, "fd.ip = 93.184.216.34");
	DIFFERS(&f, "fd.ip != 10.0.0.5");
	MATCHES(&f, "fd.ip != 1.2.3.4");
	MATCHES(&f, "fd.ip in (1.2.3.4, 93.184.216.34)");
	DIFFERS(&f, "fd.ip in (1.2.3.4, 1.2.3.5)");
	MATCHES(&f, "fd.net in (1.2.3.0/24, 93.184.216.0/24)");
	DIFFERS(&f, "fd.net != 93.184.216.0/24");
	MATCHES(&f, "fd.port = 443 and fd.port = 43210 and fd.port < 500 and fd.port > 40000");
	DIFFERS(&f, "fd.port != 443");
	MATCHES(&f, "fd.proto = https and fd.ip exists");
	fake_free(&f);
}

static void gives_a_listener_one_end(void)
{
	read_from(5, "", 0);
	MATCHES(&f, "fd.ip = 10.0.0.5 and fd.sip = 10.0.0.5 and fd.sport = 22");
	MATCHES(&f, "fd.lport = 22 and fd.is_server = true");
	DIFFERS(&f, "fd.cip exists or fd.rip exists or fd.cport exists");
	MATCHES(&f, "fd.ip != 1.2.3.4");
	fake_free(&f);
}

/* It has no end yet: asked for either one, it is at no address and at port 0. */
static void knows_sockets_that_are_new(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, SHELL, "qddd", 22ll, 2ll, 1ll, 6ll);
	open_scene();
	MATCHES(&f, "fd.ip != 1.2.3.4 and fd.net != 10.0.0.0/8 and fd.port != 80");
	MATCHES(&f, "fd.ip = 0.0.0.0 and fd.port = 0 and fd.ip exists");
	DIFFERS(&f, "fd.ip = 1.2.3.4 or fd.port = 80");
	DIFFERS(&f, "fd.sip exists or fd.cip exists or fd.lport exists or fd.sport != 80");
	fake_free(&f);
}

static void finds_no_address_where_there_is_none(void)
{
	read_from(3, "", 0);
	DIFFERS(&f, "fd.ip exists");
	DIFFERS(&f, "fd.ip != 1.2.3.4");
	DIFFERS(&f, "fd.sport != 1");
	MATCHES(&f, "not fd.ip = 1.2.3.4");
	fake_free(&f);
}

static void compares_bytes(void)
{
	read_from(3, "ro\0ot:x", 7);
	MATCHES(&f, "evt.buffer contains ro");
	MATCHES(&f, "evt.buffer contains ot:");
	MATCHES(&f, "evt.buffer startswith ro and evt.buffer endswith x");
	MATCHES(&f, "evt.buffer bcontains 6f006f");
	MATCHES(&f, "evt.buffer bstartswith 726F00");
	DIFFERS(&f, "evt.buffer bstartswith 006f");
	DIFFERS(&f, "evt.buffer = ro");
	fake_free(&f);
	read_from(3, "OK", 2);
	MATCHES(&f, "evt.buffer = OK and evt.buffer in (NO, OK)");
	fake_free(&f);
}

/* FILTER_LANGUAGE: an absent value makes every operator false, "not" inverts that. */
static void treats_absent_values_as_false(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_GETCWD_X, SHELL, "qs", 12ll, "/home/alice");
	open_scene();
	DIFFERS(&f, "fd.name = /a");
	DIFFERS(&f, "fd.name != /a");
	DIFFERS(&f, "fd.name exists");
	DIFFERS(&f, "fd.name in ()");
	MATCHES(&f, "not fd.name = /a");
	MATCHES(&f, "not fd.name exists");
	DIFFERS(&f, "proc.name = val(fd.name)");
	DIFFERS(&f, "val(fd.name) exists");
	DIFFERS(&f, "len(fd.name) >= 0");
	DIFFERS(&f, "concat(fd.name, 'x') exists");
	MATCHES(&f, "proc.name exists");
	fake_free(&f);
}

static void knows_present_but_empty_values(void)
{
	read_from(99, "", 0); /* not open: its name is empty */
	MATCHES(&f, "fd.name = '' and fd.name = \"\" and fd.name exists");
	DIFFERS(&f, "fd.name in ()");
	MATCHES(&f, "fd.name != /a");
	MATCHES(&f, "fd.name in ('')");
	fake_free(&f);
}

static void joins_checks(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "fd.num=1 or fd.num=2 or fd.num=3");
	DIFFERS(&f, "fd.num=1 and fd.num=3");
	MATCHES(&f, "fd.num=3 or fd.num=3 and fd.num=99");
	DIFFERS(&f, "(fd.num=3 or fd.num=3) and fd.num=99");
	MATCHES(&f, "not not fd.num=3");
	MATCHES(&f, "not (fd.num=1 or fd.num=2)");
	DIFFERS(&f, "not not not fd.num=3");
	fake_free(&f);
}

static void takes_value_list_modifiers(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "proc.name = oneof (bash, nginx)");
	DIFFERS(&f, "fd.name startswith oneof (/etc, /e)");
	MATCHES(&f, "fd.name startswith anyof (/etc, /e)");
	MATCHES(&f, "fd.name startswith allof (/etc, /e)");
	DIFFERS(&f, "fd.name startswith allof (/etc, /x)");
	MATCHES(&f, "proc.name != allof (sh, nginx)");
	DIFFERS(&f, "proc.name != allof (bash, nginx)");
	DIFFERS(&f, "proc.name = anyof ()");
	fake_free(&f);
}

static void finds_members_of_large_sets(void)
{
	char text[8192] = "proc.name in (";
	int i;

	for (i = 0; i < 300; i++)
		sprintf(text + strlen(text), "name%d, ", i * 7 % 300);
	strcat(text, "bash)");
	read_from(3, "", 0);
	MATCHES(&f, text);
	text[strlen(text) - 2] = 'x';
	DIFFERS(&f, text);
	fake_free(&f);
}

/* "or" over one field becomes a set: with the same answers where it has no value or several. */
static void joins_alternatives_of_one_field(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "proc.name = sh or proc.name = bash or proc.name in (a, b)");
	DIFFERS(&f, "proc.name = sh or proc.name = ash or proc.name in (a, b)");
	MATCHES(&f, "fd.num = 1 or proc.name = x or fd.num = 3");
	DIFFERS(&f, "not (fd.num = 1 or fd.num = 3)");
	DIFFERS(&f, "fd.ip = 1.2.3.4 or fd.ip = 10.0.0.5");
	MATCHES(&f, "not (fd.ip = 1.2.3.4 or fd.ip = 10.0.0.5)");
	MATCHES(&f, "evt.type = open or evt.type = read");
	fake_free(&f);
	read_from(4, "", 0);
	MATCHES(&f, "fd.ip = 1.2.3.4 or fd.ip = 10.0.0.5");
	MATCHES(&f, "fd.net = 1.0.0.0/8 or fd.net = 93.0.0.0/8 or fd.net in (2.0.0.0/8)");
	DIFFERS(&f, "fd.net = 1.0.0.0/8 or fd.net = 94.0.0.0/8");
	MATCHES(&f, "fd.port = 1 or fd.port = 443");
	fake_free(&f);
	scene_init(&f);
	scene_read(&f, NGINX, 3, "", 0);
	open_scene();
	MATCHES(&f, "proc.aname = x or proc.aname = systemd");
	DIFFERS(&f, "proc.aname = x or proc.aname = nginx");
	fake_free(&f);
}

/* A field that several checks ask for is got once for an event, and again for the next one. */
static void asks_again_for_the_next_event(void)
{
	const char *text = "fd.name startswith /etc and fd.name endswith passwd and "
			   "proc.cmdline contains bash and proc.cmdline contains -i";
	struct scap_error err;
	struct sinsp_filter *flt;

	scene_init(&f);
	scene_read(&f, SHELL, 3, "", 0);
	scene_read(&f, SHELL, 14, "", 0);
	scene_read(&f, SHELL, 3, "", 0);
	scene_read(&f, NGINX, 3, "", 0);
	open_scene();
	flt = sinsp_filter_new(f.s, text, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(flt);
	CU_ASSERT_TRUE(sinsp_filter_run(flt, f.ev));
	CU_ASSERT_FALSE(sinsp_filter_run(flt, fake_step(&f, 1)));
	CU_ASSERT_TRUE(sinsp_filter_run(flt, fake_step(&f, 1)));
	CU_ASSERT_FALSE(sinsp_filter_run(flt, fake_step(&f, 1)));
	sinsp_filter_free(flt);
	fake_free(&f);
}

static void asks_every_ancestor(void)
{
	scene_init(&f);
	scene_read(&f, NGINX, 3, "", 0);
	open_scene();
	MATCHES(&f, "proc.aname = bash and proc.aname = systemd");
	DIFFERS(&f, "proc.aname = nginx"); /* itself is left out */
	MATCHES(&f, "proc.aname != bash"); /* some ancestor is not bash */
	MATCHES(&f, "proc.aname in (x, systemd)");
	MATCHES(&f, "proc.aname[0] = nginx and proc.aname[1] = bash and proc.aname[2] = systemd");
	DIFFERS(&f, "proc.aname[3] exists");
	MATCHES(&f, "proc.apid = 1 and proc.apid = 100");
	DIFFERS(&f, "proc.apid = 200");
	MATCHES(&f, "proc.pname = bash and proc.ppid = 100");
	MATCHES(&f, "proc.acmdline contains -i");
	MATCHES(&f, "proc.aenv contains HOME and proc.aenv[HOME] = /home/alice");
	MATCHES(&f, "proc.aenv[1] contains 'A=1'");
	DIFFERS(&f, "proc.aenv[2] contains 'A=1'");
	fake_free(&f);
}

static void has_no_ancestors_at_the_top(void)
{
	scene_init(&f);
	scene_read(&f, 1, 3, "", 0);
	open_scene();
	DIFFERS(&f, "proc.aname exists or proc.aname != x");
	MATCHES(&f, "not proc.aname exists");
	fake_free(&f);
}

static void reads_arguments_and_environment(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "proc.args = '-i a b' and proc.cmdline = 'bash -i a b'");
	MATCHES(&f, "proc.args[0] = -i and proc.args[1] = 'a b'");
	MATCHES(&f, "proc.cmdnargs = 2 and proc.cmdlenargs = 5");
	MATCHES(&f, "proc.env[HOME] = /home/alice and proc.env[A] = 1");
	MATCHES(&f, "proc.env[NOSUCH] = ''");
	DIFFERS(&f, "proc.env[HOM] = /home/alice");
	MATCHES(&f, "thread.cgroup.cpu = /x and thread.cgroup[cpuset] = /");
	fake_free(&f);
}

static void asks_for_types_of_events(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "evt.type = read");
	MATCHES(&f, "evt.type in (open, read) and evt.type contains read");
	DIFFERS(&f, "evt.type = readv or evt.type != read");
	MATCHES(&f, "evt.type.is.read = 1 and evt.type.is.open = 0");
	MATCHES(&f, "syscall.type = read and evt.dir = < and evt.category = file");
	MATCHES(&f, "evt.is_io_read = true and evt.is_io = true and evt.io_dir = read");
	MATCHES(&f, "not evt.type = open and (evt.type = open or evt.type = read)");
	fake_free(&f);
}

static void asks_for_calls_that_have_no_event_of_their_own(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_GENERIC_X, SHELL, "ww", (long long)SCAP_SC_getrandom, 318ll);
	open_scene();
	MATCHES(&f, "evt.type = getrandom and syscall.type = getrandom");
	DIFFERS(&f, "evt.type = syscall or evt.type = read");
	MATCHES(&f, "evt.type != read and not evt.type = read");
	fake_free(&f);
}

static void leaves_tracepoints_out_of_syscall_type(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, SHELL, "qqqddd", 200ll, 0ll, 0ll, 0ll, 0ll, 0ll);
	open_scene();
	MATCHES(&f, "evt.type = switch and evt.dir = >");
	DIFFERS(&f, "syscall.type = switch or syscall.type exists");
	fake_free(&f);
}

static void compares_arguments_as_what_they_stand_for(void)
{
	scene_init(&f);
	fake_openat(&f, SHELL, -2, "rel", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	open_scene();
	MATCHES(&f, "evt.arg.fd = ENOENT and evt.arg[0] = ENOENT and evt.res = ENOENT");
	MATCHES(&f, "evt.arg.flags = O_RDONLY|O_CLOEXEC and evt.arg.flags contains CLOEXEC");
	MATCHES(&f, "evt.arg.name = /home/alice/rel and evt.rawarg.name = rel");
	MATCHES(&f, "evt.rawarg.fd = -2 and evt.rawres = -2 and evt.failed = true");
	MATCHES(&f, "evt.arg.dirfd = AT_FDCWD");
	DIFFERS(&f, "evt.arg.res exists or evt.arg.data exists or evt.arg[12] exists");
	MATCHES(&f, "fd.name = /home/alice/rel and fd.num = -1 or fd.num < 0");
	MATCHES(&f, "fs.path.name = /home/alice/rel and fs.path.nameraw = rel");
	fake_free(&f);
}

static void transforms_values(void)
{
	read_from(3, "aGVsbG8=", 8);
	MATCHES(&f, "toupper(proc.name) = BASH and tolower(toupper(proc.name)) = bash");
	MATCHES(&f, "basename(fd.name) = passwd and basename(proc.name) = bash");
	MATCHES(&f, "len(fd.name) = 11 and len(basename(fd.name)) = 6 and len(evt.buffer) = 8");
	MATCHES(&f, "b64(evt.buffer) = hello");
	DIFFERS(&f, "b64(proc.cmdline) exists"); /* blanks are no base64 */
	MATCHES(&f, "concat(proc.name, ':', user.name) = bash:alice");
	MATCHES(&f, "join('-', (proc.name, 'x', user.name)) = bash-x-alice");
	MATCHES(&f, "len((proc.name, user.name)) = 2");
	MATCHES(&f, "tolower(proc.name) in (bash, sh)");
	fake_free(&f);
}

static void decodes_base64_of_every_length(void)
{
	read_from(3, "YQ==", 4);
	MATCHES(&f, "b64(evt.buffer) = a");
	fake_free(&f);
	read_from(3, "YWI=", 4);
	MATCHES(&f, "b64(evt.buffer) = ab");
	fake_free(&f);
	read_from(3, "YWJj", 4);
	MATCHES(&f, "b64(evt.buffer) = abc");
	fake_free(&f);
	read_from(3, "Y", 1);
	DIFFERS(&f, "b64(evt.buffer) exists");
	fake_free(&f);
}

static void compares_fields_with_fields(void)
{
	read_from(4, "", 0);
	MATCHES(&f, "proc.name = val(proc.exe) and proc.name = tolower(proc.exe)");
	DIFFERS(&f, "proc.name = val(user.name)");
	MATCHES(&f, "proc.name != val(user.name)");
	MATCHES(&f, "fd.cip = val(fd.lip) and fd.sip != val(fd.lip)");
	MATCHES(&f, "fd.num < val(proc.pid)");
	MATCHES(&f, "proc.cmdline startswith val(proc.name)");
	MATCHES(&f, "proc.name in (bash) and proc.name in join('', ('ba', 'sh'))");
	fake_free(&f);
}

static void finds_options_of_commands(void)
{
	struct scap_thread *t;

	scene_init(&f);
	t = scene_thread(&f, 300, 300, SHELL, "nc");
	t->args = (struct scap_bytes){ "-lp\00099\0-ex\0rest", 16 };
	scene_read(&f, 300, 3, "", 0);
	open_scene();
	MATCHES(&f, "getopt((proc.args[0],proc.args[1],proc.args[2]),\"lp:e:\")[p] = 99");
	MATCHES(&f, "getopt((proc.args[0],proc.args[1],proc.args[2]),\"lp:e:\")[e] = x");
	MATCHES(&f, "getopt((proc.args[0],proc.args[1],proc.args[2]),\"lp:e:\")[l] exists");
	DIFFERS(&f, "getopt((proc.args[0],proc.args[1]),\"lp:e:\")[e] exists");
	MATCHES(&f, "getopt((proc.args[0],proc.args[1],proc.args[2]),\"lp:e:\") intersects (e)");
	MATCHES(&f, "getopt((proc.args[0]),\"p\") in ('?', p)");
	MATCHES(&f, "getopt(('--', '-x'), \"x\") exists");
	DIFFERS(&f, "getopt(('--', '-x'), \"x\")[x] exists");
	fake_free(&f);
}

static void asks_lists(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "fd.types intersects (ipv4, none)");
	DIFFERS(&f, "fd.types intersects (none)");
	MATCHES(&f, "fd.types in (file, directory, ipv4, ipv6, unix, pipe, event)");
	DIFFERS(&f, "fd.types in (file)");
	MATCHES(&f, "fd.types intersects (ipv4) and fd.types intersects (none, file)");
	MATCHES(&f, "fd.types[4] in (ipv4)");
	DIFFERS(&f, "fd.types[99] in (ipv4)");
	MATCHES(&f, "len(fd.types) = 6");
	fake_free(&f);
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, SHELL, "qddd", 20ll, 40ll, 1ll, 0ll); /* vsock */
	fake_open(&f, NULL);
	fake_step(&f, 1);
	MATCHES(&f, "len(fd.types) = 7 and fd.types intersects ('<NA>')");
	fake_free(&f);
	scene_init(&f);
	scene_read(&f, 999, 3, "", 0); /* no descriptor is known: all of none are files */
	open_scene();
	MATCHES(&f, "fd.types exists and fd.types in (file) and len(fd.types) = 0");
	DIFFERS(&f, "fd.types intersects (file)");
	fake_free(&f);
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_KILL_X, SHELL, "qqc", 0ll, 200ll, 9ll);
	open_scene();
	DIFFERS(&f, "fd.types exists"); /* the event is about no descriptor */
	fake_free(&f);
}

static void measures_distance_in_time(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "evt.around[1600000000000000000]=0");
	MATCHES(&f, "evt.around[1599999999000000000]=1000");
	DIFFERS(&f, "evt.around[1599999999000000000]=999");
	MATCHES(&f, "evt.around[1600000001000000000]=1000");
	DIFFERS(&f, "evt.around[1600000001000000001]=1000");
	MATCHES(&f, "evt.rawtime.s = 1600000000 and evt.rawtime.ns = 0 and evt.reltime = 0");
	fake_free(&f);
}

static void runs_without_a_thread(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_USER_ADDED_E, -1, "ddsss", 7ll, 7ll, "bob", "/home/bob", "/bin/sh");
	open_scene();
	CU_ASSERT_PTR_NULL(f.ev->thread);
	DIFFERS(&f, "proc.name exists or user.name exists or fd.name exists or proc.pid exists");
	DIFFERS(&f, "container.id exists or proc.aname exists or fd.types exists");
	DIFFERS(&f, "proc.cmdline exists or proc.env exists or proc.loginshellid exists");
	MATCHES(&f, "thread.tid = -1 and evt.is_async = true and evt.asynctype = useradded");
	fake_free(&f);
}

static void says_host_outside_of_containers(void)
{
	read_from(3, "", 0);
	MATCHES(&f, "container.id = host and container.name = host and container.type = host");
	DIFFERS(&f, "container.id != host or container.image exists or k8s.pod.name exists");
	fake_free(&f);
}

SUITE("filter_run", TEST(compares_strings), TEST(compares_with_wildcards),
      TEST(globs_without_backtracking_forever), TEST(matches_patterns_against_the_whole_value),
      TEST(matches_paths_by_whole_components), TEST(compares_numbers),
      TEST(takes_minus_one_for_all_ones), TEST(compares_addresses_and_nets),
      TEST(asks_both_ends_of_a_connection), TEST(gives_a_listener_one_end),
      TEST(knows_sockets_that_are_new), TEST(finds_no_address_where_there_is_none),
      TEST(compares_bytes), TEST(treats_absent_values_as_false),
      TEST(knows_present_but_empty_values), TEST(joins_checks), TEST(takes_value_list_modifiers),
      TEST(joins_alternatives_of_one_field), TEST(asks_again_for_the_next_event),
      TEST(finds_members_of_large_sets), TEST(asks_every_ancestor),
      TEST(has_no_ancestors_at_the_top), TEST(reads_arguments_and_environment),
      TEST(asks_for_types_of_events), TEST(asks_for_calls_that_have_no_event_of_their_own),
      TEST(leaves_tracepoints_out_of_syscall_type), TEST(compares_arguments_as_what_they_stand_for),
      TEST(transforms_values), TEST(decodes_base64_of_every_length),
      TEST(compares_fields_with_fields), TEST(finds_options_of_commands), TEST(asks_lists),
      TEST(measures_distance_in_time), TEST(runs_without_a_thread),
      TEST(says_host_outside_of_containers))

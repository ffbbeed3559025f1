/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of environments that are longer than what events hold of them. */
#include "environ.h"
#include "fake_capture.h"
#include "suite.h"

#include <sys/stat.h>
#include <unistd.h>

#define CUT   4096
#define WHOLE 10000

static struct fake f;
static char root[] = "/tmp/scapula-test-XXXXXX";
static char whole[WHOLE], cut[CUT];

/* Strings of 99 bytes, each with its number; the recorded part ends in the middle of one. */
static void make_environment(void)
{
	int i;

	for (i = 0; i < WHOLE / 100; i++)
		snprintf(whole + i * 100, 100, "NAME%d=%090d", i % 10, i);
	memcpy(cut, whole, CUT);
	cut[CUT - 1] = '\0';
}

/* /proc of process 200, as it is when it is looked at. */
static void write_proc(const char *env, size_t len)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc", root);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/proc/200", root);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/proc/200/environ", root);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fwrite(env, 1, len, file);
	fclose(file);
}

static void remove_proc(void)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/proc/200/environ", root);
	unlink(path);
	snprintf(path, sizeof(path), "%s/proc/200", root);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/proc", root);
	rmdir(path);
}

static void run(bool live, bool asked, const char *env, int len)
{
	struct sinsp_options opts = { .host_root = root,
				      .no_containers = true,
				      .large_environments = asked };

	fake_init(&f);
	if (live)
		f.scap->engine = &fake_live_engine;
	fake_exec_env(&f, 200, "x", "/x", NULL, env, len);
	fake_open(&f, &opts);
	fake_run(&f);
}

static bool has(const char *env, size_t len)
{
	struct scap_bytes b = sinsp_find_thread(f.s, 200)->env;

	return b.len == len && memcmp(b.ptr, env, len) == 0;
}

static void cut_one_is_read_whole(void)
{
	write_proc(whole, WHOLE);
	run(true, true, cut, CUT);
	CU_ASSERT_TRUE(has(whole, WHOLE));
	fake_free(&f);
}

static void short_one_is_left_alone(void)
{
	write_proc("A=B\0C=D", 8);
	run(true, true, "A=B", 4);
	CU_ASSERT_TRUE(has("A=B", 4));
	fake_free(&f);
}

static void cut_one_stays_without_the_option_and_of_captures(void)
{
	write_proc(whole, WHOLE);
	run(true, false, cut, CUT);
	CU_ASSERT_TRUE(has(cut, CUT));
	fake_free(&f);
	run(false, true, cut, CUT);
	CU_ASSERT_TRUE(has(cut, CUT));
	fake_free(&f);
}

static void that_of_another_program_is_not_taken(void)
{
	whole[50] = 'x';
	write_proc(whole, WHOLE);
	make_environment();
	run(true, true, cut, CUT);
	CU_ASSERT_TRUE(has(cut, CUT));
	fake_free(&f);
}

static void process_that_is_gone_has_the_cut_one(void)
{
	remove_proc();
	run(true, true, cut, CUT);
	CU_ASSERT_TRUE(has(cut, CUT));
	fake_free(&f);
}

static void whole_one_is_recorded_up_to_the_last_whole_string(void)
{
	struct scap_bytes env = { whole, WHOLE };

	CU_ASSERT_EQUAL(environ_recorded(env).len, 4000);
	env.len = 7;
	CU_ASSERT_EQUAL(environ_recorded(env).len, 7);
	memset(whole, 'x', WHOLE);
	env.len = WHOLE;
	CU_ASSERT_EQUAL(environ_recorded(env).len, ENVIRON_RECORDED);
}

static void set_up(void)
{
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	make_environment();
	cut_one_is_read_whole();
}

static void folder_is_left_empty(void)
{
	CU_ASSERT_EQUAL(rmdir(root), 0);
}

SUITE("environ", { "cut_one_is_read_whole", set_up }, TEST(short_one_is_left_alone),
      TEST(cut_one_stays_without_the_option_and_of_captures),
      TEST(that_of_another_program_is_not_taken), TEST(process_that_is_gone_has_the_cut_one),
      TEST(whole_one_is_recorded_up_to_the_last_whole_string), TEST(folder_is_left_empty))

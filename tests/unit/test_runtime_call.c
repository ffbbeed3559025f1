/* SPDX-License-Identifier: BSD-2-Clause */
/* What command lines of container runtimes tell of the container that is to begin. */
#include "suite.h"

#include <string.h>

#include "../../libsinsp/runtime_call.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* @line with its blanks as ends of words. */
static bool parse(const char *comm, const char *line, struct runtime_call *c)
{
	static char args[1024];
	size_t i, n = strlen(line) + 1;

	memcpy(args, line, n);
	for (i = 0; i < n; i++)
		if (args[i] == ' ')
			args[i] = '\0';
	return runtime_call_parse(comm, &(struct scap_bytes){ args, (uint32_t)n }, c);
}

static void runc_and_crun_tell_id_and_bundle(void)
{
	struct runtime_call c;

	CU_ASSERT_TRUE(
		parse("runc", "--root /r --log /l create --bundle /b --pid-file /p " ID, &c));
	CU_ASSERT_STRING_EQUAL(c.id, ID);
	CU_ASSERT_STRING_EQUAL(c.bundle, "/b");
	CU_ASSERT_FALSE(c.in_cwd);
	CU_ASSERT_EQUAL(c.type, SINSP_CT_CUSTOM);
	CU_ASSERT_TRUE(parse("crun", "run --bundle=web web-1", &c));
	CU_ASSERT_STRING_EQUAL(c.id, "web-1");
	CU_ASSERT_STRING_EQUAL(c.bundle, "web");
	CU_ASSERT_TRUE(c.in_cwd);
	CU_ASSERT_TRUE(parse("runc", "run web-2", &c));
	CU_ASSERT_STRING_EQUAL(c.bundle, "");
	CU_ASSERT_TRUE(c.in_cwd);
}

static void conmon_tells_the_name(void)
{
	struct runtime_call c;

	CU_ASSERT_TRUE(parse("conmon",
			     "--api-version 1 -c " ID " -u " ID
			     " -r /usr/bin/crun -b /s/userdata -p "
			     "/p -n web --exit-command-arg -n --exit-command-arg other",
			     &c));
	CU_ASSERT_STRING_EQUAL(c.id, ID);
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_STRING_EQUAL(c.bundle, "/s/userdata");
	CU_ASSERT_EQUAL(c.type, SINSP_CT_PODMAN);
}

static void shim_tells_whose_container_it_is(void)
{
	struct runtime_call c;

	CU_ASSERT_TRUE(parse("containerd-shim", "-namespace moby -id " ID " -address /s", &c));
	CU_ASSERT_STRING_EQUAL(c.id, ID);
	CU_ASSERT_EQUAL(c.type, SINSP_CT_DOCKER);
	CU_ASSERT_TRUE(parse("containerd-shim", "-namespace k8s.io -id " ID " start", &c));
	CU_ASSERT_EQUAL(c.type, SINSP_CT_CRI);
	CU_ASSERT_TRUE(parse("containerd-shim", "-namespace default -id c1", &c));
	CU_ASSERT_EQUAL(c.type, SINSP_CT_CONTAINERD);
	CU_ASSERT_STRING_EQUAL(c.id, "c1");
}

static void what_begins_no_container_is_passed_over(void)
{
	struct runtime_call c;

	CU_ASSERT_FALSE(parse("runc", "init", &c));
	CU_ASSERT_FALSE(parse("runc", "--root /r kill " ID " 9", &c));
	CU_ASSERT_FALSE(parse("runc", "exec --process /p " ID, &c));
	CU_ASSERT_FALSE(parse("runc", "create --bundle", &c));
	CU_ASSERT_FALSE(parse("conmon", "--exec -c " ID " -n web", &c));
	CU_ASSERT_FALSE(parse("containerd-shim", "-namespace moby -id " ID " delete", &c));
	CU_ASSERT_FALSE(parse("runcible", "run x", &c));
	CU_ASSERT_FALSE(parse("conmon", "", &c));
}

/* runc --root "" …; whose value is empty has none. */
static void an_empty_word_is_one_of_many(void)
{
	struct runtime_call c;

	CU_ASSERT_TRUE(parse("runc", "--root  run --bundle /b web", &c));
	CU_ASSERT_STRING_EQUAL(c.id, "web");
	CU_ASSERT_STRING_EQUAL(c.bundle, "/b");
	CU_ASSERT_TRUE(parse("conmon", "-p  -c " ID "  -n web ", &c));
	CU_ASSERT_STRING_EQUAL(c.id, ID);
	CU_ASSERT_STRING_EQUAL(c.name, "web");
	CU_ASSERT_TRUE(parse("containerd-shim", " -namespace moby -address  -id " ID, &c));
	CU_ASSERT_STRING_EQUAL(c.id, ID);
	CU_ASSERT_FALSE(parse("containerd-shim", "-namespace moby -id  -address /s", &c));
	CU_ASSERT_FALSE(parse("runc", "run ", &c));
}

/* The last word of arguments that the driver cut has no NUL; a word of it would be another one. */
static void a_word_that_is_cut_is_none(void)
{
	char args[] = "run\0-b\0/b\0web";
	struct runtime_call c;

	CU_ASSERT_TRUE(runtime_call_parse("runc", &(struct scap_bytes){ args, sizeof(args) }, &c));
	CU_ASSERT_STRING_EQUAL(c.id, "web");
	runtime_call_parse("runc", &(struct scap_bytes){ args, sizeof(args) - 2 }, &c);
	CU_ASSERT_STRING_NOT_EQUAL(c.id, "web");
	CU_ASSERT_STRING_NOT_EQUAL(c.id, "we");
	CU_ASSERT_FALSE(runtime_call_parse("runc", &(struct scap_bytes){ NULL, 0 }, &c));
}

SUITE("runtime_call", TEST(runc_and_crun_tell_id_and_bundle), TEST(conmon_tells_the_name),
      TEST(shim_tells_whose_container_it_is), TEST(what_begins_no_container_is_passed_over),
      TEST(an_empty_word_is_one_of_many), TEST(a_word_that_is_cut_is_none))

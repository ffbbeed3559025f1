/* SPDX-License-Identifier: BSD-2-Clause */
/* What is made of the answers of metadata services. */
#include "suite.h"

#include "../../tools/ask/ask_cloud.h"
#include "fake_daemon.h"

struct page {
	const char *request; /* its beginning, and */
	const char *header;  /* a header that it must have */
	const char *body;
};

static struct fake_daemon server;
static const struct page *pages;

static void serve(struct fake_daemon *d, int fd)
{
	const struct page *p;
	char buf[4096];
	ssize_t n = recv(fd, buf, sizeof(buf) - 1, 0);

	if (n <= 0)
		return;
	buf[n] = '\0';
	fake_saw(d, buf, strcspn(buf, "\r"));
	for (p = pages; p->request; p++)
		if (strncmp(buf, p->request, strlen(p->request)) == 0 && strstr(buf, p->header))
			break;
	fake_answer(fd, p->request ? 200 : 404, p->request ? p->body : "");
}

static void says(const struct page *has, const char *want)
{
	char *lines;

	pages = has;
	fake_begin_tcp(&server, serve);
	lines = ask_cloud(server.path, 5000);
	fake_end(&server);
	CU_ASSERT_STRING_EQUAL(lines ? lines : "nothing", want);
	if (strcmp(lines ? lines : "nothing", want))
		printf("    %s\n", lines ? lines : "nothing");
	free(lines);
}

static void aws_tells_with_a_token(void)
{
	static const struct page aws[] = {
		{ "PUT /latest/api/token ", "\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n",
		  "t0k" },
		{ "GET /latest/dynamic/instance-identity/document ",
		  "\r\nX-aws-ec2-metadata-token: t0k\r\n",
		  "{\"accountId\":\"123456789012\",\"region\":\"eu-west-1\","
		  "\"availabilityZone\":\"eu-west-1b\",\"instanceId\":\"i-0abc\",\"imageId\":\"x\"}" },
		{ 0 },
	};

	says(aws, "cloud\taws\ninstance\ti-0abc\nregion\teu-west-1\nzone\teu-west-1b\n"
		  "account\t123456789012\n");
}

static void google_tells_single_values(void)
{
	static const struct page google[] = {
		{ "GET /computeMetadata/v1/instance/id ", "\r\nMetadata-Flavor: Google\r\n", "77" },
		{ "GET /computeMetadata/v1/instance/zone ", "Google",
		  "projects/12/zones/us-central1-a" },
		{ "GET /computeMetadata/v1/project/project-id ", "Google", "shop-prod" },
		{ 0 },
	};

	says(google, "cloud\tgcp\ninstance\t77\nregion\tus-central1\nzone\tus-central1-a\n"
		     "account\tshop-prod\n");
}

static void azure_tells_an_object(void)
{
	static const struct page azure[] = {
		{ "GET /metadata/instance/compute?api-version=2021-02-01 ",
		  "\r\nMetadata: true\r\n",
		  "{\"vmId\":\"u-1\",\"location\":\"westeurope\",\"zone\":\"\",\"subscriptionId\":"
		  "\"s-1\",\"osProfile\":{\"adminUsername\":\"x\"}}" },
		{ 0 },
	};

	says(azure, "cloud\tazure\ninstance\tu-1\nregion\twesteurope\naccount\ts-1\n");
}

static void who_is_no_cloud_tells_nothing(void)
{
	static const struct page none[] = { { 0 } };

	says(none, "nothing");
	CU_ASSERT_EQUAL(server.calls, 3);
}

static void values_are_plain(void)
{
	static const struct page odd[] = {
		{ "GET /metadata/instance/compute", "",
		  "{\"vmId\":\"a\\nb\\tc\",\"location\":[1],\"subscriptionId\":\"s\\u001b[31m\"}" },
		{ 0 },
	};

	says(odd, "cloud\tazure\n");
}

static void where_nobody_is_nobody_is_asked_twice(void)
{
	char *lines = ask_cloud("http://127.0.0.1:1", 5000);

	CU_ASSERT_PTR_NULL(lines);
	free(lines);
}

SUITE("ask_cloud", TEST(aws_tells_with_a_token), TEST(google_tells_single_values),
      TEST(azure_tells_an_object), TEST(who_is_no_cloud_tells_nothing), TEST(values_are_plain),
      TEST(where_nobody_is_nobody_is_asked_twice))

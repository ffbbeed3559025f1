/* SPDX-License-Identifier: BSD-2-Clause */
/* What the firmware says of a machine, and how it is kept in captures. */
#include "suite.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc_scan.h"

#define DMI "/sys/class/dmi/id"

static char root[] = "/tmp/test_facts.XXXXXX";
static struct scap_machine m;

static const char *const folders[] = { "/sys", "/sys/class", "/sys/class/dmi", DMI };

static void put(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s" DMI "/%s", root, name);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
}

static void begin(void)
{
	char path[PATH_MAX];
	size_t i;

	memset(&m, 0, sizeof(m));
	strcpy(root, "/tmp/test_facts.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s%s", root, folders[i]);
		mkdir(path, 0755);
	}
}

static void end(void)
{
	static const char *const files[] = { "sys_vendor",	 "product_name", "product_uuid",
					     "product_serial",	 "bios_version", "board_asset_tag",
					     "chassis_asset_tag" };
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s" DMI "/%s", root, files[i]);
		unlink(path);
	}
	for (i = 4; i-- > 0;) {
		snprintf(path, sizeof(path), "%s%s", root, folders[i]);
		rmdir(path);
	}
	rmdir(root);
}

static void firmware_tells_the_cloud_and_the_instance(void)
{
	begin();
	put("sys_vendor", "Amazon EC2\n");
	put("product_name", "m5.large\n");
	put("board_asset_tag", "i-0abc\n");
	proc_read_dmi(&m, root);
	CU_ASSERT_STRING_EQUAL(m.facts, "vendor\tAmazon EC2\nproduct\tm5.large\ncloud\taws\n"
					"instance\ti-0abc\n");
	end();
	begin();
	put("sys_vendor", "Microsoft Corporation\n");
	put("product_name", "Virtual Machine\n");
	put("product_uuid", "u-1\n");
	put("chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n");
	proc_read_dmi(&m, root);
	CU_ASSERT_STRING_EQUAL(m.facts, "vendor\tMicrosoft Corporation\nproduct\tVirtual Machine\n"
					"uuid\tu-1\ncloud\tazure\ninstance\tu-1\n");
	end();
}

static void other_machines_are_of_no_cloud(void)
{
	begin();
	put("sys_vendor", "Dell Inc.\n");
	put("board_asset_tag", "i-0abc\n");
	proc_read_dmi(&m, root);
	CU_ASSERT_STRING_EQUAL(m.facts, "vendor\tDell Inc.\n");
	end();
	memset(&m, 0, sizeof(m));
	proc_read_dmi(&m, "/nowhere");
	CU_ASSERT_STRING_EQUAL(m.facts, "");
}

static void facts_are_lines_that_fit(void)
{
	char value[600];
	size_t len;

	memset(&m, 0, sizeof(m));
	scap_machine_add_fact(&m, "a", "x\ty\nz");
	scap_machine_add_fact(&m, "b", "");
	scap_machine_add_fact(&m, "a", "again");
	CU_ASSERT_STRING_EQUAL(m.facts, "a\tx y z\n");
	memset(value, 'v', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	scap_machine_add_fact(&m, "c", value);
	len = strlen(m.facts);
	CU_ASSERT_EQUAL(len, 8 + 2 + 599 + 1);
	scap_machine_add_fact(&m, "d", value);
	CU_ASSERT_EQUAL(strlen(m.facts), len);
}

static void lines_are_added_to_what_is_known(void)
{
	memset(&m, 0, sizeof(m));
	scap_machine_add_fact(&m, "cloud", "aws");
	proc_add_facts(&m, "cloud\tgcp\nregion\teu\nno value\nzone\tb");
	CU_ASSERT_STRING_EQUAL(m.facts, "cloud\taws\nregion\teu\nzone\tb\n");
}

/* ---- in captures ---- */

static char file[] = "/tmp/test_facts.scap";

/* One event, with items of its own: a number of nanoseconds, and perhaps facts. */
static void write_event(struct scap_writer *w, const void *items, uint32_t len)
{
	uint64_t zero = 0;
	struct scap_param params[] = { { &zero, 8 }, { &zero, 8 } };
	struct scap_event ev;
	uint8_t buf[256];
	int64_t n = scap_event_encode(buf, sizeof(buf), SCAP_EVT_SYSCALL_CLOSE_X, 1000, 1, params,
				      2);

	CU_ASSERT_EQUAL_FATAL(scap_event_decode(&ev, buf, (size_t)n), 0);
	ev.items = items;
	ev.items_len = len;
	CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
}

static void facts_ride_on_the_first_event(void)
{
	static const struct {
		struct scap_item_hdr hdr;
		uint64_t ns;
	} __attribute__((packed)) latency = { { SCAP_ITEM_LATENCY, 8 }, 77 };
	static const enum scap_compression forms[] = { SCAP_PLAIN, SCAP_GZIP, SCAP_ZSTD };
	struct scap_snapshot *snap = scap_snapshot_new();
	struct scap_writer_options o = { 0 };
	struct scap_event ev;
	struct scap_writer *w;
	struct scap *h;
	const void *p;
	size_t i, len;

	scap_machine_add_fact(&snap->machine, "cloud", "aws");
	for (i = 0; i < 3; i++) {
		o.compression = forms[i];
		w = scap_writer_open(file, &o, snap, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		write_event(w, &latency, sizeof(latency));
		write_event(w, NULL, 0);
		CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
		h = scap_open_file(file, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		CU_ASSERT_STRING_EQUAL(scap_snapshot(h)->machine.facts, "cloud\taws\n");
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
		p = scap_event_item(&ev, SCAP_ITEM_LATENCY, &len);
		CU_ASSERT_TRUE(p && len == 8 && memcmp(p, &latency.ns, 8) == 0);
		CU_ASSERT_PTR_NOT_NULL(scap_event_item(&ev, SCAP_ITEM_MACHINE, &len));
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
		CU_ASSERT_EQUAL(ev.items_len, 0);
		scap_close(h);
	}
	unlink(file);
	scap_snapshot_free(snap);
}

/* Of a forged capture: longer than there is room for, and with a NUL inside. */
static void facts_of_any_length_are_read(void)
{
	static const unsigned int lengths[] = { 0, 1, 1023, 1024, 60000 };
	struct scap_item_hdr *hdr = calloc(1, sizeof(*hdr) + 60000);
	struct scap_writer_options o = { .compression = SCAP_PLAIN };
	struct scap_snapshot *snap = scap_snapshot_new();
	struct scap_writer *w;
	struct scap *h;
	size_t i;

	memset(hdr + 1, 'x', 60000);
	for (i = 0; i < 5; i++) {
		*hdr = (struct scap_item_hdr){ SCAP_ITEM_MACHINE, (uint16_t)lengths[i] };
		w = scap_writer_open(file, &o, snap, NULL);
		write_event(w, hdr, (uint32_t)sizeof(*hdr) + lengths[i]);
		CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
		h = scap_open_file(file, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		CU_ASSERT_EQUAL(strlen(scap_snapshot(h)->machine.facts),
				lengths[i] < 1024 ? lengths[i] : 0);
		scap_close(h);
	}
	unlink(file);
	free(hdr);
	scap_snapshot_free(snap);
}

SUITE("facts", TEST(firmware_tells_the_cloud_and_the_instance),
      TEST(other_machines_are_of_no_cloud), TEST(facts_are_lines_that_fit),
      TEST(lines_are_added_to_what_is_known), TEST(facts_ride_on_the_first_event),
      TEST(facts_of_any_length_are_read))

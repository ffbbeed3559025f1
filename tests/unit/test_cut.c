/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture that holds every kind of block, in all three encodings, cut at every byte: every event
 * that is whole comes, and the rest is told.
 */
#include "suite.h"
#include "every_block.h"

#include <errno.h>

/* Reads a file to its end. Returns the last status; *@n: the events that came. */
static int read_events(const char *path, long *n, struct scap_error *err)
{
	struct scap *h = scap_open_file(path, err);
	struct scap_event ev;
	int rc;

	*n = 0;
	if (!h)
		return err->code;
	while ((rc = scap_next(h, &ev)) == SCAP_EVENT || rc == SCAP_SECTION)
		*n += rc == SCAP_EVENT;
	*err = *scap_error(h);
	scap_close(h);
	return rc;
}

static long *events_in; /* of the first so many bytes, by whole blocks */

/* Between two blocks a plain capture ends cleanly: that is where events are counted. */
static void count_events(const struct every_block *e)
{
	const char *path = capture_path("prefix.scap");
	struct scap_error err;
	size_t at, next;
	long n = 0;

	if (events_in)
		return;
	events_in = calloc(e->len + 1, sizeof(*events_in));
	for (at = 0; at < e->len; at = next) {
		next = at + every_load32(e->p + at + 4);
		for (size_t i = at; i < next; i++)
			events_in[i] = n;
		capture_store(path, e->p, next);
		read_events(path, &n, &err);
	}
	events_in[e->len] = n;
}

static void there_is_every_kind_of_block(void)
{
	static const uint32_t types[] = {
		BLOCK_SHB,    BLOCK_MI,	    BLOCK_PL_V1,       BLOCK_PL_V2,	   BLOCK_PL_V3,
		BLOCK_PL_V4,  BLOCK_PL_V5,  BLOCK_PL_V6,       BLOCK_PL_V7,	   BLOCK_PL_V8,
		BLOCK_PL_V9,  BLOCK_FDL_V1, BLOCK_FDL_V2,      BLOCK_IL_V1,	   BLOCK_IL_V2,
		BLOCK_UL_V1,  BLOCK_UL_V2,  BLOCK_EV_V1,       BLOCK_EVF_V1,	   BLOCK_EV_V2,
		BLOCK_EVF_V2, 0x8010ABCD,   BLOCK_EV_V2_LARGE, BLOCK_EVF_V2_LARGE, 0x8002ABCD,
	};
	struct every_block e = every_block();
	struct scap_error err;
	size_t i, at;
	long n;

	CU_ASSERT(e.len < 64 << 10);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (at = 0; at < e.len && every_load32(e.p + at) != types[i];)
			at += every_load32(e.p + at + 4);
		CU_ASSERT(at < e.len);
	}
	capture_store(capture_path("every.scap"), e.p, e.len);
	CU_ASSERT_EQUAL(read_events(capture_path("every.scap"), &n, &err), SCAP_END);
	CU_ASSERT(n > 80);
	free(e.p);
}

static void cut_everywhere(enum scap_compression c,
			   size_t (*unpack)(const uint8_t *, size_t, uint8_t *, size_t))
{
	const char *path = capture_path("cut.scap");
	struct every_block e = every_block();
	uint8_t *out = malloc(e.len), *file;
	size_t len, cut, plain, bad = 0;
	struct scap_error err;
	long n;
	int rc;

	count_events(&e);
	file = every_encode(&e, c, &len);
	for (cut = 0; cut < len; cut++) {
		capture_store(path, file, cut);
		rc = read_events(path, &n, &err);
		plain = unpack(file, cut, out, e.len);
		bad += n != events_in[plain];
		/* It is told, unless the cut is where a capture may end. */
		bad += rc < 0 && (rc != err.code || !strstr(err.msg, "cut.scap: "));
		bad += rc >= 0 && (rc != SCAP_END || c == SCAP_GZIP);
	}
	CU_ASSERT_EQUAL(bad, 0);
	free(file);
	free(out);
	free(e.p);
}

static void a_plain_capture_gives_all_that_is_whole(void)
{
	cut_everywhere(SCAP_PLAIN, unpack_plain);
}

static void so_does_gzip(void)
{
	cut_everywhere(SCAP_GZIP, unpack_gzip);
}

static void and_zstd(void)
{
	cut_everywhere(SCAP_ZSTD, unpack_zstd);
}

SUITE("cut", TEST(there_is_every_kind_of_block), TEST(a_plain_capture_gives_all_that_is_whole),
      TEST(so_does_gzip), TEST(and_zstd))

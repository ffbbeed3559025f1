/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A snapshot as a reader of a capture gets it: cut where readers have limits, without what has no
 * place in the blocks. It goes through the blocks, so that there is one place that knows.
 */
#include "reader.h"
#include "engine.h"
#include "write_snapshot.h"

#include <errno.h>

struct scap_snapshot *scap_snapshot_reread(const struct scap_snapshot *snap, struct scap_error *err)
{
	struct scap_reader r = { 0 };
	struct scap_build b = { 0 };
	int rc = scap_build_snapshot(&b, snap);

	if (rc < 0) {
		scap_build_free(&b);
		scap_fail(err, rc, "no memory for the state");
		return NULL;
	}
	rc = scap_blocks_open_memory(&r.blocks, b.buf, b.len);
	if (rc == 0)
		rc = scap_reader_section(&r);
	if (rc < 0 && err)
		*err = r.blocks.err;
	scap_blocks_close(&r.blocks);
	if (rc == 0 && snap)
		memcpy(r.snap->machine.facts, snap->machine.facts, sizeof(snap->machine.facts));
	if (rc == 0)
		return r.snap;
	scap_snapshot_free(r.snap);
	return NULL;
}

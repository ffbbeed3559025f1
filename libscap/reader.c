/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the state blocks of a section into a snapshot. Blocks of unknown type are passed over here
 * (and only here: among events they are an error).
 */
#include "reader.h"
#include "engine.h"

#include <errno.h>

/*
 * State in memory is up to five times its size in the file. A list this long is five hundred
 * thousand processes: more than a machine has, less than would hurt one that reads a forged file.
 */
#define STATE_BYTES_MAX (512u << 20)
#define NAME_BYTES	128

struct scap_bytes scap_read_bytes(struct scap_reader *r, struct scap_cursor *c, size_t max)
{
	size_t n = scap_cursor_u16(c);
	const uint8_t *p = scap_cursor_take(c, n);

	if (n > max)
		c->bad = true;
	if (!p || c->bad)
		return (struct scap_bytes){ "", 0 };
	return scap_snapshot_bytes(r->snap, (const char *)p, n);
}

const char *scap_read_str(struct scap_reader *r, struct scap_cursor *c, size_t max)
{
	return scap_read_bytes(r, c, max).ptr;
}

bool scap_read_entry(struct scap_cursor *c, struct scap_cursor *entry, bool sized, bool inclusive)
{
	uint32_t n;

	if (scap_cursor_left(c) < 4)
		return false; /* padding */
	*entry = *c;
	if (!sized)
		return true;
	n = scap_cursor_u32(entry);
	if (inclusive)
		n = n < 4 ? UINT32_MAX : n - 4;
	if (n > scap_cursor_left(entry)) {
		entry->bad = true;
		return true;
	}
	entry->end = entry->p + n;
	c->p = entry->end;
	return true;
}

int scap_read_entry_end(struct scap_reader *r, const struct scap_block *blk, struct scap_cursor *c,
			const struct scap_cursor *entry, bool sized)
{
	if (entry->bad)
		return scap_blocks_fail(
			&r->blocks, -EBADMSG,
			"damaged %s: an entry is longer than it says, or than allowed",
			blk->t.name);
	if (scap_snapshot_failed(r->snap))
		return scap_blocks_fail(&r->blocks, -ENOMEM, "no memory for the %s", blk->t.name);
	if (!sized)
		c->p = entry->p;
	return 0;
}

static int read_machine(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_machine *m = &r->snap->machine;
	struct scap_cursor c = { blk->body, blk->body + blk->body_len, false };

	m->num_cpus = scap_cursor_u32(&c);
	m->memory_bytes = scap_cursor_u64(&c);
	scap_cursor_u64(&c); /* largest pid: no writer fills it */
	memset(m->hostname, 0, sizeof(m->hostname));
	scap_cursor_copy(&c, m->hostname, NAME_BYTES);
	m->boot_time = scap_cursor_u64(&c);
	return scap_read_entry_end(r, blk, &c, &c, true);
}

static int read_state(struct scap_reader *r, const struct scap_block *blk)
{
	r->state_bytes += blk->len;
	if (r->state_bytes > STATE_BYTES_MAX)
		return scap_blocks_fail(&r->blocks, -EBADMSG, "more than %u MiB of state",
					STATE_BYTES_MAX >> 20);
	switch (blk->t.kind) {
	case KIND_MACHINE:
		return read_machine(r, blk);
	case KIND_THREADS:
		return scap_read_threads(r, blk);
	case KIND_FDS:
		return scap_read_fds(r, blk);
	case KIND_INTERFACES:
		return scap_read_interfaces(r, blk);
	case KIND_USERS:
		return scap_read_users(r, blk);
	default:
		return 0;
	}
}

static int read_section_header(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_cursor c = { blk->body, blk->body + blk->body_len, false };
	unsigned int major, minor;

	scap_cursor_u32(&c); /* magic: checked when the block was found */
	major = scap_cursor_u16(&c);
	minor = scap_cursor_u16(&c);
	scap_cursor_u64(&c); /* length of the section: unknown to all writers */
	if (c.bad)
		return scap_blocks_fail(&r->blocks, -EBADMSG, "damaged section header: too short");
	if (major > SHB_MAJOR)
		return scap_blocks_fail(&r->blocks, -ENOTSUP,
					"capture format %u.%u: this version reads up to %u.x",
					major, minor, SHB_MAJOR);
	return 0;
}

bool scap_find_items(struct scap_event *ev, const uint8_t *body, uint32_t body_len, uint32_t head)
{
	uint32_t end = (head + ev->hdr->len + 3) & ~3u;
	struct scap_cursor c;

	if (body_len < end + 4)
		return false;
	c = (struct scap_cursor){ body + end, body + body_len, false };
	while (scap_cursor_left(&c) >= 4) {
		unsigned int code = scap_cursor_u16(&c);
		size_t len = scap_cursor_u16(&c), padded = (len + 3) & ~(size_t)3;
		const uint8_t *p;
		uint32_t pen;

		if (code == 0 || padded > scap_cursor_left(&c))
			return false;
		p = scap_cursor_take(&c, padded);
		if (code != SCAP_ITEM_OPTION || len < sizeof(pen))
			continue;
		memcpy(&pen, p, sizeof(pen));
		if (pen != SCAP_ITEM_PEN)
			continue;
		ev->items = p + sizeof(pen);
		ev->items_len = (uint32_t)(len - sizeof(pen));
		return true;
	}
	return false;
}

/*
 * The machine's block has no place for what is not known to all readers: that rides on the first
 * event, whichever that is.
 */
static void find_facts(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_event ev = { 0 };
	uint32_t head = blk->t.flags ? 6 : 2;
	char *facts = r->snap->machine.facts;
	const void *p;
	size_t len;

	if (blk->t.version < 2 || blk->body_len < head ||
	    scap_event_decode(&ev, blk->body + head, blk->body_len - head) < 0)
		return;
	scap_find_items(&ev, blk->body, blk->body_len, head);
	p = scap_event_item(&ev, SCAP_ITEM_MACHINE, &len);
	if (!p || len >= sizeof(r->snap->machine.facts))
		return;
	memcpy(facts, p, len);
	facts[len] = '\0';
}

int scap_reader_section(struct scap_reader *r)
{
	bool own = false, foreign = false;
	struct scap_block blk;
	int rc;

	r->state_bytes = 0;
	r->snap = scap_snapshot_new();
	if (!r->snap)
		return scap_blocks_fail(&r->blocks, -ENOMEM, "no memory for the state");
	rc = scap_blocks_next(&r->blocks, &blk);
	if (rc == 1)
		rc = read_section_header(r, &blk);
	while (rc >= 0) {
		rc = scap_blocks_next(&r->blocks, &blk);
		if (rc <= 0)
			break;
		if (blk.t.kind == KIND_EVENT)
			find_facts(r, &blk);
		if (blk.t.kind == KIND_EVENT || blk.t.kind == KIND_SECTION) {
			scap_blocks_again(&r->blocks);
			break;
		}
		own = own || blk.t.kind != KIND_UNKNOWN;
		foreign = foreign || blk.t.kind == KIND_UNKNOWN;
		rc = read_state(r, &blk);
	}
	/* Every pcapng file begins like a capture. */
	if (rc == 0 && foreign && !own)
		rc = scap_blocks_fail(&r->blocks, -EINVAL,
				      "not a capture of system calls, but another pcapng file");
	scap_tid_map_free(&r->tids);
	return rc;
}

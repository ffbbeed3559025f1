/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the descriptors that poll and ppoll have waited for. */
#include "fields.h"
#include "put.h"

#define ENTRY 10u /* i64 descriptor, u16 flags */

enum what { NUMS, NAMES, CLIENT_IPS, SERVER_IPS, CLIENT_PORTS, SERVER_PORTS };

static size_t addr_len(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV4_SOCK ? 4 : fd->type == SCAP_FD_IPV6_SOCK ? 16 : 0;
}

/* Adds one item; false: this descriptor has none. */
static bool put_item(struct view *c, int64_t num, enum what what, struct sinsp_text *out)
{
	const struct sinsp_fd *fd = render_find_fd(c, num);
	size_t len = fd ? addr_len(fd) : 0;

	switch (what) {
	case NUMS:
		put_i64(out, num);
		return true;
	case NAMES:
		if (fd && *fd->name)
			render_text(c, fd->name, strlen(fd->name), out);
		else
			put_str(out, "<NA>");
		return true;
	case CLIENT_IPS:
	case SERVER_IPS:
		if (len)
			render_ip(what == CLIENT_IPS ? fd->sip : fd->dip, len, out);
		return len;
	default:
		if (len)
			put_u64(out, what == CLIENT_PORTS ? fd->sport : fd->dport);
		return len;
	}
}

static bool put_items(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct scap_event *ev = &c->ev->raw;
	size_t begin = out->len, mark;
	const uint8_t *p, *end;
	struct arg a;
	int64_t num;

	if ((ev->hdr->type != SCAP_EVT_SYSCALL_POLL_X &&
	     ev->hdr->type != SCAP_EVT_SYSCALL_PPOLL_X) ||
	    !arg_get(ev, 1, &a) || a.len < 2 + ENTRY)
		return false;
	end = a.ptr + a.len;
	for (p = a.ptr + 2; (size_t)(end - p) >= ENTRY; p += ENTRY) {
		memcpy(&num, p, sizeof(num));
		mark = out->len;
		if (mark != begin)
			put_char(out, ',');
		if (!put_item(c, num, r->field->at, out))
			put_back(out, mark);
	}
	return out->len != begin;
}

#define LIST(w) .type = PT_CHARBUF, .put = put_items, .at = (w)

static const struct field rows[] = {
	{ .name = "fdlist.nums", LIST(NUMS), .doc = "Numbers of the descriptors." },
	{ .name = "fdlist.names", LIST(NAMES), .doc = "Names of the descriptors." },
	{ .name = "fdlist.cips", LIST(CLIENT_IPS), .doc = "Addresses of their clients." },
	{ .name = "fdlist.sips", LIST(SERVER_IPS), .doc = "Addresses of their servers." },
	{ .name = "fdlist.cports", LIST(CLIENT_PORTS), .doc = "Ports of their clients." },
	{ .name = "fdlist.sports", LIST(SERVER_PORTS), .doc = "Ports of their servers." },
};

const struct field_class fields_fdlist_class = {
	.name = "fdlist",
	.doc = "The descriptors that poll or ppoll has waited for, separated by commas.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

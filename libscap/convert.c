/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of convert.def at work. An event that is whole costs one look at its type's row. What
 * is missing is never made up beyond the zero that the rules ask for: parameters that came after
 * schema 4.1 stay absent.
 */
#include "convert.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SCHEMA_WHOLE  SCHEMA(4, 0, 0) /* events of this schema are left as they are */
#define SCHEMA_TARGET SCHEMA(4, 1, 0) /* what the others become */

enum { CONVERT_OLD = 255, CONVERT_UNUSED = 254 };

/* Of an entry whose parameters are copied at once, whatever they are. */
#define TAKEN_MAX   4u
#define TAKEN_BYTES 32u

/* The longest way through the rules is EXECVE_8 to EXECVE_19 with all parameters. */
#define STEPS_MAX 32

/* Room for an event that is made: its own parameters and its entry's, of 64 KiB each. */
#define MADE_MAX (192u << 10)

/* ---- the rules ---- */

enum action { ACTION_STORE = 1, ACTION_PASS = 2, ACTION_APPEND = 4, ACTION_BECOME = 8 };

/* Where a parameter comes from: the kind above, the parameter of the source below. */
enum source {
	FROM_OWN = 0x00,
	FROM_ENTRY = 0x20,
	FROM_ENTRY_OR_EMPTY = 0x40,
	FROM_ZERO = 0x60,
	FROM_NOTHING = 0x80,
	FROM_CONTAINER = 0xa0,
	FROM_VALUE = 0xc0,
	SOURCE_MASK = 0xe0,
};

struct rule {
	uint16_t type, to;
	uint8_t nparams, action;
	uint8_t n; /* sources */
	uint8_t from[SCAP_MAX_PARAMS];
};

#define OWN(i)	       (FROM_OWN | (i))
#define IN(i)	       (FROM_ENTRY | (i))
#define IN_OR_EMPTY(i) (FROM_ENTRY_OR_EMPTY | (i))
#define ZERO	       FROM_ZERO
#define EMPTY	       FROM_NOTHING
#define CONTAINER      FROM_CONTAINER
#define VALUE(i)       (FROM_VALUE | (i))
#define COUNT(...)     (sizeof((uint8_t[]){ __VA_ARGS__ }))
#define RULE(t, np, act, t2, ...)  \
	{ .type = SCAP_EVT_##t,    \
	  .to = SCAP_EVT_##t2,     \
	  .nparams = (np),         \
	  .action = (act),         \
	  .n = COUNT(__VA_ARGS__), \
	  .from = { __VA_ARGS__ } },
#define BARE(t, np, act, t2) \
	{ .type = SCAP_EVT_##t, .to = SCAP_EVT_##t2, .nparams = (np), .action = (act) },
#define STORE(t, np)	       BARE(t, np, ACTION_STORE, t)
#define PASS(t, np)	       BARE(t, np, ACTION_PASS, t)
#define STORE_PASS(t, np)      BARE(t, np, ACTION_STORE | ACTION_PASS, t)
#define APPEND(t, np, ...)     RULE(t, np, ACTION_APPEND, t, __VA_ARGS__)
#define BECOME(t, np, t2, ...) RULE(t, np, ACTION_BECOME, t2, __VA_ARGS__)
#define BECOME0(t, np, t2)     BARE(t, np, ACTION_BECOME, t2)

static const struct rule rules[] = {
#include "convert.def"
};
#define N_RULES (sizeof(rules) / sizeof(rules[0]))
_Static_assert(N_RULES <= CONVERT_RULES_MAX, "needs_entry has a place for each");

/* Bytes of a zero of each type; what has none is empty. */
static const uint8_t widths[PT_MAX] = { SCAP_TYPE_WIDTHS };

static uint8_t params_since(const struct scap_event_info *info, uint32_t schema)
{
	uint8_t n = 0;
	unsigned int i;

	for (i = 0; i < info->nparams; i++)
		if (info->params[i].since <= schema)
			n = (uint8_t)(i + 1);
	return n;
}

static bool needs_entry(const struct rule *r)
{
	unsigned int i;

	for (i = 0; i < r->n; i++)
		if ((r->from[i] & SOURCE_MASK) == FROM_ENTRY ||
		    (r->from[i] & SOURCE_MASK) == FROM_ENTRY_OR_EMPTY)
			return true;
	return false;
}

/* See struct scap_convert_row. The entry is the neighbour in the table. */
static void note_usual(struct scap_convert_row *row, const struct rule *r)
{
	const struct scap_event_info *entry = scap_event_info((uint16_t)(r->type - 1));
	unsigned int i, skip = r->from[0] & ~(unsigned int)SOURCE_MASK;
	uint16_t lens[TAKEN_MAX] = { 0 }, mask[TAKEN_MAX] = { 0 };

	if (row->taken || r->action != ACTION_APPEND || row->min == CONVERT_OLD ||
	    r->nparams >= row->min || r->nparams + r->n < row->target || !entry ||
	    entry->nparams != skip + r->n || entry->nparams > TAKEN_MAX)
		return;
	for (i = 0; i < r->n; i++)
		if (r->from[i] != (FROM_ENTRY | (skip + i)) &&
		    r->from[i] != (FROM_ENTRY_OR_EMPTY | (skip + i)))
			return;
	for (i = 0; i < entry->nparams; i++) {
		lens[i] = widths[entry->params[i].type];
		mask[i] = lens[i] ? UINT16_MAX : 0;
		/* What is longer than it is to become would have to be cut. */
		if (i < skip ? !lens[i]
			     : lens[i] != widths[scap_events[r->type]
							 .params[r->nparams + i - skip]
							 .type])
			return;
	}
	row->own = r->nparams;
	row->skip = (uint8_t)skip;
	row->taken = r->n;
	memcpy(&row->lens, lens, sizeof(row->lens));
	memcpy(&row->mask, mask, sizeof(row->mask));
}

static void classify(struct scap_convert *c)
{
	unsigned int type, i;

	for (type = 0; type < SCAP_EVT_MAX; type++) {
		const struct scap_event_info *info = scap_event_info((uint16_t)type);
		struct scap_convert_row *row = &c->rows[type];

		if (!info || info->flags & EF_UNUSED)
			row->min = CONVERT_UNUSED;
		else if (info->flags & EF_OLD_VERSION)
			row->min = CONVERT_OLD;
		else if (info->flags & EF_CONVERTER_MANAGED)
			row->min = params_since(info, SCHEMA_WHOLE);
		if (row->min < CONVERT_UNUSED)
			row->target = params_since(info, SCHEMA_TARGET);
	}
	for (i = 0; i < N_RULES; i++) {
		struct scap_convert_row *row = &c->rows[rules[i].type];

		if (row->n++ == 0)
			row->first = (uint16_t)i;
		c->needs_entry[i] = needs_entry(&rules[i]);
		note_usual(row, &rules[i]);
		if (rules[i].action == ACTION_STORE)
			row->stored = (uint8_t)(rules[i].nparams + 1);
	}
}

static const struct rule *find_rule(const struct scap_convert *c, const struct scap_event *ev)
{
	const struct scap_convert_row *row = &c->rows[ev->hdr->type];
	unsigned int i;

	for (i = 0; i < row->n; i++)
		if (rules[row->first + i].nparams == ev->nparams)
			return &rules[row->first + i];
	return NULL;
}

void scap_convert_init(struct scap_convert *c)
{
	memset(c, 0, sizeof(*c));
	classify(c);
}

void scap_convert_done(struct scap_convert *c)
{
	pending_done(&c->pending);
	free(c->buf[0]);
	c->buf[0] = c->buf[1] = NULL;
}

void scap_convert_section(struct scap_convert *c)
{
	c->pairs = false;
	pending_done(&c->pending);
}

/* ---- building ---- */

/* Appends a JSON string of a parameter; returns the new length, or 0 if it does not fit. */
static size_t put_json(char *to, size_t at, size_t size, const struct scap_event *ev,
		       unsigned int i)
{
	size_t len, k;
	const char *s = scap_param_str(ev, i, &len);

	if (!s)
		len = 0;
	if (at == 0 || at + 2 > size)
		return 0;
	to[at++] = '"';
	for (k = 0; k < len; k++) {
		unsigned char ch = (unsigned char)s[k];

		if (at + 8 > size)
			return 0;
		if (ch < 0x20 || ch == 0x7f)
			at += (size_t)snprintf(to + at, 7, "\\u%04x", ch);
		else if (ch == '"' || ch == '\\')
			at += (size_t)snprintf(to + at, 3, "\\%c", ch);
		else
			to[at++] = (char)ch;
	}
	to[at++] = '"';
	return at;
}

static size_t put_text(char *to, size_t at, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (at == 0 || at + len >= size)
		return 0;
	memcpy(to + at, text, len);
	return at + len;
}

/* The first container event had an id, a type, a name and an image. @to has 64 KiB. */
static struct scap_param container_json(const struct scap_event *ev, char *to)
{
	static const struct scap_param none = { "", 0 };
	size_t size = UINT16_MAX, at;
	char type[32];

	snprintf(type, sizeof(type),
		 ",\"type\":%llu,\"name\":", (unsigned long long)scap_param_u64(ev, 1, 0));
	to[0] = '{';
	at = put_text(to, 1, size, "\"container\":{\"id\":");
	at = put_json(to, at, size, ev, 0);
	at = put_text(to, at, size, type);
	at = put_json(to, at, size, ev, 2);
	at = put_text(to, at, size, ",\"image\":");
	at = put_json(to, at, size, ev, 3);
	at = put_text(to, at, size, "}}");
	if (at == 0)
		return none;
	to[at] = 0;
	return (struct scap_param){ to, (uint32_t)at + 1 };
}

static struct scap_param cut(struct scap_param p, uint8_t type)
{
	if (widths[type] && p.len > widths[type])
		p.len = widths[type]; /* little-endian: the low bytes */
	return p;
}

static struct scap_param own(const struct scap_event *ev, unsigned int i)
{
	return (struct scap_param){ scap_param_ptr(ev, i < ev->nparams ? i : 0),
				    scap_param_len(ev, i) };
}

static struct scap_param zero_of(uint8_t type)
{
	static const uint8_t zero[8], nobody[4] = { 0xff, 0xff, 0xff, 0xff };

	if (type == PT_UID || type == PT_GID)
		return (struct scap_param){ nobody, sizeof(nobody) };
	return (struct scap_param){ zero, widths[type] };
}

static struct scap_param source(uint8_t from, const struct scap_event *ev,
				const struct pending_entry *entry, uint8_t type, char *json)
{
	unsigned int i = from & ~(unsigned int)SOURCE_MASK;
	struct scap_param p;

	switch (from & SOURCE_MASK) {
	case FROM_OWN:
		return cut(own(ev, i), type);
	case FROM_ENTRY:
		if (!entry)
			return zero_of(type);
		p = pending_param(entry, i);
		return p.len ? cut(p, type) : zero_of(type);
	case FROM_ENTRY_OR_EMPTY:
		if (entry)
			return cut(pending_param(entry, i), type);
		break;
	case FROM_ZERO:
		return zero_of(type);
	case FROM_CONTAINER:
		return container_json(ev, json);
	case FROM_VALUE:
		p = own(ev, i);
		if (p.len)
			return cut((struct scap_param){ (const uint8_t *)p.ptr + 1, p.len - 1 },
				   type);
	}
	return (struct scap_param){ "", 0 };
}

/* Two events that are made in turn, each from the other, and a container's text. */
static int make_room(struct scap_convert *c)
{
	if (c->buf[0])
		return 0;
	c->buf[0] = malloc(3 * MADE_MAX);
	if (!c->buf[0])
		return -ENOMEM;
	c->buf[1] = c->buf[0] + MADE_MAX;
	return 0;
}

/* Nearly all parameters are numbers, and a call for each costs more than they do. */
static inline void copy(uint8_t *to, const void *from, uint32_t len)
{
	switch (len) {
	case 8:
		memcpy(to, from, 8);
		break;
	case 4:
		memcpy(to, from, 4);
		break;
	default:
		memcpy(to, from, len);
	}
}

/*
 * Adds parameters behind the event's own, which are copied in one piece. This is nearly all that is
 * done to old captures: neither the values nor the new record are looked at twice.
 */
static int append(struct scap_convert *c, const struct rule *r, struct scap_event *ev,
		  const struct pending_entry *entry)
{
	const struct scap_param_info *params = scap_events[r->type].params;
	struct scap_event_hdr *made = (struct scap_event_hdr *)c->buf[c->cur ^ 1];
	uint8_t *lens = (uint8_t *)(made + 1);
	uint8_t *data = lens + 2 * (r->nparams + r->n);
	unsigned int i, n = r->nparams;

	/* So do the parameters of the entry, another 64 KiB at most, fit as well. */
	if (ev->hdr->len > MADE_MAX / 2)
		return -EBADMSG;
	memcpy(made, ev->hdr, sizeof(*made));
	memcpy(lens, ev->hdr + 1, 2 * n);
	copy(data, ev->data, ev->off[n]);
	for (i = 0; i < r->n; i++, n++) {
		struct scap_param p = source(r->from[i], ev, entry, params[n].type, NULL);
		uint16_t len = (uint16_t)p.len;

		memcpy(lens + 2 * n, &len, sizeof(len));
		copy(data + ev->off[n], p.ptr, len);
		ev->off[n + 1] = ev->off[n] + len;
	}
	made->nparams = n;
	made->len = (uint32_t)(data - (uint8_t *)made) + ev->off[n];
	ev->hdr = made;
	ev->nparams = (uint16_t)n;
	ev->data = data;
	c->cur ^= 1;
	return 0;
}

/* Makes it an event of another type, of parameters in another order. */
static int become(struct scap_convert *c, const struct rule *r, struct scap_event *ev,
		  const struct pending_entry *entry)
{
	const struct scap_event_info *info = scap_event_info(r->to);
	struct scap_param params[SCAP_MAX_PARAMS];
	struct scap_event made;
	unsigned int i;
	int64_t len;

	for (i = 0; i < r->n; i++)
		params[i] = source(r->from[i], ev, entry, info->params[i].type,
				   (char *)c->buf[0] + 2 * MADE_MAX);
	c->cur ^= 1;
	len = scap_event_encode(c->buf[c->cur], MADE_MAX, r->to, ev->hdr->ts, ev->hdr->tid, params,
				r->n);
	if (len < 0 || scap_event_decode(&made, c->buf[c->cur], (size_t)len) < 0)
		return -EBADMSG;
	made.cpu = ev->cpu;
	made.flags = ev->flags;
	made.items = ev->items;
	made.items_len = ev->items_len;
	*ev = made;
	return 0;
}

/* Makes @ev what the rule says. */
static int apply(struct scap_convert *c, const struct rule *r, struct scap_event *ev,
		 const struct pending_entry *entry)
{
	int rc = make_room(c);

	if (rc < 0)
		return rc;
	return r->action & ACTION_APPEND ? append(c, r, ev, entry) : become(c, r, ev, entry);
}

/* ---- one event ---- */

/* Whether rules are to be asked: an event of 4.0 is left alone, what is made goes on to 4.1. */
static bool is_old(const struct scap_convert *c, const struct scap_event *ev, unsigned int steps)
{
	const struct scap_convert_row *row = &c->rows[ev->hdr->type];

	if (row->min == CONVERT_OLD)
		return true;
	return ev->nparams < (steps ? row->target : row->min);
}

/* An entry: what the rules make of it is kept, delivered, or both. */
static int convert_entry(struct scap_convert *c, struct scap_event *ev)
{
	const struct rule *r;
	unsigned int steps;
	int rc;

	for (steps = 0; steps < STEPS_MAX; steps++) {
		r = find_rule(c, ev);
		if (!r)
			break;
		if (r->action & (ACTION_STORE | ACTION_PASS)) {
			/* What is passed on stands in captures that were converted, too. */
			c->pairs = c->pairs || !(r->action & ACTION_PASS);
			if (c->pairs || r->action & ACTION_STORE)
				pending_put(&c->pending, ev->hdr, r->action & ACTION_STORE);
			return r->action & ACTION_PASS ? 1 : 0;
		}
		rc = apply(c, r, ev, NULL);
		if (rc < 0)
			return rc;
	}
	if (c->rows[ev->hdr->type].min != CONVERT_OLD)
		return 1;
	/* nothing of it is wanted but its time */
	c->pairs = true;
	pending_put(&c->pending, ev->hdr, false);
	return 0;
}

static void add_latency(struct scap_convert *c, struct scap_event *ev, uint64_t since)
{
	if (ev->items || ev->hdr->ts < since)
		return;
	c->item.hdr = (struct scap_item_hdr){ SCAP_ITEM_LATENCY, sizeof(c->item.latency) };
	c->item.latency = ev->hdr->ts - since;
	ev->items = (const uint8_t *)&c->item;
	ev->items_len = sizeof(c->item);
}

/* Whether @p is the entry of the exit @type: they are neighbours in the table. */
static bool is_pair(const struct pending *p, uint16_t type)
{
	return p->type + 1 == type;
}

/*
 * Old drivers had no code for calls that were new to them, but told their number. Both parameters
 * are of fixed width, so the code is put in place.
 */
static void name_call(struct scap_convert *c, struct scap_event *ev)
{
	const struct scap_syscall_info *call;
	uint8_t *made = c->buf[c->cur];

	if (ev->hdr->type != SCAP_EVT_GENERIC_X || (const uint8_t *)ev->hdr != made ||
	    scap_param_len(ev, 0) != sizeof(call->code) || scap_param_u64(ev, 0, 0) != 0)
		return;
	call = scap_syscall_info((unsigned int)scap_param_u64(ev, 1, UINT32_MAX));
	if (call)
		memcpy(made + (scap_param_ptr(ev, 0) - made), &call->code, sizeof(call->code));
}

static int convert_exit(struct scap_convert *c, struct scap_event *ev)
{
	bool wanted = c->pairs || is_old(c, ev, 0);
	struct pending *p = wanted ? pending_find(&c->pending, ev->hdr->tid) : NULL;
	bool paired = p && is_pair(p, ev->hdr->type);
	unsigned int steps;
	int rc;

	for (steps = 0; steps < STEPS_MAX && is_old(c, ev, steps); steps++) {
		const struct rule *r = find_rule(c, ev);
		struct pending_entry entry;
		bool has;

		if (!r)
			break;
		has = p && is_pair(p, ev->hdr->type) && pending_entry(p, &entry);
		if (!has && c->needs_entry[r - rules])
			c->alone++;
		rc = apply(c, r, ev, has ? &entry : NULL);
		if (rc < 0)
			return rc;
		paired = paired || (p && is_pair(p, ev->hdr->type));
	}
	if (c->rows[ev->hdr->type].min == CONVERT_OLD)
		return -ENOENT;
	if (steps) {
		c->pairs = true;
		name_call(c, ev);
	}
	if (paired) {
		add_latency(c, ev, p->ts);
		pending_take(&c->pending, p);
	}
	return 1;
}

/*
 * The usual exit, which is half of most old captures: see struct scap_convert_row. False: it is not
 * one, or its entry is not as usual; then it goes the long way.
 */
static bool convert_usual(struct scap_convert *c, const struct scap_convert_row *row,
			  struct scap_event *ev)
{
	const unsigned int own = row->own, n = row->taken, head = sizeof(struct scap_event_hdr);
	struct scap_event_hdr *made = (struct scap_event_hdr *)c->buf[c->cur ^ 1];
	struct pending *p = pending_find(&c->pending, ev->hdr->tid);
	uint8_t *lens, *data;
	const uint8_t *from;
	uint32_t count, at;
	uint64_t found;
	unsigned int i;

	_Static_assert(PENDING_INLINE >= sizeof(*made) + 2 * TAKEN_MAX + 2 * TAKEN_BYTES,
		       "so much of an entry can be looked at, whatever it has");
	if (!p || !is_pair(p, ev->hdr->type) || p->far || !p->len || !made ||
	    ev->hdr->len > MADE_MAX / 2)
		return false;
	from = p->rec.here;
	memcpy(&count, from + offsetof(struct scap_event_hdr, nparams), sizeof(count));
	memcpy(&found, from + head, sizeof(found));
	if (count != row->skip + n || ((found ^ row->lens) & row->mask))
		return false;
	from += head + 2 * count;
	for (i = 0; i < row->skip; i++, found >>= 16)
		from += (uint16_t)found;
	lens = (uint8_t *)(made + 1);
	data = lens + 2 * (own + n);
	memcpy(lens + 2 * own, &found, sizeof(found)); /* data covers what is too much of it */
	for (i = 0, at = ev->off[own]; i < n; i++, found >>= 16)
		ev->off[own + i + 1] = at += (uint16_t)found;
	if (at - ev->off[own] > TAKEN_BYTES)
		return false;
	memcpy(made, ev->hdr, head);
	for (i = 0; i < own; i++)
		memcpy(lens + 2 * i, (const uint8_t *)ev->hdr + head + 2 * i, 2);
	copy(data, ev->data, ev->off[own]);
	memcpy(data + ev->off[own], from, TAKEN_BYTES);
	made->nparams = own + n;
	made->len = (uint32_t)(data - (uint8_t *)made) + at;
	ev->hdr = made;
	ev->nparams = (uint16_t)(own + n);
	ev->data = data;
	c->cur ^= 1;
	c->pairs = true;
	name_call(c, ev);
	add_latency(c, ev, p->ts);
	pending_take(&c->pending, p);
	return true;
}

int scap_convert(struct scap_convert *c, struct scap_event *ev)
{
	const struct scap_convert_row *row = &c->rows[ev->hdr->type];

	if (ev->nparams >= row->min && !c->pairs)
		return 1;
	if (ev->nparams == row->own && row->taken && convert_usual(c, row, ev))
		return 1;
	if (row->min == CONVERT_UNUSED)
		return -ENOENT;
	if (scap_event_is_enter(ev->hdr->type))
		return row->n || row->min == CONVERT_OLD ? convert_entry(c, ev) : 1;
	return convert_exit(c, ev);
}

bool scap_convert_store(struct scap_convert *c, const struct scap_event_hdr *hdr, uint32_t avail)
{
	const uint8_t *lens = (const uint8_t *)(hdr + 1);
	uint32_t i, sum = 0, n;
	uint16_t len;

	if (avail < sizeof(*hdr) || hdr->len < sizeof(*hdr) || hdr->len > avail ||
	    hdr->type >= SCAP_EVT_MAX || c->rows[hdr->type].stored != hdr->nparams + 1)
		return false;
	n = hdr->nparams;
	if (2 * n > hdr->len - sizeof(*hdr))
		return false;
	for (i = 0; i < n; i++) {
		memcpy(&len, lens + 2 * i, sizeof(len));
		sum += len;
	}
	if (sum > hdr->len - sizeof(*hdr) - 2 * n)
		return false;
	c->pairs = true;
	pending_put(&c->pending, hdr, true);
	return true;
}

/* ---- the first kind of event block ---- */

/* Bytes of all parameters if there are @n; UINT32_MAX: the lengths do not even fit. */
static uint64_t sum_of(const uint8_t *lens, uint32_t room, unsigned int n)
{
	uint64_t sum = 0;
	uint16_t len;
	unsigned int i;

	if (2 * n > room)
		return UINT64_MAX;
	for (i = 0; i < n; i++) {
		memcpy(&len, lens + 2 * i, sizeof(len));
		sum += len;
	}
	return sum + 2 * n;
}

int scap_convert_unnumbered(struct scap_convert *c, const uint8_t *rec, uint32_t len,
			    struct scap_event *ev)
{
	const uint32_t head = offsetof(struct scap_event_hdr, nparams);
	const struct scap_event_info *info;
	struct scap_event_hdr hdr = { 0 };
	int n, rc;

	if (len < head)
		return -EBADMSG;
	memcpy(&hdr, rec, head);
	info = scap_event_info(hdr.type);
	if (!info)
		return -ENOENT;
	if (hdr.type == SCAP_EVT_NOTIFICATION_E || hdr.type == SCAP_EVT_INFRASTRUCTURE_EVENT_E)
		hdr.len -= hdr.len >= head + 3 ? 3 : 0; /* their writer counted 3 bytes twice */
	if (hdr.len < head || hdr.len > len || hdr.len > MADE_MAX / 2)
		return -EBADMSG;
	for (n = info->nparams; n >= 0; n--)
		if (sum_of(rec + head, hdr.len - head, (unsigned int)n) == hdr.len - head)
			break;
	if (n < 0)
		return -EBADMSG;
	rc = make_room(c);
	if (rc < 0)
		return rc;
	memcpy(c->buf[c->cur] + sizeof(hdr), rec + head, hdr.len - head);
	hdr.nparams = (uint32_t)n;
	hdr.len += (uint32_t)(sizeof(hdr) - head);
	memcpy(c->buf[c->cur], &hdr, sizeof(hdr));
	return scap_event_decode(ev, c->buf[c->cur], hdr.len);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a filter says before it sees an event: of all events of a type, and of all of a frame. Each
 * check is answered for all of them at once, or left open.
 */
#include <errno.h>
#include <stdlib.h>

#include "filter.h"
#include "frame_tags.h"
#include "parse.h"

/* ---- by the type ---- */

/* An event of which nothing is known but its type, and generic ones' call. */
struct bare {
	struct sinsp_event ev;
	struct scap_event_hdr hdr;
	uint16_t call;
};

static void set_bare(struct bare *b, uint16_t type)
{
	*b = (struct bare){ .hdr = { .type = type } };
	b->ev.raw.hdr = &b->hdr;
	b->ev.raw.info = scap_event_info(type);
	b->ev.raw.data = (const uint8_t *)&b->call;
	b->ev.fd_num = -1;
}

static uint8_t ask(struct sinsp_filter *f, struct check *ck, const struct bare *b)
{
	f->view.ev = &b->ev;
	f->run++;
	return ck->run(f, ck) ? YES : NO;
}

/* A generic event's answer may be another one for each call. */
static int fill_calls(struct sinsp_filter *f, struct check *ck)
{
	struct bare b;
	bool same = true;
	uint16_t call;

	ck->by_call = calloc(1, SCAP_SC_MAX);
	if (!ck->by_call)
		return -ENOMEM;
	set_bare(&b, SCAP_EVT_GENERIC_X);
	b.ev.raw.nparams = 1;
	b.ev.raw.off[1] = sizeof(b.call);
	for (call = 0; call < SCAP_SC_MAX; call++) {
		b.call = call;
		ck->by_call[call] = ask(f, ck, &b);
		same &= ck->by_call[call] == ck->by_call[0];
	}
	if (same)
		ck->by_type[SCAP_EVT_GENERIC_X] = ck->by_call[0];
	else
		check_choose_call(ck);
	return 0;
}

int check_fill_types(struct sinsp_filter *f, struct check *ck)
{
	const struct field_ref *ref = &ck->lhs->ref;
	struct bare b;
	unsigned int type;

	if (ck->lhs->kind != OPERAND_FIELD || !ref->by_type || ck->lhs->is_list || ck->rhs)
		return 0;
	ck->by_type = malloc(SCAP_EVT_MAX);
	if (!ck->by_type)
		return -ENOMEM;
	memset(ck->by_type, OPEN, SCAP_EVT_MAX);
	for (type = 0; type < SCAP_EVT_MAX; type++) {
		if (!scap_event_info((uint16_t)type) || !ref->by_type(ref, (uint16_t)type) ||
		    event_is_generic((uint16_t)type))
			continue;
		set_bare(&b, (uint16_t)type);
		ck->by_type[type] = ask(f, ck, &b);
	}
	if (!ref->by_type(ref, SCAP_EVT_GENERIC_X))
		return 0;
	return fill_calls(f, ck);
}

/* ---- by the index of a frame ---- */

static enum answer by_tids(const struct check *ck, const struct scap_frame_detail *d)
{
	struct value v;
	size_t i;

	for (i = 0; i < d->n_tids; i++) {
		value_i64(&v, (int64_t)d->tids[i]);
		if (ck->match(ck, &v))
			return OPEN;
	}
	return NO;
}

static enum answer by_tags(const struct check *ck, const struct scap_frame_detail *d)
{
	const struct field *field = ck->lhs->ref.field;
	struct value v;
	size_t i;

	for (i = 0; i < d->n_tags; i++) {
		const struct scap_frame_tag *tag = &d->tags[i];
		const char *text;
		bool host;

		if (tag->kind == FRAME_TAG_ANY_CONTAINER)
			return OPEN;
		if (tag->kind != FRAME_TAG_CONTAINER)
			continue;
		text = frame_tag_text(tag, field->at, &host);
		if (!text)
			return OPEN;
		if (host && field->flags & FIELD_HOST)
			text = "host";
		if (!*text)
			continue; /* absent: no check is true of it */
		value_cstr(&v, text);
		if (ck->op == OP_EXISTS || ck->match(ck, &v))
			return OPEN;
	}
	return NO;
}

static enum answer by_frame(const struct check *ck, const struct scap_frame_detail *d)
{
	const struct field *field;

	if (!d || ck->rhs || ck->walk || ck->ends || ck->lhs->kind != OPERAND_FIELD)
		return OPEN;
	field = ck->lhs->ref.field;
	if (field->flags & FIELD_TID && ck->op != OP_EXISTS)
		return by_tids(ck, d);
	if (field->flags & FIELD_CONTAINER && frame_tag_has(field->at))
		return by_tags(ck, d);
	return OPEN;
}

/* ---- the tree ---- */

static enum answer answer_check(const struct check *ck, const struct known *k)
{
	enum answer a = ck->by_type ? ck->by_type[k->type] : OPEN;

	if (a == OPEN && ck->by_call && k->type == SCAP_EVT_GENERIC_X && k->call)
		a = ck->by_call[k->call];
	return a == OPEN ? by_frame(ck, k->frame) : a;
}

enum answer filter_answer(const struct node *n, const struct known *k)
{
	enum answer a, result;
	size_t i;

	switch (n->kind) {
	case NODE_CHECK:
		return answer_check(n->check, k);
	case NODE_NOT:
		a = filter_answer(n->children[0], k);
		return a == OPEN ? OPEN : a == YES ? NO : YES;
	default:
		result = n->kind == NODE_AND ? YES : NO;
		for (i = 0; i < n->n; i++) {
			a = filter_answer(n->children[i], k);
			if (a == (n->kind == NODE_AND ? NO : YES))
				return a;
			if (a == OPEN)
				result = OPEN;
		}
		return result;
	}
}

bool filter_may_match_frame(const struct sinsp_filter *f, const struct scap_frame_detail *d)
{
	struct known k = { .frame = d };
	unsigned int type;

	if (f->sequential)
		return true;
	for (type = 0; type < SCAP_EVT_MAX; type++) {
		k.type = (uint16_t)type;
		if (d->counts[type] && f->entry[type] != STEP_NO &&
		    filter_answer(f->root, &k) != NO)
			return true;
	}
	return false;
}

/* ---- by the system call ---- */

#define SYSCALLS 512u /* that scap_syscall_info() may know */

static bool is_needed(const struct sinsp_filter *f, const struct scap_syscall_info *info)
{
	struct known k = { .type = info->exit, .call = info->code };

	if (parse_table[info->exit].fn || parse_table[info->enter].fn)
		return true;
	if (filter_answer(f->root, &k) != NO)
		return true;
	k.type = info->enter;
	return info->enter && filter_answer(f->root, &k) != NO;
}

void sinsp_filter_calls(const struct sinsp_filter *f, bool *calls)
{
	const struct scap_syscall_info *info;
	bool all = f->sequential || f->counting;
	unsigned int nr;

	memset(calls, 0, SCAP_SC_MAX * sizeof(*calls));
	for (nr = 0; nr < SYSCALLS; nr++) {
		info = scap_syscall_info(nr);
		if (info && (all || is_needed(f, info)))
			calls[info->code] = true;
	}
}

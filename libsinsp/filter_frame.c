/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a filter says before it sees an event: of all events of a type, and of all of a frame. Each
 * check is answered for all of them at once, or left open.
 */
#include "filter.h"
#include "frame_tags.h"

enum answer { NO, YES, OPEN };

/* ---- checks by the index of a frame ---- */

static enum answer by_tids(const struct sinsp_filter *f, const struct check *ck,
			   const struct scap_frame_detail *d)
{
	struct value v;
	size_t i;

	for (i = 0; i < d->n_tids; i++) {
		value_i64(&v, (int64_t)d->tids[i]);
		if (check_value(f, ck, &v))
			return OPEN;
	}
	return NO;
}

static enum answer by_tags(const struct sinsp_filter *f, const struct check *ck,
			   const struct scap_frame_detail *d)
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
		if (ck->op == OP_EXISTS || check_value(f, ck, &v))
			return OPEN;
	}
	return NO;
}

static enum answer by_frame(const struct sinsp_filter *f, const struct check *ck,
			    const struct scap_frame_detail *d)
{
	const struct field *field;

	if (!d || ck->rhs || ck->walk || ck->ends || ck->lhs->kind != OPERAND_FIELD)
		return OPEN;
	field = ck->lhs->ref.field;
	if (field->flags & FIELD_TID && ck->op != OP_EXISTS)
		return by_tids(f, ck, d);
	if (field->flags & FIELD_CONTAINER && frame_tag_has(field->at))
		return by_tags(f, ck, d);
	return OPEN;
}

/* ---- the tree ---- */

static enum answer answer_of(const struct sinsp_filter *f, const struct node *n, uint16_t type,
			     const struct scap_frame_detail *d)
{
	enum answer a, result;
	size_t i;

	switch (n->kind) {
	case NODE_CHECK:
		if (!n->check->by_type)
			return by_frame(f, n->check, d);
		if (event_is_generic(type) || type == SCAP_EVT_ASYNCEVENT_E)
			return OPEN;
		return n->check->by_type[type] ? YES : NO;
	case NODE_NOT:
		a = answer_of(f, n->children[0], type, d);
		return a == OPEN ? OPEN : a == YES ? NO : YES;
	default:
		result = n->kind == NODE_AND ? YES : NO;
		for (i = 0; i < n->n; i++) {
			a = answer_of(f, n->children[i], type, d);
			if (a == (n->kind == NODE_AND ? NO : YES))
				return a;
			if (a == OPEN)
				result = OPEN;
		}
		return result;
	}
}

bool filter_may_match(const struct sinsp_filter *f, uint16_t type)
{
	return answer_of(f, f->root, type, NULL) != NO;
}

bool filter_may_match_frame(const struct sinsp_filter *f, const struct scap_frame_detail *d)
{
	unsigned int type;

	if (f->sequential)
		return true;
	for (type = 0; type < SCAP_EVT_MAX; type++)
		if (d->counts[type] && f->may_match[type] &&
		    answer_of(f, f->root, (uint16_t)type, d) != NO)
			return true;
	return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compiled filter: the tree with its fields found, its constants parsed, its patterns compiled.
 * filter_compile.c makes it, filter_run.c asks it.
 */
#ifndef SINSP_FILTER_H
#define SINSP_FILTER_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "transform.h"

/* One value on the right side, as its operator needs it. */
struct constant {
	struct value v;
	char *owned;		 /* bytes of v.str */
	pcre2_code *re;		 /* OP_REGEX */
	struct value_str *parts; /* OP_PMATCH: components of the path */
	size_t n_parts;
};

struct check {
	struct operand *lhs;
	struct operand *rhs; /* a value of the event, instead of constants; or NULL */
	enum filter_op op;
	enum filter_modifier modifier;
	enum value_kind kind;	 /* of the left side's values */
	bool walk;		 /* ask every ancestor */
	bool ends;		 /* ask both ends of a connection */
	struct constant *consts; /* OP_IN with strings or numbers: sorted */
	size_t n_consts;
	bool sorted;
	pcre2_match_data *match;
	/* evt.type: the answer by event type, and by system call for generic events. NULL: other
	 * fields. */
	uint8_t *by_type, *by_call;
};

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_CHECK };

struct node {
	enum node_kind kind;
	struct node **children; /* AND, OR, NOT */
	size_t n;
	struct check *check;
};

struct sinsp_filter {
	struct view view;
	struct node *root;
	pcre2_match_context *limits;
	bool sequential; /* an answer depends on the event that was asked about before */
	/* False: no event of this type can match, whatever is in it. */
	bool may_match[SCAP_EVT_MAX];
};

/* What each operator makes of one value and one constant; both are of @ck's kind. */
bool check_matches(const struct sinsp_filter *f, const struct check *ck, const struct value *v,
		   const struct constant *k);
/* The same with all constants of the check, its modifier, and lists on the left. */
bool check_value(const struct sinsp_filter *f, const struct check *ck, const struct value *v);

/* Can an event of @type match? Answers of checks that do not depend on the type alone are open. */
bool filter_may_match(const struct sinsp_filter *f, uint16_t type);

/* Can an event of a frame match of which the index says this? */
bool filter_may_match_frame(const struct sinsp_filter *f, const struct scap_frame_detail *d);

/* The constant that @t is for this check. 0 or an error in the lexer. */
int constant_make(struct lexer *lx, const struct check *ck, const struct term *t,
		  struct constant *k);
void constant_free(struct constant *k);
/* Order for sets: by length first, which decides most comparisons. */
int constant_compare(const void *a, const void *b);

/* Is @op there for this kind? NULL, or "string", "numeric", ... for the message. */
const char *filter_op_refused(enum filter_op op, enum value_kind kind, bool list);

bool glob_match(const char *pattern, size_t plen, const char *s, size_t len, bool ignore_case);

#endif

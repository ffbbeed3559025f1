/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compiled filter. The way there: filter_parse.c makes a tree of the text, filter_fold.c makes it
 * smaller, filter_compile.c finds the fields and the constants (filter_const.c, filter_set.c,
 * filter_paths.c, filter_regex.c), filter_types.c answers what the type of an event answers, and
 * filter_program.c writes down what is left for each type as a list of steps, which filter_run.c
 * walks.
 */
#ifndef SINSP_FILTER_H
#define SINSP_FILTER_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "transform.h"

struct sinsp_filter;
struct check;

/* ---- constants ---- */

struct regex;

/* One value on the right side, as its operator needs it. */
struct constant {
	struct value v;
	char *owned;		 /* bytes of v.str */
	struct regex *re;	 /* OP_REGEX */
	struct value_str *parts; /* OP_PMATCH: components of the path */
	size_t n_parts;
};

/* The constant that @t is for this check. 0 or an error in the lexer. */
int constant_make(struct lexer *lx, const struct check *ck, const struct term *t,
		  struct constant *k);
void constant_free(struct constant *k);

/* Patterns match the whole value. The time is bounded, whoever wrote the pattern or the value. */
int regex_new(struct lexer *lx, const struct term *t, struct regex **re);
bool regex_match(const struct regex *re, const char *s, size_t len);
void regex_free(struct regex *re);

bool glob_match(const char *pattern, size_t plen, const char *s, size_t len, bool ignore_case);

/* ---- sets ---- */

/* What "in" compares with: strings are hashed, numbers are bits or sorted, nets sorted by length.
 */
struct set;

/* Of constants of one kind; their bytes must stay. NULL: no memory. */
struct set *set_new(enum value_kind kind, const struct constant *k, size_t n);
bool set_has(const struct set *s, const struct value *v);
void set_free(struct set *s);

/* What "pmatch" compares with, made of constants with parts, which must stay. NULL: no memory. */
struct paths;
struct paths *paths_new(const struct constant *k, size_t n);
bool paths_have(const struct paths *s, const struct value_str *v);
void paths_free(struct paths *s);

/* ---- checks ---- */

/* One value and one constant of the check's kind. */
typedef bool (*test_fn)(const struct value *v, const struct constant *k);
/* One value and all constants. */
typedef bool (*match_fn)(const struct check *ck, const struct value *v);
typedef bool (*check_fn)(struct sinsp_filter *f, struct check *ck);

/* What is known before an event is seen. */
enum answer { NO, YES, OPEN };

struct check {
	struct operand *lhs; /* the filter's: checks of the same field share it */
	struct operand *rhs; /* a value of the event, instead of constants; or NULL */
	enum filter_op op;
	enum filter_modifier modifier;
	enum value_kind kind; /* of the left side's values */
	bool walk;	      /* ask every ancestor */
	bool ends;	      /* ask both ends of a connection */
	struct constant *consts;
	size_t n_consts;
	struct set *set;     /* OP_IN, OP_INTERSECTS: of the constants */
	struct paths *paths; /* OP_PMATCH: of the constants */
	test_fn test;
	match_fn match;
	check_fn run, run_other; /* run_other: for what by_call does not answer */
	/* enum answer by event type, NULL: all are open; and by system call for generic events */
	uint8_t *by_type, *by_call;
};

/* Fills in test, match and run, which depend on the other members. */
void check_choose(struct check *ck);

/* Lets by_call answer for generic events. */
void check_choose_call(struct check *ck);

/* Answers for each type what can be answered. 0 or -ENOMEM. */
int check_fill_types(struct sinsp_filter *f, struct check *ck);

/* Is @op there for this kind? NULL, or "string", "numeric", ... for the message. */
const char *filter_op_refused(enum filter_op op, enum value_kind kind, bool list);

/* ---- the tree ---- */

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_CHECK };

struct node {
	enum node_kind kind;
	struct node **children; /* AND, OR, NOT */
	size_t n;
	struct check *check;
	uint32_t cost;	/* how much there is to do */
	uint32_t order; /* among its siblings, as it was written */
};

/* Makes "in" of what is joined by "or" and compares one field with constants. */
void filter_fold(struct lexer *lx, struct ast *n);

/* Brings what costs less to the front, where that changes no answer. */
void filter_sort(struct node *n);

/* ---- the program ---- */

#define STEP_NO	 UINT32_MAX
#define STEP_YES (UINT32_MAX - 1)

/* Go to the step @yes or @no, as the check says. */
struct step {
	struct check *check;
	uint32_t yes, no;
};

struct sinsp_filter {
	struct view view;
	uint64_t run; /* counts the events, so that a value of another one is not taken */
	struct step *steps;
	uint32_t n_steps, cap_steps;
	/* First step by event type; STEP_NO: no event of the type can match, whatever is in it. */
	uint32_t entry[SCAP_EVT_MAX];
	struct node *root;
	struct operand **operands; /* left sides */
	size_t n_operands;
	bool sequential; /* an answer depends on the event that was asked about before */
	bool counting;	 /* and one on how many there were */
};

/* Writes the program. 0 or -ENOMEM. */
int filter_write(struct sinsp_filter *f);

/* What is known of the events that are asked about. */
struct known {
	uint16_t type;
	uint16_t call;			       /* of generic events; 0: any */
	const struct scap_frame_detail *frame; /* what the index says of theirs, or NULL */
};

/* What the tree says of all of them. */
enum answer filter_answer(const struct node *n, const struct known *k);

/* Can an event of a frame match of which the index says this? */
bool filter_may_match_frame(const struct sinsp_filter *f, const struct scap_frame_detail *d);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter as a tree: what filter_parse.c makes of the text and filter_compile.c makes a program
 * of. Everything in it lives in one arena and goes with it.
 */
#ifndef SINSP_FILTER_AST_H
#define SINSP_FILTER_AST_H

#include "sinsp.h"

#define FILTER_MAX_DEPTH 100 /* brackets and calls inside each other */
#define FILTER_MAX_LEN	 (1u << 20)

enum filter_op {
	OP_EXISTS,
	OP_LE,
	OP_LT,
	OP_GE,
	OP_GT,
	OP_EQ,
	OP_NE,
	OP_GLOB,
	OP_IGLOB,
	OP_CONTAINS,
	OP_ICONTAINS,
	OP_BCONTAINS,
	OP_STARTSWITH,
	OP_BSTARTSWITH,
	OP_ENDSWITH,
	OP_REGEX,
	OP_IN,
	OP_INTERSECTS,
	OP_PMATCH,
	OP_COUNT
};

enum filter_modifier { MOD_NONE, MOD_ONEOF, MOD_ANYOF, MOD_ALLOF };

enum term_kind { TERM_FIELD, TERM_CALL, TERM_STRING, TERM_NUMBER, TERM_LIST };

struct term {
	enum term_kind kind;
	size_t pos;	  /* in the text, for errors */
	const char *text; /* FIELD: with its argument; CALL: the function's name; else the value */
	size_t len;
	const char *key; /* CALL: what stands in brackets behind it, or NULL */
	size_t key_len;
	struct term *args; /* CALL, LIST */
	struct term *next; /* of the same list */
};

enum ast_kind { AST_AND, AST_OR, AST_NOT, AST_CHECK };

struct ast {
	enum ast_kind kind;
	struct ast *children; /* AND, OR: two or more; NOT: one */
	struct ast *next;
	/* CHECK */
	struct term *lhs;
	enum filter_op op;
	enum filter_modifier modifier;
	struct term *rhs; /* STRING, NUMBER, LIST, or a field or call: a value of the same event */
	size_t rhs_pos;
};

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* Zeroed memory; NULL: none left. */
void *arena_alloc(struct arena *a, size_t size);
void arena_free(struct arena *a);

/* Where the parser is. */
struct lexer {
	const char *text;
	size_t len, pos;
	int depth;
	size_t last_pos, last_len; /* the token read last, for errors */
	struct arena *arena;
	struct scap_error *err;
	const struct sinsp *s; /* whose fields there are, or NULL */
};

/* "filter error at index I, line L, column C: ..."; returns @code. */
int filter_fail(struct lexer *lx, int code, size_t pos, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

bool lex_is_blank(char c);
void lex_skip_blanks(struct lexer *lx);
/* The next character, or 0 at the end. */
char lex_peek(const struct lexer *lx);
/* Takes @c if it is next. */
bool lex_char(struct lexer *lx, char c);
/* Takes a word if it is next and does not go on as a name. */
bool lex_word(struct lexer *lx, const char *word);
/* Length of the name that is next, 0 none. */
size_t lex_name_len(const struct lexer *lx);
/* Takes a name with points and its argument in brackets. 0, or -ENOENT: none there, or an error. */
int lex_field(struct lexer *lx, struct term *t);
/* Takes a bare or quoted string; -ENOENT: none there. */
int lex_string(struct lexer *lx, struct term *t);
int lex_quoted(struct lexer *lx, struct term *t);
int lex_number(struct lexer *lx, struct term *t);
/* What stands between brackets, as lex_quoted() or bare. */
int lex_bracket(struct lexer *lx, const char **text, size_t *len);

/* "expected ..." lists of words in errors. */
const char *filter_op_name(enum filter_op op);

/* The whole text as a tree, or NULL. */
struct ast *filter_parse(struct lexer *lx);
/* A field or a call at the beginning of the text (formats): fills *@t. */
int filter_parse_term(struct lexer *lx, struct term **t);

#endif

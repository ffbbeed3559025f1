/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operands: what filters compare and formats print. A field, a constant, a list of operands, or a
 * function of operands: tolower(proc.name), len(evt.buffer).
 */
#ifndef SINSP_TRANSFORM_H
#define SINSP_TRANSFORM_H

#include "fields.h"
#include "filter_ast.h"

#define TRANSFORM_NAMES "'tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'"

enum operand_kind { OPERAND_FIELD, OPERAND_CONST, OPERAND_LIST, OPERAND_CALL };

struct operand;

struct transform {
	const char *name;
	unsigned int min_args, max_args;
	bool list_result;
	/* Looks at the arguments' types and sets the result's; NULL or what is wrong. */
	const char *(*check)(struct operand *o);
	bool (*run)(struct view *c, struct operand *o, struct value *v);
};

struct operand {
	enum operand_kind kind;
	uint8_t type; /* enum scap_param_type of its values */
	bool is_list;
	struct field_ref ref; /* FIELD */
	/* FIELD with a value that need not be built: how to get it. */
	bool (*get)(struct view *c, struct field_ref *r, struct value *v);
	struct value constant; /* CONST */
	char *owned;	       /* its bytes */
	const struct transform *fn;
	struct operand **args; /* CALL, LIST */
	size_t n_args;
	char *key; /* what stands in brackets behind a call, or NULL */
	struct sinsp_text text, list;
	/* Of several checks of a filter: the value is got once for an event. */
	bool shared, present;
	uint64_t run; /* of the filter, in which it was got */
	struct value last;
};

const struct transform *transform_find(const char *name, size_t len);

/* Makes an operand of a term, or NULL with the place and the reason in the lexer's error. */
struct operand *operand_new(struct lexer *lx, const struct term *t);
void operand_free(struct operand *o);

/* False: absent. The value is good until the next call. */
bool operand_get(struct view *c, struct operand *o, struct value *v);
/* Is there a field with one of these flags in it? @o may be NULL. */
bool operand_has(const struct operand *o, uint16_t flags);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole state of an inspector as bytes, so that the reading of a capture can begin in its
 * middle. An inspector that takes it in goes on exactly as the one that made it: what cannot be
 * seen (the order in a hash chain, what was looked up last) is all that may differ.
 *
 * The bytes: a version, all strings once, then lists of what points to them, by number. Integers
 * are LEB128, signed ones in zigzag. What a structure consists of is a row of a table each, for
 * both directions; another table is another version, and a reader that does not know it reads on.
 */
#ifndef SINSP_IMAGE_H
#define SINSP_IMAGE_H

#include "inspector.h"

#define IMAGE_VERSION 6u

/*
 * Appends the state to @out: that after the last event, with what it ended taken away. For
 * inspectors that read, not for live ones. Returns 0 or -ENOMEM.
 */
int image_put(struct sinsp *s, struct sinsp_text *out);

/*
 * Replaces the state by the one in @p, after @num events. It is hostile input: returns -EBADMSG or
 * -ENOMEM, with an empty state, if it makes no sense; -ENOTSUP, and the state is as it was, if it
 * is of another version.
 */
int image_get(struct sinsp *s, const uint8_t *p, size_t len, uint64_t num);

/*
 * One structure as bytes: the fields of @table, in a form that says what it is. image_get_one()
 * fills in *@to, its strings in @pool; what is no field is left as it is. Returns 0, or -EBADMSG
 * (then *@to makes no sense), -ENOTSUP, -ENOMEM.
 */
struct image_table;
int image_put_one(const struct image_table *table, const void *from, struct sinsp_text *out);
int image_get_one(const struct image_table *table, void *to, const uint8_t *p, size_t len,
		  struct intern *pool);

/* ---- both directions ---- */

enum image_kind {
	IMAGE_BOOL,
	IMAGE_U8,
	IMAGE_U16,
	IMAGE_U32,
	IMAGE_U64,
	IMAGE_S64,
	IMAGE_ENUM,
	IMAGE_STR,   /* const char * */
	IMAGE_BYTES, /* struct scap_bytes */
	IMAGE_IP,    /* 16 bytes */
};

struct image_field {
	uint32_t at; /* in its structure */
	uint8_t kind;
};

struct image_table {
	const struct image_field *fields;
	size_t n;
};

/* Whether @a and @b, of inspectors of their own, have the same in field @f. */
bool image_same(const struct image_field *f, const void *a, const void *b);

extern const struct image_table image_thread, image_fd, image_container;
extern const struct image_table image_user, image_group, image_inspector;

#endif

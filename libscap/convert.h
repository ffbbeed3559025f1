/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events of older schemas made into today's: an entry is kept until its exit comes, which then has
 * the arguments of both. Whole events of schema 4.0 and later pass untouched.
 */
#ifndef SCAP_CONVERT_H
#define SCAP_CONVERT_H

#include "pending.h"

#define CONVERT_RULES_MAX 512

struct scap_convert_row {
	uint16_t first, n; /* rules of the type */
	uint8_t min;	   /* parameters of an event of schema 4.0; or CONVERT_OLD, _UNUSED */
	uint8_t target;	   /* parameters that an older one gets */
	uint8_t stored;	   /* an entry that is only kept: its parameters and one, else 0 */
	/*
	 * The usual exit: one with `own` parameters becomes whole by `taken` more, which are all
	 * that its entry has behind the first `skip`. lens: of the entry, as they stand in the
	 * record; mask: those of numbers. taken 0: there is none.
	 */
	uint8_t own, skip, taken;
	uint64_t lens, mask;
};

struct scap_convert {
	struct scap_convert_row rows[SCAP_EVT_MAX];
	bool needs_entry[CONVERT_RULES_MAX]; /* by rule: a parameter comes from the entry */
	struct pending_table pending;
	bool pairs;	 /* entries have been seen in this section */
	uint8_t *buf[2]; /* events that were made; one allocation, at the first need */
	unsigned int cur;
	struct {
		struct scap_item_hdr hdr;
		uint64_t latency;
	} __attribute__((packed)) item;
	uint64_t alone; /* exits whose entry was needed and not there */
};

void scap_convert_init(struct scap_convert *c);
void scap_convert_done(struct scap_convert *c);
/* A new section: nothing that waits belongs to it. */
void scap_convert_section(struct scap_convert *c);

/*
 * Converts @ev, which may then view memory of @c, good until the next call. Returns 1 for an event
 * to deliver, 0 for one that was kept or has no meaning of its own, -ENOENT for one of a type that
 * no reader knows any more, -ENOMEM.
 *
 * The exit of a pair gets the time between the two as its latency.
 */
int scap_convert(struct scap_convert *c, struct scap_event *ev);

/*
 * The short way for a record, with @avail bytes, that is half of most old captures: an entry that
 * is kept and nothing else. False: it is another one, or damaged; then it goes the long way.
 */
bool scap_convert_store(struct scap_convert *c, const struct scap_event_hdr *hdr, uint32_t avail);

/*
 * A record of the first kind of event block, which does not say how many parameters it has, with
 * @len bytes, made into one that does. It views memory of @c. -EBADMSG: no number of parameters
 * fits, -ENOENT: no such type.
 */
int scap_convert_unnumbered(struct scap_convert *c, const uint8_t *rec, uint32_t len,
			    struct scap_event *ev);

#endif

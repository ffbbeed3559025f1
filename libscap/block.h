/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks of a capture: their types, and a reader that gives them one by one, in place, with
 * their lengths checked.
 */
#ifndef SCAP_BLOCK_H
#define SCAP_BLOCK_H

#include "stream.h"

/* The low byte is not in the order of their making. Today's writer makes the ones with a comment.
 */
enum {
	BLOCK_SHB = 0x0A0D0D0A, /* section header */
	BLOCK_MI = 0x201,	/* machine */
	BLOCK_PL_V1 = 0x202,
	BLOCK_PL_V2 = 0x207,
	BLOCK_PL_V3 = 0x209,
	BLOCK_PL_V4 = 0x210,
	BLOCK_PL_V5 = 0x211,
	BLOCK_PL_V6 = 0x212,
	BLOCK_PL_V7 = 0x213,
	BLOCK_PL_V8 = 0x214,
	BLOCK_PL_V9 = 0x215, /* threads */
	BLOCK_FDL_V1 = 0x203,
	BLOCK_FDL_V2 = 0x218, /* descriptors of one thread */
	BLOCK_IL_V1 = 0x205,
	BLOCK_IL_V2 = 0x219, /* interfaces */
	BLOCK_UL_V1 = 0x206,
	BLOCK_UL_V2 = 0x220, /* users and groups */
	BLOCK_EV_V1 = 0x204,
	BLOCK_EVF_V1 = 0x208,
	BLOCK_EV_V2 = 0x216,	    /* event */
	BLOCK_EVF_V2 = 0x217,	    /* event with flags */
	BLOCK_EV_V2_LARGE = 0x221,  /* event with 32-bit lengths */
	BLOCK_EVF_V2_LARGE = 0x222, /* the same with flags */
};
#define BLOCK_SHB_TYPE	  0x0A0D0D0Au
#define SHB_MAGIC	  0x1A2B3C4Du
#define SHB_MAGIC_SWAPPED 0x4D3C2B1Au
#define SHB_MAJOR	  1u
#define SHB_MINOR	  2u

/* Bytes of a block around its body: type and length before it, length again behind it. */
#define BLOCK_OVERHEAD 12u
#define BLOCK_EVENT_MAX \
	(65536u + 8) /* what every reader takes; large blocks have their own limit */
#define BLOCK_LARGE_MAX (64u << 20)
#define BLOCK_STATE_MAX (256u << 20)

enum scap_block_kind {
	KIND_UNKNOWN,
	KIND_SECTION,
	KIND_MACHINE,
	KIND_THREADS,
	KIND_FDS,
	KIND_INTERFACES,
	KIND_USERS,
	KIND_EVENT,
};

struct scap_block_type {
	uint8_t kind;	 /* enum scap_block_kind */
	uint8_t version; /* of its layout */
	bool flags;	 /* events: 32 bits of flags behind the CPU */
	bool large;
	const char *name;
};

struct scap_block {
	struct scap_block_type t;
	uint32_t type;
	uint32_t len; /* whole */
	const uint8_t *body;
	uint32_t body_len;
};

struct scap_blocks {
	struct scap_in in;
	struct ahead *ahead; /* NULL: the stream is read here */
	uint64_t read_here;  /* bytes, since the last seek */
	uint64_t file_at;    /* ahead: bytes of the file that were read for what is in buf */
	uint8_t *mem;	     /* our own memory, of cap bytes */
	size_t cap;
	uint8_t *buf;	    /* in mem, or in a chunk of ahead */
	size_t pos, len;    /* unread bytes are buf[pos .. len) */
	uint64_t base;	    /* offset of buf[0] in the uncompressed stream */
	uint32_t last;	    /* length of the block given last: left behind at the next call */
	bool more;	    /* data may follow */
	bool stream_failed; /* the stream has given up: it is not a block that is wrong */
	int failed;
	struct scap_error err;
};

/* Opens the stream and checks that it begins with a section header. Returns 0 or b->err's code. */
int scap_blocks_open(struct scap_blocks *b, const char *path);
void scap_blocks_close(struct scap_blocks *b);

/* The same with a plain capture in memory, @buf, which is taken over, also after an error. */
int scap_blocks_open_memory(struct scap_blocks *b, uint8_t *buf, size_t len);

/*
 * The next block into @blk, good until the next call. Returns 1, 0 at the clean end, or an error,
 * which stays: -EBADMSG damaged or cut.
 */
int scap_blocks_next(struct scap_blocks *b, struct scap_block *blk);

/*
 * The short way for an ordinary event that is in the buffer already: its body and the length of
 * that. NULL: it is something else, or wrong; then scap_blocks_next() gives it or says so.
 */
static inline const uint8_t *scap_blocks_event(struct scap_blocks *b, uint32_t *body_len)
{
	size_t at = b->pos + b->last;
	const uint8_t *p = b->buf + at;
	uint32_t type, len, trailer;

	if (b->failed || b->len - at < BLOCK_OVERHEAD)
		return NULL;
	memcpy(&type, p, sizeof(type));
	memcpy(&len, p + 4, sizeof(len));
	if (type != BLOCK_EV_V2 || len < BLOCK_OVERHEAD || len % 4 || len > BLOCK_EVENT_MAX ||
	    len > b->len - at)
		return NULL;
	memcpy(&trailer, p + len - 4, sizeof(trailer));
	if (trailer != len)
		return NULL;
	b->pos = at;
	b->last = len;
	*body_len = len - BLOCK_OVERHEAD;
	return p + 8;
}

/*
 * Goes on with the blocks of the frame that begins at @at in the file and @content_at in the plain
 * stream. Returns 0 or an error.
 */
int scap_blocks_seek(struct scap_blocks *b, uint64_t at, uint64_t content_at);

/*
 * After a damage: goes to the next event or section that looks whole, behind the block that was
 * given last, or else as near as possible. Returns 1, or 0 if none is left in the stream. A call
 * costs no more than reading does.
 */
int scap_blocks_resync(struct scap_blocks *b);
/* The same for the present place: whether one begins there. */
bool scap_blocks_begins(struct scap_blocks *b);

/* Makes the next call give the same block again. */
static inline void scap_blocks_again(struct scap_blocks *b)
{
	b->last = 0;
}

/* Offset of the block given last in the uncompressed stream. */
static inline uint64_t scap_blocks_offset(const struct scap_blocks *b)
{
	return b->base + b->pos;
}

/* Where in the file the stream is, or was when it made what is read now. */
uint64_t scap_blocks_file_offset(const struct scap_blocks *b);

/*
 * Puts "file: offset N[ (byte M of the gzip file)]: ..." into b->err and makes it stay. Returns the
 * code.
 */
int scap_blocks_fail(struct scap_blocks *b, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif

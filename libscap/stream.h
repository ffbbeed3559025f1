/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of a capture from and to a file or pipe, through a codec: plain, gzip or zstd. Knows
 * nothing of blocks. Reading: the codec is found by the first bytes.
 */
#ifndef SCAP_STREAM_H
#define SCAP_STREAM_H

#include <sys/types.h>

#include "scap.h"

/* Read side: bytes as they are in the file, buffered for the codec. */
struct scap_in {
	const struct scap_codec *codec;
	void *priv;	  /* the codec's */
	const char *name; /* for messages */
	char *path;
	int fd;
	int wake; /* readable: a wait for a pipe ends with -ECANCELED; -1: none */
	bool eof;
	int pending; /* an error that comes after the bytes that were still good */
	uint8_t *buf;
	size_t pos, len; /* what the codec has not taken yet is buf[pos .. len) */
	uint64_t taken;	 /* bytes read from the file */
	uint64_t made;	 /* bytes that the codec made of them */
	uint64_t size;	 /* of the file, 0 if it is a pipe */
	struct scap_error err;
};

/* Write side. The first error stays: everything after it fails with the same message. */
struct scap_out {
	const struct scap_codec *codec;
	void *priv;
	const char *name;
	char *path;
	int fd;
	bool named;	  /* the file had a name when it was opened */
	uint64_t content; /* bytes of the plain stream so far */
	uint64_t bytes;	  /* handed to the kernel */
	struct scap_error err;
};

/* A frame that was ended: where it is in the file. */
struct scap_out_frame {
	uint64_t at;
	uint32_t bytes;
};

/*
 * A codec. read() returns the number of bytes put into @buf, 0 at a clean end, -ENODATA if the
 * compressed data stops in the middle, or another negative error; it returns what it has rather
 * than wait for more. Bytes before a damage are returned first. write() is given whole blocks.
 */
struct scap_codec {
	const char *name;
	bool (*matches)(const uint8_t head[4]);
	int (*read_open)(struct scap_in *in);
	ssize_t (*read)(struct scap_in *in, uint8_t *buf, size_t size);
	void (*read_close)(struct scap_in *in);
	/* Goes on with the frame that begins at @at in the file. NULL: has no frames. */
	int (*seek)(struct scap_in *in, uint64_t at);
	int (*write_open)(struct scap_out *out, int level);
	int (*write)(struct scap_out *out, const uint8_t *buf, size_t size);
	int (*flush)(struct scap_out *out); /* all can be read back from what the file has now */
	/*
	 * Ends the present frame. Returns 1 and fills @frame, 0 if it is empty, or an error. NULL:
	 * has no frames.
	 */
	int (*end_frame)(struct scap_out *out, struct scap_out_frame *frame);
	/* Between two frames: writes @n bytes that decoders pass over. @kind: enum aside_kind. */
	int (*aside)(struct scap_out *out, unsigned int kind, const void *p, size_t n);
	int (*finish)(struct scap_out *out);
	void (*write_close)(struct scap_out *out);
};

extern const struct scap_codec scap_codec_plain;
extern const struct scap_codec scap_codec_gzip;
extern const struct scap_codec scap_codec_zstd;

/* Opens @path ("-": standard input) and finds the codec. Returns 0 or an error (in->err). */
int scap_in_open(struct scap_in *in, const char *path);
void scap_in_close(struct scap_in *in);
ssize_t scap_in_read(struct scap_in *in, uint8_t *buf, size_t size);

int scap_in_seek(struct scap_in *in, uint64_t at);

/* False if a read might wait for a pipe. */
bool scap_in_ready(const struct scap_in *in);

/* For codecs: refills the empty buffer. Returns the number of bytes, 0 at the end, or an error. */
ssize_t scap_in_fill(struct scap_in *in);
/* For codecs: read() into @buf past the buffer, counted. */
ssize_t scap_in_direct(struct scap_in *in, uint8_t *buf, size_t size);
/* Where in the file the codec is. */
static inline uint64_t scap_in_offset(const struct scap_in *in)
{
	return in->taken - (in->len - in->pos);
}

/* Creates @path ("-": standard output). Returns 0 or an error (out->err). */
int scap_out_open(struct scap_out *out, const char *path, enum scap_compression compression,
		  int level);
int scap_out_write(struct scap_out *out, const uint8_t *buf, size_t size);
int scap_out_flush(struct scap_out *out);
int scap_out_finish(struct scap_out *out);
/* Closes without finishing. Returns 0 or the error of close(). */
int scap_out_close(struct scap_out *out);

/* For codecs: hands bytes to the kernel. */
int scap_out_put(struct scap_out *out, const void *buf, size_t size);
int scap_out_fail(struct scap_out *out, int code, const char *what);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The codec that does nothing: a capture as it is. */
#include "stream.h"

static bool plain_matches(const uint8_t head[4])
{
	return memcmp(head, "\x0a\x0d\x0d\x0a", 4) == 0;
}

static int plain_read_open(struct scap_in *in)
{
	(void)in;
	return 0;
}

/* Only the bytes that were looked at to find the codec are copied. */
static ssize_t plain_read(struct scap_in *in, uint8_t *buf, size_t size)
{
	size_t n = in->len - in->pos;

	if (n == 0)
		return scap_in_direct(in, buf, size);
	if (n > size)
		n = size;
	memcpy(buf, in->buf + in->pos, n);
	in->pos += n;
	return (ssize_t)n;
}

static void plain_read_close(struct scap_in *in)
{
	(void)in;
}

static int plain_write_open(struct scap_out *out, int level)
{
	(void)out;
	(void)level;
	return 0;
}

static int plain_write(struct scap_out *out, const uint8_t *buf, size_t size)
{
	return scap_out_put(out, buf, size);
}

static int plain_flush(struct scap_out *out)
{
	(void)out;
	return 0;
}

static void plain_write_close(struct scap_out *out)
{
	(void)out;
}

const struct scap_codec scap_codec_plain = {
	.name = "plain",
	.matches = plain_matches,
	.read_open = plain_read_open,
	.read = plain_read,
	.read_close = plain_read_close,
	.write_open = plain_write_open,
	.write = plain_write,
	.flush = plain_flush,
	.finish = plain_flush,
	.write_close = plain_write_close,
};

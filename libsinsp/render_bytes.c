/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte buffers as text: dots, -A, -x, -X, -b. */
#include "put.h"
#include "render.h"

#define CUT_AT	 80u
#define CUT_MARK "..."
#define PER_LINE 16u

static bool is_printable(uint8_t b)
{
	return b >= 0x20 && b <= 0x7e;
}

static void put_dotted(struct view *c, const uint8_t *p, size_t len, struct sinsp_text *out)
{
	bool cut = len > CUT_AT && c->printable && !c->opts.verbose && !c->opts.json;

	sinsp_text_add_printable(out, (const char *)p, cut ? CUT_AT - strlen(CUT_MARK) : len);
	if (cut)
		put_str(out, CUT_MARK);
}

/* What can be read, in lines: a CR ends one, an LF too unless it follows a CR or nothing. */
static void put_ascii(const uint8_t *p, size_t len, struct sinsp_text *out)
{
	size_t i;

	put_char(out, '\n');
	for (i = 0; i < len; i++) {
		if (is_printable(p[i]))
			put_char(out, (char)p[i]);
		else if (p[i] == '\r' || (p[i] == '\n' && i && p[i - 1] != '\r'))
			put_char(out, '\n');
	}
}

static void put_hex_digits(uint64_t v, int digits, struct sinsp_text *out)
{
	while (digits-- > 0)
		put_char(out, "0123456789abcdef"[v >> (4 * digits) & 15]);
}

static void put_hex_line(const uint8_t *p, size_t n, struct sinsp_text *out)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i % 2 == 0)
			put_char(out, ' ');
		put_hex_digits(p[i], 2, out);
	}
}

static void put_dump(const uint8_t *p, size_t len, bool with_text, struct sinsp_text *out)
{
	size_t at, n, begin;

	put_char(out, '\n');
	for (at = 0; at < len; at += PER_LINE) {
		n = len - at < PER_LINE ? len - at : PER_LINE;
		put_str(out, "\t0x");
		put_hex_digits(at, at > 0xffff ? 8 : 4, out);
		put_char(out, ':');
		begin = out->len;
		put_hex_line(p + at, n, out);
		if (with_text) {
			/*
			 * As wide as a full line: sixteen bytes in groups of two. Half a group
			 * counts as a whole one, as other programs' dumps have it.
			 */
			while (!out->failed && out->len - begin + 2 * (n % 2) < PER_LINE * 5 / 2)
				put_char(out, ' ');
			put_str(out, "  ");
			sinsp_text_add_printable(out, (const char *)p + at, n);
		}
		put_char(out, '\n');
	}
}

static void put_base64(const uint8_t *p, size_t len, struct sinsp_text *out)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16;

		if (i + 1 < len)
			v |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < len)
			v |= p[i + 2];
		put_char(out, digit[v >> 18 & 63]);
		put_char(out, digit[v >> 12 & 63]);
		put_char(out, i + 1 < len ? digit[v >> 6 & 63] : '=');
		put_char(out, i + 2 < len ? digit[v & 63] : '=');
	}
}

void render_bytes(struct view *c, const uint8_t *p, size_t len, struct sinsp_text *out)
{
	switch (c->opts.buffer) {
	case SINSP_BUF_DOTTED:
		put_dotted(c, p, len, out);
		break;
	case SINSP_BUF_ASCII:
		put_ascii(p, len, out);
		break;
	case SINSP_BUF_HEX:
		put_dump(p, len, false, out);
		break;
	case SINSP_BUF_HEXASCII:
		put_dump(p, len, true, out);
		break;
	case SINSP_BUF_BASE64:
		put_base64(p, len, out);
		break;
	}
}

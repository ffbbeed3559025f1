/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as text. */
#include "put.h"

#define DEC_PAIRS 100

/* Two digits per division. */
static const char pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

#define BILLION 1000000000u

/* Below a billion. */
static inline unsigned int count_digits(uint32_t v)
{
	if (v < 10000)
		return 1u + (v >= 10) + (v >= 100) + (v >= 1000);
	return 5u + (v >= 100000) + (v >= 1000000) + (v >= 10000000) + (v >= 100000000);
}

/* The digits of @v so that they end before @end. */
static inline char *digits(char *end, uint64_t v)
{
	while (v >= DEC_PAIRS) {
		uint64_t q = v / DEC_PAIRS;

		end -= 2;
		memcpy(end, pairs + 2 * (v - q * DEC_PAIRS), 2);
		v = q;
	}
	if (v >= 10) {
		end -= 2;
		memcpy(end, pairs + 2 * v, 2);
	} else {
		*--end = (char)('0' + v);
	}
	return end;
}

void put_u64(struct sinsp_text *t, uint64_t v)
{
	unsigned int n;
	char *p;

	if (v >= BILLION) {
		put_u64(t, v / BILLION);
		put_nanos(t, (uint32_t)(v % BILLION));
		return;
	}
	n = count_digits((uint32_t)v);
	p = put_room(t, n);
	if (!p)
		return;
	digits(p + n, v);
	put_done(t, n);
}

void put_i64(struct sinsp_text *t, int64_t v)
{
	if (v < 0)
		put_char(t, '-');
	put_u64(t, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

static void put_base(struct sinsp_text *t, uint64_t v, unsigned int shift, const char *digit)
{
	char buf[PUT_NUMBER_MAX], *end = buf + sizeof(buf), *p = end;

	do {
		*--p = digit[v & ((1u << shift) - 1)];
		v >>= shift;
	} while (v);
	put_mem(t, p, (size_t)(end - p));
}

void put_hex(struct sinsp_text *t, uint64_t v)
{
	put_base(t, v, 4, "0123456789abcdef");
}

void put_hex_upper(struct sinsp_text *t, uint64_t v)
{
	put_base(t, v, 4, "0123456789ABCDEF");
}

void put_oct(struct sinsp_text *t, uint64_t v)
{
	if (v)
		put_char(t, '0');
	put_base(t, v, 3, "01234567");
}

static void put_padded(struct sinsp_text *t, uint64_t v, size_t width)
{
	char buf[PUT_NUMBER_MAX], *end = buf + sizeof(buf), *p = digits(end, v);

	while ((size_t)(end - p) < width)
		*--p = '0';
	put_mem(t, p, (size_t)(end - p));
}

void put_nanos(struct sinsp_text *t, uint32_t nanos)
{
	char *p = put_room(t, 9);
	uint32_t high = nanos / 10000, low = nanos - high * 10000, top = high / 10000;

	if (!p)
		return;
	high -= top * 10000;
	p[0] = (char)('0' + top);
	memcpy(p + 1, pairs + 2 * (high / 100), 2);
	memcpy(p + 3, pairs + 2 * (high % 100), 2);
	memcpy(p + 5, pairs + 2 * (low / 100), 2);
	memcpy(p + 7, pairs + 2 * (low % 100), 2);
	put_done(t, 9);
}

void put_u64_as(struct sinsp_text *t, uint64_t v, uint8_t format)
{
	switch (format) {
	case PF_HEX:
		put_hex_upper(t, v);
		break;
	case PF_OCT:
		put_oct(t, v);
		break;
	case PF_10_PADDED_DEC:
		put_padded(t, v, 9);
		break;
	default:
		put_u64(t, v);
	}
}

void put_i64_as(struct sinsp_text *t, int64_t v, uint8_t format)
{
	if (format == PF_HEX || format == PF_OCT)
		put_u64_as(t, (uint64_t)v, format);
	else
		put_i64(t, v);
}

void put_double(struct sinsp_text *t, const char *fmt, double v)
{
	char buf[64], *p;
	int n = snprintf(buf, sizeof(buf), fmt, v);

	if (n < 0 || (size_t)n >= sizeof(buf))
		return;
	p = memchr(buf, ',', (size_t)n);
	if (p)
		*p = '.';
	put_mem(t, buf, (size_t)n);
}

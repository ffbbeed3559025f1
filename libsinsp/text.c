/* SPDX-License-Identifier: BSD-2-Clause */
/* struct sinsp_text: a growing buffer of text. */
#include "put.h"

#include <stdarg.h>
#include <stdlib.h>

#define MIN_CAPACITY 256u

/* Doubles, so that a line costs no allocation once it has grown. */
bool put_reserve(struct sinsp_text *t, size_t more)
{
	size_t cap = t->cap ? t->cap : MIN_CAPACITY;
	char *p;

	if (more < t->cap - t->len)
		return true;
	if (t->failed || more > SIZE_MAX / 4 - t->len)
		goto fail;
	while (cap <= t->len + more)
		cap *= 2;
	p = realloc(t->ptr, cap);
	if (!p)
		goto fail;
	t->ptr = p;
	t->cap = cap;
	p[t->len] = '\0';
	return true;
fail:
	t->failed = true;
	return false;
}

void sinsp_text_add(struct sinsp_text *t, const char *s, size_t len)
{
	put_mem(t, s, len);
}

void sinsp_text_puts(struct sinsp_text *t, const char *s)
{
	sinsp_text_add(t, s, strlen(s));
}

void sinsp_text_printf(struct sinsp_text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		t->failed = true;
		return;
	}
	if (!put_room(t, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(t->ptr + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void sinsp_text_add_printable(struct sinsp_text *t, const char *s, size_t len)
{
	char *p = put_room(t, len);

	if (!p)
		return;
	wide_copy_printable(p, s, len);
	put_done(t, len);
}

void sinsp_text_clear(struct sinsp_text *t)
{
	t->len = 0;
	t->failed = false;
	if (t->ptr)
		t->ptr[0] = '\0';
}

void sinsp_text_free(struct sinsp_text *t)
{
	free(t->ptr);
	*t = (struct sinsp_text){ 0 };
}

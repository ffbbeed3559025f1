/* SPDX-License-Identifier: BSD-2-Clause */
/* Aligned columns: cells are gathered first, so that the widths are known when the first is
 * printed. */
#include "columns.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void columns_cell(struct columns *c, const char *fmt, ...)
{
	char *text = NULL;
	size_t n, limit = c->limit[c->column];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	n = len < 0 ? 0 : (size_t)len;
	sinsp_text_add_printable(&c->cells, len < 0 ? "" : text, n);
	sinsp_text_add(&c->cells, "", 1);
	if (n > c->width[c->column] && (!limit || n <= limit))
		c->width[c->column] = n;
	c->column = (c->column + 1) % c->n;
	free(len < 0 ? NULL : text);
}

void columns_print(const struct columns *c, const char *indent, FILE *out)
{
	const char *p = c->cells.ptr, *end = p ? p + c->cells.len : NULL;
	unsigned int column = 0;
	size_t n, pad = 0;

	for (; p < end; p += n + 1) {
		n = strlen(p);
		if (column == 0) {
			fputs(indent, out);
			pad = 0;
		}
		if (n)
			fprintf(out, "%*s%s", (int)pad, "", p);
		pad = n ? 0 : pad;
		pad += 2 + (c->width[column] > n ? c->width[column] - n : 0);
		if (++column == c->n) {
			fputc('\n', out);
			column = 0;
		}
	}
}

void columns_free(struct columns *c)
{
	sinsp_text_free(&c->cells);
	memset(c, 0, sizeof(*c));
}

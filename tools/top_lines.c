/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of text in memory, for windows that scroll. */
#include <stdlib.h>
#include <string.h>

#include "top.h"

#define MAX_LINES 200000
#define MAX_BYTES (64u << 20)
#define MAX_LINE  4096

static size_t roll_off(struct top_lines *l)
{
	size_t n = l->n / 4 + 1, i;

	for (i = 0; i < n; i++) {
		l->bytes -= strlen(l->line[i]) + 1;
		free(l->line[i]);
	}
	memmove(l->line, l->line + n, (l->n - n) * sizeof(*l->line));
	l->n -= n;
	return n;
}

static bool add(struct top_lines *l, const char *text, size_t len)
{
	char **more = l->line;

	if ((l->n & (l->n - 1)) == 0)
		more = reallocarray(l->line, l->n ? 2 * l->n : 16, sizeof(*more));
	if (!more)
		return false;
	l->line = more;
	l->line[l->n] = strndup(text, len < MAX_LINE ? len : MAX_LINE);
	if (!l->line[l->n])
		return false;
	l->bytes += strlen(l->line[l->n++]) + 1;
	return true;
}

size_t top_lines_add(struct top_lines *l, const char *text, size_t len, bool roll)
{
	size_t n, lost = 0;
	const char *end;

	while (len && !l->full) {
		end = memchr(text, '\n', len);
		n = end ? (size_t)(end - text) : len;
		if (l->n >= MAX_LINES || l->bytes >= MAX_BYTES) {
			if (roll)
				lost += roll_off(l);
			else
				l->full = true;
		}
		if (!l->full && !add(l, text, n))
			l->full = true;
		n += end != NULL;
		text += n;
		len -= n;
	}
	return lost;
}

void top_lines_clear(struct top_lines *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->line[i]);
	free(l->line);
	memset(l, 0, sizeof(*l));
}

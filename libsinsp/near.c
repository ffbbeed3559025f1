/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Distances between names: how many characters have to be added, taken away, replaced, or swapped
 * with their neighbour. Only for errors: nothing here is fast.
 */
#include "near.h"

#include <stdio.h>
#include <string.h>

#define LEN_MAX 48

void near_init(struct near *m, const char *text, size_t len)
{
	*m = (struct near){ .text = text, .len = len };
	m->limit = len < 4 ? 2 : (unsigned int)len / 3 + 1;
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static unsigned int distance(const char *a, size_t n, const char *b, size_t len)
{
	unsigned int rows[3][LEN_MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2], *t;
	size_t i, j;

	for (j = 0; j <= len; j++)
		last[j] = (unsigned int)j;
	for (i = 1; i <= n; i++) {
		now[0] = (unsigned int)i;
		for (j = 1; j <= len; j++) {
			now[j] = least(least(last[j], now[j - 1]) + 1,
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		t = before;
		before = last;
		last = now;
		now = t;
	}
	return last[len];
}

void near_offer(struct near *m, const char *name)
{
	size_t len = strlen(name), i;
	unsigned int far;

	if (m->len > LEN_MAX || len > LEN_MAX)
		return;
	far = distance(m->text, m->len, name, len);
	if (far >= m->limit)
		return;
	for (i = 0; i < m->n; i++)
		if (!strcmp(m->names[i], name))
			return;
	for (i = m->n; i > 0 && m->far[i - 1] > far; i--)
		if (i < NEAR_MAX) {
			m->names[i] = m->names[i - 1];
			m->far[i] = m->far[i - 1];
		}
	if (i == NEAR_MAX)
		return;
	m->names[i] = name;
	m->far[i] = far;
	m->n += m->n < NEAR_MAX;
}

const char *near_text(const struct near *m, char *out, size_t size)
{
	size_t i, len = 0;

	*out = '\0';
	for (i = 0; i < m->n && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s%s",
					i == 0	       ? "; did you mean "
					: i + 1 < m->n ? ", "
						       : " or ",
					m->names[i], i + 1 < m->n ? "" : "?");
	return out;
}

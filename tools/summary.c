/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of -S. Events of the same name (old and new rows of one call) are one line. */
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LINES 100

void summary_count(struct summary *s, const struct scap_event *ev)
{
	uint16_t type = ev->hdr->type;
	uint64_t code;

	if (type == SCAP_EVT_GENERIC_E || type == SCAP_EVT_GENERIC_X) {
		code = scap_param_u64(ev, 0, SCAP_SC_MAX);
		if (code < SCAP_SC_MAX && scap_syscall_name((uint16_t)code)) {
			s->calls[code][type & 1]++;
			return;
		}
	}
	if (type < SCAP_EVT_MAX)
		s->events[type]++;
}

static void add_line(struct summary_line *lines, size_t *n, uint16_t direction, const char *name,
		     uint64_t count)
{
	char c = direction & 1 ? '<' : '>';
	size_t i;

	for (i = 0; i < *n; i++)
		if (lines[i].direction == c && strcmp(lines[i].name, name) == 0)
			break;
	if (i == *n)
		lines[(*n)++] = (struct summary_line){ c, name, 0 };
	lines[i].count += count;
}

static int by_count(const void *a, const void *b)
{
	const struct summary_line *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->name, y->name);
}

struct summary_line *summary_lines(const struct summary *s, size_t *n)
{
	struct summary_line *lines = calloc(SCAP_EVT_MAX + 2 * SCAP_SC_MAX, sizeof(*lines));
	const struct scap_event_info *info;
	size_t i;

	*n = 0;
	if (!lines)
		return NULL;
	for (i = 0; i < SCAP_EVT_MAX; i++) {
		info = s->events[i] ? scap_event_info((uint16_t)i) : NULL;
		if (info)
			add_line(lines, n, (uint16_t)i, info->name, s->events[i]);
	}
	for (i = 0; i < 2 * SCAP_SC_MAX; i++)
		if (s->calls[i / 2][i % 2])
			add_line(lines, n, i % 2, scap_syscall_name((uint16_t)(i / 2)),
				 s->calls[i / 2][i % 2]);
	qsort(lines, *n, sizeof(*lines), by_count);
	return lines;
}

void summary_loss(struct summary *s, const struct scap_loss *loss)
{
	s->lost.buffer += loss->buffer;
	s->lost.fault += loss->fault;
	s->lost.busy += loss->busy;
}

void summary_print(const struct summary *s, FILE *out)
{
	struct summary_line *lines;
	size_t n, i;

	lines = summary_lines(s, &n);
	if (!lines)
		return;
	fprintf(out, "----------------------\nEvent           #Calls\n----------------------\n");
	for (i = 0; i < n && i < MAX_LINES; i++)
		fprintf(out, "%c %-15s %llu\n", lines[i].direction, lines[i].name,
			(unsigned long long)lines[i].count);
	if (s->lost.buffer | s->lost.fault | s->lost.busy)
		fprintf(out,
			"----------------------\n! lost            %llu (ring full: %llu, memory not "
			"resident: %llu, re-entry: %llu)\n",
			(unsigned long long)(s->lost.buffer + s->lost.fault + s->lost.busy),
			(unsigned long long)s->lost.buffer, (unsigned long long)s->lost.fault,
			(unsigned long long)s->lost.busy);
	free(lines);
}

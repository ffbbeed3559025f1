/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boxes by what made their pods: what is deployed has one name, its pods have many. What is in
 * no pod comes last.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "story.h"
#include "story_units.h"

static int compare_owners(const struct story_box *a, const struct story_box *b)
{
	int rc = !*a->owner_kind - !*b->owner_kind;

	if (!rc)
		rc = strcmp(a->pod_namespace, b->pod_namespace);
	if (!rc)
		rc = strcmp(a->owner_kind, b->owner_kind);
	return rc ? rc : strcmp(a->owner, b->owner);
}

/* Of one owner by pod, and those of a pod in the order in which they came. */
static int compare(const void *x, const void *y)
{
	const struct story_box *a = *(const struct story_box *const *)x;
	const struct story_box *b = *(const struct story_box *const *)y;
	int rc = compare_owners(a, b);

	if (!rc)
		rc = strcmp(a->pod, b->pod);
	return rc ? rc : (a->first > b->first) - (a->first < b->first);
}

static struct story_box **sorted(const struct story *st, size_t *n)
{
	struct story_box *b, **list;

	*n = 0;
	TAILQ_FOREACH (b, &st->boxes, link)
		++*n;
	list = calloc(*n + 1, sizeof(struct story_box *));
	*n = 0;
	if (!list)
		return NULL;
	TAILQ_FOREACH (b, &st->boxes, link)
		list[(*n)++] = b;
	qsort(list, *n, sizeof(struct story_box *), compare);
	return list;
}

/* How many boxes from @i on have the same owner. */
static size_t group(struct story_box *const *list, size_t n, size_t i)
{
	size_t end = i + 1;

	while (end < n && compare_owners(list[i], list[end]) == 0)
		end++;
	return end - i;
}

static void tell_row(struct columns *c, struct story_box *const *list, size_t n, uint64_t begin)
{
	uint64_t first = 0, last = 0, procs = 0;
	size_t i, pods = 0, running = 0;
	struct unit_text a;

	for (i = 0; i < n; i++) {
		const struct story_box *b = list[i];

		pods += *b->pod && (i == 0 || strcmp(b->pod, list[i - 1]->pod) != 0);
		running += !b->init || !b->init->ended;
		procs += b->n_procs - b->n_runtime;
		if (!first || b->first < first)
			first = b->first;
		if (b->last > last)
			last = b->last;
	}
	columns_cell(c, "%s", *list[0]->owner_kind ? list[0]->owner_kind : "in no pod");
	columns_cell(c, "%s", list[0]->owner);
	columns_cell(c, "%s", list[0]->pod_namespace);
	columns_cell(c, "%zu", pods);
	columns_cell(c, "%zu", n);
	columns_cell(c, "%zu", n - running);
	columns_cell(c, "%s", unit_count(&a, procs));
	columns_cell(c, "%s", unit_since(&a, begin, first));
	columns_cell(c, "%s", unit_since(&a, begin, last));
}

static void tell_table(const struct story *st, struct story_box *const *list, size_t n)
{
	static const char *const heads[] = { "kind",	  "name",	 "namespace",
					     "pods",	  "containers",	 "ended",
					     "processes", "first event", "last" };
	struct columns c = { .n = sizeof(heads) / sizeof(heads[0]) };
	size_t i, of;

	for (i = 0; i < c.n; i++)
		columns_cell(&c, "%s", heads[i]);
	for (i = 0; i < n; i += of) {
		of = group(list, n, i);
		tell_row(&c, list + i, of, st->first);
	}
	printf("\nOWNERS\n");
	columns_print(&c, "  ", stdout);
	columns_free(&c);
}

static void tell_title(const struct story_box *b)
{
	struct columns title = { .n = 1 };

	if (*b->owner_kind)
		columns_cell(&title, "OWNER %s %s in namespace %s", b->owner_kind, b->owner,
			     *b->pod_namespace ? b->pod_namespace : "?");
	else
		columns_cell(&title, "IN NO POD");
	putchar('\n');
	columns_print(&title, "", stdout);
	columns_free(&title);
}

int story_tell_owners(struct story *st, const struct story_box *only, const struct story_view *v)
{
	struct story_box **list;
	size_t n, i;

	list = sorted(st, &n);
	if (!list)
		return -1;
	if (n)
		tell_table(st, list, n);
	for (i = 0; i < n; i++) {
		if (only && only != list[i])
			continue;
		if (only || i == 0 || compare_owners(list[i - 1], list[i]) != 0)
			tell_title(list[i]);
		story_tell_box(st, list[i], v);
	}
	free(list);
	return 0;
}

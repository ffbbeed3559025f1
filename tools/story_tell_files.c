/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the files of a box, each list in the order of its times. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story_rows.h"
#include "story_units.h"

static uint64_t time_at(const struct story_file *f, size_t field)
{
	return *(const uint64_t *)((const char *)f + field);
}

static int by_time(const void *a, const void *b, void *arg)
{
	size_t field = *(size_t *)arg;
	uint64_t x = time_at(*(struct story_file *const *)a, field);
	uint64_t y = time_at(*(struct story_file *const *)b, field);

	return x < y ? -1 : x > y;
}

/* The files of a box that have a time at @field, sorted by it, with a NULL behind the last. To be
 * freed; NULL: no memory. */
static struct story_file **sorted_files(const struct story_box *b, size_t field)
{
	struct story_file **files = calloc(b->n_files + 1, sizeof(*files)), *f;
	size_t n = 0;

	if (!files)
		return NULL;
	TAILQ_FOREACH (f, &b->file_list, link)
		if (time_at(f, field))
			files[n++] = f;
	qsort_r(files, n, sizeof(*files), by_time, &field);
	return files;
}

#define FILES_BY(b, field) sorted_files(b, offsetof(struct story_file, field))

static void tell_executed(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "written", "by", "executed", "by", "file", "how" };
	struct unit_text a;
	struct story_file **files, **f;
	struct rows r;

	rows_start(&r, v, "Executed after being written during the capture", heads, 6);
	files = FILES_BY(b, executed);
	for (f = files; f && *f; f++) {
		if (!rows_room(&r))
			continue;
		columns_cell(&r.c, "%s",
			     unit_since(&a, st->first,
					(*f)->written ? (*f)->written : (*f)->opened_for_write));
		columns_cell(&r.c, "%s", (*f)->writer ? (*f)->writer : "?");
		columns_cell(&r.c, "%s", unit_since(&a, st->first, (*f)->executed));
		columns_cell(&r.c, "%s", (*f)->runner ? (*f)->runner : "?");
		columns_cell(&r.c, "%s", (*f)->path);
		columns_cell(&r.c, "%s%s%s%s", (*f)->run_as ? (*f)->run_as : "",
			     (*f)->came_from ? "; its writer was connected to " : "",
			     (*f)->came_from ? (*f)->came_from : "", (*f)->was ? "; renamed" : "");
	}
	free(files);
	rows_end(&r, 0);
}

static void tell_written(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "first", "clock", "by",  "writes",
					     "bytes", "file",  "more" };
	struct unit_text a;
	struct story_file **files, **f;
	struct rows r;

	rows_start(&r, v, "Files written", heads, 7);
	r.c.limit[5] = 60;
	files = FILES_BY(b, opened_for_write);
	for (f = files; f && *f; f++) {
		if (!rows_room(&r))
			continue;
		rows_time(&r.c, st, (*f)->written ? (*f)->written : (*f)->opened_for_write);
		columns_cell(&r.c, "%s", (*f)->writer ? (*f)->writer : "?");
		columns_cell(&r.c, "%s", unit_count(&a, (*f)->writes));
		columns_cell(&r.c, "%s", unit_bytes(&a, (*f)->bytes_written));
		columns_cell(&r.c, "%s", (*f)->path);
		columns_cell(&r.c, "%s%s%s%s%s%s", (*f)->was ? "was " : "",
			     (*f)->was ? (*f)->was : "",
			     (*f)->was && ((*f)->deleted || (*f)->made_executable) ? ", " : "",
			     (*f)->made_executable ? "made executable" : "",
			     (*f)->made_executable && (*f)->deleted ? ", " : "",
			     (*f)->deleted ? "deleted" : "");
	}
	free(files);
	rows_end(&r, b->n_files_over + b->n_passing);
}

static void tell_sensitive(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "first", "clock", "by",
					     "times", "file",  "why it counts" };
	struct unit_text a;
	struct story_file **files, **f;
	struct rows r;

	rows_start(&r, v, "Sensitive files read", heads, 6);
	r.c.limit[4] = 60;
	files = FILES_BY(b, read);
	for (f = files; f && *f; f++) {
		if (!rows_room(&r))
			continue;
		rows_time(&r.c, st, (*f)->read);
		columns_cell(&r.c, "%s", (*f)->reader ? (*f)->reader : "?");
		columns_cell(&r.c, "%s", unit_count(&a, (*f)->reads));
		columns_cell(&r.c, "%s", (*f)->path);
		columns_cell(&r.c, "%s%s%s", (*f)->why_sensitive ? (*f)->why_sensitive : "",
			     (*f)->read_error ? "; not allowed: " : "",
			     (*f)->read_error ? strerrorname_np((*f)->read_error) : "");
	}
	free(files);
	rows_end(&r, 0);
}

static void tell_deleted(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "time", "clock", "by", "file" };
	struct story_file **files, **f;
	struct rows r;

	rows_start(&r, v, "Deleted", heads, 4);
	files = FILES_BY(b, deleted);
	for (f = files; f && *f; f++) {
		if (!rows_room(&r))
			continue;
		rows_time(&r.c, st, (*f)->deleted);
		columns_cell(&r.c, "%s", (*f)->deleter ? (*f)->deleter : "?");
		columns_cell(&r.c, "%s", (*f)->path);
	}
	free(files);
	rows_end(&r, 0);
}

static void tell_moded(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "time", "clock", "by", "file" };
	struct story_file **files, **f;
	struct rows r;

	rows_start(&r, v, "Made executable", heads, 4);
	files = FILES_BY(b, made_executable);
	for (f = files; f && *f; f++) {
		if (!rows_room(&r))
			continue;
		rows_time(&r.c, st, (*f)->made_executable);
		columns_cell(&r.c, "%s", (*f)->chmodder ? (*f)->chmodder : "?");
		columns_cell(&r.c, "%s", (*f)->path);
	}
	free(files);
	rows_end(&r, 0);
}

void story_tell_files(struct story *st, struct story_box *b, const struct story_view *v)
{
	tell_executed(st, b, v);
	tell_written(st, b, v);
	tell_sensitive(st, b, v);
	tell_moded(st, b, v);
	tell_deleted(st, b, v);
}

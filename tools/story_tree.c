/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells what ran: the processes of a box as a tree, in the order of their start. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "story.h"
#include "story_signal.h"
#include "story_units.h"

#define MAX_ROWS    300
#define MAX_INDENT  40
#define MAX_CMDLINE 1000

struct tree {
	struct story *st;
	struct columns c;
	uint64_t rows, left_out, idle;
	bool all;
};

/* The runtime's own steps are not the container's. On the host only what began or ended during the
 * capture is told, and what it descends from. */
static bool is_told(const struct story_proc *p)
{
	const struct story_proc *c;

	if (p->runtime)
		return false;
	if (!p->box->host || p->start || p->ended || p->n_execs)
		return true;
	TAILQ_FOREACH (c, &p->children, sibling)
		if (is_told(c))
			return true;
	return false;
}

static void end_cell(struct columns *c, const struct story_proc *p)
{
	if (!p->ended)
		columns_cell(c, "running");
	else if (p->sig)
		columns_cell(c, "%s%s", story_signal_name(p->sig), p->core ? " (core)" : "");
	else
		columns_cell(c, "exit %u", p->exit_status);
}

static void command_cell(struct columns *c, const struct story_proc *p, const struct story_exec *e,
			 int indent)
{
	bool first = e == STAILQ_FIRST(&p->execs);
	const char *mark = !first ? "then: " : p->parent ? "\\_ " : "";

	if (!e)
		columns_cell(c, "%*s%s%s (no command of its own)%s%s", indent, "", mark, p->comm,
			     p->outside ? "   <- " : "", p->outside ? p->outside : "");
	else
		columns_cell(c, "%*s%s%.*s%s%s", indent, "", mark, MAX_CMDLINE, e->cmdline,
			     first && p->outside ? "   <- " : "",
			     first && p->outside ? p->outside : "");
}

static void proc_rows(struct tree *t, const struct story_proc *p, int indent)
{
	const struct story_exec *e = STAILQ_FIRST(&p->execs);
	struct unit_text a, b;
	struct columns *c = &t->c;

	if (p->start) {
		columns_cell(c, "%s", unit_since(&a, t->st->first, p->start));
		columns_cell(c, "%s", unit_clock(&b, p->start));
	} else {
		columns_cell(c, "before");
		columns_cell(c, "%s", "");
	}
	columns_cell(c, "%" PRId64, p->pid);
	if (p->vpid > 0 && p->vpid != p->pid)
		columns_cell(c, "%" PRId64, p->vpid);
	else
		columns_cell(c, "%s", "");
	columns_cell(c, "%s", p->users);
	columns_cell(c, "%s", p->ended && p->start ? unit_duration(&a, p->end - p->start) : "");
	end_cell(c, p);
	command_cell(c, p, e, indent);
	for (e = e ? STAILQ_NEXT(e, link) : NULL; e; e = STAILQ_NEXT(e, link)) {
		columns_cell(c, "%s", unit_since(&a, t->st->first, e->ts));
		columns_cell(c, "%s", unit_clock(&b, e->ts));
		for (unsigned int i = 2; i < c->n - 1; i++)
			columns_cell(c, "%s", "");
		command_cell(c, p, e, indent + (p->parent ? 3 : 0));
	}
}

static void note_row(struct tree *t, int indent, const char *text, uint64_t n)
{
	unsigned int i;

	for (i = 0; i < t->c.n - 1; i++)
		columns_cell(&t->c, "%s", "");
	columns_cell(&t->c, "%*s... and %" PRIu64 " %s", indent, "", n, text);
}

/* Walks without recursion: the depth is the capture's to choose. */
static void walk(struct tree *t, const struct story_box *b)
{
	const struct story_proc *p = TAILQ_FIRST(&b->roots), *next;
	int depth = 0;

	while (p) {
		int indent = 3 * (depth - 1 < 0 ? 0 : depth - 1);

		if (indent > MAX_INDENT)
			indent = MAX_INDENT;
		if (!is_told(p))
			t->idle += p->box->host;
		else if (!t->all && t->rows >= MAX_ROWS)
			t->left_out++;
		else {
			t->rows++;
			proc_rows(t, p, indent);
			if (p->folded)
				note_row(t, indent + 3, "short-lived children like the others",
					 p->folded);
		}
		next = TAILQ_FIRST(&p->children);
		if (next) {
			depth++;
		} else {
			while (p && !(next = TAILQ_NEXT(p, sibling))) {
				p = p->parent;
				depth--;
			}
		}
		p = next;
	}
}

void story_tell_tree(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "start", "clock", "pid", "in it",
					     "user",  "took",  "end", "command" };
	struct tree t = { .st = st, .all = v->all };
	unsigned int i;

	t.c.n = sizeof(heads) / sizeof(heads[0]);
	t.c.limit[4] = 32;
	printf("\n  What ran (start in seconds since the capture began%s)\n",
	       b->host ? "" : "; <- what started it from outside");
	for (i = 0; i < t.c.n; i++)
		columns_cell(&t.c, "%s", heads[i]);
	walk(&t, b);
	columns_print(&t.c, "    ", stdout);
	if (t.left_out)
		printf("    ... and %" PRIu64 " more (--all)\n", t.left_out);
	if (t.idle)
		printf("    %" PRIu64 " processes that ran all the time and started nothing are "
		       "left out\n",
		       t.idle);
	columns_free(&t.c);
}

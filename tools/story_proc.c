/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes of the story: when they begin, what they execute, as whom, and how they end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"
#include "story_signal.h"

#define FOLD_ABOVE 4096	 /* processes kept in a box before the dull ones are only counted */
#define MAX_PROCS  50000 /* of a box, dull or not */
#define MAX_EXECS  16
#define MAX_USERS  8
#define MAX_DEPTH  64
#define MAX_STEPS  16

const char *story_who(struct story *st, struct story_proc *p)
{
	return p ? story_printf(st, "%s(%lld)", p->comm, (long long)p->pid) : "somebody";
}

static const char *user_text(struct story *st, const struct sinsp_thread *t)
{
	const struct scap_user *u = sinsp_find_user(st->sinsp, t->container, t->uid);

	if (t->uid == UINT32_MAX)
		return "?";
	if (u && u->name[0])
		return story_printf(st, "%.64s(%u)", u->name, t->uid);
	return story_printf(st, "%u", t->uid);
}

/* Where a parent in another box is: "runc(812) on the host". */
static const char *outside_text(struct story *st, const struct sinsp_thread *parent)
{
	const struct sinsp_container *c = parent->container;
	const char *name = story_name_of(parent);

	if (c)
		return story_printf(st, "%s(%lld) in container %.64s", name, (long long)parent->pid,
				    c->name[0] ? c->name : c->id);
	return story_printf(st, "%s(%lld) on the host", name, (long long)parent->pid);
}

static void add_exec(struct story *st, struct story_proc *p, const struct sinsp_thread *t,
		     uint64_t ts)
{
	struct story_exec *e = STAILQ_LAST(&p->execs, story_exec, link);
	const char *cmdline;

	sinsp_text_clear(&st->text);
	story_command(t, &st->text);
	cmdline = st->text.ptr ? story_str(st, st->text.ptr) : "";
	/* Runtimes execute themselves again: once is enough. Texts are interned. */
	if (e && e->cmdline == cmdline)
		return;
	p->n_execs++;
	if (p->n_execs > MAX_EXECS || !(e = story_alloc(st, sizeof(*e))))
		return;
	e->ts = ts;
	e->cmdline = cmdline;
	STAILQ_INSERT_TAIL(&p->execs, e, link);
}

/* Processes are noticed at their first event, which is not quite the order of their start. */
static void insert_by_start(struct story_children *list, struct story_proc *p)
{
	struct story_proc *before = TAILQ_LAST(list, story_children);
	unsigned int steps = 0;

	while (before && before->start > p->start && steps++ < MAX_STEPS)
		before = TAILQ_PREV(before, story_children, sibling);
	if (before)
		TAILQ_INSERT_AFTER(list, before, p, sibling);
	else
		TAILQ_INSERT_HEAD(list, p, sibling);
}

static struct story_proc *make_proc(struct story *st, struct sinsp_thread *t, struct story_box *box,
				    uint64_t ts, unsigned int depth);

static struct story_proc *proc_of(struct story *st, struct sinsp_thread *t, uint64_t ts,
				  unsigned int depth)
{
	struct sinsp_thread *leader = t->leader ? t->leader : t;
	struct story_box *box = story_box_of(st, leader->container);
	struct story_proc *p = leader->user;

	if (!box)
		return NULL;
	if (p && p->box == box)
		return p;
	/* Out of the old box: the runtime's child has entered its container. */
	if (p && !p->ended) {
		p->ended = true;
		p->end = ts;
		p->box->n_alive--;
	} else if (leader->dead) {
		return p;
	}
	return make_proc(st, leader, box, ts, depth);
}

static struct story_proc *make_proc(struct story *st, struct sinsp_thread *t, struct story_box *box,
				    uint64_t ts, unsigned int depth)
{
	struct sinsp_thread *parent = sinsp_thread_parent(st->sinsp, t);
	struct story_proc *p = NULL, *pp = NULL;

	if (box->n_kept_procs < MAX_PROCS)
		p = story_alloc(st, sizeof(*p));
	if (!p)
		return NULL;
	TAILQ_INIT(&p->children);
	STAILQ_INIT(&p->execs);
	if (parent && parent != t && parent->container == t->container && depth < MAX_DEPTH)
		pp = proc_of(st, parent, ts, depth + 1);
	p->box = box;
	p->parent = pp;
	if (!pp && parent)
		p->outside = outside_text(st, parent);
	p->comm = story_str(st, story_name_of(t));
	p->exepath = story_str(st, t->exepath);
	p->user = p->users = user_text(st, t);
	p->uid = t->uid;
	p->pid = t->pid;
	p->connecting = -1;
	p->vpid = t->vpid;
	p->pgid = t->pgid;
	p->vpgid = t->vpgid;
	p->start = t->clone_ts;
	p->runtime = !box->host && !pp && t->clone_ts != 0;
	if (pp) {
		p->suspect = pp->suspect;
		p->runtime = pp->runtime;
		pp->kept = true;
	}
	box->n_runtime += p->runtime;
	if (!t->clone_ts) {
		add_exec(st, p, t, 0);
		p->n_execs = 0;
		box->ran_before = true;
	}
	if (!box->init && !box->host && (p->vpid == 1 || !t->clone_ts))
		box->init = p;
	insert_by_start(pp ? &pp->children : &box->roots, p);
	box->n_procs++;
	box->n_kept_procs++;
	box->n_alive++;
	t->user = p;
	story_net_seed(st, p, t, ts);
	return p;
}

struct story_proc *story_proc_of(struct story *st, struct sinsp_thread *t, uint64_t ts)
{
	return proc_of(st, t, ts, 0);
}

static void note_user(struct story *st, struct story_proc *p, const struct sinsp_thread *t,
		      uint64_t ts, const char *how)
{
	const char *now;

	if (t->uid == p->uid)
		return;
	now = user_text(st, t);
	p->user = now;
	if (p->runtime)
		p->users = now;
	else if (++p->n_users < MAX_USERS)
		p->users = story_printf(st, "%.200s > %s", p->users, now);
	if (t->uid == 0 && !p->runtime && p->uid != UINT32_MAX)
		story_key_add(st, p, ts, p->suspect != NULL, "becomes root",
			      story_printf(st, "by %s", how));
	p->uid = t->uid;
}

void story_on_setuid(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	const struct sinsp_thread *t = ev->thread;

	note_user(st, p, t->leader ? t->leader : t, ev->raw.hdr->ts, ev->raw.info->name);
}

/* The first command of a container, or one that was started in it from outside. */
static void note_entry(struct story *st, struct story_proc *p, uint64_t ts)
{
	struct story_box *b = p->box;
	const char *cmd = STAILQ_EMPTY(&p->execs) ? "" : STAILQ_FIRST(&p->execs)->cmdline;

	if (b->host || p->parent)
		return;
	if (!b->init)
		b->init = p;
	story_key_add(st, p, ts, false, b->init == p ? "container starts" : "entered from outside",
		      story_printf(st, "%.600s%s%s", cmd, p->outside ? ", by " : "",
				   p->outside ? p->outside : ""));
}

/* A script is executed as an argument of its interpreter. */
static void note_script(struct story *st, struct story_proc *p, const struct sinsp_thread *t,
			uint64_t ts)
{
	const char *arg = t->args.ptr, *end = arg + t->args.len;
	char path[1024];
	int n;

	for (n = 0; n < 3 && arg < end; n++, arg += strnlen(arg, (size_t)(end - arg)) + 1) {
		if (*arg == '-')
			continue;
		sinsp_path_join(path, sizeof(path), t->cwd, strlen(t->cwd), arg,
				strnlen(arg, (size_t)(end - arg)));
		story_file_executed(st, p, path, 0, "as a script", ts);
		break;
	}
}

/* runc executes itself in the container's cgroup, and makes its first process from there. */
static bool is_runc_init(const struct sinsp_thread *t)
{
	const char *name = strrchr(t->exe, '/');

	name = name ? name + 1 : t->exe;
	return strcmp(name, "runc") == 0 && t->args.len == sizeof("init") &&
	       memcmp(t->args.ptr, "init", sizeof("init")) == 0;
}

void story_on_exec(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	const struct sinsp_thread *t = ev->thread->leader ? ev->thread->leader : ev->thread;
	uint64_t ts = ev->raw.hdr->ts;
	bool entry = p->runtime;
	const char *how;

	if (scap_event_result(&ev->raw, -1) < 0)
		return;
	if (p->runtime && is_runc_init(t))
		return;
	if (p->box->host && !p->box->init)
		p->box->init = p;
	note_user(st, p, t, ts, t->exepath);
	p->comm = story_str(st, story_name_of(t));
	p->exepath = story_str(st, t->exepath);
	p->runtime = false;
	if (entry) {
		p->box->n_runtime--;
		p->start = ts;
		STAILQ_INIT(&p->execs);
		p->n_execs = 0;
	}
	add_exec(st, p, t, ts);
	if (entry)
		note_entry(st, p, ts);
	if (p->suspect && !STAILQ_EMPTY(&p->execs))
		story_key_add(st, p, ts, false, "runs",
			      STAILQ_LAST(&p->execs, story_exec, link)->cmdline);
	story_check_shell(st, p, ev);
	how = t->exe_from_memfd			    ? "from memory (memfd)"
	      : t->exe_upper_layer && !p->box->host ? "not from the image"
						    : "";
	story_file_executed(st, p, t->exepath, t->exe_ino, how, ts);
	if (t->exe_from_memfd)
		story_key_add(st, p, ts, true, "runs from memory", t->exepath);
	if (story_is_interpreter(t))
		note_script(st, p, t, ts);
}

/* ---- the end ---- */

/* In a box with very many processes those that left no trace are counted and forgotten. */
static void fold(struct story_proc *p, struct sinsp_thread *leader)
{
	struct story_box *b = p->box;

	if (b->n_kept_procs <= FOLD_ABOVE || p->kept || b->init == p || !p->parent ||
	    !TAILQ_EMPTY(&p->children))
		return;
	TAILQ_REMOVE(&p->parent->children, p, sibling);
	p->parent->folded++;
	b->n_kept_procs--;
	leader->user = NULL;
}

void story_on_exit(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	struct sinsp_thread *t = ev->thread, *leader = t->leader ? t->leader : t;
	struct story_box *b = p->box;

	if (!sinsp_thread_is_main(t) || p->ended)
		return;
	p->ended = true;
	p->end = ev->raw.hdr->ts;
	p->exit_status = (uint8_t)scap_param_u64(&ev->raw, 1, 0);
	p->sig = (uint8_t)scap_param_u64(&ev->raw, 2, 0);
	p->core = scap_param_u64(&ev->raw, 3, 0) != 0;
	b->n_alive--;
	if (p->sig)
		p->killer = story_killer(st, p, p->end);
	if (b->init == p && !b->host)
		story_key_add(
			st, p, p->end, false, "container ends",
			p->sig ? story_printf(st, "killed by %s%s%s", story_signal_name(p->sig),
					      p->killer ? " from " : "", p->killer ? p->killer : "")
			       : story_printf(st, "exit status %u", p->exit_status));
	fold(p, leader);
}

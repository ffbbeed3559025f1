/* SPDX-License-Identifier: BSD-2-Clause */
/* Who killed whom: signals that were sent are kept for a while, until their target ends of one. */
#include "story.h"

#define PIDFD_WINDOW (5ull * 1000000000)
#define KILL_WINDOW  (60ull * 1000000000)

static void note_kill(struct story *st, struct story_proc *p, const struct sinsp_event *ev,
		      uint8_t sig, bool pidfd)
{
	struct story_kill *k = &st->kills[st->next_kill++ % STORY_KILLS];

	k->ts = ev->raw.hdr->ts;
	k->box = p->box;
	k->sender = story_who(st, p);
	/* tgkill names the process and then the thread: the process is enough. */
	k->target = scap_param_s64(&ev->raw, 1, 0);
	k->sender_pgid = p->box->host ? p->pgid : p->vpgid;
	k->sig = sig;
	k->pidfd = pidfd;
}

void story_on_kill(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	unsigned int last = ev->raw.nparams - 1u;

	if (ev->raw.nparams >= 3 && scap_event_result(&ev->raw, -1) == 0)
		note_kill(st, p, ev, (uint8_t)scap_param_u64(&ev->raw, last, 0), false);
}

/* Runtimes kill through a pidfd. That call names only the descriptor; this one names the target. */
void story_on_pidfd_open(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	if (scap_event_result(&ev->raw, -1) >= 0)
		note_kill(st, p, ev, 0, true);
}

static bool kill_meets(const struct story_kill *k, const struct story_proc *p)
{
	bool inside = k->box == p->box && !p->box->host;
	int64_t pid = inside ? p->vpid : p->pid, pgid = inside ? p->vpgid : p->pgid;

	if (!inside && !k->box->host)
		return false;
	return k->target == pid || (k->target < -1 && -k->target == pgid) || k->target == -1 ||
	       (k->target == 0 && k->sender_pgid == pgid);
}

static const char *find_sender(struct story *st, const struct story_proc *p, uint64_t ts,
			       bool pidfd)
{
	uint64_t window = pidfd ? PIDFD_WINDOW : KILL_WINDOW;
	const struct story_kill *k;
	unsigned int i;

	for (i = 0; i < STORY_KILLS; i++) {
		k = &st->kills[(st->next_kill - 1 - i) % STORY_KILLS];
		if (!k->box)
			break;
		if (k->pidfd != pidfd || (!pidfd && k->sig != p->sig) || k->ts > ts ||
		    ts - k->ts > window || !kill_meets(k, p))
			continue;
		if (k->box == p->box)
			return k->sender;
		return story_printf(st, "%s %s%s", k->sender,
				    k->box->host ? "on the host" : "in container ",
				    k->box->host ? "" : k->box->name);
	}
	return NULL;
}

const char *story_killer(struct story *st, const struct story_proc *p, uint64_t ts)
{
	const char *sender = find_sender(st, p, ts, false);

	if (sender)
		return sender;
	sender = find_sender(st, p, ts, true);
	return sender ? story_printf(st, "%s, probably: it held a pidfd of it", sender) : NULL;
}

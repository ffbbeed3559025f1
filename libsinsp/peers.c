/* SPDX-License-Identifier: BSD-2-Clause */
/* Who holds the other end of a pipe or of a connection inside of the machine. */
#include "fds.h"
#include "sinsp.h"

struct search {
	const struct sinsp_thread *holder, *t; /* of fd, and the one that is looked at */
	const struct sinsp_fd *fd;
	bool (*fn)(struct sinsp_thread *, struct sinsp_fd *, void *);
	void *arg;
	bool go_on;
};

static bool is_server(const struct sinsp_fd *fd)
{
	return fd->role == SINSP_ROLE_SERVER;
}

/* The client is the source on either side. */
static bool same_connection(const struct sinsp_fd *a, const struct sinsp_fd *b)
{
	return a->connected && b->connected && a->l4proto == b->l4proto && a->sport == b->sport &&
	       a->dport == b->dport && memcmp(a->sip, b->sip, sizeof(a->sip)) == 0 &&
	       memcmp(a->dip, b->dip, sizeof(a->dip)) == 0;
}

static bool unix_ends(const struct sinsp_fd *a, const struct sinsp_fd *b)
{
	if (!a->unix_src || !a->unix_dst)
		return false;
	if (a->unix_src == b->unix_dst && a->unix_dst == b->unix_src)
		return true;
	/* accepted: its client told the same two; what is older than the capture is no server */
	return a->unix_src == b->unix_src && a->unix_dst == b->unix_dst &&
	       is_server(a) != is_server(b);
}

static bool are_ends(const struct sinsp_fd *a, const struct sinsp_fd *b)
{
	uint32_t access = a->open_flags & b->open_flags & SCAP_O_RDWR;

	if (a->type != b->type)
		return false;
	switch (a->type) {
	case SCAP_FD_FIFO:
		return a->ino && a->ino == b->ino && a->dev == b->dev && !access;
	case SCAP_FD_UNIX_SOCK:
		return unix_ends(a, b);
	case SCAP_FD_IPV4_SOCK:
	case SCAP_FD_IPV6_SOCK:
		return same_connection(a, b) && is_server(a) != is_server(b);
	default:
		return false;
	}
}

static bool look_at_fd(struct sinsp_fd *fd, void *arg)
{
	struct search *w = arg;

	/* one that does not know which end it is, is not its own peer */
	if (w->t->fds == w->holder->fds && fd->num == w->fd->num)
		return true;
	if (are_ends(w->fd, fd))
		w->go_on = w->fn((struct sinsp_thread *)(uintptr_t)w->t, fd, w->arg);
	return w->go_on;
}

static bool look_at_thread(struct sinsp_thread *t, void *arg)
{
	struct search *w = arg;

	/* threads share a table: once for their process */
	if (t->dead || (t->leader && t->leader != t && t->leader->fds == t->fds))
		return true;
	w->t = t;
	sinsp_each_fd(t, look_at_fd, w);
	return w->go_on;
}

void sinsp_each_peer(struct sinsp *s, const struct sinsp_thread *t, const struct sinsp_fd *fd,
		     bool (*fn)(struct sinsp_thread *, struct sinsp_fd *, void *), void *arg)
{
	struct search w = { .holder = t, .fd = fd, .fn = fn, .arg = arg, .go_on = true };

	sinsp_each_thread(s, look_at_thread, &w);
}

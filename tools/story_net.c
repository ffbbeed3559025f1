/* SPDX-License-Identifier: BSD-2-Clause */
/* The network of the story: who talked to whom, how much, and what was refused. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "story.h"

#define MAX_CONNS 10000 /* of a box */

static int conn_cmp(const struct story_conn *a, const struct story_conn *b)
{
	if (a->proc != b->proc)
		return a->proc < b->proc ? -1 : 1;
	if (a->listening != b->listening)
		return a->listening ? 1 : -1;
	if (a->proto != b->proto)
		return a->proto < b->proto ? -1 : 1;
	if (a->role != b->role)
		return a->role < b->role ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return memcmp(a->remote, b->remote, sizeof(a->remote));
}

RB_GENERATE_INTERNAL(story_conns, story_conn, by_key, conn_cmp, static __attribute__((unused)))

static const char *endpoint(struct story *st, uint8_t family, const uint8_t *addr, uint16_t port)
{
	char ip[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family, addr, ip, sizeof(ip));
	return story_printf(st, family == AF_INET6 ? "[%s]:%u" : "%s:%u", ip, port);
}

static struct story_conn *get_conn(struct story *st, const struct story_conn *key, uint64_t ts)
{
	struct story_box *b = key->proc->box;
	struct story_conn *c = RB_FIND(story_conns, &b->conns, (struct story_conn *)key);

	if (!c) {
		if (b->n_conns >= MAX_CONNS || !(c = story_alloc(st, sizeof(*c)))) {
			b->n_conns_over++;
			return NULL;
		}
		*c = *key;
		c->first = ts;
		c->who = story_who(st, key->proc);
		c->local_text = c->remote_text = "";
		RB_INSERT(story_conns, &b->conns, c);
		STAILQ_INSERT_TAIL(&b->conn_list, c, link);
		b->n_conns++;
		key->proc->kept = true;
	}
	c->last = ts;
	return c;
}

static uint8_t family_of(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK ? AF_INET6
										  : AF_INET;
}

static bool is_zero(const uint8_t *addr)
{
	static const uint8_t zero[16];

	return memcmp(addr, zero, 16) == 0;
}

/* The conversation that @fd belongs to; NULL: it has no peer. For connections the client is the
 * source, so the process's own end depends on its role. */
static struct story_conn *conn_of(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
				  uint64_t ts)
{
	struct story_conn key = { .proc = p,
				  .proto = fd->l4proto,
				  .role = fd->role == SINSP_ROLE_SERVER ? SINSP_ROLE_SERVER
									: SINSP_ROLE_CLIENT,
				  .family = family_of(fd),
				  .port = fd->dport };
	bool server = key.role == SINSP_ROLE_SERVER;
	const uint8_t *remote = server ? fd->sip : fd->dip, *local = server ? fd->dip : fd->sip;
	struct story_conn *c;

	if (fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK ||
	    (is_zero(remote) && !fd->dport))
		return NULL;
	memcpy(key.remote, remote, key.family == AF_INET ? 4 : 16);
	c = get_conn(st, &key, ts);
	if (c && !*c->remote_text) {
		c->remote_text = endpoint(st, key.family, remote, server ? fd->sport : fd->dport);
		c->local_text = endpoint(st, key.family, local, server ? fd->dport : fd->sport);
	}
	return c;
}

/* The timeline names a peer once, unless the process is suspected. Texts are interned. */
static bool is_new_peer(struct story_box *b, const char *text)
{
	unsigned int i;

	for (i = 0; i < b->n_peers; i++)
		if (b->peers[i] == text)
			return false;
	if (b->n_peers == STORY_PEERS)
		return false;
	b->peers[b->n_peers++] = text;
	return true;
}

static void note_first_contact(struct story *st, struct story_proc *p, struct story_conn *c,
			       uint64_t ts)
{
	bool server = c->role == SINSP_ROLE_SERVER;

	if (c->count != 1 || (!is_new_peer(p->box, c->remote_text) && !p->suspect))
		return;
	story_key_add(st, p, ts, p->suspect != NULL, server ? "is contacted" : "connects",
		      story_printf(st, "%s %s %s", server ? "by" : "to", c->remote_text,
				   c->proto == SCAP_L4_UDP ? "udp" : "tcp"));
}

static void note_runtime_socket(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
				uint64_t ts)
{
	const char *why = story_sensitive(fd->name, STORY_WRITE);

	if (why)
		story_key_add(st, p, ts, !p->box->host, "connects",
			      story_printf(st, "to %s (%s)", fd->name, why));
}

/* A refused connection leaves its descriptor without a peer: the address of the call counts. */
static void note_failure(struct story *st, struct story_proc *p, const struct sinsp_event *ev,
			 int error)
{
	uint32_t len = scap_param_len(&ev->raw, 3);
	const uint8_t *a = scap_param_ptr(&ev->raw, len ? 3 : 0);
	struct story_conn key = { .proc = p, .role = SINSP_ROLE_CLIENT };
	uint64_t ts = ev->raw.hdr->ts;
	struct story_conn *c;

	if (len == 7 && a[0] == SCAP_FAMILY_INET)
		key.family = AF_INET;
	else if (len == 19 && a[0] == SCAP_FAMILY_INET6)
		key.family = AF_INET6;
	else
		return;
	memcpy(key.remote, a + 1, key.family == AF_INET ? 4 : 16);
	memcpy(&key.port, a + len - 2, 2);
	key.proto = ev->fd ? ev->fd->l4proto : SCAP_L4_UNKNOWN;
	c = get_conn(st, &key, ts);
	if (!c)
		return;
	if (!*c->remote_text)
		c->remote_text = endpoint(st, key.family, key.remote, key.port);
	c->failures++;
	c->error = error;
	if (c->failures == 1)
		story_key_add(
			st, p, ts, p->suspect != NULL, "fails to connect",
			story_printf(st, "to %s: %s", c->remote_text, strerrorname_np(error)));
}

void story_on_connect(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	int64_t res = scap_event_result(&ev->raw, 0);
	struct story_conn *c;

	if (res < 0 && res != -EINPROGRESS) {
		if (res > -4096)
			note_failure(st, p, ev, (int)-res);
		return;
	}
	if (!ev->fd)
		return;
	if (ev->fd->type == SCAP_FD_UNIX_SOCK) {
		note_runtime_socket(st, p, ev->fd, ev->raw.hdr->ts);
		return;
	}
	c = story_fd_is_inet(ev->fd) ? conn_of(st, p, ev->fd, ev->raw.hdr->ts) : NULL;
	if (!c)
		return;
	/* A second call on the same descriptor asks how the first one went. */
	if (res == 0 && p->connecting == ev->fd_num) {
		p->connecting = -1;
		return;
	}
	p->connecting = res == 0 ? -1 : ev->fd_num;
	c->count++;
	note_first_contact(st, p, c, ev->raw.hdr->ts);
}

void story_on_accept(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	struct story_conn *c;

	if (scap_event_result(&ev->raw, -1) < 0 || !ev->fd || !story_fd_is_inet(ev->fd))
		return;
	c = conn_of(st, p, ev->fd, ev->raw.hdr->ts);
	if (!c)
		return;
	c->count++;
	p->client = endpoint(st, c->family, ev->fd->sip, ev->fd->sport);
	note_first_contact(st, p, c, ev->raw.hdr->ts);
}

/* Returns whether this port is new for the process. */
static bool listens(struct story *st, struct story_proc *p, const struct sinsp_fd *fd, uint64_t ts)
{
	struct story_conn key = { .proc = p, .listening = true, .family = family_of(fd) };
	struct story_conn *c;

	key.proto = fd->l4proto;
	key.port = fd->sport;
	memcpy(key.remote, fd->sip, key.family == AF_INET ? 4 : 16);
	c = get_conn(st, &key, ts);
	if (!c)
		return false;
	c->local_text = endpoint(st, key.family, fd->sip, fd->sport);
	p->listens = c->local_text;
	return c->count++ == 0;
}

void story_on_listen(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	if (scap_event_result(&ev->raw, -1) != 0 || !ev->fd || !story_fd_is_inet(ev->fd) ||
	    !ev->fd->sport)
		return;
	if (listens(st, p, ev->fd, ev->raw.hdr->ts))
		story_key_add(st, p, ev->raw.hdr->ts, p->suspect != NULL, "listens",
			      story_printf(st, "on %s", p->listens));
}

/* An answer to a connect() that was still in progress: SO_ERROR, read with getsockopt(). */
void story_on_getsockopt(struct story *st, struct story_proc *p, const struct sinsp_event *ev)
{
	const uint8_t *val = scap_param_ptr(&ev->raw, ev->raw.nparams > 4 ? 4 : 0);
	struct story_conn *c;
	int64_t error;

	if (scap_param_u64(&ev->raw, 3, 0) != SCAP_SO_ERROR || scap_param_len(&ev->raw, 4) != 9 ||
	    !ev->fd || !story_fd_is_inet(ev->fd))
		return;
	memcpy(&error, val + 1, sizeof(error));
	error = error < 0 ? -error : error;
	if (error == 0 || error > 4095 || !(c = conn_of(st, p, ev->fd, ev->raw.hdr->ts)))
		return;
	c->failures++;
	c->error = (int)error;
	if (c->count)
		c->count--;
}

void story_net_bytes(struct story *st, struct story_proc *p, const struct sinsp_fd *fd,
		     uint64_t bytes, bool out, uint64_t ts)
{
	struct story_conn *c = conn_of(st, p, fd, ts);

	if (!c)
		return;
	if (out)
		c->bytes_out += bytes;
	else
		c->bytes_in += bytes;
	if (!out && c->role == SINSP_ROLE_CLIENT && c->proto != SCAP_L4_UDP)
		p->remote = c->remote_text;
}

struct seed {
	struct story *st;
	struct story_proc *p;
	uint64_t ts;
};

static bool seed_fd(struct sinsp_fd *fd, void *arg)
{
	struct seed *s = arg;

	if ((fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK) &&
	    fd->l4proto != SCAP_L4_UDP)
		listens(s->st, s->p, fd, s->ts);
	return true;
}

/* Ports that a process listened on already when the capture began. Children inherit theirs. */
void story_net_seed(struct story *st, struct story_proc *p, const struct sinsp_thread *t,
		    uint64_t ts)
{
	struct seed s = { st, p, ts };

	if (t->clone_ts == 0)
		sinsp_each_fd(t, seed_fd, &s);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of sockets: the two ends of a connection, as client and server and as local and remote. */
#include "fields.h"
#include "put.h"

enum end { CLIENT, SERVER, LOCAL, REMOTE, EITHER };

static bool is_listener(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;
}

/* Bound, and the other end not known: one end, as a listener has. */
static bool is_half(const struct sinsp_fd *fd)
{
	static const uint8_t none[16];

	return !fd->dport && !memcmp(fd->dip, none, sizeof(none));
}

static bool is_connection(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV4_SOCK || fd->type == SCAP_FD_IPV6_SOCK;
}

static size_t addr_len(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV4_SOCK || fd->type == SCAP_FD_IPV4_SERVSOCK ? 4 : 16;
}

static bool is_local(const struct view *c, const uint8_t *addr, size_t len)
{
	const struct scap_snapshot *snap = c->s ? scap_snapshot(sinsp_scap(c->s)) : NULL;
	size_t i;

	for (i = 0; snap && i < snap->n_interfaces; i++)
		if ((snap->interfaces[i].ipv6 ? 16u : 4u) == len &&
		    !memcmp(snap->interfaces[i].addr, addr, len))
			return true;
	return false;
}

/* The machine's own end: the side the process is on, or where that is unknown, what address is
 * one of ours. */
static enum end local_end(const struct view *c, const struct sinsp_fd *fd)
{
	if (fd->role == SINSP_ROLE_CLIENT)
		return CLIENT;
	if (fd->role == SINSP_ROLE_SERVER)
		return SERVER;
	if (is_local(c, fd->sip, addr_len(fd)))
		return CLIENT;
	return is_local(c, fd->dip, addr_len(fd)) ? SERVER : CLIENT;
}

struct endpoint {
	const uint8_t *addr;
	size_t len;
	uint16_t port;
};

/* One end of the event's socket; false where it has none, or has no such end. */
static bool find_end(const struct view *c, const struct field_ref *r, struct endpoint *e)
{
	const struct sinsp_fd *fd = c->ev->fd;
	enum end end = r->field->at;

	if (!fd || !(is_connection(fd) || is_listener(fd)))
		return false;
	if (!*fd->name && end != EITHER) /* either end of a new socket: no address, port 0 */
		return false;
	if (end == EITHER)
		end = r->server_end ? SERVER : CLIENT;
	e->len = addr_len(fd);
	if (is_listener(fd) || is_half(fd)) { /* its one end is bound here, the server's */
		if (end == CLIENT || end == REMOTE)
			return false;
		e->addr = fd->sip;
		e->port = fd->sport;
		return true;
	}
	if (end == LOCAL)
		end = local_end(c, fd);
	else if (end == REMOTE)
		end = local_end(c, fd) == CLIENT ? SERVER : CLIENT;
	e->addr = end == CLIENT ? fd->sip : fd->dip;
	e->port = end == CLIENT ? fd->sport : fd->dport;
	return true;
}

static bool get_ip(struct view *c, struct field_ref *r, struct value *v)
{
	struct endpoint e;

	if (!find_end(c, r, &e))
		return false;
	v->kind = VALUE_IP;
	v->ip = (struct value_ip){ .len = (uint8_t)e.len };
	memcpy(v->ip.addr, e.addr, e.len);
	return true;
}

static bool get_port(struct view *c, struct field_ref *r, struct value *v)
{
	struct endpoint e;

	return find_end(c, r, &e) && value_u64(v, e.port);
}

static bool put_proto(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	struct endpoint e;

	if (!find_end(c, r, &e))
		return false;
	render_port(c, e.port, out);
	return true;
}

/* Who has an address today says nothing of who had it then, and asking would tell the world that
 * somebody looks at it: addresses in captures get no names. */
static bool get_no_name(struct view *c, struct field_ref *r, struct value *v)
{
	(void)c;
	(void)r;
	(void)v;
	return false;
}

static bool get_l4proto(struct view *c, struct field_ref *r, struct value *v)
{
	static const char *const names[] = {
		[SCAP_L4_TCP] = "tcp",
		[SCAP_L4_UDP] = "udp",
		[SCAP_L4_ICMP] = "icmp",
		[SCAP_L4_RAW] = "raw",
	};
	const struct sinsp_fd *fd = c->ev->fd;

	(void)r;
	if (!fd)
		return false;
	if ((is_connection(fd) || is_listener(fd)) && fd->l4proto <= SCAP_L4_RAW &&
	    names[fd->l4proto])
		return value_cstr(v, names[fd->l4proto]);
	return value_cstr(v, "<NA>");
}

static bool get_family(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_fd *fd = c->ev->fd;

	(void)r;
	if (!fd)
		return false;
	if (is_connection(fd) || is_listener(fd))
		return value_string(v, "ip", 2);
	return fd->type == SCAP_FD_UNIX_SOCK && value_string(v, "unix", 4);
}

static bool get_is_server(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_fd *fd = c->ev->fd;

	(void)r;
	if (!fd)
		return false;
	if (is_listener(fd) || fd->role != SINSP_ROLE_NONE || !is_connection(fd))
		return value_bool(v, is_listener(fd) || fd->role == SINSP_ROLE_SERVER);
	return value_bool(v, *fd->name && local_end(c, fd) == SERVER);
}

static bool get_connected(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return c->ev->fd && value_bool(v, c->ev->fd->connected);
}

#define BOTH	.flags = FIELD_ENDS | FIELD_FILTER_ONLY | FIELD_ALONE, .at = EITHER
#define IP(e)	.type = PT_IPADDR, .get = get_ip, .at = (e)
#define PORT(e) .type = PT_PORT, .format = PF_DEC, .get = get_port, .at = (e)
#define NAME(e) .type = PT_CHARBUF, .put = put_proto, .at = (e)
#define NO_NAME                                                       \
	.type = PT_CHARBUF, .get = get_no_name, .flags = FIELD_ALONE, \
	.doc = "Always absent: no names are looked up for the addresses of a capture."
#define NET(e) .type = PT_IPNET, .get = get_ip, .flags = FIELD_FILTER_ONLY | FIELD_ALONE, .at = (e)

static const struct field rows[] = {
	{ .name = "fd.ip",
	  .type = PT_IPADDR,
	  .get = get_ip,
	  BOTH,
	  .doc = "Address of either end." },
	{ .name = "fd.cip", IP(CLIENT), .doc = "Address of the client." },
	{ .name = "fd.sip", IP(SERVER), .doc = "Address of the server." },
	{ .name = "fd.lip", IP(LOCAL), .doc = "Address of this machine's end." },
	{ .name = "fd.rip", IP(REMOTE), .doc = "Address of the other end." },
	{ .name = "fd.cip.name", NO_NAME },
	{ .name = "fd.sip.name", NO_NAME },
	{ .name = "fd.lip.name", NO_NAME },
	{ .name = "fd.rip.name", NO_NAME },
	{ .name = "fd.port",
	  .type = PT_PORT,
	  .format = PF_DEC,
	  .get = get_port,
	  BOTH,
	  .doc = "Port of either end." },
	{ .name = "fd.cport", PORT(CLIENT), .doc = "Port of the client." },
	{ .name = "fd.sport", PORT(SERVER), .doc = "Port of the server." },
	{ .name = "fd.lport", PORT(LOCAL), .doc = "Port of this machine's end." },
	{ .name = "fd.rport", PORT(REMOTE), .doc = "Port of the other end." },
	{ .name = "fd.proto",
	  .type = PT_PORT,
	  .format = PF_DEC,
	  .get = get_port,
	  BOTH,
	  .doc = "Service (port) of either end, by name or number." },
	{ .name = "fd.cproto", NAME(CLIENT), .doc = "Service of the client's port." },
	{ .name = "fd.sproto", NAME(SERVER), .doc = "Service of the server's port." },
	{ .name = "fd.lproto", NAME(LOCAL), .doc = "Service of the local port." },
	{ .name = "fd.rproto", NAME(REMOTE), .doc = "Service of the remote port." },
	{ .name = "fd.net",
	  .type = PT_IPNET,
	  .get = get_ip,
	  BOTH,
	  .doc = "Net that the address of either end is in." },
	{ .name = "fd.cnet", NET(CLIENT), .doc = "Net that the client's address is in." },
	{ .name = "fd.snet", NET(SERVER), .doc = "Net that the server's address is in." },
	{ .name = "fd.lnet", NET(LOCAL), .doc = "Net that the local address is in." },
	{ .name = "fd.rnet", NET(REMOTE), .doc = "Net that the remote address is in." },
	{ .name = "fd.l4proto",
	  .type = PT_CHARBUF,
	  .get = get_l4proto,
	  .doc = "tcp, udp, icmp or raw." },
	{ .name = "fd.sockfamily",
	  .type = PT_CHARBUF,
	  .get = get_family,
	  .doc = "ip or unix; absent for what is no socket." },
	{ .name = "fd.is_server",
	  .type = PT_BOOL,
	  .get = get_is_server,
	  .doc = "True if the process is the server of the connection." },
	{ .name = "fd.connected",
	  .type = PT_BOOL,
	  .get = get_connected,
	  .doc = "True if the socket is connected." },
};

const struct field_class fields_sock_class = {
	.name = "fd",
	.by_type = by_type_without_fd,
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

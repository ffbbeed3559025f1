/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events that tell of descriptors. Each kind is told by the call that makes one; where that has no
 * room for the name, another that has: a name says more than the kind. The item says both.
 */
#include "tell.h"

#include <stdlib.h>

enum { STREAM = 1, DGRAM = 2, RAW = 3 };
enum { ICMP = 1, TCP = 6, UDP = 17 };

#define VALUE(v)                \
	{                       \
		&(v), sizeof(v) \
	}

static const uint64_t zero;

struct fd_telling {
	struct telling *t;
	uint64_t tid;
	const struct sinsp_fd *fd;
};

/* The last event that tells of the descriptor: when it has come, all is known. */
static void last(const struct fd_telling *f, uint16_t type, const struct scap_param *params,
		 uint32_t n)
{
	tell_fd_item(f->t, f->fd);
	tell_event(f->t, type, f->tid, params, n);
}

/* ---- by name ---- */

static void as_file(const struct fd_telling *f)
{
	const struct sinsp_fd *fd = f->fd;
	uint32_t flags = fd->open_flags;
	struct scap_param params[] = { VALUE(fd->num),	tell_text(fd->name), VALUE(flags),
				       VALUE(fd->mode), VALUE(fd->dev),	     VALUE(fd->ino) };

	if (fd->type == SCAP_FD_DIRECTORY)
		flags |= SCAP_O_DIRECTORY;
	last(f, SCAP_EVT_SYSCALL_OPEN_X, params, 6);
}

static void by_name(const struct fd_telling *f)
{
	uint32_t flags = f->fd->cloexec ? SCAP_MFD_CLOEXEC : 0;
	struct scap_param params[] = { VALUE(f->fd->num), tell_text(f->fd->name), VALUE(flags) };

	if (f->fd->name[0] == '/')
		as_file(f);
	else
		last(f, SCAP_EVT_SYSCALL_MEMFD_CREATE_X, params, 3);
}

/* ---- sockets ---- */

static void put(uint8_t **p, const void *from, size_t n)
{
	memcpy(*p, from, n);
	*p += n;
}

static uint8_t *put_inet(uint8_t *p, const struct sinsp_fd *fd, bool both)
{
	bool ipv6 = fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;
	uint8_t family = ipv6 ? SCAP_FAMILY_INET6 : SCAP_FAMILY_INET;

	put(&p, &family, 1);
	put(&p, fd->sip, ipv6 ? 16 : 4);
	put(&p, &fd->sport, 2);
	if (!both)
		return p;
	put(&p, fd->dip, ipv6 ? 16 : 4);
	put(&p, &fd->dport, 2);
	return p;
}

/* The socket of nobody yet; @more: its addresses will follow. */
static void new_socket(const struct fd_telling *f, uint32_t domain, bool more)
{
	static const struct {
		uint32_t type, proto;
	} kinds[] = { [SCAP_L4_UNKNOWN] = { STREAM, 0 }, [SCAP_L4_NA] = { STREAM, 0 },
		      [SCAP_L4_TCP] = { STREAM, TCP },	 [SCAP_L4_UDP] = { DGRAM, UDP },
		      [SCAP_L4_ICMP] = { DGRAM, ICMP },	 [SCAP_L4_RAW] = { RAW, ICMP } };
	uint8_t l4 = f->fd->socket_proto ? f->fd->socket_proto : f->fd->l4proto;
	uint32_t type = kinds[l4 > SCAP_L4_RAW ? 0 : l4].type;
	uint32_t proto = kinds[l4 > SCAP_L4_RAW ? 0 : l4].proto;
	struct scap_param params[] = { VALUE(f->fd->num), VALUE(domain), VALUE(type),
				       VALUE(proto) };

	if (more)
		tell_event(f->t, SCAP_EVT_SOCKET_SOCKET_X, f->tid, params, 4);
	else
		last(f, SCAP_EVT_SOCKET_SOCKET_X, params, 4);
}

static void connected(const struct fd_telling *f, const uint8_t *tuple, const uint8_t *end)
{
	struct scap_param params[] = { VALUE(zero),
				       { tuple, (uint32_t)(end - tuple) },
				       VALUE(f->fd->num) };

	last(f, SCAP_EVT_SOCKET_CONNECT_X, params, 3);
}

static void bound(const struct fd_telling *f, const uint8_t *addr, const uint8_t *end)
{
	struct scap_param params[] = { VALUE(zero),
				       { addr, (uint32_t)(end - addr) },
				       VALUE(f->fd->num) };

	last(f, SCAP_EVT_SOCKET_BIND_X, params, 3);
}

static void accepted(const struct fd_telling *f, const uint8_t *tuple, const uint8_t *end)
{
	uint8_t none = 0;
	uint32_t queue = 0;
	struct scap_param params[] = { VALUE(f->fd->num),
				       { tuple, (uint32_t)(end - tuple) },
				       VALUE(none),
				       VALUE(queue),
				       VALUE(queue) };

	last(f, SCAP_EVT_SOCKET_ACCEPT_5_X, params, 5);
}

static void as_inet(const struct fd_telling *f)
{
	const struct sinsp_fd *fd = f->fd;
	bool ipv6 = fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;
	bool server = fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;
	bool fresh = !server && !*fd->name;
	uint8_t buf[64], *end = put_inet(buf, fd, !server);

	if (!server && !fresh && fd->role == SINSP_ROLE_SERVER && fd->l4proto == SCAP_L4_TCP) {
		accepted(f, buf, end);
		return;
	}
	new_socket(f, ipv6 ? SCAP_FAMILY_INET6 : SCAP_FAMILY_INET, !fresh);
	if (server)
		bound(f, buf, end);
	else if (!fresh)
		connected(f, buf, end);
}

/* "source->peer path", as calls name them, or the path alone, as /proc does. */
static void as_unix(const struct fd_telling *f)
{
	const struct sinsp_fd *fd = f->fd;
	const char *path = strstr(fd->name, "->") ? strchr(fd->name, ' ') : NULL;
	size_t len = path ? strlen(path + 1) : strlen(fd->name);
	uint8_t family = SCAP_FAMILY_UNIX, *buf, *p;

	new_socket(f, SCAP_FAMILY_UNIX, *fd->name);
	buf = *fd->name ? malloc(1 + 16 + len + 1) : NULL;
	if (!buf)
		return;
	p = buf;
	put(&p, &family, 1);
	if (path) {
		put(&p, &fd->unix_src, 8);
		put(&p, &fd->unix_dst, 8);
	}
	put(&p, path ? path + 1 : fd->name, len + 1);
	if (path)
		connected(f, buf, p);
	else
		bound(f, buf, p);
	free(buf);
}

/* ---- the others ---- */

static void as_pipe(const struct fd_telling *f)
{
	const struct sinsp_fd *fd = f->fd;
	struct scap_param params[] = { VALUE(zero), VALUE(fd->num), VALUE(fd->num), VALUE(fd->ino),
				       VALUE(fd->open_flags) };

	last(f, SCAP_EVT_SYSCALL_PIPE2_X, params, 5);
}

static void as_pidfd(const struct fd_telling *f)
{
	int64_t pid = strtoll(f->fd->name + strlen("/proc/"), NULL, 10);
	uint32_t flags = 0;
	struct scap_param params[] = { VALUE(f->fd->num), VALUE(pid), VALUE(flags) };

	last(f, SCAP_EVT_SYSCALL_PIDFD_OPEN_X, params, 3);
}

/* Calls whose first parameter is the descriptor and whose others may all be 0: their sizes. */
static const struct plain {
	uint8_t fd_type;
	uint16_t type;
	uint8_t sizes[8];
} plain[] = {
	{ SCAP_FD_EVENT, SCAP_EVT_SYSCALL_EVENTFD2_X, { 8, 2, 8 } },
	{ SCAP_FD_SIGNALFD, SCAP_EVT_SYSCALL_SIGNALFD4_X, { 8, 2, 8, 4 } },
	{ SCAP_FD_TIMERFD, SCAP_EVT_SYSCALL_TIMERFD_CREATE_X, { 8, 1, 1 } },
	{ SCAP_FD_INOTIFY, SCAP_EVT_SYSCALL_INOTIFY_INIT1_X, { 8, 2 } },
	{ SCAP_FD_EVENTPOLL, SCAP_EVT_SYSCALL_EPOLL_CREATE1_X, { 8, 4 } },
	{ SCAP_FD_BPF, SCAP_EVT_SYSCALL_BPF_2_X, { 8, 4 } },
	{ SCAP_FD_USERFAULTFD, SCAP_EVT_SYSCALL_USERFAULTFD_X, { 8, 4 } },
	{ SCAP_FD_IOURING, SCAP_EVT_SYSCALL_IO_URING_SETUP_X, { 8, 4, 4, 4, 4, 4, 4, 4 } },
};

static bool as_plain(const struct fd_telling *f)
{
	struct scap_param params[sizeof(plain[0].sizes)];
	uint32_t n;
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (plain[i].fd_type != f->fd->type)
			continue;
		params[0] = (struct scap_param)VALUE(f->fd->num);
		for (n = 1; n < sizeof(plain[0].sizes) && plain[i].sizes[n]; n++)
			params[n] = (struct scap_param){ &zero, plain[i].sizes[n] };
		last(f, plain[i].type, params, n);
		return true;
	}
	return false;
}

void tell_fd(struct telling *t, int64_t tid, const struct sinsp_fd *fd)
{
	const struct fd_telling f = { t, (uint64_t)tid, fd };

	switch (fd->type) {
	case SCAP_FD_FILE:
	case SCAP_FD_FILE_V2:
	case SCAP_FD_DIRECTORY:
		as_file(&f);
		return;
	case SCAP_FD_IPV4_SOCK:
	case SCAP_FD_IPV6_SOCK:
	case SCAP_FD_IPV4_SERVSOCK:
	case SCAP_FD_IPV6_SERVSOCK:
		as_inet(&f);
		return;
	case SCAP_FD_UNIX_SOCK:
		as_unix(&f);
		return;
	case SCAP_FD_PIDFD:
		if (strncmp(fd->name, "/proc/", strlen("/proc/")) == 0) {
			as_pidfd(&f);
			return;
		}
		break;
	default:
		break;
	}
	if (*fd->name)
		by_name(&f);
	else if (fd->type == SCAP_FD_FIFO)
		as_pipe(&f);
	else if (!as_plain(&f))
		new_socket(&f, fd->type == SCAP_FD_NETLINK ? SCAP_AF_NETLINK : 0, false);
}

void tell_closed(struct telling *t, int64_t tid, int64_t num)
{
	struct scap_param params[] = { VALUE(zero), VALUE(num) };

	tell_event(t, SCAP_EVT_SYSCALL_CLOSE_X, (uint64_t)tid, params, 2);
}

/*
 * The other parameters of an entry are those of the exit behind its result, in the same order, as
 * far as both go.
 */
void tell_entry(struct telling *t, const struct scap_event *exit, const char *path, size_t len)
{
	const struct scap_event_info *info = scap_event_info(exit->hdr->type - 1);
	struct scap_param params[SCAP_MAX_PARAMS];
	uint32_t n, name_at = info->params[0].type == PT_FSPATH ? 0 : 1;
	char *name = path ? strndup(path, len) : NULL;

	for (n = 0; n < info->nparams && n + 1 < exit->nparams; n++)
		params[n] = (struct scap_param){ scap_param_ptr(exit, n + 1),
						 scap_param_len(exit, n + 1) };
	if (name && name_at < n)
		params[name_at] = tell_text(name);
	tell_event(t, exit->hdr->type - 1, exit->hdr->tid, params, n);
	free(name);
}

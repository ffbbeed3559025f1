/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors that came with a message (SCM_RIGHTS). What they are is known to their sender only:
 * they are not what the same numbers were before. While recording, /proc tells.
 */
#include "load.h"
#include "parse.h"

/* struct cmsghdr on 64-bit Linux, and the two numbers, which are recorded as they are. */
struct control {
	uint64_t len;
	int32_t level, type;
};

#define SOL_SOCKET_RAW 1
#define SCM_RIGHTS_RAW 1

static void receive(struct sinsp *s, struct thread *t, int32_t num, const struct scap_thread *now)
{
	struct sinsp_fd *fd;
	size_t i;

	if (num == s->ev.fd_num)
		return;
	fds_remove(t->pub.fds, num, num);
	for (i = 0; now && i < now->n_fds; i++) {
		if (now->fds[i].fd != num)
			continue;
		fd = sinsp_load_fd(s, sinsp_own_fds(s, t), &now->fds[i]);
		if (fd) /* /proc was asked a moment later */
			fd->doubt |= SINSP_DOUBT_UNSEEN;
	}
}

void parse_rights(struct sinsp *s, struct thread *t, unsigned int i)
{
	uint32_t left = scap_param_len(&s->ev.raw, i);
	const uint8_t *p = scap_param_ptr(&s->ev.raw, i);
	const struct scap_thread *now = NULL;
	struct control c;
	bool asked = false;
	uint64_t at;
	int32_t num;

	if (scap_param_s64(&s->ev.raw, 0, -1) < 0)
		return; /* nothing came: it is what the buffer had before */
	for (; left >= sizeof(c); p += c.len, left -= (uint32_t)c.len) {
		memcpy(&c, p, sizeof(c));
		if (c.len < sizeof(c) || c.len > left)
			return;
		if (c.level == SOL_SOCKET_RAW && c.type == SCM_RIGHTS_RAW) {
			if (!asked)
				now = sinsp_read_proc(s, t->pub.pid, s->ev.raw.hdr->ts);
			asked = true;
			for (at = sizeof(c); at + sizeof(num) <= c.len; at += sizeof(num)) {
				memcpy(&num, p + at, sizeof(num));
				receive(s, t, num, now);
			}
		}
		c.len = (c.len + 7) & ~7ull;
		if (c.len > left)
			return;
	}
}

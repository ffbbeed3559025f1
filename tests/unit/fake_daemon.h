/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A daemon on a unix socket, in a thread: each connection is given to a function, which reads what
 * it wants and answers what it wants. What is HTTP and HTTP/2 here is just enough for libcurl.
 */
#ifndef FAKE_DAEMON_H
#define FAKE_DAEMON_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct fake_daemon {
	char path[64];
	int fd;
	int wake[2]; /* its other end is closed when the daemon shall end */
	pthread_t thread, served[64];
	unsigned int n_served;
	pthread_mutex_t lock;
	void (*serve)(struct fake_daemon *d, int fd);
	unsigned int connections, calls;
	char seen[4096]; /* paths that were asked for, one after the other, a blank behind each */
};

struct fake_connection {
	struct fake_daemon *d;
	int fd;
};

static inline void *fake_serve(void *arg)
{
	struct fake_connection *c = arg;

	c->d->serve(c->d, c->fd);
	close(c->fd);
	free(c);
	return NULL;
}

static inline void *fake_accept(void *arg)
{
	struct fake_daemon *d = arg;
	struct fake_connection *c;
	int fd;

	while ((fd = accept(d->fd, NULL, NULL)) >= 0) {
		d->connections++;
		c = malloc(sizeof(*c));
		if (!c || d->n_served == 64)
			abort();
		*c = (struct fake_connection){ d, fd };
		if (pthread_create(&d->served[d->n_served++], NULL, fake_serve, c))
			abort();
	}
	return NULL;
}

static inline void fake_listen(struct fake_daemon *d, int family, const void *addr, socklen_t len)
{
	d->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pthread_mutex_init(&d->lock, NULL);
	if (d->fd < 0 || bind(d->fd, addr, len) < 0 || listen(d->fd, 16) < 0 || pipe(d->wake) < 0 ||
	    pthread_create(&d->thread, NULL, fake_accept, d))
		abort();
}

/* On a port of this machine; @d->path is the beginning of its URL. */
static inline void fake_begin_tcp(struct fake_daemon *d,
				  void (*serve)(struct fake_daemon *d, int fd))
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);

	memset(d, 0, sizeof(*d));
	d->serve = serve;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fake_listen(d, AF_INET, &addr, sizeof(addr));
	getsockname(d->fd, (void *)&addr, &len);
	snprintf(d->path, sizeof(d->path), "http://127.0.0.1:%u", ntohs(addr.sin_port));
}

static inline void fake_begin(struct fake_daemon *d, void (*serve)(struct fake_daemon *d, int fd))
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	static unsigned int n;

	memset(d, 0, sizeof(*d));
	d->serve = serve;
	snprintf(d->path, sizeof(d->path), "/tmp/fake_daemon.%d.%u", (int)getpid(), n++);
	strcpy(addr.sun_path, d->path);
	unlink(d->path);
	fake_listen(d, AF_UNIX, &addr, sizeof(addr));
}

/* Whoever hangs in fake_hang() goes on. The client has closed its connections. */
static inline void fake_end(struct fake_daemon *d)
{
	close(d->wake[1]);
	shutdown(d->fd, SHUT_RDWR);
	pthread_join(d->thread, NULL);
	while (d->n_served)
		pthread_join(d->served[--d->n_served], NULL);
	close(d->wake[0]);
	close(d->fd);
	unlink(d->path);
}

static inline void fake_hang(struct fake_daemon *d)
{
	char c;

	if (read(d->wake[0], &c, 1) != 0)
		abort();
}

/* False: nobody reads it any more. */
static inline int fake_send(int fd, const void *p, size_t len)
{
	ssize_t n;

	while (len) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n <= 0)
			return 0;
		p = (const char *)p + n;
		len -= (size_t)n;
	}
	return 1;
}

static inline void fake_saw(struct fake_daemon *d, const char *path, size_t len)
{
	size_t at;

	pthread_mutex_lock(&d->lock);
	at = strlen(d->seen);
	d->calls++;
	if (at + len + 2 < sizeof(d->seen))
		snprintf(d->seen + at, sizeof(d->seen) - at, "%.*s ", (int)len, path);
	pthread_mutex_unlock(&d->lock);
}

/* Reads one request of HTTP/1.1 and keeps its path; NULL: the client is gone. */
static inline const char *fake_request(struct fake_daemon *d, int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	char *path;

	do {
		n = recv(fd, buf + len, size - 1 - len, 0);
		if (n <= 0)
			return NULL;
		len += (size_t)n;
		buf[len] = '\0';
	} while (!strstr(buf, "\r\n\r\n"));
	path = strchr(buf, ' ') + 1;
	*strchr(path, ' ') = '\0';
	fake_saw(d, path, strlen(path));
	return path;
}

static inline int fake_answer(int fd, int status, const char *body)
{
	char head[128];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		 status, strlen(body));
	return fake_send(fd, head, strlen(head)) && fake_send(fd, body, strlen(body));
}

/* ---- HTTP/2, as gRPC needs it ---- */

enum { H2_DATA = 0, H2_HEADERS = 1, H2_SETTINGS = 4, H2_PING = 6 };
enum { H2_ACK = 1, H2_END_STREAM = 1, H2_END_HEADERS = 4 };

static inline int fake_h2_send(int fd, uint8_t type, uint8_t flags, uint32_t stream, const void *p,
			       size_t len)
{
	uint8_t head[9] = { (uint8_t)(len >> 16),
			    (uint8_t)(len >> 8),
			    (uint8_t)len,
			    type,
			    flags,
			    (uint8_t)(stream >> 24),
			    (uint8_t)(stream >> 16),
			    (uint8_t)(stream >> 8),
			    (uint8_t)stream };

	return fake_send(fd, head, sizeof(head)) && fake_send(fd, p, len);
}

static inline int fake_h2_read(int fd, void *p, size_t len)
{
	return recv(fd, p, len, MSG_WAITALL) == (ssize_t)len;
}

/*
 * Reads up to the end of a call: its message, without the head of gRPC, into @body. The path of the
 * call is squeezed by HPACK; who needs it tells calls apart by their message. Returns the length,
 * -1: the client is gone. *@greeted: 0 for the first call of a connection.
 */
static inline ssize_t fake_h2_call(int fd, int *greeted, uint32_t *stream, uint8_t *body,
				   size_t size)
{
	uint8_t hello[24], head[9];
	size_t len, got = 0;

	if (!*greeted && (!fake_h2_read(fd, hello, sizeof(hello)) ||
			  !fake_h2_send(fd, H2_SETTINGS, 0, 0, NULL, 0)))
		return -1;
	*greeted = 1;
	while (fake_h2_read(fd, head, sizeof(head))) {
		len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
		if (got + len > size || !fake_h2_read(fd, body + got, len))
			return -1;
		if (head[3] == H2_SETTINGS && !(head[4] & H2_ACK))
			fake_h2_send(fd, H2_SETTINGS, H2_ACK, 0, NULL, 0);
		if (head[3] != H2_DATA)
			continue;
		*stream = (uint32_t)head[5] << 24 | (uint32_t)head[6] << 16 |
			  (uint32_t)head[7] << 8 | head[8];
		got += len;
		if (head[4] & H2_END_STREAM)
			return (ssize_t)got;
	}
	return -1;
}

/* A header that is not squeezed. */
static inline size_t fake_h2_header(uint8_t *p, const char *key, const char *value)
{
	size_t k = strlen(key), v = strlen(value);

	p[0] = 0;
	p[1] = (uint8_t)k;
	memcpy(p + 2, key, k);
	p[2 + k] = (uint8_t)v;
	memcpy(p + 3 + k, value, v);
	return 3 + k + v;
}

/* An answer of gRPC: @message in frames of at most 16 KiB, none if NULL, and the status. */
static inline int fake_grpc(int fd, uint32_t stream, const char *status, const void *message,
			    size_t len)
{
	uint8_t h[128], head[5] = { 0, (uint8_t)(len >> 24), (uint8_t)(len >> 16),
				    (uint8_t)(len >> 8), (uint8_t)len };
	const uint8_t *p = message;
	size_t n, part;

	h[0] = 0x88; /* :status 200 */
	n = 1 + fake_h2_header(h + 1, "content-type", "application/grpc");
	if (!fake_h2_send(fd, H2_HEADERS, H2_END_HEADERS, stream, h, n))
		return 0;
	if (message && !fake_h2_send(fd, H2_DATA, 0, stream, head, sizeof(head)))
		return 0;
	for (; message && len; p += part, len -= part) {
		part = len < 16384 ? len : 16384;
		if (!fake_h2_send(fd, H2_DATA, 0, stream, p, part))
			return 0;
	}
	n = fake_h2_header(h, "grpc-status", status);
	return fake_h2_send(fd, H2_HEADERS, H2_END_HEADERS | H2_END_STREAM, stream, h, n);
}

#endif

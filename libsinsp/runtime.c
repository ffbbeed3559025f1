/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of container runtimes, and what reading their files has in common. */
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"

#define MAX_LABELS 128
#define MAX_STRING 1024

static const struct runtime runtimes[] = {
	{ "docker", SINSP_CT_DOCKER, false, runtime_docker },
	{ "cri", SINSP_CT_CRI, false, runtime_cri },
	{ "cri-o", SINSP_CT_CRIO, false, runtime_crio },
	{ "podman", SINSP_CT_PODMAN, false, runtime_podman },
	{ "containerd", SINSP_CT_CONTAINERD, true, runtime_containerd },
	{ "runc, crun", SINSP_CT_CUSTOM, true, runtime_by_hand },
};

/* The id becomes part of a path: nothing that leaves the folder it is looked up in. */
static bool safe_id(const char *id)
{
	return *id && *id != '.' && !strchr(id, '/') && strlen(id) < 128;
}

bool runtime_lookup(const char *root, struct sinsp_container *c, struct intern *pool)
{
	const struct runtime_query q = { root ? root : "", c, pool };
	bool by_name = c->type == SINSP_CT_CUSTOM || c->type == SINSP_CT_CONTAINERD;
	size_t i, n = sizeof(runtimes) / sizeof(runtimes[0]);

	if (!safe_id(c->full_id))
		return false;
	for (i = 0; i < n; i++)
		if (runtimes[i].type == c->type && runtimes[i].lookup(&q)) {
			c->has_metadata = true;
			return true;
		}
	/* a cgroup parent of the user's own hides the runtime: ask the others of the same kind */
	for (i = 0; i < n; i++)
		if (runtimes[i].type != c->type && runtimes[i].by_name == by_name &&
		    runtimes[i].lookup(&q)) {
			c->type = runtimes[i].type;
			c->has_metadata = true;
			return true;
		}
	return false;
}

/*
 * Rootless runtimes keep these files where their users can change them: no device, no FIFO, no
 * symbolic link at the end, nothing large.
 */
json_t *runtime_json(const struct runtime_query *q, size_t max, const char *fmt, ...)
{
	char path[PATH_MAX];
	size_t len = 0, n;
	json_t *json = NULL;
	struct stat st;
	char *text = NULL;
	ssize_t got;
	va_list ap;
	int fd, r;

	n = strlen(q->root);
	if (n >= sizeof(path))
		return NULL;
	memcpy(path, q->root, n);
	va_start(ap, fmt);
	r = vsnprintf(path + n, sizeof(path) - n, fmt, ap);
	va_end(ap);
	if (r < 0 || (size_t)r >= sizeof(path) - n)
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 ||
	    (uint64_t)st.st_size > max)
		goto out;
	text = malloc((size_t)st.st_size);
	if (!text)
		goto out;
	while (len < (size_t)st.st_size) {
		got = read(fd, text + len, (size_t)st.st_size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	json = json_loadb(text, len, 0, NULL);
out:
	free(text);
	close(fd);
	return json;
}

const char *runtime_str(json_t *obj, const char *key, const char *key2)
{
	json_t *v = json_object_get(obj, key);
	const char *s;

	if (key2)
		v = json_object_get(v, key2);
	s = json_string_value(v);
	return s ? s : "";
}

void runtime_set(const struct runtime_query *q, const char **field, const char *s)
{
	if (*s)
		*field = intern_str(q->pool, s, strnlen(s, MAX_STRING));
}

void runtime_labels(const struct runtime_query *q, json_t *obj)
{
	size_t n = json_object_size(obj);
	struct sinsp_label *labels;
	const char *key;
	json_t *value;

	if (n == 0)
		return;
	if (n > MAX_LABELS)
		n = MAX_LABELS;
	labels = calloc(n, sizeof(*labels));
	if (!labels)
		return;
	free(q->c->labels);
	q->c->labels = labels;
	q->c->n_labels = 0;
	json_object_foreach(obj, key, value)
	{
		const char *s = json_string_value(value);

		if (!s || q->c->n_labels == n)
			continue;
		labels->key = intern_str(q->pool, key, strnlen(key, MAX_STRING));
		labels->value = intern_str(q->pool, s, strnlen(s, MAX_STRING));
		labels++;
		q->c->n_labels++;
	}
}

/* "host:5000/a/b:tag@sha256:…": the tag's colon comes after the last slash. */
void runtime_image(const struct runtime_query *q, const char *image)
{
	struct sinsp_container *c = q->c;
	size_t len = strnlen(image, MAX_STRING);
	const char *at, *slash, *colon, *end;

	if (len == 0)
		return;
	c->image = intern_str(q->pool, image, len);
	end = image + len;
	at = memchr(image, '@', len);
	if (at) {
		c->image_digest = intern_str(q->pool, at + 1, (size_t)(end - at - 1));
		end = at;
	}
	slash = memrchr(image, '/', (size_t)(end - image));
	colon = slash ? slash : image;
	colon = memchr(colon, ':', (size_t)(end - colon));
	if (colon) {
		c->image_tag = intern_str(q->pool, colon + 1, (size_t)(end - colon - 1));
		end = colon;
	}
	c->image_repo = intern_str(q->pool, image, (size_t)(end - image));
}

uint64_t runtime_time(const char *s)
{
	struct tm tm = { 0 };
	uint64_t ns = 0, digit = 100000000;
	int oh, om;
	int64_t t;

	s = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!s)
		return 0;
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, digit /= 10)
			ns += (uint64_t)(*s - '0') * digit;
	t = timegm(&tm);
	if ((*s == '+' || *s == '-') && sscanf(s + 1, "%2d:%2d", &oh, &om) == 2)
		t -= (*s == '-' ? -1 : 1) * (oh * 3600 + om * 60);
	return t > 0 && t < INT64_MAX / 1000000000 ? (uint64_t)t * 1000000000 + ns : 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of container runtimes, and what reading their files has in common. */
#include "runtime.h"

#include <errno.h>
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
	{ "systemd-nspawn", SINSP_CT_CUSTOM, true, runtime_nspawn },
	{ "lxc", SINSP_CT_LXC, true, runtime_lxc },
};

bool runtime_safe_id(const char *id)
{
	return *id && *id != '.' && !strchr(id, '/') && strlen(id) < 128;
}

/* Before the runtime has written anything of its own. */
static bool bundle_of(const struct runtime_query *q, const char *bundle)
{
	json_t *config = *bundle == '/'
				 ? runtime_json(q, RUNTIME_JSON_MAX, "%s/config.json", bundle)
				 : NULL;
	bool found = config && oci_bundle_read(q, config);

	json_decref(config);
	if (found && !*q->c->name && cgroup_short_id(q->c->id) == strlen(q->c->full_id))
		runtime_set(q, &q->c->name, q->c->full_id);
	return found;
}

bool runtime_lookup(const struct runtime_files *from, struct sinsp_container *c,
		    struct intern *pool, const char *bundle)
{
	const struct runtime_query q = {
		.root = from->root,
		.c = c,
		.pool = pool,
		.env_values = from->env_values,
		.kept = from->kept,
		.local = from->local,
	};
	bool by_name = c->type == SINSP_CT_CUSTOM || c->type == SINSP_CT_CONTAINERD;
	size_t i, n = sizeof(runtimes) / sizeof(runtimes[0]);

	if (!runtime_safe_id(c->full_id))
		return false;
	for (i = 0; i < n; i++)
		if (runtimes[i].type == c->type && runtimes[i].lookup(&q)) {
			c->has_metadata = true;
			return true;
		}
	/* a cgroup parent of the user's own hides the runtime: ask the others of the same kind */
	for (i = 0; i < n; i++)
		if (runtimes[i].type != c->type && runtimes[i].by_name == by_name &&
		    runtimes[i].type != SINSP_CT_LXC && runtimes[i].lookup(&q)) {
			c->type = runtimes[i].type;
			c->has_metadata = true;
			return true;
		}
	if (!bundle_of(&q, bundle))
		return false;
	c->has_metadata = true;
	return true;
}

int runtime_open(const struct runtime_query *q, bool folder, const char *path)
{
	return local_open(q->local, q->root, path, folder);
}

/* Opens a regular file of at most @max bytes, or fails with -1. */
static int open_text(const struct runtime_query *q, const char *path, size_t max, struct stat *st)
{
	int fd = runtime_open(q, false, path);

	if (fd < 0)
		return -1;
	if (fstat(fd, st) == 0 && st->st_size > 0 && (uint64_t)st->st_size <= max)
		return fd;
	close(fd);
	return -1;
}

/* The text, with a NUL behind it. Closes @fd. */
static char *read_text(int fd, size_t size, size_t *len)
{
	char *text = malloc(size + 1);
	ssize_t got;

	*len = 0;
	while (text && *len < size) {
		got = read(fd, text + *len, size - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		*len += (size_t)got;
	}
	close(fd);
	if (text)
		text[*len] = '\0';
	return text;
}

static int open_format(const struct runtime_query *q, size_t max, struct stat *st, const char *fmt,
		       va_list ap)
{
	char path[PATH_MAX];
	int r = vsnprintf(path, sizeof(path), fmt, ap);

	return r < 0 || (size_t)r >= sizeof(path) ? -1 : open_text(q, path, max, st);
}

char *runtime_text(const struct runtime_query *q, size_t max, const char *fmt, ...)
{
	struct stat st;
	size_t len;
	va_list ap;
	int fd;

	va_start(ap, fmt);
	fd = open_format(q, max, &st, fmt, ap);
	va_end(ap);
	return fd < 0 ? NULL : read_text(fd, (size_t)st.st_size, &len);
}

static json_t *read_json(int fd, size_t size)
{
	size_t len;
	char *text = read_text(fd, size, &len);
	json_t *json = text ? json_loadb(text, len, 0, NULL) : NULL;

	free(text);
	return json;
}

json_t *runtime_json(const struct runtime_query *q, size_t max, const char *fmt, ...)
{
	struct stat st;
	va_list ap;
	int fd;

	va_start(ap, fmt);
	fd = open_format(q, max, &st, fmt, ap);
	va_end(ap);
	return fd < 0 ? NULL : read_json(fd, (size_t)st.st_size);
}

json_t *runtime_parse(const char *text, size_t len)
{
	return len && len <= RUNTIME_JSON_MAX ? json_loadb(text, len, 0, NULL) : NULL;
}

/* Of any size: only a few of its pages are read. */
struct bolt *runtime_bolt(const struct runtime_query *q, const char *path,
			  void (*get)(struct bolt *b, void *arg), void *arg)
{
	int fd = runtime_open(q, false, path);

	return fd < 0 ? NULL : bolt_read(fd, get, arg);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

json_t *runtime_json_kept(const struct runtime_query *q, enum runtime_list which, size_t max,
			  const char *path, json_t *(*pick)(json_t *json))
{
	struct runtime_kept *k = q->kept ? &q->kept[which] : NULL;
	json_t *json, *picked;
	struct stat st;
	int fd = open_text(q, path, max, &st);

	if (fd < 0)
		return NULL;
	if (k && k->json && same_file(&k->st, &st)) {
		close(fd);
		return json_incref(k->json);
	}
	json = read_json(fd, (size_t)st.st_size);
	picked = json ? pick(json) : NULL;
	json_decref(json);
	if (k && picked) {
		json_decref(k->json);
		k->json = json_incref(picked);
		k->st = st;
	}
	return picked;
}

void runtime_kept_clear(struct runtime_kept kept[RUNTIME_LISTS])
{
	size_t i;

	for (i = 0; i < RUNTIME_LISTS; i++) {
		json_decref(kept[i].json);
		kept[i].json = NULL;
	}
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

		if (!s || q->c->n_labels == n || (!q->env_values && strstr(key, KUBE_LAST_APPLIED)))
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

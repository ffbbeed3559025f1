/* SPDX-License-Identifier: BSD-2-Clause */
/* Joining and normalising paths, on the text alone: links are not followed. */
#include "path.h"
#include "sinsp.h"

/* The path being written; what does not fit is cut. */
struct out {
	char *p;
	size_t size; /* without the NUL */
	size_t len;
	size_t root; /* 1 if it is absolute: what ".." never removes */
	size_t deep; /* where relative ".." that lead out of the base end */
};

static void put(struct out *o, const char *s, size_t len)
{
	if (len > o->size - o->len)
		len = o->size - o->len;
	memcpy(o->p + o->len, s, len);
	o->len += len;
}

static void put_name(struct out *o, const char *name, size_t len)
{
	if (o->len > o->root)
		put(o, "/", 1);
	put(o, name, len);
}

static void go_up(struct out *o)
{
	if (o->len > o->deep) {
		while (o->len > o->deep && o->p[o->len - 1] != '/')
			o->len--;
		if (o->len > o->root && o->len > o->deep)
			o->len--; /* the slash in front of the name */
	} else if (!o->root) {
		put_name(o, "..", 2);
		o->deep = o->len;
	}
}

static void walk(struct out *o, const char *p, size_t len)
{
	const char *end, *name;
	size_t n;

	if (len == 0)
		return; /* there may be no text at all */
	end = p + len;
	while (p < end) {
		if (*p == '/') {
			p++;
			continue;
		}
		name = p;
		while (p < end && *p != '/')
			p++;
		n = (size_t)(p - name);
		if (n == 2 && name[0] == '.' && name[1] == '.')
			go_up(o);
		else if (n != 1 || name[0] != '.')
			put_name(o, name, n);
	}
}

size_t sinsp_path_join(char *out, size_t size, const char *base, size_t base_len, const char *path,
		       size_t path_len)
{
	struct out o = { .p = out, .size = size - 1 };
	const char *first;
	bool unknown;

	if (size == 0)
		return 0;
	base_len = base ? strnlen(base, base_len) : 0;
	path_len = path ? strnlen(path, path_len) : 0;
	if (path_len > 0 && path[0] == '/')
		base_len = 0;
	unknown = base_len >= 2 && base[0] == '.' && base[1] == '/' && o.size >= 2;
	if (unknown) {
		o.p += 2;
		o.size -= 2;
	}
	first = base_len > 0 ? base : path;
	if (base_len + path_len > 0 && first[0] == '/') {
		put(&o, "/", 1);
		o.root = o.deep = o.len;
	}
	walk(&o, base, base_len);
	walk(&o, path, path_len);
	o.p[o.len] = '\0';
	if (!unknown)
		return o.len;
	if (o.len >= 2 && o.p[0] == '.' && o.p[1] == '.') {
		memmove(out, o.p, o.len + 1);
		return o.len;
	}
	out[0] = '.';
	out[1] = '/';
	return o.len + 2;
}

size_t sinsp_path_nowhere(char *out, size_t size, const char *path, size_t path_len)
{
	static const char unknown[] = "<UNKNOWN>";
	char marked[8192];
	size_t n = sizeof(unknown) - 1;

	path_len = path_len < sizeof(marked) - n ? path_len : sizeof(marked) - n;
	memcpy(marked, unknown, n);
	memcpy(marked + n, path, path_len);
	return sinsp_path_join(out, size, NULL, 0, marked, n + path_len);
}

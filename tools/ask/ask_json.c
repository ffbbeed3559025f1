/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers as container events, in whose form they are handed on. */
#include "ask.h"

#include <string.h>

#define STRING_MAX 1024u
#define ID_SHORT   12u
#define ID_FULL	   64u

json_t *ask_container(int type, const char *id)
{
	size_t len = strlen(id);
	json_t *o = json_object();

	json_object_set_new(o, "type", json_integer(type));
	json_object_set_new(o, "id", json_stringn(id, len == ID_FULL ? ID_SHORT : len));
	json_object_set_new(o, "full_id", json_string(id));
	return o;
}

void ask_set(json_t *o, const char *key, const char *s)
{
	size_t len = s ? strnlen(s, STRING_MAX) : 0;

	/* not in the middle of a character */
	if (len == STRING_MAX)
		while (len && ((unsigned char)s[len] & 0xc0) == 0x80)
			len--;
	if (len)
		json_object_set_new(o, key, json_stringn(s, len));
}

void ask_set_image(json_t *o, const char *image, const char *digest)
{
	size_t len = image ? strnlen(image, STRING_MAX) : 0;
	const char *end, *at, *slash, *colon;

	if (!len)
		return;
	end = image + len;
	ask_set(o, "image", image);
	at = memchr(image, '@', len);
	if (at) {
		digest = at + 1;
		end = at;
	}
	slash = memrchr(image, '/', (size_t)(end - image));
	colon = memchr(slash ? slash : image, ':', (size_t)(end - (slash ? slash : image)));
	if (colon) {
		json_object_set_new(o, "imagetag", json_stringn(colon + 1, end - colon - 1));
		end = colon;
	}
	json_object_set_new(o, "imagerepo", json_stringn(image, end - image));
	ask_set(o, "imagedigest", digest);
}

const char *ask_str(const json_t *from, const char *key, const char *key2)
{
	const json_t *v = json_object_get(from, key);
	const char *s;

	if (key2)
		v = json_object_get(v, key2);
	s = json_string_value(v);
	return s ? s : "";
}

json_t *ask_parse(const void *text, size_t len)
{
	json_t *o = json_loadb(text, len, 0, NULL);

	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

bool ask_is_plain(const char *s)
{
	size_t len = strlen(s);

	return len && len < ASK_ID_MAX && *s != '.' &&
	       strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:._-") ==
		       len;
}

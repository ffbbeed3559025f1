/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: filters. The input is the text of a filter; or, where it begins with a byte above
 * 0x7f, a row of words chosen by number, which comes to deeper places than mutated text does.
 * What compiles is asked about two events.
 */
#include "driver.h"

#include "../unit/scene.h"

static const char *const words[] = {
	"proc.name",
	"fd.name",
	"fd.num",
	"evt.type",
	"evt.buffer",
	"fd.ip",
	"fd.net",
	"fd.port",
	"proc.aname",
	"proc.aname[2]",
	"proc.env[HOME]",
	"evt.arg.flags",
	"evt.rawarg.res",
	"fd.types",
	"evt.arg[0]",
	"user.uid",
	"evt.failed",
	"evt.around[1600000000000000000]",
	"=",
	"!=",
	"<",
	">=",
	"contains",
	"icontains",
	"startswith",
	"endswith",
	"glob",
	"iglob",
	"regex",
	"pmatch",
	"in",
	"intersects",
	"bcontains",
	"exists",
	"and",
	"or",
	"not",
	"(",
	")",
	",",
	"oneof",
	"anyof",
	"allof",
	"tolower(",
	"len(",
	"join(",
	"concat(",
	"b64(",
	"basename(",
	"getopt(",
	"val(",
	"/etc/passwd",
	"'a b'",
	"\"x\\x41\"",
	"3",
	"-1",
	"10.0.0.0/8",
	"::1",
	"true",
	"read",
	"bash",
	"*a*[a-z]?",
	"'(a|b)*c'",
	"00ff",
	"[c]",
	"()",
	"'",
	"\\",
	"=",
	"(",
	")",
	"proc.name = bash",
	"fd.num in (1,2,3)",
	"evt.type = read",
};

#define N_WORDS (sizeof(words) / sizeof(words[0]))

/* The filter that @data is, in a buffer of its own, so that reading behind its end is seen. */
static char *text_of(const uint8_t *data, size_t size)
{
	size_t i, len = 0;
	char *text;

	if (!size || data[0] < 0x80) {
		text = malloc(size + 1);
		if (text && size)
			memcpy(text, data, size);
		if (text)
			text[size] = '\0';
		return text;
	}
	text = malloc(size * 40 + 1);
	for (i = 1; text && i < size; i++)
		len += (size_t)sprintf(text + len, "%s ", words[data[i] % N_WORDS]);
	if (text)
		text[len] = '\0';
	return text;
}

static struct fake scene;

static void set_scene(void)
{
	scene_init(&scene);
	scene_read(&scene, SHELL, 4, "root:x\0\1", 8);
	scene_read(&scene, NGINX, 3, "aGVsbG8=", 8);
	fake_open(&scene, NULL);
}

static int one_filter(const uint8_t *data, size_t size)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *f;
	char *text;

	if (!scene.s)
		set_scene();
	text = text_of(data, size);
	if (!text)
		return 0;
	f = sinsp_filter_new(scene.s, text, &err);
	if (!f && (!err.msg[0] || strchr(err.msg, '\n')))
		abort();
	if (f && scene.ev)
		sinsp_filter_run(f, scene.ev);
	if (f && fake_step(&scene, 1))
		sinsp_filter_run(f, scene.ev);
	if (!scene.ev) {
		fake_free(&scene);
		scene.s = NULL;
	}
	sinsp_filter_free(f);
	free(text);
	return 0;
}

FUZZ("filter", one_filter)

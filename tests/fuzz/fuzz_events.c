/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: a row of events of any type, of few threads, whose parameters are anything; what a
 * machine that is attacked can make happen, or who forges a capture. After each one the state is
 * looked at, and filters and formats are asked.
 *
 * An event is: type (2 bytes), thread, then for each parameter a byte: how many bytes of its own
 * follow (0 to 199), or one of the values that make sense to somebody.
 */
#include "driver.h"

#include "../unit/scene.h"
#include "touch.h"

static const struct {
	const char *ptr;
	uint32_t len;
} values[] = {
	{ "\0\0\0\0\0\0\0\0", 8 },
	{ "\3\0\0\0\0\0\0\0", 8 },
	{ "\x14\0\0\0\0\0\0\0", 8 },
	{ "\x64\0\0\0\0\0\0\0", 8 }, /* SHELL */
	{ "\xc8\0\0\0\0\0\0\0", 8 }, /* NGINX */
	{ "\x2c\1\0\0\0\0\0\0", 8 },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff", 8 },
	{ "\xf3\xff\xff\xff\xff\xff\xff\xff", 8 },
	{ "\x9c\xff\xff\xff\xff\xff\xff\xff", 8 }, /* AT_FDCWD */
	{ "\xff\xff\xff\xff\xff\xff\xff\x7f", 8 },
	{ "\0\0\1\0", 4 },
	{ "\xff\xff\xff\xff", 4 },
	{ "/etc/../x", 10 },
	{ "rel/./a", 8 },
	{ "", 1 },
	{ "a\0b\0c", 6 },
	{ "cpuset=/docker/aaaaaaaaaaaa0000000000000000000000000000000000000000000000000001", 78 },
	{ "\2\x0a\0\0\5\xd2\xa8\x5d\xb8\xd8\x22\xbb\1", 13 }, /* tuple, IPv4 */
	{ "\2\x7f\0\0\1\x50\0", 7 },			      /* address, IPv4 */
	{ "\1/run/x", 8 },
	{ "{\"container\":{\"id\":\"aaaaaaaaaaaa\",\"name\":\"n\"}}", 47 },
};

#define N_VALUES (sizeof(values) / sizeof(values[0]))
#define OWN_MAX	 200u /* above: one of values */
#define EVENTS	 96

static struct fake scene;

/* Adds the event at @data; returns how many bytes it is. */
static size_t add_event(const uint8_t *data, size_t size)
{
	static const int64_t tids[] = { SHELL, NGINX, NGINX + 1, 300, 301, 1, -1, 0, INT64_MAX };
	struct scap_param p[SCAP_MAX_PARAMS];
	const struct scap_event_info *info;
	static uint8_t rec[16384];
	size_t at = 3, own;
	uint16_t type;
	uint32_t n;
	int64_t len;

	if (size < at)
		return size;
	type = (uint16_t)((data[0] | data[1] << 8) % SCAP_EVT_MAX);
	info = scap_event_info(type);
	for (n = 0; info && n < info->nparams && at < size; n++) {
		if (data[at] >= OWN_MAX) {
			own = (data[at++] - OWN_MAX) % N_VALUES;
			p[n] = (struct scap_param){ values[own].ptr, values[own].len };
			continue;
		}
		own = data[at] < size - at ? data[at] : size - at - 1;
		p[n] = (struct scap_param){ data + at + 1, (uint32_t)own };
		at += 1 + own;
	}
	len = info ? scap_event_encode(rec, sizeof(rec), type, scene.ts,
				       (uint64_t)tids[data[2] % (sizeof(tids) / sizeof(tids[0]))],
				       p, n)
		   : -1;
	if (len > 0)
		fake_add_record(&scene, rec, (size_t)len);
	return at;
}

static const char *const filters[] = {
	"proc.name = x or fd.name contains x and not evt.type in (read, write)",
	"fd.ip = 1.2.3.4 or fd.net = 10.0.0.0/8 or fd.port = 80 or fd.types intersects (x)",
	"proc.aname = x or proc.cmdline regex '.*x' or proc.env[HOME] = x or proc.aenv contains x",
	"evt.arg.flags contains x or evt.rawarg.res < 0 or evt.buffer bcontains 00 or evt.arg[3] = x",
};

#define N_FILTERS (sizeof(filters) / sizeof(filters[0]))

static int one_row(const uint8_t *data, size_t size)
{
	struct sinsp_filter *flt[N_FILTERS];
	struct sinsp_text line = { 0 };
	struct sinsp_format *fmt;
	size_t i, n;

	scene_init(&scene);
	for (i = 0, n = 0; i < size && n < EVENTS; n++)
		i += add_event(data + i, size - i);
	fake_open(&scene, NULL);
	for (i = 0; i < N_FILTERS; i++)
		flt[i] = sinsp_filter_new(scene.s, filters[i], NULL);
	fmt = sinsp_format_new(scene.s, "*%evt.args %fd.name %proc.cmdline %evt.abspath", NULL,
			       NULL);
	if (!scene.s || !fmt)
		abort();
	while (fake_step(&scene, 1)) {
		if (scene.ev->thread)
			touch_thread(scene.ev->thread, scene.s);
		touch_event(scene.s, scene.ev);
		for (i = 0; i < N_FILTERS; i++)
			sinsp_filter_run(flt[i], scene.ev);
		sinsp_text_clear(&line);
		sinsp_format_event(fmt, scene.ev, &line);
	}
	sinsp_each_thread(scene.s, touch_thread, scene.s);
	sinsp_each_container(scene.s, touch_container, NULL);
	for (i = 0; i < N_FILTERS; i++)
		sinsp_filter_free(flt[i]);
	sinsp_format_free(fmt);
	sinsp_text_free(&line);
	fake_free(&scene);
	return 0;
}

FUZZ("events", one_row)

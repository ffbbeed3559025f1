/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: formats and the rendering of events. The first line of the input is a format; the
 * rest is the type of an event and its parameters, of whatever lengths. The format, the default one
 * and one with much in it print the event; what they print must be printable.
 */
#include "driver.h"

#include "../unit/scene.h"

#define MUCH                                                                                 \
	"*%evt.args %evt.arg[0] %evt.arg[1] %evt.arg.name %evt.arg.fd %evt.rawarg.data "     \
	"%evt.rawarg.flags %evt.buffer %evt.res %evt.abspath %evt.category %fs.path.name "   \
	"%fs.path.source %fs.path.target %fdlist.names %fdlist.cips %fd.name %fd.directory " \
	"%fd.types %proc.cmdline %proc.env %evt.type %evt.asynctype %evt.buflen %fd.cip %fd.lport"

static struct fake scene;

static bool is_printable(const struct sinsp_text *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if (t->ptr[i] < 0x20 || t->ptr[i] > 0x7e)
			return false;
	return true;
}

static void print(const char *format, enum sinsp_buffer_mode mode)
{
	struct sinsp_format_options o = { .buffer = mode, .resolve_ports = mode == SINSP_BUF_HEX };
	struct sinsp_text text = { 0 };
	struct scap_error err = { 0 };
	struct sinsp_format *f = sinsp_format_new(scene.s, format, &o, &err);

	if (!f && !err.msg[0])
		abort();
	if (f && scene.ev)
		sinsp_format_event(f, scene.ev, &text);
	if (mode == SINSP_BUF_DOTTED && !strpbrk(format, "\n\t\r\b\x1b") && !is_printable(&text)) {
		size_t i;

		/* Literals are copied as they are; only what comes from the event counts. */
		for (i = 0; format[i]; i++)
			if (format[i] < 0x20 || format[i] > 0x7e)
				break;
		if (!format[i])
			abort();
	}
	sinsp_format_free(f);
	sinsp_text_free(&text);
}

/* Type, then for each parameter a byte of length and so many bytes. */
static void add_event(const uint8_t *data, size_t size)
{
	struct scap_param p[SCAP_MAX_PARAMS];
	const struct scap_event_info *info;
	uint8_t rec[16384];
	uint16_t type;
	uint32_t n;
	int64_t len;

	if (size < 2)
		return;
	type = (uint16_t)((data[0] | data[1] << 8) % SCAP_EVT_MAX);
	info = scap_event_info(type);
	if (!info)
		return;
	data += 2;
	size -= 2;
	for (n = 0; n < info->nparams && size; n++) {
		p[n].len = data[0] < size ? data[0] : (uint32_t)size - 1;
		p[n].ptr = data + 1;
		data += 1 + p[n].len;
		size -= 1 + p[n].len;
	}
	len = scap_event_encode(rec, sizeof(rec), type, scene.ts, SHELL, p, n);
	if (len > 0)
		fake_add_record(&scene, rec, (size_t)len);
}

static int one_format(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : size;
	char *format = malloc(n + 1);
	int mode;

	if (!format)
		return 0;
	if (n)
		memcpy(format, data, n);
	format[n] = '\0';
	scene_init(&scene);
	if (end)
		add_event(end + 1, size - n - 1);
	fake_open(&scene, NULL);
	fake_step(&scene, 1);
	print(format, SINSP_BUF_DOTTED);
	print(SINSP_FORMAT_DEFAULT, SINSP_BUF_DOTTED);
	for (mode = SINSP_BUF_DOTTED; mode <= SINSP_BUF_BASE64; mode++)
		print(MUCH, (enum sinsp_buffer_mode)mode);
	fake_free(&scene);
	free(format);
	return 0;
}

FUZZ("format", one_format)

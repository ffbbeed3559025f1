/* SPDX-License-Identifier: BSD-2-Clause */
/* The table `sysdig`: the run that a chisel is part of. What it is told of the state is in
 * chisel_api_state.c. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chisel_host.h"
#include "complain.h"
#include "options.h"
#include "presets.h"
#include "story.h"

static struct chisels *all(lua_State *lua)
{
	return chisel_of(lua)->all;
}

/* ---- what the user asked for ---- */

static const char *source_name(const struct chisels *cs)
{
	if (cs->file)
		return cs->file;
	return !cs->sinsp && cs->options->n_files ? cs->options->files[0] : NULL;
}

static int is_live(lua_State *lua)
{
	lua_pushboolean(lua, source_name(all(lua)) == NULL);
	return 1;
}

static int get_evtsource_name(lua_State *lua)
{
	const char *name = source_name(all(lua));

	lua_pushstring(lua, name ? name : "");
	return 1;
}

static int get_filter(lua_State *lua)
{
	const char *filter = all(lua)->options->filter;

	lua_pushstring(lua, filter ? filter : "");
	return 1;
}

static int get_output_format(lua_State *lua)
{
	const struct options *o = all(lua)->options;
	const char *form = chisel_of(lua)->form;

	if (!form)
		form = o->text.json ? "json" : o->csv ? "csv" : "normal";
	lua_pushstring(lua, form);
	return 1;
}

static int is_print_container_data(lua_State *lua)
{
	lua_pushboolean(lua, all(lua)->options->preset == preset_find("c"));
	return 1;
}

static int is_tty(lua_State *lua)
{
	lua_pushboolean(lua, isatty(STDOUT_FILENO));
	return 1;
}

static int get_terminal_info(lua_State *lua)
{
	struct winsize size = { 0 };
	bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col;

	lua_createtable(lua, 0, 2);
	lua_pushinteger(lua, known ? size.ws_col : -1);
	lua_setfield(lua, -2, "width");
	lua_pushinteger(lua, known ? size.ws_row : -1);
	lua_setfield(lua, -2, "height");
	return 1;
}

/* ---- the capture ---- */

static int set_filter(lua_State *lua)
{
	struct chisels *cs = all(lua);
	const char *text = luaL_checkstring(lua, 1);
	struct scap_error err = { 0 };
	struct sinsp_filter *f = sinsp_filter_new(cs->sinsp, text, &err);
	char *copy = strdup(text);

	if (!f || !copy) {
		sinsp_filter_free(f);
		free(copy);
		return luaL_error(lua, "%s", f ? "out of memory" : err.msg);
	}
	free(cs->filter_text);
	cs->filter_text = copy;
	sinsp_filter_free(cs->filter);
	cs->filter = NULL;
	if (cs->sinsp)
		cs->filter = f;
	else
		sinsp_filter_free(f);
	return 0;
}

static int set_snaplen(lua_State *lua)
{
	lua_Number n = luaL_checknumber(lua, 1);

	if (!(n >= 0 && n <= SCAP_MAX_PARAM_LEN))
		return luaL_argerror(lua, 1, "no length of a buffer");
	if ((uint32_t)n > all(lua)->snaplen)
		all(lua)->snaplen = (uint32_t)n;
	return 0;
}

/* Recordings keep what later events are understood by in any case. */
static int set_fatfile_dump_mode(lua_State *lua)
{
	(void)lua;
	return 0;
}

static int set_output_format(lua_State *lua)
{
	static const struct {
		const char *name;
		enum sinsp_buffer_mode mode;
	} rows[] = {
		{ "normal", SINSP_BUF_DOTTED }, { "json", SINSP_BUF_DOTTED },
		{ "simple", SINSP_BUF_DOTTED }, { "ascii", SINSP_BUF_ASCII },
		{ "hex", SINSP_BUF_HEX },	{ "hexascii", SINSP_BUF_HEXASCII },
		{ "base64", SINSP_BUF_BASE64 }, { "jsonbase64", SINSP_BUF_BASE64 },
	};
	struct chisels *cs = all(lua);
	const char *name = luaL_checkstring(lua, 1);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (cs->options->text.buffer == SINSP_BUF_DOTTED &&
		    cs->text.buffer != rows[i].mode) {
			cs->text.buffer = rows[i].mode;
			if (cs->sinsp && chisels_bind(cs, cs->sinsp))
				return luaL_error(lua, "out of memory");
		}
		return 0;
	}
	return luaL_argerror(lua, 1, "no output format");
}

static int end_capture(lua_State *lua)
{
	all(lua)->stop = true;
	return 0;
}

static int run_app(lua_State *lua)
{
	char *copy = strdup(luaL_checkstring(lua, 1));

	if (!copy)
		return luaL_error(lua, "out of memory");
	free(all(lua)->command);
	all(lua)->command = copy;
	return 0;
}

static int get_read_progress(lua_State *lua)
{
	struct chisels *cs = all(lua);
	struct scap_stats st = { 0 };

	if (cs->sinsp)
		scap_stats(sinsp_scap(cs->sinsp), &st);
	lua_pushnumber(lua, st.bytes_total
				    ? 100.0 * (lua_Number)st.bytes_read / (lua_Number)st.bytes_total
				    : 0);
	return 1;
}

/* ---- times: 64 bits do not fit into a number of Lua, so they travel as text ---- */

static int push_ts(lua_State *lua, uint64_t ts)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)ts);
	lua_pushstring(lua, text);
	return 1;
}

static int get_firstevent_ts(lua_State *lua)
{
	return push_ts(lua, all(lua)->first_ts);
}

static int get_lastevent_ts(lua_State *lua)
{
	return push_ts(lua, all(lua)->last_ts);
}

static int make_ts(lua_State *lua)
{
	return push_ts(lua, (uint64_t)luaL_checknumber(lua, 1) * 1000000000u +
				    (uint64_t)luaL_checknumber(lua, 2));
}

static uint64_t check_ts(lua_State *lua, int arg)
{
	return strtoull(luaL_checkstring(lua, arg), NULL, 10);
}

static int add_ts(lua_State *lua)
{
	return push_ts(lua, check_ts(lua, 1) + check_ts(lua, 2));
}

static int subtract_ts(lua_State *lua)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)(check_ts(lua, 1) - check_ts(lua, 2)));
	lua_pushstring(lua, text);
	return 1;
}

/* ---- words to the outside ---- */

static int log_line(lua_State *lua)
{
	static const char *const severities[] = { "trace",   "debug", "info",	  "notice",
						  "warning", "error", "critical", NULL };
	const struct chisel *c = chisel_of(lua);
	const char *text = luaL_checkstring(lua, 1);
	int severity = luaL_checkoption(lua, 2, "info", severities);

	if (severity >= 2 || c->all->options->internal)
		complain("chisel %s: %s: %s", c->name, severities[severity], text);
	return 0;
}

static int udp_setpeername(lua_State *lua)
{
	struct chisels *cs = all(lua);
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST },
			*found = NULL;
	int rc = getaddrinfo(luaL_checkstring(lua, 1), luaL_checkstring(lua, 2), &hints, &found);

	if (rc)
		return luaL_error(lua, "%s", gai_strerror(rc));
	if (cs->udp >= 0)
		close(cs->udp);
	cs->udp = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	rc = cs->udp < 0 || connect(cs->udp, found->ai_addr, found->ai_addrlen) < 0 ? errno : 0;
	freeaddrinfo(found);
	return rc ? luaL_error(lua, "%s", strerror(rc)) : 0;
}

/* A datagram that nobody takes is no failure. */
static int udp_send(lua_State *lua)
{
	size_t len;
	const char *text = luaL_checklstring(lua, 1, &len);

	if (all(lua)->udp < 0)
		return luaL_error(lua, "udp_setpeername() comes first");
	(void)!send(all(lua)->udp, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return 0;
}

/* ---- the files that scapula postmortem marks, too ---- */

static int sensitive(lua_State *lua)
{
	static const char *const names[] = { "read", "write", "lasting", NULL };
	static const unsigned int access[] = { STORY_READ, STORY_WRITE, STORY_LASTS };
	const char *path = luaL_checkstring(lua, 1);

	lua_pushstring(lua, story_sensitive(path, access[luaL_checkoption(lua, 2, NULL, names)]));
	return 1;
}

/* For a collector of metrics that nobody has here. */
static int push_metric(lua_State *lua)
{
	(void)lua;
	return 0;
}

const luaL_Reg chisel_api_sysdig[] = {
	{ "add_ts", add_ts },
	{ "end_capture", end_capture },
	{ "get_evtsource_name", get_evtsource_name },
	{ "get_filter", get_filter },
	{ "get_firstevent_ts", get_firstevent_ts },
	{ "get_lastevent_ts", get_lastevent_ts },
	{ "get_output_format", get_output_format },
	{ "get_read_progress", get_read_progress },
	{ "get_terminal_info", get_terminal_info },
	{ "is_live", is_live },
	{ "is_print_container_data", is_print_container_data },
	{ "is_tty", is_tty },
	{ "log", log_line },
	{ "make_ts", make_ts },
	{ "push_metric", push_metric },
	{ "run_app", run_app },
	{ "sensitive", sensitive },
	{ "set_fatfile_dump_mode", set_fatfile_dump_mode },
	{ "set_filter", set_filter },
	{ "set_output_format", set_output_format },
	{ "set_snaplen", set_snaplen },
	{ "subtract_ts", subtract_ts },
	{ "udp_send", udp_send },
	{ "udp_setpeername", udp_setpeername },
	{ NULL, NULL },
};

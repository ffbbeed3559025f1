/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What chisels print where a terminal reads it. Chisels move the cursor and set colours, and they
 * print captured bytes; both go through here, and what passes are text and the sequences that only
 * move, erase and colour. Whatever else a terminal might obey (titles, clipboards, answers, other
 * character sets) loses its first byte to a dot. Into files and pipes everything goes as it is.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "chisel_host.h"

#define MAX_SEQUENCE 24

/* A sequence may come in several pieces. One standard output, so one of these. */
static struct {
	char held[MAX_SEQUENCE]; /* the begin of a sequence or of a character */
	size_t n;
} out;

static void put_held_as_text(void)
{
	size_t i;

	for (i = 0; i < out.n; i++)
		putchar((unsigned char)out.held[i] >= 0x20 && (unsigned char)out.held[i] < 0x7f
				? out.held[i]
				: '.');
	out.n = 0;
}

static void pass_held(void)
{
	fwrite(out.held, 1, out.n, stdout);
	out.n = 0;
}

static bool is_harmless(void)
{
	char last = out.held[out.n - 1];
	size_t digits = strspn(out.held + 2, "0123456789;");

	if (out.held[2] == '?')
		return out.n == 6 && !memcmp(out.held + 3, "25", 2) && strchr("hl", last);
	return digits + 3 == out.n && strchr("ABCDEFGHJKSTfmsu", last);
}

/* One more byte of what began with ESC. */
static void continue_sequence(char c)
{
	bool ends = out.n >= 2 && c >= 0x40 && c <= 0x7e;

	out.held[out.n++] = c;
	if (out.n == 2 && c != '[')
		put_held_as_text();
	else if (ends && is_harmless())
		pass_held();
	else if (ends || out.n == MAX_SEQUENCE || c < 0x20)
		put_held_as_text();
}

static size_t length_of_character(unsigned char first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* U+0080 to U+009f are controls, too. */
static bool is_control(void)
{
	return out.n == 2 && (unsigned char)out.held[0] == 0xc2 &&
	       (unsigned char)out.held[1] < 0xa0;
}

static void continue_character(char c)
{
	out.held[out.n++] = c;
	if (out.n < length_of_character((unsigned char)out.held[0]))
		return;
	if (is_control())
		put_held_as_text();
	else
		pass_held();
}

static void put_byte(char c)
{
	unsigned char u = (unsigned char)c;

	if (out.n && out.held[0] == '\033') {
		continue_sequence(c);
		return;
	}
	if (out.n && (u & 0xc0) == 0x80) {
		continue_character(c);
		return;
	}
	put_held_as_text();
	if (c == '\033' || length_of_character(u))
		out.held[out.n++] = c;
	else
		putchar((u >= 0x20 && u < 0x7f) || (c && strchr("\n\r\t", c)) ? c : '.');
}

static void put_filtered(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		put_byte(s[i]);
}

/* ---- in place of Lua's own ---- */

static int print(lua_State *lua)
{
	int i, n = lua_gettop(lua);
	const char *s;
	size_t len;

	for (i = 1; i <= n; i++) {
		lua_getglobal(lua, "tostring");
		lua_pushvalue(lua, i);
		lua_call(lua, 1, 1);
		s = lua_tolstring(lua, -1, &len);
		if (!s)
			return luaL_error(lua, "'tostring' must return a string to 'print'");
		if (i > 1)
			put_filtered("\t", 1);
		put_filtered(s, len);
		lua_pop(lua, 1);
	}
	put_filtered("\n", 1);
	return 0;
}

static int write_from(lua_State *lua, int first)
{
	int i, n = lua_gettop(lua);
	const char *s;
	size_t len;

	for (i = first; i <= n; i++) {
		s = luaL_checklstring(lua, i, &len);
		put_filtered(s, len);
	}
	return 0;
}

/* Is the file at @index of the stack the standard output? */
static bool is_stdout(lua_State *lua, int index)
{
	FILE **f = lua_touserdata(lua, index);

	return f && *f == stdout;
}

/* file:write(); its upvalue is Lua's own. */
static int file_write(lua_State *lua)
{
	if (lua_isuserdata(lua, 1) && is_stdout(lua, 1)) {
		write_from(lua, 2);
		lua_pushvalue(lua, 1);
		return 1;
	}
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
	return lua_gettop(lua);
}

/* io.write(): to the file that io.output() names. */
static int io_write(lua_State *lua)
{
	int n = lua_gettop(lua);

	lua_getglobal(lua, "io");
	lua_getfield(lua, -1, "output");
	lua_remove(lua, -2);
	lua_call(lua, 0, 1);
	lua_insert(lua, 1);
	if (is_stdout(lua, 1)) {
		write_from(lua, 2);
		lua_settop(lua, 1);
		return 1;
	}
	lua_getfield(lua, 1, "write");
	lua_insert(lua, 1);
	lua_call(lua, n + 1, LUA_MULTRET);
	return lua_gettop(lua);
}

void chisel_terminal_add(lua_State *lua)
{
	if (!isatty(STDOUT_FILENO))
		return;
	lua_pushcfunction(lua, print);
	lua_setglobal(lua, "print");
	lua_getglobal(lua, "io");
	lua_pushcfunction(lua, io_write);
	lua_setfield(lua, -2, "write");
	lua_getfield(lua, -1, "stdout");
	lua_getmetatable(lua, -1);
	lua_getfield(lua, -1, "__index");
	lua_getfield(lua, -1, "write");
	lua_pushcclosure(lua, file_write, 1);
	lua_setfield(lua, -2, "write");
	lua_pop(lua, 4);
}

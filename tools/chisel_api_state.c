/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a chisel is told of the state as it is: the machine, threads with their descriptors,
 * containers. All text comes through fields, which make it printable and name things as elsewhere;
 * they are asked about an event that never was: a read, by the thread, of the descriptor.
 */
#include <string.h>

#include "chisel_host.h"

/* ---- an event to ask fields about ---- */

struct pretended {
	struct sinsp_event ev;
	uint8_t record[128];
};

static bool pretend(struct pretended *p, const struct chisels *cs)
{
	uint64_t zero = 0;
	struct scap_param params[] = { { &zero, 8 }, { "", 0 }, { &zero, 8 }, { &zero, 4 } };
	int64_t len;

	memset(p, 0, sizeof(*p));
	len = scap_event_encode(p->record, sizeof(p->record), SCAP_EVT_SYSCALL_READ_X, cs->last_ts,
				UINT64_MAX, params, 4);
	return len >= 0 && scap_event_decode(&p->ev.raw, p->record, (size_t)len) == 0;
}

enum ask {
	ASK_NAME,
	ASK_TYPE,
	ASK_CIP,
	ASK_SIP,
	ASK_CPORT,
	ASK_SPORT,
	ASK_L4PROTO,
	ASK_SERVER,
	ASK_USER,
	ASK_COMM,
	ASK_EXE,
	ASK_CONTAINER_ID,
	ASK_CONTAINER_NAME,
	ASK_CONTAINER_IMAGE,
	ASK_CONTAINER_TYPE,
	ASK_MAX,
};

static const char *const field_names[ASK_MAX] = {
	[ASK_NAME] = "fd.name",
	[ASK_TYPE] = "fd.type",
	[ASK_CIP] = "fd.cip",
	[ASK_SIP] = "fd.sip",
	[ASK_CPORT] = "fd.cport",
	[ASK_SPORT] = "fd.sport",
	[ASK_L4PROTO] = "fd.l4proto",
	[ASK_SERVER] = "fd.is_server",
	[ASK_USER] = "user.name",
	[ASK_COMM] = "proc.name",
	[ASK_EXE] = "proc.exe",
	[ASK_CONTAINER_ID] = "container.id",
	[ASK_CONTAINER_NAME] = "container.name",
	[ASK_CONTAINER_IMAGE] = "container.image",
	[ASK_CONTAINER_TYPE] = "container.type",
};

/* One listing of the state. It lives in a userdata, so that an error of Lua frees what it has. */
struct listing {
	lua_State *lua;
	struct chisels *cs;
	struct pretended p;
	struct sinsp_filter *filter;
	struct sinsp_getter *fields[ASK_MAX];
	struct sinsp_text text;
	bool fds, details;
	bool any;      /* a descriptor of the thread passed the filter */
	int container; /* number of the one listed last */
};

static int free_listing(lua_State *lua)
{
	struct listing *l = lua_touserdata(lua, 1);
	size_t i;

	for (i = 0; i < ASK_MAX; i++)
		sinsp_getter_free(l->fields[i]);
	sinsp_filter_free(l->filter);
	sinsp_text_free(&l->text);
	return 0;
}

static struct listing *new_listing(lua_State *lua, const char *filter)
{
	struct chisels *cs = chisel_of(lua)->all;
	struct listing *l = lua_newuserdata(lua, sizeof(*l));
	struct scap_error err = { 0 };
	size_t i;

	memset(l, 0, sizeof(*l));
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, free_listing);
	lua_setfield(lua, -2, "__gc");
	lua_setmetatable(lua, -2);
	l->lua = lua;
	l->cs = cs;
	if (!cs->sinsp)
		luaL_error(lua, "nothing is known before on_capture_start()");
	if (!pretend(&l->p, cs))
		luaL_error(lua, "out of memory");
	if (filter && *filter && !(l->filter = sinsp_filter_new(cs->sinsp, filter, &err)))
		luaL_error(lua, "%s", err.msg);
	for (i = 0; i < ASK_MAX; i++) {
		l->fields[i] = sinsp_getter_new(cs->sinsp, field_names[i], &cs->text, &err);
		if (!l->fields[i])
			luaL_error(lua, "%s", err.msg);
	}
	return l;
}

/* Into the table on top of the stack. */
static void set_number(struct listing *l, const char *key, double n)
{
	lua_pushnumber(l->lua, n);
	lua_setfield(l->lua, -2, key);
}

static void set_string(struct listing *l, const char *key, const char *s)
{
	lua_pushstring(l->lua, s);
	lua_setfield(l->lua, -2, key);
}

static void set_field(struct listing *l, const char *key, enum ask a, const char *absent)
{
	struct sinsp_answer v;

	if (!sinsp_getter_run(l->fields[a], &l->p.ev, &v)) {
		if (absent)
			set_string(l, key, absent);
		return;
	}
	switch (v.kind) {
	case SINSP_ANSWER_TEXT:
	case SINSP_ANSWER_BYTES:
		lua_pushlstring(l->lua, v.text.ptr, v.text.len);
		break;
	case SINSP_ANSWER_BOOL:
		lua_pushboolean(l->lua, v.b);
		break;
	case SINSP_ANSWER_INT:
		lua_pushnumber(l->lua, (lua_Number)v.i);
		break;
	case SINSP_ANSWER_UINT:
		lua_pushnumber(l->lua, (lua_Number)v.u);
		break;
	case SINSP_ANSWER_DOUBLE:
		lua_pushnumber(l->lua, v.d);
		break;
	}
	lua_setfield(l->lua, -2, key);
}

/* ---- descriptors ---- */

static bool is_inet(const struct sinsp_fd *fd)
{
	return fd->type >= SCAP_FD_IPV4_SOCK && fd->type <= SCAP_FD_IPV6_SERVSOCK;
}

/* Into the table on top of the stack, under its number. */
static bool add_fd(struct sinsp_fd *fd, void *arg)
{
	struct listing *l = arg;

	l->p.ev.fd = fd;
	l->p.ev.fd_num = fd->num;
	l->p.ev.has_fd = true;
	if (l->filter && !sinsp_filter_run(l->filter, &l->p.ev))
		return true;
	l->any = true;
	if (!l->fds)
		return l->filter == NULL;
	lua_createtable(l->lua, 0, l->details ? 8 : 0);
	if (l->details) {
		set_field(l, "name", ASK_NAME, "");
		set_field(l, "type", ASK_TYPE, "<NA>");
		if (is_inet(fd)) {
			set_field(l, "cip", ASK_CIP, NULL);
			set_field(l, "sip", ASK_SIP, NULL);
			set_field(l, "cport", ASK_CPORT, NULL);
			set_field(l, "sport", ASK_SPORT, NULL);
			set_field(l, "l4proto", ASK_L4PROTO, "<NA>");
			set_field(l, "is_server", ASK_SERVER, NULL);
		}
	}
	lua_rawseti(l->lua, -2, (int)fd->num);
	return true;
}

/* ---- threads ---- */

static void set_list(struct listing *l, const char *key, struct scap_bytes list)
{
	const char *p = list.ptr, *end = p + list.len;
	int i = 0;
	size_t n;

	lua_newtable(l->lua);
	for (; p < end; p += n + 1) {
		n = strnlen(p, (size_t)(end - p));
		sinsp_text_clear(&l->text);
		sinsp_text_add_printable(&l->text, p, n);
		lua_pushlstring(l->lua, l->text.ptr ? l->text.ptr : "", l->text.len);
		lua_rawseti(l->lua, -2, ++i);
	}
	lua_setfield(l->lua, -2, key);
}

static void add_details(struct listing *l, const struct sinsp_thread *t)
{
	static const struct {
		const char *key;
		size_t at;
	} sizes[] = {
		{ "flags", offsetof(struct sinsp_thread, flags) },
		{ "gid", offsetof(struct sinsp_thread, gid) },
		{ "uid", offsetof(struct sinsp_thread, uid) },
		{ "vmsize_kb", offsetof(struct sinsp_thread, vmsize_kb) },
		{ "vmrss_kb", offsetof(struct sinsp_thread, vmrss_kb) },
		{ "vmswap_kb", offsetof(struct sinsp_thread, vmswap_kb) },
	};
	uint32_t n;
	size_t i;

	set_field(l, "comm", ASK_COMM, "");
	set_field(l, "exe", ASK_EXE, "");
	set_field(l, "username", ASK_USER, "<NA>");
	set_field(l, "container", ASK_CONTAINER_ID, "host");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memcpy(&n, (const char *)t + sizes[i].at, sizeof(n));
		set_number(l, sizes[i].key, n);
	}
	set_number(l, "ptid", (double)t->ptid);
	set_number(l, "fdlimit", (double)(uint32_t)t->fdlimit);
	set_number(l, "nchilds", t->nthreads > 1 ? t->nthreads - 1 : 0);
	set_number(l, "pfmajor", (double)t->pfmajor);
	set_number(l, "pfminor", (double)t->pfminor);
	sinsp_text_clear(&l->text);
	sinsp_text_printf(&l->text, "%llu", (unsigned long long)t->clone_ts);
	set_string(l, "clone_ts", l->text.ptr);
	set_list(l, "args", t->args);
	set_list(l, "env", t->env);
}

/* Of a thread whose descriptors the filter all refuses nothing is left on the stack. */
static bool add_thread(struct sinsp_thread *t, void *arg)
{
	struct listing *l = arg;

	if (t->dead)
		return true;
	l->p.ev.thread = t;
	l->any = false;
	lua_newtable(l->lua);
	lua_newtable(l->lua);
	sinsp_each_fd(t, add_fd, l);
	if (l->filter && !l->any) {
		lua_pop(l->lua, 2);
		return true;
	}
	lua_setfield(l->lua, -2, "fdtable");
	l->p.ev.fd = NULL;
	set_number(l, "tid", (double)t->tid);
	set_number(l, "pid", (double)(t->pid < 0 ? t->tid : t->pid));
	if (l->details)
		add_details(l, t);
	lua_rawseti(l->lua, -2, (int)t->tid);
	return true;
}

static int thread_table(lua_State *lua, bool details, bool fds)
{
	struct listing *l = new_listing(lua, luaL_optstring(lua, 1, NULL));

	l->details = details;
	l->fds = fds;
	lua_newtable(lua);
	sinsp_each_thread(l->cs->sinsp, add_thread, l);
	return 1;
}

static int get_thread_table(lua_State *lua)
{
	return thread_table(lua, true, true);
}

static int get_thread_table_nofds(lua_State *lua)
{
	return thread_table(lua, true, false);
}

static int get_thread_table_barebone(lua_State *lua)
{
	return thread_table(lua, false, true);
}

static int get_thread_table_barebone_nofds(lua_State *lua)
{
	return thread_table(lua, false, false);
}

/* ---- containers ---- */

static bool add_container(struct sinsp_container *c, void *arg)
{
	struct listing *l = arg;
	struct sinsp_thread inside = { .container = c, .comm = "", .exe = "" };

	l->p.ev.thread = &inside;
	lua_createtable(l->lua, 0, 4);
	set_field(l, "id", ASK_CONTAINER_ID, "");
	/* where the name is not known the id stands for it, as in evt.field() */
	set_field(l, "name", ASK_CONTAINER_ID, "");
	set_field(l, "name", ASK_CONTAINER_NAME, NULL);
	set_field(l, "image", ASK_CONTAINER_IMAGE, "");
	set_field(l, "type", ASK_CONTAINER_TYPE, "");
	if (c->ended) {
		lua_pushinteger(l->lua, (lua_Integer)c->exit_code);
		lua_setfield(l->lua, -2, "exit_code");
	}
	if (c->oom_kills) {
		lua_pushinteger(l->lua, (lua_Integer)c->oom_kills);
		lua_setfield(l->lua, -2, "oom_kills");
	}
	lua_rawseti(l->lua, -2, ++l->container);
	return true;
}

static int get_container_table(lua_State *lua)
{
	struct listing *l = new_listing(lua, NULL);

	lua_newtable(lua);
	sinsp_each_container(l->cs->sinsp, add_container, l);
	return 1;
}

/* ---- the machine ---- */

static int get_machine_info(lua_State *lua)
{
	struct chisels *cs = chisel_of(lua)->all;
	const struct scap_machine *m;

	if (!cs->sinsp)
		return luaL_error(lua, "nothing is known before on_capture_start()");
	m = sinsp_machine(cs->sinsp);
	lua_createtable(lua, 0, 4);
	lua_pushnumber(lua, m->num_cpus);
	lua_setfield(lua, -2, "num_cpus");
	lua_pushnumber(lua, (lua_Number)m->memory_bytes);
	lua_setfield(lua, -2, "memory_size_bytes");
	lua_pushnumber(lua, 0); /* no capture says it */
	lua_setfield(lua, -2, "max_pid");
	lua_pushstring(lua, m->hostname);
	lua_setfield(lua, -2, "hostname");
	return 1;
}

const luaL_Reg chisel_api_state[] = {
	{ "get_container_table", get_container_table },
	{ "get_machine_info", get_machine_info },
	{ "get_thread_table", get_thread_table },
	{ "get_thread_table_barebone", get_thread_table_barebone },
	{ "get_thread_table_barebone_nofds", get_thread_table_barebone_nofds },
	{ "get_thread_table_nofds", get_thread_table_nofds },
	{ NULL, NULL },
};

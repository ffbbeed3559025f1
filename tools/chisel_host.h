/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the chisels' host share: chisel_*.c. */
#ifndef TOOLS_CHISEL_HOST_H
#define TOOLS_CHISEL_HOST_H

#include <sys/queue.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "chisel.h"

/* A handle of request_field() is its place in the list, from 1. */
struct chisel_field {
	char *text;
	struct sinsp_getter *getter; /* NULL while no capture is open */
	bool is_container_name, is_latency;
	bool is_special;						     /* any of these, or: */
	enum chisel_cpu_part { NOT_CPU, CPU_ALL, CPU_USER, CPU_SYSTEM } cpu; /* thread.cpu */
};

struct chisel {
	TAILQ_ENTRY(chisel) link;
	struct chisels *all;
	char *name;
	lua_State *lua;
	char **values; /* of its arguments, in their order */
	size_t n_values;
	size_t n_args, n_required; /* as the script declares them */
	bool takes_filter;	   /* its only argument is one */
	const char *form;	   /* of its output, if its own words say it: "json", "csv" */

	struct chisel_field *fields;
	size_t n_fields;
	char *filter_text, *format_text; /* or NULL */
	bool wants_procinfo;		 /* its filter names these events, which are hidden */
	struct sinsp_filter *filter;
	struct sinsp_format *format;

	uint64_t interval;	 /* nanoseconds, 0: none */
	bool precise;		 /* one call for every interval that has passed */
	uint64_t next, previous; /* time of the next call, and of the last one; 0: none yet */
	int on_event, on_interval, on_loss; /* references of the functions, LUA_NOREF: none */

	char *instead; /* chisel.exec(): the chisel that takes its place */
	char **instead_values;
	size_t n_instead_values;
	bool over; /* it failed, or said that it is done */
};

TAILQ_HEAD(chisel_list, chisel);

struct chisels {
	struct chisel_list list;
	const struct options *options;
	struct sinsp_format_options text;
	struct sinsp *sinsp;		  /* NULL while no capture is open */
	const char *file;		  /* that is read, NULL: live */
	const struct sinsp_event *ev;	  /* on_event() is about it, NULL outside */
	struct sinsp_filter *user_filter; /* or NULL; not ours */
	char *filter_text;		  /* sysdig.set_filter() */
	struct sinsp_filter *filter;
	struct sinsp_getter *type, *container_id;
	uint64_t first_ts, last_ts; /* of the events so far */
	uint32_t snaplen;
	struct sinsp_text line;		  /* that a format makes */
	struct chisel_cpu *cpu;		  /* NULL: no chisel wants procinfo events */
	double cpu_user, cpu_system;	  /* percent, of the procinfo event */
	char *command;			  /* sysdig.run_app() */
	int udp;			  /* socket, -1: none */
	uint64_t latencies, no_latencies; /* asked for, and known or not */
	bool stop;			  /* sysdig.end_capture() */
	bool failed;
};

/* ---- chisel_path.c ---- */

/* The folders that chisels and their libraries are looked for in, first one first. NULL ends the
 * list; free it with chisel_dirs_free(). NULL: no memory. */
char **chisel_dirs(void);
void chisel_dirs_free(char **dirs);

/* The file of a chisel: malloc()ed; NULL: there is none. A name with a slash is a file itself. */
char *chisel_find(const char *name);

/* ---- chisel_script.c ---- */

/* Has complained when it returns other than 0. */
int chisel_load(struct chisel *c, const char *name);
void chisel_unload(struct chisel *c);
/* Calls the function that lies below @nargs arguments on the stack. Returns 0 with @nresults on
 * the stack, or complains, ends the chisel and returns other than 0. */
int chisel_call(struct chisel *c, int nargs, int nresults);
int chisel_fail(struct chisel *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The global function @name on the stack; false, and nothing, where there is none. */
bool chisel_push_callback(struct chisel *c, const char *name);

/* A state with the script of @path loaded and run, for its description only: it can do no more
 * than compute. NULL and @why (malloc()ed) if that fails. */
lua_State *chisel_describe(const char *path, char **why);
/*
 * What it says of itself, pushed: a global, or what the table at the top holds. Metatables of the
 * script are passed by: their functions would run here unprotected, or without end.
 */
void chisel_get_global(lua_State *lua, const char *name);
void chisel_get_field(lua_State *lua, const char *name);

/* ---- chisel_words.c ---- */

/* "name words": the words become values. Returns the name, malloc()ed; NULL: no memory. */
char *chisel_take_name(struct chisel *c, const char *text);
/* Splits at blanks; '...' and `...` hold one value together. Returns 0 or -ENOMEM. */
int chisel_split(const char *text, char ***values, size_t *n);
void chisel_values_free(char **values, size_t n);
int chisel_take_words(struct chisel *c, int argc, char **argv, int *next);
/* Hands the values to on_set_arg(). Has complained when it returns other than 0. */
int chisel_set_args(struct chisel *c);

/* ---- chisel_watch.c: a call that does not come back is broken off ---- */

void chisel_watch_begin(lua_State *lua);
void chisel_watch_end(lua_State *lua);

/* ---- chisel_bind.c: the fields, filters and formats of the chisels for one capture ---- */

int chisels_bind(struct chisels *cs, struct sinsp *s);
void chisels_unbind(struct chisels *cs);

/* ---- chisel_cpu.c: the share of the CPU, of procinfo events ---- */

struct chisel_cpu *chisel_cpu_new(void);
void chisel_cpu_free(struct chisel_cpu *cpu);
/* @ev is one of the capture's own. False: no memory to know what it says. */
bool chisel_cpu_recorded(struct chisels *cs, const struct sinsp_event *ev);
/* It is @ts: gives the events that this second has. */
void chisel_cpu_time(struct chisels *cs, uint64_t ts,
		     void (*give)(struct chisels *cs, const struct sinsp_event *ev));

/* ---- what the scripts see ---- */

void chisel_api_add(struct chisel *c);	  /* chisel_api.c: the tables */
void chisel_terminal_add(lua_State *lua); /* chisel_terminal.c: print and io.write */
/* The chisel of a C function that was registered with it. */
static inline struct chisel *chisel_of(lua_State *lua)
{
	return lua_touserdata(lua, lua_upvalueindex(1));
}

extern const luaL_Reg chisel_api_chisel[], chisel_api_sysdig[], chisel_api_state[],
	chisel_api_evt[];

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of events, flags and system calls, made from the rows in driver/uapi. Everything here
 * is constant data; the three functions only check the index.
 */
#include "table.h"

/* ---- names of flags, and the types that dynamic parameters may have ---- */

#define FLAG_TABLE(t)	    static const struct scap_flag_name flags_##t[] = {
#define FLAG(t, n, v)	    { #n, v },
#define FLAG_AS(t, e, n, v) { n, v },
#define FLAG_TABLE_END(t) \
	{                 \
		NULL, 0   \
	}                 \
	}                 \
	;
#define DYN_TABLE(t)	     static const struct scap_dyn_type dyn_##t[] = {
#define DYN_TYPE(t, ty, fmt) { PT_##ty, PF_##fmt },
#define DYN_TABLE_END(t)   \
	{                  \
		PT_NONE, 0 \
	}                  \
	}                  \
	;
#include "flags.def"

/* ---- parameters: one array an event ---- */

#define PARAM(n, t, f, ...)                                                               \
	{                                                                                 \
		.name = #n, .name_len = sizeof(#n) - 1, .type = PT_##t, .format = PF_##f, \
		__VA_ARGS__                                                               \
	}
#define P(n, t, f)	      PARAM(n, t, f, .dirfd = -1)
#define P_SINCE(s, n, t, f)   PARAM(n, t, f, .dirfd = -1, .since = (s))
#define P_FLAGS(n, t, f, tab) PARAM(n, t, f, .dirfd = -1, .flags = flags_##tab)
#define P_FLAGS_SINCE(s, n, t, f, tab) \
	PARAM(n, t, f, .dirfd = -1, .since = (s), .flags = flags_##tab)
#define P_DYN(n, f, tab) PARAM(n, DYN, f, .dirfd = -1, .dyn = dyn_##tab)
#define P_AT(n, at)	 PARAM(n, FSRELPATH, NA, .dirfd = (at))
#define EVENT(nr, e, name, cat, fl, since, filler, ...) \
	static const struct scap_param_info params_##e[] = { __VA_ARGS__ };
#define EVENT0(...)
#include "events.def"

/* ---- events ---- */

#define ROW(nr, e, n, cat, fl, s, np, ps) \
	[nr] = { .name = n,               \
		 .enumerator = #e,        \
		 .category = (cat),       \
		 .flags = (fl),           \
		 .since = (s),            \
		 .nparams = np,           \
		 .params = ps },
#define EVENT(nr, e, n, cat, fl, s, filler, ...) \
	ROW(nr, e, n, cat, fl, s, sizeof(params_##e) / sizeof(params_##e[0]), params_##e)
#define EVENT0(nr, e, n, cat, fl, s, filler) ROW(nr, e, n, cat, fl, s, 0, NULL)

const struct scap_event_info scap_events[] = {
#include "events.def"
};

#define EVENT(nr, e, n, cat, fl, s, filler, ...) \
	_Static_assert(sizeof(params_##e) / sizeof(params_##e[0]) <= SCAP_MAX_PARAMS, #e);
#define EVENT0(...)
#include "events.def"

_Static_assert(sizeof(scap_events) / sizeof(scap_events[0]) == SCAP_EVT_MAX,
	       "the event table has no end");

const struct scap_event_info *scap_event_info(uint16_t type)
{
	return event_row(type);
}

/* ---- system calls ---- */

#define SYSCALL_CODE(nr, n) [nr] = #n,

static const char *const syscall_names[SCAP_SC_MAX] = {
#include "syscall_codes.def"
};

const char *scap_syscall_name(uint16_t code)
{
	return code < SCAP_SC_MAX ? syscall_names[code] : NULL;
}

#define SCAP_EVT_NONE 0 /* type 0 is an entry that no driver makes any more */
#define SYSCALL(nr, n, c, f, in, out)    \
	[nr] = { .name = #n,             \
		 .code = (c),            \
		 .flags = (f),           \
		 .enter = SCAP_EVT_##in, \
		 .exit = SCAP_EVT_##out },

static const struct scap_syscall_info syscalls[512] = {
#include "syscalls.def"
};

const struct scap_syscall_info *scap_syscall_info(unsigned int nr)
{
	if (nr >= sizeof(syscalls) / sizeof(syscalls[0]) || !syscalls[nr].name)
		return NULL;
	return &syscalls[nr];
}

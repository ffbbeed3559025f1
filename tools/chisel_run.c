/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of chisels in a run: arguments, on_init(), and for each capture on_capture_start(),
 * on_event() and on_interval(), on_capture_end().
 *
 * What an event costs a chisel that does not want it: a comparison with the time of its next
 * interval, and its filter.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chisel_host.h"
#include "complain.h"
#include "options.h"

#define MAX_REPLACED 8		  /* a chisel that takes the place of another may do the same */
#define OUTPUT_BYTES (256u << 10) /* written at once into files and pipes */
#define MAX_STEPS    100000	  /* calls of on_interval() for one event */

struct chisels *chisels_new(void)
{
	struct chisels *cs = calloc(1, sizeof(*cs));

	if (cs) {
		TAILQ_INIT(&cs->list);
		cs->udp = -1;
	}
	return cs;
}

static void free_chisel(struct chisel *c)
{
	chisel_unload(c);
	chisel_values_free(c->values, c->n_values);
	chisel_values_free(c->instead_values, c->n_instead_values);
	free(c->instead);
	free(c->name);
	free(c);
}

void chisels_free(struct chisels *cs)
{
	struct chisel *c;

	if (!cs)
		return;
	while ((c = TAILQ_FIRST(&cs->list))) {
		TAILQ_REMOVE(&cs->list, c, link);
		free_chisel(c);
	}
	if (cs->udp >= 0)
		close(cs->udp);
	sinsp_filter_free(cs->filter);
	sinsp_getter_free(cs->type);
	sinsp_getter_free(cs->container_id);
	sinsp_text_free(&cs->line);
	chisel_cpu_free(cs->cpu);
	free(cs->filter_text);
	free(cs->command);
	free(cs);
}

int chisels_add(struct chisels *cs, const char *name, int argc, char **argv, int *next)
{
	struct chisel *c = calloc(1, sizeof(*c));
	char *own;
	int rc;

	if (!c)
		return complain("out of memory");
	c->all = cs;
	c->on_event = c->on_interval = c->on_loss = LUA_NOREF;
	TAILQ_INSERT_TAIL(&cs->list, c, link);
	own = chisel_take_name(c, name);
	if (!own)
		return complain("out of memory");
	rc = chisel_load(c, own);
	free(own);
	return rc ? EXIT_FAILURE : chisel_take_words(c, argc, argv, next);
}

uint32_t chisels_snaplen(const struct chisels *cs)
{
	return cs->snaplen;
}

/* ---- callbacks ---- */

/* Calls the function below @nargs arguments. False: it failed, or returned something false. */
static bool call_for_true(struct chisel *c, int nargs)
{
	bool ok;

	if (chisel_call(c, nargs, 1))
		return false;
	ok = lua_toboolean(c->lua, -1);
	lua_pop(c->lua, 1);
	return ok;
}

/* A callback without arguments that may be missing, and must return true. */
static bool prepare(struct chisel *c, const char *name)
{
	if (!chisel_push_callback(c, name) || call_for_true(c, 0))
		return true;
	if (!c->over)
		chisel_fail(c, "its %s() did not return true", name);
	return false;
}

static void push_time(struct chisel *c, uint64_t ts, uint64_t delta)
{
	lua_pushnumber(c->lua, (lua_Number)(ts / 1000000000));
	lua_pushnumber(c->lua, (lua_Number)(ts % 1000000000));
	lua_pushnumber(c->lua, (lua_Number)delta);
}

/* ---- beginning ---- */

static bool replace(struct chisel *c)
{
	char *name = c->instead;

	chisel_unload(c);
	chisel_values_free(c->values, c->n_values);
	c->values = c->instead_values;
	c->n_values = c->n_instead_values;
	c->instead = NULL;
	c->instead_values = NULL;
	c->n_instead_values = 0;
	if (chisel_load(c, name)) {
		c->over = c->all->failed = true;
		free(name);
		return false;
	}
	free(name);
	return true;
}

static bool init(struct chisel *c)
{
	int i;

	for (i = 0; i < MAX_REPLACED; i++) {
		if (chisel_set_args(c) || !prepare(c, "on_init"))
			return false;
		if (!c->instead)
			return true;
		if (!replace(c))
			return false;
	}
	chisel_fail(c, "replaces itself without end");
	return false;
}

int chisels_init(struct chisels *cs, const struct options *o)
{
	struct chisel *c;

	cs->options = o;
	cs->text = o->text;
	cs->text.verbose = true; /* nothing is cut for a program */
	if (o->unbuffered)
		setvbuf(stdout, NULL, _IOLBF, 0);
	else if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, NULL, _IOFBF, OUTPUT_BYTES);
	TAILQ_FOREACH (c, &cs->list, link) {
		if (!init(c))
			return EXIT_FAILURE;
		if (chisel_push_callback(c, "on_event"))
			c->on_event = luaL_ref(c->lua, LUA_REGISTRYINDEX);
		if (chisel_push_callback(c, "on_interval"))
			c->on_interval = luaL_ref(c->lua, LUA_REGISTRYINDEX);
		if (chisel_push_callback(c, "on_loss"))
			c->on_loss = luaL_ref(c->lua, LUA_REGISTRYINDEX);
	}
	return 0;
}

int chisels_open(struct chisels *cs, struct sinsp *s, const char *file, struct sinsp_filter *filter)
{
	struct chisel *c;

	cs->file = file;
	cs->user_filter = filter;
	cs->first_ts = cs->last_ts = 0;
	cs->latencies = cs->no_latencies = 0;
	cs->stop = false;
	if (chisels_bind(cs, s))
		return EXIT_FAILURE;
	chisel_cpu_free(cs->cpu);
	cs->cpu = NULL;
	TAILQ_FOREACH (c, &cs->list, link) {
		if (c->wants_procinfo && !cs->cpu && !(cs->cpu = chisel_cpu_new()))
			return complain("out of memory");
		c->next = c->previous = 0;
		if (!c->over && !prepare(c, "on_capture_start"))
			return EXIT_FAILURE;
	}
	return 0;
}

/* ---- intervals ---- */

static void call_interval(struct chisel *c, uint64_t ts, uint64_t delta)
{
	lua_rawgeti(c->lua, LUA_REGISTRYINDEX, c->on_interval);
	push_time(c, ts, delta);
	if (!call_for_true(c, 3) && !c->over)
		chisel_fail(c, "its on_interval() did not return true");
}

/* A leap in time is not made up for step by step; a forged time may lie at the end of all. */
static void catch_up(struct chisel *c, uint64_t ts)
{
	unsigned int steps = 0;

	while (ts >= c->next && !c->over) {
		if (++steps > MAX_STEPS)
			c->next += (ts - c->next) / c->interval * c->interval;
		call_interval(c, c->next, c->interval);
		c->next = c->next > UINT64_MAX - c->interval ? UINT64_MAX : c->next + c->interval;
		if (c->next == UINT64_MAX)
			break;
	}
}

/*
 * Intervals are counted from the epoch on, or in precise mode from the first event. Time may go
 * backwards: then nothing happens until it is where it was.
 */
static void interval(struct chisel *c, uint64_t ts)
{
	if (c->next == 0) {
		c->next = c->precise ? ts : (ts / c->interval + 1) * c->interval;
		return;
	}
	if (c->precise) {
		catch_up(c, ts);
		return;
	}
	c->next = (ts / c->interval + 1) * c->interval;
	call_interval(c, ts, c->previous ? ts - c->previous : 0);
	c->previous = ts;
}

/* ---- events ---- */

static bool matches(const struct chisel *c, const struct sinsp_event *ev)
{
	return (!c->all->filter || sinsp_filter_run(c->all->filter, ev)) &&
	       (!c->filter || sinsp_filter_run(c->filter, ev));
}

static void print_line(struct chisel *c, const struct sinsp_event *ev)
{
	struct sinsp_text *line = &c->all->line;

	sinsp_text_clear(line);
	if (!sinsp_format_event(c->format, ev, line))
		return;
	sinsp_text_add(line, "\n", 1);
	if (!line->failed)
		fwrite(line->ptr, 1, line->len, stdout);
}

static void event(struct chisel *c, const struct sinsp_event *ev)
{
	bool wanted = true;

	if (c->on_event != LUA_NOREF) {
		lua_rawgeti(c->lua, LUA_REGISTRYINDEX, c->on_event);
		wanted = call_for_true(c, 0);
	}
	if (wanted && c->format)
		print_line(c, ev);
}

/* Events are missing before @ev. Filters do not matter: what was lost might have passed them. */
static void losses(struct chisels *cs, const struct sinsp_event *ev)
{
	struct scap_loss loss;
	struct chisel *c;
	size_t len;
	const void *item = scap_event_item(&ev->raw, SCAP_ITEM_LOSS, &len);

	if (!item || len < sizeof(loss))
		return;
	memcpy(&loss, item, sizeof(loss));
	cs->ev = ev;
	TAILQ_FOREACH (c, &cs->list, link) {
		if (c->over || c->on_loss == LUA_NOREF)
			continue;
		lua_rawgeti(c->lua, LUA_REGISTRYINDEX, c->on_loss);
		lua_pushnumber(c->lua, (lua_Number)(loss.buffer + loss.fault + loss.busy));
		lua_pushinteger(c->lua, ev->raw.cpu);
		lua_pushnumber(c->lua, (lua_Number)(loss.from / 1000000000));
		lua_pushnumber(c->lua, (lua_Number)(loss.from % 1000000000));
		chisel_call(c, 4, 0);
	}
	cs->ev = NULL;
}

static bool goes_on(const struct chisels *cs)
{
	const struct chisel *c;

	if (cs->stop || ferror_unlocked(stdout))
		return false;
	if (!cs->failed)
		return true;
	TAILQ_FOREACH (c, &cs->list, link)
		if (!c->over)
			return true;
	return cs->options->output != NULL;
}

static void give_procinfo(struct chisels *cs, const struct sinsp_event *ev)
{
	struct chisel *c;

	if (cs->user_filter && !sinsp_filter_run(cs->user_filter, ev))
		return;
	cs->ev = ev;
	TAILQ_FOREACH (c, &cs->list, link)
		if (!c->over && c->wants_procinfo && matches(c, ev))
			event(c, ev);
	cs->ev = NULL;
}

bool chisels_hidden(struct chisels *cs, const struct sinsp_event *ev)
{
	if (ev->raw.items_len)
		losses(cs, ev);
	if (cs->cpu && ev->raw.hdr->type == SCAP_EVT_PROCINFO_E && chisel_cpu_recorded(cs, ev))
		give_procinfo(cs, ev);
	return goes_on(cs);
}

bool chisels_event(struct chisels *cs, const struct sinsp_event *ev, bool user_matches)
{
	uint64_t ts = ev->raw.hdr->ts;
	struct chisel *c;

	if (ev->raw.items_len)
		losses(cs, ev);
	if (cs->cpu)
		chisel_cpu_time(cs, ts, give_procinfo);
	if (!cs->first_ts)
		cs->first_ts = ts;
	cs->last_ts = ts;
	TAILQ_FOREACH (c, &cs->list, link) {
		if (c->over)
			continue;
		cs->ev = ev;
		if (c->interval && ts >= c->next && c->on_interval != LUA_NOREF)
			interval(c, ts);
		if (user_matches && !c->over && matches(c, ev))
			event(c, ev);
	}
	cs->ev = NULL;
	return goes_on(cs);
}

bool chisels_idle(struct chisels *cs)
{
	struct timespec now;
	struct chisel *c;
	uint64_t ts;

	clock_gettime(CLOCK_REALTIME, &now);
	ts = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	TAILQ_FOREACH (c, &cs->list, link)
		if (!c->over && c->next && ts >= c->next && c->on_interval != LUA_NOREF)
			interval(c, ts);
	fflush(stdout);
	return goes_on(cs);
}

/* ---- the end ---- */

int chisels_close(struct chisels *cs)
{
	struct chisel *c;

	if (!cs->sinsp)
		return cs->failed ? EXIT_FAILURE : EXIT_SUCCESS;
	TAILQ_FOREACH (c, &cs->list, link) {
		if (c->over || !chisel_push_callback(c, "on_capture_end"))
			continue;
		push_time(c, cs->last_ts, cs->last_ts - cs->first_ts);
		chisel_call(c, 3, 0);
	}
	if (cs->no_latencies && !cs->latencies)
		complain("evt.latency: no call's time is known here, all count as 0: "
			 "scapula --latency records it");
	chisels_unbind(cs);
	return cs->failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int chisels_run_next(struct chisels *cs, int status)
{
	char **values, **argv;
	size_t n;

	if (!cs->command || status != EXIT_SUCCESS)
		return status;
	fflush(stdout);
	if (chisel_split(cs->command, &values, &n) < 0)
		return complain("out of memory");
	argv = calloc(n + 2, sizeof(*argv));
	if (!argv)
		return complain("out of memory");
	argv[0] = program_invocation_name;
	memcpy(argv + 1, values, n * sizeof(*argv));
	execv("/proc/self/exe", argv);
	status = complain("cannot run again: %s", strerror(errno));
	free(argv);
	chisel_values_free(values, n);
	return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* One parameter of an event as text: its raw form, and what it stands for. */
#ifndef SINSP_RENDER_H
#define SINSP_RENDER_H

#include <time.h>

#include "sinsp.h"

/* Text of the second that was asked for last: most events have the same one as their neighbour. */
struct clock_cache {
	uint64_t second;
	bool valid;
	char date[16]; /* YYYY-MM-DD */
	char time[16]; /* HH:MM:SS */
	uint8_t date_len;
};

/* What is looked at, and how: one per filter or format. */
struct view {
	struct sinsp *s;
	const struct sinsp_event *ev;
	struct sinsp_format_options opts;
	bool printable; /* for people: nothing that a terminal might obey */
	uint64_t shown; /* time of the event shown before, 0 none */
	struct clock_cache clock;
	const char *const *services; /* names of ports, NULL: not wanted */
};

/* A view of @s, cleared before, whose text people see. @opts: NULL for none. */
void view_for_people(struct view *v, struct sinsp *s, const struct sinsp_format_options *opts);

/* A parameter, with the type that it really has. */
struct arg {
	uint8_t type, format;
	unsigned int index;
	const struct scap_flag_name *flags;
	const uint8_t *ptr;
	uint32_t len;
};

/* False if the event has no parameter @i. */
bool arg_get(const struct scap_event *ev, unsigned int i, struct arg *a);
uint64_t arg_u64(const struct arg *a); /* signed types: sign extended */

void render_raw(struct view *c, const struct arg *a, struct sinsp_text *out);
/* False, with nothing appended, where there is no other form than the raw one. */
bool render_resolved(struct view *c, const struct arg *a, struct sinsp_text *out);
/* The resolved form, else the raw one. */
void render_arg(struct view *c, const struct arg *a, struct sinsp_text *out);
/* name=raw(resolved), separated by blanks. */
void render_args(struct view *c, struct sinsp_text *out);
/* The text by which old drivers say that there is none. */
bool render_is_null(const struct arg *a);

/* ---- the parts ---- */

/* Captured text: made printable where a person reads it. */
void render_text(struct view *c, const char *s, size_t len, struct sinsp_text *out);
void render_bytes(struct view *c, const uint8_t *p, size_t len, struct sinsp_text *out);

void render_ip(const uint8_t *addr, size_t len, struct sinsp_text *out); /* 4 or 16 */
void render_port(struct view *c, uint16_t port, struct sinsp_text *out);
void render_sockaddr(struct view *c, const struct arg *a, struct sinsp_text *out);
void render_socktuple(struct view *c, const struct arg *a, struct sinsp_text *out);

/* Local time of day and date; @nanos: with the fraction. */
void render_time(struct view *c, uint64_t ts, bool nanos, struct sinsp_text *out);
void render_datetime(struct view *c, uint64_t ts, bool nanos, struct sinsp_text *out);
void render_iso8601(uint64_t ts, struct sinsp_text *out);
/* Seconds, point, nine digits. */
void render_seconds(uint64_t ns, struct sinsp_text *out);

/* The letter of a descriptor's type, and <T>name. */
char render_fd_letter(uint8_t type);
void render_fd(struct view *c, const struct sinsp_fd *fd, struct sinsp_text *out);
/* The descriptor of the event's thread, or NULL. */
const struct sinsp_fd *render_find_fd(const struct view *c, int64_t num);

/* Names of ports by number, 65536 of them, from the system's list. Lives as long as the program. */
const char *const *render_services(void);

#endif

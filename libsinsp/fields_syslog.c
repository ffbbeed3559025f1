/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of messages to the system log: <priority>text, written to /dev/log. */
#include "fields.h"

#define PRIORITY_MAX 99999u

enum part { FACILITY, FACILITY_NAME, SEVERITY, SEVERITY_NAME, MESSAGE };

static const char *const facilities[] = {
	"kern",	  "user",   "mail",	"daemon", "auth",   "syslog",	"lpr",	    "news",
	"uucp",	  "clock",  "authpriv", "ftp",	  "ntp",    "logaudit", "logalert", "cron",
	"local0", "local1", "local2",	"local3", "local4", "local5",	"local6",   "local7",
};

static const char *const severities[] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
};

/* What the event wrote to the log, or false. */
static bool find_data(const struct view *c, struct value_str *data)
{
	const struct scap_event *ev = &c->ev->raw;
	unsigned int i;

	if (!fields_is_syslog(c))
		return false;
	for (i = 0; i < ev->nparams; i++) {
		if (ev->info->params[i].type != PT_BYTEBUF)
			continue;
		data->ptr = (const char *)scap_param_ptr(ev, i);
		data->len = scap_param_len(ev, i);
		return true;
	}
	return false;
}

static bool take_priority(struct value_str *s, unsigned int *priority)
{
	size_t i;

	if (s->len < 3 || s->ptr[0] != '<')
		return false;
	*priority = 0;
	for (i = 1; i < s->len && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++) {
		*priority = *priority * 10 + (unsigned int)(s->ptr[i] - '0');
		if (*priority > PRIORITY_MAX)
			return false;
	}
	if (i == 1 || i == s->len || s->ptr[i] != '>')
		return false;
	s->ptr += i + 1;
	s->len -= i + 1;
	return true;
}

static bool get_part(struct view *c, struct field_ref *r, struct value *v)
{
	unsigned int priority, facility;
	struct value_str s;

	if (!find_data(c, &s) || !take_priority(&s, &priority))
		return false;
	facility = priority / 8;
	switch (r->field->at) {
	case FACILITY:
		return value_u64(v, facility);
	case FACILITY_NAME:
		return value_cstr(v, facility < sizeof(facilities) / sizeof(facilities[0])
					     ? facilities[facility]
					     : "<NA>");
	case SEVERITY:
		return value_u64(v, priority % 8);
	case SEVERITY_NAME:
		return value_cstr(v, severities[priority % 8]);
	default:
		return value_string(v, s.ptr, s.len);
	}
}

#define NUMBER(k) .type = PT_UINT32, .format = PF_DEC, .get = get_part, .at = (k)
#define NAME(k)	  .type = PT_CHARBUF, .get = get_part, .at = (k)

static const struct field rows[] = {
	{ .name = "syslog.facility", NUMBER(FACILITY), .doc = "Number of the facility." },
	{ .name = "syslog.facility.str",
	  NAME(FACILITY_NAME),
	  .doc = "Name of the facility: daemon, auth, cron, ..." },
	{ .name = "syslog.severity", NUMBER(SEVERITY), .doc = "Severity, 0 to 7." },
	{ .name = "syslog.severity.str",
	  NAME(SEVERITY_NAME),
	  .doc = "Name of the severity: emerg, alert, crit, err, warn, notice, info or debug." },
	{ .name = "syslog.message", NAME(MESSAGE), .doc = "The message without its priority." },
};

const struct field_class fields_syslog_class = {
	.name = "syslog",
	.doc = "Messages that are written to the system log, /dev/log.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields of sources that no capture of today has: tracers' spans, Mesos, Marathon, the Docker
 * daemon's own events. Scripts and filters that name them are good; no event has a value.
 */
#include "fields.h"

static bool get_nothing(struct view *c, struct field_ref *r, struct value *v)
{
	(void)c;
	(void)r;
	(void)v;
	return false;
}

#define NOTHING(field_name, field_type, field_arg)                                                \
	{                                                                                         \
		.name = (field_name), .type = (field_type), .arg = (field_arg), .format = PF_DEC, \
		.get = get_nothing, .flags = FIELD_HIDDEN, .doc = "No value."                     \
	}
#define TEXT(name)    NOTHING(name, PT_CHARBUF, ARG_NONE)
#define BY_INDEX      (ARG_INDEX | ARG_REQUIRED)
#define BY_KEY	      (ARG_KEY | ARG_DOT | ARG_REQUIRED)
#define INDEX_OR_NAME (ARG_INDEX | ARG_DOT | ARG_REQUIRED)

static const struct field rows[] = {
	TEXT("evt.infra.docker.name"),
	TEXT("evt.infra.docker.container.id"),
	TEXT("evt.infra.docker.container.name"),
	TEXT("evt.infra.docker.container.image"),
	TEXT("mesos.task.name"),
	TEXT("mesos.task.id"),
	NOTHING("mesos.task.label", PT_CHARBUF, BY_KEY),
	TEXT("mesos.task.labels"),
	TEXT("mesos.framework.name"),
	TEXT("mesos.framework.id"),
	TEXT("marathon.app.name"),
	TEXT("marathon.app.id"),
	NOTHING("marathon.app.label", PT_CHARBUF, BY_KEY),
	TEXT("marathon.app.labels"),
	TEXT("marathon.group.name"),
	TEXT("marathon.group.id"),
	NOTHING("span.id", PT_INT64, ARG_NONE),
	TEXT("span.time"),
	NOTHING("span.ntags", PT_UINT32, ARG_NONE),
	NOTHING("span.nargs", PT_UINT32, ARG_NONE),
	TEXT("span.tags"),
	NOTHING("span.tag", PT_CHARBUF, BY_INDEX),
	TEXT("span.args"),
	NOTHING("span.arg", PT_CHARBUF, INDEX_OR_NAME),
	TEXT("span.enterargs"),
	NOTHING("span.enterarg", PT_CHARBUF, INDEX_OR_NAME),
	NOTHING("span.duration", PT_RELTIME, ARG_NONE),
	NOTHING("span.duration.quantized", PT_UINT64, ARG_NONE),
	TEXT("span.duration.human"),
	NOTHING("span.duration.fortag", PT_RELTIME, BY_INDEX),
	NOTHING("span.count", PT_UINT64, ARG_NONE),
	NOTHING("span.count.fortag", PT_UINT64, BY_INDEX),
	NOTHING("span.childcount.fortag", PT_UINT64, BY_INDEX),
	NOTHING("span.idtag", PT_CHARBUF, BY_INDEX),
	TEXT("span.rawtime"),
	TEXT("span.rawparenttime"),
	TEXT("span.parenttime"),
};

const struct field_class fields_absent_class = {
	.name = "span",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

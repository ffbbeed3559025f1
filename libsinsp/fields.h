/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields: what can be asked of an event. A field is a row of a table: name, type, how it prints,
 * what argument it takes, how it is got. Filters and formats use the same rows.
 *
 * A row has either get (a value) or put (text that has to be built); field_get() and field_put()
 * make one from the other. Neither allocates once the buffers have grown.
 */
#ifndef SINSP_FIELDS_H
#define SINSP_FIELDS_H

#include "render.h"
#include "sinsp.h"

/* ---- values ---- */

enum value_kind {
	VALUE_STRING,
	VALUE_BYTES,
	VALUE_INT,
	VALUE_UINT,
	VALUE_BOOL,
	VALUE_DOUBLE,
	VALUE_IP, /* addresses, and nets in constants */
	VALUE_LIST,
};

struct value_str {
	const char *ptr;
	size_t len;
};

struct value_ip {
	uint8_t addr[16];
	uint8_t len;  /* 4 or 16 */
	uint8_t bits; /* constants that are nets: length of the prefix */
};

/* Points into the event, the state or a buffer of the one who made it: nothing is owned. */
struct value {
	enum value_kind kind;
	union {
		struct value_str str; /* STRING, BYTES */
		int64_t i;
		uint64_t u;
		bool b;
		double d;
		struct value_ip ip;
		struct {
			const struct value_str *items;
			size_t n;
		} list;
	};
};

static inline bool value_string(struct value *v, const char *s, size_t len)
{
	v->kind = VALUE_STRING;
	v->str.ptr = s;
	v->str.len = len;
	return true;
}

static inline bool value_cstr(struct value *v, const char *s)
{
	return value_string(v, s, strlen(s));
}

static inline bool value_u64(struct value *v, uint64_t u)
{
	v->kind = VALUE_UINT;
	v->u = u;
	return true;
}

static inline bool value_i64(struct value *v, int64_t i)
{
	v->kind = VALUE_INT;
	v->i = i;
	return true;
}

static inline bool value_bool(struct value *v, bool b)
{
	v->kind = VALUE_BOOL;
	v->b = b;
	return true;
}

/* Kind of the values of an enum scap_param_type. */
enum value_kind value_kind_of(uint8_t type);

/* "CHARBUF", ...: as the listing names it. */
const char *value_type_name(uint8_t type);

/* ---- the row ---- */

struct field_ref;

/* Is the value the same for all events of this type? It is then got from an event that has nothing
 * but a type (and generic ones the code of their call, in parameter 0). */
typedef bool (*field_by_type)(const struct field_ref *r, uint16_t type);

enum field_flags {
	FIELD_FILTER_ONLY = 1 << 0,
	FIELD_PRINT_ONLY = 1 << 1,
	FIELD_NO_RHS = 1 << 2,
	FIELD_NO_TRANSFORM = 1 << 3,
	FIELD_LIST = 1 << 4,
	FIELD_HIDDEN = 1 << 5,	   /* works, but is not listed: made for tables */
	FIELD_WALK = 1 << 6,	   /* without argument: a filter asks every ancestor */
	FIELD_ENDS = 1 << 7,	   /* both ends of a connection are asked */
	FIELD_EVENT_NAME = 1 << 8, /* constants must be names of events */
	FIELD_WITHIN = 1 << 9,	   /* '=' means at most: evt.around */
	FIELD_PREVIOUS = 1 << 10,  /* depends on the event asked before */
	FIELD_TID = 1 << 11,	   /* the thread's number: the index of a frame has them */
	FIELD_CONTAINER = 1 << 12, /* text of the container, at its offset: the same */
	FIELD_HOST = 1 << 13,	   /* and "host" outside of containers */
	FIELD_TIME = 1 << 14,	   /* a way to write the event's time: in JSON all are one number */
	FIELD_COUNTS = 1 << 15,	   /* depends on how many events there were before */
	FIELD_ALONE = FIELD_NO_RHS | FIELD_NO_TRANSFORM,
};

enum field_arg {
	ARG_NONE = SINSP_ARG_NONE,
	ARG_INDEX = SINSP_ARG_INDEX, /* [3] */
	ARG_KEY = SINSP_ARG_KEY,     /* [HOME] */
	ARG_DOT = 1 << 2,	     /* .name */
	ARG_REQUIRED = SINSP_ARG_REQUIRED,
};

/* Whose value it is: the rows of proc.name, proc.pname, proc.aname ... differ in this only. */
enum field_who {
	WHO_SELF, /* the process: its main thread where that matters */
	WHO_THREAD,
	WHO_PARENT,
	WHO_ANCESTOR,
	WHO_SESSION,
	WHO_GROUP,  /* leader of the process group, numbers of the host */
	WHO_VGROUP, /* of the pid namespace */
};

struct field {
	const char *name;
	const char *doc;
	uint8_t type;	/* enum scap_param_type; PT_DYN: that of the argument */
	uint8_t format; /* enum scap_print_format */
	uint8_t arg;	/* enum field_arg */
	uint8_t who;	/* enum field_who */
	uint16_t flags; /* enum field_flags */
	uint16_t at;	/* what the getter makes of it: an offset, a variant */
	bool (*get)(struct view *c, struct field_ref *r, struct value *v);
	bool (*put)(struct view *c, struct field_ref *r, struct sinsp_text *out);
	field_by_type by_type;		 /* NULL: that of the class */
	const struct added_field *added; /* of fields_added.c */
};

struct field_class {
	const char *name;
	const char *doc;       /* NULL: continues the class of this name */
	field_by_type by_type; /* NULL: values depend on more than the type */
	const struct field *fields;
	size_t n;
};

extern const struct field_class fields_evt_class, fields_time_class, fields_args_class;
extern const struct field_class fields_io_class, fields_proc_class, fields_ids_class;
extern const struct field_class fields_thread_class, fields_fd_class, fields_sock_class;
extern const struct field_class fields_user_class, fields_group_class;
extern const struct field_class fields_container_class, fields_mount_class, fields_k8s_class;
extern const struct field_class fields_path_class, fields_fdlist_class, fields_syslog_class;
extern const struct field_class fields_absent_class;
extern const struct field_class fields_doubt_class;

/* ---- a field with its argument, as it stands in a filter or a format ---- */

#define FIELD_NO_PARAM 0xff

struct field_ref {
	const struct field *field;
	field_by_type by_type; /* or NULL */
	uint8_t type, format;
	uint8_t arg;	 /* ARG_NONE, ARG_INDEX or ARG_KEY (for ARG_DOT too) */
	bool server_end; /* FIELD_ENDS: the end asked for */
	int64_t index;
	char *key; /* owned, NUL-terminated */
	size_t key_len;
	/* evt.arg.x: its place among the parameters by event type, so that no name is compared
	 * while events pass. */
	uint8_t *param_of;
	const struct sinsp_thread *ancestor; /* FIELD_WALK: the one asked now */
	uint64_t previous;		     /* evt.deltatime */
	struct sinsp_text text;		     /* the value, where it has to be built */
	struct sinsp_text path;		     /* the same for a part of it */
};

/*
 * Finds the field that @text begins with: the longest name, and its argument where it takes one.
 * The fields that were added to @s are among them; NULL: only those of the library.
 * Fills @ref (field_ref_free() it) and returns the length used, or -ENOENT (no such field) or
 * -EINVAL (wrong argument), with the reason alone in @err.
 */
int field_parse(const struct sinsp *s, struct field_ref *ref, const char *text, size_t len,
		struct scap_error *err);
/* -ENOENT, and the message that there is no such field, with names that are like it. */
int field_unknown(const struct sinsp *s, const char *text, size_t len, struct scap_error *err);

/* The classes that were added to @s (fields_added.c), from 0; NULL: no more. */
const struct field_class *fields_added(const struct sinsp *s, size_t i);
void field_ref_free(struct field_ref *ref);

/* False: the event has no such value. */
bool field_get(struct view *c, struct field_ref *r, struct value *v);
bool field_put(struct view *c, struct field_ref *r, struct sinsp_text *out);

/* As a field of this type and format prints it. */
void value_put(struct view *c, const struct value *v, uint8_t format, struct sinsp_text *out);

/* ---- what several classes need ---- */

/* What an event is called: generic ones by their call, asynchronous ones by their own name. */
const char *event_name(const struct scap_event *ev, size_t *len);
bool event_is_generic(uint16_t type);

/* The thread a row speaks of, or NULL. */
const struct sinsp_thread *field_thread(struct view *c, const struct field_ref *r);
/* Main thread of a thread's process, or itself where that is unknown. */
const struct sinsp_thread *field_main(const struct sinsp_thread *t);

/* The container that the event's thread is in, or that the event tells of; NULL: none. */
const struct sinsp_container *field_container(const struct view *c);
/* Fields of its: a string at field->at, one label, all of them. */
bool field_container_string(struct view *c, struct field_ref *r, struct value *v);
bool field_container_label(struct view *c, struct field_ref *r, struct value *v);
bool field_container_labels(struct view *c, struct field_ref *r, struct sinsp_text *out);

/* Getters by offset (field.at) into the struct sinsp_thread that field.who names. */
bool field_get_str(struct view *c, struct field_ref *r, struct value *v);
bool field_get_leader(struct view *c, struct field_ref *r, struct value *v);
bool field_get_i64(struct view *c, struct field_ref *r, struct value *v);
bool field_get_i64_known(struct view *c, struct field_ref *r, struct value *v); /* not -1 */
bool field_get_u64(struct view *c, struct field_ref *r, struct value *v);
bool field_get_u32(struct view *c, struct field_ref *r, struct value *v);
bool field_get_bool(struct view *c, struct field_ref *r, struct value *v);
/* Absent where 0. */
bool field_get_u64_known(struct view *c, struct field_ref *r, struct value *v);

/* The event writes to the system log. */
bool fields_is_syslog(const struct view *c);

/* The path of a parameter, absolute where that can be known, and tidied up. */
void fields_path_put(struct view *c, const struct arg *a, struct sinsp_text *out);

/* The path of a call that was to open a file, if the event is one; @raw: as it was given. */
void fields_path_opened(struct view *c, bool raw, struct sinsp_text *out);

/* Of evt.arg and evt.rawarg: false unless it is a buffer of bytes. */
bool fields_args_buffer(struct view *c, const struct field_ref *r, struct value_str *buf);

const char *fd_type_name(uint8_t type); /* NULL: none */

/* ---- values that depend on the type of the event ---- */

bool by_type_always(const struct field_ref *r, uint16_t type);
/* Where no event of the type has a descriptor. */
bool by_type_without_fd(const struct field_ref *r, uint16_t type);
/* Where no event of the type has such an argument. */
bool by_type_without_arg(const struct field_ref *r, uint16_t type);

#define FIELDS_MAX_DEPTH 64 /* ancestors asked */

#endif

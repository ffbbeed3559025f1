/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every pointer argument of every call that has one, as every kind of pointer; every length as
 * every odd length; and each parameter of the events compared with what must stand there.
 *
 * A row of a table names a call, what its arguments are, and where each parameter of its event
 * comes from. The matrix makes valid arguments, exchanges one of them for each of its kinds in turn
 * and works out the event from what the row says and from which memory is there: it knows that of
 * itself (there()), not from the kernel.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr_in;

#define MATRIX_ARGS   6
#define MATRIX_NODES  32 /* arguments, and what is in what they point to */
#define MATRIX_PARAMS 32

#define MATRIX_PAGE 4096ul
/* Which page of a window is the first hole. */
#define MATRIX_HOLE 4

/* What an argument is. */
enum arg_kind {
	ARG_NUM,  /* a number */
	ARG_FD,	  /* a descriptor of the matrix, enum matrix_fd */
	ARG_TEXT, /* a string */
	ARG_MEM,  /* bytes that the call reads, or room that it fills */
	ARG_LEN,  /* the size of its like with that number, in units; or its own, of what is
		     elsewhere */
};

/* SELF is no descriptor, but the number of this process. */
enum matrix_fd {
	FD_DATA,
	FD_UDP,
	FD_RECEIVER,
	FD_LISTEN,
	FD_PIPE,
	FD_ZERO,
	FD_FREE,
	FD_SELF,
	FD_COUNT
};

/* An argument; or what is in the memory that another one points to. */
struct matrix_arg {
	enum arg_kind kind;
	long value;
	const void *bytes; /* NULL: room to be filled */
	size_t size, unit;
	/* where it lies in the memory */
	uint16_t off, width;
	/* the pointers and lengths that are in its own memory */
	const struct matrix_arg *inner;
	unsigned int ninner;
};

#define NUM(v)                              \
	{                                   \
		ARG_NUM, .value = (long)(v) \
	}
#define FD(f)                           \
	{                               \
		ARG_FD, .value = FD_##f \
	}
#define STRING(s)                                       \
	{                                               \
		ARG_TEXT, .bytes = s, .size = sizeof(s) \
	}
#define MEM(m)                                            \
	{                                                 \
		ARG_MEM, .bytes = &(m), .size = sizeof(m) \
	}
#define ROOM(n)                    \
	{                          \
		ARG_MEM, .size = n \
	}
#define LEN(arg)                      \
	{                             \
		ARG_LEN, .value = arg \
	}
#define COUNT(arg, u)                            \
	{                                        \
		ARG_LEN, .value = arg, .unit = u \
	}
/* Memory @m with pointers and lengths in it, which @list names. */
#define NEST(m, list)                                                       \
	{                                                                   \
		ARG_MEM, .bytes = &(m), .size = sizeof(m), .inner = (list), \
			 .ninner = sizeof(list) / sizeof((list)[0])         \
	}

/* A call that was made, or (entry events) is about to be. */
struct matrix_call {
	long arg[MATRIX_ARGS];
	long ret;
	unsigned int index;  /* which event of it */
	bool fresh_is_there; /* whether pages that nobody touched count as present */
};

/* Where a parameter comes from. */
enum param_kind {
	PARAM_END,
	PARAM_RES,   /* the result */
	PARAM_CONST, /* value */
	PARAM_ARG,   /* an argument as it is */
	PARAM_INT,   /* an argument that is an int, or a descriptor */
	PARAM_TEXT,  /* the string at an argument */
	PARAM_SENT,  /* data: what was sent, or was to be; @len is the argument with its length */
	PARAM_GOT,   /* data: what came */
	PARAM_BYTES, /* all the bytes */
	PARAM_FIELD, /* a member of the structure at an argument; value if it cannot be read */
	PARAM_LEFT,  /* a member that the call was to leave there; @failed if it failed */
	PARAM_IF_OK, /* anything of that width if the call succeeded, else 0 */
	PARAM_ANY,   /* anything of that width */
	PARAM_SKIP,
	PARAM_FN, /* what the function says */
};

struct matrix_param {
	enum param_kind kind;
	uint8_t arg, width, len;
	uint64_t value, failed;
	struct {
		uint16_t size, off, width;
	} in; /* the structure, and the member in it */
	size_t (*fn)(const struct matrix_call *c, unsigned char *out);
};

#define RES                           \
	{                             \
		PARAM_RES, .width = 8 \
	}
#define CONST(w, v)                                         \
	{                                                   \
		PARAM_CONST, .width = (w) / 8, .value = (v) \
	}
#define NOTHING             \
	{                   \
		PARAM_CONST \
	}
#define ARG(n, w)                                     \
	{                                             \
		PARAM_ARG, .arg = n, .width = (w) / 8 \
	}
#define INT(n)                                  \
	{                                       \
		PARAM_INT, .arg = n, .width = 8 \
	}
#define TEXT(n)                      \
	{                            \
		PARAM_TEXT, .arg = n \
	}
#define SENT(n, l)                             \
	{                                      \
		PARAM_SENT, .arg = n, .len = l \
	}
#define GOT(n)                      \
	{                           \
		PARAM_GOT, .arg = n \
	}
#define BYTES(n, l)                             \
	{                                       \
		PARAM_BYTES, .arg = n, .len = l \
	}
#define IF_OK(w)                              \
	{                                     \
		PARAM_IF_OK, .width = (w) / 8 \
	}
#define ANY(w)                              \
	{                                   \
		PARAM_ANY, .width = (w) / 8 \
	}
#define SKIP               \
	{                  \
		PARAM_SKIP \
	}
#define FN(f)                     \
	{                         \
		PARAM_FN, .fn = f \
	}
/* A member of @t, recorded with @w bits. */
#define FIELD(n, t, m, w, none)                                                     \
	{                                                                           \
		PARAM_FIELD, .arg = n, .width = (w) / 8, .value = (uint64_t)(none), \
			     .in = { sizeof(t),                                     \
				     offsetof(t, m),                                \
				     sizeof(((t *)0)->m) }                          \
	}
#define LEFT(n, t, m, w, none, fail)                                               \
	{                                                                          \
		PARAM_LEFT, .arg = n, .width = (w) / 8, .value = (uint64_t)(none), \
			    .failed = (uint64_t)(fail),                            \
			    .in = { sizeof(t),                                     \
				    offsetof(t, m),                                \
				    sizeof(((t *)0)->m) }                          \
	}

struct matrix_row {
	const char *name;
	int nr;
	struct matrix_arg arg[MATRIX_ARGS];
	int exit, enter; /* event types; enter 0: none */
	struct matrix_param param[MATRIX_PARAMS], at_enter[8];
	bool event_each; /* an event for each of what the result counts */
	/* up to this schema the event is the generic one, with the code */
	unsigned int since;
	uint16_t code;
};

extern const struct matrix_row matrix_rows[];
extern const size_t matrix_rows_count;
extern const struct matrix_row matrix_socket_rows[];
extern const size_t matrix_socket_rows_count;
extern const struct matrix_row matrix_message_rows[];
extern const size_t matrix_message_rows_count;
extern const struct matrix_row matrix_list_rows[];
extern const size_t matrix_list_rows_count;

/* The matrix's descriptors and the addresses of its sockets. */
extern int matrix_fds[FD_COUNT];
extern struct sockaddr_in matrix_sender, matrix_receiver;

/* Whether the driver can read @len bytes at @p. */
bool there(const struct matrix_call *c, unsigned long p, size_t len);
/* Copies them; false if they are not there. */
bool fetch(const struct matrix_call *c, void *to, unsigned long p, size_t len);
/* A string as events have it, cut to @max; its length with the NUL, 0 if it is not there. */
size_t fetch_text(const struct matrix_call *c, unsigned char *to, unsigned long p, size_t max);
/* An inet address; false if there is none. Behind a short one there are zeros. */
bool inet_at(const struct matrix_call *c, unsigned long p, unsigned int len,
	     struct sockaddr_in *in);
/* A tuple of two of them; its length. */
size_t put_tuple(unsigned char *out, const struct sockaddr_in *from, const struct sockaddr_in *to);

void make_memory(void);
char *matrix_window(unsigned int w);
/* One kind of address for an object of @size bytes in window @w; false when there are no more. */
struct spot {
	unsigned long addr;
	const char *name;
};
bool spot_of(unsigned int kind, unsigned int w, size_t size, struct spot *s);
/* An ordinary place for the object. */
unsigned long good_spot(unsigned int w);
/* The spot that ends at a hole. */
unsigned long edge_spot(unsigned int w, size_t size);
/* A place in a page that is in a file and in nobody's memory. */
unsigned long fresh_spot(const void *bytes, size_t size);
/* Puts an object there, as far as memory is there. */
void put_at(unsigned long addr, const void *bytes, size_t size);

#endif

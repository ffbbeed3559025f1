/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a known system call must have left in the rings, written down beside the call itself.
 *
 * A case is one or more raw calls between begin() and end(), then, with want() and the w_*(), the
 * events of this thread that must stand between the two: exactly these, each with exactly these
 * parameters. begin() and end() close descriptors that nobody has, which is how the cases are found
 * again in the stream; what a case needs to know is asked outside of them.
 */
#ifndef CALLS_H
#define CALLS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scap_event.h"

void begin(const char *name);
void end(void);
/* For a case that ends in another program: the descriptor that it has to close as its last act. */
long end_elsewhere(void);

/* The next event of the case that runs, else of the one that has ended. */
void want(int type);
/* Its parameters, in order. */
void w8(uint64_t v);
void w16(uint64_t v);
void w32(uint64_t v);
void w64(uint64_t v);
void w_str(const char *s);
void w_bytes(const void *p, size_t len);
void w_empty(void);
/* A parameter of that length, whatever its value: it does not count as compared. */
void w_any(size_t len);
/* A number of 32 bits that changes by itself: so far from @v at most. */
void w_near32(uint32_t v, uint32_t distance);
/* The first value or the other one. */
void w_or(const void *p, size_t len, const void *q, size_t len2);
/*
 * Parameter @i of an event, made while another thread exchanged two versions of what it is made of:
 * whether it is as the first, as the second, or of both, each of its parts. @known: what is known.
 */
enum version { VERSION_NONE, VERSION_FIRST, VERSION_SECOND, VERSION_BOTH, VERSIONS };
typedef enum version version_of(const struct scap_event_hdr *e, unsigned int i, const void *known);
void w_version(version_of *f, const void *known, size_t len);
/* The parameters of the case that has ended must show both versions. */
void want_both_versions(void);
/* Looked at elsewhere. */
void w_skip(void);
/*
 * A kernel pointer: never 0, and @var (below 64) is the same one wherever it stands in the run.
 * new_var() is one that is not in use.
 */
void w_ptr(int var);
int new_var(void);
/* A tuple of unix sockets: two such pointers and the path. */
void w_unix(int a, int b, const char *path);
/* A dynamic parameter: its index, then what follows. */
void w_dyn(uint8_t index, const void *p, size_t len);

/* The system call as it is, each argument made a long: its result or -errno. */
long raw(long nr, long a, long b, long c, long d, long e, long f);
#define CALL(name, ...) RAW(SYS_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define RAW(nr, a, b, c, d, e, f, ...) \
	raw(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Runs @f in a child process; its cases count like any other. False, and said, if it fails. */
bool in_child(void (*f)(void));
/* Stops the test: something it needs is not there. */
void need(int ok, const char *what);
/* Counts a failure that has been told. */
void count_failure(void);

/* The event of fcntl; its argument came with a later schema. */
void want_fcntl(long ret, long fd, int cmd, unsigned long arg);
/* Size of the address space in kB; then it, what is resident of it and what is swapped. */
unsigned long vm_size(void);
void w_vm(unsigned long size);

/* The schema that the module reports, to be compared with SCHEMA(). */
unsigned int schema(void);
/* Whether it has what came into the table with SCHEMA(@major, @minor, 0). */
#define HAS(major, minor) (schema() >= SCHEMA(major, minor, 0))
/* The descriptor that the consumer's settings go through. */
int control(void);
/* Bytes of I/O data that the consumer keeps in this test. */
#define SNAPLEN 200

/* An address in no mapping. */
#define BAD ((void *)0x5a5a5a5a000)

void cases_file(void);
void cases_io(void);
void cases_socket(void);
void cases_message(void);
void cases_snap(void);
void cases_memory(void);
void cases_ipc(void);
void cases_security(void);
void cases_outcome(void);
void cases_quota(void);
void cases_generic(void);

/* Calls of 32-bit programs: made by int 0x80, and by real ones. */
void cases_ia32(void);
void cases_ia32_net(void);
void cases_ia32_process(void);

/* Every pointer and length of every call, of every kind (matrix.h). */
void matrix(void);

/* Arguments that another thread changes. */
void cases_race(void);

/* What runs while the rings are drained and only looked at for their form; seed 0: of the time. */
extern uint64_t hostile_seed;
void hostile(void);

#endif

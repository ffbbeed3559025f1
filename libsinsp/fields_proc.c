/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the process: names, command lines, environment, resources; of its parents too. */
#include <stddef.h>

#include "fields.h"
#include "put.h"

/* ---- lists of strings: arguments, environment ---- */

/* The strings of @b, separated by blanks. */
static void put_list(struct view *c, const struct scap_bytes *b, struct sinsp_text *out)
{
	size_t begin = out->len, i, len = b->len;

	if (len && b->ptr[len - 1] == '\0')
		len--;
	if (!len)
		return;
	put_mem(out, b->ptr, len);
	for (i = begin; i < out->len; i++) {
		if (out->ptr[i] == '\0')
			out->ptr[i] = ' ';
		else if (c->printable && (out->ptr[i] < 0x20 || out->ptr[i] > 0x7e))
			out->ptr[i] = '.';
	}
}

static bool list_item(const struct scap_bytes *b, int64_t n, struct value *v)
{
	const char *p = b->ptr;
	size_t left = b->len, len;

	while (left) {
		len = strnlen(p, left);
		if (n-- == 0)
			return value_string(v, p, len);
		len += len < left;
		p += len;
		left -= len;
	}
	return false;
}

static size_t list_count(const struct scap_bytes *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->len; i++)
		n += b->ptr[i] == '\0';
	return n + (b->len && b->ptr[b->len - 1] != '\0');
}

/* @n counts from the first argument behind the program's name. */
static bool put_args(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t = field_thread(c, r);
	struct value v;

	if (!t)
		return false;
	if (r->arg != ARG_INDEX || r->field->who == WHO_ANCESTOR) {
		put_list(c, &t->args, out);
		return true;
	}
	if (list_item(&t->args, r->index, &v))
		render_text(c, v.str.ptr, v.str.len, out);
	return true;
}

/* at: offset of the name in front, comm or exe. */
static bool put_line(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t = field_thread(c, r);
	const char *name;

	if (!t)
		return false;
	memcpy(&name, (const char *)t + r->field->at, sizeof(name));
	render_text(c, name, strlen(name), out);
	/* A command line ends with the name where there are no arguments; the line as it was typed
	 * has its blank all the same. */
	if (t->args.len || r->field->at == offsetof(struct sinsp_thread, exe)) {
		put_char(out, ' ');
		put_list(c, &t->args, out);
	}
	return true;
}

static bool get_nargs(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_thread(c, r);

	return t && value_u64(v, list_count(&t->args));
}

static bool get_lenargs(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_thread(c, r);
	size_t i, n = 0;

	for (i = 0; t && i < t->args.len; i++)
		n += t->args.ptr[i] != '\0';
	return t && value_u64(v, n);
}

/* Value of the variable that @r's key names. */
static bool find_env(const struct scap_bytes *b, const struct field_ref *r, struct value *v)
{
	const char *p = b->ptr;
	size_t left = b->len, len, k = r->key_len;

	while (left) {
		len = strnlen(p, left);
		if (len > k && p[k] == '=' && !memcmp(p, r->key, k))
			return value_string(v, p + k + 1, len - k - 1);
		len += len < left;
		p += len;
		left -= len;
	}
	return false;
}

static bool put_env(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t = field_main(c->ev->thread);
	struct value v;

	if (!t)
		return false;
	if (r->arg != ARG_KEY)
		put_list(c, &t->env, out);
	else if (find_env(&t->env, r, &v))
		render_text(c, v.str.ptr, v.str.len, out);
	return true;
}

#define ENV_MAX_DEPTH 20

/*
 * With a name: the nearest ancestor that has a value for it. Without an argument a filter asks
 * every ancestor; printed, it is the process's own.
 */
static bool put_aenv(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t;
	struct value v;
	int n;

	if (r->arg != ARG_KEY) {
		t = field_thread(c, r);
		if (!t && r->arg == ARG_NONE)
			t = c->ev->thread;
		t = field_main(t);
		if (t)
			put_list(c, &t->env, out);
		return t != NULL;
	}
	for (t = c->ev->thread, n = 0; t && c->s && n < ENV_MAX_DEPTH; n++) {
		t = sinsp_thread_parent(c->s, t);
		if (t && find_env(&t->env, r, &v) && v.str.len) {
			render_text(c, v.str.ptr, v.str.len, out);
			return true;
		}
	}
	return c->ev->thread != NULL;
}

/* ---- resources ---- */

static bool get_nthreads(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_main(c->ev->thread);
	uint32_t main;

	if (!t)
		return false;
	main = r->field->at && !t->dead; /* at is 1: without the main one, which may be gone */
	return value_u64(v, t->nthreads > main ? t->nthreads - main : 0);
}

static bool get_fdcount(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_main(c->ev->thread);

	(void)r;
	return t && value_u64(v, sinsp_thread_fd_count(t));
}

static bool get_fdusage(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = field_main(c->ev->thread);

	(void)r;
	if (!t)
		return false;
	v->kind = VALUE_DOUBLE;
	v->d = t->fdlimit > 0 ? 100.0 * (double)sinsp_thread_fd_count(t) / (double)t->fdlimit : 0.0;
	return true;
}

/* ---- standard input and output: at is the descriptor ---- */

static const struct sinsp_fd *std_fd(struct view *c, const struct field_ref *r)
{
	return c->ev->thread ? sinsp_thread_fd(c->ev->thread, r->field->at) : NULL;
}

static bool get_std_type(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_fd *fd = std_fd(c, r);
	const char *name = fd ? fd_type_name(fd->type) : NULL;

	return name && value_cstr(v, name);
}

static bool get_std_name(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_fd *fd = std_fd(c, r);

	return fd && value_cstr(v, fd->name);
}

/* What health checks and probes run is not told apart by anything that is recorded. */
static bool get_false(struct view *c, struct field_ref *r, struct value *v)
{
	(void)r;
	return c->ev->thread && value_bool(v, false);
}

#define AT(m)	       .at = offsetof(struct sinsp_thread, m)
#define OWN(m)	       .who = WHO_THREAD, AT(m)
#define PARENT(m)      .who = WHO_PARENT, AT(m)
#define STRING(m)      .type = PT_CHARBUF, .get = field_get_str, OWN(m)
#define OF_PARENT(m)   .type = PT_CHARBUF, .get = field_get_str, PARENT(m)
#define ANCESTOR       .who = WHO_ANCESTOR, .arg = ARG_INDEX, .flags = FIELD_WALK | FIELD_ALONE
#define OF_ANCESTOR(m) .type = PT_CHARBUF, .get = field_get_str, AT(m), ANCESTOR
#define TEXT	       .type = PT_CHARBUF
#define MEMORY(m)      .type = PT_UINT64, .format = PF_DEC, .get = field_get_u32, .who = WHO_SELF, AT(m)
#define STD_TYPE(n)    TEXT, .get = get_std_type, .at = (n)
#define STD_NAME(n)    TEXT, .get = get_std_name, .at = (n)

static const struct field rows[] = {
	{ .name = "proc.name",
	  STRING(comm),
	  .doc = "Name of the process as the kernel keeps it, at most 15 characters." },
	{ .name = "proc.exe", STRING(exe), .doc = "First argument: how the program was called." },
	{ .name = "proc.exepath", STRING(exepath), .doc = "Full path of the program." },
	{ .name = "proc.pname", OF_PARENT(comm), .doc = "proc.name of the parent." },
	{ .name = "proc.pexe", OF_PARENT(exe), .doc = "proc.exe of the parent." },
	{ .name = "proc.pexepath", OF_PARENT(exepath), .doc = "proc.exepath of the parent." },
	{ .name = "proc.aname",
	  OF_ANCESTOR(comm),
	  .doc = "proc.name of the [n]th ancestor (0: itself); in a filter without [n]: of any." },
	{ .name = "proc.aexe", OF_ANCESTOR(exe), .doc = "proc.exe of ancestors, like proc.aname." },
	{ .name = "proc.aexepath",
	  OF_ANCESTOR(exepath),
	  .doc = "proc.exepath of ancestors, like proc.aname." },
	{ .name = "proc.args",
	  TEXT,
	  .put = put_args,
	  .who = WHO_THREAD,
	  .arg = ARG_INDEX,
	  .doc = "Arguments of the program, or the [n]th of them, counted from 0." },
	{ .name = "proc.aargs",
	  TEXT,
	  .put = put_args,
	  ANCESTOR,
	  .doc = "Arguments of ancestors, like proc.aname." },
	{ .name = "proc.cmdline",
	  TEXT,
	  .put = put_line,
	  OWN(comm),
	  .doc = "Name of the process and its arguments." },
	{ .name = "proc.pcmdline",
	  TEXT,
	  .put = put_line,
	  PARENT(comm),
	  .doc = "proc.cmdline of the parent." },
	{ .name = "proc.acmdline",
	  TEXT,
	  .put = put_line,
	  AT(comm),
	  ANCESTOR,
	  .doc = "proc.cmdline of ancestors, like proc.aname." },
	{ .name = "proc.exeline",
	  TEXT,
	  .put = put_line,
	  OWN(exe),
	  .doc = "First argument and the others: the line as it was typed." },
	{ .name = "proc.cmdnargs",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_nargs,
	  .who = WHO_THREAD,
	  .doc = "Number of arguments." },
	{ .name = "proc.cmdlenargs",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_lenargs,
	  .who = WHO_THREAD,
	  .doc = "Length of all arguments together." },
	{ .name = "proc.env",
	  TEXT,
	  .put = put_env,
	  .arg = ARG_KEY | ARG_INDEX,
	  .doc = "Environment; with [NAME] the value of one variable." },
	{ .name = "proc.aenv",
	  TEXT,
	  .put = put_aenv,
	  .who = WHO_ANCESTOR,
	  .arg = ARG_KEY | ARG_INDEX,
	  .flags = FIELD_WALK | FIELD_ALONE,
	  .doc = "Environment of ancestors; [NAME]: the value that the nearest of them has." },
	{ .name = "proc.cwd",
	  TEXT,
	  .get = field_get_str,
	  .who = WHO_SELF,
	  AT(cwd),
	  .doc = "Working directory." },
	{ .name = "proc.tty",
	  .type = PT_UINT32,
	  .format = PF_ID,
	  .get = field_get_u32,
	  OWN(tty),
	  .doc = "Device number of the controlling terminal, 0 for none." },
	{ .name = "proc.nthreads",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_nthreads,
	  .doc = "Number of threads." },
	{ .name = "proc.nchilds",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_nthreads,
	  .at = 1,
	  .doc = "Number of threads without the main one." },
	{ .name = "proc.fdopencount",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_fdcount,
	  .doc = "Number of open descriptors." },
	{ .name = "proc.fdlimit",
	  .type = PT_INT64,
	  .format = PF_DEC,
	  .get = field_get_i64,
	  .who = WHO_SELF,
	  AT(fdlimit),
	  .doc = "How many descriptors may be open." },
	{ .name = "proc.fdusage",
	  .type = PT_DOUBLE,
	  .get = get_fdusage,
	  .doc = "Open descriptors in percent of the limit." },
	{ .name = "proc.vmsize", MEMORY(vmsize_kb), .doc = "Virtual memory in kB." },
	{ .name = "proc.vmrss", MEMORY(vmrss_kb), .doc = "Resident memory in kB." },
	{ .name = "proc.vmswap", MEMORY(vmswap_kb), .doc = "Memory on swap in kB." },
	{ .name = "proc.stdin.type", STD_TYPE(0), .doc = "fd.type of standard input." },
	{ .name = "proc.stdout.type", STD_TYPE(1), .doc = "fd.type of standard output." },
	{ .name = "proc.stderr.type", STD_TYPE(2), .doc = "fd.type of standard error." },
	{ .name = "proc.stdin.name", STD_NAME(0), .doc = "fd.name of standard input." },
	{ .name = "proc.stdout.name", STD_NAME(1), .doc = "fd.name of standard output." },
	{ .name = "proc.stderr.name", STD_NAME(2), .doc = "fd.name of standard error." },
	{ .name = "proc.is_container_healthcheck",
	  .type = PT_BOOL,
	  .get = get_false,
	  .doc = "Always false: health checks are not told apart." },
	{ .name = "proc.is_container_liveness_probe",
	  .type = PT_BOOL,
	  .get = get_false,
	  .doc = "Always false: probes are not told apart." },
	{ .name = "proc.is_container_readiness_probe",
	  .type = PT_BOOL,
	  .get = get_false,
	  .doc = "Always false: probes are not told apart." },
};

const struct field_class fields_proc_class = {
	.name = "proc",
	.doc = "The process that made the event, its parents, its session.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the matrix with lists of strings, operations and keys, and structures of quotas. */
#include <linux/keyctl.h>
#include <string.h>
#include <sys/quota.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include "calls.h"
#include "matrix.h"

#define E(name) SCAP_EVT_SYSCALL_##name
#define ROW(c)	.name = #c, .nr = SYS_##c

/* ---- lists of strings ---- */

#define LIST_MAX 4096 /* bytes that are kept of one */

static const char *const strings[4]; /* the last one stays NULL */
#define STRING_AT(i, s)                                                                     \
	{                                                                                   \
		.kind = ARG_TEXT, .bytes = s, .size = sizeof(s), .off = 8 * (i), .width = 8 \
	}
static const struct matrix_arg args[] = { STRING_AT(0, "zero"), STRING_AT(1, "first"),
					  STRING_AT(2, "second") };
static const struct matrix_arg env[] = { STRING_AT(0, "A=1"), STRING_AT(1, "LONGER=some text") };

/* One after the other, up to the first that is not there. */
static size_t listed(const struct matrix_call *c, unsigned long list, unsigned char *out)
{
	size_t len = 0, n;
	unsigned long p;

	for (; list && len < LIST_MAX; list += sizeof(p), len += n) {
		if (!fetch(c, &p, list, sizeof(p)) || !p)
			break;
		n = fetch_text(c, out + len, p, LIST_MAX - len);
		if (!n)
			break;
	}
	return len;
}

static size_t exe(const struct matrix_call *c, unsigned char *out)
{
	return listed(c, c->arg[1], out) ? strlen((char *)out) + 1 : 0;
}

static size_t rest(const struct matrix_call *c, unsigned char *out)
{
	static unsigned char all[LIST_MAX];
	size_t len = listed(c, c->arg[1], all), first = len ? strlen((char *)all) + 1 : 0;

	memcpy(out, all + first, len - first);
	return len - first;
}

static size_t environment(const struct matrix_call *c, unsigned char *out)
{
	return listed(c, c->arg[2], out);
}

/* ---- semaphores ---- */

/* Member @m of operation @i, of which two are recorded. */
static uint16_t op_member(const struct matrix_call *c, unsigned int i, unsigned int m)
{
	uint16_t all[2][3] = { 0 };
	uint32_t n = c->arg[2];

	n = n > 2 ? 2 : n;
	if (n <= i || !fetch(c, all, c->arg[1], n * sizeof(all[0])))
		return 0;
	if (m < 2)
		return all[i][m];
	return (all[i][2] & IPC_NOWAIT ? SCAP_IPC_NOWAIT : 0) |
	       (all[i][2] & SEM_UNDO ? SCAP_SEM_UNDO : 0);
}

#define OP_MEMBER(i, m)                                                            \
	static size_t op##i##_##m(const struct matrix_call *c, unsigned char *out) \
	{                                                                          \
		uint16_t v = op_member(c, i, m);                                   \
                                                                                   \
		memcpy(out, &v, 2);                                                \
		return 2;                                                          \
	}
OP_MEMBER(0, 0)
OP_MEMBER(0, 1)
OP_MEMBER(0, 2)
OP_MEMBER(1, 0)
OP_MEMBER(1, 1)
OP_MEMBER(1, 2)

static const struct sembuf ops[2] = { { 1, -2, IPC_NOWAIT }, { 3, 4, SEM_UNDO } };

/* ---- keys ---- */

/* An argument of keyctl: a number, or a string. */
static size_t key_number(uint64_t v, unsigned char *out)
{
	*out = 0;
	memcpy(out + 1, &v, 8);
	return 9;
}

static size_t key_text(const struct matrix_call *c, unsigned int arg, unsigned char *out)
{
	*out = 1;
	return 1 + fetch_text(c, out + 1, c->arg[arg], 4096);
}

static size_t key1(const struct matrix_call *c, unsigned char *out)
{
	return key_number(c->arg[1], out);
}

static size_t key_text1(const struct matrix_call *c, unsigned char *out)
{
	return key_text(c, 1, out);
}

static size_t key_text2(const struct matrix_call *c, unsigned char *out)
{
	return key_text(c, 2, out);
}

static size_t key_text3(const struct matrix_call *c, unsigned char *out)
{
	return key_text(c, 3, out);
}

static size_t key4(const struct matrix_call *c, unsigned char *out)
{
	return key_number(c->arg[4], out);
}

static size_t key_none(const struct matrix_call *c, unsigned char *out)
{
	(void)c;
	return key_number(0, out);
}

#define KEYCTL(what)                                                        \
	.name = "keyctl " what, .nr = SYS_keyctl, .since = SCHEMA(4, 5, 0), \
	.code = SCAP_SC_keyctl, .exit = E(KEYCTL_X)

/* ---- quotas ---- */

static const struct if_dqinfo info = { .dqi_bgrace = 21, .dqi_igrace = 22, .dqi_valid = IIF_ALL };

/* None of them is set. */
static size_t info_flags(const struct matrix_call *c, unsigned char *out)
{
	*out = there(c, c->arg[3], sizeof(info)) ? SCAP_DQF_NONE : 0;
	return 1;
}

const struct matrix_row matrix_list_rows[] = {
	/* what has no program fails; the other parameters are compared by guest_exec.c */
	{ ROW(execve), .arg = { STRING("./nothing"), NEST(strings, args), NEST(strings, env) },
	  .exit = E(EXECVE_19_X),
	  .param = { RES,     FN(exe),	       FN(rest), ANY(64), ANY(64), ANY(64), NOTHING,
		     ANY(64), ANY(64),	       ANY(64),	 ANY(32), ANY(32), ANY(32), SKIP,
		     SKIP,    FN(environment), ANY(32),	 ANY(64), ANY(32), ANY(32), ANY(64),
		     ANY(64), ANY(64),	       ANY(64),	 ANY(64), ANY(64), ANY(32), SKIP,
		     ANY(64), ANY(32),	       TEXT(0) } },

	{ ROW(semop), .arg = { NUM(-1), MEM(ops), COUNT(1, sizeof(struct sembuf)) },
	  .exit = E(SEMOP_X),
	  .param = { RES, ARG(2, 32), FN(op0_0), FN(op0_1), FN(op0_2), FN(op1_0), FN(op1_1),
		     FN(op1_2), ARG(0, 32) } },
	{ .name = "quotactl Q_SETINFO",
	  .nr = SYS_quotactl,
	  .arg = { NUM((int)QCMD(Q_SETINFO, GRPQUOTA)), STRING("/dev/none"), NUM(5), MEM(info) },
	  .exit = E(QUOTACTL_X),
	  .param = { RES, TEXT(1), NOTHING, CONST(64, 0), CONST(64, 0), CONST(64, 0), CONST(64, 0),
		     CONST(64, 0), CONST(64, 0), CONST(64, 0),
		     FIELD(3, struct if_dqinfo, dqi_bgrace, 64, 0),
		     FIELD(3, struct if_dqinfo, dqi_igrace, 64, 0), FN(info_flags),
		     CONST(8, SCAP_QFMT_NOT_USED), CONST(16, SCAP_Q_SETINFO),
		     CONST(8, SCAP_GRPQUOTA), CONST(32, 5), CONST(8, SCAP_QFMT_NOT_USED) } },
	{ .name = "quotactl Q_QUOTAON",
	  .nr = SYS_quotactl,
	  .arg = { NUM((int)QCMD(Q_QUOTAON, USRQUOTA)), STRING("/dev/none"), NUM(2),
		   STRING("aquota.user") },
	  .exit = E(QUOTACTL_X),
	  .param = { RES, TEXT(1), TEXT(3), CONST(64, 0), CONST(64, 0), CONST(64, 0), CONST(64, 0),
		     CONST(64, 0), CONST(64, 0), CONST(64, 0), CONST(64, 0), CONST(64, 0),
		     CONST(8, 0), CONST(8, SCAP_QFMT_NOT_USED), CONST(16, SCAP_Q_QUOTAON),
		     CONST(8, SCAP_USRQUOTA), CONST(32, 2), CONST(8, SCAP_QFMT_VFS_V0) } },

	{ KEYCTL("KEYCTL_SEARCH"),
	  .arg = { NUM(KEYCTL_SEARCH), NUM(KEY_SPEC_SESSION_KEYRING), STRING("user"),
		   STRING("nobody's"), NUM(0) },
	  .param = { RES, CONST(32, KEYCTL_SEARCH), FN(key1), FN(key_text2), FN(key_text3),
		     FN(key4) } },
	{ KEYCTL("KEYCTL_JOIN_SESSION_KEYRING"),
	  .arg = { NUM(KEYCTL_JOIN_SESSION_KEYRING), STRING("joined") },
	  .param = { RES, CONST(32, KEYCTL_JOIN_SESSION_KEYRING), FN(key_text1), FN(key_none),
		     FN(key_none), FN(key_none) } },
	{ KEYCTL("KEYCTL_RESTRICT_KEYRING"),
	  .arg = { NUM(KEYCTL_RESTRICT_KEYRING), NUM(-1), STRING("asymmetric"), STRING("all") },
	  .param = { RES, CONST(32, KEYCTL_RESTRICT_KEYRING), FN(key1), FN(key_text2),
		     FN(key_text3), FN(key_none) } },
};
const size_t matrix_list_rows_count = sizeof(matrix_list_rows) / sizeof(*matrix_list_rows);

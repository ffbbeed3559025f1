// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls of 32-bit programs: which 64-bit call each one is, and its arguments as that one
 * takes them. What lies behind the arguments in memory is user_layout.h's.
 */
#include "ia32.h"

#ifdef CONFIG_IA32_EMULATION

#include <linux/nospec.h>
#include <linux/sem.h>
#include <asm/syscall.h>

#include "table.h"
#include "user.h"
#include "user_layout.h"

/* From here on the numbers of both tables are the same. */
#define SAME_NUMBERS 424

/* How the arguments are made those of the 64-bit call. Each is 32 bits, without sign. */
enum ia32_args {
	ARGS_NONE,
	ARGS_PLAIN,
	ARGS_SEEK, /* argument 1 is signed */
	ARGS_POS,  /* 3 and 4 are the halves of an offset */
	ARGS_ID_0, /* ids of 16 bits: argument 0; 0 and 1 ... */
	ARGS_ID_01,
	ARGS_ID_012,
	ARGS_ID_12,
	ARGS_SEMCTL,	 /* the command may have a bit that asks for the newer structures */
	ARGS_MMAP,	 /* a block of six, argument 0 points to it */
	ARGS_SOCKETCALL, /* a block, argument 1 points to it */
	ARGS_IPC_FIRST,	 /* the arguments of ipc: 1, 2, 3 are the call's first three */
	ARGS_IPC_SEMOP,	 /* 4 is a pointer that the call has in the middle */
	ARGS_IPC_SEMCTL, /* 4 points to the fourth */
	ARGS_UNKNOWN,	 /* a number that socketcall or ipc does not know */
};

/* One row per call: its 64-bit twin, and where it differs. */
struct ia32_row {
	u16 twin;
	u16 code;  /* 0: the twin's */
	u16 event; /* 0: the twin's */
	u8 layout;
	u8 args; /* ARGS_NONE: no such call */
	u8 nargs;
};

#define SCAP_SC_TWIN  0
#define SCAP_EVT_TWIN 0

static const struct ia32_row rows[SAME_NUMBERS] = {
#define IA32(nr, name, twin) [nr] = { __NR_##twin, 0, 0, USER_32, ARGS_PLAIN },
#define IA32_AS(nr, name, twin, code, event, layout, args) \
	[nr] = { __NR_##twin, SCAP_SC_##code, SCAP_EVT_##event, layout, ARGS_##args },
#define SOCKETCALL(...)
#define IPC(...)
#include "ia32.def"
};

/* By the number in the first argument. */
static const struct ia32_row socket_rows[] = {
#define IA32(...)
#define IA32_AS(...)
#define SOCKETCALL(nr, twin, code, event, nargs) \
	[nr] = { __NR_##twin, SCAP_SC_##code, SCAP_EVT_##event, USER_32, ARGS_SOCKETCALL, nargs },
#define IPC(...)
#include "ia32.def"
};

static const struct ia32_row ipc_rows[] = {
#define IA32(...)
#define IA32_AS(...)
#define SOCKETCALL(...)
#define IPC(nr, twin, args) [nr] = { __NR_##twin, 0, 0, USER_32, ARGS_##args },
#include "ia32.def"
};

/* Numbers that they refuse: told to who asks for the first thing one does with either. */
static const struct ia32_row bad_socketcall = {
	__NR_socket, SCAP_SC_socketcall, SCAP_EVT_GENERIC_X, USER_32, ARGS_UNKNOWN,
};
static const struct ia32_row bad_ipc = {
	__NR_semget, SCAP_SC_ipc, SCAP_EVT_GENERIC_X, USER_32, ARGS_UNKNOWN,
};

#define IA32_NR_IPC	   117
#define IA32_NR_SOCKETCALL 102

static const struct ia32_row *row_at(const struct ia32_row *table, u32 n, u32 i)
{
	return i < n ? &table[array_index_nospec(i, n)] : NULL;
}

static const struct ia32_row *part_of(const struct ia32_row *table, u32 n, u32 i,
				      const struct ia32_row *bad)
{
	const struct ia32_row *row = row_at(table, n, i);

	return row && row->args != ARGS_NONE ? row : bad;
}

bool ia32_find(struct ia32_call *c, const struct pt_regs *regs, u32 nr)
{
	struct ia32_row same = { array_index_nospec(nr, SCAP_SYSCALL_TABLE_SIZE), 0, 0, USER_32,
				 ARGS_PLAIN };
	const struct ia32_row *row;
	u32 part = regs->bx;

	switch (nr) {
	case IA32_NR_SOCKETCALL:
		row = part_of(socket_rows, ARRAY_SIZE(socket_rows), part, &bad_socketcall);
		break;
	case IA32_NR_IPC:
		/* the upper half is the version of its structures */
		row = part_of(ipc_rows, ARRAY_SIZE(ipc_rows), part & 0xffff, &bad_ipc);
		break;
	case SAME_NUMBERS ... SCAP_SYSCALL_TABLE_SIZE - 1:
		row = &same;
		break;
	default:
		row = row_at(rows, ARRAY_SIZE(rows), nr);
	}
	if (!row || row->args == ARGS_NONE)
		return false;
	c->row = call_rows[row->twin];
	if (row->code)
		c->row.code = row->code;
	if (row->event)
		c->row.exit = &rec_rows[rec_rows[row->event].type];
	if (row->args == ARGS_UNKNOWN)
		c->row.enter = NULL;
	c->layout = row->layout;
	c->how = row->args;
	c->nargs = row->nargs;
	return true;
}

/* An id of 16 bits: -1 stays "leave it as it is". */
static void widen_ids(unsigned long *args, unsigned int first, unsigned int n)
{
	for (; n--; first++)
		args[first] = (u16)args[first] == (u16)-1 ? (u32)-1 : (u16)args[first];
}

static void fetch_failed(struct ia32_call *c)
{
	c->row.enter = NULL;
	c->row.exit = &rec_rows[SCAP_EVT_GENERIC_X];
	if (c->how == ARGS_SOCKETCALL)
		c->row.code = SCAP_SC_socketcall;
}

/* @n arguments of 32 bits in user memory. */
static void fetch_block(struct ia32_call *c, u32 block, unsigned int n)
{
	u32 words[6];
	unsigned int i;

	if (user_read(words, block, n * sizeof(*words))) {
		fetch_failed(c);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(words); i++)
		c->args[i] = i < n ? words[i] : 0;
}

/* The arguments of ipc behind the number: first, second, third, pointer. */
static void fetch_ipc(struct ia32_call *c)
{
	unsigned long *a = c->args;
	u32 first = a[1], second = a[2], third = a[3], ptr = a[4], fourth = 0;

	if (c->how == ARGS_IPC_SEMCTL && user_read(&fourth, ptr, sizeof(fourth))) {
		fetch_failed(c);
		return;
	}
	a[0] = first;
	a[1] = c->how == ARGS_IPC_SEMOP ? ptr : second;
	a[2] = c->how == ARGS_IPC_SEMOP ? second : third;
	a[3] = fourth;
	if (c->how == ARGS_IPC_SEMCTL)
		a[2] &= ~IPC_64;
}

void ia32_fetch(struct ia32_call *c, struct pt_regs *regs)
{
	unsigned long *a = c->args;
	unsigned int i;

	syscall_get_arguments(current, regs, a);
	/* int 0x80 of a 64-bit program leaves what it likes in the upper halves */
	for (i = 0; i < ARRAY_SIZE(c->args); i++)
		a[i] = (u32)a[i];
	switch (c->how) {
	case ARGS_SEEK:
		a[1] = (s32)a[1];
		break;
	case ARGS_POS:
		a[3] |= a[4] << 32;
		break;
	case ARGS_ID_0:
		widen_ids(a, 0, 1);
		break;
	case ARGS_ID_01:
		widen_ids(a, 0, 2);
		break;
	case ARGS_ID_012:
		widen_ids(a, 0, 3);
		break;
	case ARGS_ID_12:
		widen_ids(a, 1, 2);
		break;
	case ARGS_SEMCTL:
		a[2] &= ~IPC_64;
		break;
	case ARGS_MMAP:
		fetch_block(c, a[0], 6);
		break;
	case ARGS_SOCKETCALL:
		fetch_block(c, a[1], c->nargs);
		break;
	case ARGS_IPC_FIRST:
	case ARGS_IPC_SEMOP:
	case ARGS_IPC_SEMCTL:
		fetch_ipc(c);
		break;
	}
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of events and system calls, cut to the reported schema. */
#ifndef SCAP_TABLE_H
#define SCAP_TABLE_H

#include "record.h"
#include "uapi/scap_abi.h"

/* One row per system call of the 64-bit table. */
struct call_row {
	const struct rec_row *enter; /* event made at entry, NULL: none */
	const struct rec_row *exit;  /* event made at exit */
	u16 code;		     /* portable number */
	u16 nr;
	u8 flags;    /* enum scap_syscall_flags */
	bool is_odd; /* an exit with result 0 may be no exit, see probes.c */
} __aligned(32);     /* found with a shift */
extern struct call_row call_rows[SCAP_SYSCALL_TABLE_SIZE];

/* Cuts the tables to schema @schema (a SCHEMA() number). Once, at load. */
void table_init(u32 schema);

#endif

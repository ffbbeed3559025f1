/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of events and system calls, cut to the reported schema. */
#ifndef SCAP_TABLE_H
#define SCAP_TABLE_H

#include "record.h"
#include "uapi/scap_abi.h"

/* One row per system call of the 64-bit table. */
struct call_row {
	u16 code;  /* portable number */
	u16 enter; /* event type made at entry, 0: none */
	u16 exit;  /* event type made at exit */
	u8 flags;  /* enum scap_syscall_flags */
};
extern struct call_row call_rows[SCAP_SYSCALL_TABLE_SIZE];

/* Cuts the tables to schema @schema (a SCHEMA() number). Once, at load. */
void table_init(u32 schema);

#endif

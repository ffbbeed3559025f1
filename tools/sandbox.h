/* SPDX-License-Identifier: BSD-2-Clause */
/* For those who read captures and print what is in them: what a forged one could make of us. */
#ifndef TOOLS_SANDBOX_H
#define TOOLS_SANDBOX_H

/*
 * From now on, this process can open files for reading, write to what is open, and use memory and
 * threads: no other program, no socket, no new file, no other process. Where the kernel has no
 * seccomp, nothing changes.
 */
void sandbox_enter(void);

/* The same for who draws on a terminal: it can ask for its size and set its modes. */
void sandbox_enter_terminal(void);

#endif

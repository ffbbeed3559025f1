/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of signals, as x86-64 numbers them. */
#ifndef TOOLS_STORY_SIGNAL_H
#define TOOLS_STORY_SIGNAL_H

const char *story_signal_name(unsigned int sig);

#endif

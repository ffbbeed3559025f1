/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of sysdig that are not taken here, and why. */
#ifndef TOOLS_REFUSED_H
#define TOOLS_REFUSED_H

/* Why the option of this letter, or of the long form in @word ("--bpf=x"), is refused; or NULL. */
const char *refused_letter(int letter);
const char *refused_word(const char *word);

/* One line of the usage text that names them all. */
void refused_usage(void);

#endif

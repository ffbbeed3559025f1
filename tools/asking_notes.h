/* SPDX-License-Identifier: BSD-2-Clause */
/* What scapula-ask says it cannot have at all, until it says that it can. */
#ifndef TOOLS_ASKING_NOTES_H
#define TOOLS_ASKING_NOTES_H

#include <jansson.h>

/* Takes one with its @cause in words, NULL: it can be had. */
void asking_note(json_t **notes, const json_t *note, const char *cause);

/* Says what is left of them, and frees them. */
void asking_notes_end(json_t **notes);

#endif

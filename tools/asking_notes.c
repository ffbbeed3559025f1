/* SPDX-License-Identifier: BSD-2-Clause */
/* Kept by what it is about: what is the matter, in words. The same matter is told once. */
#include "asking_notes.h"

#include <string.h>

#include "complain.h"
#include "sinsp.h"

#define NOTES_MAX 32u
#define WORDS_MAX 300

void asking_note(json_t **notes, const json_t *note, const char *cause)
{
	const char *what = json_string_value(json_object_get(note, "note"));
	const char *why = json_string_value(json_object_get(note, "why"));

	if (!what)
		return;
	if (!*notes)
		*notes = json_object();
	if (!cause)
		json_object_del(*notes, what);
	else if (json_object_size(*notes) < NOTES_MAX)
		json_object_set_new(*notes, what,
				    json_sprintf("%s%s%.*s", cause, why ? ": " : "", WORDS_MAX,
						 why ? why : ""));
}

void asking_notes_end(json_t **notes)
{
	json_t *words, *same;
	const char *what;
	void *next;

	while ((words = json_object_iter_value(json_object_iter(*notes)))) {
		struct sinsp_text t = { 0 };

		json_incref(words);
		json_object_foreach_safe(*notes, next, what, same)
		{
			if (!json_equal(same, words))
				continue;
			sinsp_text_printf(&t, "%s%.*s", t.len ? ", " : "", WORDS_MAX, what);
			json_object_del(*notes, what);
		}
		complain("the API server does not list %s: %s", t.ptr, json_string_value(words));
		sinsp_text_free(&t);
		json_decref(words);
	}
	json_decref(*notes);
	*notes = NULL;
}

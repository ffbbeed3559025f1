/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows where a filter is wrong: its line, and a caret below the place. */
#include "sinsp.h"

#define WIDTH 72u /* of the line that is shown */
#define AHEAD 24u /* and of what is shown behind the place, if there is that much */

void sinsp_filter_mark(const char *text, const struct scap_error *err, struct sinsp_text *out)
{
	size_t len = strlen(text), at = err->at < len ? err->at : len, begin = at, end = at, from;

	while (begin > 0 && text[begin - 1] != '\n')
		begin--;
	while (end < len && text[end] != '\n')
		end++;
	from = begin;
	if (end - begin > WIDTH && at - begin > WIDTH - AHEAD) {
		from = at - (WIDTH - AHEAD);
		if (end - from < WIDTH)
			from = end - WIDTH;
	}
	if (end - from > WIDTH)
		end = from + WIDTH;
	sinsp_text_add_printable(out, text + from, end - from);
	sinsp_text_printf(out, "\n%*s^\n", (int)(at - from), "");
}

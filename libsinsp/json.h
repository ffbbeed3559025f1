/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as JSON: numbers, truths and lists as such, all else as the text that people see. */
#ifndef SINSP_JSON_H
#define SINSP_JSON_H

#include "transform.h"

/* Makes what stands in @t from @from on the inside of a JSON string. */
void json_escape(struct sinsp_text *t, size_t from);

/* The value of @o. False, with nothing appended, where the event has none. */
bool json_put(struct view *c, struct operand *o, struct sinsp_text *out);

#endif

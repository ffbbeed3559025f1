/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the text of a container event; what was read can be written and read again. */
#include "driver.h"

#include "container_json.h"

static struct sinsp_container empty(void)
{
	return (struct sinsp_container){
		.id = "",
		.full_id = "",
		.name = "",
		.image = "",
		.image_id = "",
		.image_repo = "",
		.image_tag = "",
		.image_digest = "",
		.pod_name = "",
		.pod_namespace = "",
		.pod_uid = "",
		.pod_sandbox_id = "",
		.ip = "",
	};
}

static int one_text(const uint8_t *data, size_t size)
{
	struct sinsp_container c = empty(), again = empty();
	struct intern *pool = intern_new();
	struct sinsp_text out = { 0 };

	if (container_json_decode((const char *)data, size, &c, pool) == 0) {
		if (container_json_encode(&c, &out) != 0 ||
		    container_json_decode(out.ptr, out.len, &again, pool) != 0 ||
		    strcmp(c.id, again.id) != 0 || c.type != again.type ||
		    c.created != again.created)
			abort();
		free(again.labels);
	}
	free(c.labels);
	sinsp_text_free(&out);
	intern_free(pool);
	return 0;
}

FUZZ("container_json", one_text)

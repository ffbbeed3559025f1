/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of a container's mounts. */
#include "fields.h"
#include "put.h"

#include "container_json.h"
#include "filter.h"

static void put_part(struct view *c, const struct sinsp_mount *m, unsigned int k,
		     struct sinsp_text *out)
{
	render_text(c, m->part[k], m->len[k], out);
}

static void put_whole(struct view *c, const struct sinsp_mount *m, struct sinsp_text *out)
{
	unsigned int k;

	for (k = 0; k < SINSP_MOUNT_PARTS; k++) {
		if (k)
			put_char(out, ':');
		put_part(c, m, k, out);
	}
}

static const char *mounts_of(const struct view *c)
{
	const struct sinsp_container *ct = field_container(c);

	return ct ? ct->mounts : "";
}

static bool put_mounts(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const char *p = mounts_of(c);
	size_t begin = out->len;
	struct sinsp_mount m;

	(void)r;
	while (container_next_mount(&p, &m)) {
		if (out->len != begin)
			put_char(out, ',');
		put_whole(c, &m, out);
	}
	return field_container(c) != NULL;
}

/* The mount of a number, or the first whose source (destination for its source) fits a pattern. */
static bool find_mount(const struct view *c, const struct field_ref *r, struct sinsp_mount *m)
{
	unsigned int by = r->field->at == SINSP_MOUNT_SOURCE ? SINSP_MOUNT_DEST
							     : SINSP_MOUNT_SOURCE;
	const char *p = mounts_of(c);
	int64_t i;

	for (i = 0; container_next_mount(&p, m); i++)
		if (r->arg == ARG_INDEX
			    ? i == r->index
			    : glob_match(r->key, r->key_len, m->part[by], m->len[by], false))
			return true;
	return false;
}

static bool put_mount(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	struct sinsp_mount m;

	if (!find_mount(c, r, &m))
		return false;
	if (r->field->at == SINSP_MOUNT_PARTS)
		put_whole(c, &m, out);
	else
		put_part(c, &m, r->field->at, out);
	return true;
}

#define MOUNT(k) \
	.type = PT_CHARBUF, .put = put_mount, .arg = ARG_INDEX | ARG_KEY | ARG_REQUIRED, .at = (k)

static const struct field rows[] = {
	{ .name = "container.mounts",
	  .type = PT_CHARBUF,
	  .put = put_mounts,
	  .doc = "All mounts, as source:destination:mode:writable:propagation." },
	{ .name = "container.mount",
	  MOUNT(SINSP_MOUNT_PARTS),
	  .doc = "One mount, by number or by a pattern for its source." },
	{ .name = "container.mount.source",
	  MOUNT(SINSP_MOUNT_SOURCE),
	  .doc = "Source of a mount, by number or by a pattern for its destination." },
	{ .name = "container.mount.dest",
	  MOUNT(SINSP_MOUNT_DEST),
	  .doc = "Destination of a mount, by number or by a pattern for its source." },
	{ .name = "container.mount.mode",
	  MOUNT(SINSP_MOUNT_MODE),
	  .doc = "Mode of a mount, picked like container.mount." },
	{ .name = "container.mount.rdwr",
	  MOUNT(SINSP_MOUNT_RW),
	  .doc = "Whether a mount is writable, picked like container.mount." },
	{ .name = "container.mount.propagation",
	  MOUNT(SINSP_MOUNT_PROPAGATION),
	  .doc = "Propagation of a mount, picked like container.mount." },
};

const struct field_class fields_mount_class = {
	.name = "container",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

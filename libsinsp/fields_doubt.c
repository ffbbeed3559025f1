/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields that tell what is guessed, or may be out of date. Absent where nothing is. */
#include "fields.h"
#include "put.h"

static const struct {
	unsigned int bit;
	const char *word;
} words[] = {
	{ SINSP_DOUBT_LOSS, "loss" },	  { SINSP_DOUBT_UNSEEN, "unseen" },
	{ SINSP_DOUBT_ROLE, "role" },	  { SINSP_DOUBT_ADDRESS, "address" },
	{ SINSP_DOUBT_PARENT, "parent" }, { SINSP_DOUBT_IDS, "ids" },
};

static bool put_words(unsigned int doubt, struct sinsp_text *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(doubt & words[i].bit))
			continue;
		if (any)
			put_char(out, ',');
		sinsp_text_puts(out, words[i].word);
		any = true;
	}
	return any;
}

static bool put_thread(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	return t && c->s && put_words(sinsp_thread_doubt(c->s, t), out);
}

static bool put_fd(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_fd *fd = c->ev->fd;

	(void)r;
	return fd && c->s && put_words(sinsp_fd_doubt(c->s, fd), out);
}

static const struct field rows[] = {
	{ .name = "doubt.thread",
	  .type = PT_CHARBUF,
	  .put = put_thread,
	  .doc = "Why the thread may be otherwise: loss, unseen, parent, ids; see scapula(1)." },
	{ .name = "doubt.fd",
	  .type = PT_CHARBUF,
	  .put = put_fd,
	  .doc = "Why the descriptor may be otherwise: loss, unseen, role, address." },
};

const struct field_class fields_doubt_class = {
	.name = "doubt",
	.doc = "What of the state is guessed or may be out of date; absent where nothing is.",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};

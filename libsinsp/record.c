/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recording with an index: a writer, and beside it an inspector that follows what is written, as a
 * reader of the file will. Its state is what keyframes are made of. That of a live inspector would
 * not do: it knows what it looked up on this machine and what the filter left out, and a capture
 * would tell another story when it is read from its middle.
 */
#include "frame_tags.h"
#include "inspector.h"
#include "image.h"

#include <errno.h>
#include <stdlib.h>

struct sinsp_recorder {
	struct scap_writer *writer;
	struct scap_snapshot *snap; /* of the follower */
	struct sinsp *follower;	    /* NULL: no index is wanted */
	struct sinsp_text state;
	uint64_t frame;
	uint32_t round; /* threads that are of it have been told of in this frame */
};

static bool wants_index(const struct scap_writer_options *opts)
{
	return !opts || (opts->compression == SCAP_ZSTD && !opts->no_index);
}

static int open_follower(struct sinsp_recorder *r, const struct scap_snapshot *snap,
			 struct scap_error *err)
{
	r->snap = scap_snapshot_reread(snap, err);
	if (!r->snap)
		return -ENOMEM;
	r->follower = sinsp_open_follower(r->snap);
	return r->follower ? 0 : scap_fail(err, -ENOMEM, "no memory for the state");
}

struct sinsp_recorder *sinsp_recorder_open(const char *path, const struct scap_writer_options *opts,
					   const struct scap_snapshot *snap, struct scap_error *err)
{
	struct sinsp_recorder *r = calloc(1, sizeof(*r));

	if (!r) {
		scap_fail(err, -ENOMEM, "%s: no memory", path);
		return NULL;
	}
	r->round = 1;
	if (!wants_index(opts) || open_follower(r, snap, err) == 0)
		r->writer = scap_writer_open(path, opts, snap, err);
	if (r->writer)
		return r;
	sinsp_recorder_close(r, NULL);
	return NULL;
}

static int put_keyframe(struct sinsp_recorder *r)
{
	sinsp_text_clear(&r->state);
	/* Without memory for it a keyframe is left out, as if it were not due yet. */
	if (image_put(r->follower, &r->state) < 0) {
		sinsp_text_free(&r->state);
		return 0;
	}
	return scap_writer_keyframe(r->writer, r->state.ptr, r->state.len);
}

/* Tells the index whose event it is: once a thread and frame, or as long as nothing changes. */
static void tag(struct sinsp_recorder *r, const struct sinsp_event *ev)
{
	uint8_t text[FRAME_TAG_MAX];
	struct thread *t;
	size_t n;

	if (scap_writer_frame(r->writer) != r->frame) {
		r->frame = scap_writer_frame(r->writer);
		r->round++;
	}
	/* What is known of containers may be something else from now on. */
	if (r->follower->kind[ev->raw.hdr->type] & KIND_STATE)
		r->round++;
	n = ev->told ? frame_tag_container(text, ev->told) : 0;
	if (n)
		scap_writer_tag(r->writer, FRAME_TAG_CONTAINER, text, n);
	if (!ev->thread)
		return;
	t = thread_of(ev->thread);
	if (t->tagged == r->round && t->tagged_as == t->pub.container)
		return;
	t->tagged = r->round;
	t->tagged_as = t->pub.container;
	n = frame_tag_container(text, t->pub.container);
	if (n)
		scap_writer_tag(r->writer, FRAME_TAG_CONTAINER, text, n);
	else
		scap_writer_tag(r->writer, FRAME_TAG_ANY_CONTAINER, NULL, 0);
}

int sinsp_recorder_event(struct sinsp_recorder *r, const struct scap_event *ev)
{
	int rc;

	if (!r->follower)
		return scap_writer_event(r->writer, ev);
	ev = scap_writer_as_written(r->writer, ev); /* a reader knows no more */
	if (scap_writer_wants_keyframe(r->writer)) {
		rc = put_keyframe(r);
		if (rc < 0)
			return rc;
	}
	rc = scap_writer_event(r->writer, ev);
	if (rc == 0)
		tag(r, sinsp_follow(r->follower, ev));
	return rc;
}

struct scap_writer *sinsp_recorder_writer(struct sinsp_recorder *r)
{
	return r->writer;
}

int sinsp_recorder_close(struct sinsp_recorder *r, struct scap_error *err)
{
	int rc;

	if (!r)
		return 0;
	rc = scap_writer_close(r->writer, err);
	sinsp_close(r->follower);
	scap_snapshot_free(r->snap);
	sinsp_text_free(&r->state);
	free(r);
	return rc;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recording with an index: a writer, and beside it an inspector that follows what is written, as a
 * reader of the file will. Its state is what keyframes are made of. That of a live inspector would
 * not do: it knows what it looked up on this machine and what the filter left out, and a capture
 * would tell another story when it is read from its middle.
 *
 * With a filter (sift.c) the live one is asked all the same, for what the recording must tell of a
 * process that comes into it; the follower knows what it has told already.
 */
#include "frame_tags.h"
#include "inspector.h"
#include "image.h"
#include "bring.h"

#include <errno.h>
#include <stdlib.h>

struct sinsp_recorder {
	struct scap_writer *writer;
	struct scap_snapshot *snap; /* of the follower */
	struct sinsp *follower;	    /* NULL: no index is wanted */
	struct sinsp_text state;
	uint64_t frame;
	uint32_t round; /* threads that are of it have been told of in this frame */
	struct sift sift;
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

static struct sinsp_recorder *open_recorder(const char *path,
					    const struct scap_writer_options *opts,
					    const struct scap_snapshot *snap, bool follow,
					    struct scap_error *err)
{
	struct sinsp_recorder *r = calloc(1, sizeof(*r));

	if (!r) {
		scap_fail(err, -ENOMEM, "%s: no memory", path);
		return NULL;
	}
	r->round = 1;
	if (!follow || open_follower(r, snap, err) == 0)
		r->writer = scap_writer_open(path, opts, snap, err);
	if (r->writer)
		return r;
	sinsp_recorder_close(r, NULL);
	return NULL;
}

struct sinsp_recorder *sinsp_recorder_open(const char *path, const struct scap_writer_options *opts,
					   const struct scap_snapshot *snap, struct scap_error *err)
{
	return open_recorder(path, opts, snap, wants_index(opts), err);
}

static int write_told(const struct scap_event *ev, void *arg)
{
	int rc = sinsp_recorder_event(arg, ev);

	return rc == -EMSGSIZE ? 0 : rc; /* of that one readers will know less */
}

/* Of the machine, not of its processes. */
static struct scap_snapshot machine_of(const struct sinsp *s)
{
	const struct scap_snapshot *first = scap_snapshot(s->scap);
	struct scap_snapshot snap = { 0 };

	if (first) {
		snap.machine = first->machine;
		snap.interfaces = first->interfaces;
		snap.n_interfaces = first->n_interfaces;
	}
	if (s->users.host) {
		snap.users = s->users.host->users;
		snap.n_users = s->users.host->n_users;
		snap.groups = s->users.host->groups;
		snap.n_groups = s->users.host->n_groups;
	}
	return snap;
}

struct sinsp_recorder *sinsp_recorder_open_filtered(const char *path,
						    const struct scap_writer_options *opts,
						    struct sinsp *s, bool lean,
						    struct scap_error *err)
{
	struct scap_snapshot snap = machine_of(s);
	struct sinsp_recorder *r = open_recorder(path, opts, &snap, true, err);

	if (!r)
		return NULL;
	r->sift = (struct sift){
		.live = s,
		.kept = r->follower,
		.number = ++s->recorders,
		.lean = lean,
		.telling = { .flags = SCAP_BLOCK_STATE_ONLY, .fn = write_told, .arg = r },
	};
	return r;
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

int sinsp_recorder_loss(struct sinsp_recorder *r, uint64_t ts, uint16_t cpu,
			const struct scap_loss *loss)
{
	struct {
		struct scap_item_hdr hdr;
		struct scap_loss loss;
	} __attribute__((packed)) item = { { SCAP_ITEM_LOSS, sizeof(*loss) }, *loss };
	uint32_t ratio = 1;
	struct scap_param param = { &ratio, sizeof(ratio) };
	struct scap_event ev;
	uint8_t buf[64];
	int64_t len;

	len = scap_event_encode(buf, sizeof(buf), SCAP_EVT_DROP_X, ts, UINT64_MAX, &param, 1);
	if (len < 0 || scap_event_decode(&ev, buf, (size_t)len) < 0)
		return -EINVAL;
	ev.cpu = cpu;
	ev.flags = SCAP_BLOCK_STATE_ONLY;
	ev.items = (const uint8_t *)&item;
	ev.items_len = sizeof(item);
	return sinsp_recorder_event(r, &ev);
}

/* Of an event that is not kept: what was lost before it. */
static int keep_loss(struct sinsp_recorder *r, const struct scap_event *ev)
{
	struct scap_loss loss;
	size_t len;
	const void *item = ev->items ? scap_event_item(ev, SCAP_ITEM_LOSS, &len) : NULL;

	if (!item || len < sizeof(loss))
		return 0;
	memcpy(&loss, item, sizeof(loss));
	return sinsp_recorder_loss(r, ev->hdr->ts, ev->cpu, &loss);
}

static bool has_item(const struct scap_event *ev, uint16_t kind)
{
	size_t len;

	return ev->items && scap_event_item(ev, kind, &len);
}

/*
 * What the reader cannot work out from the event: a descriptor that was another process's, a thread
 * that is first heard of now, or was taken for another until now, and how long a thread had its
 * CPU, which depends on whoever had that before.
 */
static void add_items(struct sinsp_recorder *r, const struct sinsp_event *ev,
		      struct scap_event *raw)
{
	struct sinsp_text *item = &r->sift.telling.item;
	bool fd = raw->hdr->type == SCAP_EVT_SYSCALL_PIDFD_GETFD_X && ev->fd &&
		  !has_item(raw, SCAP_ITEM_FD);
	bool thread = ev->thread && r->sift.live->before.met == ev->thread &&
		      !has_item(raw, SCAP_ITEM_THREAD);
	bool time = raw->hdr->type == SCAP_EVT_SCHEDSWITCH_6_E &&
		    !has_item(raw, SCAP_ITEM_CPU_TIME) && bring_is_time_other(&r->sift, ev);
	struct sinsp_fd known;

	if (!fd && !thread && !time)
		return;
	sinsp_text_clear(item);
	sinsp_text_add(item, (const char *)raw->items, raw->items_len);
	if (fd) {
		known = *ev->fd;
		known.losses -= bring_lost(&r->sift);
		tell_fd_item(&r->sift.telling, &known);
	}
	if (thread)
		bring_item(&r->sift, thread_of(ev->thread));
	if (time)
		tell_time_item(&r->sift.telling, ev->cpu_ns, ev->thread ? ev->thread->cpu_ns : 0);
	if (item->failed)
		return;
	raw->items = (const uint8_t *)item->ptr;
	raw->items_len = (uint32_t)item->len;
}

int sinsp_recorder_filtered(struct sinsp_recorder *r, const struct sinsp_event *ev, bool passed)
{
	struct scap_event raw = ev->raw;
	int rc;

	if (!passed && !sift_keeps(&r->sift, ev))
		return keep_loss(r, &ev->raw);
	if (!passed)
		raw.flags |= SCAP_BLOCK_STATE_ONLY;
	rc = passed ? sift_before(&r->sift, ev) : sift_before_hidden(&r->sift, ev);
	if (rc < 0)
		return rc;
	add_items(r, ev, &raw);
	rc = sinsp_recorder_event(r, &raw);
	sinsp_text_clear(&r->sift.telling.item);
	if (passed)
		sift_after(&r->sift, ev);
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
	tell_free(&r->sift.telling);
	free(r);
	return rc;
}

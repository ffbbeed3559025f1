/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any bytes as what stands beside the frames of a zstd file. An odd first byte: the
 * whole file is made of them. Else they are an index and a keyframe, with the right sums and
 * places, so that what is in them is looked at.
 */
#include "driver.h"
#include "aside.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

static uint8_t frame[256];
static size_t frame_len;

/* The shortest capture: its header, and an event. */
static void make_frame(void)
{
	static const uint8_t header[28] = { 0x0a, 0x0d, 0x0d, 0x0a, 28,	  0,	0, 0,	 0x4d,
					    0x3c, 0x2b, 0x1a, 1,    0,	  2,	0, 0xff, 0xff,
					    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28 };

	if (!frame_len)
		frame_len = ZSTD_compress(frame, sizeof(frame), header, sizeof(header), 1);
}

static void put(int fd, const void *p, size_t n)
{
	if (write(fd, p, n) != (ssize_t)n)
		abort();
}

static void put_aside(int fd, uint32_t kind, const uint8_t *p, size_t n)
{
	uint32_t head[2] = { ZSTD_SKIPPABLE | kind, (uint32_t)n + 4 }, crc = aside_crc(p, n);

	put(fd, head, sizeof(head));
	put(fd, p, n);
	put(fd, &crc, sizeof(crc));
}

static void put_file(int fd, const uint8_t *data, size_t size)
{
	struct index_head head = { .magic = INDEX_MAGIC,
				   .version = INDEX_VERSION,
				   .head_bytes = sizeof(head),
				   .frame_bytes = (uint32_t)frame_len,
				   .content_bytes = 28,
				   .first = 1 };
	struct keyframe_head key = { .magic = KEYFRAME_MAGIC,
				     .version = KEYFRAME_VERSION,
				     .head_bytes = sizeof(key),
				     .content_at = 28,
				     .raw_bytes = 1000 };
	uint8_t *p = malloc(size + sizeof(head));

	if (!p)
		return;
	memcpy(p, &head, sizeof(head));
	memcpy(p + sizeof(head), data, size);
	put(fd, frame, frame_len);
	put_aside(fd, ASIDE_INDEX, p, size + sizeof(head));
	memcpy(p, &key, sizeof(key));
	memcpy(p + sizeof(key), data, size);
	put_aside(fd, ASIDE_KEYFRAME, p, size + sizeof(key));
	head.frame_at = (uint64_t)lseek(fd, 0, SEEK_CUR);
	head.content_at = 28;
	memcpy(p, &head, sizeof(head));
	put(fd, frame, frame_len);
	put_aside(fd, ASIDE_INDEX, p, sizeof(head));
	free(p);
}

static uint64_t sum;

static void touch(const struct scap_frame_detail *d)
{
	size_t i, k;

	for (i = 0; i < d->n_tids; i++)
		sum += d->tids[i];
	for (i = 0; i < d->n_tags; i++)
		for (k = 0; k < d->tags[i].len; k++)
			sum += d->tags[i].ptr[k];
	for (i = 0; i < SCAP_EVT_MAX; i++)
		sum += d->counts[i];
}

static int one_input(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	const struct scap_frame_detail *d;
	struct scap_event ev;
	const void *state;
	char path[64];
	struct scap *h;
	size_t n, i, len;

	if (fd < 0)
		abort();
	make_frame();
	put(fd, frame, frame_len);
	if (size == 0 || data[0] & 1)
		put(fd, data, size);
	else if (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		put_file(fd, data, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	h = scap_open_file(path, NULL);
	close(fd);
	if (!h)
		return 0;
	scap_frames(h, &n);
	for (i = 0; i < n && i < 64; i++) {
		if (scap_frame_detail(h, i, &d) == 0)
			touch(d);
		if (scap_frame_state(h, i, &state, &len) == 0 && len > KEYFRAME_BYTES_MAX)
			abort();
		if (scap_seek(h, i) == 0)
			scap_next(h, &ev);
	}
	scap_close(h);
	return 0;
}

FUZZ("index", one_input)

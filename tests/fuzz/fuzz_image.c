/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: any bytes as the image of a state. What is taken in is gone on with, and put again.
 */
#include "driver.h"
#include "image.h"

/* Events of the threads that images have, so that what was taken in is used. */
static void go_on(struct sinsp *s)
{
	static const uint16_t types[] = { SCAP_EVT_SYSCALL_CLOSE_X,	SCAP_EVT_SYSCALL_CLONE_20_X,
					  SCAP_EVT_SYSCALL_DUP_1_X,	SCAP_EVT_SYSCALL_CHDIR_X,
					  SCAP_EVT_SYSCALL_EXECVE_19_X, SCAP_EVT_PROCEXIT_1_E };
	int64_t tids[16], fd;
	uint64_t ts = 1700000000000000000u;
	unsigned int n = 0, i, k;
	struct scap_event ev;
	struct thread *t;
	uint8_t buf[256];
	int64_t len;

	TAILQ_FOREACH (t, &s->threads.all, all)
		if (n < 16)
			tids[n++] = t->pub.tid;
	for (i = 0; i < n; i++) {
		for (k = 0; k < sizeof(types) / sizeof(types[0]); k++) {
			struct scap_param p[] = { { &(int64_t){ 0 }, 8 }, { &fd, 8 } };

			fd = (int64_t)(i + k);
			len = scap_event_encode(buf, sizeof(buf), types[k], ts, (uint64_t)tids[i],
						p, 2);
			if (len < 0 || scap_event_decode(&ev, buf, (size_t)len) < 0)
				abort();
			sinsp_follow(s, &ev);
		}
	}
}

static int one_image(const uint8_t *data, size_t size)
{
	struct sinsp *s = sinsp_open_follower(NULL);
	struct sinsp_text again = { 0 };

	if (!s)
		return 0;
	if (image_get(s, data, size, 7) == 0) {
		go_on(s);
		if (image_put(s, &again) == 0 &&
		    image_get(s, (const uint8_t *)again.ptr, again.len, 7) != 0)
			abort();
	}
	sinsp_text_free(&again);
	sinsp_close(s);
	return 0;
}

FUZZ("image", one_image)

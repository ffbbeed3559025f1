/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any bytes as a series of event records of any schema, each behind its length in two
 * bytes, numbered or not, as threads would mix them.
 */
#include "driver.h"
#include "convert.h"

#include <errno.h>

static unsigned int sum;

static void touch(const struct scap_event *ev)
{
	unsigned int i, k;

	if (ev->nparams > ev->info->nparams)
		abort();
	for (i = 0; i < ev->nparams; i++)
		for (k = 0; k < scap_param_len(ev, i); k++)
			sum += scap_param_ptr(ev, i)[k];
}

static int one_series(const uint8_t *data, size_t size)
{
	struct scap_convert c;
	struct scap_event ev;
	uint16_t len;
	int rc;

	scap_convert_init(&c);
	while (size > sizeof(len)) {
		bool numbered = !(data[1] & 0x80);

		memcpy(&len, data, sizeof(len));
		data += sizeof(len);
		size -= sizeof(len);
		len &= 0x7fff;
		if (len > size)
			len = (uint16_t)size;
		rc = numbered ? scap_event_decode(&ev, data, len)
			      : scap_convert_unnumbered(&c, data, len, &ev);
		if (rc == 0) {
			rc = scap_convert(&c, &ev);
			if (rc == 1)
				touch(&ev);
			else if (rc != 0 && rc != -ENOENT && rc != -EBADMSG && rc != -ENOMEM)
				abort();
		}
		data += len;
		size -= len;
	}
	scap_convert_done(&c);
	return 0;
}

FUZZ("convert", one_series)

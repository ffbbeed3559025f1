/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums of what stands beside the data. */
#include "aside.h"

#include <zlib.h>

uint32_t aside_crc(const void *p, size_t n)
{
	return (uint32_t)crc32_z(0, p, n);
}

bool aside_crc_good(const uint8_t *p, size_t n)
{
	uint32_t crc;

	if (n < sizeof(crc))
		return false;
	memcpy(&crc, p + n - sizeof(crc), sizeof(crc));
	return crc == aside_crc(p, n - sizeof(crc));
}

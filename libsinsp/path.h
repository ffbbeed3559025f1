/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths, beyond what sinsp.h has. */
#ifndef SINSP_PATH_H
#define SINSP_PATH_H

#include <stddef.h>

/*
 * As sinsp_path_join(), of a path below a directory that is not known: "<UNKNOWN>" stands in front
 * of its first name.
 */
size_t sinsp_path_nowhere(char *out, size_t size, const char *path, size_t path_len);

#endif

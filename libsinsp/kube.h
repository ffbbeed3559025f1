/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Kubernetes knows of the pod that a container belongs to: as its API server told it while
 * recording, and without that as labels and the name of the pod tell it.
 */
#ifndef SINSP_KUBE_H
#define SINSP_KUBE_H

#include "sinsp.h"

/*
 * Values have keys as fields have names: "rs.name", "svc.label.app". @value points into the strings
 * of @c. False: unknown.
 */
bool kube_find(const struct sinsp_container *c, const char *key, const char **value, size_t *len);

#endif

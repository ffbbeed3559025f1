/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What container runtimes leave on disk about a container. Nobody is asked: the files are there
 * before the container's first process runs, and a daemon may hang or lie.
 */
#ifndef SINSP_RUNTIME_H
#define SINSP_RUNTIME_H

#include <jansson.h>
#include <sys/stat.h>

#include "bolt.h"
#include "intern.h"
#include "local_file.h"
#include "sinsp.h"

/* Files that tell of all containers of a host: what was parsed is kept until they change. */
enum runtime_list { RUNTIME_PODMAN_LIST, RUNTIME_PODMAN_VOLATILE, RUNTIME_LISTS };

struct runtime_kept {
	struct stat st;
	json_t *json; /* what the runtime picked of it; NULL none */
};

void runtime_kept_clear(struct runtime_kept kept[RUNTIME_LISTS]);

/* Where they are, and what is taken of them. */
struct runtime_files {
	const char *root;	   /* prefix of the host's files, "" for this machine */
	bool env_values;	   /* of environments not only the names */
	struct runtime_kept *kept; /* RUNTIME_LISTS of them; NULL: nothing is kept */
	struct local_files *local; /* or NULL */
};

/*
 * Fills @c, whose id, full_id and type are set, from the files @from.
 * If no runtime has any, from the bundle in folder @bundle, unless that is "". May make the type
 * more exact. Strings go into @pool; c->labels is an array from malloc() that whoever owns @c
 * frees. Returns true if anything was found.
 */
bool runtime_lookup(const struct runtime_files *from, struct sinsp_container *c,
		    struct intern *pool, const char *bundle);

/* Whether container @id, made with runc or crun by hand, has the cgroup of the @len bytes at @home.
 */
enum runtime_place { RUNTIME_NOT_TOLD, RUNTIME_HERE, RUNTIME_ELSEWHERE };
enum runtime_place runtime_place(const struct runtime_files *from, const char *id, const char *home,
				 size_t len);

/* ---- for the runtimes (runtime_*.c) ---- */

struct runtime_query {
	const char *root;
	struct sinsp_container *c;
	struct intern *pool;
	bool env_values;
	struct runtime_kept *kept;
	struct local_files *local;
};

struct runtime {
	const char *name;
	enum sinsp_container_type type;
	bool by_name; /* its ids are names, not 64 hex digits */
	bool (*lookup)(const struct runtime_query *q);
};

bool runtime_docker(const struct runtime_query *q);
bool runtime_cri(const struct runtime_query *q);
bool runtime_crio(const struct runtime_query *q);
bool runtime_podman(const struct runtime_query *q);
bool runtime_containerd(const struct runtime_query *q);
bool runtime_by_hand(const struct runtime_query *q);
bool runtime_nspawn(const struct runtime_query *q);
bool runtime_lxc(const struct runtime_query *q);

/* Opens a file, or if @folder a folder, below the root, or fails with -1: local_open(). */
int runtime_open(const struct runtime_query *q, bool folder, const char *path);

/* Parses a regular file of at most @max bytes, named by a format, below the root; NULL if it is not
 * there, too large, or not JSON. The caller has a reference. */
json_t *runtime_json(const struct runtime_query *q, size_t max, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define RUNTIME_JSON_MAX (1u << 20)

/* What @pick made of the JSON file @path, which is parsed only if it has changed since the last
 * time. NULL as above; the caller has a reference. */
json_t *runtime_json_kept(const struct runtime_query *q, enum runtime_list which, size_t max,
			  const char *path, json_t *(*pick)(json_t *json));

/* JSON of any origin; NULL: it is none, or too large. */
json_t *runtime_parse(const char *text, size_t len);

/* bolt_read() of the file @path below the root; NULL, too, if it is not there. */
struct bolt *runtime_bolt(const struct runtime_query *q, const char *path,
			  void (*get)(struct bolt *b, void *arg), void *arg);

/* The same as runtime_json() for a text, which ends with a NUL and is the caller's to free. */
char *runtime_text(const struct runtime_query *q, size_t max, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Follows keys into nested objects, "" at the end; "" where the way ends or is no string. */
const char *runtime_str(json_t *obj, const char *key, const char *key2);

/* It may be a part of a path: no folder above, and no other one. */
bool runtime_safe_id(const char *id);

/* Interns @s into @field unless @s is empty; strings are cut at 1 KiB. */
void runtime_set(const struct runtime_query *q, const char **field, const char *s);

/* Takes the labels of an object (string values), at most 128 of them. Without env_values not what
 * kubectl applied last, which has such. */
void runtime_labels(const struct runtime_query *q, json_t *obj);

/* Splits an image name into repository, tag and digest. */
void runtime_image(const struct runtime_query *q, const char *image);

/* Nanoseconds since the epoch of "2006-01-02T15:04:05.999999999Z" (or with +hh:mm), 0 if none. */
uint64_t runtime_time(const char *rfc3339);

/* What an OCI bundle's config.json says: annotations of CRI, CRI-O, podman, and of the image. */
bool oci_bundle_read(const struct runtime_query *q, json_t *config);
void oci_spec_read(const struct runtime_query *q, json_t *config); /* and the rest of it */
/* Annotations of a bundle, or those and others: instead of what was known of them. */
void oci_annotations_read(const struct runtime_query *q, json_t *annotations);
#define CRIO_ANNOTATIONS "io.kubernetes.cri-o.Annotations" /* JSON in JSON */

/* Probes, from annotations of the pod; name and labels must be known. */
void kube_probes_read(const struct runtime_query *q, json_t *annotations);
/* Ports, from annotations of the container, which the kubelet makes. Who makes a pod chooses the
 * pod's: those may not tell of ports. */
void kube_ports_read(const struct runtime_query *q, json_t *annotations);
#define KUBE_LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

#endif

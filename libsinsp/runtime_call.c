/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines of container runtimes. A runtime needs tens of milliseconds from there to the first
 * process of the container, and that may be gone, with all its files, before a recorder has read
 * of it: the files are read when the runtime starts.
 */
#include "runtime_call.h"

#include <string.h>

struct words {
	const char *p, *end;
};

/* The next word, which may be empty; NULL at the end: what is cut off has no NUL and is no word. */
static const char *next_word(struct words *w)
{
	const char *s = w->p;
	size_t len = strnlen(s, (size_t)(w->end - s));

	if (s + len >= w->end) {
		w->p = w->end;
		return NULL;
	}
	w->p = s + len + 1;
	return s;
}

static struct words words_of(const struct scap_bytes *args)
{
	return (struct words){ args->ptr, args->ptr + args->len };
}

/* The value of option @name: "--name VALUE" or "--name=VALUE"; "" none. */
static const char *option(const struct scap_bytes *args, const char *name)
{
	struct words w = words_of(args);
	size_t len = strlen(name);
	const char *s;

	while ((s = next_word(&w))) {
		if (strcmp(s, name) == 0) {
			s = next_word(&w);
			return s ? s : "";
		}
		if (strncmp(s, name, len) == 0 && s[len] == '=')
			return s + len + 1;
	}
	return "";
}

static bool has_word(const struct scap_bytes *args, const char *word)
{
	struct words w = words_of(args);
	const char *s;

	while ((s = next_word(&w)))
		if (strcmp(s, word) == 0)
			return true;
	return false;
}

static const char *last_word(const struct scap_bytes *args)
{
	struct words w = words_of(args);
	const char *s, *last = "";

	while ((s = next_word(&w)))
		last = s;
	return *last == '-' ? "" : last;
}

/* runc [OPTIONS] create|run [OPTIONS] ID; without a bundle it is the present folder. */
static void oci(const struct scap_bytes *args, struct runtime_call *c)
{
	if (!has_word(args, "create") && !has_word(args, "run"))
		return;
	c->type = SINSP_CT_CUSTOM;
	c->id = last_word(args);
	c->bundle = option(args, "--bundle");
	if (!*c->bundle)
		c->bundle = option(args, "-b");
	c->in_cwd = *c->bundle != '/';
}

static void conmon(const struct scap_bytes *args, struct runtime_call *c)
{
	/* it is started once more for each command that is run in a container */
	if (has_word(args, "--exec") || has_word(args, "-e"))
		return;
	c->type = SINSP_CT_PODMAN;
	c->id = option(args, "-c");
	c->name = option(args, "-n");
	c->bundle = option(args, "-b");
}

static void shim(const struct scap_bytes *args, struct runtime_call *c)
{
	const char *ns = option(args, "-namespace");

	if (has_word(args, "delete"))
		return;
	c->id = option(args, "-id");
	if (strcmp(ns, "moby") == 0)
		c->type = SINSP_CT_DOCKER;
	else if (strcmp(ns, "k8s.io") == 0)
		c->type = SINSP_CT_CRI;
	else
		c->type = SINSP_CT_CONTAINERD;
}

/* By the name of the thread, which the kernel cuts after 15 bytes. */
static const struct program {
	const char *comm;
	void (*parse)(const struct scap_bytes *args, struct runtime_call *c);
} programs[] = {
	{ "runc", oci },	 { "crun", oci },      { "youki", oci },
	{ "kata-runtime", oci }, { "conmon", conmon }, { "containerd-shim", shim },
};

bool runtime_call_parse(const char *comm, const struct scap_bytes *args, struct runtime_call *c)
{
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(programs[i].comm, comm) == 0)
			break;
	if (i == sizeof(programs) / sizeof(programs[0]) || !args->ptr || args->len == 0)
		return false;
	*c = (struct runtime_call){ .id = "", .name = "", .bundle = "" };
	programs[i].parse(args, c);
	return *c->id;
}

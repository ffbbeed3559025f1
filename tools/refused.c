/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sysdig that are not taken here, one row each: who types one from a habit or a script
 * learns why it is refused, and what there is instead.
 */
#include "refused.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define NO_BPF	   "events come from the kernel module: there is no BPF probe; leave the option out"
#define NO_GVISOR  "events come from the kernel module: the sandboxes of gVisor are not recorded"
#define NO_PLUGINS "no plugins are loaded: events come from the kernel module or from captures"

struct refused {
	char letter; /* 0: long form only */
	const char *name;
	const char *why;
};

static const struct refused rows[] = {
	{ 'B', "bpf", NO_BPF },
	{ 0, "modern-bpf", NO_BPF },
	{ 0, "cpus-for-each-buffer", NO_BPF },
	{ 'g', "gvisor-config", NO_GVISOR },
	{ 0, "gvisor-generate-config", NO_GVISOR },
	{ 0, "gvisor-root", NO_GVISOR },
	{ 'H', "plugin", NO_PLUGINS },
	{ 'I', "input", NO_PLUGINS },
	{ 0, "plugin-config-file", NO_PLUGINS },
	{ 0, "plugin-info", NO_PLUGINS },
	{ 'm', "mesos-api",
	  "Mesos is not asked, and no field tells of it: containers are named by "
	  "their own runtime" },
	{ 'T', "force-tracers-capture",
	  "tracers are gone, from sysdig too: no module keeps whole writes to /dev/null; -s keeps "
	  "more of all buffers" },
	{ 'u', "udig", "nothing is recorded from user space: load the kernel module" },
	{ 0, "log-level",
	  "there is no log: what goes wrong is always told on standard error, and -v adds "
	  "statistics" },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const char *refused_letter(int letter)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		if (rows[i].letter == letter)
			return rows[i].why;
	return NULL;
}

const char *refused_word(const char *word)
{
	size_t i, n;

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	n = strcspn(word + 2, "=");
	for (i = 0; i < N_ROWS; i++)
		if (strlen(rows[i].name) == n && strncmp(rows[i].name, word + 2, n) == 0)
			return rows[i].why;
	return NULL;
}

void refused_usage(void)
{
	size_t i, column = 80;

	printf("\nOf sysdig's options these are refused, with the reason:");
	for (i = 0; i < N_ROWS; i++) {
		size_t n = strlen(rows[i].name) + (rows[i].letter ? 7 : 4);

		if (column + n > 78) {
			printf("\n ");
			column = 1;
		}
		if (rows[i].letter)
			printf(" -%c,", rows[i].letter);
		printf(" --%s%s", rows[i].name, i + 1 < N_ROWS ? "," : "\n");
		column += n;
	}
}

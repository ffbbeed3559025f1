/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths that are worth a word: what they hold, by reading and by writing. One row a pattern. */
#include <string.h>

#include "story.h"

enum match { EXACT, PREFIX, SUFFIX, WITHIN };

static const struct {
	enum match match;
	unsigned int access;
	const char *text, *why;
} rows[] = {
	{ EXACT, STORY_READ | STORY_WRITE, "/etc/shadow", "password hashes" },
	{ EXACT, STORY_READ | STORY_WRITE, "/etc/shadow-", "password hashes" },
	{ EXACT, STORY_READ | STORY_WRITE, "/etc/gshadow", "password hashes" },
	{ EXACT, STORY_WRITE, "/etc/passwd", "user accounts" },
	{ EXACT, STORY_WRITE, "/etc/group", "user accounts" },
	{ PREFIX, STORY_WRITE, "/etc/sudoers", "rights to become root" },
	{ PREFIX, STORY_WRITE, "/etc/pam.d/", "how users log in" },
	{ EXACT, STORY_WRITE, "/etc/ld.so.preload", "loaded into every program" },
	{ PREFIX, STORY_WRITE, "/etc/cron", "scheduled jobs" },
	{ PREFIX, STORY_WRITE, "/var/spool/cron/", "scheduled jobs" },
	{ PREFIX, STORY_WRITE, "/etc/systemd/system/", "services" },
	{ SUFFIX, STORY_WRITE, "/.ssh/authorized_keys", "who may log in" },
	{ SUFFIX, STORY_WRITE, "/.bashrc", "run at log-in" },
	{ SUFFIX, STORY_WRITE, "/.profile", "run at log-in" },
	{ WITHIN, STORY_READ | STORY_WRITE, "/.ssh/id_", "SSH keys" },
	{ PREFIX, STORY_READ | STORY_WRITE, "/etc/ssh/ssh_host_", "SSH host keys" },
	{ PREFIX, STORY_READ, "/etc/ssl/private/", "private keys" },
	{ WITHIN, STORY_READ, "/.gnupg/", "private keys" },
	{ WITHIN, STORY_READ, "/.aws/", "cloud credentials" },
	{ WITHIN, STORY_READ, "/.config/gcloud/", "cloud credentials" },
	{ WITHIN, STORY_READ, "/.azure/", "cloud credentials" },
	{ WITHIN, STORY_READ, "/.kube/", "cluster credentials" },
	{ PREFIX, STORY_READ, "/etc/kubernetes/", "cluster credentials" },
	{ SUFFIX, STORY_READ, "/.docker/config.json", "registry credentials" },
	{ SUFFIX, STORY_READ, "/.git-credentials", "credentials" },
	{ SUFFIX, STORY_READ, "/.netrc", "credentials" },
	{ SUFFIX, STORY_READ, "/.pgpass", "credentials" },
	{ SUFFIX, STORY_READ, "/.env", "settings with secrets" },
	{ PREFIX, STORY_READ, "/var/run/secrets/", "secrets of the pod" },
	{ PREFIX, STORY_READ, "/run/secrets/", "secrets of the container" },
	{ SUFFIX, STORY_READ | STORY_WRITE, "_history", "history of a shell" },
	{ SUFFIX, STORY_READ | STORY_WRITE, "/docker.sock", "control of the runtime" },
	{ SUFFIX, STORY_READ | STORY_WRITE, "/containerd.sock", "control of the runtime" },
	{ SUFFIX, STORY_READ | STORY_WRITE, "/crio.sock", "control of the runtime" },
	{ SUFFIX, STORY_READ | STORY_WRITE, "/podman.sock", "control of the runtime" },
	{ SUFFIX, STORY_WRITE, "/release_agent", "way out of a container" },
	{ EXACT, STORY_WRITE, "/proc/sys/kernel/core_pattern", "way out of a container" },
	{ EXACT, STORY_WRITE, "/proc/sysrq-trigger", "control of the host" },
	{ EXACT, STORY_READ, "/proc/1/environ", "environment of the first process" },
	{ EXACT, STORY_READ | STORY_WRITE, "/proc/kcore", "memory of the kernel" },
	{ EXACT, STORY_READ | STORY_WRITE, "/dev/mem", "memory of the machine" },
	{ PREFIX, STORY_READ | STORY_WRITE, "/dev/sd", "disk of the host" },
	{ PREFIX, STORY_READ | STORY_WRITE, "/dev/vd", "disk of the host" },
	{ PREFIX, STORY_READ | STORY_WRITE, "/dev/nvme", "disk of the host" },
};

static bool meets(enum match match, const char *text, const char *path, size_t path_len)
{
	size_t n = strlen(text);

	switch (match) {
	case EXACT:
		return strcmp(path, text) == 0;
	case PREFIX:
		return strncmp(path, text, n) == 0;
	case SUFFIX:
		return path_len >= n && strcmp(path + path_len - n, text) == 0;
	case WITHIN:
		return strstr(path, text) != NULL;
	}
	return false;
}

const char *story_sensitive(const char *path, unsigned int access)
{
	size_t i, n = strlen(path);

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((rows[i].access & access) && meets(rows[i].match, rows[i].text, path, n))
			return rows[i].why;
	return NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths that are worth a word: what they hold, by reading and by writing. One row a pattern. */
#include <string.h>

#include "story.h"

enum match { EXACT, PREFIX, SUFFIX, WITHIN };

#define R     STORY_READ
#define W     STORY_WRITE
#define RW    (R | W)
#define LASTS STORY_LASTS

static const struct {
	enum match match;
	unsigned int access;
	const char *text, *why;
} rows[] = {
	{ EXACT, RW | LASTS, "/etc/shadow", "password hashes" },
	{ EXACT, RW | LASTS, "/etc/shadow-", "password hashes" },
	{ EXACT, RW | LASTS, "/etc/gshadow", "password hashes" },
	{ EXACT, R, "/etc/security/opasswd", "password hashes" },
	{ EXACT, W | LASTS, "/etc/passwd", "user accounts" },
	{ EXACT, W | LASTS, "/etc/group", "user accounts" },
	{ PREFIX, W | LASTS, "/etc/sudoers", "rights to become root" },
	{ PREFIX, W | LASTS, "/etc/polkit-1/", "rights to become root" },
	{ PREFIX, W | LASTS, "/etc/pam.d/", "how users log in" },
	{ EXACT, W | LASTS, "/etc/pam.conf", "how users log in" },
	{ WITHIN, W | LASTS, "/security/pam_", "how users log in" },
	{ PREFIX, W | LASTS, "/etc/ssh/sshd_config", "who may log in" },
	{ SUFFIX, W | LASTS, "/.ssh/authorized_keys", "who may log in" },
	{ SUFFIX, W | LASTS, "/.ssh/authorized_keys2", "who may log in" },
	{ SUFFIX, W | LASTS, "/.ssh/rc", "run at log-in" },
	{ EXACT, W | LASTS, "/etc/ssh/sshrc", "run at log-in" },
	{ EXACT, W | LASTS, "/etc/ld.so.preload", "loaded into every program" },
	{ PREFIX, W | LASTS, "/etc/ld.so.conf", "where libraries are looked for" },
	{ PREFIX, W | LASTS, "/etc/cron", "scheduled jobs" },
	{ EXACT, W | LASTS, "/etc/anacrontab", "scheduled jobs" },
	{ PREFIX, W | LASTS, "/var/spool/cron/", "scheduled jobs" },
	{ PREFIX, W | LASTS, "/var/spool/at/", "scheduled jobs" },
	{ PREFIX, W | LASTS, "/etc/systemd/", "services" },
	{ PREFIX, W | LASTS, "/lib/systemd/", "services" },
	{ PREFIX, W | LASTS, "/usr/lib/systemd/", "services" },
	{ PREFIX, W | LASTS, "/usr/local/lib/systemd/", "services" },
	{ PREFIX, W | LASTS, "/run/systemd/system/", "services" },
	{ WITHIN, W | LASTS, "/.config/systemd/user/", "services" },
	{ PREFIX, W | LASTS, "/etc/init.d/", "run at start of the system" },
	{ PREFIX, W | LASTS, "/etc/rc", "run at start of the system" },
	{ EXACT, W | LASTS, "/etc/inittab", "run at start of the system" },
	{ PREFIX, W | LASTS, "/etc/kubernetes/manifests/", "pods that the node starts" },
	{ PREFIX, W | LASTS, "/etc/modules", "kernel modules" },
	{ PREFIX, W | LASTS, "/etc/modprobe.d/", "kernel modules" },
	{ PREFIX, W | LASTS, "/lib/modules/", "kernel modules" },
	{ PREFIX, W | LASTS, "/usr/lib/modules/", "kernel modules" },
	{ WITHIN, W | LASTS, "/udev/rules.d/", "run when a device appears" },
	{ PREFIX, W | LASTS, "/etc/NetworkManager/dispatcher.d/", "run with the network" },
	{ PREFIX, W | LASTS, "/etc/network/if-", "run with the network" },
	{ PREFIX, W | LASTS, "/etc/apt/apt.conf.d/", "run with the package manager" },
	{ PREFIX, W | LASTS, "/etc/update-motd.d/", "run at log-in" },
	{ WITHIN, W | LASTS, "/.git/hooks/", "run by git" },
	{ PREFIX, W | LASTS, "/etc/profile", "run at log-in" },
	{ EXACT, W | LASTS, "/etc/bash.bashrc", "run at log-in" },
	{ EXACT, W | LASTS, "/etc/bashrc", "run at log-in" },
	{ PREFIX, W | LASTS, "/etc/zsh", "run at log-in" },
	{ EXACT, W | LASTS, "/etc/environment", "run at log-in" },
	{ SUFFIX, W | LASTS, "/.bashrc", "run at log-in" },
	{ WITHIN, W | LASTS, "/.bash_log", "run at log-in" },
	{ SUFFIX, W | LASTS, "/.bash_profile", "run at log-in" },
	{ SUFFIX, W | LASTS, "/.profile", "run at log-in" },
	{ SUFFIX, W | LASTS, "/.zshrc", "run at log-in" },
	{ SUFFIX, W | LASTS, "/.zshenv", "run at log-in" },
	{ SUFFIX, W | LASTS, "/.zprofile", "run at log-in" },
	{ WITHIN, W | LASTS, "/.config/autostart/", "run at log-in" },
	{ PREFIX, W | LASTS, "/etc/xdg/autostart/", "run at log-in" },
	{ WITHIN, RW, "/.ssh/id_", "SSH keys" },
	{ PREFIX, RW, "/etc/ssh/ssh_host_", "SSH host keys" },
	{ PREFIX, R, "/etc/ssl/private/", "private keys" },
	{ PREFIX, R, "/etc/pki/tls/private/", "private keys" },
	{ PREFIX, R, "/etc/letsencrypt/live/", "private keys" },
	{ WITHIN, R, "/.gnupg/", "private keys" },
	{ SUFFIX, R, "/etc/krb5.keytab", "keys of services" },
	{ WITHIN, R, "/.aws/", "cloud credentials" },
	{ WITHIN, R, "/.config/gcloud/", "cloud credentials" },
	{ WITHIN, R, "/.azure/", "cloud credentials" },
	{ WITHIN, R, "/.kube/", "cluster credentials" },
	{ PREFIX, R, "/etc/kubernetes/", "cluster credentials" },
	{ PREFIX, R, "/var/lib/kubelet/pki/", "cluster credentials" },
	{ SUFFIX, R, "/.docker/config.json", "registry credentials" },
	{ SUFFIX, R, "/containers/auth.json", "registry credentials" },
	{ SUFFIX, R, "/.npmrc", "registry credentials" },
	{ SUFFIX, R, "/.pypirc", "registry credentials" },
	{ SUFFIX, R, "/.git-credentials", "credentials" },
	{ SUFFIX, R, "/.netrc", "credentials" },
	{ SUFFIX, R, "/.pgpass", "credentials" },
	{ SUFFIX, R, "/.my.cnf", "credentials" },
	{ SUFFIX, R, "/.vault-token", "credentials" },
	{ SUFFIX, R, "/.config/gh/hosts.yml", "credentials" },
	{ SUFFIX, R, "/.env", "settings with secrets" },
	{ PREFIX, R, "/var/run/secrets/", "secrets of the pod" },
	{ PREFIX, R, "/run/secrets/", "secrets of the container" },
	{ SUFFIX, RW, "_history", "history of a shell" },
	{ SUFFIX, RW, "/docker.sock", "control of the runtime" },
	{ SUFFIX, RW, "/containerd.sock", "control of the runtime" },
	{ SUFFIX, RW, "/crio.sock", "control of the runtime" },
	{ SUFFIX, RW, "/podman.sock", "control of the runtime" },
	{ SUFFIX, W, "/release_agent", "way out of a container" },
	{ EXACT, W, "/proc/sys/kernel/core_pattern", "way out of a container" },
	{ EXACT, W, "/proc/sysrq-trigger", "control of the host" },
	{ EXACT, R, "/proc/1/environ", "environment of the first process" },
	{ EXACT, RW, "/proc/kcore", "memory of the kernel" },
	{ EXACT, RW, "/dev/mem", "memory of the machine" },
	{ PREFIX, RW, "/dev/sd", "disk of the host" },
	{ PREFIX, RW, "/dev/vd", "disk of the host" },
	{ PREFIX, RW, "/dev/nvme", "disk of the host" },
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

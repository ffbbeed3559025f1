/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware says of the machine: who made it, its number, and by that which cloud it is of.
 * Clouds put the instance's name where a vendor would put its own.
 */
#include "proc_scan.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DMI_FOLDER "/sys/class/dmi/id/"
#define DMI_MAX	   128u

enum dmi {
	DMI_VENDOR,
	DMI_PRODUCT,
	DMI_UUID,
	DMI_SERIAL,
	DMI_BIOS,
	DMI_BOARD_TAG,
	DMI_CHASSIS_TAG,
	DMI_COUNT
};

/* Those without a key serve to tell clouds apart. */
static const struct {
	const char *file, *key;
} parts[DMI_COUNT] = {
	[DMI_VENDOR] = { "sys_vendor", "vendor" },
	[DMI_PRODUCT] = { "product_name", "product" },
	[DMI_UUID] = { "product_uuid", "uuid" }, /* for root */
	[DMI_SERIAL] = { "product_serial", NULL },
	[DMI_BIOS] = { "bios_version", NULL },
	[DMI_BOARD_TAG] = { "board_asset_tag", NULL },
	[DMI_CHASSIS_TAG] = { "chassis_asset_tag", NULL },
};

static const struct {
	const char *cloud;
	enum dmi where;
	const char *what;      /* is part of it */
	enum dmi instance;     /* what names the instance; DMI_COUNT: nothing */
	const char *beginning; /* of that, if it is it */
} clouds[] = {
	{ "aws", DMI_VENDOR, "Amazon EC2", DMI_BOARD_TAG, "i-" },
	{ "aws", DMI_BIOS, "amazon", DMI_COUNT, "" },
	{ "gcp", DMI_PRODUCT, "Google Compute Engine", DMI_COUNT, "" },
	{ "azure", DMI_CHASSIS_TAG, "7783-7084-3265-9085-8269-3286-77", DMI_UUID, "" },
	{ "oracle", DMI_CHASSIS_TAG, "OracleCloud.com", DMI_COUNT, "" },
	{ "alibaba", DMI_VENDOR, "Alibaba Cloud", DMI_SERIAL, "i-" },
	{ "digitalocean", DMI_VENDOR, "DigitalOcean", DMI_SERIAL, "" },
	{ "hetzner", DMI_VENDOR, "Hetzner", DMI_SERIAL, "" },
	{ "openstack", DMI_PRODUCT, "OpenStack", DMI_UUID, "" },
};

static void read_part(const char *host_root, const char *file, char *out)
{
	char path[512];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%s" DMI_FOLDER "%s", host_root ? host_root : "", file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		n = read(fd, out, DMI_MAX - 1);
		close(fd);
	}
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static bool has_fact(const struct scap_machine *m, const char *key)
{
	const char *p = m->facts;
	size_t len = strlen(key);

	while (*p && !(strncmp(p, key, len) == 0 && p[len] == '\t')) {
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return *p;
}

void scap_machine_add_fact(struct scap_machine *m, const char *key, const char *value)
{
	size_t at = strlen(m->facts), i, end;

	if (!*value || has_fact(m, key) || at + strlen(key) + strlen(value) + 3 > sizeof(m->facts))
		return;
	end = at + (size_t)snprintf(m->facts + at, sizeof(m->facts) - at, "%s\t%s", key, value);
	for (i = at + strlen(key) + 1; i < end; i++)
		if ((unsigned char)m->facts[i] < ' ')
			m->facts[i] = ' ';
	strcpy(m->facts + end, "\n");
}

void proc_add_facts(struct scap_machine *m, const char *lines)
{
	char line[DMI_MAX * 2], *value;
	size_t len;

	for (; *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		if (len >= sizeof(line))
			continue;
		memcpy(line, lines, len);
		line[len] = '\0';
		value = strchr(line, '\t');
		if (!value)
			continue;
		*value = '\0';
		scap_machine_add_fact(m, line, value + 1);
	}
}

void proc_read_dmi(struct scap_machine *m, const char *host_root)
{
	char text[DMI_COUNT][DMI_MAX];
	size_t i;

	for (i = 0; i < DMI_COUNT; i++)
		read_part(host_root, parts[i].file, text[i]);
	for (i = 0; i < DMI_COUNT; i++)
		if (parts[i].key)
			scap_machine_add_fact(m, parts[i].key, text[i]);
	for (i = 0; i < sizeof(clouds) / sizeof(clouds[0]); i++) {
		const char *instance = clouds[i].instance < DMI_COUNT ? text[clouds[i].instance]
								      : "";

		if (!strstr(text[clouds[i].where], clouds[i].what))
			continue;
		scap_machine_add_fact(m, "cloud", clouds[i].cloud);
		if (strncmp(instance, clouds[i].beginning, strlen(clouds[i].beginning)) == 0)
			scap_machine_add_fact(m, "instance", instance);
		return;
	}
}

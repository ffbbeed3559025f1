/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of this machine's network interfaces. */
#include "proc_scan.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#define INTERFACES_MAX 65536u

static void copy_ipv4(uint8_t *out, const struct sockaddr *a)
{
	if (a && a->sa_family == AF_INET)
		memcpy(out, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 4);
}

static void copy_ipv6(uint8_t *out, const struct sockaddr *a)
{
	if (a && a->sa_family == AF_INET6)
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, 16);
}

static void add(struct scap_snapshot *snap, const struct ifaddrs *a)
{
	struct scap_interface *i = scap_snapshot_interface(snap);

	if (!i)
		return;
	i->name = scap_snapshot_str(snap, a->ifa_name, strlen(a->ifa_name));
	i->ipv6 = a->ifa_addr->sa_family == AF_INET6;
	if (i->ipv6) {
		copy_ipv6(i->addr, a->ifa_addr);
		copy_ipv6(i->netmask, a->ifa_netmask);
		return;
	}
	copy_ipv4(i->addr, a->ifa_addr);
	copy_ipv4(i->netmask, a->ifa_netmask);
	if (a->ifa_flags & IFF_BROADCAST)
		copy_ipv4(i->broadcast, a->ifa_broadaddr);
}

/* A capture has all IPv4 addresses before those of IPv6. */
void proc_read_interfaces(struct scap_snapshot *snap)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct ifaddrs *list, *a;
	int i;

	if (getifaddrs(&list) < 0)
		return;
	for (i = 0; i < 2; i++)
		for (a = list; a; a = a->ifa_next)
			if (a->ifa_addr && a->ifa_addr->sa_family == families[i] &&
			    snap->n_interfaces < INTERFACES_MAX)
				add(snap, a);
	freeifaddrs(list);
}

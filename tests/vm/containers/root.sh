#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes the disk of a guest with Debian 12's container runtimes, systemd and sysdig, once, below
# build/vm (or SCAPULA_VM_DIR), and prints its path. guest.sh --disk boots it and leaves it as it is.
set -euo pipefail
cd "$(dirname "$0")/../../.."

die() {
	echo "containers/root.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh

packages=systemd,dbus,systemd-container,libpam-systemd,kmod,procps,iproute2,iptables,busybox-static
packages+=,docker.io,containerd,runc,crun,podman,conmon,lxc,uidmap,slirp4netns,fuse-overlayfs
packages+=,curl,python3-minimal,sysdig
vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/containers"
dir=$(cd "$vm/containers" && pwd)
exec 9>"$dir/lock"
flock 9
# what root writes belongs to root on the disk, whoever runs this
fake=''
if [ "$(id -u)" != 0 ]; then
	command -v fakeroot >/dev/null || die "missing fakeroot: apt-get install fakeroot"
	fake=fakeroot
fi
if [ ! -f "$dir/root.ext4" ]; then
	command -v mmdebstrap >/dev/null || die "missing mmdebstrap: apt-get install mmdebstrap (or: make deps)"
	echo "containers/root.sh: making a Debian with container runtimes" >&2
	tmp=$(mktemp -d "$dir/make.XXXXXX")
	trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
	apt_use "$dir/apt" bookworm bookworm-security
	env -u APT_CONFIG mmdebstrap --quiet --variant=minbase --format=tar --include="$packages" \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
		--aptopt='Acquire::Retries "3"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		bookworm "$tmp/root.tar" "$dir/apt/sources.list" >&2 || die "cannot make a Debian bookworm"
	mkdir "$tmp/root"
	truncate -s 6G "$tmp/root.ext4"
	# shellcheck disable=SC2016
	$fake sh -ec 'tar -x --numeric-owner -f "$1/root.tar" -C "$1/root" --exclude="./dev/*" \
			--exclude="./var/cache/apt/*" --exclude="./var/lib/apt/lists/*"
		mkfs.ext4 -q -F -d "$1/root" -E lazy_itable_init=1 "$1/root.ext4"' sh "$tmp" ||
		die "cannot make the disk"
	mv "$tmp/root.ext4" "$dir/root.ext4"
fi
echo "$dir/root.ext4"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches Debian 12's packages of a program that tests run in a guest: packages.sh stress|redis.
# They are unpacked below build/vm (or SCAPULA_VM_DIR), not installed; prints the folder, which is
# what pack.sh takes as PACK_ROOT.
#
# The libraries are named here, because what the packages themselves ask for includes a graphics
# stack that stress-ng is only linked with; libc6 and what every Debian has comes from the host.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
	echo "packages.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh

case ${1:-} in
stress) packages="stress-ng libapparmor1 libbsd0 libmd0 libcrypt1 libegl1 libglvnd0 libgles2 libgbm1
	libdrm2 libwayland-server0 libffi8 libexpat1 libipsec-mb1 libjpeg62-turbo libjudydebian1
	libkmod2 libzstd1 liblzma5 libssl3 libsctp1 libxxhash0 zlib1g" ;;
redis) packages="redis-server redis-tools libatomic1 libjemalloc2 liblzf1 libsystemd0 libssl3 libcap2
	libgcrypt20 libgpg-error0 liblz4-1 liblzma5 libzstd1 libgcc-s1 libstdc++6" ;;
*) die "usage: packages.sh stress|redis" ;;
esac
vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/packages"
dir=$(cd "$vm/packages" && pwd)
exec 9>"$dir/lock"
flock 9
if [ ! -d "$dir/$1" ]; then
	echo "packages.sh: fetching $1 of bookworm" >&2
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	apt_use "$dir/apt" bookworm bookworm-security
	# shellcheck disable=SC2086
	apt_unpack "$tmp/root" $packages
	rm -rf "$tmp/root/usr/share"
	mv "$tmp/root" "$dir/$1"
fi
echo "$dir/$1"

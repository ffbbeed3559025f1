#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches falcosecurity's module from Debian (falcosecurity-scap-dkms of forky, 0.23.2 when this was
# written) and builds it for a kernel of kernel.sh: falco_driver.sh KERNEL. Prints version=VERSION
# and module=PATH. It is built below build/vm (or SCAPULA_VM_DIR), and is no part of this tree.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
	echo "falco_driver.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh

[ $# -eq 1 ] || die "usage: falco_driver.sh KERNEL"
kernel=$1
paths=$(bash tests/vm/kernel.sh --no-module "$kernel") || die "no kernel $kernel"
path() { sed -n "s/^$1=//p" <<<"$paths"; }
vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/falco"
dir=$(cd "$vm/falco" && pwd)
root=$dir/root out=$dir/$(path release)

exec 9>"$dir/lock"
flock 9
tmp=''
trap '[ -z "$tmp" ] || rm -rf "$tmp"' EXIT
if [ ! -d "$root" ]; then
	echo "falco_driver.sh: fetching falcosecurity-scap-dkms of forky" >&2
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	apt_use "$dir/apt" forky
	apt_unpack "$tmp/root" falcosecurity-scap-dkms
	mv "$tmp/root" "$root"
	rm -rf "$tmp"
fi
source=$(echo "$root"/usr/src/*)
[ -f "$source/dkms.conf" ] || die "$root is not whole: remove it and try again"
if [ ! -f "$out/scap.ko" ]; then
	tmp=$(mktemp -d "$dir/build.XXXXXX")
	cp -a "$source/." "$tmp/"
	# its Makefile asks for the running kernel unless it is told otherwise
	if ! make -C "$tmp" KERNELDIR="$(path headers)" all >"$dir/build.log" 2>&1 || [ ! -f "$tmp/scap.ko" ]; then
		tail -n 30 "$dir/build.log" >&2
		die "falcosecurity's module does not build for $(path release)"
	fi
	mkdir -p "$out"
	mv "$tmp/scap.ko" "$out/"
fi
echo "version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$source/dkms.conf")"
echo "module=$out/scap.ko"

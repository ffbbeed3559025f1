#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches a Debian kernel with its headers, without installing it: kernel.sh [--no-module] 6.1|6.12
# The packages are unpacked in build/vm/VERSION/root and the module is built for them. Prints
# lines of the form name=path: release, image, modules, headers, and module if it was built.
#
# apt works in folders of its own below build/vm/apt, and no root is needed. SCAPULA_VM_DIR names
# another folder than build/vm to share the kernels between several trees.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
	echo "kernel.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh

module=1
if [ "${1:-}" = --no-module ]; then
	module=0
	shift
fi
case ${1:-} in
6.1) suite=bookworm suites=(bookworm bookworm-security) ;;
6.12) suite=bookworm-backports suites=(bookworm-backports) ;;
*) die "usage: kernel.sh [--no-module] 6.1|6.12" ;;
esac
version=$1
vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/$version"
vm=$(cd "$vm" && pwd)
dir=$vm/$version
root=$dir/root

# depends PACKAGE PATTERN: the package that PACKAGE depends on whose name matches PATTERN.
depends() {
	local found
	found=$(apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed 's/^ *//; s/[ (|].*//' | grep -E "$2" | sort -u)
	[ -n "$found" ] && echo "$found" || die "$1 of $suite has no dependency like $2"
}

fetch() {
	local image headers common kbuild tmp
	echo "kernel.sh: fetching Linux $version of $suite" >&2
	apt_use "$vm/apt/$version" "${suites[@]}"
	image=$(depends linux-image-cloud-amd64 '^linux-image-[0-9].*-cloud-amd64$')
	headers=$(depends linux-headers-cloud-amd64 '^linux-headers-[0-9].*-cloud-amd64$')
	common=$(depends "$headers" '^linux-headers-.*-common$')
	kbuild=$(depends "$headers" '^linux-kbuild-')
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	apt_unpack "$tmp/root" $image $headers $common $kbuild
	relocate "$tmp/root"
	rm -rf "$root"
	mv "$tmp/root" "$root"
	rm -rf "$tmp"
	trap - EXIT
}

# Only one path in Debian's header packages is absolute: the include in the flavour's Makefile. It
# is made relative to that Makefile, so that the tree works wherever it lies. The BTF of the kernel
# goes: with it kbuild wants pahole to add BTF to modules, which nothing here reads.
relocate() {
	local flavour
	for flavour in "$1"/usr/src/linux-headers-*-cloud-amd64; do
		sed -i 's,^include /usr/src/,include $(dir $(abspath $(lastword $(MAKEFILE_LIST))))../,' \
			"$flavour/Makefile"
		rm -f "$flavour/vmlinux"
	done
}

# The lock serves two trees, or two tests, that ask for the same kernel at the same time; that a
# module is built for one of them holds up none of the others.
exec 9>"$dir/lock"
flock 9
[ -d "$root" ] || fetch

image=$(echo "$root"/boot/vmlinuz-*-cloud-amd64)
release=${image##*/vmlinuz-}
headers=$root/usr/src/linux-headers-$release
modules=$root/lib/modules/$release
if [ ! -f "$image" ] || [ ! -f "$headers/Makefile" ] || [ ! -d "$modules" ]; then
	die "$root is not whole: remove $dir and try again"
fi
flock -u 9

# A kernel that several trees share has a module of each tree.
out=$PWD/build/vm/$version/module
ko=$out/$release/scap.ko
if [ "$module" = 1 ]; then
	mkdir -p "$out"
	exec 9>"$out/lock"
	flock 9
	if [ ! -f "$ko" ] || [ -n "$(find driver -type f -newer "$ko" | head -n 1)" ]; then
		sh driver/build.sh "$headers" "$out" >&2 || die "the module does not build for $release"
		[ -f "$ko" ] || die "driver/build.sh left no $ko"
		touch "$ko"
	fi
	flock -u 9
fi

echo "release=$release"
echo "image=$image"
echo "modules=$modules"
echo "headers=$headers"
[ "$module" = 0 ] || echo "module=$ko"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches a Debian kernel with its headers, without installing it: kernel.sh [--no-module] 6.1|6.12
# The packages are unpacked in build/vm/VERSION/root and the module is built for them. Prints
# lines of the form name=path: release, image, modules, headers, and module if it was built.
#
# apt works in folders of its own below build/vm/apt, with the mirror and the keys that the system's
# own sources name, so nothing of the system changes and no root is needed. SCAPULA_VM_DIR names
# another folder than build/vm to share the kernels between several trees.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
	echo "kernel.sh: $*" >&2
	exit 1
}

module=1
if [ "${1:-}" = --no-module ]; then
	module=0
	shift
fi
case ${1:-} in
6.1) suite=bookworm security=bookworm-security ;;
6.12) suite=bookworm-backports security= ;;
*) die "usage: kernel.sh [--no-module] 6.1|6.12" ;;
esac
version=$1
vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/$version"
vm=$(cd "$vm" && pwd)
dir=$vm/$version
root=$dir/root

# The mirror of Debian itself is the system's first source that has this suite's base.
sources() {
	local uri suite_word component
	while read -r uri suite_word component; do
		case $suite_word in
		bookworm) [ -z "${main_uri:-}" ] && main_uri=$uri ;;
		bookworm-security) [ -z "${security_uri:-}" ] && security_uri=$uri ;;
		esac
	done < <(apt-get indextargets 'Created-By: Packages' --format '$(REPO_URI) $(RELEASE) $(COMPONENT)')
	[ -n "${main_uri:-}" ] || die "no Debian 12 (bookworm) source in /etc/apt: it would say which mirror to use"
	local key=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -f "$key" ] || die "missing debian-archive-keyring: apt-get install debian-archive-keyring"
	echo "deb [signed-by=$key] $main_uri $suite main"
	if [ -n "$security" ] && [ -n "${security_uri:-}" ]; then
		echo "deb [signed-by=$key] $security_uri $security main"
	fi
}

configure_apt() {
	local a=$vm/apt/$version
	mkdir -p "$a/lists/partial" "$a/cache/archives/partial" "$a/parts"
	sources >"$a/sources.list"
	: >"$a/status"
	cat >"$a/apt.conf" <<END
Dir::Etc::SourceList "$a/sources.list";
Dir::Etc::SourceParts "$a/parts";
Dir::Etc::Preferences "$a/preferences";
Dir::Etc::PreferencesParts "$a/parts";
Dir::State "$a";
Dir::State::Lists "$a/lists";
Dir::State::Status "$a/status";
Dir::Cache "$a/cache";
APT::Sandbox::User "root";
APT::Architecture "amd64";
APT::Update::Post-Invoke {};
APT::Update::Post-Invoke-Success {};
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::Retries "3";
END
	export APT_CONFIG=$a/apt.conf
}

# depends PACKAGE PATTERN: the package that PACKAGE depends on whose name matches PATTERN.
depends() {
	local found
	found=$(apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed 's/^ *//; s/[ (|].*//' | grep -E "$2" | sort -u)
	[ -n "$found" ] && echo "$found" || die "$1 of $suite has no dependency like $2"
}

fetch() {
	local image headers common kbuild tmp deb names
	command -v apt-get >/dev/null || die "no apt-get: only Debian's kernels are supported"
	configure_apt
	echo "kernel.sh: fetching Linux $version of $suite" >&2
	apt-get -qq update >&2 || die "cannot read the package lists of $suite"
	image=$(depends linux-image-cloud-amd64 '^linux-image-[0-9].*-cloud-amd64$')
	headers=$(depends linux-headers-cloud-amd64 '^linux-headers-[0-9].*-cloud-amd64$')
	common=$(depends "$headers" '^linux-headers-.*-common$')
	kbuild=$(depends "$headers" '^linux-kbuild-')
	names="$image $headers $common $kbuild"
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	# shellcheck disable=SC2086
	(cd "$tmp" && apt-get -qq download $names >&2) || die "cannot download $names"
	for deb in "$tmp"/*.deb; do
		dpkg -x "$deb" "$tmp/root" || die "cannot unpack ${deb##*/}"
	done
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

# The lock serves two trees, or two tests, that ask for the same kernel at the same time.
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

# A kernel that several trees share has a module of each tree.
out=$PWD/build/vm/$version/module
ko=$out/$release/scap.ko
if [ "$module" = 1 ]; then
	mkdir -p "$out"
	if [ ! -f "$ko" ] || [ -n "$(find driver -type f -newer "$ko" | head -n 1)" ]; then
		sh driver/build.sh "$headers" "$out" >&2 || die "the module does not build for $release"
		[ -f "$ko" ] || die "driver/build.sh left no $ko"
		touch "$ko"
	fi
fi
flock -u 9

echo "release=$release"
echo "image=$image"
echo "modules=$modules"
echo "headers=$headers"
[ "$module" = 0 ] || echo "module=$ko"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches a Debian kernel with its headers, without installing it: kernel.sh [--no-module|--sparse|--defects]
# VERSION, which is 5.10, 6.1, 6.12 or 7.x: the newest that Debian ships on the day it is fetched, of
# backports, testing and unstable. The packages are unpacked in build/vm/VERSION/root and the module is
# built for them. Prints lines of the form name=path: release, image, modules, headers, chroot if there
# is one, and module if it was built. --sparse builds it elsewhere, always, and has this machine's
# sparse look at it; --defects builds the module of defects/ in place of the driver.
#
# debug-6.12 and debug-7.x are built here from Debian's sources, with every checker that the kernel
# has for its own code (debug_kernel.sh), which takes ten minutes or more, once.
#
# apt works in folders of its own below build/vm/apt, and no root is needed. SCAPULA_VM_DIR names
# another folder than build/vm to share the kernels between several trees.
#
# The headers hold programs and want the compiler of their Debian release. Those of 5.10 and 7.x
# are installed in a small system of that release, build/vm/VERSION/chroot, and the module is
# built inside, in mount (and without root, user) namespaces of its own; so are the debug kernels.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
	echo "kernel.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh
# shellcheck source=tests/vm/debug_kernel.sh
. tests/vm/debug_kernel.sh

module=1 sparse=0 source=driver name=scap
case ${1:-} in
--no-module) module=0 && shift ;;
--sparse) module=0 sparse=1 && shift ;;
--defects) source=tests/vm/defects name=defects && shift ;;
esac
# suites: where the kernel is; base: the release to build in; several of both: the newest is taken;
# debug: it is built from its sources
base='' debug=0
case ${1:-} in
5.10) suites=(bullseye bullseye-security) base=bullseye ;;
6.1) suites=(bookworm bookworm-security) ;;
6.12) suites=(bookworm-backports) ;;
7.x) suites=(trixie-backports forky sid) base='trixie forky sid' ;;
debug-6.12) suites=(bookworm-backports) base=bookworm debug=1 ;;
debug-7.x) suites=(trixie-backports) base=trixie debug=1 ;;
*) die "usage: kernel.sh [--no-module|--sparse|--defects] 5.10|6.1|6.12|7.x|debug-6.12|debug-7.x" ;;
esac
version=$1
vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/$version"
vm=$(cd "$vm" && pwd)
dir=$vm/$version
root=$dir/root
chroot=$dir/chroot

# depends PACKAGE PATTERN: the package that PACKAGE depends on whose name matches PATTERN.
depends() {
	local found
	found=$(apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed 's/^ *//; s/[ (|].*//' | grep -E "$2" | sort -u)
	[ -n "$found" ] && echo "$found" || die "$1 of ${suites[0]} has no dependency like $2"
}

# The release of the kernel that the suite offers, as uname -r has it.
newest() {
	depends linux-image-cloud-amd64 '^linux-image-[0-9].*-cloud-amd64$' | sed 's/^linux-image-//'
}

# Leaves one suite and one base: those of the newest kernel.
choose() {
	local bases i version best=0 best_suite='' best_base=''
	read -ra bases <<<"$base"
	[ "${#bases[@]}" -gt 1 ] || return 0
	for i in "${!suites[@]}"; do
		apt_use "$vm/apt/${suites[i]}" "${suites[i]}"
		version=$(apt-cache show --no-all-versions linux-image-cloud-amd64 | sed -n 's/^Version: //p')
		echo "kernel.sh: ${suites[i]} has $version" >&2
		if dpkg --compare-versions "$version" gt "$best"; then
			best=$version best_suite=${suites[i]} best_base=${bases[i]}
		fi
		unset APT_CONFIG
	done
	suites=("$best_suite") base=$best_base
}

fetch() {
	local newest headers names tmp
	choose
	echo "kernel.sh: fetching Linux $version of ${suites[0]}" >&2
	apt_use "$vm/apt/$version" "${suites[@]}"
	newest=$(newest)
	headers=linux-headers-$newest
	# newer kernels are split, and their image package is but a name
	names=(linux-image-"$newest")
	if [ -n "$(apt-cache pkgnames "linux-binary-$newest")" ]; then
		names=(linux-binary-"$newest" linux-modules-"$newest")
	fi
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
	if [ -n "$base" ]; then
		make_chroot "$tmp/chroot" "$headers,gcc,make"
	else
		names+=("$headers" "$(depends "$headers" '^linux-headers-.*-common$')" "$(depends "$headers" '^linux-kbuild-')")
	fi
	apt_unpack "$tmp/root" "${names[@]}"
	if [ -f "$tmp/root/usr/lib/modules/$newest/vmlinuz" ]; then
		mkdir "$tmp/root/boot"
		mv "$tmp/root/usr/lib/modules/$newest/vmlinuz" "$tmp/root/boot/vmlinuz-$newest"
		ln -s usr/lib "$tmp/root/lib"
	fi
	[ -n "$base" ] || relocate "$tmp/root"
	rm -rf "$root" "$chroot"
	[ -z "$base" ] || mv "$tmp/chroot" "$chroot"
	mv "$tmp/root" "$root"
	rm -rf "$tmp"
	trap - EXIT
}

# make_chroot DIR PACKAGES: the release with these packages. It comes as a tar, so that
# the files belong to who runs this and no name space is needed to remove them.
make_chroot() {
	command -v mmdebstrap >/dev/null || die "missing mmdebstrap: apt-get install mmdebstrap (or: make deps)"
	echo "kernel.sh: making a Debian $base to build in" >&2
	local a=$vm/apt/$version suite=${suites[0]}
	mkdir "$1"
	# the release itself too; it is not in apt's list, where its older kernel would win
	{
		cat "$a/sources.list"
		[ "$base" = "$suite" ] || sed "s/ $suite main$/ $base main/" "$a/sources.list"
	} >"$a/chroot.list"
	env -u APT_CONFIG mmdebstrap --quiet --variant=minbase --format=tar --include="$2" \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
		--aptopt='Acquire::Retries "3"' "$base" - "$a/chroot.list" |
		tar -x --no-same-owner -C "$1" --exclude='./dev/*' --exclude='./usr/share/doc/*' \
			--exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
			--exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' ||
		die "cannot make a Debian $base"
	rm -f "$1"/usr/src/linux-headers-*/vmlinux
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

# in_chroot DIR COMMAND...: runs it in this system, which has the top of the tree at its place, and
# with C in the environment the sparse of carry_sparse().
in_chroot() {
	local dir=$1 enter=(unshare --mount)
	shift
	[ "$(id -u)" = 0 ] || enter+=(--map-root-user)
	mkdir -p "$dir$PWD"
	# shellcheck disable=SC2016
	"${enter[@]}" sh -ec 'root=$1; shift
		mount --bind "$1" "$root$1"; mount --rbind /dev "$root/dev"; mount --rbind /proc "$root/proc"
		if [ -n "${C:-}" ]; then mount --bind "$1/build/vm/sparse" "$root/mnt"; fi
		exec chroot "$root" sh -ec "PATH=/mnt:\$PATH; cd \"\$1\"; shift; exec \"\$@\"" sh "$@"' \
		sh "$dir" "$PWD" "$@"
}

# The module for $headers into $out, in the release that the headers are of.
build_module() {
	if [ -z "$base" ]; then
		sh driver/build.sh "$headers" "$out" "$source"
	else
		in_chroot "$chroot" sh driver/build.sh "${headers#"$chroot"}" "$out" "$source"
	fi
}

# sparse for the other releases: with the C library of this one, which may be newer or older.
carry_sparse() {
	local to=build/vm/sparse library
	command -v sparse >/dev/null || die "missing sparse: apt-get install sparse (or: make deps)"
	mkdir -p "$to"
	for library in $(ldd "$(command -v sparse)" | grep -o '/[^ ]*'); do
		cp "$library" "$to/"
	done
	cp "$(command -v sparse)" "$to/sparse.real"
	printf '#!/bin/sh\nexec /mnt/ld-*.so* --library-path /mnt /mnt/sparse.real "$@"\n' >"$to/sparse"
	chmod +x "$to/sparse"
}

# The lock serves two trees, or two tests, that ask for the same kernel at the same time; that a
# module is built for one of them holds up none of the others.
exec 9>"$dir/lock"
flock 9
if [ "$debug" = 1 ]; then
	debug_kernel
elif [ ! -d "$root" ]; then
	fetch
fi

image=$(echo "$root"/boot/vmlinuz-*)
release=${image##*/vmlinuz-}
tree=$root
[ -z "$base" ] || tree=$chroot
headers=$tree/usr/src/linux-headers-$release
[ "$debug" = 0 ] || headers=$tree/usr/src/linux
modules=$root/lib/modules/$release
if [ ! -f "$image" ] || [ ! -f "$headers/Makefile" ] || [ ! -d "$modules" ]; then
	die "$root is not whole: remove $dir and try again"
fi
flock -u 9

# A kernel that several trees share has a module of each tree.
out=$PWD/build/vm/$version/module
[ "$name" = scap ] || out=${out%module}$name
ko=$out/$release/$name.ko
if [ "$module" = 1 ]; then
	mkdir -p "$out"
	exec 9>"$out/lock"
	flock 9
	if [ ! -f "$ko" ] || [ "$image" -nt "$ko" ] || [ -n "$(find "$source" -type f -newer "$ko" | head -n 1)" ]; then
		build_module >&2 || die "the module does not build for $release"
		[ -f "$ko" ] || die "driver/build.sh left no $ko"
		touch "$ko"
	fi
	flock -u 9
fi

if [ "$sparse" = 1 ]; then
	out=$PWD/build/vm/$version/sparse
	rm -rf "$out"
	mkdir -p "$out"
	[ -z "$base" ] || carry_sparse
	C=2 build_module >&2 || die "sparse finds fault with the module on $release"
fi

echo "release=$release"
echo "image=$image"
echo "modules=$modules"
echo "headers=$headers"
[ -z "$base" ] || echo "chroot=$chroot"
[ "$module" = 0 ] || echo "module=$ko"

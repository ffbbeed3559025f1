#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs what building and testing on Debian 12 needs: deps.sh [--missing] [GROUP...], as root
# unless nothing is missing. --missing only prints the packages that are not there. The groups are
# build, headers, guest and check; without a group all of them.
set -eu

# the libraries, the command, and a module for a kernel whose headers lie somewhere (libelf1: objtool)
# netbase: /etc/services, for the names of ports
build="gcc make libc6-dev libzstd-dev zlib1g-dev libbsd-dev libjansson-dev libpcre2-dev libluajit-5.1-dev libcurl4-openssl-dev libprotobuf-c-dev protobuf-c-compiler pkg-config libelf1 netbase"
# the module for the present kernel, and loading it
headers="linux-headers-amd64 kmod"
# guests with a container in them
guest="qemu-system-x86 busybox-static cpio crun zstd gzip xz-utils debian-archive-keyring"
# unit tests, sanitizers, style, sparse, manuals, completion, kernels of other releases, quotas
check="libcunit1-dev libasan8 libubsan1 sparse clang-format git mmdebstrap e2fsprogs mandoc zsh tmux python3"

only_list=0
if [ "${1:-}" = --missing ]; then
	only_list=1
	shift
fi
[ $# -gt 0 ] || set -- build headers guest check
wanted=
for group in "$@"; do
	case $group in
	build) wanted="$wanted $build" ;;
	headers) wanted="$wanted $headers" ;;
	guest) wanted="$wanted $guest" ;;
	check) wanted="$wanted $check" ;;
	*) echo "deps.sh: unknown group $group" >&2; exit 2 ;;
	esac
done

command -v dpkg-query >/dev/null || {
	echo "make deps: this is no Debian: install what these packages hold:$wanted" >&2
	exit 1
}
# a package that another one provides (pkg-config by pkgconf) counts as well
# shellcheck disable=SC2016
there=" $(dpkg-query -W -f '${db:Status-Abbrev}|${Package},${Provides}\n' |
	sed -n 's/^ii *|//p' | sed 's/([^)]*)//g' | tr ', \n' '   ') "
missing=
for package in $wanted; do
	case $there in
	*" $package "*) ;;
	*) missing="$missing $package" ;;
	esac
done
if [ "$only_list" = 1 ]; then
	[ -z "$missing" ] || printf '%s\n' $missing
	exit 0
fi
if [ -n "$missing" ]; then
	[ "$(id -u)" = 0 ] || { echo "make deps: missing$missing: run as root (sudo make deps)" >&2; exit 1; }
	export DEBIAN_FRONTEND=noninteractive
	echo "make deps: installing$missing"
	# shellcheck disable=SC2086
	said=$({ apt-get -qq update && apt-get -qq install -y --no-install-recommends $missing; } 2>&1) || {
		echo "$said" >&2
		exit 1
	}
fi
echo "make deps: everything is there"

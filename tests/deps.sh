#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs what building and testing on Debian 12 needs. Run as root.
set -eu

# to build the libraries, the command and the module
build="gcc make libc6-dev libzstd-dev zlib1g-dev libbsd-dev libjansson-dev libpcre2-dev pkg-config
linux-headers-amd64 kmod"
# to test: unit tests, style, sparse, and guests with a container in them
check="libcunit1-dev zstd gzip qemu-system-x86 busybox-static cpio e2fsprogs crun sparse clang-format
libubsan1 libasan8 xz-utils"

[ "$(id -u)" = 0 ] || { echo "make deps: run as root (sudo make deps)" >&2; exit 1; }
command -v apt-get >/dev/null || { echo "make deps: no apt-get: install $build $check" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086
apt-get -qq install -y --no-install-recommends $build $check >/dev/null
echo "make deps: everything is there"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches the module of Debian 12's sysdig and builds it for a kernel of kernel.sh, below build/vm
# (or SCAPULA_VM_DIR): sysdig_driver.sh KERNEL. Prints the path of the module.
set -euo pipefail
cd "$(dirname "$0")/../../.."

die() {
	echo "containers/sysdig_driver.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh

paths=$(bash tests/vm/kernel.sh --no-module "$1") || die "no kernel $1"
path() { sed -n "s/^$1=//p" <<<"$paths"; }
mkdir -p "${SCAPULA_VM_DIR:-build/vm}/containers"
dir=$(cd "${SCAPULA_VM_DIR:-build/vm}/containers" && pwd)
ko=$dir/sysdig-$(path release).ko
exec 9>"$dir/sysdig.lock"
flock 9
if [ ! -f "$ko" ]; then
	tmp=$(mktemp -d "$dir/build.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	apt_use "$dir/sysdig-apt" bookworm
	apt_unpack "$tmp/root" falcosecurity-scap-dkms
	source=$(dirname "$(find "$tmp/root/usr/src" -name dkms.conf)")
	make -C "$source" KERNELDIR="$(path headers)" all >"$dir/sysdig-build.log" 2>&1 ||
		{ tail -n 20 "$dir/sysdig-build.log" >&2; die "sysdig's module does not build for $(path release)"; }
	mv "$source/scap.ko" "$ko"
fi
echo "$ko"

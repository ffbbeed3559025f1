#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Puts programs and the shared libraries they need into a guest's payload: pack.sh PAYLOAD PROGRAM...
# They appear in the guest's /usr/bin, and the libraries where they are on this machine.
set -eu

root=$1/root
shift
mkdir -p "$root/usr/bin"
for program in "$@"; do
	path=$(command -v "$program") || { echo "pack.sh: no program $program" >&2; exit 1; }
	install -m 755 "$path" "$root/usr/bin/"
	# ldd fails for a static program, which needs nothing more
	ldd "$path" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		# the guest has the merged /usr of Debian 12
		dest=$root/usr${library#/usr}
		[ -f "$dest" ] || install -D -m 755 "$(readlink -f "$library")" "$dest"
	done
done

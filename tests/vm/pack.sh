#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Puts programs and the shared libraries they need into a guest's payload: pack.sh PAYLOAD PROGRAM...
# They appear in the guest's /usr/bin, and the libraries where they are on this machine. With
# PACK_ROOT=DIR both are looked for below DIR first, where packages were unpacked (packages.sh).
set -eu

from=${PACK_ROOT:-}
root=$1/root
shift
mkdir -p "$root/usr/bin"
for program in "$@"; do
	path=$(PATH=${from:+$from/usr/bin:}$PATH; command -v "$program") ||
		{ echo "pack.sh: no program $program" >&2; exit 1; }
	install -m 755 "$path" "$root/usr/bin/"
	# ldd fails for a static program, which needs nothing more
	LD_LIBRARY_PATH=${from:+$from/lib/x86_64-linux-gnu:$from/usr/lib/x86_64-linux-gnu} ldd "$path" 2>/dev/null |
		grep -o '/[^ ]*' | while read -r library; do
		# the guest has the merged /usr of Debian 12
		inside=${library#"$from"}
		dest=$root/usr${inside#/usr}
		[ -f "$dest" ] || install -D -m 755 "$(readlink -f "$library")" "$dest"
	done
done

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches Debian forky's sysdig (0.41.4 when this was written) with all the libraries it needs, and
# prints the folder that holds them, below build/vm or SCAPULA_VM_DIR. Nothing is installed: the
# script sysdig in it runs the program with the libraries beside it, here and in a guest.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
	echo "peers_sysdig.sh: $*" >&2
	exit 1
}
# shellcheck source=tests/vm/apt.sh
. tests/vm/apt.sh

vm=${SCAPULA_VM_DIR:-build/vm}
mkdir -p "$vm/sysdig"
dir=$(cd "$vm/sysdig" && pwd)
exec 9>"$dir/lock"
flock 9
if [ ! -x "$dir/root/sysdig" ]; then
	echo "peers_sysdig.sh: fetching sysdig of forky" >&2
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	apt_use "$dir/apt" forky
	# without a list of installed packages, these are all that it depends on
	apt-get -qq -y -d --no-install-recommends -o Debug::NoLocking=1 install sysdig >&2 ||
		die "cannot download sysdig"
	for deb in "$dir/apt/cache/archives"/*.deb; do
		dpkg -x "$deb" "$tmp/all" || die "cannot unpack ${deb##*/}"
	done
	rm -f "$dir/apt/cache/archives"/*.deb
	mkdir -p "$tmp/root/lib"
	cp "$tmp/all/usr/bin/sysdig" "$tmp/root/sysdig.bin"
	ld=$(echo "$tmp"/all/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2)
	cp -L "$ld" "$tmp/root/lib/ld.so"
	"$ld" --library-path "$tmp/all/usr/lib/x86_64-linux-gnu" --list "$tmp/root/sysdig.bin" |
		sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | while read -r library; do
		cp -L "$library" "$tmp/root/lib/"
	done
	cat >"$tmp/root/sysdig" <<'RUN'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/lib/ld.so" --library-path "$here/lib" --argv0 sysdig "$here/sysdig.bin" "$@"
RUN
	chmod +x "$tmp/root/sysdig"
	rm -rf "$dir/root"
	mv "$tmp/root" "$dir/root"
fi
echo "$dir/root"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make demo: what scapula is for, in a few minutes, on a machine that needs no module of its own. In
# a throw-away guest a container is broken into, killed and deleted with all its files while the
# recorder runs; then the story is told on this machine from the capture alone.
#
# Leaves build/demo/incident.scap.zst (the capture) and build/demo/*.log.
set -euo pipefail
cd "$(dirname "$0")/../.."

kernel=6.1
demo=build/demo
capture=$demo/incident.scap.zst
# started by make: its options and its job server are not for the builds below
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

mkdir -p "$demo"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/scapula-demo.XXXXXX")
child=''
cleanup() {
	trap '' INT TERM HUP
	if [ -n "$child" ]; then
		kill "$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'echo; echo "demo: interrupted" >&2; exit 130' INT
trap 'exit 143' TERM HUP

say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

# step TEXT LOG COMMAND...: in the background, so that a signal is heard at once.
step() {
	local log=$demo/$2
	say "$1"
	shift 2
	"$@" >"$log" 2>&1 </dev/null &
	child=$!
	if ! wait "$child"; then
		child=''
		tail -n 30 "$log" >&2
		echo "demo: '$*' failed: see $log" >&2
		exit 1
	fi
	child=''
}

missing=$(sh tests/deps.sh --missing build guest)
if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "demo: missing" $missing >&2
		echo "demo: install that with: sudo make deps" >&2
		exit 1
	fi
	step "installing what is missing: $(echo $missing)" deps.log sh tests/deps.sh build guest
fi

rm -f "$capture" "$demo"/*.log
step "building the libraries and the command" build.log make -j"$(nproc)" libs cmd
step "fetching Debian's Linux $kernel and building the module for it" kernel.log tests/vm/kernel.sh "$kernel"
step "packing the guest" pack.log sh tests/vm/incident/pack.sh "$tmp/payload" "$kernel"
install -m 755 tests/vm/demo_guest.sh "$tmp/payload/run"

say "booting the guest: Linux $kernel under QEMU, no network"
mkfifo "$tmp/said"
tests/vm/guest.sh --kernel "$kernel" --payload "$tmp/payload" --out "$tmp/out" --timeout 150 \
	>"$tmp/said" 2>"$demo/guest.log" </dev/null &
child=$!
while read -r line; do
	say "guest: ${line#incident: }"
done <"$tmp/said"
status=0
wait "$child" || status=$?
child=''
cp "$tmp/out/console.log" "$tmp/out/dmesg.log" "$tmp/out/stdout.log" "$demo/" 2>/dev/null || :
cp "$tmp/out/incident.scap.zst.log" "$demo/recorder.log" 2>/dev/null || :
if [ "$status" != 0 ]; then
	cat "$demo/guest.log" >&2
	echo "demo: the guest failed with status $status: see $demo/stdout.log and $demo/dmesg.log" >&2
	exit 1
fi
[ -s "$tmp/out/incident.scap.zst" ] || { echo "demo: the guest left no capture" >&2; exit 1; }
mv "$tmp/out/incident.scap.zst" "$capture"
sh tests/vm/warnings.sh "$demo/dmesg.log" || {
	echo "demo: the guest's kernel complained: see $demo/dmesg.log" >&2
	exit 1
}

say "the guest is gone; what is left is the capture: $capture, $(stat -c %s "$capture") bytes"
say "build/scapula postmortem $capture"
echo
build/scapula postmortem "$capture"
echo
say "done. Try:"
cat <<END

    build/scapula -r $capture 'container.id != host and evt.type = execve'
    build/scapula -r $capture -p '%evt.time %proc.name %fd.name' 'fd.type = ipv4'
    build/scapula postmortem $capture --host
END

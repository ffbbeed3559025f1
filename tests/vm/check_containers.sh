#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make check-containers: how much a capture knows of containers that live for a moment. In a guest with
# Debian 12's runtimes each starts CONTAINERS containers (200) that run `true` and are removed at
# once, AT_ONCE (4) at a time, while scapula records, a second one from which the daemons' sockets
# are gone, and sysdig 0.29.3 on its own module. The guest lists what it started; the table says how many
# percent of them have each fact at their first event in each capture. RUNTIMES names the runtimes, with a
# number of their own for those that need one ("crun:200 docker:10"), SCAPULA_KERNELS the
# kernel (6.1: sysdig's module builds on no other). KEEP=DIR keeps the captures and the list.
set -euo pipefail
cd "$(dirname "$0")/../.."
export B=${B:-build} TZ=UTC LC_ALL=C
kernel=${SCAPULA_KERNELS:-6.1}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
n=${CONTAINERS:-200}
runtimes=${RUNTIMES:-runc crun nspawn lxc podman-crun podman-runc docker cri}
payload=$tmp/payload
out=${KEEP:-$tmp/out}

disk=$(bash tests/vm/containers/root.sh)
paths=$(bash tests/vm/kernel.sh "$kernel")
path() { sed -n "s/^$1=//p" <<<"$paths"; }
mkdir -p "$payload"
DRIVER_NAME=scapula sh driver/build.sh "$(path headers)" "$tmp/named" >"$tmp/named.log" 2>&1 ||
	{ cat "$tmp/named.log"; exit 1; }
cp "$tmp/named/"*/scapula.ko "$payload/"
# without sysdig's the table has scapula alone
if [ -z "${NO_SYSDIG:-}" ] && sysdig=$(bash tests/vm/containers/sysdig_driver.sh "$kernel"); then
	cp "$sysdig" "$payload/scap.ko"
fi
sh tests/vm/pack.sh "$payload" "$B/scapula" "$B/scapula-ask"
# the guest is a Debian 12 of its own: only what that lacks
rm -f "$payload"/root/usr/lib*/x86_64-linux-gnu/lib{c,m,pthread,dl,gcc_s}.so* "$payload"/root/usr/lib64/ld-*
cp tests/vm/containers/guest.sh "$payload/run"
cp tests/vm/containers/cri.py "$payload/"
printf 'N=%s RUNTIMES="%s" AT_ONCE=%s\n' "$n" "$runtimes" "${AT_ONCE:-4}" >"$payload/settings"

rc=0
bash tests/vm/guest.sh --kernel "$kernel" --payload "$payload" --out "$out" --disk "$disk" --mem 2048 \
	--timeout "${LIMIT:-5400}" || rc=$?
if [ "$rc" != 0 ]; then
	echo "not ok - $kernel: the guest ends with status $rc"
	tail -n 30 "$out/console.log"
fi
sh tests/vm/warnings.sh "$out/dmesg.log" || { echo "not ok - $kernel: the kernel complains"; rc=1; }
if [ -s "$out/sysdig.scap.gz" ] && command -v sysdig >/dev/null; then set -- --sysdig "$out/sysdig.scap.gz"; fi
python3 tests/vm/containers/table.py --scapula "$B/scapula" --asking "$out/asking.scap.zst" \
	--gone "$out/gone.scap.zst" --truth "$out/truth" --wanted "$n" --runtimes "$runtimes" --kernel "$kernel" "$@" || rc=1
exit $rc

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# libscap's live engine against the loaded module, in guests of both kernels. SCAPULA_KERNELS names
# the kernels, default "6.1 6.12".
set -u
cd "$(dirname "$0")/../.."
B=${B:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

make -s libs || { echo "not ok - live: build"; exit 1; }
${CC:-cc} -O1 -g -static -Wall -Wextra -D_GNU_SOURCE -Idriver/uapi -Ilibscap tests/vm/guest_live.c \
	"$B/libscap.a" -lzstd -lz -lbsd -lmd -o "$tmp/guest_live" 2>"$tmp/cc.log" || {
	cat "$tmp/cc.log"
	echo "not ok - live: build of guest_live"
	exit 1
}

failed=0
for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
	payload=$tmp/$kernel out=$tmp/$kernel.out
	mkdir -p "$payload"
	module=$(bash tests/vm/kernel.sh "$kernel" | sed -n 's/^module=//p')
	[ -f "$module" ] || { echo "not ok - live: no module for $kernel"; failed=1; continue; }
	cp "$module" "$payload/scap.ko"
	cp "$tmp/guest_live" "$payload/"
	cat >"$payload/run" <<-'END'
		#!/bin/sh
		cd /payload || exit 1
		rc=0
		./guest_live absent || rc=1
		insmod ./scap.ko || exit 1
		./guest_live || rc=1
		rmmod scap || rc=1
		exit $rc
	END
	bash tests/vm/guest.sh --kernel "$kernel" --payload "$payload" --out "$out" --timeout 240 >"$tmp/log"
	rc=$?
	sed "s/^\(ok\|not ok\) - /\1 - live $kernel: /" "$tmp/log"
	[ "$rc" -eq 0 ] || { echo "not ok - live $kernel: exit status $rc"; failed=1; }
	if sh tests/vm/warnings.sh "$out/dmesg.log"; then
		echo "ok - live $kernel: the kernel's log has no warning"
	else
		echo "not ok - live $kernel: the kernel's log has a warning"
		failed=1
	fi
done
exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the module adds to the calls that give it the most to do, counted in instructions in guests
# of both kernels: none may exceed its bound. SCAPULA_KERNELS names the kernels, default "6.1 6.12".
set -u
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

payload=$tmp/payload
mkdir "$payload"
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-unused-result -D_GNU_SOURCE -Idriver/uapi \
	-Itests/vm -static tests/vm/guest_bounds.c -o "$payload/guest_bounds" || exit 1
cat >"$payload/run" <<'END'
#!/bin/sh
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
insmod ./scap.ko || { echo "not ok - the module loads"; exit 1; }
./guest_bounds || exit 1
rmmod scap
END

for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
	ko=$(bash tests/vm/kernel.sh "$kernel" | sed -n 's/^module=//p')
	[ -n "$ko" ] || { echo "not ok - the module builds for $kernel"; rc=1; continue; }
	cp "$ko" "$payload/scap.ko"
	bash tests/vm/guest.sh --icount --kernel "$kernel" --payload "$payload" --out "$tmp/out" --timeout 240 --quiet
	status=$?
	sed -n "s/^\(ok\|not ok\) - /\1 - $kernel: /p; s/^# */# $kernel: /p" "$tmp/out/stdout.log"
	[ "$status" -eq 0 ] || { echo "not ok - $kernel: the guest (status $status)"; rc=1; }
	if sh tests/vm/warnings.sh "$tmp/out/dmesg.log"; then
		echo "ok - $kernel: no warning in the kernel's log"
	else
		echo "not ok - $kernel: no warning in the kernel's log"
		rc=1
	fi
done
exit $rc

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What 32-bit programs call is recorded as what they did: every parameter, in guests of both
# kernels. The 32-bit program needs no library, so no package. SCAPULA_KERNELS names the kernels,
# default "6.1 6.12".
set -u
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

mkdir "$tmp/payload"
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -Wshadow -Wno-unused-result -D_GNU_SOURCE -Idriver/uapi \
	-Itests/vm -static -pthread tests/vm/guest_calls.c tests/vm/calls/*.c -o "$tmp/payload/guest_calls" || exit 1
for bits in 32 64; do
	"${CC:-cc}" -m$bits -std=gnu11 -O1 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector \
		-nostdlib -static tests/vm/ia32_prog.c -o "$tmp/payload/ia32_prog$bits" || exit 1
done
cat >"$tmp/payload/run" <<'END_RUN'
#!/bin/sh
insmod ./scap.ko || { echo "not ok - the module loads"; exit 1; }
./guest_calls ia32
rc=$?
rmmod scap || { echo "not ok - the module unloads after the calls"; rc=1; }
exit $rc
END_RUN
chmod +x "$tmp/payload/run"

for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
	out=$tmp/$kernel
	if ! paths=$(bash tests/vm/kernel.sh "$kernel"); then
		echo "not ok - $kernel: kernel and module are there"
		rc=1
		continue
	fi
	cp "$(sed -n 's/^module=//p' <<<"$paths")" "$tmp/payload/scap.ko"
	bash tests/vm/guest.sh --single --append ia32_emulation=on --kernel "$kernel" \
		--payload "$tmp/payload" --out "$out" --timeout 120 --quiet
	status=$?
	sed -n "s/^\(ok\|not ok\) - /\1 - $kernel: /p; /^#/p" "$out/stdout.log"
	if [ "$status" -ne 0 ]; then
		echo "not ok - $kernel: the guest ends well (status $status)"
		tail -n 40 "$out/console.log"
		rc=1
	fi
	if sh tests/vm/warnings.sh "$out/dmesg.log"; then
		echo "ok - $kernel: the kernel does not complain of 32-bit calls"
	else
		echo "not ok - $kernel: the kernel does not complain of 32-bit calls"
		rc=1
	fi
done
exit $rc

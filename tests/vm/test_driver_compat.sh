#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What 32-bit programs call is recorded as what they did: every parameter, in guests of both
# kernels. The 32-bit program needs no library, so no package. SCAPULA_KERNELS names the kernels,
# default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

compile guest_calls tests/vm/guest_calls.c tests/vm/calls/*.c
for bits in 32 64; do
	"${CC:-cc}" -m$bits -std=gnu11 -O1 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector \
		-nostdlib -static tests/vm/ia32_prog.c -o "$payload/ia32_prog$bits" || exit 1
done
cat >"$payload/run" <<'END_RUN'
#!/bin/sh
insmod ./scap.ko || { echo "not ok - the module loads"; exit 1; }
./guest_calls ia32
rc=$?
rmmod scap || { echo "not ok - the module unloads after the calls"; rc=1; }
exit $rc
END_RUN
chmod +x "$payload/run"

in_guests --single --append ia32_emulation=on --timeout 120

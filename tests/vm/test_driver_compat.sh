#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What 32-bit programs call is recorded as what they did: every parameter, under both schemas that
# the module can report, in guests of both kernels. The 32-bit program needs no library, so no
# package. SCAPULA_KERNELS names the kernels, default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

compile guest_calls tests/vm/guest_calls.c tests/vm/calls/*.c
for bits in 32 64; do
	"${CC:-cc}" -m$bits -std=gnu11 -O1 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector \
		-nostdlib -static tests/vm/ia32_prog.c -o "$payload/ia32_prog$bits" || exit 1
done
compile guest_coverage tests/vm/guest_coverage.c
cat >"$payload/run" <<'END_RUN'
#!/bin/sh
rc=0
for schema in 4.5.1 4.1.0; do
	insmod ./scap.ko schema=$schema || { echo "not ok - the module loads"; exit 1; }
	rm -f /tmp/compared
	./guest_calls ia32 >/tmp/lines || rc=1
	./guest_coverage ia32 >>/tmp/lines || rc=1
	sed "s/^\(ok\|not ok\) - /&schema $schema: /" /tmp/lines
	rmmod scap || { echo "not ok - the module unloads after the calls"; rc=1; }
done
exit $rc
END_RUN
chmod +x "$payload/run"

in_guests --single --append ia32_emulation=on --timeout 240

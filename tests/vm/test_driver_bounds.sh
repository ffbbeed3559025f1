#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the module adds to the calls that give it the most to do, counted in instructions in guests
# of both kernels: none may exceed its bound. SCAPULA_KERNELS names the kernels, default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

compile guest_bounds tests/vm/guest_bounds.c
cat >"$payload/run" <<'END'
#!/bin/sh
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
insmod ./scap.ko || { echo "not ok - the module loads"; exit 1; }
./guest_bounds || exit 1
rmmod scap
END

in_guests --icount --timeout 240

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every parameter of every event of known system calls, under both schemas that the module can
# report, and hostile calls, in guests of both kernels. SCAPULA_SEED=N makes the hostile calls of
# the run that printed N again. SCAPULA_KERNELS names the kernels, default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

compile guest_calls tests/vm/guest_calls.c tests/vm/calls/*.c
for program in guest_process guest_exec guest_exe_flags guest_kernel guest_coverage; do
	compile $program tests/vm/$program.c
done
echo "${SCAPULA_SEED:-0}" >"$payload/seed"
# a file system with quotas, that the oldest kernel reads too
PATH=$PATH:/usr/sbin:/sbin mke2fs -q -F -t ext2 -O none,filetype,quota "$payload/quotas" 4M >/dev/null || exit 1
cat >"$payload/run" <<'END_RUN'
#!/bin/sh
rc=0
modprobe overlay
SPARE_MODULE=$(find /usr/lib/modules -name tun.ko)
export SPARE_MODULE
modprobe loop
modprobe quota_v2
QUOTA_DEVICE=/dev/loop0
export QUOTA_DEVICE
losetup $QUOTA_DEVICE quotas && mkdir /quota && mount -t ext4 $QUOTA_DEVICE /quota ||
	{ echo "not ok - a file system with quotas"; exit 1; }
for schema in 4.5.1 4.1.0; do
	insmod ./scap.ko schema=$schema || { echo "not ok - the module loads"; exit 1; }
	rm -f /tmp/compared
	./guest_calls calls >/tmp/lines || rc=1
	for program in guest_process guest_exec guest_exe_flags guest_kernel; do
		./$program >>/tmp/lines || rc=1
	done
	./guest_coverage >>/tmp/lines || rc=1
	sed "s/^\(ok\|not ok\) - /&schema $schema: /" /tmp/lines
	[ $schema = 4.1.0 ] || rmmod scap || rc=1
done
./guest_calls hostile "$(cat seed)" || rc=1
rmmod scap || { echo "not ok - the module unloads after the calls"; rc=1; }
exit $rc
END_RUN
chmod +x "$payload/run"

in_guests --single --timeout 600

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The module's device ABI, in guests of both kernels: no test may fail, and
# the kernel must not warn. SCAPULA_KERNELS names the kernels, default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

compile guest_abi tests/vm/guest_abi.c

cat >"$payload/run" <<'END'
#!/bin/sh
rc=0
check() { # name command...
	name=$1
	shift
	if "$@" >/dev/null 2>&1; then echo "ok - $name"; else echo "not ok - $name"; rc=1; fi
}
fails() { ! "$@"; }
check "refuses to load with a bad ring size" fails insmod scap.ko g_buffer_bytes_dim=1000
check "is not loaded then" fails grep -q '^scap ' /proc/modules
check "refuses to load with a schema that it does not have" fails insmod scap.ko schema=4.2.0
check "says so in the log" sh -c "dmesg | grep -q '4.2.0. invalid for parameter .schema'"
check "loads with the newest pair" insmod scap.ko schema=4.5.1
check "says which one" grep -qx 4.5.1 /sys/module/scap/parameters/schema
./guest_abi pair 10.1.0 4.5.1 || rc=1
check "unloads the newest pair" rmmod scap
check "loads" insmod scap.ko
check "has the older pair by default" grep -qx 4.1.0 /sys/module/scap/parameters/schema
./guest_abi || rc=1
check "unloads" rmmod scap
check "leaves no device" fails test -e /dev/scap0
check "loads again, with parameters" insmod scap.ko g_buffer_bytes_dim=1048576 max_consumers=1 verbose=1
check "takes the ring size" grep -qx 1048576 /sys/module/scap/parameters/g_buffer_bytes_dim
check "takes the number of consumers" grep -qx 1 /sys/module/scap/parameters/max_consumers
check "unloads again" rmmod scap
exit $rc
END

in_guests --single --timeout 240

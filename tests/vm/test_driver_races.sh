#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Arguments that another thread changes while the call runs, each parameter compared with what that
# thread writes, in guests of both kernels. The guest's processors run beside each other.
# SCAPULA_KERNELS names the kernels, default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

compile guest_calls tests/vm/guest_calls.c tests/vm/calls/*.c
cat >"$payload/run" <<'END_RUN'
#!/bin/sh
# the schema that has more
insmod ./scap.ko schema=4.5.1 || { echo "not ok - the module loads"; exit 1; }
./guest_calls race
rc=$?
rmmod scap || { echo "not ok - the module unloads after the calls"; rc=1; }
exit $rc
END_RUN
chmod +x "$payload/run"

in_guests --timeout 400

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The module under load, in guests of both kernels: a redis benchmark, a storm of forks, and a
# program that counts what it does. At half of what the guest can do nothing may be lost; beyond,
# exactly what the loss counters say. No speed is asserted: rates are measured in the guest.
# SCAPULA_KERNELS names the kernels, default "6.1 6.12"; SCAPULA_LOAD_SECONDS how long each load
# takes, default 4.
. "$(dirname "$0")/in_guests.bash"

seconds=${SCAPULA_LOAD_SECONDS:-4}
compile guest_load -Itests/vm/load tests/vm/load/*.c

scapula=${B:-build}/scapula
[ -x "$scapula" ] || { echo "not ok - $scapula is not built: make cmd"; exit 1; }
redis=$(bash tests/vm/packages.sh redis) || { echo "not ok - redis can be fetched"; exit 1; }
PACK_ROOT=$redis sh tests/vm/pack.sh "$payload" redis-server redis-benchmark || exit 1
sh tests/vm/pack.sh "$payload" "$scapula" || exit 1

cat >"$payload/run" <<END
#!/bin/sh
seconds=$seconds
END
cat >>"$payload/run" <<'END'
rc=0
insmod scap.ko || { echo "not ok - the module loads"; exit 1; }
./guest_load $seconds || rc=1
echo 8388608 >/sys/module/scap/parameters/g_buffer_bytes_dim
./guest_load --recorder $seconds >/out/made &
load=$!
while [ ! -s /tmp/load.root ]; do usleep 50000; done
scapula --pid-tree=$(cat /tmp/load.root) -w /out/load.scap.zst 2>/out/load.log &
recorder=$!
# the file is made when events are being recorded already
for i in $(seq 100); do
	[ -s /out/load.scap.zst ] && break
	usleep 200000
done
usleep 300000
touch /tmp/load.go
wait $load
kill -INT $recorder
wait $recorder
rmmod scap && echo "ok - unloads" || { echo "not ok - unloads"; rc=1; }
exit $rc
END

# What the recorder wrote and what it says is lost are all that the program made.
judge() {
	local out=$1 made lost there
	made=$(cat "$out/made")
	lost=$(sed -n 's/.*: \([0-9]*\) of [0-9]* events lost .*/\1/p' "$out/load.log")
	# the last number: entries of calls have one, but no line
	there=$("$scapula" -r "$out/load.scap.zst" -p '%evt.num' 2>/dev/null | tail -n 1)
	echo "# $kernel: load: scapula -w at full rate: $made made, $there in the file, ${lost:-0} lost"
	[ "${made:-0}" -gt 0 ] && [ "$made" = $((${there:-0} + ${lost:-0})) ]
	verdict $? "a recording has what was made but for what it says is lost" || cat "$out/load.log"
}

in_guests --timeout $((120 + 10 * seconds))

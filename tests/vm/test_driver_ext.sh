#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The module's extensions in guests of both kernels: poll() and epoll that wake, scopes, latency and
# identity items, losses of every cause; and scapula's options that ask for them, judged here.
# SCAPULA_KERNELS names the kernels, default "6.1 6.12".
. "$(dirname "$0")/in_guests.bash"

for program in guest_ext guest_epoll guest_cgroup1 guest_wants guest_losses; do
	compile $program tests/vm/$program.c
done

scapula=${B:-build}/scapula
[ -x "$scapula" ] || { echo "not ok - $scapula is not built: make cmd"; exit 1; }
sh tests/vm/pack.sh "$payload" "$scapula" || exit 1

cat >"$payload/run" <<'END'
#!/bin/sh
rc=0
insmod scap.ko g_buffer_bytes_dim=1048576 || exit 1
for program in guest_ext guest_epoll guest_cgroup1 guest_wants; do
	./$program || rc=1
done
mkdir -p /sys/fs/cgroup/only
echo in >/tmp/inside
echo out >/tmp/outside
scapula --latency --identity -w /out/latency.scap.zst 2>/out/latency.log &
recorders=$!
scapula --cgroup=/sys/fs/cgroup/only -w /out/only.scap.zst 2>/out/only.log &
recorders="$recorders $!"
# the file is made when events are being recorded already
for i in $(seq 100); do
	[ -s /out/latency.scap.zst ] && [ -s /out/only.scap.zst ] && break
	usleep 200000
done
usleep 300000
sh -c 'echo $$ >/sys/fs/cgroup/only/cgroup.procs; cat /tmp/inside >/dev/null'
cat /tmp/outside >/dev/null
sleep 1
kill -INT $recorders
wait
scapula --comm=far-too-long-a-name -M 1 2>/out/name.log && echo "not ok - refuses a long name: took it"
./guest_losses || rc=1
rmmod scap && echo "ok - unloads" || { echo "not ok - unloads"; rc=1; }
exit $rc
END

# line OUT NAME PATTERN CAPTURE FORMAT FILTER: some line of what the filter lets through matches
line() {
	"$scapula" -r "$1/$4" -p "$5" "$6" 2>"$tmp/said" | grep -qE -- "$3"
	verdict $? "$2" || cat "$tmp/said" "$1/${4%.scap.zst}.log"
}

judge() {
	local out=$1
	line "$out" "a recording tells how long a sleep took" '^[^ ]+ [3-9][0-9]{8}$' latency.scap.zst \
		'%proc.name %evt.latency' 'evt.type in (nanosleep, clock_nanosleep) and evt.latency > 0'
	line "$out" "a recording of a cgroup has what happens in it" '^/tmp/inside$' only.scap.zst \
		'%fd.name' 'fd.name = /tmp/inside'
	[ "$("$scapula" -r "$out/only.scap.zst" 'fd.name = /tmp/outside' | wc -l)" = 0 ]
	verdict $? "and nothing else"
	grep -q '1 to 15 bytes' "$out/name.log"
	verdict $? "a name that no thread can have is refused"
}

in_guests --single --timeout 240

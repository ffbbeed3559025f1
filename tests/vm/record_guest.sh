#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_record.sh's part in the guest: a recorder without a module, one that sees the incident, one
# with a filter, two beside each other of which one has a filter, one of page
# faults beside one that leaves programs out, one that is killed in the middle. What they left is
# judged outside.
set -u
. /payload/incident/recorder.sh

timeout 20 scapula -w /out/nothing.scap.zst >/out/no-module.log 2>&1 </dev/null
echo $? >/out/no-module.status

insmod /payload/scap.ko || exit 1
record_to /out/incident.scap.zst || exit 1
/bin/sh /payload/incident/incident.sh || exit 1
stop_recorder
echo $? >/out/incident.status

# a filter: between the two folders lie 6000 calls that it cannot match
scapula -p '%evt.num %evt.arg.path' 'evt.type = chdir' >/out/spared.log 2>/out/spared.err &
recorder=$!
sleep 4
cd /proc && dd if=/dev/zero of=/dev/null bs=1 count=3000 2>/dev/null && cd /sys && cd /
sleep 2
kill -INT "$recorder"
wait "$recorder"
echo $? >/out/spared.status

# One of everything and one with a filter: of a program that was there before with a file open, and
# of its children. Another one does what is nobody's business.
mkfifo /tmp/go
cat >/tmp/target <<'END'
#!/bin/sh
exec 7</proc/version
read -r go <"$1"
read -r line <&7
cd /proc
/bin/cat self/status >/dev/null
END
printf '#!/bin/sh\necho secret-data >"$1"\n' >/tmp/other
chmod +x /tmp/target /tmp/other
TARGET=mine /tmp/target /tmp/go &
target=$!
scapula -w /out/beside.scap.zst 'proc.name = target or proc.pname = target' >/dev/null 2>&1 </dev/null &
beside=$!
record_to /out/whole.scap.zst || exit 1
sleep 3
SECRET=secret-env /tmp/other /tmp/secret-file secret-arg >/dev/null
echo go >/tmp/go
wait "$target"
sleep 1
stop_recorder
kill -INT "$beside"
wait "$beside"
echo $? >/out/beside.status

# page faults, and all but what three programs do, one with a name that a filter has to quote
timeout 20 scapula --page-faults -n 20 -p '%evt.type %proc.name' evt.type=page_fault >/out/faults.log 2>&1 &
faults=$!
scapula -U noisy --suppress-comm=loud -U 'a"b\' -p '%proc.name %evt.arg.path' evt.type=chdir >/out/quiet.log 2>&1 &
recorder=$!
sleep 4
for name in noisy loud 'a"b\' calm; do
	printf '#!/bin/sh\ncd /proc\n' >"/tmp/$name"
	chmod +x "/tmp/$name"
	"/tmp/$name"
done
sleep 2
kill -INT "$recorder"
wait "$recorder"
echo $? >/out/quiet.status
wait "$faults"
echo $? >/out/faults.status

# chisels on the running kernel: one that prints each second, one beside it, and one on a terminal
mkdir -p /tmp/chisels
cp /payload/chisels/*.lua /tmp/chisels/
export SCAPULA_CHISEL_PATH=/tmp/chisels
scapula -c topprocs_file -c topscalls >/out/chisels.log 2>/out/chisels.err &
recorder=$!
scapula --latency -c bottlenecks -c stdout -c iobytes_file -c "scallslower 900" \
	proc.name != scapula >/out/watch.log 2>/out/watch.err &
watcher=$!
TERM=linux script -qc 'exec scapula -M 8 -c topprocs_file' /out/screen.log >/dev/null 2>&1 </dev/null &
screen=$!
sleep 4
i=0
while [ $i -lt 40 ]; do
	dd if=/payload/scap.ko of=/tmp/reader-was-here bs=4096 count=20 2>/dev/null
	i=$((i + 1))
done
sh -c 'echo seen by stdout; sleep 1' >/tmp/reader-was-here
sleep 2
cp /out/watch.log /tmp/before-the-end.log
kill -INT "$recorder" "$watcher"
wait "$recorder"
echo $? >/out/chisels.status
wait "$watcher"
echo $? >/out/watch.status
cp /tmp/before-the-end.log /out/
wait "$screen"

# tables of the running kernel, as text and on a terminal
scapula top --raw -d 1000 >/out/top.log 2>/out/top.err &
top=$!
{ sleep 9; printf q; sleep 2; } | TERMINFO=/payload/terminfo TERM=linux script -qc \
	'stty rows 24 cols 80; scapula top -d 1000 -v files fd.name=/payload/scap.ko; echo "ended: $?"' /out/top.screen >/dev/null 2>&1 &
top_screen=$!
sleep 4
i=0
while [ $i -lt 40 ]; do
	dd if=/payload/scap.ko of=/tmp/reader-was-here bs=4096 count=20 2>/dev/null
	i=$((i + 1))
done
sleep 2
kill -INT "$top"
wait "$top"
echo $? >/out/top.status
wait "$top_screen"

# a container of which only the daemon of its runtime knows a name
id=00000000000000000000000000000000000000000000000000000000000a5ced
guest_docker /tmp/docker.sock $id &
docker=$!
mkdir -p /sys/fs/cgroup/docker/$id
printf '#!/bin/sh\nfor i in 1 2 3 4 5 6; do cat /proc/uptime; sleep 1; done\n' >/tmp/app
chmod +x /tmp/app
scapula -w /out/asked.scap.zst -v --docker-socket /tmp/docker.sock >/out/asked.log 2>&1 </dev/null &
recorder=$!
sleep 4
sh -c "echo 0 >/sys/fs/cgroup/docker/$id/cgroup.procs; exec /tmp/app" >/dev/null
kill -INT "$recorder"
wait "$recorder"
echo $? >/out/asked.status
kill "$docker"

# killed in the middle of work: what happened two seconds before must be in the file
record_to /out/killed.scap.zst || exit 1
echo early >/tmp/marker-early
(while :; do cat /proc/self/status >/dev/null; done) &
busy=$!
sleep 4
kill -KILL "$recorder"
kill "$busy"
wait "$recorder" "$busy" 2>/dev/null

# the death of a consumer gives everything back
rmmod scap || exit 1

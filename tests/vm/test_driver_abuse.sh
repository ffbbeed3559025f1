#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Abuse of the module in guests of both kernels: consumers killed at each step of their life, two at
# a time that do things at random, requests with random arguments, loads and unloads, CPUs that go
# and come, and stress-ng. No warning, no lost memory, no stuck process.
#
# SCAPULA_KERNELS names the kernels, default "6.1 6.12"; SCAPULA_SEED is where the random numbers
# begin, default 1; with SCAPULA_ABUSE=long there is much more of everything (make check-abuse).
. "$(dirname "$0")/in_guests.bash"

# what disturbs a guest for other reasons is not here: madvise poisons memory, exec refuses root
short="fork vfork kill sigq sigfd sigsegv pipe sock
udp sockpair dir rename open fstat chmod chown
utime brk shm shm-sysv sem-sysv msg mq futex
poll epoll eventfd timerfd inotify fcntl flock dup
splice sendfile memfd get set nanosleep switch yield
userfaultfd seccomp ptrace prctl unshare session wait zombie
daemon aio procfs dev sysbadaddr enosys bad-altstack"
long="clone link symlink dentry pty hdd vm-splice"

compile guest_abuse tests/vm/abuse/*.c
stress=$(bash tests/vm/packages.sh stress) || { echo "not ok - stress-ng can be fetched"; exit 1; }
PACK_ROOT=$stress sh tests/vm/pack.sh "$payload" stress-ng || exit 1

if [ "${SCAPULA_ABUSE:-short}" = long ]; then
	parts="steps 5 random 200 requests 200 races 50 cpus 50 loads 200"
	# each alone
	groups=$(echo "$short $long" | tr ' ' '\n')
	options="2 --timeout 3"
	limit=5400
else
	parts="steps 1 random 10 requests 10 races 3 cpus 3 loads 6"
	# a line at a time
	groups=$short
	options="1 --timeout 3"
	limit=600
fi
# each has to have begun before its time is up
case ${SCAPULA_KERNELS:-} in
*debug*) options="1 --timeout 20" ;;
esac

cat >"$payload/run" <<END
#!/bin/sh
seed=${SCAPULA_SEED:-1}
parts="$parts"
groups="$groups"
options="$options"
END
cat >>"$payload/run" <<'END'
rc=0
insmod scap.ko g_buffer_bytes_dim=4194304 || { echo "not ok - the module loads"; exit 1; }
./guest_abuse $seed $parts || rc=1

./guest_abuse record >/tmp/recorded &
recorder=$!
usleep 500000
# a slow guest may not get as far as to count one operation of a stressor, but each has to run
stress() { # STRESSOR...
	local arguments= status name ops bad=
	for name; do
		arguments="$arguments --$name $options"
	done
	stress-ng $arguments --metrics-brief --temp-path /tmp >/tmp/stress 2>&1
	status=$?
	for name; do
		ops=$(awk -v name="$name" '$2 == "metrc:" && $4 == name { print $5; exit }' /tmp/stress)
		[ -n "$ops" ] || bad="$bad $name"
		[ "${ops:-0}" = 0 ] || counted=$((counted + 1))
	done
	if [ $status = 0 ] && [ -z "$bad" ]; then
		echo "ok - stress-ng: $*"
	else
		echo "not ok - stress-ng: $*: status $status, not run:$bad"
		cat /tmp/stress
		rc=1
	fi
}
counted=0
echo "$groups" >/tmp/groups
while read -r group; do
	stress $group
done </tmp/groups
printf '# abuse %-52s %6u  of %u\n' "stress-ng's classes that counted operations" $counted $(wc -w </tmp/groups)
if [ $counted -ge 30 ]; then
	echo "ok - 30 classes of stress-ng and more do something"
else
	echo "not ok - 30 classes of stress-ng and more do something: $counted"
	rc=1
fi
kill -TERM $recorder
wait $recorder || rc=1
cat /tmp/recorded
rmmod scap && echo "ok - unloads" || { echo "not ok - unloads"; rc=1; }
exit $rc
END

# the kernel says who allocated what
in_guests --single --timeout $limit --append slub_debug=U

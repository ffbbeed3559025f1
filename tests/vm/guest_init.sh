#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# Process 1 of a test guest: first as /init of the initramfs, which moves to a tmpfs because the
# initramfs itself is no root that a container runtime can pivot from, then as /sbin/init there. With a
# disk systemd is process 1 there, and this its service.
# The script's output, its status and its results leave through three virtio ports of guest.sh.
PATH=/usr/bin:/usr/sbin
export PATH HOME=/root TERM=linux LC_ALL=C

kernel_parameter() {
	local word
	for word in $(busybox cat /proc/cmdline); do
		case $word in "$1"=*) echo "${word#*=}" ;; esac
	done
}

# The disk's systemd starts this script as its service, with what the initramfs has of the kernel.
onto_disk() {
	local unit=/newroot/etc/systemd/system/guest.service
	busybox mkdir -p /sys
	busybox mount -t sysfs sys /sys
	busybox mount -t devtmpfs dev /dev
	busybox modprobe -q virtio_pci
	busybox modprobe -q virtio_blk
	until [ -b "$1" ]; do busybox usleep 100000; done
	busybox mount -t ext4 "$1" /newroot
	busybox mkdir -p /newroot/out /newroot/usr/lib/modules
	busybox cp -a /payload /init /newroot/
	busybox cp -a /usr/lib/modules/. /newroot/usr/lib/modules/
	printf '%s\n' '[Unit]' 'DefaultDependencies=no' 'After=basic.target dbus.socket' 'Wants=dbus.socket basic.target' \
		'[Service]' 'ExecStart=/init service' 'StandardOutput=tty' 'TTYPath=/dev/console' 'KillMode=process' \
		'TasksMax=infinity' >"$unit"
	exec busybox switch_root /newroot /lib/systemd/systemd --unit=guest.service
}

if [ "$1" != second ] && [ "$1" != service ]; then
	busybox mkdir -p /proc
	busybox mount -t proc proc /proc
	disk=$(kernel_parameter scapula.disk)
	[ -z "$disk" ] || onto_disk "$disk"
	busybox umount /proc
	busybox mount -t tmpfs -o mode=755,size=90% root /newroot
	busybox cp -a /bin /lib /lib64 /sbin /usr /etc /payload /init /newroot/
	busybox mkdir /newroot/proc
	exec busybox switch_root /newroot /init second
fi

own_mounts() {
	mkdir -p /proc /sys /dev /run /tmp /var/log /var/tmp /root /out /mnt
	chmod 1777 /tmp /var/tmp
	ln -s /run /var/run
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mount -t devtmpfs dev /dev
	exec </dev/null >/dev/console 2>&1
	mkdir -p /dev/pts /dev/shm
	mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
	mount -t tmpfs -o mode=1777 shm /dev/shm
	mount -t tmpfs -o mode=755 run /run
	ln -sfn /proc/self/fd /dev/fd
	ln -sfn fd/0 /dev/stdin
	ln -sfn fd/1 /dev/stdout
	ln -sfn fd/2 /dev/stderr
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	for c in cpu memory pids io; do
		echo "+$c" >/sys/fs/cgroup/cgroup.subtree_control
	done
	mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
	ip link set lo up
}

[ "$1" = service ] || own_mounts
modprobe -q virtio_pci
modprobe -q virtio_console
hostname scapula-guest
# warnings go to the console too from here, so that they are seen even if the guest dies
dmesg -n 5

# The driver finds the ports one by one, after it has loaded.
port() {
	local p tries=0
	while [ $((tries += 1)) -le 100 ]; do
		for p in /sys/class/virtio-ports/*; do
			[ "$(cat "$p/name" 2>/dev/null)" = "$1" ] && echo "/dev/${p##*/}" && return
		done
		usleep 100000
	done
	echo "guest: no virtio port $1" >/dev/console
	echo o >/proc/sysrq-trigger
	sleep 60
}

# Ends everything but this shell and the process given; kernel threads do not mind.
kill_rest() {
	local p
	for p in /proc/[0-9]*; do
		p=${p#/proc/}
		[ "$p" = 1 ] || [ "$p" = $$ ] || [ "$p" = "$1" ] || kill -9 "$p" 2>/dev/null
	done
}

# Memory of the kernel that nothing points to any more. What is younger than five seconds is left
# out, and what is seen for the first time may be on its way.
leaks() {
	local file=/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >$file && echo scan >$file && cat $file || echo "kmemleak: Cannot be used"
}

stdout=$(port stdout) status=$(port status) results=$(port results)
if [ -d /payload/root ]; then
	cp -a /payload/root/. /
fi
chmod +x /payload/run

# A port can be opened once only: the script writes into a pipe, and may reopen its own stdout.
mkfifo /run/stdout
cat /run/stdout >"$stdout" &
relay=$!
(
	cd /payload
	exec setsid ./run
) >/run/stdout 2>&1 &
script=$!
limit=$(kernel_parameter scapula.timeout)
if [ "${limit:-0}" -gt 0 ]; then
	(
		sleep "$limit"
		touch /run/timed-out
		echo "guest: the script ran longer than $limit s" >/dev/console
		dmesg -n 1
		echo w >/proc/sysrq-trigger
		echo l >/proc/sysrq-trigger
		kill -9 $script
	) >/dev/null &
fi
wait $script
rc=$?
[ -e /run/timed-out ] && rc=124
kill_rest $relay
wait $relay
dmesg >/out/dmesg.log
[ "$(kernel_parameter kmemleak)" != on ] || leaks >>/out/dmesg.log 2>&1
tar -c -C /out . >"$results"
echo "$rc" >"$status"
sync
echo o >/proc/sysrq-trigger
while :; do sleep 1; done

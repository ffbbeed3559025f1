#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# check_containers.sh's part in the guest: each runtime starts containers that run `true` and are
# removed at once, several at a time, while scapula records, a second scapula that does not see the
# daemons' sockets, and sysdig beside them. /out/truth has a line for each: runtime, id, name, image,
# pod, namespace; what a runtime has not is empty.
set -u
. /payload/settings # N, RUNTIMES, AT_ONCE
rc=0
say() { echo "# $(cut -d' ' -f1 /proc/uptime) s: $*"; }
die() {
	echo "not ok - $*"
	exit 1
}
wants() { [[ " $RUNTIMES " = *" $1"* ]]; }

# ---- what is there before the recording begins ----

rootfs() {
	mkdir -p /srv/rootfs/{bin,dev,etc,proc,sys,tmp,usr/bin,var}
	cp /usr/bin/busybox /srv/rootfs/bin/
	for applet in sh true sleep cat; do
		ln -s busybox /srv/rootfs/bin/$applet
	done
	echo 'root:x:0:0:root:/:/bin/sh' >/srv/rootfs/etc/passwd
	echo 'ID=proof' >/srv/rootfs/etc/os-release
	tar -C /srv/rootfs -c . >/srv/rootfs.tar
}

# The sockets are links into a folder that can be hidden: whoever has an empty one in its place sees
# links to nothing, as on a machine without the daemon.
sockets=/run/sockets
move_sockets() {
	mkdir -p $sockets /etc/systemd/system/docker.socket.d /run/containerd
	printf '[Socket]\nListenStream=\nListenStream=%s/docker.sock\n' $sockets \
		>/etc/systemd/system/docker.socket.d/moved.conf
	printf '\n[grpc]\n  address = "%s/containerd.sock"\n' $sockets >>/etc/containerd/config.toml
	systemctl daemon-reload
	systemctl restart docker.socket || die "the socket of docker"
	ln -sf $sockets/docker.sock /run/docker.sock
	ln -sf $sockets/containerd.sock /run/containerd/containerd.sock
}

docker_up() {
	move_sockets
	update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null 2>&1
	systemctl start containerd.service docker.service >/tmp/docker.log 2>&1 ||
		die "docker does not start: $(tail -n 5 /tmp/docker.log; journalctl -n 20 -u docker)"
	docker import -c 'CMD ["/bin/sleep","100000"]' /srv/rootfs.tar bb:1.0 >/dev/null || die "docker import"
}

cri_up() {
	docker tag bb:1.0 registry.k8s.io/pause:3.6
	docker save bb:1.0 registry.k8s.io/pause:3.6 >/srv/images.tar
	ctr -n k8s.io images import /srv/images.tar >/dev/null || die "ctr images import"
}

bundle() {
	mkdir -p /srv/bundle
	(cd /srv/bundle && rm -f config.json && runc spec) || die "the bundle"
	sed -i 's/"terminal": true/"terminal": false/; s,"sh"$,"/bin/true",; s,"path": "rootfs","path": "/srv/rootfs",
		s/^\t"ociVersion".*/&\n\t"annotations": { "org.opencontainers.image.ref.name": "bb:1.0" },/' \
		/srv/bundle/config.json
}

lxc_config() {
	printf '%s\n' 'lxc.rootfs.path = dir:/srv/rootfs' 'lxc.init.cmd = /bin/true' 'lxc.net.0.type = none' \
		'lxc.apparmor.profile = unconfined' >/srv/lxc.conf
}

# ---- one container of each, and the line that tells of it ----

# `docker run -d --rm --network none --label app=proof --health-cmd 'true check' --name NAME bb:1.0 /bin/true` without the command, which takes
# longer to start than the container
docker_run() {
	local id
	api() { curl -sS --fail-with-body --unix-socket /run/docker.sock -X POST "http://docker/containers/$1" "${@:2}"; }
	id=$(api "create?name=$1" -H 'Content-Type: application/json' \
		-d '{"Image":"bb:1.0","Cmd":["/bin/true"],"Labels":{"app":"proof"},
		"Healthcheck":{"Test":["CMD-SHELL","true check"]},"HostConfig":{"AutoRemove":true,"NetworkMode":"none"}}') &&
		id=$(sed 's/.*"Id":"\([0-9a-f]*\)".*/\1/' <<<"$id") && api "$id/start" && echo "$id"
}

podman_run() { # runtime name
	podman --runtime "$1" run -d --rm --network none --label app=proof --health-cmd 'true check' \
		--health-interval disable --name "$2" localhost/bb:1.0 /bin/true
}

one() { # runtime name
	local name=$2 id
	case $1 in
	docker) id=$(docker_run "$name") && line "$1" "$id" "$name" bb:1.0 '' '' proof 'true check' ;;
	podman-*) id=$(podman_run "${1#podman-}" "$name") &&
		line "$1" "$id" "$name" localhost/bb:1.0 '' '' proof 'true check' ;;
	runc | crun) "$1" run --bundle /srv/bundle "$name" && line "$1" "$name" "$name" bb:1.0 ;;
	lxc) lxc-start -F -n "$name" -f /srv/lxc.conf -s "lxc.uts.name=$name" && line "$1" "$name" "$name" ;;
	nspawn) systemd-nspawn -q -x -D /srv/rootfs -M "$name" /bin/true && line "$1" "$name" "$name" ;;
	esac </dev/null >/tmp/said-"$name" 2>&1 || { echo "$name: $(tail -n 3 /tmp/said-"$name")" >>/out/failed; return 1; }
}
# runtime, id, name, image, pod, namespace, label app, check; bash appends a line of this length in one piece
line() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" "${5:-}" "${6:-}" "${7:-}" "${8:-}" >>/out/truth; }

pod() { # containers name
	/payload/cri.py "$1" "$2" >/tmp/cri 2>/tmp/cri.err || { cat /tmp/cri.err >>/out/failed; return 1; }
	sed 's/^/cri\t/' /tmp/cri >>/out/truth
}

all_of() { # runtime
	local i
	if [ "$1" = cri ]; then
		for ((i = 0; i < n; i += 10)); do
			pod $((n - i < 10 ? n - i : 10)) pod-$i || pod $((n - i < 10 ? n - i : 10)) pod-$i-again
		done
		return
	fi
	export -f one line podman_run docker_run
	# a runtime that fails to start one, as happens on a slow machine, gets a second try
	seq "$n" | xargs -P "$AT_ONCE" -I{} bash -c "one $1 $1-{} || one $1 $1-{}-again"
}

gone() { # everybody's containers are
	for _ in $(seq 300); do
		[ -z "$(wants docker && docker ps -aq)$(wants podman && podman ps -aq)" ] && return
		sleep 1
	done
	die "some containers do not go"
}

say "the guest is up: $(uname -r), $(stat -fc %T /sys/fs/cgroup)"
depmod 2>/dev/null # of what the initramfs brought
rootfs
if wants docker || wants cri; then docker_up; fi
if wants cri; then cri_up; fi
if wants podman; then podman import /srv/rootfs.tar bb:1.0 >/dev/null 2>&1 || die "podman import"; fi
bundle
lxc_config
: >/out/truth
insmod /payload/scapula.ko || die "the module"
say "the recorders start"
scapula --device scapula -w /out/asking.scap.zst >/out/asking.log 2>&1 </dev/null &
recorders=$!
mkdir -p $sockets
# shellcheck disable=SC2016
unshare -m --propagation slave sh -c 'mount -t tmpfs none "$0" && ! [ -e /run/docker.sock ] &&
	exec scapula --device scapula -w /out/gone.scap.zst' $sockets >/out/gone.log 2>&1 </dev/null &
recorders+=" $!"
if [ -f /payload/scap.ko ] && insmod /payload/scap.ko; then
	sysdig -z -w /out/sysdig.scap.gz >/out/sysdig.log 2>&1 </dev/null &
	sysdig=$!
fi
for _ in $(seq 100); do [ -s /out/asking.scap.zst ] && [ -s /out/gone.scap.zst ] && break; sleep 0.2; done
sleep 3
for each in $RUNTIMES; do
	n=${each#*:} # its own number, or that of all
	[ "$n" != "$each" ] || n=$N
	say "${each%:*}: $n containers"
	all_of "${each%:*}"
done
gone
sleep 2
say "the recorders stop"
for each in $recorders; do
	kill -INT "$each"
	wait "$each" || { echo "not ok - scapula ends well"; cat /out/asking.log /out/gone.log; rc=1; }
done
if [ -n "${sysdig:-}" ]; then
	kill -INT "$sysdig"
	wait "$sysdig" || cat /out/sysdig.log
	rmmod scap
fi
rmmod scapula || rc=1
cp /out/failed /dev/stderr 2>/dev/null
say "done"
exit $rc

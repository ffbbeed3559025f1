#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# scapula recording in guests of both kernels: an incident in a container that is deleted, a
# recorder that is killed, a missing module. The captures are judged here, on another machine than
# the one that they tell of. SCAPULA_KERNELS names the kernels, default "6.1 6.12".
set -u
cd "$(dirname "$0")/../.."
export B=${B:-build} TZ=UTC LC_ALL=C
scapula=$B/scapula
tmp=$(mktemp -d)
guest=''
trap '[ -z "$guest" ] || kill "$guest" 2>/dev/null; wait; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

check() { # name command...
	local name=$1
	shift
	if "$@" >"$tmp/said" 2>&1; then
		echo "ok - $kernel: $name"
	else
		echo "not ok - $kernel: $name"
		head -n 20 "$tmp/said" | cut -c1-300
		rc=1
	fi
}
fails() { ! "$@"; }
same() { [ "$1" = "$2" ] || { echo "$1, expected $2"; return 1; }; }
lines() { [ "$(wc -l <"$1")" = "$2" ] || { echo "$2 lines expected:"; cat "$1"; return 1; }; }
# shows FILE FILTER PATTERN: a line of what the filter lets through matches
shows() { "$scapula" -r "$1" "$2" | grep -qE -- "$3" || { echo "nothing like $3 for: $2"; return 1; }; }
tells() { grep -qE -- "$1" "$out/story" || { echo "the story has nothing like: $1"; return 1; }; }

id=9f2c1e7ab04d5836c1f0e2d3b4a5968778695a4b3c2d1e0f9f8e7d6c5b4a3928
names='web docker.io/library/shop:1.4.2 shop-web-7d4b9c6f5-x2x8q shop'

incident() {
	local f=$out/incident.scap.zst first
	check "the recorder ends well at SIGINT" same "$(cat "$out/incident.status")" 0
	check "zstd finds the capture whole" zstd -qt "$f"
	zstd -qdc "$f" >"$out/incident.scap"
	"$scapula" -r "$f" >"$out/lines"
	check "the capture has events" [ "$(wc -l <"$out/lines")" -gt 1000 ]
	"$scapula" -r "$out/incident.scap" >"$out/lines.plain"
	check "decompressed, it says the same" cmp "$out/lines" "$out/lines.plain"

	# one line per event, so that the order in the file shows
	first=$("$scapula" -r "$f" -p '%container.name %container.image %k8s.pod.name %k8s.ns.name' \
		"container.full_id = $id" | head -n 1)
	check "the container's first event has its names" same "$first" "$names"
	check "no event has the container without its names" same "$("$scapula" -r "$f" -p '%container.name' \
		"container.full_id = $id" | sort -u)" web
	first=$(grep -abo "\"full_id\":[ ]*\"$id\"" "$out/incident.scap" | head -n 1 | cut -d: -f1)
	check "the names are in the file itself" [ -n "$first" ]

	check "an injected shell" shows "$f" "container.name = web and evt.type = execve" 'args=-c\./bin/id; /bin/cat /etc/shadow'
	check "the shadow file" shows "$f" \
		"container.name = web and evt.type in (open, openat) and fd.name = /etc/shadow and proc.name = cat" shadow
	check "the payload's download" shows "$f" \
		"container.name = web and proc.name = wget and evt.type in (write, writev) and fd.name = /tmp/.x" 'res='
	check "the payload's execution" shows "$f" "evt.type = execve and proc.exepath = /tmp/.x" '/tmp/\.x'
	check "the payload's connection" shows "$f" "proc.name = .x and evt.type = connect" '10\.1\.0\.2:[0-9]+->10\.1\.0\.1:4444'
	check "what the payload sent" shows "$f" "proc.name = .x and evt.type = write and fd.sport = 4444" 'root shell ready'
	check "the request from outside" shows "$f" "proc.name = httpd and evt.type in (accept, accept4)" '10\.1\.0\.1:[0-9]+->.*10\.1\.0\.2:80'
	check "the death of the service" shows "$f" "container.name = web and evt.type = procexit and proc.name = httpd" SIGKILL
	check "nothing of the container on the host's side" fails shows "$f" "container.id = host and proc.exepath = /tmp/.x" .

	"$scapula" postmortem "$f" >"$out/story" 2>"$out/story.err"
	check "the post-mortem ends well" same "$?" 0
	check "the post-mortem has no complaint" lines "$out/story.err" 0
	check "the story: names" tells 'pod +shop-web-7d4b9c6f5-x2x8q in namespace shop'
	check "the story: a shell of a service" tells 'shell of a service .*httpd'
	check "the story: shadow" tells 'reads +cat.*/etc/shadow'
	check "the story: payload" tells 'executes a new file .*/tmp/\.x, written by wget'
	check "the story: connection" tells 'connects +\.x.* to 10\.1\.0\.1:4444'
	check "the story: cron job" tells '/var/spool/cron/crontabs/root'
	check "the story: deletion" tells 'deletes +\.x.*/tmp/\.x'
	check "the story: end" tells 'ended .*SIGKILL'
	check "loss is told: none, or how much" tells 'losses +(complete: no event was lost|[0-9])'
}

spared() {
	local first last
	first=$(sed -n 's/^\([0-9]*\) \/proc$/\1/p' "$out/spared.log")
	last=$(sed -n 's/^\([0-9]*\) \/sys$/\1/p' "$out/spared.log")
	check "a filter: it ends well" same "$(cat "$out/spared.status")" 0
	check "a filter: what matches is shown" [ -n "$first" -a -n "$last" ]
	check "a filter: what cannot match is not recorded" [ $((last - first)) -lt 3000 ]
}

beside() {
	local f=$out/beside.scap.zst s filter='proc.name = target or proc.pname = target'
	local fmt='*%evt.type %proc.pid %proc.name %proc.cmdline %proc.exepath %proc.cwd %proc.env
		%proc.ppid %proc.pname %proc.aname[2] %proc.sname %proc.fdopencount %user.name
		%fd.num %fd.type %fd.name %proc.stdin.name %container.id'
	check "recording with a filter: it ends well" same "$(cat "$out/beside.status")" 0
	"$scapula" -r "$out/whole.scap.zst" -p "$fmt" "$filter and evt.type != switch" >"$out/lines"
	"$scapula" -r "$f" -p "$fmt" 'evt.type != switch' >"$out/lines.filtered"
	check "recording with a filter: it has the program's file" grep -q ' /proc/version ' "$out/lines.filtered"
	check "recording with a filter: and the program's children" grep -q ' cat self/status ' "$out/lines.filtered"
	check "recording with a filter: all reads as in a whole one" diff "$out/lines" "$out/lines.filtered"
	zstd -qdc "$f" >"$out/beside.scap"
	zstd -qdc "$out/whole.scap.zst" >"$out/whole.scap"
	for s in secret-env secret-arg secret-file secret-data; do
		check "a whole recording has $s" grep -qa $s "$out/whole.scap"
		check "recording with a filter: nothing has $s" fails grep -qa $s "$out/beside.scap" "$f"
	done
}

chosen() {
	check "--page-faults: it ends well" same "$(cat "$out/faults.status")" 0
	check "--page-faults: they are there" same "$(grep -c '^page_fault .' "$out/faults.log")" 20
	check "-U: it ends well" same "$(cat "$out/quiet.status")" 0
	check "-U: other programs are there" grep -qx 'calm /proc' "$out/quiet.log"
	check "-U: those three are not" fails grep -q '^noisy\|^loud\|^a' "$out/quiet.log"
}

live_chisels() {
	check "chisels, live: they end well" same "$(cat "$out/chisels.status")" 0
	check "chisels, live: they have nothing to complain of" lines "$out/chisels.err" 0
	check "chisels, live: one prints what it saw in a second" grep -qE '^160\.03KB +run ' "$out/chisels.log"
	check "chisels, live: again and again" [ "$(grep -c '^Bytes ' "$out/chisels.log")" -ge 3 ]
	check "chisels, live: and the other one beside it" grep -qE '^[0-9]+ +read$' "$out/chisels.log"
	check "chisels, live: no code of terminals in a file" fails grep -q "$(printf '\033')" "$out/chisels.log"
	check "chisels about events, live: they end well" same "$(cat "$out/watch.status")" 0
	check "chisels about events, live: a line before the end" grep -q '^seen by stdout' "$out/before-the-end.log"
	check "chisels about events, live: sums of seconds" [ "$(grep -c ' in:.* out:.* tot:' "$out/watch.log")" -ge 3 ]
	check "chisels about events, live: slow calls" grep -qE ' [1-9]\.[0-9]+s +clock_nanosleep' "$out/before-the-end.log"
	check "chisels about events, live: the slowest at the end" grep -q '^LATENCY' "$out/watch.log"
	check "a chisel on a terminal: it begins the screen anew" grep -q "$(printf '\033')\\[2J" "$out/screen.log"
	check "a chisel on a terminal: with what it saw" grep -qE '160\.03KB +run ' "$out/screen.log"
}

asked() {
	local f=$out/asked.scap.zst id=00000000000000000000000000000000000000000000000000000000000a5ced
	check "asking Docker: it ends well" same "$(cat "$out/asked.status")" 0
	check "asking Docker: all was answered" grep -q 'Questions about containers: 1, all answered' "$out/asked.log"
	"$scapula" -r "$f" -p '*%container.name %container.image' \
		"container.full_id = $id and evt.type = openat and fd.name = /proc/uptime" >"$out/lines"
	check "asking Docker: the container has its name" same "$(tail -n 1 "$out/lines")" 'asked reg/app:1'
	check "asking Docker: the recorder has not waited for it" same "$(wc -l <"$out/lines")" 6
}

live_top() {
	check "top, live: ends well at SIGINT" same "$(cat "$out/top.status")" 0
	check "top, live: has no complaint" lines "$out/top.err" 0
	check "top, live: a table each second" [ "$(grep -c '^------' "$out/top.log")" -ge 4 ]
	# which it can only tell if the time since the table before was told before
	check "top, live: a process has a share of the CPUs that there are" \
		awk '$2 ~ /^[0-9]+$/ && $5 ~ /\./ { n++; if ($5 > 210) { bad = 1; print } } END { exit bad || !n }' \
		"$out/top.log"
	check "top, live: threads of the kernel have their name" grep -qE ' \[(kworker|rcu|ksoftirqd)[^ ]*\]$' "$out/top.log"
	check "top, live: who reads" grep -qE ' 1?[0-9][0-9]K .* /bin/sh \./run$' "$out/top.log"
	check "top on a terminal: what is read" grep -q '/payload/scap.ko' "$out/top.screen"
	check "top on a terminal: amounts a second" grep -q 'OPS/s' "$out/top.screen"
	check "top on a terminal: ends well at q" grep -q 'ended: 0' "$out/top.screen"
}

killed() {
	local f=$out/killed.scap.zst
	local status cut=1
	# between the end of a frame and the first flush of the next, within a second, it is whole
	zstd -qt "$f" 2>/dev/null && cut=0
	"$scapula" -r "$f" >"$out/lines" 2>"$out/err"
	status=$?
	check "a cut capture: the exit status is 1 where zstd finds it cut ($cut)" same $status $cut
	check "a cut capture: one line says so" lines "$out/err" $cut
	check "a cut capture: the line names the file" \
		same "$(grep -c "^scapula: $f: " "$out/err")" $cut
	check "a cut capture: what is older than two seconds is there" grep -q marker-early "$out/lines"
	check "a cut capture: the post-mortem tells what is whole" \
		bash -c "'$scapula' postmortem '$f' --host 2>/dev/null | grep -q 'THE CAPTURE'"
}

no_module() {
	check "a missing module: not zero" fails same "$(cat "$out/no-module.status")" 0
	check "a missing module: not a hang" fails same "$(cat "$out/no-module.status")" 143
	check "a missing module: one line" lines "$out/no-module.log" 1
	check "a missing module: the line says what to do" grep -qE '^scapula: .*(modprobe|insmod|module)' "$out/no-module.log"
	check "a missing module: no file is left" fails test -e "$out/nothing.scap.zst"
}

for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
	out=$tmp/$kernel
	payload=$tmp/payload-$kernel
	if ! sh tests/vm/incident/pack.sh "$payload" "$kernel" >"$tmp/said" 2>&1; then
		cat "$tmp/said"
		echo "not ok - $kernel: the payload"
		rc=1
		continue
	fi
	install -m 755 tests/vm/record_guest.sh "$payload/run"
	cp -r tools/chisels "$payload/"
	gcc -static -O2 -o "$tmp/guest_docker" tests/vm/guest_docker.c -lpthread || exit 1
	PATH=$tmp:$B:$PATH sh tests/vm/pack.sh "$payload" script scapula-ask guest_docker
	mkdir -p "$payload/terminfo/l"
	cp /lib/terminfo/l/linux "$payload/terminfo/l/"
	tests/vm/guest.sh --kernel "$kernel" --payload "$payload" --out "$out" --timeout 240 --quiet &
	guest=$!
	wait "$guest"
	status=$?
	guest=''
	if [ "$status" != 0 ]; then
		echo "not ok - $kernel: the guest ends with status $status"
		tail -n 20 "$out/stdout.log" "$out/dmesg.log"
		rc=1
		continue
	fi
	incident
	spared
	beside
	chosen
	live_chisels
	asked
	live_top
	killed
	no_module
	check "no warning in the kernel's log" sh tests/vm/warnings.sh "$out/dmesg.log"
done
exit $rc

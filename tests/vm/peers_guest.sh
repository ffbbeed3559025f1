#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# both_ways.sh's part in the guest: each recorder on each module, with the same work.
rc=0
say() { # status name
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; rc=1; fi
}

# record FILE COMMAND...: the command writes FILE, or prints into it, while the work is done
record() {
	file=$1
	shift
	"$@" >"$file.said" 2>&1 </dev/null &
	recorder=$!
	for _ in $(seq 50); do
		[ -s "$file" ] && break
		[ -s "$file.said" ] && break
		kill -0 $recorder 2>/dev/null || break
		sleep 0.2
	done
	sleep 2
	/payload/peers_work
	sleep 1
	kill -INT $recorder
	wait $recorder
	say $? "${file##*/}: the recorder ends well"
	[ -f "$file" ] || mv "$file.said" "$file"
}

# tells FILE NAME PATTERN: what sysdig printed live has such a line
tells() {
	grep -qE -- "$3" "$1"
	say $? "$2"
}

both() { # module
	record /out/$1-sysdig.scap /payload/sysdig/sysdig -w /out/$1-sysdig.scap
	record /out/$1-scapula.scap scapula --compression none -w /out/$1-scapula.scap
}

insmod /payload/scap.ko || exit 1
both ours
record /out/live.txt /payload/sysdig/sysdig -s 200 'proc.name = peers_work and evt.type in (write, open, openat)'
tells /out/live.txt "sysdig prints live what its filter wants" 'peers_work.* write .*fd=[0-9]+.*/tmp/work/a file.* size=3000'
! grep -E '^[0-9]+ ' /out/live.txt | grep -qv ' peers_work '
say $? "and nothing else"
record /out/snaplen.scap /payload/sysdig/sysdig -s 200 -w /out/snaplen.scap
record /out/faults.txt /payload/sysdig/sysdig --page-faults 'evt.type = page_fault'
tells /out/faults.txt "sysdig gets page faults" 'page_fault'
rmmod scap || exit 1

insmod /payload/falco.ko || exit 1
both falco
insmod /payload/scap.ko 2>/tmp/err
say $((1 - ($? != 0))) "a second module of the same name is refused"
if [ -f /payload/scapula.ko ]; then
	insmod /payload/scapula.ko
	say $? "under another name it loads beside falcosecurity's"
	/payload/sysdig/sysdig -w /out/beside-theirs.scap >/dev/null 2>&1 &
	theirs=$!
	for _ in $(seq 100); do [ -s /out/beside-theirs.scap ] && break; sleep 0.2; done
	record /out/beside-ours.scap scapula --device scapula --compression none -w /out/beside-ours.scap
	kill -INT $theirs
	wait $theirs
	rmmod scapula
	say $? "and unloads"
fi
rmmod scap
exit $rc

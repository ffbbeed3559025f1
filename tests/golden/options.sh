#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Options: those of the help and of the manuals are the same, each is taken or refused with a reason,
# and the exit status is what the manual says. The manuals themselves have no faults.
. "$(dirname "$0")/golden.bash"
root=$(cd "$here/../.." && pwd)

# ---- manuals ----

# Which other manuals this machine has says nothing about ours; source lines may have 100 columns.
lint() {
	mandoc -T lint "$@" 2>/dev/null |
		grep -v 'STYLE: referenced manual not found\|STYLE: input text line longer than 80 bytes'
}
lint "$root"/tools/*.[1-9] "$root"/libscap/*.3 "$root"/libsinsp/*.3 >found
[ ! -s found ] && command -v mandoc >out
verdict $? "mandoc finds no fault in the manuals"
cat found
printf '.Dd January 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Nosuch\n' >x.1
[ -n "$(lint x.1)" ]
verdict $? "and finds those that are there"
bad_refs=0
while read -r name section; do
	ls "$root"/*/"$name.$section" >out 2>&1 || { echo "no manual $name($section)"; bad_refs=1; }
done < <(cat "$root"/tools/*.[1-9] "$root"/lib*/*.3 | sed -n 's/^\.Xr \(scapula[^ ]*\|libs[^ ]*\) \([0-9]\).*/\1 \2/p' | sort -u)
verdict $bad_refs "every manual that is named is there"

options_of_manual() { # file: what stands behind Fl in the heads of lists
	awk '/^\.It Fl/ {
		taking = 0
		for (i = 2; i <= NF; i++)
			if ($i == "Fl") taking = 1
			else if ($i ~ /^(Ar|Ns|Op|Oo|Oc|Cm|No|Li|=)$/) taking = 0
			else if (taking && $i ~ /^(-[a-z0-9-]+|[A-Za-z])$/) print "-" $i
	}' "$1" | sort -u
}
options_of_help() { # what the usage text begins lines with, and those that it says are refused
	sed -n '/^Of sysdig/,/^$/ { s/, /\n/g; s/^  *//gm; p }; s/^  \(-.\), \(--[a-z0-9-]*\).*/\1\n\2/p
		s/^   *\(--[a-z0-9-]*\).*/\1/p; s/^  \(-.\) .*/\1/p' | sed 's/,$//' | grep '^-' | sort -u
}
for verb in $("$scapula" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -vx 'help\|version'); do
	page=$root/tools/scapula-$verb.1
	[ $verb = inspect ] && page=$root/tools/scapula.1
	"$scapula" help $verb | options_of_help >help
	options_of_manual "$page" >manual
	# what is the same everywhere the manual of top leaves to scapula(1)
	if [ "$verb" = top ]; then
		comm -12 help <(options_of_manual "$root/tools/scapula.1") | sort -u - manual >both
		mv both manual
	fi
	[ "$(wc -l <help)" -gt 4 ] && diff help manual
	verdict $? "the help and the manual of $verb have the same options"
done

# ---- taken ----

# One line each, over the capture: the status has to be 0.
: >taken
while read -r line; do
	eval "\"\$scapula\" $line" >out 2>err </dev/null || { echo "status $?: $line: $(cat err)"; false; }
	verdict $? "taken: $line"
	printf '%s\n' "$line" >>taken
done <<'END'
-r inc.scap -A -n 1
-r inc.scap --print-ascii -n 1
-r inc.scap -b -n 1
-r inc.scap -jA -n1
-r inc.scap -vq
-r inc.scap -qS
-qr inc.scap -Sv
-rinc.scap -tr -n1
-r inc.scap -C 1 -w c.scap
-r inc.scap --file-size=1 -w c.scap
-r inc.scap -d -n 1
-r inc.scap --displayflt evt.type=openat
-r inc.scap -D -n 1
-r inc.scap -e 50 -w e.scap
-r inc.scap -e 10 -W 2 -w e.scap
-r inc.scap -E -n 1
-r inc.scap -F -w f.scap evt.type=read
-r inc.scap -F -n 1
-r inc.scap --filter-proclist -w f.scap evt.type=read
-r inc.scap -G 1 -w g.scap
-h
--help
-l
-lv
--list
--list=syscall
-L
--list-events
--list-markdown
--libs-version
--version
-pp
-r inc.scap --large-environment -n 1
-r inc.scap --container-env -n 1
-r inc.scap -M 1 -q
-r inc.scap -n 1
-r inc.scap --numevents 1
-r inc.scap --page-faults -n 1
-r inc.scap --switches -n 1
-r inc.scap -P -q
-r inc.scap -pc -n 1
-r inc.scap -p container -n 1
-r inc.scap -pk -n 1
-r inc.scap -p%evt.num -n 1
-r inc.scap -q
-r inc.scap -r inc.scap -q
-r inc.scap -R -n 1
-r inc.scap -s 4096 -n 1
-r inc.scap -S -q
-r inc.scap -t a -n 1
-r inc.scap --timetype=D -n 1
-r inc.scap --unbuffered -n 1
-r inc.scap -U bash --suppress-comm=curl -n 1
-r inc.scap -v -n 1
-r inc.scap -w w.scap
-r inc.scap -W 2 -n 1
-r inc.scap -x -n 1
-r inc.scap -X -n 1
-r inc.scap -z -w z.scap
-r inc.scap --color=force -n 1
evt.type=openat -r inc.scap
evt.type=openat -r inc.scap and proc.name=curl
-r inc.scap evt.type=openat -n 1 and proc.name=curl
-r inc.scap -- proc.name=curl
END

"$scapula" -r inc.scap evt.type=openat and proc.name=curl >want
[ -s want ] && "$scapula" evt.type=openat -r inc.scap and proc.name=curl | cmp -s - want &&
	"$scapula" evt.type=openat and -r inc.scap proc.name=curl | cmp -s - want
verdict $? "words of a filter may stand on both sides of options"
POSIXLY_CORRECT=1 "$scapula" -r inc.scap evt.type=openat and proc.name=curl | cmp -s - want
verdict $? "and behind them where options have to come first"
[ "$("$scapula" -r inc.scap -U curl)" = "$("$scapula" -r inc.scap)" ]
verdict $? "-U leaves captures as they are"
! "$scapula" -r inc.scap -E -p %user.name | grep -q www-data &&
	"$scapula" -r inc.scap -p %user.name | grep -q www-data
verdict $? "-E leaves users unknown"

# nobody is asked while a capture is read
[ "$("$scapula" -r inc.scap -k http://127.0.0.1:1 -K /nowhere --k8s-ca /nowhere --node-name n)" = \
	"$("$scapula" -r inc.scap)" ]
verdict $? "options of the API server leave captures as they are"
golden error_k8s_url 1 -k ftp://server
golden error_k8s_cluster 1 -k cluster
golden error_k8s_cert 1 -K cert:
golden error_k8s_node 1 --node-name=
golden error_socket 1 --docker-socket docker.sock
export SYSDIG_K8S_API=server
golden error_k8s_variable 1 proc.name=x
unset SYSDIG_K8S_API

"$scapula" -r inc.scap -w plain.scap --compression=none evt.type=read 2>err
"$scapula" -r inc.scap -F -w fat.scap --compression=none evt.type=read 2>err
"$scapula" -r inc.scap --filter-proclist -w few.scap --compression=none evt.type=read 2>err
cmp plain.scap fat.scap && cmp plain.scap few.scap
verdict $? "-F and --filter-proclist are what a filtered recording is anyway"
"$scapula" info fat.scap | grep -q '^events  *2, .*; hidden: [1-9]' && [ "$("$scapula" -r fat.scap -p x | wc -l)" -eq 2 ]
verdict $? "a fat file has hidden events, which are not shown"
mkfifo there back
exec 7<>back
"$scapula" -r there --unbuffered >back 2>err &
exec 6>there
cat inc.scap >&6
read -r -t 60 line <&7 && [ "${line%% *}" = 6 ]
verdict $? "--unbuffered shows an event when it comes"
exec 6>&- 7<&-
wait

# ---- refused ----

while read -r name words; do
	eval "golden refused_$name 1 $words"
done <<'END'
bpf -r inc.scap -B
bpf_probe -r inc.scap -B/x.o
bpf_long --bpf=/x.o
bpf_cluster -r inc.scap -qB
modern_bpf --modern-bpf
cpus --cpus-for-each-buffer 2
gvisor -g x
gvisor_config --gvisor-config=x
gvisor_generate --gvisor-generate-config
gvisor_root --gvisor-root x
plugin -H dummy:x
plugin_long --plugin dummy
input -I dummy:10
inputs -Il
plugin_config --plugin-config-file x.yaml
plugin_info --plugin-info dummy
mesos -m http://127.0.0.1:5050
mesos_long --mesos-api=http://127.0.0.1:5050
mesos_format -r inc.scap -pm
tracers -T
tracers_long --force-tracers-capture
udig -u
log_level --log-level=debug
proclist -r inc.scap --filter-proclist
long_comm -r inc.scap -U sixteen_bytes_xx
empty_comm -r inc.scap -U ""
lean_and_fat -r inc.scap -F --lean
source --list=k8s_audit
END
golden refused_to_cut 1 cut -B -o x inc.scap

# ---- status ----

while read -r want words; do
	eval "\"\$scapula\" $words" >out 2>err </dev/null
	got=$?
	[ $got -eq "$want" ] && { [ "$want" -eq 0 ] || grep -q '^scapula: ' err; }
	verdict $? "status $want: $words"
done <<'END'
0 -r inc.scap
0 -r inc.scap -n 1
0 -r inc.scap -M 1
0 -r inc.scap evt.num=0
1 -r nofile
1 -r inc.scap -r nofile
1 -r inc.scap -Z
1 -r
1 --nosuch
1 -r inc.scap evt.type
1 -r inc.scap -p %no.such
1 -r inc.scap -t x
1 -r inc.scap -n abc
1 -r inc.scap -n 0
1 -r inc.scap -C 0 -w x
1 -r inc.scap -C abc -w x
1 -r inc.scap -G 0 -w x
1 -r inc.scap -W 0
1 -r inc.scap -c nosuch
1 -i nosuch
1 -r inc.scap -A -x
1 -r inc.scap -w nodir/x
1 info nofile
1 help nosuch
END
mkfifo pipe
for signal in INT TERM; do
	(trap - INT; exec "$scapula" -r pipe -w $signal.scap) &
	reader=$!
	exec 5>pipe
	cat inc.scap >&5
	kill -$signal $reader
	exec 5>&-
	wait $reader
	verdict $? "status 0: SIG$signal"
done
finish

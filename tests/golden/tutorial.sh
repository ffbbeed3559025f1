#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Command lines of tutorials of sysdig (tutorial.txt) run with the name changed.
. "$(dirname "$0")/golden.bash"
export PATH=$tmp/bin:$PATH SCAPULA_CHISEL_PATH=$(cd "$here/../.." && pwd)/tools/chisels
mkdir bin
ln -s "$scapula" bin/scapula
while IFS= read -r line; do
	case $line in '' | '#'*) continue ;; esac
	command=${line/#sysdig /scapula -r inc.scap }
	case $line in *' -r '*) command=${line/#sysdig /scapula } ;; esac
	bash -o pipefail -c "$command" >said 2>complaint </dev/null
	status=$?
	{ printf '\n$ %s\n' "$line"; cat said; } >>out.all
	# that the capture has lost some is no matter, and how long it took is nobody's expectation
	sed '/events lost/d; s/^Elapsed time: [0-9.]*, \(.*\), [0-9.]* eps$/Elapsed time: S, \1, R eps/' \
		complaint >>out.all
	case $line in *' -w '* | *' -qw '*) true ;; *) [ -s said ] ;; esac
	[ $? -eq 0 ] && [ $status -eq 0 ]
	verdict $? "$line"
done <"$here/tutorial.txt"
same tutorial "$here/tutorial.out" out.all
verdict $? "what they say is what it was"
finish

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Who reads a capture to the end and tells of it does so without rights to do anything else.
. "$(dirname "$0")/golden.bash"

# In a build with sanitizers there is none: they look for leaks in ways of their own.
sandboxed=0
nm "$scapula" | grep -q __asan_init || sandboxed=2

mkfifo fifo
for verb in info postmortem; do
	"$scapula" $verb fifo >out 2>err &
	exec 3>fifo # it waits for the first byte
	mode=
	for ((i = 0; i < 600; i++)); do
		mode=$(sed -n 's/^Seccomp:\t*//p' "/proc/$!/status")
		[ "$mode" = $sandboxed ] && break
		sleep 0.05
	done
	cat inc.scap >&3
	exec 3>&-
	wait $!
	rc=$?
	[ "$mode" = $sandboxed ]
	verdict $? "$verb is in the sandbox before it reads"
	"$scapula" $verb - <inc.scap >want 2>/dev/null
	[ $rc -eq 0 ] && [ -s want ] && sed 's/fifo/-/' out | grep -v '^ *file ' | cmp -s - <(grep -v '^ *file ' want)
	verdict $? "and tells of a pipe what it tells of a file ($verb)"
done
finish

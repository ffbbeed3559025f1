#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Recording into one file after the other: each is complete, together they are the whole, and what
# lies there from before is not touched.
. "$(dirname "$0")/golden.bash"

every='*%evt.time %proc.name %proc.pid %proc.pname %proc.exepath %proc.cmdline %proc.cwd %user.name
	%container.id %container.name %container.image %fd.name %fd.type %evt.type %evt.args'
all() { # captures...
	for f; do "$scapula" -r "$f" -p "$every" || return 1; done
}
check() { # name command...
	local name=$1
	shift
	"$@"
	verdict $? "$name"
}
same_as_whole() { # captures...
	all inc.scap >whole && all "$@" >parts && diff whole parts
}
all_alike() { # captures...
	[ $# -gt 3 ] && all "$@" >parts && diff want parts
}
events() { "$scapula" -r "$1" -p x | wc -l; }

n=$(events inc.scap)
"$scapula" -r inc.scap -w e.scap -e 10
mapfile -t files < <(ls -v e.scap*)
check "-e makes as many files as are needed" [ "${#files[@]}" -eq $(((n + 9) / 10)) ]
check "each has its ten events" [ "$(events e.scap0) $(events e.scap1)" = "10 10" ]
check "each file has the state of its beginning" same_as_whole "${files[@]}"
"$scapula" -r inc.scap -w one.scap -e 1 --compression=gzip
check "even of one event, with gzip" same_as_whole $(ls -v one.scap*)

"$scapula" -r inc.scap -w x.scap -e 3 'evt.type in (read, write, execve, close)'
"$scapula" -r inc.scap -p "$every" 'evt.type in (read, write, execve, close)' >want
check "with a filter, too" all_alike $(ls -v x.scap*)

"$scapula" -r inc.scap -w e.scap -e 1000
check "numbers go on behind an earlier run" [ "$(events "e.scap${#files[@]}")" -eq "$n" ]
check "which is as it was" [ "$(events e.scap0)" -eq 10 ]

"$scapula" -r inc.scap -w r.scap -e 10 -W 2
check "-W keeps the last files only" [ "$(ls -x r.scap*)" = "r.scap0  r.scap1" ]
last=$(((n + 9) / 10 - 1))
check "the last of them has the last events" [ "$(events "r.scap$((last % 2))")" -eq $((n - 10 * last)) ]

"$scapula" -r inc.scap -w g.scap -G 1
check "-G follows the clock of the events" same_as_whole $(ls -v g.scap*)
"$scapula" -r inc.scap -w t%H%M%S.scap -G 1
check "a name may hold the time" [ -f t221320.scap ]
"$scapula" -r inc.scap -w t%H%M%S.scap -G 1
check "and is not taken twice" [ -f t221320.scap.1 ]

"$build/tests/golden/make_capture" long.scap long
"$scapula" -r long.scap -w c.scap -C 1 --compression=none
size=$(stat -c %s c.scap0)
check "-C ends a file soon after so many million bytes" [ "$size" -gt 1000000 -a "$size" -lt 1600000 ]
all long.scap >whole && all c.scap0 c.scap1 >parts && cmp whole parts
verdict $? "and goes on in the next one"
[ ! -e c.scap2 ]
verdict $? "which is the last"
"$scapula" -r inc.scap -w small.scap -C 1
check "-C leaves a small capture in one file" [ "$(ls small.scap*)" = small.scap0 ]

golden error_rotate_stdout 1 -r inc.scap -w - -e 10
golden error_rotate_number 1 -r inc.scap -w f -C 0

# files by the second in folders, of which only the first one is there
mkdir "$(date -u -d @1700000000 +d%S)"
"$scapula" -r inc.scap -w 'd%S/x.scap' -G 1 >out 2>err
first=$?
"$scapula" -r inc.scap -w 'gone/x.scap' -e 10 >out 2>err
check "a folder that is not there is told" [ $? -eq 1 ]
check "with the file's name" grep -q 'gone/x.scap0: No such file or directory' err
check "and costs nothing where the folder is there" [ "$first" -eq 0 ]
finish

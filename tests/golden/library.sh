#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The libraries as their manuals tell them: the examples compile and run, from C and C++, and every
# public function has its place in its page.
. "$(dirname "$0")/golden.bash"

root=$here/../..
flags="-Wall -Wextra -Werror -I$root/libscap -I$root/libsinsp -I$root/driver/uapi"
# a library with sanitizers wants them in its users, too
nm "$build/libscap.a" 2>/dev/null | grep -q __asan_init && flags="$flags -fsanitize=address,undefined"
scap_libs="$build/libscap.a -lzstd -lz -lbsd"
sinsp_libs="$build/libsinsp.a $scap_libs -ljansson -lpcre2-8"

example() { # library lines libs: the example of its page, compiled
	sed -n '/^\.Bd -literal$/,/^\.Ed$/p' "$root/$1/$1.3" | sed '1d;$d; s/\\e/\\/g' >"$1.c"
	${CC:-cc} -std=c99 $flags "$1.c" $3 -o "$1" 2>err
	verdict $? "the example of $1(3) compiles"
	[ "$(wc -l <"$1.c")" -le "$2" ]
	verdict $? "and is short"
	./"$1" nofile 2>err
	[ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ]
	verdict $? "and says what went wrong"
}

named() { # library prefix
	local f missing=
	for f in $(sed -n "s/^	\\($2_[a-z_0-9]*\\);\$/\\1/p" "$root/$1/$1.map"); do
		grep -q "^\.Fn $f\>" "$root/$1/$1.3" || missing="$missing $f"
	done
	[ -z "$missing" ] || echo "missing:$missing"
	[ -z "$missing" ]
	verdict $? "$1(3) names every public function"
}

example libscap 45 "$scap_libs"
./libscap inc.scap >out
"$scapula" -r inc.scap -D -p '%evt.rawtime thread %thread.tid: %evt.type failed with %evt.rawres' \
	'evt.rawres < 0' 2>/dev/null | sed 's/with -/with /' >want
sed 's/ after .*//' out | cmp -s - want && [ -s want ]
verdict $? "and shows what failed"
named libscap scap

example libsinsp 75 "$sinsp_libs"
./libsinsp inc.scap >out
"$scapula" -r inc.scap -p '*%evt.num %proc.cmdline' 'evt.type = execve' 2>/dev/null >want
sed 's/, after .*//' out | cmp -s - want && [ -s want ]
verdict $? "and shows what was started"
! ./libsinsp inc.scap 'mine.age > 0 and evt.type = ' 2>err && grep -q 'expected a string' err
verdict $? "and what is wrong with a filter"
./libsinsp inc.scap 'evt.type = execve and mine.age exists and mine.age < 2000000000' >out &&
	grep -q ', after [0-9]* ns$' out && ! grep -q '<NA>' out
verdict $? "and filters by its own field"
named libsinsp sinsp

if command -v c++ >/dev/null; then
	printf '#include <scap.h>\n#include <sinsp.h>\nint main() { scap_close(nullptr); return scap_syscall_name(0) == nullptr; }\n' >x.cc
	c++ $flags x.cc $scap_libs -o x 2>err && ./x
	verdict $? "the headers are C++ too"
	c++ -x c++ $flags libsinsp.c -x none $sinsp_libs -o x++ 2>err && ./x++ inc.scap >out++ && ./libsinsp inc.scap | cmp -s - out++
	verdict $? "and so is the example"
fi
finish

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The library as its manual tells it: the example compiles and runs, from C and C++, and every public
# function has its place in the page.
. "$(dirname "$0")/golden.bash"

root=$here/../..
page=$root/libscap/libscap.3
sed -n '/^\.Bd -literal$/,/^\.Ed$/p' "$page" | sed '1d;$d; s/\\e/\\/g' >example.c
flags="-Wall -Wextra -Werror -I$root/libscap -I$root/driver/uapi"
# a library with sanitizers wants them in its users, too
nm "$build/libscap.a" 2>/dev/null | grep -q __asan_init && flags="$flags -fsanitize=address,undefined"
libs="$build/libscap.a -lzstd -lz -lbsd"
${CC:-cc} -std=c99 $flags example.c $libs -o example 2>err
verdict $? "the example of libscap(3) compiles"
[ "$(wc -l <example.c)" -le 45 ]
verdict $? "and is short"
./example inc.scap >out
"$scapula" -r inc.scap -D -p '%evt.rawtime thread %thread.tid: %evt.type failed with %evt.rawres' \
	'evt.rawres < 0' 2>/dev/null | sed 's/with -/with /' >want
sed 's/ after .*//' out | cmp -s - want && [ -s want ]
verdict $? "and shows what failed"
./example nofile 2>err
[ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ]
verdict $? "and says what went wrong"
if command -v c++ >/dev/null; then
	printf '#include <scap.h>\n#include <sinsp.h>\nint main() { scap_close(nullptr); return scap_syscall_name(0) == nullptr; }\n' >x.cc
	c++ $flags "-I$root/libsinsp" x.cc $libs -o x 2>err && ./x
	verdict $? "the headers are C++ too"
fi
missing=
for f in $(sed -n 's/^	\(scap_[a-z_0-9]*\);$/\1/p' "$root/libscap/libscap.map"); do
	grep -q "^\.Fn $f\>" "$page" || missing="$missing $f"
done
[ -z "$missing" ] || echo "missing:$missing"
[ -z "$missing" ]
verdict $? "libscap(3) names every public function"
finish

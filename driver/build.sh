#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Builds the module for one kernel: build.sh KDIR OUTDIR [SOURCE]. The sources, those beside this
# script if no others are named, are linked into OUTDIR/VERSION, where kbuild leaves its objects
# and scap.ko. C=2 in the environment runs sparse.
set -eu

kdir=$1 out=$2
[ -f "$kdir/Makefile" ] || {
	echo "scapula: no kernel headers in $kdir: apt-get install linux-headers-amd64" >&2
	exit 1
}
# Not make kernelrelease: Debian's 6.1 answers 6.1.192 there, and uname -r says 6.1.0-56-amd64.
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$kdir/include/generated/utsrelease.h" 2>/dev/null || :)
[ -n "$release" ] || {
	echo "scapula: $kdir is not a prepared kernel tree (no include/generated/utsrelease.h)" >&2
	exit 1
}
src=$(cd "${3:-$(dirname "$0")}" && pwd)
dir=$out/$release
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
for f in "$src"/*.c "$src"/*.h "$src"/*.def "$src"/Kbuild "$src"/uapi; do
	[ -e "$f" ] && ln -sfn "$f" "$dir/$(basename "$f")"
done
# a source that is gone must not be built on
for f in "$dir"/*.c "$dir"/*.h; do
	[ ! -L "$f" ] || [ -e "$f" ] || rm -f "$f"
done
echo "module for $release"
log=$dir/build.log
# What sparse 0.6.4 does not know of newer kernels; theirs would leave it out for that, and not say so.
old_sparse="'-D__typeof_unqual__(x)=__typeof__(({ __typeof__(x) x_; x_; }))'"
old_sparse="$old_sparse '-D__builtin_strlen(s)=(sizeof(s)-1)'"
# a build of its own, not a part of the make that called
unset MAKEFLAGS MFLAGS MAKELEVEL
if ! make -j"$(nproc)" -C "$kdir" M="$dir" ${C:+C="$C" KBUILD_CHECKSRC="$C" CF="-Wsparse-error $old_sparse"} \
	modules >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
if [ -n "${C:-}" ] && [ "$(grep -c '^ *CHECK ' "$log")" -lt "$(ls "$src"/*.c | wc -l)" ]; then
	echo "scapula: sparse has not looked at every file on $release: $log" >&2
	exit 1
fi
if grep -E 'warning:|error:' "$log" >&2; then
	echo "scapula: the module builds with warnings on $release: $log" >&2
	exit 1
fi

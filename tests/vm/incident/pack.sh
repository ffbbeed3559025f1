#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes a guest's payload with the incident and what records it: pack.sh PAYLOAD KERNEL. The command
# must have been built; the module is built for that kernel.
set -eu

payload=$1 kernel=$2
here=$(cd "$(dirname "$0")" && pwd)
scapula=${B:-build}/scapula
[ -x "$scapula" ] || { echo "incident/pack.sh: no $scapula: make cmd" >&2; exit 1; }
command -v crun >/dev/null || { echo "incident/pack.sh: missing crun: apt-get install crun (or: make deps)" >&2; exit 1; }
module=$("$here/../kernel.sh" "$kernel" | sed -n 's/^module=//p')
[ -n "$module" ] || exit 1

mkdir -p "$payload/incident"
cp "$here"/*.sh "$here/config.json" "$here/ping.cgi" "$payload/incident/"
${CC:-cc} -O2 -static -s -Wall -Wextra -o "$payload/incident/implant" "$here/implant.c"
cp "$module" "$payload/scap.ko"
"$here/../pack.sh" "$payload" crun "$scapula"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What `scapula -r` prints: lines, formats, times, buffers, filters, limits, counts.
. "$(dirname "$0")/golden.bash"

golden show_default 0 -r inc.scap
golden show_containers 0 -r inc.scap -pc evt.type=execve
golden show_format 0 -r inc.scap -p '%evt.num\t%10proc.name|%fd.name' evt.type in '(openat, connect)'
golden show_star 0 -r inc.scap -p '*%evt.num %fd.name' -n 4
golden show_filter 0 -r inc.scap 'proc.name = sh and evt.type = execve'
golden show_words 0 -r inc.scap proc.name = sh and evt.type = execve
golden show_limit 0 -r inc.scap -n 2
golden show_relative 0 -r inc.scap -t r -n 2
golden show_absolute 0 -r inc.scap -t a -n 2
golden show_seconds 0 -r inc.scap -M 1 -q -S
golden show_summary 0 -r inc.scap -q -S
golden show_quiet 0 -r inc.scap -q
golden show_statistics 0 -r inc.scap -vq evt.type=openat
golden show_ascii 0 -r inc.scap -A evt.type=read
golden show_hex 0 -r inc.scap -x evt.type=read
golden show_hex_ascii 0 -r inc.scap -X evt.type=read
golden show_base64 0 -r inc.scap -b evt.type=read
golden show_json 0 -r inc.scap -j 'evt.num < 32'
golden show_json_fields 0 -r inc.scap -jX -p '*%evt.num %evt.time %evt.type %fd.name %evt.buffer' evt.type=read
golden show_color 0 -r inc.scap --color force -n 3
golden show_color_containers 0 -r inc.scap --color force -pc evt.type=execve
golden show_no_color 0 -r inc.scap --color=false -n 1
golden show_twice 0 -r inc.scap -r inc.scap -n 1 -p %evt.num
golden show_default_format 0 -pp

"$scapula" -r inc.scap >direct
"$scapula" -r - <inc.scap >out 2>err
cmp -s direct out
verdict $? "reads standard input"
cat inc.scap | "$scapula" -r - >out 2>err
cmp -s direct out
verdict $? "reads a pipe"
gzip -c inc.scap >inc.scap.gz
"$scapula" -r inc.scap.gz >out 2>err
cmp -s direct out
verdict $? "reads gzip"
zstd -q -c inc.scap >other.scap
"$scapula" -r other.scap >out 2>err
cmp -s direct out
verdict $? "reads zstd, whatever its name"
! LC_ALL=C grep -q '[^ -~]' direct
verdict $? "prints nothing but printable text"
"$scapula" -r inc.scap -j >out
! LC_ALL=C grep -q '[^ -~]' out && [ "$(wc -l <out)" -eq "$(wc -l <direct)" ]
verdict $? "prints nothing but printable text in JSON, a line an event"
"$scapula" -r inc.scap -p '%evt.num %proc.name' | head -n 1 >out
[ "${PIPESTATUS[0]}" -eq 0 ] && [ "$(wc -l <out)" -eq 1 ]
verdict $? "ends quietly when nobody reads on"
finish

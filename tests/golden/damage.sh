#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Damaged captures: what is whole is shown, what is missing is told, and repair makes one of it.
. "$(dirname "$0")/golden.bash"

fmt='%evt.num %evt.time %proc.name %evt.type %fd.name'
"$scapula" -r inc.scap -p "*$fmt" >all
cp inc.scap bad.scap
head -c 700 /dev/zero | tr '\0' '\377' | dd of=bad.scap bs=1 seek=9000 conv=notrunc 2>/dev/null
golden damage_plain 1 -r bad.scap -p "*$fmt" 'evt.num > 26 and evt.num < 38'
golden damage_tolerate 0 -r bad.scap -q --tolerate
golden repair_usage 0 repair --help
golden error_repair_output 1 repair bad.scap
golden error_repair_file 1 repair -o x.scap nofile
golden repair 0 repair -o good.scap bad.scap
golden repair_result 0 -r good.scap evt.type=notification
"$scapula" info good.scap 2>/dev/null | grep -q '^integrity  *whole'
verdict $? "what was repaired is whole"
head -c 9000 inc.scap >cut.scap
golden damage_cut 1 -r cut.scap -p "*$fmt" 'evt.num > 26'
"$scapula" repair -o good2.scap cut.scap 2>/dev/null
"$scapula" -r cut.scap --tolerate -p "*$fmt" >want 2>/dev/null
"$scapula" -r good2.scap -p "*$fmt" evt.type != notification >out 2>/dev/null
[ -s want ] && cmp -s want out
verdict $? "a cut capture is repaired up to the cut"
[ "$("$scapula" -r good2.scap -p '%evt.arg.id %evt.arg.desc' 2>/dev/null | tail -n 1 | cut -c 1-13)" = 'gap cut.scap:' ]
verdict $? "and says at its end that something is missing"
"$scapula" postmortem bad.scap >out 2>err
[ $? -eq 1 ] && grep -q '^  damaged  *bad.scap' out
verdict $? "postmortem goes on behind a damage, and tells it"
finish

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The forensic chisels on a made-up intrusion: as text, as JSON and as CSV, which have to agree.
. "$(dirname "$0")/golden.bash"
export SCAPULA_CHISEL_PATH=$here/../../tools/chisels HOME=$PWD
"$build/tests/golden/make_intrusion" intrusion.scap || { echo "not ok - make_intrusion"; exit 1; }

# What is kept of files that are written again and again, in small pieces, and have ever other names.
cat >again.lua <<'END'
description, short_description, category, args = "x", "x", "x", {}
local w = require("written").new(function() end)
function on_init() return true end
function on_capture_end()
	local f, other = { was = {} }, { was = {} }
	w:start()
	w:empty(other)
	for _ = 1, 100000 do
		w:empty(f)
		w:append(f, 1, "x")
	end
	local n = 0
	for _ in pairs(w.queue) do n = n + 1 end
	print("written again", n, w.kept)
	for i = 1, 8 * 2 ^ 20 do
		if not f.content then break end
		w:append(f, 1, "x")
	end
	print("in small pieces", f.content and "kept" or f.why, w.kept)
end
END
golden forensic_again 0 -r intrusion.scap -c ./again.lua

for name in tree timeline dropped drift lateral secrets exfil persist; do
	golden forensic_$name 0 -r intrusion.scap -c $name
	golden forensic_${name}_json 0 -r intrusion.scap -c $name --json
	cp out rows.json
	golden forensic_${name}_csv 0 -r intrusion.scap -c "$name --csv"
	cp out rows.csv
	python3 - <<-'EOF'
	import csv, json, sys
	rows = json.load(open("rows.json"))
	table = list(csv.reader(open("rows.csv", newline="")))
	def cell(v):
	    if isinstance(v, list): v = "; ".join(v)
	    if isinstance(v, bool): v = "true" if v else "false"
	    if isinstance(v, str) and v[:1] in tuple("=+-@"): v = "'" + v
	    return "" if v is None else str(v)
	sys.exit(not rows or [list(rows[0])] + [[cell(v) for v in r.values()] for r in rows] != table)
	EOF
	verdict $? "forensic_${name}: JSON and CSV hold the same"
done

"$build/tests/golden/make_intrusion" files.scap files
golden forensic_files 0 -r files.scap -c dropped
golden forensic_tree_all 0 -r intrusion.scap -c tree all
golden forensic_tree_all_inside 0 -r intrusion.scap -c "tree all --csv"
golden forensic_tree_filter 0 -r intrusion.scap -c tree container.name=db
golden forensic_exfil_all 0 -r inc.scap -c exfil all
golden forensic_timeline_relative 0 -r inc.scap -tr -c timeline proc.pid = 506
golden forensic_two 0 -r inc.scap -c "secrets --json" -c persist
golden forensic_incident_dropped 0 -r inc.scap -c dropped
mkdir -p streams
printf '%s\n' 'sysdig.is_live = function() return true end' 'require("timeline")' >streams/live.lua
golden forensic_live 0 -r inc.scap -c ./streams/live.lua
golden forensic_live_json 0 -r inc.scap -j -c ./streams/live.lua
cp out rows.json
python3 -m json.tool rows.json >/dev/null
verdict $? "rows as they come make valid JSON"
# What a cell may hold: text in UTF-8, text that is none, controls, quotes, formulas.
cat >streams/cells.lua <<-'EOF'
	description, short_description, category, args = "x", "x", "x", {}
	local report = require("report")
	local out
	function on_init()
	    out = report.new({ { "text", "TEXT" }, { "list", "LIST", "list" }, { "number", "NUMBER", "number" }, { "last", "LAST" } })
	    return true
	end
	function on_capture_end()
	    for _, s in ipairs({ "gr\195\188n", "\226\130\172 \240\159\152\128", "\192\128 \237\160\128 \244\144\128\128 \195", "\27[2J\0\127\t\n\194\155x",
	        'a "b", \\c', "=1+1", "+1", "-1", "@a", "line\nline", " blank " }) do
	        out:row({ text = s, list = { s, "b" }, number = -13, last = s })
	    end
	    out:row({})
	    out:print()
	end
EOF
export SCAPULA_CHISEL_PATH=$SCAPULA_CHISEL_PATH:$PWD/streams
for form in "" --json --csv; do
	golden forensic_cells${form#-} 0 -r inc.scap -n 1 -c "cells $form"
done
cp out rows.csv
"$scapula" -r inc.scap -n 1 -c cells --json >rows.json 2>/dev/null
python3 -c 'import json; json.load(open("rows.json", encoding="utf-8"))'
verdict $? "JSON of any bytes is UTF-8"
python3 -c 'import csv, sys; sys.exit({len(r) for r in csv.reader(open("rows.csv", encoding="utf-8", newline=""))} != {4})'
verdict $? "CSV of any bytes has the same cells in each row"
golden forensic_wrong_argument 1 -r inc.scap -c "tree some"
golden forensic_csv_without 1 -r inc.scap --csv
golden forensic_csv_and_json 1 -r inc.scap --csv -j -c tree

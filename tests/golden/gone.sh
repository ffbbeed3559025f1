#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What is in the way of a recording while it goes on: its folder or file vanishes, the disk is full,
# nobody reads its pipe. What was written before is there, and the status says that it is not all.
. "$(dirname "$0")/golden.bash"

half=$(($(stat -c %s inc.scap) * 3 / 4))
mkfifo fifo

# record FILE COMMAND OPTION...: records the capture to FILE; COMMAND is run when FILE is there,
# before the second half of the events comes.
record() {
	local file=$1 between=$2 rc
	shift 2
	"$scapula" -r fifo "$@" 2>err &
	{
		head -c "$half" inc.scap
		for ((i = 0; i < 600; i++)); do
			[ -e "$file" ] && break
			sleep 0.05
		done
		$between
		tail -c +$((half + 1)) inc.scap
	} >fifo 2>/dev/null
	wait $!
	rc=$?
	return $rc
}
events() { "$scapula" -r "$1" -q -v 2>&1 | sed -n 's/.*Captured Events:\([0-9]*\).*/\1/p'; }

mkdir d
record d/x.scap1 "mv d moved" -w d/x.scap -e 10
[ $? -eq 1 ]
verdict $? "a folder that is moved away ends a recording into several files"
grep -q '^scapula: d/x.scap[0-9]*: No such file or directory$' err
verdict $? "which is told with the name of the next file"
ok=0
for f in moved/x.scap*; do
	"$scapula" info "$f" 2>/dev/null | grep -q '^integrity  *whole' || ok=1
done
[ $ok -eq 0 ] && [ "$(ls moved | wc -l)" -ge 2 ]
verdict $? "the files that it made are whole"
"$scapula" -r inc.scap -p %evt.num >all
cat <(for f in $(ls -v moved/x.scap*); do "$scapula" -r "$f" -p x; done) >kept
n=$(wc -l <kept)
[ "$n" -ge 20 ] && [ "$n" -lt "$(wc -l <all)" ]
verdict $? "and hold what came before"

mkdir d
record d/x.scap "rm -r d" -w d/x.scap
[ $? -eq 1 ] && grep -q '^scapula: d/x.scap: it was deleted while it was written$' err
verdict $? "a file that is deleted with its folder is told"

"$build/tests/golden/make_capture" long.scap long
for c in none zstd gzip; do
	(ulimit -f 31 && exec "$scapula" -r long.scap -w full.scap --compression=$c --level=1) 2>err
	[ $? -eq 1 ] && grep -q '^scapula: full.scap: File too large$' err
	verdict $? "a disk that is full is told ($c)"
	"$scapula" -r full.scap -p x >out 2>err
	[ $? -eq 1 ] && [ "$(wc -l <out)" -gt 100 ] && grep -q '^scapula: full.scap: offset ' err
	verdict $? "and what was written can be read ($c)"
done

"$scapula" -r long.scap -w - --compression=none 2>err | head -c 100000 >piped.scap
[ "${PIPESTATUS[0]}" -eq 1 ] && grep -q '^scapula: standard output: Broken pipe$' err
verdict $? "a pipe that nobody reads any more ends a recording with an error"
"$scapula" -r piped.scap -p x >out 2>err
[ $? -eq 1 ] && [ "$(wc -l <out)" -gt 500 ]
verdict $? "what went through it can be read"
"$scapula" -r long.scap 2>err | head -n 1 >out
[ "${PIPESTATUS[0]}" -eq 0 ] && ! grep -v lost err
verdict $? "a reader of lines that has seen enough is no error"
finish

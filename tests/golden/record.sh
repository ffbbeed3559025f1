#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What `scapula -w` writes when it converts a capture, and that nothing is lost by it.
. "$(dirname "$0")/golden.bash"

"$scapula" -r inc.scap -v >direct 2>err

readable() { # name file: the same events as the original
	"$scapula" -r "$2" -v >out 2>err && cmp -s direct out
	verdict $? "$1"
}

"$scapula" -r inc.scap -w z.scap 2>err
verdict $? "records a capture that is read"
zstd -qt z.scap
verdict $? "writes zstd by default"
readable "the recording has the same events" z.scap
zstd -qdc z.scap >plain.scap
readable "so has what zstd unpacks" plain.scap
"$scapula" -r inc.scap -w n.scap --compression=none
cmp -s n.scap plain.scap
verdict $? "the unpacked stream is the plain one"
"$scapula" -r inc.scap -w g.scap -z && gzip -t g.scap
verdict $? "-z writes gzip"
readable "the gzip recording has the same events" g.scap
"$scapula" -r inc.scap -w l.scap --level 19 && zstd -qt l.scap
verdict $? "takes a level"
"$scapula" -r inc.scap -w - --compression=none >o.scap
cmp -s o.scap n.scap
verdict $? "writes to standard output"
[ -z "$("$scapula" -r inc.scap -w q.scap)" ]
verdict $? "prints nothing while recording"

f='evt.type in (read, write)'
"$scapula" -r inc.scap -p '%evt.type %proc.name %fd.name %container.name' "$f" >want
"$scapula" -r inc.scap -w f.scap "$f"
"$scapula" -r f.scap -p '%evt.type %proc.name %fd.name %container.name' >out
[ -s want ] && cmp -s want out
verdict $? "a filtered recording shows what matched, with its names"
fmt='*%evt.type %proc.name %proc.pid %proc.ppid %proc.pname %proc.aname[2] %proc.cmdline %proc.cwd
	%proc.env %proc.sname %fd.name %fd.type %user.name %container.id %container.name
	%container.image %proc.stdin.name %proc.fdopencount'
for f2 in evt.type=execve proc.name=curl container.name=db "fd.name contains tmp" evt.type=procexit; do
	for to in k.scap k.gz; do
		"$scapula" -r inc.scap -p "$fmt" "$f2" >want 2>err
		"$scapula" -r inc.scap -w $to --compression=$([ $to = k.gz ] && echo gzip || echo zstd) "$f2" 2>err
		"$scapula" -r $to -p "$fmt" >out 2>err
		[ -s want ] && diff want out
		verdict $? "a recording of $f2 reads the same ($to)"
	done
done
"$scapula" -r inc.scap -w mine.scap --compression=none proc.name=curl
grep -ao '[[:print:]]*' mine.scap >words
grep -q 198.51.100.7/x words && grep -q containerd-shim words
verdict $? "a process is in its recording, and its ancestor's name"
! grep -e id_rsa -e shadow -e 'OPENSSH' -e postgres:15 -e daemon -e cron.d -e d0d1d2d3 words
verdict $? "and nothing of what others did"
"$scapula" -r mine.scap -w again.scap --compression=none proc.name=curl
cmp -s <("$scapula" -r mine.scap -p "$fmt") <("$scapula" -r again.scap -p "$fmt")
verdict $? "a recording of a recording reads the same"
"$scapula" cut --from '#40' -o cut.scap inc.scap proc.name=curl &&
	cmp -s <("$scapula" -r inc.scap --from '#40' -p "$fmt" proc.name=curl) \
		<("$scapula" -r cut.scap -p "$fmt")
verdict $? "so does a cut"
"$scapula" -r inc.scap -w lean.scap --lean "$f"
[ "$("$scapula" -r lean.scap -p %evt.type)" = "$("$scapula" -r inc.scap -p %evt.type "$f")" ]
verdict $? "a lean recording shows what matched"
[ "$(stat -c %s lean.scap)" -lt "$(stat -c %s f.scap)" ]
verdict $? "a lean recording is smaller"
"$scapula" -r inc.scap -w loss.scap --lean evt.type = kill
"$scapula" -r loss.scap -q -v 2>&1 | grep -q '^Lost Events:17 '
verdict $? "a filter does not take the count of lost events away"
"$scapula" -r inc.scap -w one.scap -n 1
[ "$("$scapula" -r one.scap -p x | wc -l)" -eq 1 ]
verdict $? "-n limits what is recorded"
finish

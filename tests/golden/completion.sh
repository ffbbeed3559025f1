#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Completion in bash and in zsh: options, verbs, fields, events, chisels with their arguments, files.
. "$(dirname "$0")/golden.bash"
root=$(cd "$here/../.." && pwd)
export PATH=$build:$PATH SCAPULA_CHISEL_PATH=$root/tools/chisels HOME=$tmp
mkdir folder

# ---- bash ----

. "$root/tools/completion/scapula.bash"
verdict $? "bash takes the file"
[ "$(complete -p scapula)" = "complete -F _scapula scapula" ]
verdict $? "and knows what completes the command"

# What is offered at the end of a line, divided as readline does it: at blanks and =.
offered() { # line
	local word
	COMP_WORDS=()
	for word in ${1//=/ = }; do COMP_WORDS+=("$word"); done
	[[ $1 == *[\ =] ]] && COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_scapula scapula "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>err
	[ -s err ] && cat err >&2
	printf '%s\n' "${COMPREPLY[@]}" | sort
}
while IFS='|' read -r line want; do
	got=$(offered "${line%.}" | tr '\n' ' ')
	[ "$got" = "$want " ] || { echo "offered: $got"; false; }
	verdict $? "bash: $line"
done <<'END'
scapula postm|postmortem
scapula --tol|--tolerate
scapula --print-a|--print-ascii
scapula --print-b|--print-base64
scapula --li|--libs-version --limit= --list --list-chisels --list-events --list-markdown
scapula -r inc.scap --lea|--lean
scapula cut --le|--lean --level=
scapula info -|--help --json --progress --tolerate -P -h -j
scapula top -v sy|syscalls
scapula top --view=sy|syscalls
scapula help co|convert
scapula version .|
scapula --color=.|false force true
scapula --color fo|force
scapula --compression=z|zstd
scapula --schema .|4.1.0 4.5.1
scapula -t .|D a d h r
scapula -qt .|D a d h r
scapula -r in|inc.scap
scapula -r fo|folder
scapula --read=in|inc.scap
scapula -w in|inc.scap
scapula --docker-socket in|inc.scap
scapula --cgroup=fo|folder
scapula postmortem --by=.|owner
scapula postmortem -c we|
scapula postmortem -c web in|inc.scap
scapula -M .|
scapula info in|inc.scap
scapula cut -o x in|inc.scap
scapula -c topprocs_c|topprocs_cpu
scapula -r inc.scap -c topfiles_|topfiles_bytes topfiles_errors topfiles_time
scapula --chisel=topprocs_c|topprocs_cpu
scapula -i lso|lsof
scapula --chisel-info lso|lsof
scapula -r inc.scap fd.typec|fd.typechar
scapula fd.typec|fd.typechar
scapula -r inc.scap fd.num=3 and fd.typec|fd.typechar
scapula -r inc.scap fd.name st|startswith
scapula -r inc.scap evt.type=execvea|execveat
scapula -p c|c container
scapula -p %evt.datetime.|%evt.datetime %evt.datetime.s
scapula -p a&%evt.num\n%fd.typec|a&%evt.num\n%fd.typechar
scapula -p %evt.num/%fd.typec|%evt.num/%fd.typechar
scapula --print=%fd.typec|%fd.typechar
scapula -r inc.scap nosuch.fie|
END
# with an open quote, as readline gives it
while IFS='|' read -r word want; do
	COMP_WORDS=(scapula -r inc.scap "$word") COMP_CWORD=3
	_scapula scapula "$word" inc.scap
	[ "${COMPREPLY[*]}" = "$want" ] || { echo "offered: ${COMPREPLY[*]}"; false; }
	verdict $? "bash: scapula -r inc.scap $word"
done <<'END'
"proc.name=x and fd.typec|proc.name=x and fd.typechar
'(fd.typec|(fd.typechar
"fd.name startsw|fd.name startswith
"fd.num=3 and (evt.type=execvea|fd.num=3 and (evt.type=execveat
END
COMP_WORDS=(scapula -r inc.scap -p '"%evt.num %fd.typec') COMP_CWORD=4
_scapula scapula '"%evt.num %fd.typec' -p
[ "${COMPREPLY[*]}" = '%evt.num %fd.typechar' ]
verdict $? "bash: a format with an open quote"
[ "$(offered 'scapula ' | grep -c '^[a-z]*$')" -ge 8 ] && offered 'scapula ' | grep -q '^proc\.name$'
verdict $? "bash: verbs and fields where anything can stand"
offered 'scapula -c fdbytes_by ' | grep -q '^\[string\] key'
verdict $? "bash: what a chisel takes"
[ "$(offered 'scapula -c lsof proc.nam')" = proc.name ]
verdict $? "bash: fields for what a chisel takes"
touch s '$(touch hit)' 'a*'
offered 'scapula -c fdbytes_by ' | grep -q '^\[string\] key' && offered 'scapula -r $' | grep -qFx '$(touch hit)' &&
	[ ! -e hit ] && [ "$(offered 'scapula -r a')" = 'a*' ]
verdict $? "bash: names of files are words and nothing else"
n=0
for verb in $(_scapula_verbs scapula | grep -vx 'help\|version'); do
	for option in $(scapula help $verb | sed '/^Of sysdig/,$d' | grep -o '^ .\{26\}' | grep -o -- '--[a-z0-9-]*'); do
		offered "scapula $verb ${option:0:4}" | grep -qx -- "$option=*" || { echo "$verb $option"; n=1; }
	done
done
verdict $n "bash: every option of every verb"

# ---- zsh ----

zsh -n "$root/tools/completion/_scapula"
verdict $? "zsh takes the file"
# A shell in a terminal, in which the tabulator is pressed; of the lines it draws the text stays.
cat >ask.zsh <<'END'
zmodload zsh/zpty
zpty -b shell zsh -f -i
take() { # pattern: what the shell draws until it has drawn that
	local all piece end=$((SECONDS + 30))
	while [[ $all != *${~1}* ]] && (( SECONDS < end )); do
		if zpty -rt shell piece; then all+=$piece; else zselect -t 5; fi
	done
	print -r -- $all
}
zmodload zsh/zselect
zpty -w shell "PS1='READY> '; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=500; stty cols 120 rows 500; setopt no_list_beep no_beep; bindkey '^U' kill-whole-line; print IS''UP"
take ISUP >/dev/null
while IFS='|' read -r line want; do
	zpty -wn shell ${line%.}$'\t'
	got=$(take "$want" | sed $'s/\e\\[[0-9;?]*[a-zA-Z]//g; s/[\r\a\b]//g')
	[[ $got == *${~want}* ]] && print "ok - zsh: $line" || print -r "not ok - zsh: $line: ${(V)got}"
	zpty -wn shell $'\x15'
	zpty -w shell 'print DO''NE'
	take DONE >/dev/null
done
zpty -d shell
END
zsh -f ask.zsh "$root/tools/completion" >said <<'END'
scapula postm|postmortem
scapula --tol|--tolerate
scapula cut --le|--level
scapula info -|--progress*--tolerate
scapula --color=fo|--color=force
scapula --schema=4.5|4.5.1
scapula -t .|absolute
scapula -r in|inc.scap
scapula info in|inc.scap
scapula top --view=sy|syscalls
scapula -c topprocs_c|topprocs_cpu
scapula --chisel=topprocs_c|topprocs_cpu
scapula -i lso|lsof
scapula -c fdbytes_by .|\[string\] key
scapula -r inc.scap fd.typec|fd.typechar
scapula fd.name st|startswith
scapula -r inc.scap evt.type=execvea|execveat
scapula -p %evt.datetime.|evt.datetime.s
scapula help conv|convert
scapula postmortem --by=.|owner
scapula --cgroup=fo|folder
END
cat said
grep -q '^not ok' said && bad=1
[ "$(grep -c '^ok - ' said)" -eq 21 ]
verdict $? "zsh has answered all"
finish

# SPDX-License-Identifier: BSD-2-Clause
# Completion of scapula's command line in bash. Options, verbs, fields, events and chisels are asked
# of the command itself, so that it knows those of the version that is there.

_scapula_verbs() { "$1" help 2>/dev/null | sed -n 's/^  \([a-z]*\)  *.*/\1/p'; }
_scapula_fields() { "$1" -l 2>/dev/null | sed -n 's/^\([a-z0-9_]*\.[^ ]*\).*/\1/p'; }
_scapula_events() { "$1" -L 2>/dev/null | sed -n 's/^[<>] \([^(]*\)(.*/\1/p' | sort -u; }
_scapula_chisels() { "$1" -cl 2>/dev/null | sed -n '/^Category: /d; /^-/d; s/^\([^ ][^ ]*\).*/\1/p'; }
_scapula_arguments() { "$1" -i "$2" 2>/dev/null | sed '1,/^Args:$/d; /^(None)$/d'; }

# Names of processes, of those that mean nothing to the shell.
_scapula_names() { ps -eo comm= 2>/dev/null | grep -x '[A-Za-z0-9_.:/@+-]*' | sort -u; }

# Options of a verb as they are typed, those with a value with a = behind.
_scapula_options() {
	"$1" help "$2" 2>/dev/null | sed '/^Of sysdig/,$d' | cut -c1-27 |
		sed -n 's/^  \(-.\), \(--[a-z0-9-]*=*\).*/\1\n\2/p; s/^   *\(--[a-z0-9-]*=*\).*/\1/p; s/^  \(-.\) .*/\1/p'
}

# Does an option, as a word of its own, take the next word as its value?
_scapula_takes_value() { # command verb option
	local last=${3: -1}
	case $3 in
	--*=*) return 1 ;;
	--*) "$1" help "$2" 2>/dev/null | grep -q -- " $3=[A-Z]" ;;
	-?*) "$1" help "$2" 2>/dev/null | grep -q -- "^  -$last\(, --[a-z0-9-]*=\| \)[A-Z]" ;;
	*) return 1 ;;
	esac
}

# Adds to COMPREPLY the words $2..., a line each, that begin with $1. compgen -W would expand them.
_scapula_words() {
	local IFS=$'\n' cur=$1 word
	shift
	while read -r word; do
		[[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$word")
	done <<<"$*"
}

_scapula_files() {
	compopt -o filenames 2>/dev/null
	_scapula_words "$1" "$(compgen "${2:--f}" -- "$1")"
}

# The field behind the last % of a format.
_scapula_format() { # command word
	local i
	if [[ $2 == *%* ]]; then
		compopt -o nospace 2>/dev/null
		_scapula_words "${2##*%}" "$(_scapula_fields "$1")"
		for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${2%\%*}%${COMPREPLY[i]}; done
	else
		_scapula_words "$2" c k p container kubernetes %
	fi
}

# The value of an option: by its long name or letter. Fails where nothing is known of it.
_scapula_value() { # command option word
	case $2 in
	-c | --chisel | -i | --chisel-info) _scapula_words "$3" "$(_scapula_chisels "$1")" ;;
	-p | --print) _scapula_format "$1" "$3" ;;
	-r | --read | -w | --write | -o | --output | --cri | --docker-socket) _scapula_files "$3" ;;
	-t | --timetype) _scapula_words "$3" h a r d D ;;
	--color) _scapula_words "$3" true force false ;;
	--compression) _scapula_words "$3" zstd gzip none ;;
	--schema) _scapula_words "$3" 4.1.0 4.5.1 ;;
	--list) _scapula_words "$3" syscall ;;
	--cgroup) _scapula_files "$3" -d ;;
	--pid-tree) _scapula_words "$3" "$(ps -eo pid= 2>/dev/null | tr -d ' ')" ;;
	-U | --suppress-comm | --comm) _scapula_words "$3" "$(_scapula_names)" ;;
	esac
}

# What a chisel takes, for reading: the empty one beside it keeps it from being typed.
_scapula_chisel_words() { # command chisel word
	local lines
	mapfile -t lines < <(_scapula_arguments "$1" "$2")
	if [ ${#lines[@]} -gt 0 ] && [ -z "$3" ]; then
		COMPREPLY=("${lines[@]}" ' ')
		return
	fi
	_scapula_words "$3" "$(_scapula_fields "$1")"
}

_scapula() {
	local command=$1 cur=${COMP_WORDS[COMP_CWORD]} prev='' before='' verb=inspect n=$COMP_CWORD i fields
	COMPREPLY=()
	[ "$n" -gt 0 ] && prev=${COMP_WORDS[n - 1]}
	[ "$n" -gt 1 ] && before=${COMP_WORDS[n - 2]}
	if [ "$n" -gt 1 ]; then
		for i in $(_scapula_verbs "$command"); do
			[ "${COMP_WORDS[1]}" = "$i" ] && verb=$i
		done
	fi
	# readline divides words at =: `--color' `=' `fo'
	if [ "$cur" = = ]; then
		cur='' before=$prev prev='='
	fi
	if [ "$prev" = = ]; then
		case $before in
		-*) _scapula_value "$command" "$before" "$cur" ;;
		evt.type) _scapula_words "$cur" "$(_scapula_events "$command")" ;;
		esac
		return
	fi
	if _scapula_takes_value "$command" $verb "$prev"; then
		case $prev in
		--*) _scapula_value "$command" "$prev" "$cur" ;;
		*) _scapula_value "$command" "-${prev: -1}" "$cur" ;;
		esac
		return
	fi
	case $cur in
	-*)
		_scapula_words "$cur" "$(_scapula_options "$command" $verb)"
		[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
		return
		;;
	esac
	case $before in
	-c | --chisel)
		_scapula_chisel_words "$command" "$prev" "$cur"
		return
		;;
	esac
	[ "$n" -eq 1 ] && _scapula_words "$cur" "$(_scapula_verbs "$command")"
	case $verb in
	help) [ "$n" -eq 2 ] && _scapula_words "$cur" "$(_scapula_verbs "$command")" ;;
	version) ;;
	info | convert | repair | postmortem) _scapula_files "$cur" ;;
	cut)
		_scapula_files "$cur"
		_scapula_words "$cur" "$(_scapula_fields "$command")"
		;;
	*)
		fields=$(_scapula_fields "$command")
		if grep -qFx -- "$prev" <<<"$fields"; then
			_scapula_words "$cur" = != '<' '<=' '>' '>=' contains icontains startswith endswith in \
				glob iglob regex exists intersects pmatch and or
		else
			_scapula_words "$cur" "$fields" and or not
		fi
		;;
	esac
}
complete -F _scapula scapula

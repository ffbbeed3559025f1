# SPDX-License-Identifier: BSD-2-Clause
# Completion of scapula's command line in bash. Options, verbs, fields, events and chisels are asked
# of the command itself, so that it knows those of the version that is there.

_scapula_verbs() { "$1" help 2>/dev/null | sed -n 's/^  \([a-z]*\)  *.*/\1/p'; }
_scapula_fields() { "$1" -l 2>/dev/null | sed -n 's/^\([a-z0-9_]*\.[^ ]*\).*/\1/p'; }
_scapula_events() { "$1" -L 2>/dev/null | sed -n 's/^[<>] \([^(]*\)(.*/\1/p' | sort -u; }
_scapula_chisels() { "$1" -cl 2>/dev/null | sed -n '/^Category: /d; /^-/d; s/^\([^ ][^ ]*\).*/\1/p'; }
_scapula_arguments() { "$1" -i "$2" 2>/dev/null | sed '1,/^Args:$/d; /^(None)$/d'; }
_scapula_views() { "$1" top --list-views 2>/dev/null | sed -n 's/^  "id": "\(.*\)",$/\1/p'; }

# Names of processes, of those that mean nothing to the shell.
_scapula_names() { ps -eo comm= 2>/dev/null | grep -x '[A-Za-z0-9_.:/@+-]*' | sort -u; }

# Options of a verb as they are typed, those with a value with a = behind.
_scapula_options() {
	"$1" help "$2" 2>/dev/null | sed '/^Of sysdig/,$d' | cut -c1-27 |
		sed -n 's/^  \(-.\), \(--[a-z0-9-]*=*\).*/\1\n\2/p; s/^   *\(--[a-z0-9-]*=*\).*/\1/p; s/^  \(-.\) .*/\1/p'
}

# What an option, as a word of its own or at the end of a cluster, takes: its name and what the help
# calls the value. Nothing, if it takes none.
_scapula_takes() { # command verb option
	local option=$3
	[[ $option == -[^-]* ]] && option=-${option: -1}
	"$1" help "$2" 2>/dev/null | sed '/^Of sysdig/,$d' | cut -c1-27 |
		sed -n 's/^  \(-.\), \(--[a-z0-9-]*\)=\([A-Za-z]*\).*/\1 \2 \3/p
			s/^  *\(--[a-z0-9-]*\)=\([A-Za-z]*\).*/\1 \1 \2/p
			s/^  \(-.\) \([A-Z][A-Z]*\).*/\1 \1 \2/p' |
		awk -v option="$option" '$1 == option || $2 == option { print $2, $3; exit }'
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

# The value of an option, as far as its name or that of its value tells what it can be.
_scapula_value() { # command verb option word
	local name value
	read -r name value < <(_scapula_takes "$1" "$2" "$3")
	case ${name:-$3} in
	--chisel | --chisel-info) _scapula_words "$4" "$(_scapula_chisels "$1")" ;;
	--print) _scapula_format "$1" "$4" ;;
	--timetype) _scapula_words "$4" h a r d D ;;
	--view) _scapula_words "$4" "$(_scapula_views "$1")" ;;
	--color) _scapula_words "$4" true force false ;;
	--compression) _scapula_words "$4" zstd gzip none ;;
	--schema) _scapula_words "$4" 4.1.0 4.5.1 ;;
	--list) _scapula_words "$4" syscall ;;
	--pid-tree) _scapula_words "$4" "$(ps -eo pid= 2>/dev/null | tr -d ' ')" ;;
	--suppress-comm | --comm) _scapula_words "$4" "$(_scapula_names)" ;;
	*)
		case $value in
		FILE | PATH) _scapula_files "$4" ;;
		FOLDER) _scapula_files "$4" -d ;;
		*[a-z]) _scapula_words "$4" "$value" ;;
		esac
		;;
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
	local command=$1 cur=${COMP_WORDS[COMP_CWORD]} prev='' before='' verb=inspect n=$COMP_CWORD i fields head=''
	COMPREPLY=()
	[ "$n" -gt 0 ] && prev=${COMP_WORDS[n - 1]}
	[ "$n" -gt 1 ] && before=${COMP_WORDS[n - 2]}
	if [ "$n" -gt 1 ]; then
		for i in $(_scapula_verbs "$command"); do
			[ "${COMP_WORDS[1]}" = "$i" ] && verb=$i
		done
	fi
	cur=${cur#[\"\']}
	# readline divides words at =: `--color' `=' `fo'
	if [ "$cur" = = ]; then
		cur='' before=$prev prev='='
	fi
	if [ "$prev" = = ]; then
		case $before in
		-*) _scapula_value "$command" $verb "$before" "$cur" ;;
		evt.type) _scapula_words "$cur" "$(_scapula_events "$command")" ;;
		esac
		return
	fi
	if [[ $prev == -?* && -n $(_scapula_takes "$command" $verb "$prev") ]]; then
		_scapula_value "$command" $verb "$prev" "$cur"
		return
	fi
	case $cur in
	-*)
		_scapula_words "$cur" "$(_scapula_options "$command" $verb)"
		[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
		return
		;;
	esac
	case $verb:$before in
	inspect:-c | inspect:--chisel)
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
		# of a filter in quotes the last word
		if [[ $cur == *[\ \(]* ]]; then
			head=${cur%"${cur##*[ (]}"} cur=${cur##*[ (]}
			prev=${head% }
			prev=${prev##*[ (]}
			compopt -o nospace 2>/dev/null
		fi
		if [[ $cur == evt.type=* || $cur == evt.type!=* ]]; then
			head+=${cur%%=*}=
			_scapula_words "${cur#*=}" "$(_scapula_events "$command")"
		elif grep -qFx -- "$prev" <<<"$fields"; then
			_scapula_words "$cur" = != '<' '<=' '>' '>=' contains icontains startswith endswith in \
				glob iglob regex exists intersects pmatch and or
		else
			_scapula_words "$cur" "$fields" and or not
		fi
		for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=$head${COMPREPLY[i]}; done
		;;
	esac
}
complete -F _scapula scapula

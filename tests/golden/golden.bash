# SPDX-License-Identifier: BSD-2-Clause
# What the golden tests share: source it. It makes the capture in a folder of its own ($tmp/inc.scap)
# and goes there, so that messages name files without a path.
#
# golden NAME STATUS ARGUMENT... runs scapula and compares standard output, standard error and the
# exit status with NAME.out, NAME.err (absent: empty) and STATUS. UPDATE=1 writes the files.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${B:-build}" && pwd)
export LC_ALL=C TZ=UTC
scapula=$build/scapula
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
"$build/tests/golden/make_capture" inc.scap || { echo "not ok - make_capture"; exit 1; }

verdict() { # 0|1 name
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; bad=1; fi
}

same() { # name expected actual
	if [ "${UPDATE:-}" = 1 ]; then
		if [ -s "$3" ]; then cp "$3" "$2"; else rm -f "$2"; fi
	fi
	[ -f "$2" ] || set -- "$1" /dev/null "$3"
	diff -u "$2" "$3"
}

golden() { # name status argument...
	local name=$1 want=$2 rc=0 ok=0
	shift 2
	"$scapula" "$@" >out 2>err </dev/null
	rc=$?
	# The number of seconds it took is nobody's expectation.
	sed -i 's/^Elapsed time: [0-9.]*, \(.*\), [0-9.]* eps$/Elapsed time: S, \1, R eps/' err
	same "$name" "$here/$name.out" out || ok=1
	same "$name" "$here/$name.err" err || ok=1
	[ "$rc" -eq "$want" ] || { echo "exit status $rc instead of $want"; ok=1; }
	verdict "$ok" "$name"
}

bad=0
finish() { exit "$bad"; }

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make check-kernels: builds the module for each kernel, has sparse look at it, loads and unloads it
# there, runs every test that boots guests (all test_*.sh that know SCAPULA_KERNELS, or run
# in_guests), and prints a table, with the name of each test that failed below its kernel. Fails if
# anything in it is not as it should be. SCAPULA_KERNELS names the kernels, default "5.10 6.1 6.12 7.x".
set -u
cd "$(dirname "$0")/../.."
export B=${B:-build} TZ=UTC LC_ALL=C
kernels=${SCAPULA_KERNELS:-5.10 6.1 6.12 7.x}
tmp=$(mktemp -d)
running=''
trap '[ -z "$running" ] || kill "$running" 2>/dev/null; wait; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0
row='%-7s %-32s %-7s %-7s %-6s %-7s %-7s %-8s %s\n'
# shellcheck disable=SC2059
printf "$row" kernel release builds sparse loads passed failed unloads log >"$tmp/table"

# in the background, so that a signal ends it
run() { # log command...
	local log=$1 status
	shift
	"$@" >"$log" 2>&1 </dev/null &
	running=$!
	wait "$running"
	status=$?
	running=''
	return "$status"
}

mkdir "$tmp/payload"
cat >"$tmp/payload/run" <<'END_RUN'
#!/bin/sh
insmod ./scap.ko && [ -c /dev/scap0 ] && echo loads
rmmod scap && [ ! -e /dev/scap0 ] && ! grep -q '^scap ' /proc/modules && echo unloads
END_RUN

one() { # kernel: appends its row
	local kernel=$1 release=- builds=no sparse=no loads=no unloads=no log=- passed=0 failed=0 status ok bad name t
	: >"$tmp/failures"
	if run "$tmp/build.log" bash tests/vm/kernel.sh "$kernel"; then
		builds=yes
		release=$(sed -n 's/^release=//p' "$tmp/build.log")
		cp "$(sed -n 's/^module=//p' "$tmp/build.log")" "$tmp/payload/scap.ko"
		run "$tmp/load.log" bash tests/vm/guest.sh --single --kernel "$kernel" --payload "$tmp/payload" \
			--out "$tmp/out" || tail -n 20 "$tmp/load.log"
		grep -qx loads "$tmp/out/stdout.log" && loads=yes
		grep -qx unloads "$tmp/out/stdout.log" && unloads=yes
		if run "$tmp/sparse.log" bash tests/vm/kernel.sh --sparse "$kernel"; then
			sparse=clean
		else
			tail -n 20 "$tmp/sparse.log"
		fi
		log=dirty
		sh tests/vm/warnings.sh "$tmp/out/dmesg.log" && log=clean
	else
		cat "$tmp/build.log"
	fi
	[ "$loads" = no ] || for t in tests/vm/test_*.sh; do
		grep -qE 'SCAPULA_KERNELS|in_guests' "$t" || continue
		name=$(basename "$t" .sh)
		run "$tmp/test.log" env SCAPULA_KERNELS="$kernel" bash "$t"
		status=$?
		ok=$(grep -c '^ok - ' "$tmp/test.log")
		bad=$(grep -c '^not ok - ' "$tmp/test.log")
		if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$ok" = 0 ]; }; then
			tail -n 20 "$tmp/test.log"
			echo "not ok - $kernel: $name ends with status $status after $ok tests" | tee -a "$tmp/test.log"
			bad=1
		fi
		[ "$bad" = 0 ] || { grep '^not ok - ' "$tmp/test.log"; grep -v '^\(not \)\?ok - ' "$tmp/test.log" | tail -n 40; }
		sed -n "s/^not ok - \($kernel: \)\?/  $name: /p" "$tmp/test.log" | cut -c1-200 >>"$tmp/failures"
		grep -q "^not ok - .*\(complain\|kernel's log\)" "$tmp/test.log" && log=dirty
		echo "$kernel: $name: $ok passed, $bad failed"
		passed=$((passed + ok))
		failed=$((failed + bad))
	done
	case "$builds $sparse $loads $unloads $log $failed" in
	'yes clean yes yes clean 0') [ "$passed" -gt 0 ] || rc=1 ;;
	*) rc=1 ;;
	esac
	# shellcheck disable=SC2059
	printf "$row" "$kernel" "$release" "$builds" "$sparse" "$loads" "$passed" "$failed" "$unloads" "$log" >>"$tmp/table"
	cat "$tmp/failures" >>"$tmp/table"
	rm -rf "$tmp/out"
}

for kernel in $kernels; do
	one "$kernel"
done
echo
cat "$tmp/table"
exit $rc

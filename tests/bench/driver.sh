#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What recording costs, in instructions that are added to a system call: make bench-driver.
#
# A guest with one processor counts instructions as nanoseconds, so that the figures are those of
# the code and the same in every run. They are differences to the same kernel without a module. What latency costs is
# the difference of its rows to those of the same calls above.
# Beside scapula's module stand empty probes on the same tracepoints (the floor) and, where
# FALCO_KO names it or tests/vm/falco_driver.sh can build it, the module of falcosecurity.
# usage: driver.sh [KERNEL]	default: 6.12
set -euo pipefail
cd "$(dirname "$0")/../.."
kernel=${1:-6.12}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

paths=$(bash tests/vm/kernel.sh "$kernel")
path() { sed -n "s/^$1=//p" <<<"$paths"; }
payload=$tmp/payload
mkdir -p "$payload" "$tmp/floor"
cp "$(path module)" "$payload/scap.ko"

falco=${FALCO_KO:-}
if [ -z "$falco" ] && [ -f tests/vm/falco_driver.sh ]; then
	falco=$(bash tests/vm/falco_driver.sh "$kernel" | sed -n 's/^module=//p') || falco=''
fi
[ -z "$falco" ] || cp "$falco" "$payload/falco.ko"

cp tests/bench/driver_floor.c "$tmp/floor/"
echo 'obj-m := driver_floor.o' >"$tmp/floor/Kbuild"
make -s -C "$(path headers)" M="$tmp/floor" modules >"$tmp/floor/log" 2>&1 ||
	{ cat "$tmp/floor/log" >&2; exit 1; }
cp "$tmp/floor/driver_floor.ko" "$payload/"

cc=${CC:-cc}
"$cc" -std=gnu11 -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -Idriver/uapi -Itests/vm -static \
	tests/bench/driver_guest.c -o "$payload/driver_guest"
# a program that does nothing but end
"$cc" -O2 -nostdlib -static -x c - -o "$payload/driver_exit" <<'C'
void _start(void)
{
	__asm__ volatile("syscall" : : "a"(231), "D"(0));
	__builtin_unreachable();
}
C

cat >"$payload/run" <<'RUN'
#!/bin/sh
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
# or a program needs a page more here and there
echo 0 >/proc/sys/kernel/randomize_va_space
around=sched_process_exit,sched_process_exec,sched_switch,signal_deliver
set -e
with() { # module.ko [parameters] -- label mode [case...]
	ko=$1
	shift
	parameters=''
	while [ "$1" != -- ]; do
		parameters="$parameters $1"
		shift
	done
	shift
	insmod "./$ko" $parameters
	./driver_guest "$@"
	module=${ko%.ko}
	[ "$module" != falco ] || module=scap
	rmmod "$module"
}
./driver_guest warm none
./driver_guest empty none
with driver_floor.ko tracepoints=sys_exit -- floor-exit none
with driver_floor.ko tracepoints=sys_exit,sys_enter,$around -- floor-all none
for driver in scap falco; do
	[ -f $driver.ko ] || continue
	with $driver.ko -- $driver-idle none getpid read-64
	with $driver.ko -- $driver-other other getpid read-64
	with $driver.ko -- $driver-exits exits getpid getppid read-1 read-64 write-64
	with $driver.ko -- $driver-full full getpid read-64 open-close
	with $driver.ko -- $driver-all all
done
with scap.ko -- scap-apart apart getpid read-64
with scap.ko -- scap-timed timed getpid read-64 open-close
RUN
chmod +x "$payload/run"
out=$tmp/out
bash tests/vm/guest.sh --icount --kernel "$kernel" --payload "$payload" --out "$out" --timeout 600 --quiet ||
	{ cat "$out/stdout.log" >&2; exit 1; }
sh tests/vm/warnings.sh "$out/dmesg.log"
if [ -n "${BENCH_RAW:-}" ]; then
	cp "$out/stdout.log" "$BENCH_RAW"
fi

echo "instructions added per call, Linux $kernel; floor: empty probes; %: of falcosecurity's"
awk '
function added(label, name) { return v[label, name] - v["empty", name] }
function cell(label, name) { return (label, name) in v ? sprintf("%d", added(label, name) + 0.5) : "-" }
function row(name, kind, floor) {
	f = "falco-" kind; s = "scap-" kind
	share = (f, name) in v && added(f, name) > 0 ? sprintf("%d%%", 100 * added(s, name) / added(f, name) + 0.5) : "-"
	printf "%-28s %8s %8s %8s %6s\n", name (kind == "all" ? "" : ", " what[kind]), cell(floor, name), cell(s, name), cell(f, name), share
}
{ v[$1, $2] = $3; if ($1 == "empty") names[n++] = $2 }
END {
	what["idle"] = "idle"; what["other"] = "not selected"; what["exits"] = "no entries"; what["full"] = "ring full"
	what["apart"] = "out of scope"; what["timed"] = "latency"
	printf "%-28s %8s %8s %8s %6s\n", "call", "floor", "scapula", "falco", "%"
	for (i = 0; i < n; i++) if (("scap-idle", names[i]) in v) row(names[i], "idle", "")
	for (i = 0; i < n; i++) if (("scap-other", names[i]) in v) row(names[i], "other", "floor-exit")
	for (i = 0; i < n; i++) if (("scap-full", names[i]) in v) row(names[i], "full", "floor-all")
	for (i = 0; i < n; i++) if (("scap-exits", names[i]) in v) row(names[i], "exits", "floor-exit")
	for (i = 0; i < n; i++) row(names[i], "all", "floor-all")
	for (i = 0; i < n; i++) if (("scap-apart", names[i]) in v) row(names[i], "apart", "floor-exit")
	for (i = 0; i < n; i++) if (("scap-timed", names[i]) in v) row(names[i], "timed", "floor-all")
}' "$out/stdout.log"

# SPDX-License-Identifier: BSD-2-Clause
# What the tests of the module share: source it, from anywhere. It goes to the top of the tree and
# makes $payload, a folder that is to get a script `run` and what that needs.
#
# compile PROGRAM SOURCE... builds a static program of a guest into $payload.
# in_guests OPTION... runs the payload, with scap.ko in it, in a guest of each kernel (guest.sh has
# the options; SCAPULA_KERNELS names the kernels, default "6.1 6.12") and prints its results: a guest
# that ends badly is a failure, and so is a warning of its kernel. A function `judge OUT`, if there
# is one, looks at what the guest left; $kernel is the kernel.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
payload=$tmp/payload
mkdir "$payload"
rc=0

compile() {
	"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -Wshadow -Wno-unused-result -D_GNU_SOURCE \
		-Idriver/uapi -Itests/vm -static -pthread "${@:2}" -o "$payload/$1" || exit 1
}

verdict() { # 0|1 name
	if [ "$1" -eq 0 ]; then
		echo "ok - $kernel: $2"
		return 0
	fi
	echo "not ok - $kernel: $2"
	rc=1
	return 1
}

in_guests() {
	local ko out status
	for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
		ko=$(bash tests/vm/kernel.sh "$kernel" | sed -n 's/^module=//p')
		[ -n "$ko" ] || { verdict 1 "the module builds"; continue; }
		cp "$ko" "$payload/scap.ko"
		out=$tmp/$kernel
		bash tests/vm/guest.sh --kernel "$kernel" --payload "$payload" --out "$out" --quiet "$@"
		status=$?
		sed -n "s/^\(ok\|not ok\) - /\1 - $kernel: /p; s/^# */# $kernel: /p" "$out/stdout.log"
		verdict "$status" "the guest ends well" || {
			echo "status $status"
			grep -vE '^((not )?ok - |#)' "$out/stdout.log"
			tail -n 40 "$out/console.log"
		}
		[ "$(type -t judge)" != function ] || judge "$out"
		sh tests/vm/warnings.sh "$out/dmesg.log"
		verdict $? "no warning in the kernel's log"
	done
	exit $rc
}

# SPDX-License-Identifier: BSD-2-Clause
# Sourced by scripts in a guest: start and stop a recorder. record_to FILE sets $recorder to its
# process id; what it says is in FILE.log.

record_to() {
	scapula -w "$1" >"$1.log" 2>&1 </dev/null &
	recorder=$!
	for _ in $(seq 100); do
		if [ -s "$1" ]; then
			# what it wrote so far is the state at its start, the events follow
			sleep 1
			return 0
		fi
		kill -0 "$recorder" 2>/dev/null || break
		sleep 0.2
	done
	echo "the recorder does not record:"
	cat "$1.log"
	return 1
}

stop_recorder() {
	kill -INT "$recorder"
	wait "$recorder"
}

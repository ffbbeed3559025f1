#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_record.sh's part in the guest: a recorder without a module, one that sees the incident, one
# that is killed in the middle. What they left is judged outside.
set -u
. /payload/incident/recorder.sh

timeout 20 scapula -w /out/nothing.scap.zst >/out/no-module.log 2>&1 </dev/null
echo $? >/out/no-module.status

insmod /payload/scap.ko || exit 1
record_to /out/incident.scap.zst || exit 1
/bin/sh /payload/incident/incident.sh || exit 1
stop_recorder
echo $? >/out/incident.status

# killed in the middle of work: what happened two seconds before must be in the file
record_to /out/killed.scap.zst || exit 1
echo early >/tmp/marker-early
(while :; do cat /proc/self/status >/dev/null; done) &
busy=$!
sleep 4
kill -KILL "$recorder"
kill "$busy"
wait "$recorder" "$busy" 2>/dev/null

# the death of a consumer gives everything back
rmmod scap || exit 1

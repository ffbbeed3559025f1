#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The demo's part in the guest: load the module, record, let the incident happen, stop.
set -u
. /payload/incident/recorder.sh

insmod /payload/scap.ko || exit 1
echo "the module is loaded, the recorder starts: scapula -w incident.scap.zst"
record_to /out/incident.scap.zst || exit 1
/bin/sh /payload/incident/incident.sh || exit 1
stop_recorder || {
	echo "the recorder ended with status $?:"
	cat /out/incident.scap.zst.log
	exit 1
}
rmmod scap
echo "the recorder is stopped, the guest powers off"

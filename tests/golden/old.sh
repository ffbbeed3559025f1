#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A capture of the oldest schemas, entries and exits, a pair of them broken, reads like one of today.
. "$(dirname "$0")/golden.bash"
cp "$here/../fuzz/seeds/old_events.scap" old.scap

golden old_events 0 -r old.scap
golden old_latency 0 -r old.scap -p '%evt.num %evt.type %evt.latency' 'evt.latency > 0'
"$scapula" -r old.scap -w new.scap --compression=none >/dev/null
"$scapula" -r new.scap >again
diff -u "$here/old_events.out" again
verdict $? "what was converted is written in today's schema"
finish

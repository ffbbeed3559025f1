#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The story that postmortem tells of the incident, in full.
. "$(dirname "$0")/golden.bash"

golden postmortem 0 postmortem inc.scap
golden postmortem_web 0 postmortem --container web inc.scap
golden postmortem_id 0 postmortem -c d0d1 inc.scap
golden postmortem_host 0 postmortem --host -c db inc.scap

"$build/tests/golden/make_capture" pods.scap pods
golden postmortem_owners 0 postmortem --by owner pods.scap
golden postmortem_owner 0 postmortem --by owner -c db pods.scap
golden error_postmortem_by 1 postmortem --by name pods.scap
golden show_pods 0 -r pods.scap evt.type=close and container.name=db -p '%k8s.ns.name %k8s.pod.name %k8s.owner.kind %k8s.statefulset.name %k8s.svc.name %k8s.svc.label[tier] %k8s.svc.labels %k8s.node.name'

"$build/tests/golden/make_capture" job.scap job
golden postmortem_runc 0 postmortem -c job job.scap

"$scapula" postmortem inc.scap >out
! LC_ALL=C grep -q '[^ -~]' out
verdict $? "the story is printable text"
"$scapula" -r inc.scap -w z.scap
"$scapula" postmortem - <z.scap | sed 1,2d >fromz
sed 1,2d out | cmp -s - fromz
verdict $? "a compressed capture on standard input tells the same story"
"$scapula" -r inc.scap -w host.scap --lean 'container.id = host and proc.name = systemd'
"$scapula" postmortem host.scap >out
verdict $? "a capture without events is no error"
finish

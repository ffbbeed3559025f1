#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The chisels that are installed: each on the made-up capture.
. "$(dirname "$0")/golden.bash"
export SCAPULA_CHISEL_PATH=$here/../../tools/chisels HOME=$PWD

for name in topprocs_net topprocs_file topprocs_errors topfiles_bytes topfiles_errors topfiles_time topconns \
	topports_server topscalls topscalls_time ps lsof netstat lscontainers; do
	golden own_$name 0 -r inc.scap -c $name
done
golden own_fdbytes_by 0 -r inc.scap -c fdbytes_by fd.directory
golden own_topconns_containers 0 -r inc.scap -pc -c topconns
golden own_topconns_json 0 -r inc.scap -j -c topconns
golden own_topconns_csv 0 -r inc.scap --csv -c topconns
golden own_words_in_the_name 0 -r inc.scap -c "fdbytes_by fd.directory --csv" container.name=web
golden own_topfiles_filter 0 -r inc.scap -c topfiles_bytes container.name=web
golden own_lsof_filter 0 -r inc.scap -c lsof fd.type=ipv4
golden own_ps_later 0 -r inc.scap -c ps --from '#50'
"$build/tests/golden/make_capture" switches.scap switches
golden own_topprocs_cpu 0 -r switches.scap -c topprocs_cpu
golden own_netstat_later 0 -r inc.scap evt.num=36 -c netstat
golden own_list 0 -cl
mkdir -p prefix/bin prefix/share/scapula
cp -r "$SCAPULA_CHISEL_PATH" prefix/share/scapula/chisels
cp "$scapula" prefix/bin/
cp -r "$SCAPULA_CHISEL_PATH" beside
unset SCAPULA_CHISEL_PATH
scapula=prefix/bin/scapula
golden own_installed 0 -i topconns
scapula=$build/scapula
golden own_beside 0 -i ./beside/topconns.lua
finish

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# check_containers.sh in short: three containers of each runtime, without sysdig, on each kernel of
# SCAPULA_KERNELS (default "6.1 6.12").
set -u
cd "$(dirname "$0")/../.." || exit 1
rc=0
for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
	SCAPULA_KERNELS=$kernel CONTAINERS=3 NO_SYSDIG=1 LIMIT=600 KEEP='' \
		bash tests/vm/check_containers.sh || rc=1
done
exit $rc

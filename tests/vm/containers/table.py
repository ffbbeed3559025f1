#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The table of check_containers.sh: for each runtime, what percentage of the containers that the guest
started has each fact in the capture at its first event. With sysdig's own capture of the same run
its figures stand beside, as "at the first event / at any event". scapula must have all."""
import argparse
import collections
import subprocess
import sys

FIELDS = ('id', 'name', 'image', 'pod', 'namespace')
ASKED = '*%evt.num\t%evt.type\t%container.id\t%container.name\t%container.image\t%k8s.pod.name\t%k8s.ns.name'


def truth(path):
    rows = collections.OrderedDict()
    for line in open(path):
        runtime, *facts = line.rstrip('\n').split('\t')
        if len(facts) == 5:
            rows.setdefault(runtime, []).append(facts)
    return rows


def shown(container_id):
    return container_id[:12] if len(container_id) == 64 else container_id


def told(command, capture):
    """For each container of the capture its events' facts: those of the first, the best ones, and the
    type of the first."""
    seen = {}
    lines = subprocess.Popen(command + ['-r', capture, '-p', ASKED, 'container.id != host'],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors='replace')
    for line in lines.stdout:
        parts = line.rstrip('\n').split('\t')
        if len(parts) != 7:
            continue
        facts = ['' if p in ('<NA>', 'incomplete') else p for p in parts[2:]]
        known = seen.get(facts[0])
        if not known:
            seen[facts[0]] = [facts, list(facts), parts[1]]
            continue
        for i, fact in enumerate(facts):
            known[1][i] = fact or known[1][i]
    return seen


def percent(have, of):
    return '%d' % (100 * have // of) if of else '-'


def main():
    args = argparse.ArgumentParser()
    for name in ('scapula', 'capture', 'truth', 'kernel'):
        args.add_argument('--' + name, required=True)
    args.add_argument('--wanted', type=int, required=True)
    args.add_argument('--runtimes', default='')
    args.add_argument('--sysdig')
    args = args.parse_args()
    rows = truth(args.truth)
    ours = told([args.scapula], args.capture)
    theirs = told(['sysdig'], args.sysdig) if args.sysdig else {}
    wanted = dict(r.split(':') for r in args.runtimes.split() if ':' in r)
    failed = not rows
    print('# %-12s %10s  %s' % ('runtime', 'containers', ' '.join('%-11s' % f for f in FIELDS)))
    for runtime, containers in rows.items():
        for name, seen in (('', ours), ('  sysdig', theirs)):
            if name and not args.sysdig:
                continue
            cells = []
            for i, field in enumerate(FIELDS):
                due = [c for c in containers if c[i]]
                known = [(c, seen.get(shown(c[0]))) for c in due]
                first, ever = (sum(1 for c, k in known if k and k[which][i] == (shown(c[0]) if i == 0 else c[i]))
                               for which in (0, 1))
                cells.append(percent(first, len(due)) + ('/' + percent(ever, len(due)) if name and due else ''))
                if not name and first < len(due):
                    failed = True
                    for c, k in [x for x in known if not x[1] or x[1][0][i] != (shown(c[0]) if i == 0 else x[0][i])][:3]:
                        print('# lacks %s: %s: %s' % (field, c, k))
            print('# %-12s %10d  %s' % (name or runtime, len(containers), ' '.join('%-11s' % c for c in cells)))
        late = [c for c in containers if ours.get(shown(c[0]), ['', '', 'none'])[2] != 'container']
        for verdict, what in ((len(containers) != int(wanted.get(runtime, args.wanted)), 'all containers have been started'),
                              (late, 'the first event of each container tells of it')):
            print('%s - %s: %s: %s' % ('not ok' if verdict else 'ok', args.kernel, runtime, what))
            failed |= bool(verdict)
    print('%s - %s: every container has its id, name, image, pod and namespace from its first event' %
          ('not ok' if failed else 'ok', args.kernel))
    sys.exit(failed)


main()

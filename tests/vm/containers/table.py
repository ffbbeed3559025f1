#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The table of check_containers.sh: for each runtime, what percentage of the containers that the guest
started has each fact in the captures at its first event: that of the scapula that asks the daemons,
that of the one from which their sockets are gone, and, as "at the first event / at any event", sysdig's.
scapula must have all in both."""
import argparse
import collections
import subprocess
import sys

FIELDS = ('id', 'name', 'image', 'pod', 'namespace', 'label', 'check')
ASKED = '*%evt.num\t%evt.type\t%container.id\t%container.name\t%container.image\t%k8s.pod.name\t%k8s.ns.name' \
    '\t%k8s.pod.label.app\t%container.healthcheck\t%container.liveness_probe'


def truth(path):
    rows = collections.OrderedDict()
    for line in open(path):
        runtime, *facts = line.rstrip('\n').split('\t')
        if len(facts) == len(FIELDS):
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
        if len(parts) != 10:
            continue
        facts = ['' if p in ('<NA>', 'incomplete', 'NONE') else p for p in parts[2:]]
        facts[-2:] = [facts[-2] or facts[-1]]
        known = seen.get(facts[0])
        if not known:
            seen[facts[0]] = [facts, list(facts), parts[1]]
            continue
        for i, fact in enumerate(facts):
            known[1][i] = fact or known[1][i]
    return seen


def percent(have, of):
    return '%d' % (100 * have // of) if of else '-'


class Capture:
    def __init__(self, name, command, path, due):
        self.name, self.due = name, due  # due: a fact that lacks is a failure
        self.seen = told(command, path)

    def lacking(self, containers, field, which=0):
        """Those that have the fact by the guest's list, and not in the capture."""
        for facts in containers:
            known = self.seen.get(shown(facts[0]))
            wanted = shown(facts[0]) if field == 0 else facts[field]
            if wanted and (not known or known[which][field] != wanted):
                yield facts, known


def main():
    args = argparse.ArgumentParser()
    for name in ('scapula', 'asking', 'gone', 'truth', 'kernel'):
        args.add_argument('--' + name, required=True)
    args.add_argument('--wanted', type=int, required=True)
    args.add_argument('--runtimes', default='')
    args.add_argument('--sysdig')
    args = args.parse_args()
    rows = truth(args.truth)
    captures = [Capture('scapula', [args.scapula], args.asking, True),
                Capture('sockets gone', [args.scapula], args.gone, True)]
    if args.sysdig:
        captures.append(Capture('sysdig', ['sysdig'], args.sysdig, False))
    wanted = dict((r + ':%d' % args.wanted).split(':')[:2] for r in args.runtimes.split())
    failed = False

    def verdict(bad, what):
        nonlocal failed
        print('%s - %s: %s' % ('not ok' if bad else 'ok', args.kernel, what))
        failed |= bool(bad)

    print('# %-12s %-13s %10s  %s' % ('runtime', 'recorder', 'containers', ' '.join('%-9s' % f for f in FIELDS)))
    lacks = {}
    for runtime, containers in rows.items():
        for capture in captures:
            cells = []
            for i, field in enumerate(FIELDS):
                due = sum(1 for c in containers if c[i])
                first, ever = (due - len(list(capture.lacking(containers, i, which))) for which in (0, 1))
                cells.append(percent(first, due) + ('' if capture.due or not due else '/' + percent(ever, due)))
                if capture.due and first < due:
                    lacks[runtime] = True
                    for c, known in list(capture.lacking(containers, i))[:3]:
                        print('# %s lacks %s: %s: %s' % (capture.name, field, c, known))
            print('# %-12s %-13s %10d  %s' % (runtime, capture.name, len(containers), ' '.join('%-9s' % c for c in cells)))
    for runtime, number in wanted.items():
        containers = rows.get(runtime, [])
        verdict(len(containers) != int(number), '%s: %s containers have been started' % (runtime, number))
        verdict(lacks.get(runtime), '%s: each has its id, name, image, pod, namespace, label and check at its first event' % runtime)
        late = [c for c in containers for capture in captures
                if capture.due and capture.seen.get(shown(c[0]), ['', '', 'none'])[2] != 'container']
        verdict(late, '%s: the first event of each container tells of it' % runtime)
    sys.exit(failed)


main()

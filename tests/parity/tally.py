# SPDX-License-Identifier: BSD-2-Clause
"""What was compared, by group: equal, different, and different where the reference is wrong."""

import re
from collections import Counter, defaultdict

import known


def printable(text):
    """What we make of captured text: nothing that a terminal obeys."""
    return bytes(c if 0x20 <= c <= 0x7E else 0x2E for c in text)


def printed(theirs, ours):
    """Ours is theirs made printable: a value, a line, or an object of JSON."""
    if ours[-1:] == b"\n" == theirs[-1:]:
        theirs, ours = theirs[:-1], ours[:-1]
    bare = re.sub(rb"\\([nrtbf]|u00[01][0-9a-f])", b".", theirs)
    return ours in (printable(theirs), printable(bare))


class Group:
    def __init__(self, name):
        self.name = name
        self.equal = 0
        self.apart = Counter()  # by entry of DIFFERENCES.md
        self.different = Counter()  # by field, filter, option
        self.examples = defaultdict(list)

    def same(self, n=1):
        self.equal += n

    def compare(self, what, key, theirs, ours, keep, row=None):
        """The entry that the case was counted for, if any."""
        if theirs == ours:
            self.equal += 1
            return None
        entry = known.entry(self.name, what, theirs, ours, row)
        if entry is None and theirs and ours and printed(theirs, ours):
            entry = "unprintable"
        if entry:
            self.apart[entry] += 1
            return entry
        self.different[what] += 1
        if len(self.examples[what]) < keep:
            self.examples[what].append((key, theirs, ours))
        return None

    def total(self):
        return self.equal + sum(self.different.values())

    def percent(self):
        return 100.0 * self.equal / self.total() if self.total() else 100.0


def text_of(value):
    if value is None:
        return "(no such event)"
    text = value if isinstance(value, str) else value.decode("latin-1")
    text = text.rstrip("\n")
    return text if len(text) < 300 else text[:297] + "..."


def line(group, name):
    note = ", ".join(f"{k} {n}" for k, n in sorted(group.apart.items()))
    return (
        f"{name:<28} {group.percent():9.4f} %  {group.total():>11,} compared  "
        f"{sum(group.different.values()):>9,} different" + (f"  apart: {note}" if note else "")
    )


def report(groups, keep):
    for g in groups:
        print(line(g, g.name))
    for g in groups:
        for what, n in g.different.most_common():
            print(f"\n{g.name}: {what}: {n:,} different")
            for key, theirs, ours in g.examples[what][:keep]:
                print(f"  {text_of(key)}\n    theirs {text_of(theirs)}\n    ours   {text_of(ours)}")

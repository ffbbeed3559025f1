# SPDX-License-Identifier: BSD-2-Clause
"""
Compares scapula with sysdig over captures, event by event, and prints one percentage per group.

Events are paired by time stamp, thread, CPU and type. What is different because the reference is
wrong (known.py, tests/golden/DIFFERENCES.md) is counted apart.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import filters
from known import but_for_fds
import pairing
import programs
import tally
from told import Row, Told, note

# Not in the listing of 0.41, but there; and what has an argument, with some.
EXTRA_FIELDS = ("evt.dir", "evt.outputtime")
ARGUMENTS = {
    "proc.aname": [0, 1, 2, 3, 7],
    "proc.apid": [0, 1, 2],
    "proc.aexe": [1, 2],
    "proc.aexepath": [1, 2],
    "proc.acmdline": [1, 2],
    "proc.aargs": [1],
    "proc.aenv": ["PATH"],
    "proc.args": [0, 1],
    "proc.env": ["PATH", "HOME"],
    "thread.cgroup": ["cpuset", "memory", "0"],
}
# 0.41 lost or zeroed these: sysdig 0.29 is asked, of old captures.
OLD_FIELDS = re.compile(
    r"(container|k8s|syslog)\.|evt\.(latency|wait_latency)|proc\.is_container|thread\.(tot)?exectime"
)
BUFFER_MODES = ("-A", "-x", "-X", "-b")
GROUPS = ("events", "number", "fields", "args", "rawargs", "old", "filters", "output")


def complain(text):
    sys.exit("check-parity: " + text)


def find_captures(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path, "-".join(os.path.abspath(path).split("/")[-2:])
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if ".scap" in name:
                    full = os.path.join(folder, name)
                    yield full, os.path.relpath(full, path).replace("/", "-")


def unpack(path, name, folder):
    """A plain copy below the folder that the programs see."""
    stem, suffix = os.path.splitext(name)
    tool = programs.UNPACK.get(suffix)
    out = os.path.join(folder, stem if tool else name)
    if os.path.exists(out) and os.path.getmtime(out) >= os.path.getmtime(path):
        return os.path.basename(out)
    if tool:
        with open(out + ".part", "wb") as f:
            subprocess.run([tool, "-dc", path], stdout=f, check=True)
        os.replace(out + ".part", out)
    else:
        shutil.copyfile(path, out)
    return os.path.basename(out)


def accepted(theirs, ours):
    return tuple(b"accepted" if x else b"refused" for x in (theirs, ours))


def same_but_args(ours, theirs):
    """What is printed differs in names of descriptors and paths only."""
    return but_for_fds(theirs.decode("latin-1"), ours.decode("latin-1"))


class Run:
    def __init__(self, options):
        self.options = options
        folder = options.work
        os.makedirs(folder, exist_ok=True)
        wrap = os.environ.get("PEERS", "")
        self.ours = programs.Program("scapula", os.path.abspath(options.scapula), folder)
        self.theirs = programs.Program("sysdig", wrap + " sysdig", folder)
        self.old = programs.Program("sysdig 0.29", os.environ.get("OLD_SYSDIG", "sysdig"), folder)
        version = self.version(self.theirs)
        if not re.search(r"0\.4[0-9]\.", version):
            complain(f"sysdig 0.41 is wanted, not {version!r}: put a command in PEERS=")
        self.has_old = "0.29" in self.version(self.old)
        self.differ = {}
        self.told, self.judged = Told(), set()  # anew for each capture
        self.groups = {name: tally.Group(name) for name in options.only}
        self.words = []
        if options.sample < 100:
            # -d: without it sysdig takes no state from the events that a filter leaves out
            self.words = ["-d", f"evt.rawtime.ns < {int(options.sample * 1e7)}"]

    @staticmethod
    def version(program):
        try:
            return program.text(["--version"]).strip()
        except OSError:
            return ""

    def group(self, name):
        return self.groups.get(name)

    # ---- fields ----

    def with_arguments(self, names):
        out = []
        for name in names:
            for arg in ARGUMENTS.get(name, ()):
                out.append(f"{name}[{arg}]")
            if name not in ("evt.type.is", "evt.arg", "evt.rawarg", "evt.around", "evt.num"):
                out.append(name)
        return out

    def wanted(self, names):
        return [n for n in names if re.search(self.options.fields, n)]

    def compare_fields(self, name, program, capture, fields, enters=False):
        group = self.group(name)
        events = self.group("events") if name == "fields" else None
        fields = self.wanted(fields)
        if not group or not fields:
            return
        # some of these end sysdig at the first event for which it has no answer
        words = self.words if name in ("rawargs", "old") else ["-n", "1"]
        known = set(fields) - set(program.rejects(capture, fields, words))
        for field in self.ours.rejects(capture, sorted(known), words):
            group.compare(field, "", b"there is such a field", b"there is none", 1)
            known.discard(field)
        fields = [f for f in fields if f in known]
        if enters:
            fields = ["evt.dir"] + fields
        theirs = programs.records(program, capture, fields, self.words)
        ours = programs.records(self.ours, capture, fields, self.words)
        sep = programs.SEP.encode()
        places = {f: i for i, f in enumerate(fields)}
        for a, b in pairing.pair(ours, theirs):
            if a is None or b is None:
                if enters and a is None and b[1].startswith(b">"):
                    continue  # entries that are part of the exit today
                what = (a or b)[0][3].decode()
                if events:
                    key = b" ".join((a or b)[0])
                    events.compare(what, key, b and b[1], a and a[1], self.options.show)
                continue
            if events:
                events.same()
            if a[1] == b[1]:
                group.same(len(fields))
                continue
            key = b" ".join(a[0])
            row = Row(a[0], places, a[1].split(sep), b[1].split(sep), self.told)
            if name == "fields":
                note(row)
            for field, x, y in zip(fields, row.our_values, row.their_values):
                entry = group.compare(field, key, y, x, self.options.show, row)
                if entry and field == "evt.args":
                    self.judged.update(programs.shown_keys(a[0]))
                    self.told.judged.add(a[0])

    def is_old(self, capture):
        """Whether it has entries and exits, which is all that the old program knows."""
        words = ["-n", "1", "evt.type = read and evt.dir = >"]
        return self.old.output(["-r", capture] + words)[0] != b""

    def params(self):
        text = self.theirs.text(["-L"])
        return sorted(set(re.findall(r"[(,] ?[A-Z0-9_]+ ([a-z0-9_]+)", text)))

    # ---- what is printed ----

    def compare_output(self, capture):
        if not self.group("output"):
            return
        runs = [("text", []), ("-j", ["-j"])] + [(m, [m]) for m in BUFFER_MODES]
        for what, options in runs:
            if not self.ours.output(["-r", capture, "-n", "1"] + options)[1]:
                self.group("output").compare(what, "", b"works", b"does not", 1)
                continue
            theirs = programs.shown(self.theirs, capture, options + self.words)
            ours = programs.shown(self.ours, capture, options + self.words)
            for a, b in pairing.pair(ours, theirs):
                key = b" ".join((a or b)[0])
                if a and b and a[1] != b[1] and a[0] in self.judged and same_but_args(a[1], b[1]):
                    self.group("output").apart["shown-values"] += 1
                    continue
                self.group("output").compare(
                    what, key, b and b[1], a and a[1], self.options.show
                )

    # ---- filters ----

    def events_that_differ(self, capture, text, listed):
        """Those for which a field of the filter has another value: judged among the fields."""
        found = set()
        for name in set(re.findall(r"[a-z0-9]+(?:\.[a-z0-9_]+)+", text)):
            for field in filters.judged_by(name):
                if field in listed:
                    found |= self.differing(capture, field)
        return found

    def differing(self, capture, field):
        """The events for which the two give the field other values."""
        if (capture, field) not in self.differ:
            theirs = programs.records(self.theirs, capture, [field], [])
            ours = programs.records(self.ours, capture, [field], [])
            keys = self.differ[capture, field] = set()
            for a, b in pairing.pair(ours, theirs):
                if a and b and a[1] != b[1]:
                    keys.add(programs.SEP.encode().join(a[0]))
        return self.differ[capture, field]

    def compare_filter(self, group, capture, text, listed):
        theirs, good = programs.matched(self.theirs, capture, [text])
        ours, fine = programs.matched(self.ours, capture, [text])
        if good != fine:
            group.compare(text, "", *accepted(good, fine), self.options.show)
            return
        left, more = Counter(theirs), Counter(ours)
        common = sum((left & more).values())
        group.same(common if theirs or ours else 1)
        if left == more:
            return
        # -d: without it sysdig takes no state from the events that a filter leaves out
        whole = Counter(programs.matched(self.theirs, capture, ["-d", text])[0])
        judged = self.events_that_differ(capture, text, listed)
        for events, them, us in (
            (left - more, b"matches", b"does not match"),
            (more - left, b"does not match", b"matches"),
        ):
            for event, n in events.items():
                if whole[event] == more[event]:
                    group.apart["filter-state"] += n
                    continue
                if event in judged:
                    group.apart["filter-values"] += n
                    continue
                for _ in range(n):
                    group.compare(text, event, them, us, self.options.show)

    def compare_filters(self, capture, listed):
        group = self.group("filters")
        for text in filters.all_of(self.theirs, capture, listed, self.options) if group else ():
            self.compare_filter(group, capture, text, listed)

    # ---- all of it ----

    def capture(self, name):
        self.told, self.judged = Told(), set()
        listed = self.theirs.fields()
        fields = self.with_arguments(list(listed) + list(EXTRA_FIELDS))
        ours = self.ours.fields()
        if "number" in self.groups:
            self.compare_fields("number", self.theirs, name, ["evt.num"])
        self.compare_fields("fields", self.theirs, name, fields)
        self.compare_fields("args", self.theirs, name, ["evt.arg." + p for p in self.params()])
        self.compare_fields("rawargs", self.theirs, name, ["evt.rawarg." + p for p in self.params()])
        if self.has_old and "old" in self.groups and self.is_old(name):
            old = [f for f in self.old.fields() if OLD_FIELDS.match(f)]
            self.compare_fields("old", self.old, name, [f for f in old if f in ours], enters=True)
        self.compare_filters(name, listed)
        self.compare_output(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("captures", nargs="+", help="files, or folders of them")
    parser.add_argument("--scapula", default="build/scapula")
    parser.add_argument("--work", default="build/parity", help="folder for plain copies")
    parser.add_argument("--only", type=lambda s: s.split(","), default=GROUPS, metavar="GROUPS")
    parser.add_argument("--fields", default="", help="only those that match this expression")
    parser.add_argument("--filter", default="", help="only filters that match this expression")
    parser.add_argument("--per-field", type=int, default=3, help="filters made for each field")
    parser.add_argument("--sample", type=float, default=100, help="percent of each second")
    parser.add_argument("--show", type=int, default=2, help="examples of each difference")
    options = parser.parse_args()
    if "fields" in options.only and "events" not in options.only:
        options.only = ["events"] + list(options.only)
    os.environ.update(TZ="UTC", LC_ALL="C")
    run = Run(options)
    for path, name in find_captures(options.captures):
        plain = unpack(path, name, options.work)
        print(f"# {plain}", file=sys.stderr, flush=True)
        run.capture(plain)
        for group in run.groups.values():
            print(tally.line(group, group.name), file=sys.stderr, flush=True)
    tally.report(list(run.groups.values()), options.show)
    return 0 if all(g.percent() >= 99.9 for g in run.groups.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

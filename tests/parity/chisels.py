#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs sysdig's own chisels on captures, and compares what scapula prints with what sysdig 0.29.3
does: a table of chisel and capture. Captures of today's schema, which that sysdig cannot read, only
have to work.

A cell is "=" (the same), "=n" (n lines), or how many lines differ; what differs is explained in
CHISELS.md, and chisels.known says how many lines that were when it was written. More of them, an
error, or a chisel that prints nothing where it used to print, is a failure. --update writes it anew.
"""
import argparse
import collections
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STOCK = "/usr/share/sysdig/chisels"


def rows():
    for line in open(os.path.join(HERE, "chisels.txt")):
        if line.strip() and not line.startswith("#"):
            yield [word.strip() for word in line.split("|")]


def run(command, capture, chisel, args, filt, container):
    command = [command] + (["-pc"] if container else []) + ["-r", capture, "-c", chisel]
    command += ([args] if args else []) + ([filt] if filt else [])
    env = dict(os.environ, TZ="UTC", LC_ALL="C", SCAPULA_CHISEL_PATH=STOCK)
    env.pop("SYSDIG_CHISEL_DIR", None)
    with tempfile.TemporaryDirectory() as here:
        done = subprocess.run(command, cwd=here, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    text = done.stdout.decode("utf-8", "replace")
    errors = [e for e in done.stderr.decode("utf-8", "replace").splitlines()
              if " lost (" not in e and "evt.latency: no call" not in e]
    return done.returncode, [line.rstrip() for line in text.split("\n")], errors


# ---- what is compared ----

def as_it_is(lines, ours):
    return lines


def any_order(lines, ours):
    return sorted(lines)


def json(lines, ours):
    """Members of an object have no order."""
    return sorted(line.rstrip(",") for line in lines)


def top(lines, ours):
    """Rows of one value come in any order, and those of the last value may be cut off."""
    table = [line for line in lines if line]
    values = [line.split()[0] for line in table]
    return sorted(t for t, v in zip(table, values) if v != values[-1])


def calls(lines, ours):
    """Where an entry and an exit were counted there is one event now."""
    out = []
    for line in top(lines, ours):
        word = line.split()
        if word and word[0].isdigit():
            word[0] = str(int(word[0]) if ours else (int(word[0]) + 1) // 2)
        out.append(" ".join(word))
    return sorted(out)


def sums(lines, ours):
    total = collections.Counter()
    for line in lines:
        for word in line.split()[1:]:
            name, _, value = word.partition(":")
            total[name] += int(value)
    return ["%s:%d" % item for item in sorted(total.items())]


def slow(lines, ours):
    """The calls that were slow, without their numbers, entries and arguments."""
    return [" ".join(line.split()[1:6]) for line in lines if " < " in line]


HOW = {"exact": as_it_is, "lines": any_order, "top": top, "calls": calls, "sums": sums, "slow": slow,
       "json": json}


def differing(mine, theirs, ordered):
    """Lines that are on one side only."""
    if ordered and mine == theirs:
        return 0
    a, b = collections.Counter(mine), collections.Counter(theirs)
    return sum(((a - b) + (b - a)).values()) or (1 if ordered and mine != theirs else 0)


# ---- the table ----

def plain(capture, work):
    """sysdig's name of it must be ours, too: a plain file in one folder."""
    name = os.path.basename(capture).split(".")[0]
    path = os.path.join(work, name + ".scap")
    if not os.path.exists(path):
        tool = {".gz": ["gzip", "-dc"], ".xz": ["xz", "-dc"]}.get(os.path.splitext(capture)[1], ["cat"])
        with open(path, "wb") as out:
            subprocess.run(tool + [capture], stdout=out, check=True)
    return name, path


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--scapula", required=True)
    p.add_argument("--sysdig", default="sysdig", help="0.29.3")
    p.add_argument("--work", required=True, help="folder for the captures, unpacked")
    p.add_argument("--old", nargs="*", default=[], help="captures that sysdig reads")
    p.add_argument("--new", nargs="*", default=[], help="captures of today's schema")
    p.add_argument("--only", help="this chisel")
    p.add_argument("--update", action="store_true", help="write chisels.known")
    o = p.parse_args()
    scapula = os.path.abspath(o.scapula)
    captures = []
    for kind, files in (("old", o.old), ("new", o.new)):
        work = os.path.join(os.path.abspath(o.work), kind)
        os.makedirs(work, exist_ok=True)
        captures += [(kind,) + plain(f, work) for f in files]
    known_file = os.path.join(HERE, "chisels.known")
    known = {}
    if os.path.exists(known_file):
        for line in open(known_file):
            key, value = line.rsplit(None, 1)
            known[key] = int(value)
    seen, bad, same, cells = {}, 0, 0, 0
    print("%-32s" % "" + "".join("%-10s" % (k[0] + ":" + n)[:9] for k, n, _ in captures) + "why")
    for name, args, filt, how, why in rows():
        if o.only and name != o.only:
            continue
        for container in (False, True):
            title = " ".join(x for x in (name, args, "-pc" if container else "") if x)
            line = "%-32s" % title[:31]
            for kind, cname, path in captures:
                key = "%s:%s %s" % (kind, cname, title)
                rc, mine, errors = run(scapula, path, name, args, filt, container)
                cells += 1
                if kind == "old":
                    rc2, theirs, _ = run(o.sysdig, path, name, args, filt, container)
                    n = differing(HOW[how](mine, True), HOW[how](theirs, False), how == "exact")
                    seen[key] = n
                    ok = n <= known.get(key, 0) and (rc == rc2 or rc == 0)
                    cell = "=" if n == 0 else "%d/%d" % (n, len(theirs))
                else:
                    rc2 = 1 if name in ("spectrogram", "subsecoffset") else 0  # for terminals only
                    seen[key] = n = sum(1 for x in mine if x)
                    ok = rc == rc2 and (rc2 or not errors) and (n > 0 or not known.get(key, 0))
                    cell = "=%d" % n
                same += cell[0] == "="
                if not ok and not o.update:
                    bad += 1
                    cell += "!"
                    for e in errors[:2]:
                        print("    %s: %s" % (key, e))
                line += "%-10s" % cell
            print(line + why, flush=True)
    if o.update:
        with open(known_file, "w") as out:
            for key, n in seen.items():
                out.write("%s %d\n" % (key, n))
    print("%d of %d the same or working; " % (same, cells) +
          ("chisels.known is written" if o.update else "%d worse than known" % bad))
    return 1 if bad else 0


sys.exit(main())

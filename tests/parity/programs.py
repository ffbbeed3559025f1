# SPDX-License-Identifier: BSD-2-Clause
"""The programs that are compared: how they are called, and what they print, record by record."""

import re
import shlex
import subprocess
import sys

MARK = "\x02"  # begins a record; no program prints it of its own
SEP = "\x01"  # ends a value
KEY = ("evt.rawtime", "thread.tid", "evt.cpu", "evt.type")

UNPACK = {".gz": "gzip", ".xz": "xz", ".zst": "zstd"}


class Program:
    """A command, words of it that may come from a wrapper, run in the folder of the captures."""

    def __init__(self, name, command, folder):
        self.name = name
        self.argv = shlex.split(command)
        self.folder = folder

    def start(self, args):
        return subprocess.Popen(
            self.argv + args, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def output(self, args):
        """All that it prints on standard output, and whether it succeeded."""
        p = subprocess.run(self.argv + args, cwd=self.folder, capture_output=True, check=False)
        return p.stdout, p.returncode == 0, p.stderr

    def text(self, args):
        return self.output(args)[0].decode("latin-1")

    def fields(self):
        """Names of the fields that it lists, with their types."""
        found = {}
        for option in (["-l", "--markdown"], ["--list-markdown"]):
            for name, kind in re.findall(
                r"^`([a-z0-9_.]+)` \| ([A-Z0-9()]+)", self.text(option), re.MULTILINE
            ):
                found.setdefault(name, kind)
        for name in re.findall(r"^([a-z0-9_]+\.[a-z0-9_.]+)", self.text(["-l"]), re.MULTILINE):
            found.setdefault(name, "CHARBUF")
        return found

    def accepts(self, capture, fields, words):
        text = "*" + SEP.join("%" + f for f in fields)
        p = subprocess.run(
            self.argv + ["-r", capture, "-p", text] + words,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return p.returncode == 0

    def rejects(self, capture, fields, words):
        """Those of the fields that it does not know, or gives up on at some event."""
        if not fields or self.accepts(capture, fields, words):
            return []
        if len(fields) == 1:
            return list(fields)
        half = len(fields) // 2
        return self.rejects(capture, fields[:half], words) + self.rejects(
            capture, fields[half:], words
        )


def read_parts(pipe, mark):
    """The parts of a stream that each begin with the mark, one at a time."""
    rest = b""
    while True:
        chunk = pipe.read(1 << 20)
        if not chunk:
            break
        parts = (rest + chunk).split(mark)
        rest = parts.pop()
        yield from parts
    yield rest


def finish(process, capture):
    error = process.stderr.read().decode("latin-1").strip()
    process.stdout.close()
    process.stderr.close()
    if process.wait() != 0:
        words = [w for w in process.args if len(w) < 40]
        sys.exit(f"check-parity: {' '.join(words)}: {error[:200]}")


def records(program, capture, fields, words):
    """(key, values as one text) of every event."""
    text = "*" + MARK + "".join("%" + f + SEP for f in KEY + tuple(fields))
    p = program.start(["-r", capture, "-p", text] + words)
    sep = SEP.encode()
    for part in read_parts(p.stdout, MARK.encode()):
        cells = part.split(sep, len(KEY))
        if len(cells) > len(KEY):
            yield tuple(cells[: len(KEY)]), cells[len(KEY)].rstrip(b"\n")
    finish(p, capture)


def shown_keys(key):
    """The keys that shown() has for the event of records() with this one: as text and in JSON."""
    ns, tid, cpu = int(key[0]), key[1], key[2]
    s = ns // 10**9 % 86400
    clock = b"%02d:%02d:%02d.%09d " % (s // 3600, s // 60 % 60, s % 60, ns % 10**9)
    return (clock + cpu, tid), (key[0], tid)


def shown(program, capture, options):
    """(key, text) of every event as it is printed, without what is told of losses between them."""
    p = program.start(["-r", capture] + options)
    if "-j" in options:
        head = re.compile(rb'"evt\.outputtime":([0-9]+).*"thread\.tid":(-?[0-9]+)')
        for line in p.stdout:
            if line.startswith(b'{"loss.'):
                continue
            m = head.search(line)
            yield (m.group(1), m.group(2)) if m else (line,), line
    else:
        head = re.compile(rb"^[0-9]+ ([0-9:.]+ [0-9]+) .*\(([^()]*)\) [<>] ", re.DOTALL)
        key, text = None, b""
        for line in p.stdout:
            m = re.match(rb"[0-9]+ [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9} [0-9]+ ", line)
            if m:
                if key:
                    yield key, text
                m = head.match(line)
                key, text = (m.groups() if m else (line,)), b""
            if not re.match(rb"! [0-9]+ events? lost", line):
                text += line
        if key:
            yield key, text
    finish(p, capture)


def matched(program, capture, words):
    """The events that a filter lets through, and whether it was accepted."""
    text = "*" + MARK + SEP.join("%" + f for f in KEY)
    out, good, _ = program.output(["-r", capture, "-p", text] + words)
    return [part.strip() for part in out.split(MARK.encode()) if part], good

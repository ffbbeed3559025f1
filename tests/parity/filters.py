# SPDX-License-Identifier: BSD-2-Clause
"""Filters to compare with: those of filters.txt, and some for each field out of its own values."""

import os
import re
from collections import Counter

import programs

SAMPLE = "4000"  # events whose values become operands
PLAIN = re.compile(r"[A-Za-z0-9_./:@+-]+")
ONE_END = {"fd.ip": "fd.sip", "fd.port": "fd.sport", "fd.proto": "fd.sport"}
ONE_END.update({f"fd.{e}net": f"fd.{e or 's'}ip" for e in ("", "c", "s", "l", "r")})
# Fields for filters only, by the printed ones that tell of the same.
BOTH_ENDS = ("fd.name", "fd.cip", "fd.sip", "fd.cport", "fd.sport", "fd.lip", "fd.rip", "fd.lport",
             "fd.rport", "fd.is_server")
ENDS = {name: BOTH_ENDS for name in ONE_END}


def judged_by(name):
    """The fields whose values tell whether a filter on this one may let other events through."""
    if name.startswith("syslog."):
        return ("fd.name",)
    # a descriptor that only one of the two knows has no value with either, but exists
    return ENDS.get(name, (name, "fd.typechar") if name.startswith("fd.") else (name,))


OPERATORS = {
    "CHARBUF": ("=", "!=", "contains", "startswith", "endswith", "glob", "in", "icontains",
                "iglob", "pmatch", "regex", "exists", "intersects"),
    "BYTEBUF": ("contains", "startswith", "endswith", "bcontains", "bstartswith", "="),
    "BOOL": ("=", "!=", "exists"),
    "IPADDR": ("=", "!=", "in", "exists"),
    "IPNET": ("=", "!=", "in"),
    "NUMBER": ("=", "!=", "<", "<=", ">", ">=", "in", "exists", "intersects"),
}


def quote(text):
    return text if PLAIN.fullmatch(text) else '"' + text.replace('"', '\\"') + '"'


def operand(op, kind, values):
    value = values[0]
    if op == "exists":
        return ""
    if kind == "IPNET":
        host = re.match(r"(\d+\.\d+\.\d+)\.\d+", value)
        value = host.group(1) + ".0/24" if host else value + "/64"
        return f"({value})" if op == "in" else value
    if op in ("in", "intersects", "pmatch"):
        return "(" + ", ".join(quote(v) for v in values[:3]) + ")"
    if kind not in ("CHARBUF", "BYTEBUF"):
        return value
    half = max(1, len(value) // 2)
    if op == "bcontains" or op == "bstartswith":
        return value[:half].encode("latin-1").hex()
    if op in ("contains", "icontains"):
        part = value[len(value) // 3 :][:half]
        return quote(part.upper() if op == "icontains" else part)
    if op == "startswith":
        return quote(value[:half])
    if op == "endswith":
        return quote(value[-half:])
    if op in ("glob", "iglob"):
        text = re.sub(r"[*?\[\]]", "?", value[:half]) + "*"
        return quote(text.upper() if op == "iglob" else text)
    if op == "regex":
        return quote(re.sub(r"[^A-Za-z0-9/_]", ".", value[:half]) + ".*")
    return quote(value)


def kind_of(kind, values):
    if kind in OPERATORS:
        return kind
    if kind == "CHARBUF" or not all(re.fullmatch(r"-?\d+", v) for v in values):
        return "CHARBUF"
    return "NUMBER"


def observed(program, capture, names):
    """Values of each field, the frequent ones first."""
    words = ["-n", SAMPLE]
    silent = program.rejects(capture, names, words)
    printed = [n for n in names if n not in silent]
    seen = {n: Counter() for n in names}
    for _, values in programs.records(program, capture, printed, words):
        for name, value in zip(printed, values.decode("latin-1").split(programs.SEP)):
            if value != "<NA>" and 0 < len(value) < 200 and value.isprintable():
                seen[name][value] += 1
    for name in silent:  # for filters only: what one end has
        seen[name] = seen.get(ONE_END.get(name), Counter())
    return {n: [v for v, _ in c.most_common(8)] for n, c in seen.items()}


def made(program, capture, listed, per_field):
    names = [n for n in listed if n not in ("evt.arg", "evt.rawarg", "evt.around", "evt.type.is",
                                             "thread.cgroup")]
    values = observed(program, capture, names)
    for n, name in enumerate(names):
        if not values[name]:
            yield name + " exists"
            continue
        kind = kind_of(listed[name], values[name])
        ops = OPERATORS[kind]
        for i in range(min(per_field, len(ops))):
            op = ops[(n + i * max(1, len(ops) // per_field)) % len(ops)]
            turn = values[name][i % len(values[name]) :] + values[name]
            yield f"{name} {op} {operand(op, kind, turn)}".strip()


def written():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "filters.txt")
    with open(path, encoding="utf-8") as f:
        return [x.rstrip("\n") for x in f if x.strip() and not x.startswith("#")]


def all_of(program, capture, listed, options):
    for text in written() + list(made(program, capture, listed, options.per_field)):
        if re.search(options.filter, text):
            yield text

# SPDX-License-Identifier: BSD-2-Clause
"""What the events of a capture tell, for the judgement of those that come later."""

import re


class Told:
    """What the events of a capture have told so far, by pid."""

    def __init__(self):
        self.moved = set()  # their group or session was changed
        self.threaded = set()  # they have had several threads
        self.parents = {}  # the parent that their last event with one gave
        self.maker = {}  # what the last caller of a clone with CLONE_PARENT was, by field
        self.made = {}  # what they were made of, if they were made like that; until they exec
        self.of_made = set()  # events of those
        self.copied = set()  # they were made like that: theirs copies the parent of a later time
        self.differ = set()  # those of them whose descriptors differ
        self.of_copied = set()  # events of those, after an exec too
        self.flagless = set()  # threads whose clone has lost the flag that says so
        self.born_in = set()  # they were made in another cgroup than their maker's
        self.refused = set()  # (pid, descriptor) whose connect failed later
        self.bpf = set()  # they called bpf()
        self.wrong_base = set()  # paths, theirs below a directory that was closed, and ours
        self.judged = set()  # events whose evt.args are in a row
        self.adopted = set()  # theirs does not know who adopted them
        self.threads = {}  # the process of each thread


class Row:
    """One event's values, theirs and ours, by field; and what the capture has told before."""

    def __init__(self, key, fields, ours, theirs, told):
        self.key = key
        self.type, self.tid = key[3].decode("latin-1"), key[1].decode("latin-1")
        self.fields, self.our_values, self.their_values = fields, ours, theirs
        self.told = told

    def ours(self, field):
        at = self.fields.get(field)
        return "" if at is None else self.our_values[at].decode("latin-1")

    def theirs(self, field):
        at = self.fields.get(field)
        return "" if at is None else self.their_values[at].decode("latin-1")


def number(text):
    return re.fullmatch(r"-?[0-9]+", text) is not None


def more_are_open(theirs, ours, row):
    return float(theirs) > float(ours)


OF_THE_MAKER = ("proc.cwd", "proc.exepath", "proc.is_exe_lower_layer", "proc.is_exe_upper_layer")
OF_THE_MAKER += ("proc.is_exe_writable", "proc.is_exe_from_memfd")
OPEN_ONES = ("proc.fdopencount", "fd.name", "proc.stdin.name", "proc.stdout.name", "proc.stderr.name")


def note(row):
    """What the event tells about processes."""
    told, pid, args = row.told, row.ours("proc.pid"), row.ours("evt.args")
    if pid.isdigit():
        told.threads[row.tid] = pid
    if row.ours("proc.nthreads") not in ("0", "1", "<NA>", ""):
        told.threaded.add(pid)
    if row.ours("proc.ppid") in told.moved:
        told.moved.add(pid)
    if row.type in ("setsid", "setpgid") and row.ours("evt.rawres").isdigit():
        told.moved.add(pid)
        m = re.search(r" pid=([0-9]+)", args)
        if m and m.group(1) != "0":
            told.moved.add(m.group(1))
    m = re.search(r" ptid=([0-9]+)", args)
    if m:
        told.parents[pid] = told.threads.get(m.group(1), m.group(1))
    if row.theirs("proc.ppid") == "1" and row.ours("proc.ppid") == told.parents.get(pid, "1") != "1":
        told.adopted.add(pid)
    if row.type.startswith("clone") and re.search(r"[(|]CLONE_PARENT[|)]", args):
        if row.ours("evt.rawres") != "0":
            told.maker = {field: row.ours(field) for field in OF_THE_MAKER}
        elif row.tid == pid:
            told.made[pid] = told.maker
    elif row.type.startswith("exec") and row.ours("evt.rawres") == "0":
        told.made.pop(pid, None)
    if pid in told.made:
        told.of_made.add(row.key)
    note_copy(row, told, pid, args)
    note_base(row, told)
    if row.type == "bpf":
        told.bpf.add(pid)
    if row.type == "getsockopt" and (row.theirs("fd.connected"), row.ours("fd.connected")) == ("true", "false"):
        told.refused.add((pid, row.ours("fd.num")))
    elif row.type in ("socket", "connect"):
        told.refused.discard((pid, row.ours("fd.num")))


def note_base(row, told):
    """A path that theirs puts behind a descriptor which ours has seen closed."""
    args = row.theirs("evt.args"), row.ours("evt.args")
    opened = [re.match(r"fd=[0-9]+\(<.>([^)]*)\)", x) for x in args]
    if not all(opened):
        return
    names = opened[0].group(1), opened[1].group(1)
    counts = row.theirs("proc.fdopencount"), row.ours("proc.fdopencount")
    known = not names[0].startswith("<UNKNOWN>") and names[0].endswith(names[1][len("<UNKNOWN>"):])
    known = known and all(number(x) for x in counts)
    if names[1].startswith("<UNKNOWN>") and known and more_are_open(*counts, row):
        told.wrong_base.update((names, row.key))


def note_copy(row, told, pid, args):
    """What a clone tells of what the child is a copy of."""
    if re.match("clone|v?fork", row.type) and row.ours("evt.rawres") == "0":
        if row.tid != pid and "CLONE_THREAD" not in args:
            told.flagless.add(row.tid)
        m = re.search(r" ptid=([0-9]+)", args)
        if row.tid == pid and (re.search(r"CLONE_(PARENT|NEWPID|CHILD_IN_PIDNS)[|)]", args) or (
            m and told.threads.get(m.group(1), m.group(1)) in told.differ)):
            told.copied.add(pid)
        m = re.search(r" cgroups=(.*?)(\.\.\.)? flags=", args)
        cgroups = row.ours("thread.cgroups").replace(" ", ".")
        if m and cgroups.startswith(m.group(1)) and row.theirs("thread.cgroups") != row.ours("thread.cgroups"):
            told.born_in.add(pid)
    if pid in told.copied:
        told.of_copied.add(row.key)
        if any(row.theirs(f) != row.ours(f) for f in OPEN_ONES):
            told.differ.add(pid)

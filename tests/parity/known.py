# SPDX-License-Identifier: BSD-2-Clause
"""
Where the reference is wrong: a row names its entry in tests/golden/DIFFERENCES.md, the group and
the fields that it is about, and tells a case of it from another difference by the values, theirs
and ours, and by other fields of the same event.
"""

import re

from told import OF_THE_MAKER, more_are_open, number


def unknown(text):
    return text in ("<NA>", "")


def never_told(theirs, ours, row):
    return unknown(theirs) and not unknown(ours)


def is_zero(theirs, ours, row):
    return theirs == "0" and ours not in ("0", "")


def small(theirs, ours, row):
    """A length of something, where the parent's start is not known."""
    return ours == "<NA>" and number(theirs) and int(theirs) < 64


def leftover(theirs, ours, row):
    return ours == "<NA>" and number(theirs)


def of_the_parent(theirs, ours, row):
    """Computed at an exec and handed on to children that started later."""
    if not (number(theirs) and number(ours)):
        return False
    theirs, ours = ((int(x) + 2**63) % 2**64 - 2**63 for x in (theirs, ours))
    return theirs <= ours


def since_boot(theirs, ours, row):
    if not (number(theirs) and number(ours)):
        return False
    return int(ours) - int(theirs) > 10**18 and (int(ours) - int(theirs)) % 10**9 == 0


def since_boot_too(theirs, ours, row):
    return since_boot(ours, theirs, row)


def other_order(theirs, ours, row):
    return sorted(theirs.strip("()").split(",")) == sorted(ours.strip("()").split(","))


def many_threads(theirs, ours, row):
    return number(theirs) and number(ours) and row.ours("proc.pid") in row.told.threaded


def has_moved(theirs, ours, row):
    return row.ours("proc.pid") in row.told.moved


def namespace_number(theirs, ours, row):
    return theirs == "" and row.ours("thread.vtid") != row.ours("thread.tid")


def emptied(theirs, ours, row):
    return ours == "" and theirs != ""


def garbage(theirs, ours, row):
    return ours == "" and (theirs.startswith("NULL") or "NULL".startswith(theirs))


def trailing_newlines(theirs, ours, row):
    return theirs.replace("\n", "") == ours


def of_the_directory(theirs, ours, row):
    """An openat whose directory is a descriptor: theirs is of the directory."""
    dirfd = re.search(r" dirfd=[0-9]+\(<[^>]*>([^)]*)\)", row.theirs("evt.args"))
    return row.type in ("openat", "openat2") and dirfd and row.theirs("fd.name") == dirfd.group(1)


def base_was_known(theirs, ours, row):
    if ours.startswith("<UNKNOWN>"):  # theirs is that alone, or has a slash behind it
        return theirs == "<UNKNOWN>" or re.sub("/|[.]/", "", theirs) == re.sub("/|[.]/", "", ours)
    known = ours.startswith("/") or row.type.startswith("symlink")
    return theirs.startswith("<UNKNOWN>") and known


def target_of_link(theirs, ours, row):
    return row.type.startswith("symlink") and theirs.startswith("/") and theirs.endswith("/" + ours)


def stat_path(theirs, ours, row):
    return theirs == "<NA>" and row.type in ("newfstatat", "mknodat")


def address_lost(theirs, ours, row):
    at = theirs.rfind("addr=")
    return row.type == "connect" and theirs[at:] == "addr=<NA>" and ours[:at] == theirs[:at]


def no_end(theirs, ours, row):
    """A fresh socket is no server of anything."""
    return theirs == "true" and ours == "false" and row.ours("fd.cip") == "<NA>"


def bound_end(theirs, ours, row):
    return unknown(theirs) and not unknown(ours) and row.ours("fd.cport") == "<NA>"


def both_ends_local(theirs, ours, row):
    """The role of the process tells its end where both addresses are the machine's."""
    ends = {row.ours("fd.cport"), row.ours("fd.sport"), row.ours("fd.cip"), row.ours("fd.sip")}
    ends |= {row.ours("fd.cproto"), row.ours("fd.sproto"), "true", "false"}
    exchanged = row.ours("fd.lip") == row.theirs("fd.rip") != "<NA>"
    exchanged = exchanged and row.ours("fd.lport") == row.theirs("fd.rport")
    exchanged = exchanged and row.ours("fd.name") == row.theirs("fd.name")
    same = row.ours("fd.cip") == row.ours("fd.sip")
    return (same or exchanged) and theirs in ends and ours in ends


def at_its_end(theirs, ours, row):
    end = {"true": "s", "false": "c"}.get(ours)
    return end and all(row.ours("fd.l" + x) == row.ours("fd." + end + x) for x in ("ip", "port"))


def aligned(theirs, ours, row):
    return re.sub(" +", " ", theirs) == re.sub(" +", " ", ours)


def younger(theirs, ours, row):
    """The start of the thread that forked, and not of its process."""
    return number(theirs) and int(theirs) and (not number(ours) or int(theirs) > int(ours))


def no_leader(theirs, ours, row):
    return theirs == "./" and ours == ""


def user_of_the_host(theirs, ours, row):
    return ours == "<NA>" and not unknown(theirs)


def names_of_host_users(theirs, ours, row):
    bare = [re.sub(USERS, "", x) for x in (theirs, ours)]
    return "(<NA>)" in ours and bare[0] == bare[1]


def negative(theirs, ours, row):
    return number(theirs) and int(theirs) > 10**8 and number(ours) and int(ours) == 0


def no_descriptor(theirs, ours, row):
    return row.type == "bpf"


USERS = r"(?<=[ug]id=)[0-9]+\([^)]*\)"
NAMES = r'\(<.*?\)(?=[ "\n]|$)|\([^ ]*/[^ ]*\)'


def but_for_names(theirs, ours):
    """The same but for what is known of descriptors and paths: what stands in parentheses."""
    return re.sub(NAMES, "", theirs) == re.sub(NAMES, "", ours)


def but_for_fds(theirs, ours):
    """The same but for results, descriptors, absolute paths and names of users."""
    fds = r"(?<=(fd|es)=)-?[0-9]+(\(E[A-Z]+\))?|(?<= name=)[^ ]+|" + NAMES + "|" + USERS
    return re.sub(fds, "", theirs) == re.sub(fds, "", ours)


def names_of_bpf(theirs, ours, row):
    """The call, or a descriptor that is one of bpf's with one of the two."""
    if row.type == "bpf":
        return but_for_fds(theirs, ours)
    return (theirs.count("<b>") != ours.count("<b>")) and but_for_names(theirs, ours)


def of_bpf(theirs, ours, row):
    return "bpf" in (row.ours("fd.type"), row.theirs("fd.type")) or row.type == "bpf"


def count_of_bpf(theirs, ours, row):
    return row.ours("proc.pid") in row.told.bpf and abs(float(theirs) - float(ours)) <= 8


def differ_in(*kinds):
    """Lists that differ in these only."""
    def test(theirs, ours, row):
        them, us = (set(x.strip("()").split(",")) - {""} for x in (theirs, ours))
        return bool(them ^ us) and not (them ^ us) - set(kinds)

    return test


def socket_at_any(theirs, ours, row):
    """Bound to [::], which theirs takes for IPv4."""
    return re.sub(r"<4(?=[a-z]?>:::)", "<6", theirs) == ours


def address_of_any(theirs, ours, row):
    return row.ours("fd.name").startswith(":::") and (theirs, ours) in (
        ("4", "6"), ("ipv4", "ipv6"), ("0.0.0.0", "::"))


def without_letter(theirs, ours, row):
    """A socket whose protocol theirs has lost."""
    return re.sub(r"<6[tur]>", "<6>", ours) == theirs


def protocol_lost(theirs, ours, row):
    same = row.ours("fd.name") == row.theirs("fd.name")
    return same and (row.ours("fd.name") or row.type == "socket") and row.theirs("fd.l4proto") == "<NA>" != row.ours("fd.l4proto")


def other_thread(theirs, ours, row):
    """A descriptor that theirs finds for the main thread only."""
    unknown_there = row.theirs("fd.type") == "<NA>" != row.ours("fd.type")
    return unknown_there and row.tid != row.ours("proc.pid")


def names_of_other_thread(theirs, ours, row):
    return other_thread(theirs, ours, row) and but_for_names(theirs, ours)


def was_closed(theirs, ours, row):
    """Theirs knows a descriptor that ours has seen closed."""
    gone = row.ours("fd.type") == "<NA>" != row.theirs("fd.type")
    counts = row.theirs("proc.fdopencount"), row.ours("proc.fdopencount")
    return gone and number(counts[0]) and number(counts[1]) and more_are_open(*counts, row)


def names_of_closed(theirs, ours, row):
    return was_closed(theirs, ours, row) and but_for_names(theirs, ours)


def base_was_closed(theirs, ours, row):
    """Theirs puts a path behind one that belonged to the number before."""
    names = row.theirs("fd.name"), row.ours("fd.name")
    return row.key in row.told.wrong_base or names in row.told.wrong_base


def args_of_closed_base(theirs, ours, row):
    bare = [re.sub(r"\([^ ]*\)", "", x) for x in (theirs, ours)]
    return base_was_closed(theirs, ours, row) and bare[0] == bare[1]


def below_link_directory(theirs, ours, row):
    """Theirs starts at the working directory, whatever descriptor is given."""
    dirs = re.findall(r"dir=[0-9]+\(<[^>]*>([^)]*)\)", row.ours("evt.args"))
    return row.type == "linkat" and any(ours.startswith(d) for d in dirs)


def no_slash(theirs, ours, row):
    return theirs == "/" and "/" not in row.ours("fd.name")


def cut_short(theirs, ours, row):
    return len(theirs) > 1000 and ours.startswith(theirs)


def listed(theirs, ours, row):
    """A connection of the list at the start."""
    return (theirs, ours) == ("false", "true") and row.ours("fd.typechar") in ("4", "6", "u")


def refused(theirs, ours, row):
    return (row.ours("proc.pid"), row.ours("fd.num")) in row.told.refused


def limit_is_zero(theirs, ours, row):
    return row.theirs("proc.fdlimit") == "0" != row.ours("proc.fdlimit")


def lost_flags(theirs, ours, row):
    return row.tid in row.told.flagless


def birth_cgroup(theirs, ours, row):
    return row.ours("proc.pid") in row.told.born_in


def address_printed(theirs, ours, row):
    without = [re.sub(r" addr=[^ \"]*(?=\n|\")", "", x) for x in (theirs, ours)]
    return " addr=<NA>" in theirs and without[0] == without[1]


def error_of_clone(theirs, ours, row):
    return re.sub(r"(-[0-9]+)\(E[A-Z]+\)", r"\1", ours) == theirs or (
        row.type.startswith("clone") and number(theirs) and re.match("E[A-Z]+", ours))


def is_bpf(field):
    return lambda theirs, ours, row: row.theirs(field) == "bpf" and row.ours(field) != "bpf"


def more_kinds(theirs, ours, row):
    them, us = (set(x.strip("()").split(",")) - {""} for x in (theirs, ours))
    counts = row.theirs("proc.fdopencount"), row.ours("proc.fdopencount")
    return us - {"ipv6"} < them and number(counts[0]) and number(counts[1]) and more_are_open(*counts, row)


def no_container(theirs, ours, row):
    return theirs[:1] == ":" and ours[:1] != ":" and ours.endswith(theirs)


def of_the_maker(field):
    """Ours is what the caller of clone had, and not what the parent had that the child tells of."""
    return lambda theirs, ours, row: row.told.made.get(row.ours("proc.pid"), {}).get(field) == ours


def descriptor_of_the_maker(theirs, ours, row):
    return row.key in row.told.of_copied


def unknown_to_copy(theirs, ours, row):
    return row.key in row.told.of_copied and row.theirs("fd.name") != row.ours("fd.name")


def names_of_the_maker(theirs, ours, row):
    return row.key in row.told.of_copied and but_for_names(theirs, ours)


def session_of_thread(theirs, ours, row):
    return row.tid != row.ours("proc.pid") and has_moved(theirs, ours, row)


def parent_was_told(theirs, ours, row):
    return row.ours("proc.pid") in row.told.adopted


def ancestor_was_told(theirs, ours, row):
    return parent_was_told(theirs, ours, row) or row.ours("proc.ppid") in row.told.adopted


def accept_failed(theirs, ours, row):
    names = row.theirs("fd.name"), row.ours("fd.name")
    return row.type.startswith("accept") and names == ("NULL", "")


def open_failed(theirs, ours, row):
    return theirs == "false" and ours == "<NA>" and row.ours("fd.num")[:1] == "-"


def pidfd_failed(theirs, ours, row):
    return row.type == "pidfd_open" and row.ours("fd.num")[:1] == "-"


def as_given(theirs, ours, row):
    return row.ours("fd.num")[:1] == "-" and re.sub("/+", "/", ours) == theirs


def left_alone(theirs, ours, row):
    return theirs in ("4294967295", "<NA>")


FD = r"fd\.(name|nameraw|directory|filename|ino|dev|dev\.major|dev\.minor|type|typechar|containername|"
FD += r"containerdirectory|is_upper_layer|is_lower_layer)"
GROUP_ID = r"proc\.(v?pgid(\.name|\.exe|\.exepath)?|is_v?pgid_leader)"

OPEN_FILE = r"fd\.(?!.*(ip|port|proto)).*|proc\.(std.*|fdopencount|fdusage)|fs\.path\..*|"
OPEN_FILE += r"evt\.(abspath|category|buflen|count.*)"


def by_name(*_):
    return True


ROWS = (
    ("no-result", "filters", r"evt\.buflen .*|evt\.buflen>.*|len\(evt\.buffer\).*", by_name),
    ("containers-gone", "filters", r"(container|k8s)\..*", by_name),
    ("newer-language", "filters", r".*(oneof|anyof|allof|concat|join|intersects).*", by_name),
    ("wrong-regex", "filters", r".*regex '\('", by_name),
    ("ancestors-arguments", "filters", r"proc\.aargs .*", by_name),
    ("whole-buffers", "filters", r"evt\.(args|info) .*", by_name),
    ("ip-lists", "filters", r"fd\.(ip|net) in .*", by_name),
    ("either-end-exists", "filters", r"fd\.(ip|port|proto|net) exists.*", by_name),
    ("address-names", "filters", r"fd\.[cslr]ip\.name .*", by_name),
    ("latency-unknown", "filters", r"evt\.(wait_)?latency.*", by_name),
    ("time-goes-back", "filters", r"evt\.deltatime.*", by_name),
    ("service-names", "filters", r"fd\.port=http", by_name),
    ("mount-source", "filters", r"fs\.path\.sourceraw exists", by_name),
    ("unpadded-base64", "filters", r"b64\(.*", by_name),
    ("hostname", "fields", r"evt\.hostname", never_told),
    ("cpu-time", "fields", r"thread\.(tot)?exectime", is_zero),
    ("parent-start", "fields", r"proc\.ppid\.duration", small),
    ("parent-start", "fields", r"proc\.ppid\.ts", lambda t, o, r: t == "0" and o == "<NA>"),
    ("exe-age", "fields", r"proc\.exe_ino\.ctime_duration_.*", leftover),
    ("exe-age", "fields", r"proc\.exe_ino\.ctime_duration_proc_start", of_the_parent),
    ("exe-age", "fields", r"proc\.exe_ino\.ctime_duration_pidns_start", leftover),
    ("exe-age", "fields", r"proc\.exe_ino\.ctime_duration_pidns_start", never_told),
    ("pidns-epoch", "fields", r"proc\.exe_ino\.ctime_duration_pidns_start", since_boot_too),
    ("pidns-epoch", "fields", r"proc\.pidns_init_start_ts", since_boot),
    ("list-order", "fields", r"fd\.types.*", other_order),
    ("shared-memory", "fields", r"(proc|thread)\.vm(size|rss|swap)", many_threads),
    ("group-changed", "fields", GROUP_ID, has_moved),
    ("session-in-namespace", "fields", r"proc\.(sname|sid\.exe(path)?|v?pgid\.(name|exe(path)?))", namespace_number),
    ("empty-environment", "fields", r"proc\.a?env(\[.*)?", emptied),
    ("empty-buffer", "fields", r"evt\.buffer", garbage),
    ("cgroup-lines", "fields", r"thread\.cgroups?(\[.*)?", trailing_newlines),
    ("openat-directory", "fields", FD + r"|fs\.path\.name", of_the_directory),
    ("unknown-base", "fields", r"fs\.path\.(name|source|target)|evt\.abspath", base_was_known),
    ("unknown-base", "fields", r"fs\.path\.target", target_of_link),
    ("stat-path", "fields", r"evt\.abspath", stat_path),
    ("connect-address", "fields", r"evt\.(args|info)", address_lost),
    ("connect-address", "args", r"evt\.arg\.addr", never_told),
    ("fresh-socket", "fields", r"fd\.is_server", no_end),
    ("bound-end", "fields", r"fd\.([ls]ip|[ls]port|[ls]proto)", bound_end),
    ("loopback-role", "fields", r"fd\.([lr]ip|[lr]port|[lr]proto|is_server)", both_ends_local),
    ("parent-thread", "fields", r"proc\.ppid\.ts", younger),
    ("parent-number", "fields", r"proc\.ppid", never_told),
    ("thread-environment", "fields", r"proc\.a?env(\[.*)?", never_told),
    ("container-users", "fields", r"user\.shell", lambda t, o, r: t[:1] == "/" and o == ""),
    ("setuid-shell", "fields", r"user\.shell", never_told),
    ("mount-source", "fields", r"fs\.path\.source", lambda t, o, r: r.type == "mount"),
    ("mknod-path", "fields", r"fs\.path\..*", lambda t, o, r: never_told(t, o, r) and "mknod" in r.type),
    ("missing-parameter", "rawargs", r".*", lambda t, o, r: t in ("0", "") and o == "<NA>"),
    ("connect-address", "rawargs", r"evt\.rawarg\.addr", never_told),
    ("hex-columns", "output", r"-X", aligned),
    ("connect-address", "output", r"(text|-[AxXbj])", address_printed),
    ("latency-unknown", "old", r"evt\.(wait_)?latency.*", lambda t, o, r: o == "<NA>"),
    ("container-type", "old", r"container\.type", lambda t, o, r: t == "docker" and o in ("cri", "containerd")),
    ("container-metadata", "old", r"container\.privileged", lambda t, o, r: t == "false" and o == "<NA>"),
    ("pod-of-cgroup", "old", r"k8s\.pod\.(id|uid)", never_told),
    ("podman", "old", r"container\..*", lambda t, o, r: t in ("host", "<NA>", "") or never_told(t, o, r)),
    ("pod-of-cgroup", "old", r"k8s\.pod\.labels?", never_told),
    ("no-thread", "old", r"proc\.is_container_.*", lambda t, o, r: (t, o, r.tid) == ("false", "<NA>", "-1")),
    ("open-descriptors", "fields", r"proc\.(fdopencount|fdusage)", more_are_open),
    ("bpf-results", "fields", r"proc\.std.*\.type", lambda t, o, r: t == "bpf"),
    ("no-leader", "fields", r"proc\.cwd", no_leader),
    ("container-users", "fields", r"(user\.(name|homedir|shell)|group\.name)", user_of_the_host),
    ("container-users", "fields", r"evt\.(args|info)", names_of_host_users),
    ("container-users", "args", r"evt\.arg\.[er]?[ug]id", user_of_the_host),
    ("time-goes-back", "fields", r"evt\.deltatime.*", negative),
    ("bpf-results", "fields", r"fd\..*|proc\.std.*|evt\.(res|rawres|failed|count.*|buflen.*)", of_bpf),
    ("bpf-results", "fields", r"proc\.(fdopencount|fdusage)", count_of_bpf),
    ("bpf-results", "fields", r"fd\.types.*", differ_in("bpf")),
    ("any-address", "fields", r"fd\.types.*", differ_in("ipv4", "ipv6")),
    ("any-address", "fields", r"fd\.(type|typechar|[sl]ip)", address_of_any),
    ("any-address", "fields", r"evt\.(args|info)", socket_at_any),
    ("any-address", "args", r"evt\.arg\.(fd|res|oldfd|newfd)", socket_at_any),
    ("any-address", "output", r".*", socket_at_any),
    ("bpf-results", "fields", r"evt\.(args|info)", names_of_bpf),
    ("bpf-results", "fields", r"proc\.stdin\.name", is_bpf("proc.stdin.type")),
    ("bpf-results", "fields", r"proc\.stdout\.name", is_bpf("proc.stdout.type")),
    ("bpf-results", "fields", r"proc\.stderr\.name", is_bpf("proc.stderr.type")),
    ("shown-values", "args", r"evt\.arg\..*", lambda t, o, r: r.key in r.told.judged),
    ("bpf-results", "args", r"evt\.arg\.(fd|res)", lambda t, o, r: "<b>" in (t, o) or r.type == "bpf"),
    ("bpf-results", "rawargs", r"evt\.rawarg\.fd", lambda t, o, r: r.type == "bpf"),
    ("ids-left-alone", "fields", r"(user|group)\.(uid|gid|name|homedir|shell)", left_alone),
    ("old-device", "fields", r"fd\.dev.*", is_zero),
    ("limit-asked", "fields", r"proc\.fdlimit", is_zero),
    ("limit-asked", "fields", r"proc\.fdusage", limit_is_zero),
    ("made-for-parent", "fields", r"evt\.(args|info)", names_of_the_maker),
    ("made-for-parent", "fields", OPEN_FILE, descriptor_of_the_maker),
    ("made-for-parent", "fields", r"fd\.[cslr](ip|port|proto)|fd\.l4proto", unknown_to_copy),
    ("made-for-parent", "args", r"evt\.arg\.(fd|dirfd|name|newfd|oldfd|res)", descriptor_of_the_maker),
    ("thread-session", "fields", r"proc\.(sid|sname|is_sid_leader|sid\.exe(path)?)", session_of_thread),
    ("told-parent", "fields", r"proc\.(ppid(\..*)?|p(name|exe|exepath|cmdline|vpid))", parent_was_told),
    ("told-parent", "fields", r"proc\.a[a-z]+\[.*", ancestor_was_told),
    ("failed-accept", "fields", r"fd\..*|evt\.count\.error\..*", accept_failed),
    ("failed-open", "fields", r"fd\.(connected|name_changed)", open_failed),
    ("failed-open", "fields", r"fd\..*|evt\.count\.error\..*", pidfd_failed),
    ("failed-open", "fields", r"fd\.nameraw", as_given),
    ("failed-open", "fields", r"fd\.typechar", lambda t, o, r: (t, o, r.type) == ("o", "f", "open") or (o, r.type) == ("o", "socket")),
    ("containers-gone", "fields", r"fd\.container(name|directory)", no_container),
    ("open-descriptors", "fields", r"fd\.types.*", more_kinds),
    ("unix-service", "fields", r"fd\.cproto", lambda t, o, r: t == "" and r.ours("fd.cport") == "<NA>"),
    ("lost-protocol", "fields", r"fd\.[cslr](ip|port|proto)|fd\.(l4proto|is_server|typechar)", protocol_lost),
    ("lost-protocol", "fields", r"evt\.(args|info)", without_letter),
    ("lost-protocol", "args", r"evt\.arg\.fd", without_letter),
    ("unseen-type", "fields", r"fd\.l4proto", lambda t, o, r: (t, o) == ("udp", "<NA>")),
    ("unseen-type", "fields", r"evt\.(args|info)", lambda t, o, r: re.sub(r"<([46])u>", r"<\1>", t) == o),
    ("thread-descriptors", "fields", r"fd\..*|evt\.(category|buflen|count).*", other_thread),
    ("thread-descriptors", "fields", r"evt\.(args|info)", names_of_other_thread),
    ("open-descriptors", "fields", OPEN_FILE, was_closed),
    ("open-descriptors", "fields", r"evt\.(args|info)", names_of_closed),
    ("open-descriptors", "fields", r"fd\.(name|directory|filename|container.*)|evt\.abspath|fs\.path\..*", base_was_closed),
    ("open-descriptors", "fields", r"evt\.(args|info)", args_of_closed_base),
    ("openat-directory", "fields", r"fs\.path\.(source|target)", below_link_directory),
    ("no-directory", "fields", r"fd\.filename", no_slash),
    ("listed-connection", "fields", r"fd\.connected", listed),
    ("refused-connect", "fields", r"fd\.connected", refused),
    ("lost-flags", "fields", r".*", lost_flags),
    ("loopback-role", "fields", r"fd\.is_server", at_its_end),
    ("birth-cgroup", "fields", r"thread\.cgroups?(\[.*)?", birth_cgroup),
    ("execveat-errors", "fields", r"evt\.count\.error\..*", lambda t, o, r: r.type == "execve" and {t, o} == {"0", "<NA>"}),
    ("unknown-process", "fields", r"proc\.(fdopencount|fdusage)", lambda t, o, r: t == "0" and number(o)),
    ("clone-errors", "fields", r"evt\.(res|args|info)", error_of_clone),
    ("clone-errors", "args", r"evt\.arg\.res", error_of_clone),
    ("cut-arguments", "rawargs", r".*", cut_short),
    ("octal-modes", "rawargs", r"evt\.rawarg\.mode", lambda t, o, r: "0" + t == o),
    ("old-cwd", "fields", r"proc\.cwd", lambda t, o, r: t == "" and o.startswith("/")),
)

ROWS += tuple(("made-for-parent", "fields", re.escape(f), of_the_maker(f)) for f in OF_THE_MAKER)

COMPILED = [(n, re.compile(g), re.compile(f), test) for n, g, f, test in ROWS]


def entry(group, what, theirs, ours, row):
    if theirs is None or ours is None:
        return None
    theirs, ours = theirs.decode("latin-1"), ours.decode("latin-1")
    for name, in_group, of, test in COMPILED:
        if in_group.fullmatch(group) and of.fullmatch(what) and test(theirs, ours, row):
            return name
    return None

# SPDX-License-Identifier: BSD-2-Clause
"""Pairs the events of two streams that are in the same order, though either may lack some."""

from collections import deque

WINDOW = 512  # events that one may have and the other not, at a stretch


def fill(queue, stream):
    while len(queue) < WINDOW:
        item = next(stream, None)
        if item is None:
            return
        queue.append(item)


def distance(queue, key):
    for i, item in enumerate(queue):
        if item[0] == key:
            return i
    return WINDOW


def pair(ours, theirs):
    """(ours, theirs) for each event; None where one has none."""
    a, b = deque(), deque()
    ours, theirs = iter(ours), iter(theirs)
    while True:
        if not a:
            fill(a, ours)
        if not b:
            fill(b, theirs)
        if not a or not b:
            break
        if a[0][0] == b[0][0]:
            yield a.popleft(), b.popleft()
            continue
        fill(a, ours)
        fill(b, theirs)
        if distance(b, a[0][0]) <= distance(a, b[0][0]) and distance(b, a[0][0]) < WINDOW:
            yield None, b.popleft()
        elif distance(a, b[0][0]) < WINDOW:
            yield a.popleft(), None
        else:
            yield a.popleft(), None
            yield None, b.popleft()
    for item in list(a) + list(ours):
        yield item, None
    for item in list(b) + list(theirs):
        yield None, item

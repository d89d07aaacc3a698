"""Whether what many were told at once fits one order of events that time could have had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """What one client did with one answer, by a clock that all share.

    ``version`` is the one written where ``based_on`` is given, else the one read.
    """

    began: float
    ended: float
    version: int
    value: str
    based_on: int | None = None


def contradictions(history: Iterable[Operation]) -> list[str]:
    """Return what no order of the operations could explain; none means there is one.

    Every write names the version it was based on and makes the next, so versions are the order.
    What is left to see: each version has one writer and one value, and whoever began after
    another had ended knew at least as new a version, as a writer a newer one.
    """
    known = sorted(history, key=lambda one: one.began)
    found, values = [], {0: ""}
    for one in known:
        if one.based_on is not None:
            if one.version in values:
                found.append(f"version {one.version} was written twice")
            if one.version != one.based_on + 1:
                found.append(f"version {one.version} was written over {one.based_on}")
            values[one.version] = one.value
    if sorted(values) != list(range(len(values))):
        found.append("a version was written by nobody")
    found += [
        f"version {one.version} was read as {one.value!r}"
        for one in known
        if values.get(one.version) != one.value
    ]
    return found + _out_of_time(known)


def _out_of_time(known: list[Operation]) -> list[str]:
    """Return operations that did not know what had ended before they began."""
    found, newest = [], 0
    ending = sorted(known, key=lambda one: one.ended)
    at = 0
    for one in known:
        while at < len(ending) and ending[at].ended < one.began:
            newest = max(newest, ending[at].version)
            at += 1
        least = newest if one.based_on is None else newest + 1
        if one.version < least:
            found.append(f"version {one.version} came after {newest} was known")
    return found

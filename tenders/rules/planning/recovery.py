"""From what happens when a service fails to how soon it must be back, and how much may be lost.

The figures are our practice, each with its reason: they are proposed, and a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HOUR, DAY = 60, 24 * 60
# A target below this is a matter of design, not of recovery.
LEAST = 15
# Steps people plan in, in minutes.
STEPS = (LEAST, HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY)
# What the data are used for → how much of them may be lost, in minutes, and why.
LOSS: Mapping[str, tuple[int, str]] = {
    "at-once": (LEAST, "people act on the data at once"),
    "daily": (4 * HOUR, "the data steer the work of the day"),
    "reports": (DAY, "the data serve reports and plans"),
    "evidence": (HOUR, "the data are evidence, or bill somebody"),
}
# The worst that can come of it → which part of the time until harm is left for recovery.
SHARE: Mapping[str, tuple[int, str]] = {
    "work": (1, "the worst is more work or cost, so the whole of it can be used"),
    "duty": (2, "a legal duty is at stake, so half of it is kept in hand"),
    "harm": (2, "people could be harmed, so half of it is kept in hand"),
    "life": (4, "lives are at stake, so a quarter of it is used"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Minutes, with the sentences that led to them."""

    recovery_time: int
    recovery_point: int
    time_because: tuple[str, ...]
    point_because: tuple[str, ...]


def proposal(sheet: Mapping[str, Any]) -> Proposal | None:
    """Return what the sheet leads to; None as long as it does not say enough."""
    needed = ["until_harm", "worst", "fails", "fallback", "data_use", "data_again"]
    if sheet.get("fallback") in ("all", "part"):
        needed.append("fallback_lasts")
    if any(not sheet.get(name) for name in needed):
        return None
    time, time_because = _time(sheet)
    point, point_because = _point(sheet)
    return Proposal(time, point, time_because, point_because)


def _time(sheet: Mapping[str, Any]) -> tuple[int, tuple[str, ...]]:
    until = int(sheet["until_harm"])
    because = [f"Harm comes after {in_words(until)}."]
    lasts = int(sheet.get("fallback_lasts") or 0)
    if sheet["fallback"] == "all" and lasts > until:
        until = lasts
        because.append(f"People can do all of it by hand for {in_words(lasts)}, which gives time.")
    elif sheet["fallback"] == "part" and lasts > until:
        until = (until + lasts) // 2
        because.append(
            f"People can do part of it by hand for {in_words(lasts)}, so half of the time that "
            f"gains is counted: {in_words(until)}."
        )
    share, why = SHARE[sheet["worst"]]
    if sheet["fails"] == "unsafely":
        share *= 2
        why += "; it does not fail safely, so half of that again"
    left = until // share
    rest = f": {in_words(left)}" if share > 1 else ""
    because.append(f"Of {in_words(until)}: {why}{rest}.")
    found = down(left)
    because.append(f"Rounded down to a step people plan in: {in_words(found)}.")
    return found, tuple(because)


def _point(sheet: Mapping[str, Any]) -> tuple[int, tuple[str, ...]]:
    minutes, why = LOSS[sheet["data_use"]]
    because = [f"At most {in_words(minutes)} of data may be lost, because {why}."]
    place = STEPS.index(minutes)
    if sheet["data_again"] == "yes":
        minutes = STEPS[place + 1]
        because.append(
            f"The devices keep them for a while, so a longer loss can be made good: "
            f"{in_words(minutes)}."
        )
    elif sheet["data_again"] == "never" and place:
        minutes = STEPS[place - 1]
        because.append(f"What is lost cannot be had again, so less: {in_words(minutes)}.")
    return minutes, tuple(because)


def down(minutes: int) -> int:
    """Return the longest step that is no longer than ``minutes``; never less than the least."""
    return max((step for step in STEPS if step <= minutes), default=LEAST)


def in_words(minutes: int) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (1, "minute")):
        if minutes >= size and minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "no time"

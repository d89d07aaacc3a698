"""Marks that were written without the service, compared with what the evaluator saved here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scoring.rules.results import TOP_OF_SCALE

_BETWEEN = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something to mend, at which cell of which sheet."""

    sheet: str
    cell: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a workbook says of one answer. ``based_on``: the number of the mark it was made from.

    ``places``: by name of the entry, its cell.
    """

    bid: str
    question_id: str
    based_on: int
    sheet: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    mark: int | None = None
    reason: str = ""
    feedback: str = ""
    internal_comment: str = ""
    points: Mapping[str, bool] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return self.mark is None and not (
            self.reason or self.feedback or self.internal_comment or self.points
        )

    @property
    def content(self) -> tuple[object, ...]:
        """Return what is compared: everything the evaluator wrote."""
        return _content(self.mark, self.reason, self.feedback, self.internal_comment, self.points)


@dataclass(frozen=True, slots=True)
class Saved:
    """A mark as the evaluator saved it here."""

    number: int
    mark: int
    reason: str
    feedback: str
    internal_comment: str
    points: Mapping[str, bool]

    @property
    def content(self) -> tuple[object, ...]:
        return _content(self.mark, self.reason, self.feedback, self.internal_comment, self.points)


class Outcome(StrEnum):
    UNCHANGED = "unchanged"
    CHANGES = "changes"
    CONFLICTS = "conflicts"


def outcome_of(written: Written, stands: Saved | None, made_from: Saved | None) -> Outcome:
    """Return what becomes of one answer in a workbook.

    ``stands``: what counts here now; ``made_from``: what counted when the workbook was made. What
    was left blank changes nothing, nor does what was left as it was downloaded, whatever was saved
    here since: a mark is never taken back. What changed in both places is for a person to decide.
    """
    if written.is_blank or (stands is not None and written.content == stands.content):
        return Outcome.UNCHANGED
    if stands is None or stands.number == written.based_on:
        return Outcome.CHANGES
    if made_from is not None and written.content == made_from.content:
        return Outcome.UNCHANGED
    return Outcome.CONFLICTS


def mark_in(text: str) -> int:
    """Return the mark a cell holds. Raises ValueError, with a sentence, for anything else."""
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) == 1 and int(plain) <= TOP_OF_SCALE:
        return int(plain)
    raise ValueError(f"Enter a mark from 0 to {TOP_OF_SCALE} as a whole number")


def points_in(text: str, known: Collection[str]) -> list[str]:
    """Return the points a cell names, such as "4.1, 4.2". Raises ValueError for unknown ones."""
    named = [name.rstrip(".") for name in _BETWEEN.split(text.strip()) if name]
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ValueError(
            f"Enter points as the descriptors number them, such as 4.1, 4.2: there is no "
            f"{unknown[0][:40]}"
        )
    return list(dict.fromkeys(named))


def points_said(met: Collection[str], unmet: Collection[str]) -> dict[str, bool]:
    """Return which points are met and which are not. Raises ValueError for one that is both."""
    both = sorted(set(met) & set(unmet))
    if both:
        raise ValueError(f"Point {both[0]} is named as met and as not met: leave one out")
    return dict.fromkeys(met, True) | dict.fromkeys(unmet, False)


def points_text(points: Mapping[str, bool], *, met: bool) -> str:
    """Return the points as a cell names them, those of the highest mark first."""
    return ", ".join(sorted((key for key, is_met in points.items() if is_met is met), reverse=True))


def _content(
    mark: int | None, reason: str, feedback: str, comment: str, points: Mapping[str, bool]
) -> tuple[object, ...]:
    said = frozenset(points.items())
    return (mark, _plain(reason), _plain(feedback), _plain(comment), said)


def _plain(text: str) -> str:
    """Return text as it is compared: spreadsheets and browsers end lines differently."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()

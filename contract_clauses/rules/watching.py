"""What a bid and its contract rest on that runs out: certificates, recovery tests, files shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contract_clauses.rules.obligations_due import months_after
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind, Part
from supplier_portal.rules.library import EXPIRY_COLUMNS, expiries_in

# The clause that makes recovery tests binding, its number of months, and the column with the days.
RECOVERY_CLAUSE = "C14"
TEST_MONTHS = "test_months"
LAST_TEST = "last_restore"
A_YEAR = 12

# How long before something runs out people are told, at the earliest.
AHEAD = timedelta(days=60)
# What runs out within this time of a file being shown, the file may be the renewal of.
RENEWED_WITHIN = timedelta(days=90)
# The rules of parts that say a certificate in the answer has run out.
RAN_OUT = ("certificate-expired", "expired")
# Keys of a condition or a source whose values name parts.
NAMES_PARTS = frozenset(
    {"part", "parts", "rows", "any_row", "every_row", "answered", "missing", "flag"}
)


@dataclass(frozen=True, slots=True)
class Lasts:
    """Something in an answer that holds until a day, that day included."""

    part: str
    # 1, 2, 3 … among the days the answer names.
    place: int
    # What the bid calls it; for those who may read the bid.
    what: str
    until: date

    @property
    def name(self) -> str:
        return f"{self.part}:{self.place}"

    @property
    def cause(self) -> str:
        """Return what ran out, in ids and dates."""
        return f"{self.name}:{self.until.isoformat()}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that was shown and confirmed: for which answers, when, and until when it holds."""

    parts: frozenset[str]
    shown_on: date
    until: date


def certificates_in(parts: Mapping[str, Part], answers: Mapping[str, Any]) -> list[Lasts]:
    """Return the certificates an answer names, with their last day, in the order of the answers."""
    return [
        Lasts(part_id, place, what, until)
        for part_id, value in answers.items()
        if part_id in parts
        for place, (what, until) in enumerate(expiries_in(parts[part_id], value), 1)
    ]


def recovery_tests_in(
    parts: Mapping[str, Part],
    answers: Mapping[str, Any],
    months: int,
    tested_on: date | None = None,
) -> list[Lasts]:
    """Return until when the recovery tests are recent enough: those of the part of the service that
    was tested longest ago.

    ``tested_on``: the day of a test shown under the contract; it counts for every part.
    """
    found = []
    for part_id, value in answers.items():
        part = parts.get(part_id)
        if part is None or part.kind is not Kind.TABLE or not isinstance(value, list):
            continue
        for place, row in enumerate(value, 1):
            day = as_date(row.get(LAST_TEST))
            if day is not None:
                last = max(day, tested_on) if tested_on else day
                what = str(row.get(part.schema.columns[0].id, "")) if part.schema else ""
                until = months_after(last, months)
                found.append(Lasts(part_id, place, f"{what} (row {place})", until))
    return [min(found, key=lambda one: (one.until, one.part, one.place))] if found else []


def months_in_words(words: str) -> int:
    """Return the number of months a schedule prints, such as "12"; a year where it prints none."""
    number = words.split()[0] if words.split() else ""
    return int(number) if number.isascii() and number.isdigit() and int(number) else A_YEAR


def not_renewed(lasting: Sequence[Lasts], shown: Iterable[Shown]) -> list[Lasts]:
    """Return what no file renewed.

    A file renews the one certificate of its answers that had run out, or was about to, when it was
    shown. Where there were several nobody but a person can tell which it is, so it renews none.
    """
    left = list(lasting)
    for file in sorted(shown, key=lambda one: (one.shown_on, one.until)):
        near = [
            one
            for one in left
            if one.part in file.parts and one.until <= file.shown_on + RENEWED_WITHIN
        ]
        if len(near) == 1 and near[0].until < file.until:
            left.remove(near[0])
    return left


def clauses_that_read(
    clauses: Iterable[Mapping[str, Any]], part: str, columns: frozenset[str] = EXPIRY_COLUMNS
) -> list[str]:
    """Return the clauses of a frozen library whose conditions or values come from an answer.

    One that reads other columns of it alone, such as the country of a subcontractor, or a flag that
    tells of something else, does not rest on what ran out.
    """
    return [
        str(one["id"])
        for one in clauses
        if _reads(one.get("included_when"), part, columns)
        or _reads(one.get("variables"), part, columns)
    ]


def _reads(node: Any, part: str, columns: frozenset[str]) -> bool:
    if isinstance(node, list):
        return any(_reads(one, part, columns) for one in node)
    if not isinstance(node, Mapping):
        return False
    if any(_names(node.get(key), part) for key in NAMES_PARTS):
        read = set(_columns_in(node))
        return not read or bool(read & columns)
    return any(_reads(one, part, columns) for one in node.values())


def _names(value: Any, part: str) -> bool:
    named = value if isinstance(value, list) else [value]
    return any(one in (part, *(f"{part}:{rule}" for rule in RAN_OUT)) for one in named)


def _columns_in(node: Any) -> Iterable[str]:
    if isinstance(node, list):
        for one in node:
            yield from _columns_in(one)
    elif isinstance(node, Mapping):
        if isinstance(node.get("column"), str):
            yield node["column"]
        for one in node.values():
            yield from _columns_in(one)

"""The conflicts assessment: what it must say, and the sentence for the notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tenders.rules.planning.dates import Problem

FOUND = ("actual", "potential", "perceived")
Rows = Iterable[tuple[int, Mapping[str, Any]]]


def problems(rows: Rows, sheet: Mapping[str, Any], today: date) -> Iterator[Problem]:
    """Yield a sentence for each field that cannot be saved as it stands."""
    for number, row in rows:
        if not row.get("name"):
            yield Problem(f"name_{number}", "Enter who this is about")
        if row.get("found") in FOUND and not row.get("interest"):
            yield Problem(f"interest_{number}", "Enter what the conflict of interest is")
    prepared = _day(sheet, "prepared_on")
    review = _day(sheet, "review_on")
    if prepared is not None and prepared > today:
        yield Problem(
            "prepared_on", "Enter the day on which it was prepared, which is not in the future"
        )
    if prepared is not None and review is not None and review < prepared:
        yield Problem("review_on", "Enter a day on or after the one it was prepared on")


def open_conflicts(rows: Rows) -> list[str]:
    """Return who has a conflict about which nothing is written that is done."""
    return [
        str(row.get("name") or f"Person {number}")
        for number, row in rows
        if row.get("found") in FOUND and not row.get("steps")
    ]


def review_is_due(sheet: Mapping[str, Any], today: date) -> bool:
    review = _day(sheet, "review_on")
    return review is not None and review <= today


def confirmation(sheet: Mapping[str, Any], rows: Rows, version: int) -> str:
    """Return the sentence for a notice; empty while the assessment does not bear it out."""
    prepared = _day(sheet, "prepared_on")
    rows = list(rows)
    if sheet.get("confirmed") != "yes" or prepared is None or open_conflicts(rows):
        return ""
    any_found = any(row.get("found") in FOUND for _number, row in rows)
    steps = (
        "and all steps it calls for were taken"
        if any_found
        else "and no conflict of interest was found that called for steps"
    )
    return (
        "A conflicts assessment was prepared for this procurement on "
        f"{prepared.day} {prepared:%B %Y}, includes perceived conflicts, was last revised as "
        f"version {version}, {steps} (Procurement Act 2023, sections 81 to 83)."
    )


def _day(sheet: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(sheet[name]) if sheet.get(name) else None

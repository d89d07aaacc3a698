"""The register of assessments of an authority, as rows everybody may take away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from records.rules.public import Registered

REGISTER_COLUMNS = (
    "tender",
    "title",
    "page",
    "kind",
    "assessment",
    "date",
    "version",
    "review",
    "owner",
    "link",
    "summary",
)


def register_rows(listed: Iterable[tuple[str, str, str, Registered]]) -> list[dict[str, str]]:
    """Return a row an assessment: of which tender, where it is, when it is looked at again."""
    return [
        {
            "tender": reference,
            "title": title,
            "page": page,
            "kind": entry.short,
            "assessment": entry.title,
            "date": entry.done_on,
            "version": entry.version,
            "review": entry.review_on,
            "owner": entry.owner,
            "link": entry.link,
            "summary": entry.about,
        }
        for reference, title, page, entry in listed
    ]


def day(written: str) -> date | None:
    """Return a day of the register as people read days; None where there is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None

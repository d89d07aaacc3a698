"""Reading content/notices.yml: the kinds of notices, and what must come before what."""

from __future__ import annotations

from typing import Any

from question_bank.rules.reading.plain import (
    ContentError,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    one_of,
    place_of,
    refuse_unknown_keys,
    yes_or_no,
)
from tenders.rules.law import Force
from tenders.rules.notices import Catalogue, LawLine, Needed, NoticeKind


def read_notices(raw: Any) -> Catalogue:
    """Return what content/notices.yml says. Raises ContentError with the place and the remedy."""
    at = "notices.yml"
    refuse_unknown_keys(
        raw, ("checked", "note", "kinds", "before_publication", "again", "after_opening"), at
    )
    kinds = {kind.id: kind for kind in map(_kind, listed(needed(raw, "kinds", at), at))}
    again = mapping(needed(raw, "again", at), f"{at}, again")
    before = tuple(_needed(entry) for entry in listed(needed(raw, "before_publication", at), at))
    later = names(raw, "after_opening", at)
    for wanted in (*(one.kind for one in before), again.get("kind"), *later):
        if wanted not in kinds:
            raise ContentError(f"{at}: ‘{wanted}’ is none of the kinds")
    source = needed_line(again, "source", f"{at}, again")
    return Catalogue(kinds, before, again["kind"], source, later)


def _kind(entry: Any) -> NoticeKind:
    place = f"notices.yml, {place_of(entry, 'a kind')}"
    refuse_unknown_keys(entry, ("id", "title", "what", "law"), place)
    return NoticeKind(
        entry["id"],
        needed_line(entry, "title", place),
        needed_line(entry, "what", place),
        tuple(
            LawLine(
                one_of(Force, line, "force", place, "a word for how strictly it binds"),
                needed_line(line, "says", place),
                needed_line(line, "source", place),
            )
            for line in listed(needed(entry, "law", place), place)
        ),
    )


def _needed(entry: Any) -> Needed:
    place = "notices.yml, before_publication"
    known = ("kind", "above", "procedures", "advertised", "notifiable", "says", "source")
    refuse_unknown_keys(entry, known, place)
    return Needed(
        needed_line(entry, "kind", place),
        needed_line(entry, "above", place),
        names(entry, "procedures", place),
        yes_or_no(entry, "advertised", place, False),
        yes_or_no(entry, "notifiable", place, False),
        needed_line(entry, "says", place),
        needed_line(entry, "source", place),
    )

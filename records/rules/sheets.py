"""The forms behind open data: pages of fields, and the assessments of a tender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.reading.plain import (
    ContentError,
    line,
    listed,
    needed,
    needed_line,
    place_of,
    refuse_unknown_keys,
    yes_or_no,
)
from tenders.rules.outcome import Field, Page
from tenders.rules.outcome.reading import read_field

FILE = "public.yml"
PAGE_KEYS = (
    "id",
    "sheet",
    "title",
    "heading",
    "lead",
    "why",
    "source",
    "after_award",
    "fields",
)
ASSESSMENT_KEYS = ("id", "title", "short", "outcome", "link", "source")
PUBLIC = "public"


@dataclass(frozen=True)
class Assessment:
    """A kind of assessment. ``outcome``, ``link``: what the statement of outcome says of it."""

    id: str
    title: str
    short: str
    outcome: str
    link: str
    source: str


@dataclass(frozen=True)
class SheetPage:
    """A page of a sheet, with the form it is filled in by."""

    page: Page
    sheet: str
    after_award: bool = False


@dataclass(frozen=True)
class Sheets:
    pages: Mapping[str, SheetPage]
    assessments: tuple[Assessment, ...]


def read_sheets(raw: Any) -> Sheets:
    """Return the forms. Raises ContentError with the place and the remedy."""
    keys = ("checked", "source", "pages", "assessments", "assessment_fields")
    refuse_unknown_keys(raw, keys, FILE)
    pages = [_page(entry) for entry in listed(needed(raw, "pages", FILE), FILE)]
    kinds = tuple(_assessment(entry) for entry in listed(needed(raw, "assessments", FILE), FILE))
    asked = listed(needed(raw, "assessment_fields", FILE), FILE)
    pages += [_page_of(kind, asked) for kind in kinds]
    ids = [(one.sheet, field.id) for one in pages for field in one.page.fields]
    if len(set(ids)) < len(ids):
        raise ContentError(f"{FILE}: the same field is given to two pages of one sheet")
    return Sheets({one.page.id: one for one in pages}, kinds)


def assessment_field(kind: str, name: str) -> str:
    """Return the id under which the sheet keeps a field of an assessment."""
    return f"{kind}_{name}"


def assessment_page(kind: str) -> str:
    return f"assessment-{kind}"


def _page(entry: Any) -> SheetPage:
    place = f"{FILE}, {place_of(entry, 'a page')}"
    refuse_unknown_keys(entry, PAGE_KEYS, place)
    page = Page(
        id=entry["id"],
        group="",
        title=needed_line(entry, "title", place),
        heading=needed_line(entry, "heading", place),
        lead=needed_line(entry, "lead", place),
        why=needed_line(entry, "why", place),
        source=needed_line(entry, "source", place),
        fields=tuple(
            read_field(field, place) for field in listed(needed(entry, "fields", place), place)
        ),
    )
    return SheetPage(
        page, needed_line(entry, "sheet", place), yes_or_no(entry, "after_award", place, False)
    )


def _assessment(entry: Any) -> Assessment:
    place = f"{FILE}, {place_of(entry, 'an assessment')}"
    refuse_unknown_keys(entry, ASSESSMENT_KEYS, place)
    return Assessment(
        entry["id"],
        needed_line(entry, "title", place),
        needed_line(entry, "short", place),
        line(entry.get("outcome"), place),
        line(entry.get("link"), place),
        needed_line(entry, "source", place),
    )


def _page_of(kind: Assessment, asked: list[Any]) -> SheetPage:
    fields: list[Field] = [
        read_field({**entry, "id": assessment_field(kind.id, entry["id"])}, FILE) for entry in asked
    ]
    page = Page(
        id=assessment_page(kind.id),
        group="",
        title=kind.title,
        heading=kind.title,
        lead="Say how far it is and where it can be read. What is published is shown to everybody "
        "on the page of this tender and in the register of your authority.",
        why="An assessment that people can read is worth more trust than one they are told of.",
        source=kind.source,
        fields=tuple(fields),
    )
    return SheetPage(page, PUBLIC)

"""The sheets of a plan: which fields each asks, read from content/planning.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    line,
    listed,
    mapping,
    needed,
    needed_line,
    needed_whole,
    place_of,
    refuse_unknown_keys,
)
from tenders.rules.outcome import Field, Guide, Page, Row, sections_of
from tenders.rules.outcome.reading import read_field
from tenders.rules.outcome.statement import Values

FILE = "planning.yml"
GROUP = "plan"
SHEET_KEYS = ("id", "title", "heading", "lead", "why", "source", "fields", "rows")
OURS = ("law", "stage", "heading")
# Rows left empty for people nobody has named yet.
SPARE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A field with what stands above it, and where the rule behind it stands in law.yml."""

    field: Field
    law: str = ""
    stage: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class SheetForm:
    """One sheet. ``rows`` are asked once for each of at most ``most_rows`` people."""

    id: str
    title: str
    heading: str
    lead: str
    why: str
    source: str
    asked: tuple[Asked, ...]
    rows: tuple[Asked, ...] = ()
    row_title: str = ""
    most_rows: int = 0

    def with_rows(self, count: int) -> tuple[Asked, ...]:
        """Return every field, those of ``count`` rows first, numbered from 1."""
        numbered = (
            _numbered(asked, number, self.row_title if place == 0 else "")
            for number in range(1, min(count, self.most_rows) + 1)
            for place, asked in enumerate(self.rows)
        )
        return (*numbered, *self.asked)

    def rows_in(self, values: Values) -> int:
        """Return the number of the last row in which something stands."""
        names = tuple(asked.field.id for asked in self.rows)
        return max((_number(key, names) for key, value in values.items() if value), default=0)

    def page(self, asked: tuple[Asked, ...] | None = None) -> Page:
        """Return the sheet as a page of a guided form: of all fields, or those ``asked``."""
        fields = self.asked if asked is None else asked
        return Page(
            self.id,
            GROUP,
            self.title,
            self.heading,
            self.lead,
            self.why,
            self.source,
            tuple(one.field for one in fields),
        )


def _numbered(asked: Asked, number: int, title: str) -> Asked:
    field = replace(
        asked.field,
        id=f"{asked.field.id}_{number}",
        label=f"{asked.field.label} (person {number})",
    )
    return replace(asked, field=field, heading=f"{title} {number}" if title else asked.heading)


def _number(key: str, names: tuple[str, ...]) -> int:
    name, _, number = key.rpartition("_")
    return int(number) if name in names and number.isascii() and number.isdigit() else 0


def row_values(form: SheetForm, values: Values) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the values of each row in which something stands."""
    for number in range(1, min(form.rows_in(values), form.most_rows) + 1):
        names = (asked.field.id for asked in form.rows)
        found = {
            name: values[f"{name}_{number}"] for name in names if values.get(f"{name}_{number}")
        }
        if found:
            yield number, found


def in_words(form: SheetForm, values: Values) -> tuple[Row, ...]:
    """Return what a sheet says, in the order of its fields, with their labels."""
    page = form.page(form.with_rows(form.rows_in(values)))
    return sections_of(Guide((page,), (), (), {}, {}, "", ""), values)[0].rows


def read_sheets(raw: Any) -> Mapping[str, SheetForm]:
    """Return the sheets by their topic. Raises ContentError with the place and the remedy."""
    refuse_unknown_keys(raw, ("checked", "source", "sheets"), FILE)
    found = [_sheet(entry) for entry in listed(needed(raw, "sheets", FILE), f"{FILE}, sheets")]
    for sheet in found:
        ids = [asked.field.id for asked in (*sheet.asked, *sheet.rows)]
        if len(ids) != len(set(ids)):
            raise ContentError(f"{FILE}, {sheet.id}: an id is given to more than one field")
    return {sheet.id: sheet for sheet in found}


def _sheet(entry: Any) -> SheetForm:
    place = f"{FILE}, {place_of(entry, 'a sheet')}"
    refuse_unknown_keys(entry, SHEET_KEYS, place)
    form = SheetForm(
        id=entry["id"],
        title=needed_line(entry, "title", place),
        heading=needed_line(entry, "heading", place),
        lead=needed_line(entry, "lead", place),
        why=needed_line(entry, "why", place),
        source=needed_line(entry, "source", place),
        asked=_fields(entry, place),
    )
    return form if entry.get("rows") is None else _with_rows(form, entry["rows"], place)


def _with_rows(form: SheetForm, entry: Any, sheet: str) -> SheetForm:
    place = f"{sheet}, rows"
    refuse_unknown_keys(entry, ("most", "title", "fields"), place)
    return replace(
        form,
        rows=_fields(entry, place),
        row_title=needed_line(entry, "title", place),
        most_rows=needed_whole(entry, "most", place),
    )


def _fields(entry: Raw, place: str) -> tuple[Asked, ...]:
    return tuple(_asked(one, place) for one in listed(needed(entry, "fields", place), place))


def _asked(entry: Any, place: str) -> Asked:
    ours = {key: line(mapping(entry, place).get(key), f"{place}, {key}") for key in OURS}
    rest = {key: value for key, value in entry.items() if key not in OURS}
    return Asked(read_field(rest, place), **ours)

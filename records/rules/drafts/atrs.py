"""An algorithmic transparency record, drafted: its fields, and where each proposal comes from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.reading.plain import (
    ContentError,
    listed,
    names,
    needed,
    needed_line,
    refuse_unknown_keys,
)
from records.rules.notice_forms import harmless
from records.rules.sheets import SheetPage
from tenders.rules.outcome import Field, Kind, Page

FILE = "atrs.yml"
SHEET = "atrs"
SOURCES = ("known:", "part:", "table:")


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field by its number in the standard. ``sources``: what a proposal is made of."""

    id: str
    number: str
    label: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordForm:
    version: str
    source: str
    pages: tuple[SheetPage, ...]
    fields: tuple[RecordField, ...]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A field with its words. ``state``: who they are from."""

    field: RecordField
    words: str
    state: str


WRITTEN, PROPOSED, EMPTY = "confirmed by an officer", "proposed, not confirmed", "not known yet"


def read_record_form(raw: Any) -> RecordForm:
    """Return the form. Raises ContentError with the place and the remedy."""
    refuse_unknown_keys(raw, ("checked", "version", "source", "pages"), FILE)
    fields: list[RecordField] = []
    pages: list[SheetPage] = []
    source = needed_line(raw, "source", FILE)
    for entry in listed(needed(raw, "pages", FILE), FILE):
        refuse_unknown_keys(entry, ("id", "title", "fields"), FILE)
        own = [_field(one) for one in listed(needed(entry, "fields", FILE), FILE)]
        fields += own
        pages.append(_page(entry, own, source))
    if len({one.number for one in fields}) < len(fields):
        raise ContentError(f"{FILE}: a number is given to two fields")
    return RecordForm(needed_line(raw, "version", FILE), source, tuple(pages), tuple(fields))


def _field(entry: Any) -> RecordField:
    number = needed_line(entry, "number", FILE)
    place = f"{FILE}, {number}"
    refuse_unknown_keys(entry, ("number", "label", "from"), place)
    sources = names(entry, "from", place)
    for source in sources:
        if not source.startswith(SOURCES):
            raise ContentError(f"{place}: ‘{source}’ is no source; begin it with {SOURCES}")
    label = needed_line(entry, "label", place)
    return RecordField(f"a{number.replace('.', '_')}", number, label, tuple(sources))


def _page(entry: Any, fields: Iterable[RecordField], source: str) -> SheetPage:
    title = needed_line(entry, "title", FILE)
    page = Page(
        id=entry["id"],
        group="",
        title=title,
        heading=title,
        lead="Boxes are filled with what the winner answered and is not confidential, and with "
        "what stands in this tender. Saving this page confirms what stands in it.",
        why="A record that people can read says who uses an algorithm, for what, and who decides.",
        source=source,
        fields=tuple(
            Field(one.id, Kind.TEXT, f"{one.number} {one.label}", comes_from(one), False, 4000)
            for one in fields
        ),
    )
    return SheetPage(page, SHEET, after_award=True)


def comes_from(field: RecordField) -> str:
    """Return where the proposal for a field comes from, in words."""
    if not field.sources:
        return "Nothing in this service tells it."
    return f"From {', '.join(_in_words(source) for source in field.sources)}."


def _in_words(source: str) -> str:
    kind, _, name = source.partition(":")
    if kind == "part":
        return f"the answer to {name}"
    if kind == "table":
        schema, _, column = name.partition(".")
        return f"table {schema}, {column.replace('_', ' ')}"
    return f"this tender ({name.replace('_', ' ')})"


def proposals(form: RecordForm, words_of: Callable[[str], str]) -> dict[str, str]:
    """Return what each field is proposed to say; ``words_of`` reads one source."""
    made = {
        field.id: "\n".join(dict.fromkeys(filter(None, (words_of(one) for one in field.sources))))
        for field in form.fields
    }
    return {name: words for name, words in made.items() if words}


def lines(
    form: RecordForm, saved: Mapping[str, Any], proposed: Mapping[str, str]
) -> list[RecordLine]:
    """Return every field: as officers saved it, else as proposed; a saved page is whole."""
    confirmed = {
        field.id
        for page in form.pages
        if any(saved.get(field.id) for field in page.page.fields)
        for field in page.page.fields
    }
    return [_line(field, saved, proposed, field.id in confirmed) for field in form.fields]


def _line(
    field: RecordField, saved: Mapping[str, Any], proposed: Mapping[str, str], is_confirmed: bool
) -> RecordLine:
    words = str(saved.get(field.id, "")) if is_confirmed else proposed.get(field.id, "")
    state = EMPTY if not words else WRITTEN if is_confirmed else PROPOSED
    return RecordLine(field, words, state)


def as_json(form: RecordForm, listed_lines: Iterable[RecordLine]) -> dict[str, Any]:
    return {
        "standard": f"Algorithmic Transparency Recording Standard {form.version}",
        "draft": True,
        "fields": [
            {
                "number": one.field.number,
                "label": one.field.label,
                "value": one.words,
                "state": one.state,
                "source": comes_from(one.field),
            }
            for one in listed_lines
        ],
    }


def as_csv(listed_lines: Iterable[RecordLine]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["number", "label", "value", "state", "source"])
    for one in listed_lines:
        writer.writerow(
            [
                one.field.number,
                one.field.label,
                harmless(one.words),
                one.state,
                comes_from(one.field),
            ]
        )
    return file.getvalue()


def as_markdown(title: str, form: RecordForm, listed_lines: Iterable[RecordLine]) -> str:
    """Return the draft as a text with headings, such as a website takes."""
    said = [f"# {title}: draft of an algorithmic transparency record", ""]
    said += [f"Standard: version {form.version}. A draft; not published.", ""]
    for one in listed_lines:
        said += [f"## {one.field.number} {one.field.label}", "", one.words or f"_{EMPTY}_", ""]
    return "\n".join(said)

"""What an officer wrote about the outcome: kept by field, shown in words, frozen with its labels.

A statement is a mapping from the id of a field to a text, or a list of values for choices; what is
empty is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tenders.rules.outcome.guide import Field, Guide, Kind, Page, State

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing said. ``words`` are its lines or choices; ``is_link`` an address to follow."""

    id: str
    label: str
    words: tuple[str, ...]
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What was said on one page. ``principle``: the principle in words; empty for a step."""

    id: str
    title: str
    principle: str
    rows: tuple[Row, ...]


def values_of(page: Page, statement: Values) -> dict[str, Any]:
    """Return what the statement says on one page."""
    return {field.id: statement[field.id] for field in page.fields if statement.get(field.id)}


def with_page(page: Page, statement: Values, values: Values) -> dict[str, Any]:
    """Return the statement with what is now said on one page; what is empty is left out."""
    ours = {field.id for field in page.fields}
    kept = {name: value for name, value in statement.items() if name not in ours}
    return {**kept, **values_of(page, values)}


def state_of(page: Page, statement: Values) -> State:
    """Return how far a page is. An option that ends it makes the rest of it needless."""
    values = values_of(page, statement)
    if not values:
        return State.NOT_BEGUN
    return State.BEGUN if missing_on(page, values) else State.COMPLETED


def missing_on(page: Page, values: Values) -> list[Field]:
    """Return the fields a page needs and does not say."""
    if any(option.ends for field in page.fields for option in chosen(field, values)):
        return []
    return [field for field in page.fields if field.needed and not values.get(field.id)]


def chosen(field: Field, values: Values) -> list[Any]:
    """Return the options of a field that were chosen, in their order."""
    value = values.get(field.id)
    given = value if isinstance(value, list) else [value]
    return [option for option in field.options if option.value in given]


def sections_of(guide: Guide, statement: Values) -> tuple[Section, ...]:
    """Return every page in words, also one that says nothing yet."""
    return tuple(
        Section(
            page.id,
            page.title,
            f"{page.principle}. {guide.principles[page.principle]}" if page.principle else "",
            tuple(_row(field, statement) for field in page.fields if statement.get(field.id)),
        )
        for page in guide.pages
    )


def _row(field: Field, statement: Values) -> Row:
    return Row(field.id, field.label, _words(field, statement), field.kind is Kind.LINK)


def _words(field: Field, statement: Values) -> tuple[str, ...]:
    value = statement[field.id]
    match field.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return tuple(option.label for option in chosen(field, statement))
        case Kind.DATE:
            day = date.fromisoformat(value)
            return (f"{day.day} {day:%B %Y}",)
        case Kind.MOMENT:
            wall = datetime.fromisoformat(value)
            return (f"{wall.day} {wall:%B %Y}, {wall:%H:%M} (UK time)",)
        case Kind.TEXT:
            return tuple(part for part in str(value).split("\n") if part.strip())
    return (str(value),)


def to_freeze(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Return what suppliers are shown, with its labels, as plain values; empty pages left out."""
    return [
        {
            "id": section.id,
            "title": section.title,
            "principle": section.principle,
            "rows": [
                {"id": row.id, "label": row.label, "words": list(row.words), "link": row.is_link}
                for row in section.rows
            ],
        }
        for section in sections
        if section.rows
    ]


def from_frozen(frozen: Iterable[Mapping[str, Any]]) -> tuple[Section, ...]:
    """Return the sections that were frozen with a tender."""
    return tuple(
        Section(
            section["id"],
            section["title"],
            section["principle"],
            tuple(
                Row(row["id"], row["label"], tuple(row["words"]), bool(row["link"]))
                for row in section["rows"]
            ),
        )
        for section in frozen
    )

"""Read content/outcome.yml; what is wrong becomes a sentence with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    line,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    one_of,
    place_of,
    refuse_unknown_keys,
    whole,
    yes_or_no,
)
from tenders.rules.outcome.guide import (
    PRINCIPLES,
    STEPS,
    Example,
    Field,
    Guide,
    Kind,
    Lookout,
    Option,
    Page,
    Warns,
)

FILE = "outcome.yml"
KEYS = ("checked", "source", "technologies", "nobody", "warnings", "pages", "principles")
PAGE_KEYS = (
    "id",
    "group",
    "principle",
    "title",
    "heading",
    "lead",
    "why",
    "source",
    "examples",
    "fields",
)
FIELD_KEYS = (
    "id",
    "kind",
    "label",
    "hint",
    "needed",
    "characters",
    "options",
    "checked_for",
    "framework",
)
OPTION_KEYS = ("value", "label", "hint", "warns", "ends")
# The sentences every warning of the rules needs.
WARNINGS = ("technology", "nobody", "empty", "unfinished")
# A text that names no length of its own is this long.
LINE_LENGTH, TEXT_LENGTH, LINK_LENGTH = 200, 2000, 500
LENGTHS = {Kind.LINE: LINE_LENGTH, Kind.TEXT: TEXT_LENGTH, Kind.LINK: LINK_LENGTH}


def read_guide(raw: Any) -> Guide:
    """Return the form. Raises ContentError with the place and the remedy."""
    refuse_unknown_keys(raw, KEYS, FILE)
    given = mapping(needed(raw, "warnings", FILE), f"{FILE}, warnings")
    refuse_unknown_keys(given, WARNINGS, f"{FILE}, warnings")
    principles = mapping(needed(raw, "principles", FILE), f"{FILE}, principles")
    guide = Guide(
        pages=tuple(_page(entry) for entry in listed(needed(raw, "pages", FILE), "pages")),
        technologies=names(raw, "technologies", FILE),
        nobody=names(raw, "nobody", FILE),
        warnings={
            name: _warns(needed(given, name, f"{FILE}, warnings"), f"{FILE}, {name}")
            for name in WARNINGS
        },
        principles={
            number: needed_line(principles, number, f"{FILE}, principles") for number in principles
        },
        source=needed_line(raw, "source", FILE),
        checked=needed_line(raw, "checked", FILE),
    )
    wrong = list(_problems(guide))
    if wrong:
        raise ContentError(*wrong)
    return guide


def _problems(guide: Guide) -> Iterator[str]:
    """Yield what no page can tell alone: ids used twice, groups and principles that are not."""
    ids = [field.id for page in guide.pages for field in page.fields]
    for what, found in (("page", [page.id for page in guide.pages]), ("field", ids)):
        for name in _twice(found):
            yield f"{FILE}: the id ‘{name}’ is given to more than one {what}"
    for page in guide.pages:
        if page.group not in (STEPS, PRINCIPLES):
            yield f"{FILE}, {page.id}: write ‘{STEPS}’ or ‘{PRINCIPLES}’ as its group"
        if page.group == PRINCIPLES and page.principle not in guide.principles:
            yield f"{FILE}, {page.id}: there is no principle ‘{page.principle}’"


def _twice(found: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(found).items() if count > 1]


def _page(entry: Any) -> Page:
    place = f"{FILE}, {place_of(entry, 'a page')}"
    refuse_unknown_keys(entry, PAGE_KEYS, place)
    return Page(
        id=entry["id"],
        group=needed_line(entry, "group", place),
        title=needed_line(entry, "title", place),
        heading=needed_line(entry, "heading", place),
        lead=needed_line(entry, "lead", place),
        why=needed_line(entry, "why", place),
        source=needed_line(entry, "source", place),
        fields=tuple(
            read_field(field, place) for field in listed(needed(entry, "fields", place), place)
        ),
        examples=tuple(
            Example(needed_line(given, "title", place), needed_line(given, "text", place))
            for given in listed(entry.get("examples"), f"{place}, examples")
        ),
        principle=line(entry.get("principle"), place),
    )


def read_field(entry: Any, page: str) -> Field:
    """Return one field of a form; ``page`` says where it stands."""
    place = f"{page}, {place_of(entry, 'a field')}"
    refuse_unknown_keys(entry, FIELD_KEYS, place)
    kind = one_of(Kind, entry, "kind", place, "a kind of field")
    options = tuple(
        _option(option, place) for option in listed(entry.get("options"), f"{place}, options")
    )
    if (kind in (Kind.CHOICE, Kind.CHOICES)) != bool(options):
        raise ContentError(f"{place}: options belong to a choice or choices, and to these only")
    for value in _twice(option.value for option in options):
        raise ContentError(f"{place}: the option ‘{value}’ is given more than once")
    return Field(
        id=entry["id"],
        kind=kind,
        label=needed_line(entry, "label", place),
        hint=line(entry.get("hint"), place),
        needed=yes_or_no(entry, "needed", place, False),
        characters=whole(entry, "characters", place, LENGTHS.get(kind, 0)),
        options=options,
        checked_for=_lookout(entry, place),
        frameworks=names(entry, "framework", place),
    )


def _lookout(entry: Raw, place: str) -> Lookout | None:
    if entry.get("checked_for") is None:
        return None
    return one_of(Lookout, entry, "checked_for", place, "a thing to look out for")


def _option(entry: Any, place: str) -> Option:
    refuse_unknown_keys(entry, OPTION_KEYS, f"{place}, options")
    value = needed(entry, "value", f"{place}, options")
    at = f"{place}, option {value}"
    if not isinstance(value, str):
        raise ContentError(f"{at}: write the value in quotes, as text")
    warns = entry.get("warns")
    return Option(
        value=value,
        label=needed_line(entry, "label", at),
        hint=line(entry.get("hint"), at),
        warns=None if warns is None else _warns(warns, at),
        ends=yes_or_no(entry, "ends", at, False),
    )


def _warns(entry: Any, place: str) -> Warns:
    refuse_unknown_keys(entry, ("says", "because"), f"{place}, warns")
    return Warns(needed_line(entry, "says", place), needed_line(entry, "because", place))

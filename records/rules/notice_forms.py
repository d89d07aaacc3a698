"""Drafts of notices: the boxes of each form in their order, filled with what is known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    line,
    listed,
    mapping,
    needed,
    needed_line,
    place_of,
    refuse_unknown_keys,
    yes_or_no,
)

FILE = "notice-forms.yml"
FIELD_KEYS = ("id", "label", "value", "place", "after", "optional", "note")
PLACES = frozenset(
    {
        "details",
        "award",
        "facts",
        "outcome",
        "conflicts",
        "risks",
        "duties",
        "timetable",
        "lots",
        "publish",
    }
)
ABOVE, BELOW = "above", "below"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a form. ``value``: by what it is filled; ``after_results``: not before."""

    id: str
    label: str
    value: str = ""
    place: str = ""
    after_results: bool = False
    optional: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """``when``: above or below the threshold; empty for both."""

    kind: str
    title: str
    when: str
    source: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A box with its words; without any where they are missing."""

    box: Box
    words: str

    @property
    def is_missing(self) -> bool:
        return not self.words and not self.box.optional


def read_forms(raw: Any) -> tuple[NoticeForm, ...]:
    """Return the forms. Raises ContentError with the place and the remedy."""
    refuse_unknown_keys(raw, ("checked", "source", "groups", "forms"), FILE)
    given = mapping(needed(raw, "groups", FILE), f"{FILE}, groups")
    groups = {
        name: tuple(_box(entry, f"{FILE}, {name}") for entry in listed(given[name], FILE))
        for name in given
    }
    return tuple(_form(entry, groups) for entry in listed(needed(raw, "forms", FILE), FILE))


def _form(entry: Any, groups: Mapping[str, tuple[Box, ...]]) -> NoticeForm:
    place = f"{FILE}, {entry.get('kind', 'a form')}"
    refuse_unknown_keys(entry, ("kind", "title", "when", "source", "fields"), place)
    boxes = tuple(_boxes(listed(needed(entry, "fields", place), place), groups, place))
    if len({box.id for box in boxes}) < len(boxes):
        raise ContentError(f"{place}: the same box stands there twice")
    return NoticeForm(
        needed_line(entry, "kind", place),
        line(entry.get("title"), place),
        line(entry.get("when"), place),
        needed_line(entry, "source", place),
        boxes,
    )


def _boxes(entries: list[Any], groups: Mapping[str, tuple[Box, ...]], place: str) -> Iterator[Box]:
    for entry in entries:
        if "group" not in entry:
            yield _box(entry, place)
        elif entry["group"] in groups:
            yield from groups[entry["group"]]
        else:
            raise ContentError(f"{place}: there is no group ‘{entry['group']}’")


def _box(entry: Raw, above: str) -> Box:
    place = f"{above}, {place_of(entry, 'a box')}"
    refuse_unknown_keys(entry, FIELD_KEYS, place)
    where = line(entry.get("place"), place)
    if where and where not in PLACES:
        raise ContentError(f"{place}: there is no place ‘{where}’")
    return Box(
        entry["id"],
        needed_line(entry, "label", place),
        line(entry.get("value"), place),
        where,
        entry.get("after") == "results",
        yes_or_no(entry, "optional", place, False),
        line(entry.get("note"), place),
    )


def form_for(
    forms: tuple[NoticeForm, ...], kind: str, *, above_threshold: bool
) -> NoticeForm | None:
    """Return the form of a kind as it is above or below the threshold; None for none."""
    wanted = ABOVE if above_threshold else BELOW
    return next((one for one in forms if one.kind == kind and one.when in ("", wanted)), None)


def filled(form: NoticeForm, values: Mapping[str, str], *, has_results: bool) -> list[Filled]:
    """Return each box with its words; what comes after results stays empty until then."""
    return [
        Filled(box, "" if box.after_results and not has_results else values.get(box.value, ""))
        for box in form.boxes
    ]


def as_text(title: str, boxes: list[Filled]) -> str:
    """Return the draft to copy from: a heading and its words for each box."""
    lines = [title, "=" * len(title), ""]
    for one in boxes:
        lines += [one.box.label, one.words or "[not known yet]", ""]
    return "\n".join(lines)


def as_csv(boxes: list[Filled]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["box", "label", "value", "missing"])
    for one in boxes:
        missing = "yes" if one.is_missing else ""
        writer.writerow([one.box.id, one.box.label, harmless(one.words), missing])
    return file.getvalue()


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

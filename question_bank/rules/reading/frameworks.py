"""Read the frameworks that questions map to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from question_bank.rules.frameworks import Binding, Control, Family, Framework
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
    optional_identifier,
    place_of,
    refuse_unknown_keys,
    yes_or_no,
)

FRAMEWORK_KEYS = frozenset(
    [
        "id",
        "name",
        "version",
        "publisher",
        "date",
        "family",
        "binding",
        "about",
        "who",
        "link_text",
        "checked",
        "unsure",
        "guide",
        "groups",
        "complete",
        "answered_by",
        "successor",
        "replaced",
    ]
)
_TEXTS = ("name", "publisher", "about", "who", "link_text", "checked")


def read_framework(entry: Any) -> Framework:
    place = place_of(entry, "a framework")
    refuse_unknown_keys(entry, FRAMEWORK_KEYS, place)
    replaced = dict(_replacements(entry, place))
    return Framework(
        id=place,
        **{key: needed_line(entry, key, place) for key in _TEXTS},
        **{
            key: line(entry.get(key), f"{place}, {key}")
            for key in ("version", "date", "unsure", "guide")
        },
        family=one_of(Family, entry, "family", place, "a family of frameworks"),
        binding=one_of(Binding, entry, "binding", place, "a way to bind"),
        controls=tuple(_controls(entry, place)),
        complete=yes_or_no(entry, "complete", place, otherwise=True),
        answered_by=names(entry, "answered_by", place),
        successor=optional_identifier(entry, "successor", place),
        replaced={old: new for old, (new, _) in replaced.items()},
        replaced_notes={old: note for old, (_, note) in replaced.items()},
    )


def in_order(frameworks: Iterable[Framework]) -> dict[str, Framework]:
    """Return frameworks by id: family by family, within one as they are written."""
    families = list(Family)
    ordered = sorted(frameworks, key=lambda framework: families.index(framework.family))
    return {framework.id: framework for framework in ordered}


def _controls(entry: Raw, place: str) -> Iterator[Control]:
    for group in listed(entry.get("groups"), f"{place}, groups"):
        refuse_unknown_keys(group, ("title", "controls"), f"{place}, groups")
        title = line(group.get("title"), f"{place}, groups")
        at = f"{place}, {title or 'groups'}"
        named = mapping(needed(group, "controls", at), at)
        for control_id, written in sorted(named.items(), key=lambda pair: _by_number(pair[0])):
            yield _control(str(control_id), written, title, at)


def _control(control_id: str, written: Any, group: str, place: str) -> Control:
    """Return a control: written as its title, or as a title with what else is known of it."""
    at = f"{place}, {control_id}"
    entry = written if isinstance(written, Mapping) else {"title": written}
    refuse_unknown_keys(entry, ("title", "tested_by", "risks"), at)
    title = line(entry.get("title"), at)
    if not title:
        raise ContentError(f"{place}: {control_id} has no title")
    tested_by, risks = names(entry, "tested_by", at), names(entry, "risks", at)
    return Control(control_id, title, group, tested_by, risks)


def _replacements(entry: Raw, place: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what became of controls: old id → (new id or "", why we read it so)."""
    at = f"{place}, replaced"
    given = mapping(entry.get("replaced") or {}, at)
    for old, change in sorted(given.items(), key=lambda pair: _by_number(pair[0])):
        here = f"{at}, {old}"
        refuse_unknown_keys(change, ("by", "note"), here)
        yield (
            str(old),
            (
                optional_identifier(change, "by", here),
                needed_line(change, "note", here),
            ),
        )


def _by_number(name: str) -> list[tuple[int, str]]:
    """Put CP2 before CP10: JSON has its keys sorted, and content must read the same from it."""
    return [(int(n) if n.isdigit() else 0, n) for n in re.findall(r"\d+|\D+", str(name))]

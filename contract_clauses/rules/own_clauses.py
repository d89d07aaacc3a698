"""A clause of an authority's own: what its forms keep, and the library's form that is frozen.

What is kept differs from the library's YAML in one thing: its sub-clauses stand in one list, each
with the depths in which it is printed, so that a sub-clause is written once and moved as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from contract_clauses.rules.library import Depth
from foundation.errors import DomainError

Raw = dict[str, Any]
OWN_ID = re.compile(r"[A-Z]{3,6}-C\d{2}")
MOST_CLAUSES = 99
MOST_SUB_CLAUSES = 60
MOST_VALUES = 40
ALWAYS = {"always": True}
# What is kept as it is written in the library.
AS_WRITTEN = ("title", "purpose", "seen_in", "otherwise", "note", "defines", "variables")


def is_own_id(clause_id: str) -> bool:
    """Return whether an id is that of an authority's own clause, such as HOL-C01."""
    return OWN_ID.fullmatch(clause_id) is not None


class NotThere(DomainError):
    """A clause has no such value or sub-clause."""


class TooMany(DomainError):
    """A clause can hold no more of these."""


def next_clause_id(prefix: str, used: Iterable[str]) -> str:
    """Return the next free id, such as HOL-C01; ids are never used again."""
    taken = set(used)
    for number in range(1, MOST_CLAUSES + 1):
        name = f"{prefix}-C{number:02}"
        if name not in taken:
            return name
    raise TooMany(f"You cannot add a clause because {MOST_CLAUSES} is the most")


def blank_clause(title: str) -> Raw:
    return {
        "title": title.strip(),
        "purpose": "",
        "seen_in": "",
        "otherwise": "",
        "note": "",
        "included_when": {},
        "defines": {},
        "variables": {},
        "text": [],
    }


def kept_from(entry: Mapping[str, Any]) -> Raw:
    """Return what the forms keep of a clause in the library's form, as a start for one's own."""
    raw = blank_clause(str(entry.get("title") or ""))
    raw |= {key: entry[key] for key in AS_WRITTEN if entry.get(key)}
    condition = entry.get("included_when") or {}
    raw["included_when"] = {} if condition == ALWAYS else _without_says(condition)
    raw["text"] = _rows_of(entry)
    return raw


def _without_says(condition: Mapping[str, Any]) -> Raw:
    if not isinstance(condition.get("any"), list):
        return dict(condition)
    members = [{k: v for k, v in member.items() if k != "says"} for member in condition["any"]]
    return {**condition, "any": members}


def _rows_of(entry: Mapping[str, Any]) -> list[Raw]:
    """Return every sub-clause of every depth once, each with the depths it stands in."""
    depths = entry.get("depths") or {"standard": entry.get("text") or []}
    rows: list[Raw] = []
    found: dict[str, list[int]] = {}

    def places(depth: str) -> list[int]:
        if depth not in found:
            found[depth] = [at for one in depths[depth] for at in used(one)]
        return found[depth]

    def used(one: Any) -> list[int]:
        if not isinstance(one, Mapping) or "use" not in one:
            rows.append({"text": one} if isinstance(one, str) else dict(one))
            return [len(rows) - 1]
        others = places(one["use"])
        if one.get("only"):
            return [others[number - 1] for number in one["only"]]
        without = one.get("without") or []
        return [at for number, at in enumerate(others, 1) if number not in without]

    ordered: list[int] = []
    for depth in sorted(depths, key=["standard", *Depth].index):
        _merge(ordered, places(depth))
    return [
        rows[at] | {"depths": [d.value for d in Depth if at in found.get(d.value, ())]}
        for at in ordered
    ]


def _merge(ordered: list[int], places: list[int]) -> None:
    """Put what a depth adds after what stands before it there."""
    after = 0
    for at in places:
        if at in ordered:
            after = ordered.index(at) + 1
        else:
            ordered.insert(after, at)
            after += 1


def as_content(clause_id: str, version: int, raw: Mapping[str, Any]) -> Raw:
    """Return the clause in the library's form: what is checked, frozen and taken out."""
    written: Raw = {"id": clause_id, "version": version}
    written |= {key: raw[key] for key in AS_WRITTEN if raw.get(key)}
    written["included_when"] = raw.get("included_when") or dict(ALWAYS)
    written["depths"] = _depths(raw.get("text") or [])
    return written


def _depths(rows: list[Mapping[str, Any]]) -> Raw:
    """Return the depths: the standard one in full, the others by what they share with it."""
    standard = [at for at, row in enumerate(rows) if Depth.STANDARD in _depths_of(row)]
    written: Raw = {"standard": [_sub_clause(rows[at]) for at in standard]}
    for depth in (Depth.SHORT, Depth.ENHANCED):
        places = [at for at, row in enumerate(rows) if depth in _depths_of(row)]
        if not places:
            continue
        written[depth.value] = [
            {"use": "standard", "only": [standard.index(at) + 1]}
            if at in standard
            else _sub_clause(rows[at])
            for at in places
        ]
    return written


def places_in_content(raw: Mapping[str, Any]) -> list[int]:
    """Return, for each sub-clause as the library's form counts them, its place among the kept."""
    rows = raw.get("text") or []
    standard = [at for at, row in enumerate(rows) if Depth.STANDARD in _depths_of(row)]
    return standard + [
        at
        for depth in (Depth.SHORT, Depth.ENHANCED)
        for at, row in enumerate(rows)
        if at not in standard and depth in _depths_of(row)
    ]


def _depths_of(row: Mapping[str, Any]) -> list[str]:
    return list(row.get("depths") or [Depth.STANDARD.value])


def _sub_clause(row: Mapping[str, Any]) -> Raw:
    return {key: row[key] for key in ("text", "items", "when", "obligation") if row.get(key)}


# Changes of what is kept; each returns a new clause and leaves the old one as it is.


def variable_name(label: str, used: Iterable[str]) -> str:
    """Return the name by which texts call a value, made of its label: letters, digits, _."""
    name = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40].strip("_") or "value"
    name = name if name[0].isalpha() else f"value_{name}"
    taken, number, found = set(used), 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def with_value(raw: Raw, name: str, value: Raw) -> Raw:
    values = dict(raw.get("variables") or {})
    if name not in values and len(values) >= MOST_VALUES:
        raise TooMany(f"You cannot add a value because {MOST_VALUES} is the most")
    return raw | {"variables": values | {name: value}}


def without_value(raw: Raw, name: str) -> Raw:
    return raw | {"variables": {k: v for k, v in (raw.get("variables") or {}).items() if k != name}}


def value_of(raw: Mapping[str, Any], name: str) -> Raw:
    values = raw.get("variables") or {}
    if name not in values:
        raise NotThere(f"There is no value {name}")
    return dict(values[name])


def sub_clause_of(raw: Mapping[str, Any], number: int) -> Raw:
    """Return a sub-clause by its number, counted from 1."""
    rows = raw.get("text") or []
    if not 1 <= number <= len(rows):
        raise NotThere(f"There is no sub-clause {number}")
    return dict(rows[number - 1])


def with_sub_clause(raw: Raw, number: int, row: Raw) -> Raw:
    """Return the clause with that sub-clause; one more where the number is the next."""
    rows = list(raw.get("text") or [])
    if number > MOST_SUB_CLAUSES:
        raise TooMany(f"You cannot add a sub-clause because {MOST_SUB_CLAUSES} is the most")
    if number == len(rows) + 1:
        return raw | {"text": [*rows, row]}
    sub_clause_of(raw, number)
    rows[number - 1] = row
    return raw | {"text": rows}


def without_sub_clause(raw: Raw, number: int) -> Raw:
    sub_clause_of(raw, number)
    rows = list(raw["text"])
    return raw | {"text": [*rows[: number - 1], *rows[number:]]}


def moved(raw: Raw, number: int, *, up: bool) -> Raw:
    """Return the clause with a sub-clause one place up or down; at the end it stays."""
    sub_clause_of(raw, number)
    rows, other = list(raw["text"]), number - 2 if up else number
    if 0 <= other < len(rows):
        rows[number - 1], rows[other] = rows[other], rows[number - 1]
    return raw | {"text": rows}


def condition_at(raw: Mapping[str, Any], place: str) -> Raw:
    """Return the condition of the clause (``clause``), or of a sub-clause by its number."""
    if place == "clause":
        return dict(raw.get("included_when") or {})
    return dict(sub_clause_of(raw, _number(place)).get("when") or {})


def with_condition(raw: Raw, place: str, condition: Raw) -> Raw:
    if place == "clause":
        return raw | {"included_when": condition}
    number = _number(place)
    row = {key: value for key, value in sub_clause_of(raw, number).items() if key != "when"}
    return with_sub_clause(raw, number, row | ({"when": condition} if condition else {}))


def _number(place: str) -> int:
    if not re.fullmatch(r"\d{1,3}", place):
        raise NotThere(f"There is no place {place[:40]}")
    return int(place)

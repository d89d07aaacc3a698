"""Changes to an own question: each takes its plain form and returns a new one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.own import ids
from question_bank.rules.questions import COMMITMENT_ANSWERS, Kind

Raw = dict[str, Any]
MOST_PARTS = 40
MOST_OPTIONS = 40

# The kinds an officer can ask for, in the order they are offered.
KINDS_OFFERED = tuple(kind for kind in Kind if kind not in (Kind.COUNTRIES, Kind.LINES))


class NotThere(DomainError):
    """A part, option or outcome is not in the question any more."""


def blank_question(question_id: str, *, title: str, topic: str, source: str) -> Raw:
    return {
        "id": question_id,
        "version": 1,
        "topic": topic,
        "title": title,
        "source": source,
        "why": "",
        "minutes": 0,
        "weight": 0,
        "main_risk": "",
        "levels": {},
        "parts": [],
    }


def copied_question(raw: Mapping[str, Any], question_id: str, *, source: str) -> Raw:
    """Return a question of the bank under an id of one's own, its parts and conditions with it."""
    copied: Raw = renamed(deepcopy(dict(raw)), {str(raw["id"]): question_id})
    copied.pop("covered_by", None)
    levels = {str(level): text for level, text in (copied.get("levels") or {}).items()}
    return copied | {"id": question_id, "version": 1, "source": source, "levels": levels}


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return ``value`` with the ids of questions replaced: alone, at the head of longer ids, and
    where a sentence names a part of one."""
    if isinstance(value, Mapping):
        return {key: renamed(entry, names) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(entry, names) for entry in value]
    if not isinstance(value, str):
        return value
    if found := ID.fullmatch(value):
        return names.get(found[1], found[1]) + value[len(found[1]) :]
    return PART_NAMED.sub(lambda part: names.get(part[0], part[0]), value)


PART_NAMED = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]*-\d{2,3}(?=\.[a-z]\d*(?!\w))")
ID = re.compile(r"([A-Z][A-Z0-9]*-\d{2,3})(?:\.[a-z]\d*)?(?::[a-z0-9-]+)?")


def with_about(raw: Mapping[str, Any], values: Mapping[str, Any]) -> Raw:
    """Return the question with other words about it; an empty value takes a key away."""
    changed = dict(raw) | dict(values)
    optional = ("guidance", "controls", "pass_when", "pass_says")
    return {key: v for key, v in changed.items() if v or key not in optional}


def part_of(raw: Mapping[str, Any], part_id: str) -> Raw:
    """Return one part. Raises NotThere."""
    for part in raw.get("parts") or ():
        if part.get("id") == part_id:
            return dict(part)
    raise NotThere("That part is not in the question any more")


def with_new_part(raw: Mapping[str, Any], kind: Kind, before: Iterable[Mapping[str, Any]]) -> Raw:
    """Return the question with an empty part at its end; ``before``: its versions until now."""
    parts = list(raw.get("parts") or ())
    if len(parts) >= MOST_PARTS:
        raise DomainError(f"You cannot add a part because a question has at most {MOST_PARTS}")
    used = ids.parts_used([raw, *before])
    part: Raw = {"id": ids.next_part_id(str(raw["id"]), used), "kind": str(kind)}
    part |= {"label": "", "ask": "", "class": "scored"}
    if kind is Kind.COMMITMENT:
        part["answers"] = {answer: {} for answer in COMMITMENT_ANSWERS}
    return dict(raw) | {"parts": [*parts, part]}


def with_part(raw: Mapping[str, Any], part_id: str, change: Callable[[Raw], Raw]) -> Raw:
    part_of(raw, part_id)
    parts = [
        change(dict(part)) if part.get("id") == part_id else part for part in raw.get("parts") or ()
    ]
    return dict(raw) | {"parts": parts}


def without_part(raw: Mapping[str, Any], part_id: str) -> Raw:
    part_of(raw, part_id)
    return dict(raw) | {"parts": [part for part in raw["parts"] if part.get("id") != part_id]}


def with_part_moved(raw: Mapping[str, Any], part_id: str, by: int) -> Raw:
    """Return the question with a part ``by`` places further on, as far as there are places."""
    parts = list(raw["parts"])
    at = next((n for n, part in enumerate(parts) if part.get("id") == part_id), None)
    if at is None:
        raise NotThere("That part is not in the question any more")
    moved = parts.pop(at)
    parts.insert(min(max(at + by, 0), len(parts)), moved)
    return dict(raw) | {"parts": parts}


def with_new_options(part: Raw, labels: Iterable[str], used: frozenset[str]) -> Raw:
    """Return the part with an option for each label; their values are made once, for good."""
    options, known = list(part.get("options") or ()), set(used)
    told = {_as_read(str(option.get("label") or "")) for option in options}
    for label in labels:
        if _as_read(label) in told:
            raise _read_alike(label, field="new_options")
        told.add(_as_read(label))
        value = ids.value_from(label, known)
        known.add(value)
        options.append({"value": value, "label": label, "ceiling": 5})
    if len(options) > MOST_OPTIONS:
        raise DomainError(f"Enter {MOST_OPTIONS} options or fewer", field="new_options")
    return part | {"options": options}


def _read_alike(label: str, *, field: str) -> DomainError:
    return DomainError(
        f"Enter every option once: a supplier could not tell two called “{label}” apart",
        field=field,
    )


def _as_read(label: str) -> str:
    """Return a label as a reader tells it from another: without capitals and spaces about it."""
    return " ".join(label.split()).casefold()


def leads_of(part: Mapping[str, Any], name: str) -> Raw:
    """Return what stands under an option, an answer of a commitment, or an outcome."""
    if part.get("kind") == Kind.COMMITMENT and name in COMMITMENT_ANSWERS:
        return dict((part.get("answers") or {}).get(name) or {})
    for key, called in (("options", "value"), ("outcomes", "id")):
        for entry in part.get(key) or ():
            if entry.get(called) == name:
                return dict(entry)
    raise NotThere("That answer is not in the part any more")


def with_leads(part: Raw, name: str, change: Callable[[Raw], Raw]) -> Raw:
    """Return the part with another entry for an option, an answer or an outcome.

    Raises DomainError for an option renamed so that it reads as another one does.
    """
    changed = change(leads_of(part, name))
    if part.get("kind") == Kind.COMMITMENT and name in COMMITMENT_ANSWERS:
        return part | {"answers": dict(part.get("answers") or {}) | {name: changed}}
    for key, called in (("options", "value"), ("outcomes", "id")):
        entries = list(part.get(key) or ())
        if key == "options":
            _refuse_alike(leads_of(part, name), changed, entries)
        if any(entry.get(called) == name for entry in entries):
            part = part | {key: [changed if e.get(called) == name else e for e in entries]}
    return part


def _refuse_alike(before: Raw, changed: Raw, options: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a new label that another option has; one that stood before may stay."""
    label = str(changed.get("label") or "")
    if not label or _as_read(label) == _as_read(str(before.get("label") or "")):
        return
    others = [option for option in options if option.get("value") != changed.get("value")]
    if _as_read(label) in {_as_read(str(option.get("label") or "")) for option in others}:
        raise _read_alike(label, field="label")


def without_leads(part: Raw, name: str) -> Raw:
    leads_of(part, name)
    for key, called in (("options", "value"), ("outcomes", "id")):
        kept = [entry for entry in part.get(key) or () if entry.get(called) != name]
        part = {k: v for k, v in part.items() if k != key} | ({key: kept} if kept else {})
    return part


def with_new_outcome(part: Raw, words: str, used: frozenset[str]) -> tuple[Raw, str]:
    """Return the part with an outcome that is true of nothing yet, and the outcome's id."""
    name = ids.value_from(words, used)
    outcome = {"id": name, "when": {}}
    return part | {"outcomes": [*(part.get("outcomes") or ()), outcome]}, name

"""The places of an entry of the bank: where a text stands, and what people call it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from question_bank.rules.reading.plain import Raw

# What stands under these keys is one condition, compared and shown as a whole.
CONDITIONS = frozenset({"when", "shown_when", "pass_when", "where"})

# What places are called on pages; the rest is called as it is written.
NAMES: Mapping[str, str] = {
    "ask": "the question as put",
    "at_least": "the least that may be given",
    "at_most": "the most that may be given",
    "ceiling": "the highest mark it leaves open",
    "characters": "the most characters",
    "class": "how it is assessed",
    "clauses": "clauses",
    "controls": "controls",
    "evidence": "evidence expected",
    "for": "what it suits",
    "guidance": "guidance",
    "hint": "hint",
    "kind": "kind of answer",
    "label": "short name",
    "main_risk": "main risk",
    "minutes": "minutes a supplier needs",
    "pass_says": "why a bid fails",
    "pass_when": "when a bid passes",
    "required": "whether it must be answered",
    "risks": "risks",
    "says": "what the flag says",
    "severity": "how much the flag matters",
    "shown_when": "when it is asked",
    "source": "source",
    "title": "title",
    "when": "when it applies",
    "why": "why it is asked",
    "words": "the most words",
}
# Before the id of an entry of such a list.
ENTRIES: Mapping[str, str] = {
    "answers": "answer",
    "cases": "case",
    "columns": "column",
    "levels": "level",
    "messages": "message",
    "options": "answer",
    "outcomes": "outcome",
    "parts": "",
    "questions": "",
    "sections": "section",
}

Place = tuple[str, ...]


def place_in_words(place: Place) -> str:
    """Return what people call a place: ‘SLP-07.f, answer none, short name’."""
    said: list[str] = []
    steps = iter(place)
    for step in steps:
        entry = next(steps, None) if step in ENTRIES else None
        if entry is not None:
            said.append(f"{ENTRIES[step]} {entry}".strip())
        elif step not in ("flag", "rows"):
            said.append(NAMES.get(step, step.replace("_", " ")))
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def entries_by_id(value: Any) -> dict[str, Raw] | None:
    """Return the entries of a list by their ids; None if it is a list of something else."""
    if isinstance(value, Mapping) or not isinstance(value, list | tuple):
        return None
    found: dict[str, Raw] = {}
    for entry in value:
        name = entry.get("id", entry.get("value")) if isinstance(entry, Mapping) else None
        if name is None or str(name) in found:
            return None
        found[str(name)] = entry
    return found


def name_of(entry: Raw) -> str:
    """Return what an entry is called on a page."""
    for key in ("title", "name", "label", "ask", "says", "id", "value"):
        if entry.get(key):
            return " ".join(str(entry[key]).split())
    return "Scale of marks"


def in_words(value: Any) -> str | None:
    """Return a value as text for a page; None where there is nothing."""
    if value is None or isinstance(value, str):
        return value.strip() if value else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and not any(isinstance(v, Mapping | list) for v in value):
        return ", ".join(str(item) for item in value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# The keys under which a question holds texts for people, which anybody may propose to change.
TEXTS = frozenset(
    ["title", "why", "guidance", "ask", "label", "hint", "evidence", "says", "pass_says"]
)
_TEXTS_BELOW = frozenset(["levels", "messages"])


def texts_of(question: Raw) -> dict[str, str]:
    """Return each text of a question by its place, such as ``parts.SLP-07.f.label``."""
    return {".".join(place): text for place, text in _texts(question, ())}


def places_of(question: Raw) -> dict[str, Place]:
    """Return each place of a text by the name it is stored under."""
    return {".".join(place): place for place, _text in _texts(question, ())}


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if key not in CONDITIONS:
                yield from _texts(entry, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for name, entry in (entries_by_id(value) or {}).items():
            yield from _texts(entry, (*place, name))
    elif isinstance(value, str) and value.strip() and _is_text(place):
        yield place, value.strip()


def _is_text(place: Place) -> bool:
    return place[-1] in TEXTS or (len(place) > 1 and place[-2] in _TEXTS_BELOW)

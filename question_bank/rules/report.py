"""The differences of two editions as lines to print, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from question_bank.rules.differences import FAMILIES, Aspect, Change, Differences, State, Thing
from question_bank.rules.places import place_in_words
from question_bank.rules.reuse import Verdict

NOTHING = "(nothing)"


def as_lines(found: Differences) -> Iterator[str]:
    """Yield what changed, by family and question, for somebody reading a terminal."""
    yield f"From {found.old} to {found.new}"
    if not found.things:
        yield "Nothing changed."
    for family, heading in FAMILIES.items():
        things = found.of(family)
        if things:
            yield ""
            yield heading
        for thing in things:
            yield f"  {thing.id}  {thing.title}: {thing.state}"
            yield from _changes(thing)
    yield ""
    yield from _reuse(found)


def _changes(thing: Thing) -> Iterator[str]:
    for aspect in Aspect:
        for change in thing.about(aspect):
            yield f"    {aspect}: {place_in_words(change.place)}"
            yield f"      - {_shown(change.old)}"
            yield f"      + {_shown(change.new)}"


def _shown(text: str | None) -> str:
    return NOTHING if text is None else " ".join(text.split())


def _reuse(found: Differences) -> Iterator[str]:
    yield "Stored answers"
    for verdict in Verdict:
        parts = [reuse for reuse in found.reuse.values() if reuse.verdict is verdict]
        if not parts:
            continue
        yield f"  {len(parts)} {'part' if len(parts) == 1 else 'parts'}: {verdict}"
        if verdict is not Verdict.AS_IT_IS:
            for reuse in parts:
                yield f"    {reuse.part}{': ' if reuse.reasons else ''}{'; '.join(reuse.reasons)}"


def as_json(found: Differences) -> dict[str, Any]:
    return {
        "from": found.old,
        "to": found.new,
        "added": _ids(found, State.ADDED),
        "retired": _ids(found, State.RETIRED),
        "changed": [
            {
                "family": thing.family,
                "id": thing.id,
                "title": thing.title,
                "changes": [_plain(change) for change in thing.changes],
            }
            for thing in found.things
            if thing.state is State.CHANGED
        ],
        "answers": [
            {"part": reuse.part, "verdict": reuse.verdict, "reasons": list(reuse.reasons)}
            for reuse in found.reuse.values()
            if reuse.verdict is not Verdict.AS_IT_IS
        ],
    }


def _ids(found: Differences, state: State) -> list[dict[str, str]]:
    return [
        {"family": thing.family, "id": thing.id, "title": thing.title}
        for thing in found.things
        if thing.state is state
    ]


def _plain(change: Change) -> dict[str, Any]:
    return {
        "place": ".".join(change.place),
        "about": change.aspect,
        "old": change.old,
        "new": change.new,
    }

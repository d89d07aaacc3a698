"""What changed from one edition of the bank to another, by what it means for people.

Two plain forms are compared entry by entry: entries of a list are told apart by their permanent
ids, so that one more option is one change and not a new list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.editions import Edition
from question_bank.rules.own.saying import Known
from question_bank.rules.own.saying import in_words as condition_in_words
from question_bank.rules.places import CONDITIONS, entries_by_id, in_words, name_of
from question_bank.rules.reading.plain import Raw
from question_bank.rules.reuse import Reuse, Verdict, reuse_of

Path = tuple[str, ...]


class Aspect(StrEnum):
    """What a change is about; the order is the one in which changes are shown."""

    WORDING = "wording"
    ANSWERING = "answering"
    MARKING = "marking"
    RISKS = "risks"
    CLAUSES = "clauses"
    CONTROLS = "controls"
    ORDER = "order"


class State(StrEnum):
    ADDED = "added"
    RETIRED = "retired"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One place that says something else now; None where there was, or is, nothing."""

    place: Path
    aspect: Aspect
    old: str | None
    new: str | None

    @property
    def part(self) -> str:
        """Return the id of the part it is in; nothing where it is about the whole."""
        return self.place[1] if self.place[0] == "parts" and len(self.place) > 1 else ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A question, pack, risk … that is new, gone or different."""

    family: str
    id: str
    title: str
    state: State
    changes: tuple[Change, ...] = ()

    def about(self, aspect: Aspect) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.aspect is aspect)


@dataclass(frozen=True, slots=True)
class Differences:
    old: str
    new: str
    things: tuple[Thing, ...]
    # For each part of the old edition: whether its stored answers can be used again.
    reuse: Mapping[str, Reuse]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """Return how many parts have each verdict."""
        return Counter(one.verdict for one in self.reuse.values())

    @property
    def again(self) -> tuple[Reuse, ...]:
        """Return the parts whose stored answers somebody has to read, at least."""
        return tuple(one for one in self.reuse.values() if one.verdict is not Verdict.AS_IT_IS)

    def of(self, family: str, state: State | None = None) -> tuple[Thing, ...]:
        return tuple(
            thing
            for thing in self.things
            if thing.family == family and state in (None, thing.state)
        )


# The families of the bank that are compared, each with its name for people.
FAMILIES: Mapping[str, str] = {
    "questions": "Questions",
    "packs": "Packs",
    "schemas": "Tables",
    "risks": "Risks library",
    "checks": "Checks across answers",
    "facts": "Facts about the tender",
    "themes": "PAS 185 themes",
    "frameworks": "Frameworks",
    "scale": "Scale of marks",
}
ONE_EACH = ("scale",)
# What tells entries apart is the same on both sides.
LEFT_OUT = frozenset({"id", "value"})


def differences(old: Edition, new: Edition) -> Differences:
    comparison = _Comparison(
        *(Known(edition.bank.parts, edition.bank.facts) for edition in (old, new))
    )
    things = [
        thing
        for family in FAMILIES
        for thing in _things(family, _family(old, family), _family(new, family), comparison)
    ]
    return Differences(old.version, new.version, tuple(things), reuse_of(old.bank, new.bank))


def _family(edition: Edition, family: str) -> dict[str, Raw]:
    if family == "packs":
        return dict(edition.raw_packs)
    raw = edition.bank.raw.get(family)
    if family in ONE_EACH:
        return {family: raw or {}}
    return entries_by_id(raw) or {}


def _things(
    family: str, old: Mapping[str, Raw], new: Mapping[str, Raw], comparison: _Comparison
) -> Iterator[Thing]:
    for name in [*new, *(gone for gone in old if gone not in new)]:
        if name not in old:
            yield Thing(family, name, name_of(new[name]), State.ADDED)
        elif name not in new:
            yield Thing(family, name, name_of(old[name]), State.RETIRED)
        elif changes := tuple(comparison.entries(old[name], new[name])):
            yield Thing(family, name, name_of(new[name]), State.CHANGED, changes)
    before, after = _common(old, new), _common(new, old)
    if before != after:
        change = Change(("order",), Aspect.ORDER, ", ".join(before), ", ".join(after))
        yield Thing(family, "order", "Order", State.CHANGED, (change,))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares plain forms; conditions are told in the words of the edition they stand in."""

    old: Known
    new: Known

    def entries(self, old: Raw, new: Raw, path: Path = ()) -> Iterator[Change]:
        """Yield each place in which two forms of the same entry differ."""
        for key in [*new, *(key for key in old if key not in new)]:
            if key not in LEFT_OUT and not _is_revision(key, new.get(key)):
                yield from self._values(old.get(key), new.get(key), (*path, str(key)))

    def _values(self, old: Any, new: Any, path: Path) -> Iterator[Change]:
        if old == new:
            return
        if path[-1] in CONDITIONS:
            texts = _condition(old, self.old), _condition(new, self.new)
            yield Change(path, aspect_of(path), *texts)
        elif isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
            yield from self.entries(old or {}, new or {}, path)
        else:
            before, after = entries_by_id(old or ()), entries_by_id(new or ())
            if before is None or after is None:
                yield Change(path, aspect_of(path), in_words(old), in_words(new))
            else:
                yield from self._lists(before, after, path)

    def _lists(
        self, old: Mapping[str, Raw], new: Mapping[str, Raw], path: Path
    ) -> Iterator[Change]:
        for name in [*new, *(gone for gone in old if gone not in new)]:
            here = (*path, name)
            if name not in old:
                yield Change(here, aspect_of(here), None, name_of(new[name]))
            elif name not in new:
                yield Change(here, aspect_of(here), name_of(old[name]), None)
            else:
                yield from self.entries(old[name], new[name], here)
        before, after = _common(old, new), _common(new, old)
        if before != after:
            yield Change(path, Aspect.ORDER, ", ".join(before), ", ".join(after))


def _is_revision(key: Any, value: Any) -> bool:
    """The count of an entry's versions says that it changed, not what did."""
    return key == "version" and not isinstance(value, str)


def _common(names: Iterable[str], others: Collection[str]) -> list[str]:
    return [name for name in names if name in others]


def _condition(value: Any, known: Known) -> str | None:
    return None if value is None else condition_in_words(read_condition(value, ""), known)


# The key at the end of a place tells what it is about; whatever is not named is wording.
_ASPECTS: Mapping[Aspect, frozenset[str]] = {
    Aspect.CLAUSES: frozenset({"clauses"}),
    Aspect.RISKS: frozenset({"risks", "main_risk", "likelihood", "impact", "raised_by"}),
    Aspect.CONTROLS: frozenset({"connected_places", "iso_19650_5"}),
    Aspect.MARKING: frozenset(
        {"weight", "ceiling", "severity", "pass_when", "class", "threshold", "when", "outcomes"}
        | {"after_marking", "blocks"}
    ),
    Aspect.ANSWERING: frozenset(
        {"kind", "required", "words", "characters", "unit", "at_least", "at_most", "decimals"}
        | {"schema", "rows", "fixed_rows", "shown_when", "unique", "feeds", "minutes", "parts"}
        | {"offers_rows_from", "contradictions"}
        | {"options", "answers", "columns", "list_columns", "questions", "sections", "schema"}
    ),
}
_BY_KEY = {key: aspect for aspect, keys in _ASPECTS.items() for key in keys}
_BY_TOP = {"levels": Aspect.MARKING, "controls": Aspect.CONTROLS}


def aspect_of(path: Path) -> Aspect:
    if path[0] in _BY_TOP:
        return _BY_TOP[path[0]]
    if path[-1] in _BY_KEY:
        return _BY_KEY[path[-1]]
    # A whole entry of a list, such as an option that is new.
    whole = len(path) > 1 and path[-2] in ("parts", "options", "columns", "questions", "sections")
    if whole:
        return Aspect.ANSWERING
    return Aspect.MARKING if len(path) > 1 and path[-2] == "outcomes" else Aspect.WORDING


def touching(found: Differences, questions: Mapping[str, Iterable[str] | None]) -> list[Thing]:
    """Return the changed and retired questions among ``questions`` (id → parts, None for all).

    Of a changed question only what is about the whole, or about a part that is asked.
    """
    things = []
    for thing in found.of("questions"):
        if thing.id not in questions or thing.state is State.ADDED:
            continue
        asked = questions[thing.id]
        parts = None if asked is None else {*asked, ""}
        changes = tuple(c for c in thing.changes if parts is None or c.part in parts)
        if changes or thing.state is State.RETIRED:
            things.append(Thing(thing.family, thing.id, thing.title, thing.state, changes))
    return things

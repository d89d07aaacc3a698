"""Take a clause over as it was negotiated: into values where only values changed, into words else.

A value that is what it was stays a value of the clause; one that changed the same way wherever it
stands is entered as such, so that obligations follow it; everything else becomes words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from contract_clauses.rules.library import ClauseTopic, Obligation
from contract_clauses.rules.negotiated_parts import Change, ClauseChange, Unit
from contract_clauses.rules.negotiated_pieces import pieces_of, with_only
from contract_clauses.rules.negotiated_read import REFERENCE
from contract_clauses.rules.negotiated_sorting import Names, Ours
from contract_clauses.rules.negotiated_words import (
    FAMILY,
    Spoken,
    heard,
    spoken,
    where_each_went,
)
from contract_clauses.rules.redrafting import OWN, Added, Redraft, Words
from contract_clauses.rules.rewriting import next_key
from contract_clauses.rules.wording import Segment, SegmentKind

VALUES = (SegmentKind.VARIABLE, SegmentKind.EMPTY)
# "clause" stands before the number of a reference, and comes with it when it is written anew.
WORD_AND_REFERENCE = re.compile("(?:[Cc]lause )?(\ue000clause:[^\ue001]*\ue001)")


@dataclass(frozen=True, slots=True)
class Taken:
    """What accepting a clause does to the draft. ``leave_out``: the whole clause goes;
    ``redraft`` None: its words stay; ``not_taken``: what cannot be taken over, in words."""

    leave_out: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    redraft: Redraft | None = None
    not_taken: tuple[str, ...] = ()

    @property
    def does_nothing(self) -> bool:
        return not (self.leave_out or self.values or self.redraft)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a clause is decided on: these pieces of it, by their refs, or all of it (None).
    ``before``: those that were accepted already."""

    only: frozenset[str] | None = None
    before: frozenset[str] = frozenset()


ALL = Asked()


def taken_over(
    whole: ClauseChange,
    topic: ClauseTopic | None,
    current: Redraft | None,
    names: Names,
    asked: Asked = ALL,
) -> Taken:
    """Return what accepting a clause, or some of it, does; ``topic``: the clause of the library it
    goes into, ``current``: how the draft has it written already."""
    change = whole if asked.only is None else with_only(whole, asked.only)
    if topic is None:
        return Taken(not_taken=("Interpretation and defined terms are not written in a schedule",))
    if change.change is Change.REMOVED:
        return Taken(leave_out=True)
    not_taken = tuple(dict.fromkeys(_not_taken(change)))
    values = {} if change.is_new else _values_of(whole, change, asked)
    taking = _Taking(topic, current or Redraft(), names, frozenset(values), _later(whole, asked))
    if change.is_new:
        taking.add_all(change)
    else:
        taking.take(change.units)
    redraft = taking.redraft if taking.redraft != (current or Redraft()) else None
    return Taken(False, values, redraft, not_taken)


def _not_taken(change: ClauseChange) -> Iterable[str]:
    for unit in change.units:
        if unit.is_heading and unit.change is Change.REWORDED:
            yield "The heading stays as it is"
        if unit.is_heading and unit.change is Change.REMOVED:
            yield "The heading stays"
        if unit.term and unit.change is not Change.UNCHANGED:
            yield f"What “{unit.term}” means stays as it is"
        if unit.moved_where:
            yield "A sub-clause that moved to another clause stays where it was"


def _values_of(whole: ClauseChange, change: ClauseChange, asked: Asked) -> dict[str, Any]:
    """Return the values that become such with what was accepted before: a value that stands in
    several sub-clauses does once the last of them is."""
    if asked.only is None:
        return _values(change)
    named = {figure.variable for figure in change.figures}
    after = _values(with_only(whole, asked.only | asked.before))
    return {name: value for name, value in after.items() if name in named}


def _later(whole: ClauseChange, asked: Asked) -> Mapping[int, tuple[Unit, ...]]:
    """Return, by new sub-clause, those accepted before it that stand after it in the same place."""
    new = [one for one in pieces_of(whole) if one.unit.change is Change.NEW]
    return {
        id(one.unit): tuple(
            later.unit
            for later in new[at + 1 :]
            if later.unit.after == one.unit.after and later.ref in asked.before
        )
        for at, one in enumerate(new)
    }


def _values(change: ClauseChange) -> dict[str, Any]:
    """Return the values that changed the same way wherever the clause has them."""
    found: dict[str, set[str]] = {}
    entered: dict[str, Any] = {}
    for unit in change.units:
        if unit.ours is None or unit.change is Change.REMOVED:
            continue
        named = {figure.variable: figure for figure in unit.figures if figure.variable}
        for line in unit.ours.lines:
            for segment in (part for part in line if part.kind in VALUES):
                figure = named.get(segment.target)
                after = segment.text if figure is None else figure.after
                found.setdefault(segment.target, set()).add(after)
                if figure is not None and figure.value is not None:
                    entered[segment.target] = figure.value
    return {name: value for name, value in entered.items() if len(found[name]) == 1}


@dataclass
class _Taking:
    topic: ClauseTopic
    redraft: Redraft
    names: Names
    # Values entered as such: where they stand, the words keep them.
    values: Collection[str]
    # By new sub-clause, those that were put in already and come after it.
    later: Mapping[int, tuple[Unit, ...]] = field(default_factory=dict)

    def take(self, units: Sequence[Unit]) -> None:
        for unit in units:
            if unit.is_heading or unit.term or unit.moved_where:
                continue
            self._unit(unit)

    def _unit(self, unit: Unit) -> None:
        if unit.change is Change.NEW:
            self._add(self._words(unit), unit.after, before=self.later.get(id(unit), ()))
        elif unit.change is Change.REMOVED:
            self._remove(unit.key)
        elif unit.moved:
            duty = self._duty(unit.key)
            self._remove(unit.key)
            self._add(self._words(unit), unit.after, duty)
        elif unit.change is not Change.UNCHANGED and not self._is_value_alone(unit):
            self._change(unit.key, self._words(unit))

    def add_all(self, change: ClauseChange) -> None:
        """Add a clause of theirs to the end of this one."""
        for unit in change.units:
            if not unit.is_heading:
                self._add(self._words(unit), self._last())

    def _last(self) -> str:
        if self.redraft.added:
            return self.redraft.added[-1].key
        return str(len(self.topic.text))

    def _is_value_alone(self, unit: Unit) -> bool:
        named = {figure.variable for figure in unit.figures}
        return unit.change is Change.NUMBER and named <= set(self.values)

    def _change(self, key: str, words: Words) -> None:
        if key.startswith(OWN):
            added = tuple(
                replace(one, words=words) if one.key == key else one for one in self.redraft.added
            )
            self.redraft = replace(self.redraft, added=added)
        else:
            self.redraft = replace(self.redraft, changed={**self.redraft.changed, key: words})

    def _remove(self, key: str) -> None:
        if not key.startswith(OWN):
            self.redraft = replace(self.redraft, removed=self.redraft.removed | {key})
            return
        gone = next((one for one in self.redraft.added if one.key == key), None)
        added = tuple(
            replace(one, after=gone.after) if gone and one.after == key else one
            for one in self.redraft.added
            if one.key != key
        )
        self.redraft = replace(self.redraft, added=added)

    def _add(
        self,
        words: Words,
        after: str,
        duty: Obligation | None = None,
        before: Iterable[Unit] = (),
    ) -> None:
        if not words.text:
            return
        key = next_key({one.key for one in self.redraft.added})
        after = "" if after == "terms" else after
        stands, said = self.redraft.added, [self._words(unit) for unit in before]
        at = next((at for at, one in enumerate(stands) if one.words in said), len(stands))
        added = (*stands[:at], Added(key, after, words, duty), *stands[at:])
        self.redraft = replace(self.redraft, added=added)

    def _duty(self, key: str) -> Obligation | None:
        if key.startswith(OWN):
            return next((one.obligation for one in self.redraft.added if one.key == key), None)
        place = int(key) - 1 if key.isdigit() else -1
        return self.topic.text[place].obligation if 0 <= place < len(self.topic.text) else None

    def _words(self, unit: Unit) -> Words:
        lines = [line for line in unit.raw if line.strip()]
        written = [self._line(line, self._like(line, unit.ours)) for line in lines]
        if not written:
            return Words("")
        return Words(written[0], tuple(written[1:]))

    def _like(self, line: str, ours: Ours | None) -> tuple[Segment, ...]:
        """Return the line of ours that one of theirs was most likely made from."""
        if ours is None:
            return ()
        text = heard(line, self.names.numbers).texts

        def likeness(segments: tuple[Segment, ...]) -> float:
            return SequenceMatcher(None, spoken(segments).texts, text, autojunk=False).ratio()

        best = max(ours.lines, key=likeness)
        return best if likeness(best) > 0.4 else ()

    def _line(self, line: str, ours: tuple[Segment, ...]) -> str:
        theirs = heard(line, self.names.numbers)
        kept = self._kept(spoken(ours), theirs)
        pieces: list[str] = []
        for place, word in enumerate(theirs.words):
            token, is_first = kept.get(place, ("", True))
            raw = token if token else _plain(word.raw)
            if is_first and raw:
                pieces.append(f" {raw}" if word.after_space else raw)
        text = WORD_AND_REFERENCE.sub(lambda found: found[1], "".join(pieces).strip())
        return REFERENCE.sub(self._reference, text)

    def _kept(self, ours: Spoken, theirs: Spoken) -> dict[int, tuple[str, bool]]:
        """Return, by place in theirs, what stands in braces there, and whether it begins there."""
        kept: dict[int, tuple[str, bool]] = {}
        for whole, (start, end, same) in where_each_went(ours, theirs).items():
            segment = ours.wholes[whole]
            is_value = segment.kind in VALUES and segment.target in self.values
            if same or (is_value and end == start + 1):
                for place in range(start, end):
                    kept[place] = (self._token(segment), place == start)
        return kept

    def _token(self, segment: Segment) -> str:
        return f"{{{FAMILY.get(segment.kind, '')}{segment.target}}}"

    def _reference(self, found: re.Match[str]) -> str:
        target = self.names.targets.get((found[1], found[2]), "")
        if target and target != self.topic.id:
            return f"{{{found[1]}:{target}}}"
        return self.names.numbers.get((found[1], found[2]), "")


def _plain(text: str) -> str:
    """Return words of theirs without braces, which mean something in a clause of ours."""
    return text.replace("{", "(").replace("}", ")")

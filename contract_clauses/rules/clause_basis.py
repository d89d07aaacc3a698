"""What a clause rested on when somebody approved it, and what of that has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses.rules.parts import ExcludedTopic, Paragraph, ScheduledClause
from contract_clauses.rules.variables import Filled, SourceKind
from contract_clauses.rules.wording import Segment, SegmentKind
from foundation.canonical import canonical_json, sha256_hex

FORMAT = "supplier-assurance-clause-basis/1"
LONGEST_SHOWN = 300


class NotABasis(ValueError):
    """Something else was kept than what a clause rested on."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a clause with its source, in words."""

    label: str
    words: str
    source: str
    source_id: str
    source_words: str


@dataclass(frozen=True, slots=True)
class Basis:
    """A clause as it stood: its words by key of the sub-clause, and what made them so."""

    lines: Mapping[str, str]
    values: Mapping[str, Value]
    ground: str
    because: str
    depth: str
    # Version of the topic, and of the library as a whole.
    version: int
    library: str
    # How many redrafts there were, and who made the last.
    redrafts: int = 0
    redrafted: str = ""
    # Names of what had run out and was to be looked at again.
    reopened: tuple[str, ...] = ()

    @property
    def is_exclusion(self) -> bool:
        """Return whether it is what leaving a clause out rests on: such a clause has no lines."""
        return not self.lines

    @property
    def sha256(self) -> str:
        """Return the fingerprint of what was approved."""
        return sha256_hex(canonical_json(as_kept(self)))


def basis_of(
    clause: ScheduledClause, library: str, redrafts: int = 0, reopened: Iterable[str] = ()
) -> Basis:
    """Return what a clause rests on as it stands. Its number, and those of others, are no part."""
    return Basis(
        {paragraph.key: "\n".join(_lines(paragraph)) for paragraph in clause.paragraphs},
        {value.name: _value(value) for value in clause.variables},
        clause.ground,
        clause.because,
        clause.depth,
        clause.version,
        library,
        redrafts,
        clause.redrafted,
        tuple(sorted(reopened)),
    )


def basis_of_exclusion(topic: ExcludedTopic, library: str) -> Basis:
    """Return what leaving a clause out rests on: who left it out, and why."""
    return Basis({}, {}, topic.ground, topic.because, "", topic.version, library)


def _value(value: Filled) -> Value:
    return Value(value.label, value.words, str(value.source), value.source_id, value.source_words)


def _lines(paragraph: Paragraph) -> Iterator[str]:
    yield _unnumbered(paragraph.segments)
    for item in paragraph.items:
        yield f"({item.letter}) {_unnumbered(item.segments)}"
    for one in paragraph.definitions:
        yield f"{one.term}: {_unnumbered(one.segments)}"


def _unnumbered(segments: Iterable[Segment]) -> str:
    """Return the words, each reference to a place by its name: its number may only have moved."""
    places = (SegmentKind.CLAUSE, SegmentKind.ANNEX)
    return "".join(
        f"“{segment.target}”" if segment.kind in places else segment.text for segment in segments
    )


def as_kept(basis: Basis) -> dict[str, Any]:
    """Return it as plain values for canonical JSON."""
    return {
        "format": FORMAT,
        "lines": dict(basis.lines),
        "values": {
            name: [value.label, value.words, value.source, value.source_id, value.source_words]
            for name, value in basis.values.items()
        },
        "ground": basis.ground,
        "because": basis.because,
        "depth": str(basis.depth),
        "version": basis.version,
        "library": basis.library,
        "redrafts": basis.redrafts,
        "redrafted": basis.redrafted,
        "reopened": list(basis.reopened),
    }


def read_kept(kept: Any) -> Basis:
    """Return what was kept. Raises NotABasis."""
    try:
        if kept["format"] != FORMAT:
            raise NotABasis(f"Not of this format: {kept['format']!r}")
        return Basis(
            dict(kept["lines"]),
            {name: Value(*value) for name, value in kept["values"].items()},
            kept["ground"],
            kept["because"],
            kept["depth"],
            kept["version"],
            kept["library"],
            kept["redrafts"],
            kept["redrafted"],
            tuple(kept["reopened"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NotABasis(f"Something is missing: {wrong}") from wrong


def changed_since(then: Basis, now: Basis) -> tuple[str, ...]:
    """Return in words what of a clause, or of what it rests on, is not as it was.

    What ran out and was looked at since is no change; what ran out since is one.
    """
    found = list(_values(then.values, now.values))
    if (then.ground, then.because) != (now.ground, now.because):
        found.append(f"why it is in: {_short(then.because)} → {_short(now.because)}")
    if then.depth != now.depth:
        found.append(f"depth: {then.depth} → {now.depth}")
    if then.lines != now.lines:
        found += _words(then, now, is_explained=bool(found))
    # Names of things to be looked at again are no words: the page says beside it what ran out.
    if set(now.reopened) - set(then.reopened):
        found.append("something it rests on ran out")
    return tuple(found)


def _values(then: Mapping[str, Value], now: Mapping[str, Value]) -> Iterator[str]:
    for name in dict.fromkeys([*then, *now]):
        before, after = then.get(name), now.get(name)
        if before is None or after is None:
            known = before or after
            what = "comes in" if before is None else "is gone"
            yield f"{known.label if known else name} {what}"
        elif before != after:
            yield _value_changed(before, after)


def _value_changed(before: Value, after: Value) -> str:
    if before.words == after.words:
        # The same is printed, on another ground: a minimum in place of another answer.
        words = f"{_short(before.source_words)} → {_short(after.source_words)}"
        return f"{after.label}: {words}"
    words = f"{_short(before.words)} → {_short(after.words)}"
    if before.source == after.source and before.source_id == after.source_id:
        named = {
            SourceKind.ANSWER: f"answer {after.source_id}",
            SourceKind.FACT: f"tender fact {after.source_id}",
        }.get(SourceKind(after.source), "")
        return f"{named}, {after.label}: {words}" if named else f"{after.label}: {words}"
    return f"{after.label}: {words} ({_short(after.source_words)})"


def _words(then: Basis, now: Basis, *, is_explained: bool) -> Iterator[str]:
    if then.redrafts != now.redrafts or then.redrafted != now.redrafted:
        yield f"its words: {_short(now.redrafted) or 'the library’s again'}"
    elif then.version != now.version:
        yield f"version {then.version} of the clause → version {now.version}"
    elif then.library != now.library:
        yield f"clause library {then.library} → {now.library}"
    elif not is_explained:
        yield "its words"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN].rstrip()}…"

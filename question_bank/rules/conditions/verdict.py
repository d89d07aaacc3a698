"""What deciding a condition needs and gives: the situation, the truth, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

from question_bank.rules.questions import Asked, Part


class Truth(Enum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return self is Truth.TRUE


class Reading(NamedTuple):
    """One thing a verdict rests on: ``source`` is a part, ``tender.<fact>``, a rule or a risk."""

    source: str
    words: str


def one_line(readings: Sequence[Reading]) -> str:
    if len(readings) == 1:
        return readings[0].words
    return "; ".join(dict.fromkeys([reading.words for reading in readings]))


def sources_in(readings: Sequence[Reading]) -> tuple[str, ...]:
    if len(readings) == 1:
        return (readings[0].source,)
    return tuple(dict.fromkeys([reading.source for reading in readings]))


@dataclass(frozen=True, slots=True)
class Verdict:
    truth: Truth
    because: tuple[Reading, ...] = ()

    @property
    def words(self) -> str:
        """Return the reasons on one line: ‘SLP-07.f is “Kept offline”; the value is £90,000’."""
        return one_line(self.because)

    @property
    def sources(self) -> tuple[str, ...]:
        return sources_in(self.because)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a condition may look at.

    ``parts`` are the parts asked of this bid (hidden ones left out), ``answers`` their stored
    values, ``facts`` the tender's. ``flags`` maps a fired rule to its severity; ``risks`` are the
    ids in the register; ``marks`` the marks given, by question. ``known`` names which of flags and
    risks exist yet: before they are worked out, a condition on them is unknown rather than false.
    ``questionnaire`` names every part of it, those hidden from this supplier too: a list that the
    questionnaire leaves out might have named anybody. None: nothing is known to be left out.
    """

    parts: Mapping[str, Part]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    fact_specs: Mapping[str, Asked] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    risks: frozenset[str] = frozenset()
    marks: Mapping[str, int] = field(default_factory=dict)
    known: frozenset[str] = frozenset({"flags", "risks", "marks"})
    questionnaire: frozenset[str] | None = None
    # What conditions have read of the answers and facts so far, so that each is read once: answers
    # that say something, rows of tables, and whatever else was made of them.
    given: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    rows: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def later(
        self,
        *,
        flags: Mapping[str, str],
        marks: Mapping[str, int],
        known: frozenset[str],
        risks: frozenset[str] = frozenset(),
    ) -> Situation:
        """Return the same answers with what is known of them later: what was read stays read."""
        found = replace(self, flags=flags, marks=marks, risks=risks, known=known)
        for name in ("given", "rows", "memo"):
            object.__setattr__(found, name, getattr(self, name))
        return found

    def leaves_out(self, part_id: str) -> bool:
        """Return whether no supplier of this tender is asked the part."""
        return self.questionnaire is not None and part_id not in self.questionnaire

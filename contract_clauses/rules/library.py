"""What the clause library holds: topics, their variables and texts, annexes and defined terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from question_bank.rules.conditions.grammar import Condition


class VariableKind(StrEnum):
    """How a variable is written in a clause; the unit of a time stands in the clause's text."""

    HOURS = "hours"
    # Hours too, but printed with their unit: "5 minutes and 1 hour".
    DURATION = "duration"
    DAYS = "days"
    MONTHS = "months"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    TEXT = "text"
    LIST = "list"
    COUNTRIES = "country-list"


class Depth(StrEnum):
    """How much a clause says: for small purchases, for most, and where much is at stake."""

    SHORT = "short"
    STANDARD = "standard"
    ENHANCED = "enhanced"


# The kinds that are one figure, and so can be compared with a minimum.
FIGURES = frozenset(
    {
        VariableKind.HOURS,
        VariableKind.DURATION,
        VariableKind.DAYS,
        VariableKind.MONTHS,
        VariableKind.NUMBER,
        VariableKind.PERCENT,
        VariableKind.MONEY,
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value may come from: an answer (or a column of one), a tender fact, a default.

    ``leaving_out`` names options of a closed answer that are no value for a clause.
    """

    part: str = ""
    column: str = ""
    fact: str = ""
    default: Any = None
    leaving_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minimum:
    """The worst value the authority accepts: a figure, or ``tender.<fact>``.

    For countries the operator is ``within`` and the value the list that is accepted.
    """

    operator: str
    value: Any
    deviation: str
    # What of the law asks for it, where that does: "UK GDPR, Article 33(2)".
    law: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    label: str
    kind: VariableKind
    sources: tuple[Source, ...]
    minimum: Minimum | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty after award. ``timing`` is a key such as ``every_months``; ``at`` its value."""

    who: str
    what: str
    evidence: str
    timing: str = ""
    # A whole number, the name of a variable, or "go-live".
    at: Any = None
    # The day a time is counted from, "start", "go-live" or "end"; empty: whenever it happens.
    of: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One member of an ``any`` that brings a topic in, and what it says about the bid."""

    condition: Condition
    says: str


@dataclass(frozen=True, slots=True)
class SubClause:
    text: str
    items: tuple[str, ...] = ()
    when: Condition | None = None
    obligation: Obligation | None = None

    def texts(self) -> Iterator[str]:
        yield self.text
        yield from self.items


@dataclass(frozen=True, slots=True)
class ClauseTopic:
    id: str
    version: int
    title: str
    purpose: str
    seen_in: str
    included_when: Condition
    # Every sub-clause of every depth, each once; a sub-clause is known by its place among them.
    text: tuple[SubClause, ...]
    # The places that make up each depth, in the order in which they print.
    depths: Mapping[Depth, tuple[int, ...]]
    reasons: tuple[Reason, ...] = ()
    otherwise: str = ""
    defines: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    note: str = ""

    def places(self, depth: Depth) -> tuple[int, ...]:
        """Return the places that make up a depth; of the standard one where it has no other."""
        return self.depths.get(depth) or self.depths[Depth.STANDARD]

    def texts(self) -> Iterator[str]:
        yield from self.defines.values()
        for sub_clause in self.text:
            yield from sub_clause.texts()


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    label: str
    width: int


@dataclass(frozen=True, slots=True)
class Promise:
    """How a dated promise in an answer becomes a line of the commitments annex.

    Either ``column`` is the date in a row of ``parts``, or ``due`` names the part that holds it,
    or ``before`` says what it must precede; with none of them, the answer is a promise to be kept
    throughout. Where there are ``answers``, only these make the promise. A dated promise that
    ``lasts`` is kept until its date, rather than reached by it.
    """

    parts: tuple[str, ...]
    says: str
    evidence: str
    column: str = ""
    due: str = ""
    otherwise_due: str = ""
    before: str = ""
    lasts: bool = False
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """A table after the clauses. ``generated`` names one made from the schedule itself."""

    id: str
    title: str
    intro: str
    columns: tuple[Column, ...]
    empty: str
    parts: tuple[str, ...] = ()
    generated: str = ""
    where: Condition | None = None
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Interpretation:
    title: str
    text: tuple[SubClause, ...]


@dataclass(frozen=True, slots=True)
class Library:
    version: str
    # SHA-256 of the library as plain values: the same for the same words.
    fingerprint: str
    interpretation: Interpretation
    topics: Mapping[str, ClauseTopic]
    annexes: Mapping[str, Annex]
    definitions: Mapping[str, str]
    raw: Mapping[str, Any]

"""The pieces a schedule is made of, as plain values: what a page, Word and JSON all show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contract_clauses.rules.annexes import CommitmentLine, ScheduledAnnex
from contract_clauses.rules.library import Depth
from contract_clauses.rules.selection import Ground
from contract_clauses.rules.variables import Deviation, Filled
from contract_clauses.rules.wording import Segment, plain_text

DRAFT = "Draft for legal review"
# What a document for the other side says of a person's decision: neither who nor why.
INCLUDED = "Included by decision of the Council."
LEFT_OUT = "Left out by decision of the Council."


@dataclass(frozen=True, slots=True)
class Parties:
    """Who contracts, over which tender, and from which frozen questionnaire.

    ``company_number`` and ``address`` may be empty. ``prepared_on`` is None only where the
    same answers must always give the same document.
    """

    authority: str
    supplier: str
    tender_title: str
    tender_reference: str
    company_number: str = ""
    address: str = ""
    prepared_on: date | None = None
    questionnaire_sha256: str = ""
    # The other authorities that buy with the first, by their legal names.
    bought_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A lettered item of a sub-clause."""

    letter: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DefinedTerm:
    term: str
    segments: tuple[Segment, ...]

    @property
    def meaning(self) -> str:
        return plain_text(self.segments)


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation after award, ready to be tracked. ``when`` is in words.

    ``timing``, ``at`` and ``of`` say the same for rules.obligations_due, the value as printed.
    """

    # The sub-clause that states it: "14.2".
    place: str
    clause: str
    who: str
    what: str
    when: str
    evidence: str
    timing: str = ""
    at: str = ""
    of: str = ""


class Departure(StrEnum):
    """How a sub-clause departs from the library: not at all, or by somebody's decision."""

    NONE = ""
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Before:
    """What the library says where a sub-clause was changed or taken out. ``after`` is the key of
    the sub-clause it follows, for one taken out."""

    segments: tuple[Segment, ...]
    items: tuple[Item, ...] = ()
    after: str = ""

    @property
    def text(self) -> str:
        return plain_text(self.segments)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered sub-clause: "14.2", its words, its items, and terms it defines.

    ``key`` names it within its clause whatever its number is (rules.redrafting).
    """

    number: str
    segments: tuple[Segment, ...]
    items: tuple[Item, ...] = ()
    definitions: tuple[DefinedTerm, ...] = ()
    duty: Duty | None = None
    key: str = ""
    departure: Departure = Departure.NONE
    before: Before | None = None

    @property
    def text(self) -> str:
        return plain_text(self.segments)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sub-clause whose own condition does not hold, and why."""

    text: str
    words: str


@dataclass(frozen=True, slots=True)
class ScheduledClause:
    """A clause as printed. ``id`` is empty for interpretation and defined terms."""

    id: str
    number: int
    version: int
    title: str
    paragraphs: tuple[Paragraph, ...]
    purpose: str = ""
    note: str = ""
    seen_in: str = ""
    ground: str = ""
    because: str = ""
    sources: tuple[str, ...] = ()
    variables: tuple[Filled, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    depth: str = Depth.STANDARD
    # What of the library somebody took out, and who changed the words or the depth, with why.
    taken_out: tuple[Before, ...] = ()
    redrafted: str = ""
    redrafted_by: str = ""

    @property
    def printed_because(self) -> str:
        """Return why it is in, as the contract says it."""
        return INCLUDED if self.ground == Ground.OFFICER else self.because

    @property
    def departs(self) -> bool:
        """Return whether its words are not the library's."""
        return bool(self.taken_out or any(part.departure for part in self.paragraphs))


@dataclass(frozen=True, slots=True)
class ExcludedTopic:
    id: str
    title: str
    version: int
    ground: str
    because: str
    sources: tuple[str, ...] = ()

    @property
    def printed_because(self) -> str:
        """Return why it is left out, as the contract says it."""
        return LEFT_OUT if self.ground == Ground.OFFICER else self.because


@dataclass(frozen=True, slots=True)
class Bracket:
    """Something still to be settled: an empty variable, or a reference to a clause left out."""

    clause: str
    number: int
    title: str
    variable: str
    label: str


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One line of the trace: a clause, why it is in, and one of its values with its source."""

    clause: str
    number: int
    title: str
    version: int
    because: str
    variable: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A complete contract schedule; nothing in it needs the library or the answers again."""

    status: str
    parties: Parties
    bank_version: str
    library_version: str
    library_fingerprint: str
    clauses: tuple[ScheduledClause, ...]
    excluded: tuple[ExcludedTopic, ...]
    annexes: tuple[ScheduledAnnex, ...]
    commitments: tuple[CommitmentLine, ...]
    duties: tuple[Duty, ...]
    deviations: tuple[Deviation, ...]
    brackets: tuple[Bracket, ...]
    trace: tuple[TraceRow, ...]

    def clause(self, clause_id: str) -> ScheduledClause | None:
        return next((clause for clause in self.clauses if clause.id == clause_id), None)

    @property
    def may_be_approved(self) -> bool:
        """Empty brackets block approval."""
        return not self.brackets

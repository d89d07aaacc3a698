"""The pieces a schedule is made of, as plain values: what a page, Word and JSON all show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contract_clauses.rules.annexes import CommitmentLine, ScheduledAnnex
from contract_clauses.rules.variables import Deviation, Filled
from contract_clauses.rules.wording import Segment, plain_text

DRAFT = "Draft for legal review"


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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered sub-clause: "14.2", its words, its items, and terms it defines."""

    number: str
    segments: tuple[Segment, ...]
    items: tuple[Item, ...] = ()
    definitions: tuple[DefinedTerm, ...] = ()
    duty: Duty | None = None

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


@dataclass(frozen=True, slots=True)
class ExcludedTopic:
    id: str
    title: str
    version: int
    ground: str
    because: str
    sources: tuple[str, ...] = ()


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

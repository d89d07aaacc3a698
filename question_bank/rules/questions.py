"""What a bank holds: questions, parts, outcomes, risks and checks. Never changed once read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.frameworks import Framework


class Kind(StrEnum):
    """The kinds of thing a supplier can be asked for; one registry entry each in ``kinds``."""

    COMMITMENT = "commitment"
    CHOICE = "choice"
    CHOICES = "choices"
    SHORT_TEXT = "short-text"
    NARRATIVE = "narrative"
    NUMBER = "number"
    MONEY = "money"
    DURATION = "duration"
    DATE = "date"
    URL = "url"
    COUNTRY = "country"
    CERTIFICATE = "certificate"
    RECORD = "record"
    TABLE = "table"
    FILE = "file"
    # Tender facts only: several countries, several lines of text.
    COUNTRIES = "countries"
    LINES = "lines"


CLOSED = frozenset({Kind.COMMITMENT, Kind.CHOICE, Kind.CHOICES})
ROWED = frozenset({Kind.CERTIFICATE, Kind.RECORD, Kind.TABLE})
COMMITMENT_ANSWERS = ("yes", "yes-with-exception", "no")


class Severity(StrEnum):
    """How much a flag matters; a knock-out proposes failure, never decides it."""

    KNOCK_OUT = "knock-out"
    RED = "red"
    AMBER = "amber"
    INFO = "info"


class PartClass(StrEnum):
    """How the authority assesses a part (``docs/glossary.md``)."""

    PARTICIPATION = "participation"
    REQUIREMENT = "requirement"
    SCORED = "scored"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Flag:
    """What an outcome says about a bid, and the risks it proposes."""

    severity: Severity
    risks: tuple[str, ...]
    says: str
    # Topics expected to follow: shown to suppliers, checked by tests, never decisive.
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    ceiling: int | None = None
    flag: Flag | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something an answer leads to. ``rule`` is its permanent id, such as ``SLP-07.f:none``."""

    rule: str
    when: Condition
    ceiling: int | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to fill in, whether a part of a question or a column of a table."""

    id: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    characters: int = 200
    words: int | None = None
    unit: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    decimals: int = 0
    messages: Mapping[str, str] = field(default_factory=dict)
    _options: dict[str, Option] = field(default_factory=dict, init=False, repr=False, compare=False)
    # What values were read as, where there are few (``kinds.registry``).
    seen: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._options.update((option.value, option) for option in self.options)

    def option(self, value: object) -> Option | None:
        return self._options.get(value) if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two cells of a row that cannot both stand: ``column`` filled, where others say so."""

    where: Mapping[str, str]
    column: str
    says: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Rows that another table's answer offers to one: what of it goes into which column.

    A row of the other table counts where it has the values of ``where``. It is listed already
    where a row has the same in the columns of ``matched``.
    """

    part: str
    columns: Mapping[str, str]
    because: str
    matched: tuple[str, ...]
    where: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    # The column in which the bidder's own name is nothing to list.
    except_own: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table, record or certificate."""

    id: str
    title: str
    row_name: str
    columns: tuple[Asked, ...]
    list_columns: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    # The place of each column by its name, and the columns that every complete row fills.
    places: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    required: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.places.update((column.id, place) for place, column in enumerate(self.columns))
        object.__setattr__(self, "required", frozenset(c.id for c in self.columns if c.required))

    @property
    def names(self) -> Set[str]:
        return self.places.keys()

    def column(self, name: str) -> Asked | None:
        return self.columns[self.places[name]] if name in self.places else None


@dataclass(frozen=True, slots=True)
class Part(Asked):
    ask: str = ""
    assessed: PartClass = PartClass.SCORED
    shown_when: Condition | None = None
    source: str = ""
    evidence: str = ""
    schema: Schema | None = None
    rows_at_least: int = 0
    rows_at_most: int = 200
    # For a table whose rows are given (the PAS 185 themes): the first column's value and title.
    fixed_rows: tuple[tuple[str, str], ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    feeds: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    # What may follow from each option, and what each outcome needs, once ``outcomes`` found it.
    found: dict[Any, list[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Covered:
    """A requirement of the source that is answered inside another part."""

    id: str
    ask: str
    part: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    version: int
    topic: str
    title: str
    source: str
    why: str
    main_risk: str
    levels: Mapping[int, str]
    parts: tuple[Part, ...]
    guidance: str = ""
    minutes: int = 0
    weight: Decimal = Decimal(0)
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    law: tuple[str, ...] = ()
    pass_when: Condition | None = None
    pass_says: str = ""
    covered_by: tuple[Covered, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """An entry of the risk library; likelihood and impact are inherent, 1 to 5."""

    id: str
    title: str
    category: str
    cause: str
    event: str
    consequence: str
    likelihood: int
    impact: int
    treatment: str
    mitigation: str
    clauses: tuple[str, ...] = ()
    raised_by: str = ""

    @property
    def statement(self) -> str:
        return (
            f"Because {self.cause}, there is a risk that {self.event}, "
            f"resulting in {self.consequence}."
        )


@dataclass(frozen=True, slots=True)
class Theme:
    id: str
    title: str
    ask: str
    evidence: str
    iso_19650_5: str = ""
    connected_places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckCase:
    """One way in which answers disagree. Never changes a mark; drafts a clarification."""

    rule: str
    title: str
    when: Condition
    flag: Flag
    clarification: str = ""
    after_marking: bool = False
    blocks_schedule: bool = False


@dataclass(frozen=True, slots=True)
class TenderFact:
    """Something about the tender that rules need; ``spec`` says how it is written."""

    spec: Asked
    ask: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    version: str
    questions: Mapping[str, Question]
    schemas: Mapping[str, Schema]
    risks: Mapping[str, Risk]
    themes: Mapping[str, Theme]
    checks: tuple[CheckCase, ...]
    facts: Mapping[str, TenderFact]
    scale: Mapping[int, Mapping[str, str]]
    raw: Mapping[str, Any]
    # Tenders frozen before the bank held frameworks have none.
    frameworks: Mapping[str, Framework] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", {part.id: part for part in self.all_parts()})

    def all_parts(self) -> Iterator[Part]:
        for question in self.questions.values():
            yield from question.parts

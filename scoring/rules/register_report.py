"""What a workbook of a register holds beside its rows: plain values, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from scoring.rules.matrix import STANDARD, Scale
from scoring.rules.register import RegisterRow
from scoring.rules.results import Cause

# From how long before it runs out something is shown as running out.
SOON = timedelta(days=90)
# What stands for a rule where an officer raised a risk.
BY_HAND = "officer"


class Kept(StrEnum):
    """Where a register is dealt with."""

    EVALUATION = "evaluation"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class LeadsTo:
    """A clause or an obligation a risk leads to, and where it stands."""

    kind: str
    name: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """Evidence of a bid. ``until``: its last day; None where the bid names none."""

    bid: str
    part: str
    label: str
    what: str
    issued: str = ""
    until: date | None = None

    def standing(self, today: date) -> str:
        if self.until is None:
            return "no date is named"
        if self.until < today:
            return "has run out"
        return "runs out soon" if self.until <= today + SOON else "in date"


@dataclass(frozen=True, slots=True)
class Upload:
    """What tells a file that may come back: of which tender, whose, from which stage.

    ``numbers``: by token of a row, the number of the decision it was made from.
    """

    tender: str
    authority: str
    kept: Kept
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class RegisterMore:
    """``leads_to``: by token of a row. ``upload``: None for a file nothing is read from again."""

    scale: Scale = STANDARD
    leads_to: Mapping[str, Sequence[LeadsTo]] = field(default_factory=lambda: MappingProxyType({}))
    titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lasting: Sequence[Lasting] = ()
    upload: Upload | None = None

    def clauses_of(self, row: RegisterRow) -> Sequence[LeadsTo]:
        """Return what a risk leads to; where nobody says, the clauses expected of it."""
        found = self.leads_to.get(row.token) if row.token else None
        if found is not None:
            return found
        return [LeadsTo("Clause", one, self.titles.get(one, ""), "expected") for one in row.clauses]


@dataclass(frozen=True, slots=True)
class RuleUsed:
    """A rule that raised risks. ``risks``: their ids; ``bids``: how many bids."""

    rule: str
    severity: str
    says: str
    version: str
    risks: tuple[str, ...]
    bids: int


def rules_used(rows: Iterable[RegisterRow]) -> list[RuleUsed]:
    """Return every rule that raised a risk of the register, in the order of their ids."""
    found: dict[tuple[str, str], list[tuple[RegisterRow, Cause]]] = {}
    for row in rows:
        for cause in row.causes:
            if cause.rule != BY_HAND:
                found.setdefault((cause.rule, row.bank_version), []).append((row, cause))
    return [
        RuleUsed(
            rule,
            pairs[0][1].severity,
            pairs[0][1].says,
            version,
            tuple(sorted({row.risk_id for row, _ in pairs})),
            len({row.bid for row, _ in pairs}),
        )
        for (rule, version), pairs in sorted(found.items())
    ]


def risks_resting_on(rows: Iterable[RegisterRow], bid: str, part: str) -> list[str]:
    """Return the risks of a bid that were raised by what it says in a part."""
    return [
        row.risk_id
        for row in rows
        if row.bid == bid and any(part in cause.sources for cause in row.causes)
    ]

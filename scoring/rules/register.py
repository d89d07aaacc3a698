"""A row of the risk register: what the rules propose and, once there, what a person decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scoring.rules.matrix import Band, appetite_for, band, heat_map
from scoring.rules.results import Cause, ProposedRisk


class RiskState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    # Part of another risk of the same bid, which has its causes since.
    MERGED = "merged"
    TREATED = "treated"
    CLOSED = "closed"


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ControlKind(StrEnum):
    IN_PLACE = "in place"
    CONTRACTUAL = "contractual"


class Treatment(StrEnum):
    """The four Ts."""

    TREAT = "treat"
    TRANSFER = "transfer"
    TERMINATE = "terminate"
    TOLERATE = "tolerate"


TREATMENTS_IN_WORDS: Mapping[Treatment, str] = {
    Treatment.TREAT: "Treat: make it less likely or less harmful",
    Treatment.TRANSFER: "Transfer: somebody else bears it, by contract or insurance",
    Treatment.TERMINATE: "Terminate: do not do what causes it",
    Treatment.TOLERATE: "Tolerate: accept it by name, until a date",
}


@dataclass(frozen=True, slots=True)
class Rating:
    """Likelihood and impact, 1 to 5 each."""

    likelihood: int
    impact: int

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def band(self) -> Band:
        return band(self.score)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One risk of one bid, ready for a page or a workbook.

    ``inherent`` is the rating before planned contract terms; ``residual`` after controls that are
    in place or contractually binding; ``target`` where it should be by the due date.
    """

    risk_id: str
    title: str
    bid: str
    category: str
    cause: str
    event: str
    consequence: str
    inherent: Rating
    causes: tuple[Cause, ...]
    clauses: tuple[str, ...]
    bank_version: str
    treatment: str
    actions: str
    state: RiskState = RiskState.PROPOSED
    raised_on: date | None = None
    owner: str = ""
    due: date | None = None
    residual: Rating | None = None
    target: Rating | None = None
    review_on: date | None = None
    decided_by: str = ""
    decided_on: date | None = None
    why: str = ""
    # What was decided one after the other, a line each; only in the register of one authority.
    changes: str = ""

    @property
    def statement(self) -> str:
        return (
            f"Because {self.cause}, there is a risk that {self.event}, "
            f"resulting in {self.consequence}."
        )

    @property
    def appetite(self) -> int:
        return appetite_for(self.category)

    @property
    def answers(self) -> str:
        """Return what the bid says that raised the risk, a line for each cause."""
        return "\n".join(dict.fromkeys(cause.words for cause in self.causes))

    @property
    def rules(self) -> str:
        return "\n".join(cause.rule for cause in self.causes)


def row_of(
    proposed: ProposedRisk, *, bid: str, bank_version: str, raised_on: date | None = None
) -> RegisterRow:
    """Return the register row of a risk nobody has decided yet, as the library words it."""
    risk = proposed.risk
    return RegisterRow(
        risk_id=risk.id,
        title=risk.title,
        bid=bid,
        category=risk.category,
        cause=risk.cause,
        event=risk.event,
        consequence=risk.consequence,
        inherent=Rating(proposed.likelihood, proposed.impact),
        causes=proposed.causes,
        clauses=risk.clauses,
        bank_version=bank_version,
        treatment=risk.treatment,
        actions=risk.mitigation,
        raised_on=raised_on,
    )


def placed(rows: Iterable[RegisterRow]) -> Mapping[tuple[int, int], int]:
    """Return the counts of a heat map of the rows that still stand; dropped ones do not count."""
    standing = (row.inherent for row in rows if row.state is not RiskState.DROPPED)
    return heat_map((rating.likelihood, rating.impact) for rating in standing)


def band_counts(rows: Iterable[RegisterRow]) -> Mapping[Band, int]:
    """Return how many rows that still stand are in each band, worst first."""
    standing = [row.inherent.band for row in rows if row.state is not RiskState.DROPPED]
    return {entry: standing.count(entry) for entry in reversed(Band)}

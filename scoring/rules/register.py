"""A row of the risk register: what the rules propose and, once there, what a person decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scoring.rules.accepting import Acceptance, Standing, standing_of
from scoring.rules.actions import Action, ActionState, Control, ControlKind
from scoring.rules.knowledge import Knowledge
from scoring.rules.matrix import STANDARD, Band, Scale, heat_map
from scoring.rules.ratings import Rating
from scoring.rules.register_changes import Change
from scoring.rules.results import Cause, ProposedRisk
from scoring.rules.risk_steps import RiskState

__all__ = [
    "LEFT_THE_REGISTER",
    "TREATMENTS_IN_WORDS",
    "ActionState",
    "ControlKind",
    "Rating",
    "RegisterRow",
    "RiskState",
    "Treatment",
    "band_counts",
    "placed",
    "row_of",
]


# States in which a risk is no longer one to be dealt with.
LEFT_THE_REGISTER = frozenset({RiskState.DROPPED, RiskState.MERGED, RiskState.CLOSED})


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
    # The scale the tender is rated by.
    scale: Scale = STANDARD
    # The risk of the same bid ("R09") this one became part of, and those that became part of it.
    merged_into: str = ""
    merged: tuple[str, ...] = ()
    # The token of the row. Empty where no register holds it.
    token: str = ""
    # What ``actions`` says as a whole, one by one, with those done and dropped; what holds the risk
    # down; the last word on bearing more than the appetite. Of one authority.
    listed_actions: tuple[Action, ...] = ()
    controls: tuple[Control, ...] = ()
    acceptance: Acceptance | None = None
    # Every change, the first first.
    history: tuple[Change, ...] = ()
    # How well founded the rating is; None where the risk rests on no answer.
    knowledge: Knowledge | None = None

    @property
    def statement(self) -> str:
        return (
            f"Because {self.cause}, there is a risk that {self.event}, "
            f"resulting in {self.consequence}."
        )

    @property
    def stands(self) -> bool:
        """Whether the risk is one to be dealt with: not dropped, not merged, not closed."""
        return self.state not in LEFT_THE_REGISTER

    @property
    def appetite(self) -> int:
        return self.scale.appetite_for(self.category)

    def standing(self, today: date) -> Standing:
        """Return how what is left of the risk stands against the appetite on a day."""
        return standing_of(self.residual, self.appetite, self.acceptance, today)

    @property
    def answers(self) -> str:
        """Return what the bid says that raised the risk, a line for each cause."""
        return "\n".join(dict.fromkeys(cause.words for cause in self.causes))

    @property
    def rules(self) -> str:
        return "\n".join(cause.origin for cause in self.causes)

    @property
    def strength_of_knowledge(self) -> str:
        """Return ‘Low: SLP-07.f is asserted, with nothing that shows it’, or "" for none."""
        return "" if self.knowledge is None else self.knowledge.words


def row_of(
    proposed: ProposedRisk,
    *,
    bid: str,
    bank_version: str,
    raised_on: date | None = None,
    scale: Scale = STANDARD,
    knowledge: Knowledge | None = None,
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
        inherent=Rating(proposed.likelihood, proposed.impact, scale),
        causes=proposed.causes,
        clauses=risk.clauses,
        bank_version=bank_version,
        treatment=risk.treatment,
        actions=risk.mitigation,
        raised_on=raised_on,
        scale=scale,
        knowledge=knowledge,
    )


def placed(rows: Iterable[RegisterRow]) -> Mapping[tuple[int, int], int]:
    """Return the counts of a heat map of the rows that still stand."""
    standing = (row.inherent for row in rows if row.stands)
    return heat_map((rating.likelihood, rating.impact) for rating in standing)


def band_counts(ratings: Iterable[Rating]) -> Mapping[Band, int]:
    """Return how many ratings are in each band, worst first."""
    found = [rating.band for rating in ratings]
    return {entry: found.count(entry) for entry in reversed(Band)}

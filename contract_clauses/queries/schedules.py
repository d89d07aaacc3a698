"""Schedules as they stand: drawn up from the bid, the frozen library and what officers decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import ClauseDecision, VariableValue
from contract_clauses.rules.holding import Hold, holds_on
from contract_clauses.rules.library import Library
from contract_clauses.rules.outline import Outline, fingerprint_of_set, outline_of
from contract_clauses.rules.outline_differences import Differences, differences
from contract_clauses.rules.outline_kept import NotAnOutline, read_kept
from contract_clauses.rules.parts import Parties, Schedule
from contract_clauses.rules.reading import read_library
from contract_clauses.rules.schedule import build_schedule
from contract_clauses.rules.selection import OfficerChoice, Wish
from contract_clauses.rules.variables import OfficerValue
from foundation import clock
from foundation.database import db
from foundation.errors import DomainError
from scoring.queries import EvaluatedBid, bid_in_evaluation
from scoring.queries.ranked import must_not_mark_alone
from supplier_portal.models import Bid
from supplier_portal.queries.terms import COMMITMENTS, terms_handed_in
from supplier_portal.rules.terms import Terms
from tenders.joint import bought_with
from tenders.models import Tender
from tenders.rules.questionnaire import Questionnaire

# The name under which publishing a tender freezes the clause library.
FROZEN_AS = "clauses"

# What officers decided of one bid: by clause, and by clause and variable.
Decided = tuple[dict[str, ClauseDecision], dict[tuple[str, str], VariableValue]]


class NoLibrary(DomainError):
    """A tender was published without the clause library."""


@dataclass(frozen=True)
class ScheduledBid:
    """An opened bid with its schedule, and the decisions that count by clause and variable."""

    evaluated: EvaluatedBid
    library: Library
    schedule: Schedule
    decisions: Mapping[str, ClauseDecision]
    values: Mapping[tuple[str, str], VariableValue]
    officer_values: Mapping[tuple[str, str], OfficerValue]
    officer_choices: Mapping[str, OfficerChoice]

    @cached_property
    def said(self) -> Terms:
        """Return what the bid says of the terms: whether it accepts them, what it objects to."""
        return terms_handed_in(self.evaluated.opened.content)

    @cached_property
    def shown(self) -> Outline | None:
        """Return the outline the supplier was shown when it submitted; None where there is none."""
        return kept_outline(self.evaluated.opened.content)

    @property
    def shown_set(self) -> str:
        """Return the fingerprint of the set of terms the supplier was shown."""
        return fingerprint_of_set(self.shown) if self.shown else ""

    @cached_property
    def since_shown(self) -> Differences | None:
        """Return how the schedule differs from what the supplier was shown; None if unknown."""
        if self.shown is None:
            return None
        now = outline_of(
            self.library,
            replace(self.evaluated.evaluation.situation, answers=self.evaluated.opened.answers),
            self.officer_values,
            self.officer_choices,
        )
        return differences(self.shown, now, self.library)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Return the checks that stop the schedule, with whether an officer released it."""
        released = {name: d.wish is Wish.INCLUDE for name, d in self.decisions.items()}
        return holds_on(self.evaluated.evaluation.findings.fired, released)

    @property
    def is_held(self) -> bool:
        return any(hold.stands for hold in self.holds)

    @property
    def token(self) -> str:
        return self.evaluated.token

    @property
    def tender(self) -> Tender:
        return self.evaluated.tender


def scheduled_bid(viewer: Viewer, token: str, *, to: Permission) -> ScheduledBid:
    """Return the schedule of an opened bid of the viewer's authority.

    Raises NoResultFound; and OwnMarksFirst for who still marks alone, because agreed marks bring
    clauses in.
    """
    evaluated = bid_in_evaluation(viewer, token, to=to)
    must_not_mark_alone(viewer, evaluated.tender, "see the contract terms of a bid")
    return as_scheduled(evaluated)


def as_scheduled(evaluated: EvaluatedBid, decided: Decided | None = None) -> ScheduledBid:
    """Return the schedule of a bid that was read already. Raises NoLibrary.

    ``decided``: what officers decided of it, where that was read for several bids at once.
    """
    bid = evaluated.opened.bid
    library = library_of(bid.tender, evaluated.questionnaire)
    decisions, values = decided or decided_on([bid.id])[bid.id]
    entered = {
        key: _officer_value(value) for key, value in values.items() if value.value is not None
    }
    chosen = {
        key: _officer_choice(decision)
        for key, decision in decisions.items()
        if key in library.topics and decision.wish is not Wish.RULE
    }
    schedule = build_schedule(
        library,
        evaluated.evaluation.situation,
        evaluated.questionnaire,
        evaluated.opened.answers,
        parties_of(bid, clock.london(clock.arrived_at()).date()),
        entered,
        chosen,
    )
    return ScheduledBid(evaluated, library, schedule, decisions, values, entered, chosen)


def kept_outline(handed_in: Mapping[str, Any]) -> Outline | None:
    """Return the outline handed in with a bid; None where none was, or none that can be read."""
    kept = handed_in.get(COMMITMENTS)
    if not isinstance(kept, Mapping):
        return None
    try:
        return read_kept(kept)
    except NotAnOutline:
        return None


def library_of(tender: Tender, questionnaire: Questionnaire) -> Library:
    """Return the clause library as frozen with the tender. Raises NoLibrary."""
    if FROZEN_AS not in questionnaire.libraries:
        raise NoLibrary("You cannot see the contract terms because this tender froze none")
    return _read_once(_Frozen(tender.questionnaire_sha256 or "", questionnaire.libraries))


class _Frozen:
    """A frozen library, known by the fingerprint of the questionnaire it was frozen with."""

    def __init__(self, sha256: str, libraries: Mapping[str, Any]) -> None:
        self.sha256, self.libraries = sha256, libraries

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


@lru_cache(maxsize=16)
def _read_once(frozen: _Frozen) -> Library:
    return read_library(frozen.libraries[FROZEN_AS])


def parties_of(bid: Bid, prepared_on: date | None) -> Parties:
    return Parties(
        authority=bid.tender.authority.legal_name or bid.tender.authority.name,
        supplier=bid.supplier.legal_name or bid.supplier.name,
        tender_title=bid.tender.title,
        tender_reference=bid.tender.reference,
        company_number=bid.supplier.company_number or "",
        prepared_on=prepared_on,
        questionnaire_sha256=bid.tender.questionnaire_sha256 or "",
        bought_with=bought_with(bid.tender),
    )


def decided_on(bid_ids: Sequence[int]) -> dict[int, Decided]:
    """Return the decisions that count, by clause (by check, for those that stop a schedule), and
    the values that count, by clause and variable, of each bid. Two statements."""
    found: dict[int, Decided] = {bid_id: ({}, {}) for bid_id in bid_ids}
    for decision in db.session.scalars(
        select(ClauseDecision)
        .options(joinedload(ClauseDecision.decided_by, innerjoin=True))
        .where(ClauseDecision.bid_id.in_(bid_ids))
        .order_by(ClauseDecision.number)
    ):
        found[decision.bid_id][0][decision.clause_id] = decision
    for value in db.session.scalars(
        select(VariableValue)
        .options(joinedload(VariableValue.entered_by, innerjoin=True))
        .where(VariableValue.bid_id.in_(bid_ids))
        .order_by(VariableValue.number)
    ):
        found[value.bid_id][1][value.clause_id, value.name] = value
    return found


def _officer_value(value: VariableValue) -> OfficerValue:
    at = clock.show_moment(value.entered_at)
    return OfficerValue(value.value, value.reason, value.entered_by.name, at)


def _officer_choice(decision: ClauseDecision) -> OfficerChoice:
    at = clock.show_moment(decision.decided_at)
    wanted = decision.wish is Wish.INCLUDE
    return OfficerChoice(wanted, decision.reason, decision.decided_by.name, at)

"""Schedules as they stand: drawn up from the bid, the frozen library and what officers decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import ClauseDecision, ClauseRedraft, VariableValue
from contract_clauses.queries.decided import Decided, decided_on
from contract_clauses.queries.deviation_rows import DeviationRows, accepted_in
from contract_clauses.queries.drafting_notes import with_notes
from contract_clauses.queries.redrafts import opened_redrafts
from contract_clauses.rules.holding import Hold, holds_on
from contract_clauses.rules.library import Library
from contract_clauses.rules.outline import Outline, fingerprint_of_set, outline_of
from contract_clauses.rules.outline_differences import Differences, differences
from contract_clauses.rules.outline_kept import NotAnOutline, read_kept
from contract_clauses.rules.parts import Parties, Schedule
from contract_clauses.rules.reading import read_library
from contract_clauses.rules.redrafting import Redraft
from contract_clauses.rules.redrafts_shown import redrafted_texts
from contract_clauses.rules.schedule import build_schedule
from contract_clauses.rules.selection import OfficerChoice, Wish
from contract_clauses.rules.variables import OfficerValue
from foundation import clock
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
    # The last of each clause as stored, and those of them that print.
    redrafted: Mapping[str, ClauseRedraft] = field(default_factory=dict)
    redrafts: Mapping[str, Redraft] = field(default_factory=dict)
    deviation_rows: DeviationRows = field(default_factory=dict)

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
        """Return how the schedule differs from what the supplier was shown; None if unknown.

        With the words and depths that people chose clause by clause, what came back from
        negotiation, and the figures of the bid that were accepted below a minimum.
        """
        if self.shown is None:
            return None
        now = outline_of(
            self.library,
            replace(self.evaluated.evaluation.situation, answers=self.evaluated.opened.answers),
            self.officer_values,
            self.officer_choices,
            self.redrafts,
        )
        return differences(self.shown, now, self.library, redrafted_texts(self.schedule))

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Return the checks that stop the schedule, with whether an officer released it."""
        return holds_of(self.evaluated, self.decisions)

    @property
    def stale(self) -> frozenset[str]:
        """Return the clauses whose words, as somebody wrote them, stand for another library."""
        written = {
            clause
            for clause, row in self.redrafted.items()
            if row.sealed_words is not None or row.depth is not None
        }
        return frozenset(written - set(self.redrafts))

    @property
    def is_held(self) -> bool:
        return any(hold.stands for hold in self.holds)

    @property
    def token(self) -> str:
        return self.evaluated.token

    @property
    def tender(self) -> Tender:
        return self.evaluated.tender


def holds_of(evaluated: EvaluatedBid, decisions: Mapping[str, ClauseDecision]) -> tuple[Hold, ...]:
    """Return the checks that stop the schedule of a bid, with whether an officer released it."""
    released = {name: one.wish is Wish.INCLUDE for name, one in decisions.items()}
    return holds_on(evaluated.evaluation.findings.fired, released)


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
    decided = decided or decided_on([bid.id])[bid.id]
    decisions, values = decided.clauses, decided.values
    entered: dict[tuple[str, str], OfficerValue] = {**accepted_in(decided.deviations)}
    # A value that somebody entered comes before one that was accepted.
    entered |= {
        key: _officer_value(value) for key, value in values.items() if value.value is not None
    }
    chosen = {
        key: _officer_choice(decision)
        for key, decision in decisions.items()
        if key in library.topics and decision.wish is not Wish.RULE
    }
    redrafts = opened_redrafts(decided.redrafts, bid, library.fingerprint)
    schedule = _drawn_up(evaluated, library, entered, chosen, redrafts)
    return ScheduledBid(
        evaluated,
        library,
        schedule,
        decisions,
        values,
        entered,
        chosen,
        decided.redrafts,
        redrafts,
        decided.deviations,
    )


def with_redraft(found: ScheduledBid, clause_id: str, redraft: Redraft | None) -> Schedule:
    """Return the schedule as it would be with these words in a clause; None for the library's."""
    others = {name: one for name, one in found.redrafts.items() if name != clause_id}
    redrafts = others if redraft is None else others | {clause_id: redraft}
    return _drawn_up(
        found.evaluated, found.library, found.officer_values, found.officer_choices, redrafts
    )


def _drawn_up(
    evaluated: EvaluatedBid,
    library: Library,
    values: Mapping[tuple[str, str], OfficerValue],
    choices: Mapping[str, OfficerChoice],
    redrafts: Mapping[str, Redraft],
) -> Schedule:
    return build_schedule(
        library,
        evaluated.evaluation.situation,
        evaluated.questionnaire,
        evaluated.opened.answers,
        parties_of(evaluated.opened.bid, clock.london(clock.arrived_at()).date()),
        values,
        choices,
        redrafts,
    )


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
    sha256 = tender.questionnaire_sha256 or ""
    return _read_once(_Frozen(sha256, questionnaire.libraries, tender.authority_id))


class _Frozen:
    """A frozen library, known by the fingerprint of the questionnaire it was frozen with, and
    whose it is."""

    def __init__(self, sha256: str, libraries: Mapping[str, Any], authority_id: int) -> None:
        self.key, self.libraries, self.authority_id = (
            (sha256, authority_id),
            libraries,
            authority_id,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=16)
def _read_once(frozen: _Frozen) -> Library:
    return with_notes(read_library(frozen.libraries[FROZEN_AS]), frozen.authority_id)


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


def _officer_value(value: VariableValue) -> OfficerValue:
    at = clock.show_moment(value.entered_at)
    return OfficerValue(value.value, value.reason, value.entered_by.name, at)


def _officer_choice(decision: ClauseDecision) -> OfficerChoice:
    at = clock.show_moment(decision.decided_at)
    wanted = decision.wish is Wish.INCLUDE
    return OfficerChoice(wanted, decision.reason, decision.decided_by.name, at)

"""What the rules make of the answers of one round: read from the bid, its clauses and register."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.reassessing import Round
from contract_clauses.queries.schedules import NoLibrary, ScheduledBid, as_scheduled
from contract_clauses.queries.watching import RestsOn, WatchedContract
from contract_clauses.rules.outline_differences import ChangeKind
from contract_clauses.rules.reassess_effects import Basis, Effects, effects
from scoring.queries import EvaluatedBid, bid_in_evaluation
from scoring.queries.ranked import must_not_mark_alone


@dataclass(frozen=True)
class EffectsSeen:
    """The effects, and the rows that the register of the contract has for risks, by id."""

    effects: Effects
    rows: dict[str, str]


def effects_of(viewer: Viewer, one: Round, *, to: Permission) -> EffectsSeen:
    """Return what differs between the answers as they stood and those of a round.

    For the council alone. Raises NoResultFound, and OwnMarksFirst for who still marks alone.
    """
    evaluated = bid_in_evaluation(viewer, one.seen.bid.token, to=to)
    must_not_mark_alone(viewer, evaluated.tender, "see what follows from answers")
    rows = {risk.risk_id: risk.row.token for risk in evaluated.risks}
    return EffectsSeen(_effects(evaluated, one), rows)


def made_worse(viewer: Viewer, one: Round, *, to: Permission) -> RestsOn:
    """Return the risks for which the answers of a round give a new cause, and the clauses that are
    linked to it, read the answers behind it, or would come in. Ids alone, for the service."""
    evaluated = bid_in_evaluation(viewer, one.seen.bid.token, to=to)
    found = _effects(evaluated, one)
    if not found.risks:
        return RestsOn((), ())
    watched = WatchedContract(one.seen)
    sources = {source for risk in found.risks for cause in risk.causes for source in cause.sources}
    clauses = [
        clause
        for fired in found.flags
        if fired.flag is not None
        for clause in fired.flag.clauses
        if clause in watched.clauses
    ]
    clauses += [
        clause for part in one.parts if part in sources for clause in watched.rests_on(part).clauses
    ]
    if found.clauses is not None:
        clauses += [change.id for change in found.clauses.of_kind(ChangeKind.COMES_IN)]
    return RestsOn(tuple(risk.risk.id for risk in found.risks), tuple(dict.fromkeys(clauses)))


def _effects(evaluated: EvaluatedBid, one: Round) -> Effects:
    return effects(_basis(evaluated), one.before, one.now, one.handed_in_on or one.seen.today)


def _basis(evaluated: EvaluatedBid) -> Basis:
    scheduled = _scheduled(evaluated)
    return Basis(
        evaluated.questionnaire,
        scheduled.library if scheduled else None,
        evaluated.facts,
        evaluated.numbers,
        scheduled.officer_values if scheduled else {},
        scheduled.officer_choices if scheduled else {},
        frozenset(risk.risk_id for risk in evaluated.risks if risk.counts_for_clauses),
    )


def _scheduled(evaluated: EvaluatedBid) -> ScheduledBid | None:
    try:
        return as_scheduled(evaluated)
    except NoLibrary:
        return None

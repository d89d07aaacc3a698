"""What the rules make of the answers of a yearly assessment, beside what they made of the bid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contract_clauses.rules.library import Library
from contract_clauses.rules.outline import outline_of
from contract_clauses.rules.outline_differences import Differences, differences
from contract_clauses.rules.selection import OfficerChoice
from contract_clauses.rules.variables import OfficerValue
from question_bank.rules.fired import Fired
from scoring.rules.evaluation import evaluate_bid
from scoring.rules.results import BidEvaluation, ProposedRisk
from tenders.rules.questionnaire import Questionnaire

# Days of the tender against which the rules measure ages and ends. In a round they are the day on
# which it was handed in: a test is as old, and a certificate as valid, as it is then.
MEASURED_AGAINST = ("closes_at", "award_date")


@dataclass(frozen=True, slots=True)
class Effects:
    """What came, and what went: flags, risks with causes they did not have, clauses and values."""

    flags: tuple[Fired, ...]
    flags_gone: tuple[Fired, ...]
    risks: tuple[ProposedRisk, ...]
    risks_gone: tuple[ProposedRisk, ...]
    clauses: Differences | None

    def __bool__(self) -> bool:
        came = self.flags or self.flags_gone or self.risks or self.risks_gone
        return bool(came) or bool(self.clauses)


@dataclass(frozen=True)
class Basis:
    """What both are worked out from: the frozen questions and clauses, and what officers set."""

    questionnaire: Questionnaire
    library: Library | None
    facts: Mapping[str, Any]
    marks: Mapping[str, int]
    values: Mapping[tuple[str, str], OfficerValue]
    choices: Mapping[str, OfficerChoice]
    # The risks that count for clauses, by the register as it stands.
    register: frozenset[str] = frozenset()


def effects(basis: Basis, before: Mapping[str, Any], now: Mapping[str, Any], on: date) -> Effects:
    """Return what differs between answers as they stood and as they stand on a day.

    The same rules as those of the evaluation; only the days they measure against have moved.
    """
    then = _evaluated(basis, before, basis.facts)
    later = _evaluated(basis, now, moved(basis.facts, on))
    return Effects(
        _only(later.findings.flags, then.findings.flags),
        _only(then.findings.flags, later.findings.flags),
        _risks(later, then),
        _risks(then, later),
        None if basis.library is None else _clauses(basis, basis.library, then, later),
    )


def moved(facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return the facts of a tender with the days that the rules measure against moved."""
    return {
        name: _on_day(value, on) if name in MEASURED_AGAINST and value else value
        for name, value in facts.items()
    }


def _on_day(value: Any, on: date) -> Any:
    """Return the day, with the time of day that stood there if any."""
    text = str(value)
    return on.isoformat() + text[10:] if len(text) > len("2026-01-01") else on.isoformat()


def _evaluated(basis: Basis, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> BidEvaluation:
    return evaluate_bid(basis.questionnaire, answers, facts, basis.marks)


def _only(these: Iterable[Fired], those: Iterable[Fired]) -> tuple[Fired, ...]:
    known = {found.rule for found in those}
    return tuple(found for found in these if found.rule not in known)


def _risks(these: BidEvaluation, those: BidEvaluation) -> tuple[ProposedRisk, ...]:
    """Return the risks with causes the other does not know, each with those causes alone."""
    known = {(risk.risk.id, cause.rule) for risk in those.risks for cause in risk.causes}
    found = []
    for risk in these.risks:
        new = tuple(cause for cause in risk.causes if (risk.risk.id, cause.rule) not in known)
        if new:
            found.append(replace(risk, causes=new))
    return tuple(found)


def _clauses(
    basis: Basis, library: Library, then: BidEvaluation, later: BidEvaluation
) -> Differences:
    """Compare the clauses that follow: the register of the contract, and risks that came."""
    came = _ids(later.risks) - _ids(then.risks)
    return differences(
        _outlined(basis, library, then.with_register(basis.register)),
        _outlined(basis, library, later.with_register(basis.register | came)),
        library,
    )


def _ids(risks: Collection[ProposedRisk]) -> frozenset[str]:
    return frozenset(risk.risk.id for risk in risks)


def _outlined(basis: Basis, library: Library, evaluation: BidEvaluation) -> Any:
    return outline_of(library, evaluation.situation, basis.values, basis.choices)

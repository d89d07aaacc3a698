"""What stands between a draft and its publication: what must be fixed, what to think about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import TenderFact
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Law
from tenders.rules.lint import Wanted, lint
from tenders.rules.planning.findings import Planned
from tenders.rules.questionnaire import Questionnaire

__all__ = [
    "NOT_ASKED_FOR",
    "Finding",
    "Place",
    "Plan",
    "facts_out_of_order",
    "must_fix",
    "should_consider",
]

# The closing date comes from the closing time; a tender may well have no such price lines.
NOT_ASKED_FOR = frozenset({"closes_at", "price_schedule_lines"})

# Our advice, not a rule of law: fourteen questions take a small supplier days of work.
SHORTEST_ADVISED_DAYS = 10
# The dates of a contract, each no sooner than the one before.
DATES = {
    "award_date": "the award date",
    "contract_start": "the contract start",
    "contract_end": "the contract end",
    "extension_end": "the contract end with all extensions",
}
OFFICE_HOURS = range(9, 17)
SATURDAY = 5
# How the sentences of the plan begin that are about a gap, not about a weight.
NOTHING_ASKED = "Add a question"


@dataclass(frozen=True)
class Asked:
    """What a draft asks, and the law it is held against. ``clauses`` wait for its answers."""

    questionnaire: Questionnaire
    law: Law
    clauses: tuple[Wanted, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A draft as the rules see it. ``closes_at`` is given in London time, with its zone."""

    title: str
    reference: str
    quality_weight: int
    closes_at: datetime | None
    facts: Mapping[str, Any]
    fact_specs: Mapping[str, TenderFact]
    pack_problems: tuple[str, ...] = ()
    # None where only the details are looked at.
    asked: Asked | None = None
    # The first moment too late to ask about the tender, in London time; None: until bids close.
    questions_until: datetime | None = None
    # What is planned; None where the plan is not looked at.
    planned: Planned | None = None
    # Why the bids could not be opened as chosen; empty: they could.
    opening_missing: str = ""


def must_fix(plan: Plan, moment: datetime) -> list[Finding]:
    """Return what stops publication at ``moment``; an empty list means nothing does."""
    found = [
        Finding(message, Place.DETAILS)
        for value, message in (
            (plan.title, "Enter the title of the tender"),
            (plan.reference, "Enter the reference of the tender"),
        )
        if not value.strip()
    ]
    if plan.closes_at is None:
        found.append(Finding("Enter when bids close", Place.DETAILS))
    elif plan.closes_at <= moment:
        found.append(Finding("Enter a closing time in the future", Place.DETAILS))
    weights = plan.asked.law.rules["weights"] if plan.asked else ""
    found += [
        # That something has to be asked is no rule of law.
        Finding(
            problem, Place.QUESTIONS, source="" if problem.startswith(NOTHING_ASKED) else weights
        )
        for problem in plan.pack_problems
    ]
    found += _dates_out_of_order(plan)
    found += _questions_too_late(plan, moment)
    if plan.opening_missing:
        found.append(Finding(plan.opening_missing, Place.OPENING))
    return [*found, *_of_lint(plan, moment, Urgency.MUST)]


def should_consider(plan: Plan, moment: datetime) -> list[Finding]:
    """Return what to think about before publishing; none of it stops anybody."""
    found = list(_closing_advice(plan, moment))
    if plan.quality_weight == 0:
        found.append(
            _advice(
                "Quality counts for nothing: the answers would only pass or fail",
                Place.DETAILS,
                "Give quality a weight, or say in the tender why price alone decides.",
            )
        )
    found += _of_lint(plan, moment, Urgency.SHOULD)
    found += _time_for_questions(plan, moment)
    found += [
        _advice(f"{fact.spec.label}: not entered", Place.FACTS, fact.why)
        for name, fact in plan.fact_specs.items()
        if name not in NOT_ASKED_FOR and is_empty(plan.facts.get(name))
    ]
    return found


def _advice(message: str, place: Place, why: str) -> Finding:
    return Finding(message, place, why, Urgency.SHOULD)


def _of_lint(plan: Plan, moment: datetime, urgency: Urgency) -> list[Finding]:
    """Return what the law and our practice say about what is asked, as far as it is known here."""
    if plan.asked is None:
        return []
    zone = plan.closes_at.tzinfo if plan.closes_at else None
    found = lint(
        plan.asked.questionnaire,
        plan.facts,
        plan.asked.law,
        # Days are counted where the tender closes.
        moment=moment.astimezone(zone) if zone else moment,
        closes_at=plan.closes_at,
        clauses=plan.asked.clauses,
        planned=plan.planned,
    )
    return [finding for finding in found if finding.urgency is urgency]


def _dates_out_of_order(plan: Plan) -> Iterator[Finding]:
    """Yield a finding for each date of the contract that comes before the one it follows."""
    closing = plan.closes_at.date() if plan.closes_at else None
    days = [("the closing date", closing)] + [
        (words, _day(plan, name)) for name, words in DATES.items()
    ]
    known = [(words, day) for words, day in days if day is not None]
    for (before, earlier), (after, later) in pairwise(known):
        if later < earlier:
            yield Finding(f"Change {after}: it is before {before}", Place.FACTS)


def facts_out_of_order(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence for each date among ``facts`` that comes before the one it follows."""
    known = [
        (name, date.fromisoformat(facts[name])) for name in DATES if not is_empty(facts.get(name))
    ]
    return {
        after: f"Change {DATES[after]}: it is before {DATES[before]}"
        for (before, earlier), (after, later) in pairwise(known)
        if later < earlier
    }


def _questions_too_late(plan: Plan, moment: datetime) -> Iterator[Finding]:
    """Yield a finding where nobody could ask, or could ask after bids close."""
    until = plan.questions_until
    if until is None:
        return
    if until <= moment:
        yield Finding("Enter a time for questions in the future", Place.BIDDING)
    elif plan.closes_at is not None and until >= plan.closes_at:
        yield Finding("Enter a time for questions before bids close", Place.BIDDING)


def _time_for_questions(plan: Plan, moment: datetime) -> Iterator[Finding]:
    """Yield advice where there is little time to ask, or to use the last answers."""
    until, closes_at = plan.questions_until, plan.closes_at
    if until is None or closes_at is None or plan.asked is None or not moment < until < closes_at:
        return
    today = moment.astimezone(until.tzinfo).date()
    for name, first, last, message in (
        ("asking", today, until.date(), "Suppliers have {} to ask about the tender"),
        (
            "using-answers",
            until.date(),
            closes_at.date(),
            "The last answers come {} before bids close",
        ),
    ):
        limit = plan.asked.law.time_limit(name, today)
        days = (last - first).days
        if days < limit.days:
            yield Finding(
                message.format(f"{days} {'day' if days == 1 else 'days'}"),
                Place.BIDDING,
                why=f"{limit.days} days {limit.says}.",
                urgency=Urgency.SHOULD,
                remedy="Let questions close later."
                if name == "asking"
                else "Let questions close earlier, or bids later.",
                source=limit.source,
            )


def _day(plan: Plan, fact: str) -> date | None:
    value = plan.facts.get(fact)
    return date.fromisoformat(value) if value else None


def _closing_advice(plan: Plan, moment: datetime) -> Iterator[Finding]:
    closes_at = plan.closes_at
    if closes_at is None or closes_at <= moment:
        return
    days = (closes_at - moment).days
    if days < SHORTEST_ADVISED_DAYS:
        yield _advice(
            f"Suppliers have {days} {'day' if days == 1 else 'days'} to answer",
            Place.DETAILS,
            "A small supplier needs about two weeks. Check the shortest period your procedure "
            "allows.",
        )
    if closes_at.hour == 0 and closes_at.minute == 0:
        yield _advice(
            "Bids close at midnight, at the start of the day you entered",
            Place.DETAILS,
            "Many people read a deadline at midnight as the end of that day. Noon is read one way.",
        )
    elif closes_at.weekday() >= SATURDAY or closes_at.hour not in OFFICE_HOURS:
        yield _advice(
            "Bids close when the office is shut",
            Place.DETAILS,
            "Nobody will be there to help a supplier who is stuck in the last hour.",
        )

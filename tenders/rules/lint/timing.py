"""The time suppliers have, and the value beside the figures of the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from question_bank.rules.effort import Effort, effort
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Law
from tenders.rules.planning.findings import Planned, says_how_bids_come
from tenders.rules.questionnaire import Questionnaire

SATURDAY = 5


def findings(
    questionnaire: Questionnaire,
    facts: Mapping[str, Any],
    law: Law,
    *,
    moment: datetime,
    closes_at: datetime | None,
    planned: Planned | None = None,
) -> Iterator[Finding]:
    if closes_at is not None and closes_at > moment:
        yield from _working_days(questionnaire, law, moment.date(), closes_at.date())
        # A timetable that says how bids come is held against the exact figure (rules.planning).
        if not says_how_bids_come(planned):
            yield from _time_limit(facts, law, moment.date(), closes_at.date())
    # So is a value, once the plan says what is bought.
    kind = planned.setting.kind if planned else ""
    yield from _value(facts, law, moment.date(), is_compared=not kind)


def effort_of(questionnaire: Questionnaire) -> Effort:
    """Return what a supplier needs for the parts asked, of the questions they were taken from."""
    whole = questionnaire.bank.questions
    return effort((question, whole.get(question.id)) for question in questionnaire.bare_questions)


def weekdays_between(first: date, last: date) -> int:
    """Return the days from Monday to Friday after ``first``, up to and including ``last``."""
    days = (first + timedelta(number) for number in range(1, (last - first).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)


def _working_days(
    questionnaire: Questionnaire, law: Law, today: date, closing: date
) -> Iterator[Finding]:
    needed, given = effort_of(questionnaire), weekdays_between(today, closing)
    if given < needed.working_days:
        yield Finding(
            f"Suppliers have {given} {'weekday' if given == 1 else 'weekdays'} for about "
            f"{needed.hours} {'hour' if needed.hours == 1 else 'hours'} of work",
            Place.DETAILS,
            why=needed.basis,
            urgency=Urgency.SHOULD,
            remedy=f"Give at least {needed.working_days} working days, or ask less.",
            source=law.rules["small-suppliers"],
        )


def _time_limit(
    facts: Mapping[str, Any], law: Law, today: date, closing: date
) -> Iterator[Finding]:
    """A warning only: the shorter limit holds in cases that no fact of the tender tells."""
    procedure = law.procedures.get(facts.get("procedure") or "")
    below = facts.get("above_threshold") == "no"
    if procedure is None or not procedure.time_limits or below:
        return
    usual, shortened = (
        law.time_limit(name, today) for name in ("tendering", "tendering-shortened")
    )
    given = (closing - today).days
    if given < usual.days:
        yield Finding(
            f"Suppliers have {given} {'day' if given == 1 else 'days'}; the law asks for "
            f"{usual.days}",
            Place.DETAILS,
            why=f"{usual.days} days {usual.says}; {shortened.days} days {shortened.says}. Days "
            "count from the day after publication.",
            urgency=Urgency.SHOULD,
            remedy="Close later, or note which exception of the Act you rely on.",
            source=usual.source,
        )


def _value(
    facts: Mapping[str, Any], law: Law, today: date, *, is_compared: bool
) -> Iterator[Finding]:
    value, said = _amount(facts.get("value")), facts.get("above_threshold")
    figure = law.threshold("sub-central", today)
    if facts.get("procedure") == "below-threshold" and said == "yes":
        yield Finding(
            "The facts say both ‘above the threshold’ and ‘below-threshold process’",
            Place.FACTS,
            urgency=Urgency.SHOULD,
            remedy="Change the one that is wrong.",
            source=law.rules["below-threshold"],
        )
    if value is None or said not in ("yes", "no") or not is_compared:
        return
    is_above = value >= figure.amount
    if is_above == (said == "yes"):
        return
    yield Finding(
        f"The value is {'at or above' if is_above else 'below'} {figure.words}, yet the facts say "
        f"that the contract is {'not above' if is_above else 'above'} the threshold",
        Place.FACTS,
        why=f"{figure.label}: {figure.words}, including VAT. Works and light touch services have "
        "figures of their own.",
        urgency=Urgency.SHOULD,
        remedy="Correct the value or the answer, or leave them if another figure holds.",
        source=figure.source,
    )


def _amount(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None

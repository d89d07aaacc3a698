"""Publish as people do: price and ties decided, the notice recorded, a second officer agreeing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from accounts.queries import Viewer, person_by_email
from foundation import clock
from records.demonstration import prices
from records.demonstration.people import DEPUTY
from records.demonstration.trying import try_model
from tenders import approving, award, evaluation, notices
from tenders.models import Tender
from tenders.rules.approvals import ApprovalKind
from tenders.rules.award import Award, Formula, TieBreak
from tenders.rules.notices import NoticeTyped
from tenders.service import publishing_by_two
from tenders.service.award import set_award
from tenders.service.evaluation import set_evaluation
from tenders.service.notices import record_notice

Libraries = Mapping[str, Callable[[], Any]]

TENDER_NOTICE = "UK4"
# How far the ceiling and the floor of the price lie from the estimated value.
CEILING, FLOOR = Decimal("1.1"), Decimal("0.6")
PENCE = Decimal("0.01")
NOTE = "The weights follow what the riverside team asked for. Please look at the price formula."


def publish(tender: Tender, *, officer: Viewer, libraries: Libraries) -> None:
    """Publish a draft by two officers."""
    make_ready(tender, officer=officer)
    approval = publishing_by_two.ask_to_publish(
        tender,
        _about(tender, libraries),
        by=officer,
        libraries=libraries,
        arrived_at=clock.now(),
    )
    publishing_by_two.agree_to_publish(
        tender,
        approval,
        approval.about,
        by=deputy_beside(officer),
        libraries=libraries,
        arrived_at=clock.now(),
        reason="Checked against the business case",
    )


def ask_for_evaluators(tender: Tender, number: int, *, officer: Viewer) -> None:
    """Decide how many mark each question at least, where it is not as many as usual."""
    usual = evaluation.evaluation_of(tender)
    if number != usual.evaluators:
        rules, version = replace(usual, evaluators=number), evaluation.sheet_of(tender).version
        set_evaluation(tender, rules, version=version, by=officer)


def ask(tender: Tender, *, officer: Viewer, libraries: Libraries) -> None:
    """Leave a draft waiting for the second officer."""
    if approving.newest(tender, ApprovalKind.PUBLISH) is not None:
        return
    make_ready(tender, officer=officer)
    publishing_by_two.ask_to_publish(
        tender,
        _about(tender, libraries),
        by=officer,
        libraries=libraries,
        arrived_at=clock.now(),
        note=NOTE,
    )
    try_model(tender, officer=officer)


def make_ready(tender: Tender, *, officer: Viewer) -> None:
    """Decide about price and ties, and record the notice that has to come first."""
    if award.sheet_of(tender).version == 0:
        set_award(tender, _award(tender), version=0, by=officer)
    prices.design(tender, officer=officer)
    moment, recorded = clock.now(), notices.standing(tender)
    stops, _advice = notices.before_publishing(tender, moment, recorded)
    if stops:
        number = f"{tender.reference[-3:].zfill(6)}-{clock.london(moment).year}"
        day = clock.london(moment).date()
        typed = NoticeTyped(TENDER_NOTICE, number, day, f"ocds-h6vhtk-{number[:6]}")
        record_notice(tender, typed, by=officer)


def _award(tender: Tender) -> Award:
    ties = (TieBreak.QUALITY, TieBreak.PRICE, TieBreak.LOTS)
    value = tender.facts.get("value")
    if not value:
        return Award(formula=Formula.LOWEST, ties=ties)
    estimate = Decimal(value)
    return Award(
        formula=Formula.BENCHMARK,
        ceiling=(estimate * CEILING).quantize(PENCE),
        floor=(estimate * FLOOR).quantize(PENCE),
        ties=ties,
        low_percent=30,
    )


def _about(tender: Tender, libraries: Libraries) -> str:
    return publishing_by_two.publication_of(tender, libraries, clock.now()).about


def deputy_beside(officer: Viewer) -> Viewer:
    """Return the second officer, who works where the first does."""
    person = person_by_email(DEPUTY.email)
    if person is None:
        raise LookupError(f"{DEPUTY.name} is not signed up")
    return replace(
        officer,
        person_id=person.id,
        person_token=person.token,
        name=person.name,
        email=person.email,
    )

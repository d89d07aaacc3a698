"""What a release says of parties, of the tender and of its award, made of plain values.

Nothing here knows a bid that was not decided on: what a release is made of is given to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from records.rules.ocds.values import Awarded, BidsCounted, Criterion, Noticed, Party, Plan, Winner

METHODS: Mapping[str, str] = {
    "open": "open",
    "competitive-flexible": "selective",
    "below-threshold": "open",
    "framework-call-off": "selective",
    "direct": "limited",
}
# By kind of notice: its code in the codelist, and the part of a release that lists it.
NOTICE_TYPES: Mapping[str, str] = {
    "UK2": "marketEngagementNotice",
    "UK3": "plannedProcurementNotice",
    "UK4": "tenderNotice",
    "UK5": "tenderNotice",
    "UK6": "awardNotice",
    "UK7": "contractNotice",
    "UK9": "implementationNotice",
    "UK10": "contractNotice",
    "UK11": "contractTerminationNotice",
    "UK12": "tenderCancellationNotice",
}


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def number(amount: Decimal) -> int | float:
    """Return a number as JSON has it: 33.33 stays 33.33, 20.00 becomes 20."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def without_nothing(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``said`` without what says nothing; no and 0 say something."""
    return {
        name: value
        for name, value in said.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def party(one: Party) -> dict[str, Any]:
    schemes = [("GB-PPON", one.ppon), ("GB-COH", one.company_number)]
    known = [
        without_nothing({"scheme": scheme, "id": code, "legalName": one.legal_name})
        for scheme, code in schemes
        if code
    ]
    return without_nothing(
        {
            "id": one.key,
            "name": one.name,
            "roles": list(one.roles),
            "identifier": known[0] if known else without_nothing({"legalName": one.legal_name}),
            "additionalIdentifiers": known[1:],
            "details": without_nothing({"scale": one.scale}),
        }
    )


def money(value: Decimal | None) -> dict[str, Any]:
    """Return an amount including VAT, which is how authorities state theirs here."""
    return {} if value is None else {"amountGross": number(value), "currency": "GBP"}


def period(
    start: datetime | None, end: datetime | None, most: datetime | None = None
) -> dict[str, str]:
    listed = (("startDate", start), ("endDate", end), ("maxExtentDate", most))
    return {name: stamp(moment) for name, moment in listed if moment is not None}


def document(one: Noticed) -> dict[str, Any]:
    """Return a notice as a document; one that was struck out says so and leads nowhere."""
    struck = f"Recorded by mistake and struck out: {one.struck}" if one.struck else None
    return without_nothing(
        {
            "id": one.id,
            "documentType": NOTICE_TYPES.get(one.kind),
            "noticeType": one.kind,
            "title": f"{one.title} {one.number}".strip(),
            "description": struck,
            "url": None if struck else one.address,
            "datePublished": f"{one.published_on.isoformat()}T00:00:00Z",
        }
    )


def tender(plan: Plan, notices: Iterable[Noticed] = ()) -> dict[str, Any]:
    return without_nothing(
        {
            "id": plan.id,
            "title": plan.title,
            "description": plan.description,
            "status": plan.status,
            "value": money(plan.value),
            "procurementMethod": METHODS.get(plan.procedure),
            "procurementMethodDetails": plan.procedure_words,
            "mainProcurementCategory": plan.category,
            "aboveThreshold": plan.above_threshold,
            "submissionMethod": ["electronicSubmission"],
            "submissionMethodDetails": plan.address,
            "tenderPeriod": period(plan.published_at, plan.closes_at),
            "enquiryPeriod": period(plan.published_at, plan.questions_end or plan.closes_at),
            "awardPeriod": period(None, plan.award_on),
            "riskDetails": plan.risks,
            "lots": [_lot(plan)],
            "lotDetails": without_nothing({"noLotsDivisionRationale": plan.no_lots_because}),
            "items": _items(plan),
            "selectionCriteria": _conditions(plan),
            "documents": [_frozen(plan), *(document(one) for one in notices)],
            "finalStatusDate": stamp(plan.status_since) if plan.status_since else None,
        }
    )


def _lot(plan: Plan) -> dict[str, Any]:
    return without_nothing(
        {
            "id": plan.lot,
            "title": plan.lot_title,
            "status": plan.status,
            "value": money(plan.value),
            "contractPeriod": period(*plan.contract),
            "suitability": dict(plan.suitable_for or {}),
            "awardCriteria": {"criteria": [_criterion(one) for one in plan.criteria]},
        }
    )


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "type": one.kind,
        "name": one.name,
        "description": one.description,
        "numbers": [{"number": number(one.percent), "weight": "percentageExact"}],
    }


def _items(plan: Plan) -> list[dict[str, Any]]:
    code, words = plan.cpv
    if not code:
        return []
    said = without_nothing({"scheme": "CPV", "id": code, "description": words})
    return [{"id": "1", "classification": said, "relatedLot": plan.lot}]


def _conditions(plan: Plan) -> dict[str, Any]:
    return (
        {"criteria": [{"description": words} for words in plan.conditions]}
        if (plan.conditions)
        else {}
    )


def _frozen(plan: Plan) -> dict[str, str]:
    return {
        "id": "questionnaire",
        "documentType": "evaluationCriteria",
        "title": "Questions, weights, rules and draft terms, frozen",
        "description": f"SHA-256 {plan.fingerprint}",
        "relatedLots": [plan.lot],  # type: ignore[dict-item]
    }


def award(one: Winner, awarded: Awarded, plan: Plan, *, signed: bool) -> dict[str, Any]:
    return without_nothing(
        {
            "id": f"award-{one.number}",
            "title": plan.lot_title,
            "status": "active" if signed else "pending",
            "date": stamp(awarded.decided_at),
            "value": money(awarded.value) if len(awarded.winners) == 1 else None,
            "suppliers": [one.party.reference],
            "relatedLots": [plan.lot],
            "contractPeriod": period(*plan.contract),
            "aboveThreshold": plan.above_threshold,
            "assessmentSummariesDateSent": stamp(awarded.decided_at),
            "standstillPeriod": period(*awarded.standstill) if awarded.standstill else None,
        }
    )


def contract(one: Winner, awarded: Awarded, plan: Plan, *, status: str) -> dict[str, Any]:
    return without_nothing(
        {
            "id": f"contract-{one.number}",
            "awardID": f"award-{one.number}",
            "title": plan.lot_title,
            "status": status,
            "period": period(*plan.contract),
            "value": money(awarded.value) if len(awarded.winners) == 1 else None,
            "dateSigned": stamp(awarded.signed_at) if awarded.signed_at else None,
            "aboveThreshold": plan.above_threshold,
        }
    )


def statistics(counted: BidsCounted, lot: str) -> list[dict[str, Any]]:
    named = (
        ("finalStageBids", counted.all),
        ("smeFinalStageBids", counted.sme),
        ("vcseFinalStageBids", counted.vcse),
    )
    return [
        {"id": f"{measure}-{lot}", "measure": measure, "value": value, "relatedLot": lot}
        for measure, value in named
        if value is not None
    ]

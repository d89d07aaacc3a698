"""What was known of a tender at each of its events, for the releases about them.

What was asked is read as it was frozen at the event, and an award from the results released.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from foundation import clock, mail
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import PartClass
from records.queries import notices as recorded
from records.queries.parties import buyers_of, supplier_of
from records.queries.results import results_of, winning_bids
from records.rules.figures import FIGURE
from records.rules.ocds import (
    UNREGISTERED,
    Awarded,
    BidsCounted,
    Criterion,
    Event,
    Party,
    Plan,
    Tag,
    Winner,
)
from tenders import risks
from tenders.amended import questionnaire_as
from tenders.bidding import questions_end
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.questionnaire import Questionnaire
from tenders.stated import OUTCOME

HUNDRED = Decimal(100)
# Where a draft has no time yet; no release is made of one.
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """What every release about a tender is made of, read once."""

    tender: Tender
    details: Mapping[str, Any]
    buyers: tuple[Party, ...]
    risks: str
    awarded: Awarded | None


def known_of(tender: Tender) -> Known:
    details = recorded.details_of(tender)
    return Known(
        tender,
        details,
        buyers_of(tender, details),
        _known_risks(tender),
        _awarded(tender, details),
    )


def ocid_of(tender: Tender) -> str:
    """Return the identifier of the process: that of the platform, if an officer recorded it."""
    for notice in recorded.notices_of(tender):
        if notice.ocid and notice.struck_at is None:
            return notice.ocid
    return f"{UNREGISTERED}-{_process(tender)}"


def _process(tender: Tender) -> str:
    return tender.procurement.token if tender.procurement else tender.token


def plan_at(known: Known, event: Event) -> Plan:
    """Return what was asked for as it stood at the event."""
    cancelled = event.tag is Tag.TENDER_CANCELLATION
    awarded = event.tag in (Tag.AWARD, Tag.CONTRACT)
    asked = questionnaire_as(known.tender, event.fingerprint)
    return replace(
        _plan(known, asked, asked.terms.get("facts") or known.tender.facts),
        status="cancelled" if cancelled else "complete" if awarded else "active",
        closes_at=event.closes_at,
        fingerprint=event.fingerprint,
        status_since=event.at if cancelled or awarded else None,
    )


def plan_asked(known: Known) -> Plan:
    """Return what is asked for now, of a draft as planned today."""
    return _plan(known, questionnaire_of(known.tender), facts_of(known.tender))


def _plan(known: Known, asked: Questionnaire, facts: Mapping[str, Any]) -> Plan:
    tender, details = known.tender, known.details
    return Plan(
        id=_process(tender),
        title=tender.procurement.title if tender.procurement else tender.title,
        description=str(details.get("description", "")),
        status="planned",
        lot=str(tender.lot_number or 1),
        lot_title=tender.title,
        published_at=tender.published_at or NEVER,
        closes_at=tender.closes_at or NEVER,
        questions_end=questions_end(tender),
        procedure=str(facts.get("procedure", "")),
        procedure_words=in_words(asked, facts, "procedure"),
        criteria=_criteria(asked, tender.quality_weight),
        conditions=_conditions(asked),
        fingerprint=tender.questionnaire_sha256 or "",
        address=where_to_bid(tender),
        value=_amount(facts.get("value")),
        above_threshold={"yes": True, "no": False}.get(str(facts.get("above_threshold"))),
        contract=(
            day_of(facts, "contract_start"),
            day_of(facts, "contract_end", until=True),
            day_of(facts, "extension_end", until=True),
        ),
        award_on=day_of(facts, "award_date"),
        risks=_risks_in_words(asked) or known.risks,
        category=str(details.get("category", "")),
        cpv=(str(details.get("cpv", "")), str(details.get("cpv_title", ""))),
        suitable_for=_suitable(details),
        no_lots_because=tender.undivided_because or "",
        rationale=_rationale(asked),
    )


def where_to_bid(tender: Tender) -> str:
    """Return where a company that wants to bid begins; empty where only those invited may."""
    if tender.runs_elsewhere or not tender.registration_open:
        return ""
    return mail.link("accounts.register", **{"for": tender.token})


def in_words(asked: Questionnaire, facts: Mapping[str, Any], name: str) -> str:
    value, spec = facts.get(name), asked.fact_specs.get(name)
    return "" if value is None or spec is None else show_answer(spec, value)


def day_of(facts: Mapping[str, Any], name: str, *, until: bool = False) -> datetime | None:
    """Return the beginning of a day of the facts in London, or its end; None without a day."""
    try:
        day = date.fromisoformat(str(facts.get(name) or ""))
    except ValueError:
        return None
    return end_of(day) if until else start_of(day)


def start_of(day: date) -> datetime:
    return clock.from_london(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    return clock.from_london(datetime.combine(day, time(23, 59, 59)))


def _amount(value: Any) -> Decimal | None:
    return Decimal(str(value)) if FIGURE.fullmatch(str(value or "")) else None


def _criteria(asked: Questionnaire, quality_weight: int) -> tuple[Criterion, ...]:
    """Return each weighted section, and price for what is left of the whole score."""
    weighted = [section for section in asked.sections if section.weight > 0]
    quality = [
        Criterion(
            "quality",
            section.title,
            "; ".join(one.question.title for one in section.questions),
            section.weight * quality_weight / HUNDRED,
        )
        for section in weighted
        if quality_weight
    ]
    price = HUNDRED - quality_weight
    return (*quality, *([Criterion("price", "Price", "Price", price)] if price else []))


def _conditions(asked: Questionnaire) -> tuple[str, ...]:
    return tuple(
        one.question.title for one in asked.questions if one.assessed_as is PartClass.PARTICIPATION
    )


def _suitable(details: Mapping[str, Any]) -> dict[str, bool]:
    return {
        name: details[field] == "yes"
        for name, field in (("sme", "suits_sme"), ("vcse", "suits_vcse"))
        if details.get(field)
    }


def _rationale(asked: Questionnaire) -> str:
    """Return what shall become better, from the statement of outcome as suppliers were shown it."""
    rows = (row for section in asked.terms.get(OUTCOME) or () for row in section["rows"])
    return " ".join(line for row in rows if row["id"] == "change" for line in row["words"])


def _risks_in_words(asked: Questionnaire) -> str:
    """Return the known risks as they were published, each with the reason why it is one."""
    return _in_words(
        (one["title"], one["text"], one["reason"]) for one in asked.terms.get(risks.KNOWN) or ()
    )


def _known_risks(tender: Tender) -> str:
    """Return the risks the contract cannot address, as they are kept."""
    listed = (risk for risk in risks.of_tender(tender) if risk.is_known_risk)
    return _in_words((risk.title, risk.text, risk.reason) for risk in listed)


def _in_words(listed: Iterable[tuple[str, str, str]]) -> str:
    return "\n\n".join(
        ". ".join(filter(None, (title.rstrip("."), text.rstrip("."), reason)))
        for title, text, reason in listed
    )


def _awarded(tender: Tender, details: Mapping[str, Any]) -> Awarded | None:
    """Return the award, with how many bids there were; None before results are released."""
    results = results_of(tender)
    if not results:
        return None
    named = {won.bid.id: won.ppon for won in winning_bids(tender)}
    successful = [result.bid for result in results if result.successful]
    winners = tuple(
        Winner(supplier_of(bid.supplier, named.get(bid.id, ""), details), number)
        for number, bid in enumerate(successful, 1)
    )
    signed = day_of(details, "signed_on")
    return Awarded(
        winners,
        BidsCounted(len(results), _whole(details, "sme_bids"), _whole(details, "vcse_bids")),
        results[0].released_at,
        standstill=_standstill(tender),
        value=_amount(details.get("contract_value")),
        signed_at=signed,
    )


def _whole(details: Mapping[str, Any], name: str) -> int | None:
    said = str(details.get(name, ""))
    return int(said) if said.isdecimal() else None


def _standstill(tender: Tender) -> tuple[datetime, datetime] | None:
    """Return the standstill of the award notice that stands, where one must be kept."""
    above = tender.facts.get("above_threshold") == "yes"
    if not recorded.has_standstill(str(tender.facts.get("procedure")), above_threshold=above):
        return None
    for notice in recorded.notices_of(tender):
        if recorded.kind_of(notice) == "UK6" and notice.struck_at is None:
            end = recorded.standstill_ends(notice.published_on)
            return start_of(notice.published_on), end_of(end)
    return None

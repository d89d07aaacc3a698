"""What the boxes of notices are filled with, from everything an officer has entered so far.

What comes after the decision is empty until results are released; nothing here reads a bid before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from contract_clauses.queries.contracts import ContractSeen
from foundation import clock
from foundation.clock import show_date, show_moment
from records.contract_values import signed_first, values_of_contracts
from records.queries import notices as recorded
from records.queries.open_data import known_of, ocid_of, plan_asked
from records.queries.results import results_of
from records.rules.figures import pounds
from records.rules.ocds import UNREGISTERED, Awarded, Criterion, Plan
from tenders import planning
from tenders.award import award_of
from tenders.bidding import questions_end
from tenders.models import Tender
from tenders.planning import Sheet, Topic
from tenders.planning_guide import shipped_sheets
from tenders.queries import facts_of
from tenders.rules.award import in_words as in_award_words
from tenders.rules.law import Group
from tenders.rules.planning.conflicts import confirmation
from tenders.rules.planning.dates import last_day
from tenders.rules.planning.setting import Setting
from tenders.rules.planning.sheets import in_words, row_values
from tenders.timetabled import setting_for

DAY = timedelta(days=1)
QUALITY_SCALE = (
    "Quality: each marked question is given a mark from 0 to 5, and each section counts by its "
    "weight."
)
# The fields of sheets whose words go into a box as they are, by the name of the box's value.
COPIED = (
    "description",
    "authority_ppon",
    "authority_address",
    "contact",
    "place",
    "extensions_words",
    "options_words",
    "payment_words",
    "trade",
    "winner_address",
    "sme_bids",
    "vcse_bids",
    "kpis",
    "change_words",
    "performance_words",
    "ended_because",
)
DATES = ("signed_on", "ended_on", "earliest_signature")
YES_NO = ("suits_sme", "suits_vcse")
CHOICES = {"category", "winner_scale"}


def values_for(
    tender: Tender, today: date, contracts: Sequence[ContractSeen] = ()
) -> dict[str, str]:
    """Return the words for each box; what is not known is not in it.

    ``contracts``: those of the tender that whoever drafts may read. They say what nobody entered.
    """
    known = known_of(tender)
    asked = plan_asked(known)
    details, kept = known.details, planning.sheets(tender)
    first = signed_first(contracts)
    signed_on = str(details.get("signed_on") or (first.isoformat() if first else ""))
    found = {
        **_about(tender, asked),
        **{name: str(details.get(name, "")) for name in COPIED},
        **{name: _day(details.get(name)) for name in DATES},
        **{name: {"yes": "Yes", "no": "No"}.get(str(details.get(name)), "") for name in YES_NO},
        **{
            name: str(details.get(name, "")).replace("sme", "small or medium-sized").capitalize()
            for name in CHOICES
        },
        "partners": "\n".join(party.name for party in known.buyers[1:]),
        "cpv": " ".join(
            filter(None, (str(details.get("cpv", "")), str(details.get("cpv_title", ""))))
        ),
        "value_net": pounds(details.get("value_net")),
        "contract_value": pounds(details.get("contract_value")),
        "known_risks": known.risks,
        **_planned(kept),
        **_of_the_award(tender, known.awarded, details, today),
        **_deadlines(known.awarded, signed_on, setting_for(tender, kept)),
        "cancelled_on": show_date(clock.london(tender.cancelled_at).date())
        if tender.cancelled_at
        else "",
        "cancelled_because": tender.cancelled_because or "",
    }
    of_contracts = values_of_contracts(contracts)
    found |= {name: words for name, words in of_contracts.items() if not found.get(name)}
    engaged = found.pop("engagement_words", "")
    return {
        name: words
        for name, words in {
            **found,
            "engagement": str(details.get("engagement_words", "")),
            "engagement_before": engaged,
        }.items()
        if words
    }


def _about(tender: Tender, asked: Plan) -> dict[str, str]:
    ocid, facts = ocid_of(tender), facts_of(tender)
    end = questions_end(tender)
    return {
        "authority": tender.authority.legal_name,
        "title": asked.title,
        "reference": tender.reference,
        "ocid": "" if ocid.startswith(UNREGISTERED) else ocid,
        "value_gross": pounds(facts.get("value")),
        "above_threshold": {"yes": "Above", "no": "Below"}.get(
            str(facts.get("above_threshold")), ""
        ),
        "contract_start": _day(facts.get("contract_start")),
        "contract_end": _day(facts.get("contract_end")),
        "extension_end": _day(facts.get("extension_end")),
        "award_date": _day(facts.get("award_date")),
        "procedure": asked.procedure_words,
        "conditions": "\n".join(asked.conditions),
        "criteria": "\n".join(
            [*(_criterion(one) for one in asked.criteria), *_how_assessed(tender)]
        ),
        "lots": _lots(tender),
        "undivided_because": asked.no_lots_because,
        "closes_at": show_moment(tender.closes_at) if tender.closes_at else "",
        "questions_until": show_moment(end) if end else "",
        "submission": _how_to_bid(tender, asked.address),
        "documents": asked.address,
        "language": "English",
        "outcome": asked.rationale,
    }


def _how_to_bid(tender: Tender, address: str) -> str:
    if tender.runs_elsewhere:
        return "Electronically, on another portal"
    where = f"in the authority’s bidding service: {address}" if address else "by invitation"
    return f"Electronically, {where}"


def _criterion(one: Criterion) -> str:
    return f"{one.name}: {_trimmed(str(one.percent))}% ({one.description})"


def _how_assessed(tender: Tender) -> list[str]:
    """Return the scale, how price is scored, with its figures, and how ties end, in words."""
    words = dict(in_award_words(award_of(tender), tender.quality_weight))
    scale = [QUALITY_SCALE] if tender.quality_weight else []
    return [
        *scale,
        f"How price is scored: {words['Price']}",
        f"Rounding and ranking: {words['Rounding and ranking']}",
        f"Ties: {words['Ties']}",
    ]


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _lots(tender: Tender) -> str:
    if tender.procurement is None:
        return "Not divided into lots" if tender.undivided_because else ""
    return f"Lot {tender.lot_number}: {tender.title}. {tender.procurement.reason}".strip()


def _planned(kept: Mapping[str, Sheet]) -> dict[str, str]:
    """Return what the sheets of the plan say that notices ask for."""
    timetable, duties, conflicts = (
        kept.get(topic) or Sheet(topic)
        for topic in (Topic.TIMETABLE, Topic.DUTIES, Topic.CONFLICTS)
    )
    forms = shipped_sheets()
    words = {row.id: "\n".join(row.words) for row in in_words(forms["duties"], duties.value)}
    rows = list(row_values(forms["conflicts"], conflicts.value))
    return {
        "planned_tender_notice": _day(timetable.value.get("tender_notice")),
        "reserved": words.get("reserved", ""),
        "engagement_words": words.get("engagement_words", ""),
        "conflicts": confirmation(conflicts.value, rows, conflicts.version),
    }


def _of_the_award(
    tender: Tender, awarded: Awarded | None, details: Mapping[str, Any], today: date
) -> dict[str, str]:
    if awarded is None:
        return {}
    winners = [one.party for one in awarded.winners]
    decided = show_date(clock.london(awarded.decided_at).date())
    last = recorded.standstill_ends(today)
    lost = [one.bid.supplier.legal_name for one in results_of(tender) if not one.successful]
    facts = facts_of(tender)
    bound = recorded.has_standstill(
        str(facts.get("procedure")), above_threshold=facts.get("above_threshold") == "yes"
    )
    return {
        "winner": "\n".join(one.legal_name for one in winners),
        "winner_ppon": "\n".join(one.ppon for one in winners if one.ppon),
        "winner_number": "\n".join(one.company_number for one in winners if one.company_number),
        "bids_assessed": str(awarded.counted.all),
        "decided_on": decided,
        "summaries_sent": decided,
        "standstill": show_date(last) if bound else "No standstill is demanded",
        "unsuccessful": "\n".join(lost),
        **(
            {}
            if details.get("earliest_signature") or not bound
            else {"earliest_signature": show_date(last + DAY)}
        ),
    }


def _deadlines(awarded: Awarded | None, signed_on: str, setting: Setting) -> dict[str, str]:
    """Return the last days for notices that count from the signature, its day being the first."""
    if awarded is None or not signed_on:
        return {}
    signed = date.fromisoformat(signed_on)
    light = "-light-touch" if setting.group is Group.LIGHT_TOUCH else ""
    return {
        name: show_date(last_day(signed, setting.law.period(period + light, signed)))
        for name, period in (("details_due", "contract-details"), ("copy_due", "contract-copy"))
    }


def _day(written: Any) -> str:
    try:
        return show_date(date.fromisoformat(str(written or "")))
    except ValueError:
        return ""

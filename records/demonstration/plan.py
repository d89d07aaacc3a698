"""What the officer of the demonstration planned: dates, duties, conflicts, a failure, risks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from tenders import planning, risks
from tenders.models import Tender
from tenders.planning import Topic
from tenders.rules.lifecycle import Stage
from tenders.service.planning import save_sheet
from tenders.service.risks import RiskWords, add_risk
from tenders.timetabled import of_tender

FAILURE = {
    "services": "The air quality team, and the schools that keep children indoors on bad days",
    "residents": "thousands",
    "happens": "The page shows no readings, and nobody is warned",
    "worst": "harm",
    "until_harm": "1440",
    "fails": "safely",
    "fallback": "part",
    "fallback_lasts": "4320",
    "fallback_words": "The team reads three reference stations of the city by hand each morning",
    "data_use": "daily",
    "data_again": "estimated",
}
DUTIES = {
    "kind": "goods-services",
    "npps": "yes",
    "npps_words": "Repairs by people who live in the borough; readings open to everybody",
    "small": "Insurance before award kept small companies away last time: it is asked for from the "
    "start of the contract now. Payment within 30 days down the chain.",
    "engagement": "no",
    "framework": "no",
    "indicators": "not-needed",
}
KNOWN_RISK = RiskWords(
    title="The radio band the devices use is given to others",
    text="The regulator looks at the band until 2028. If it closes, devices must be exchanged.",
    treatment="",
    is_known_risk=True,
    reason="Neither party decides about it, and what an exchange would cost cannot be known today.",
)
TREATED_RISK = RiskWords(
    title="A device falls from a lamp column",
    text="A bracket rusts, and somebody below is hurt.",
    treatment="The schedule asks for a check of every bracket each year, with a record.",
    is_known_risk=False,
    reason="",
)


def write_plan(tender: Tender, *, officer: Viewer) -> None:
    """Plan a draft; nothing happens where somebody planned already, or below the threshold."""
    below = tender.facts.get("above_threshold") == "no"
    if below or tender.stage is not Stage.DRAFT or Topic.TIMETABLE in planning.sheets(tender):
        return
    sheets = {
        Topic.DUTIES: DUTIES,
        Topic.TIMETABLE: _timetable(tender),
        Topic.CONFLICTS: _conflicts(tender, officer),
        Topic.FAILURE: FAILURE,
    }
    for topic, value in sheets.items():
        save_sheet(tender, topic, value, version=0, by=officer)
    if not risks.of_tender(tender):
        add_risk(tender, KNOWN_RISK, by=officer)
        add_risk(tender, TREATED_RISK, by=officer)


def _timetable(tender: Tender) -> dict[str, Any]:
    there = of_tender(tender)
    closing = date.fromisoformat(there["closes_at"][:10])
    decision = date.fromisoformat(there.get("decision") or _after(closing, 90))
    return {
        "electronic": "yes",
        "documents": "yes",
        "shorter": "none",
        "tender_notice": _after(clock.london(clock.now()).date(), 0),
        "evaluation_until": _after(closing, 28),
        "moderation_until": _after(closing, 42),
        "decision": decision.isoformat(),
        "summaries": _after(decision, 5),
        "award_notice": _after(decision, 7),
        "signature": _after(decision, 26),
        "contract_start": _after(decision, 45),
        **there,
    }


def _conflicts(tender: Tender, officer: Viewer) -> dict[str, str]:
    today = clock.london(clock.now()).date()
    closing = date.fromisoformat(of_tender(tender)["closes_at"][:10])
    return {
        "name_1": officer.name,
        "part_1": "Runs the tender",
        "found_1": "none",
        "name_2": "A councillor of the ward",
        "part_2": "Is told of the decision before it is taken",
        "found_2": "perceived",
        "interest_2": "Lives in a street that is to be measured",
        "steps_2": "Takes no part in choosing streets, bids or marks",
        "prepared_on": today.isoformat(),
        "review_on": _after(closing, 1),
        "confirmed": "yes",
    }


def _after(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()

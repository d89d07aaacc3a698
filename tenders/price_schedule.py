"""The price schedule of a tender: as designed for a draft, as frozen once it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenders import planning, queries
from tenders.award import TOPIC as AWARD
from tenders.award import award_of
from tenders.models import Tender
from tenders.planning import Sheet
from tenders.rules import price_schedule as rules
from tenders.rules.award import Award, read_award
from tenders.rules.price_schedule import PriceSchedule

# The sheet of the plan it is kept on, and its name among the published terms.
TOPIC = "prices"


def sheet_of(tender: Tender) -> Sheet:
    return planning.latest(tender, TOPIC)


def schedule_of(tender: Tender) -> PriceSchedule:
    """Return the lines bidders price; none where the formula uses no prices.

    Of a published tender, what was frozen.
    """
    if tender.published_at is not None:
        return rules.read_schedule(queries.questionnaire_of(tender).terms.get(TOPIC) or {})
    if not needs_prices(tender):
        return PriceSchedule()
    return rules.read_schedule(sheet_of(tender).value)


def needs_prices(tender: Tender) -> bool:
    return rules.needs_prices(award_of(tender), tender.quality_weight)


def award_and_schedule(sheets: Mapping[str, Sheet]) -> tuple[Award, PriceSchedule]:
    """Return how the best bid of a draft is found, and the lines entered, used or not.

    ``sheets``: the latest of its plan, by topic.
    """
    award = read_award(sheets[AWARD].value if AWARD in sheets else {})
    return award, rules.read_schedule(sheets[TOPIC].value if TOPIC in sheets else {})


def price_terms(tender: Tender, award: Award, schedule: PriceSchedule) -> dict[str, Any]:
    """Return the schedule for the published terms: as plain values, and its rule in words."""
    if not schedule or not rules.needs_prices(award, tender.quality_weight):
        return {}
    return {TOPIC: rules.written(schedule), "price_rule": schedule.rule}


def progress(tender: Tender) -> tuple[str, bool]:
    """Return how far the schedule of a draft is, and whether nothing is missing."""
    count = len(rules.read_schedule(sheet_of(tender).value).lines)
    if not needs_prices(tender):
        return ("Not used by the price formula" if count else "Not needed"), True
    if not count:
        return "Lines needed", False
    return ("1 line" if count == 1 else f"{count} lines"), True

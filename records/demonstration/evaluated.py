"""A tender of the demonstration from its closing to the opened prices, as a panel of few works."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import transaction
from records.demonstration import clauses, interests, risks
from records.demonstration.calendar import Calendar
from records.demonstration.exclusions import check_everybody
from records.demonstration.marks import open_together
from records.demonstration.past import as_of
from records.demonstration.people import LARKMEAD
from records.loader import DEMONSTRATION
from scoring import service
from scoring.queries.bids import bid_in_evaluation, bids_in_evaluation
from scoring.queries.deciding import deciding
from scoring.queries.evaluators import locks_of
from scoring.queries.price_opening import last_opening
from scoring.queries.standings import quality_is_agreed
from scoring.service import low_prices
from scoring.service.price_opening import open_prices
from tenders.models import Tender

# After the closing.
CHECKED, DECLARED = timedelta(days=1), timedelta(days=2)
MARKED, AGREED, PRICED = timedelta(days=14), timedelta(days=20), timedelta(days=21)
PASSED = "The answer says yes, and what it excepts has an end that the contract can name."


@dataclass(frozen=True)
class Panel:
    """Who does what: ``second`` agrees to what the officer asks, ``reader`` reads the letters."""

    officer: Viewer
    second: Viewer
    evaluator: Viewer
    chair: Viewer
    reader: Viewer

    @property
    def everybody(self) -> tuple[Viewer, ...]:
        return (self.officer, self.second, self.evaluator, self.chair, self.reader)


@cache
def content() -> Mapping[str, Any]:
    """Return what is written about bids that are marked to the end, and about who wins."""
    text = (DEMONSTRATION.parent / "demonstration-decided.json").read_text(encoding="utf-8")
    written: dict[str, Any] = json.loads(text)
    return written


def evaluate(tender: Tender, calendar: Calendar, panel: Panel) -> None:
    """Open the bids, check, mark, agree and open the prices, unless that is done."""
    if last_opening(tender) is not None:
        return
    if tender.opened_at is None:
        with as_of(calendar.opened):
            interests.declare_before(tender, panel.everybody)
            open_together(tender, panel.officer, panel.second)
            interests.declare_after(tender, [panel.officer])
    with as_of(calendar.closed + CHECKED), transaction():
        check_everybody(tender, officer=panel.officer)
    with as_of(calendar.closed + DECLARED):
        interests.declare_after(tender, panel.everybody)
    with as_of(calendar.closed + MARKED), transaction():
        _mark(tender, panel)
    with as_of(calendar.closed + AGREED), transaction():
        _agree(tender, panel)
        risks.add_known(tender, LARKMEAD, panel.officer, panel.reader)
        clauses.write_one(tender, LARKMEAD, panel.officer, panel.reader)
    with as_of(calendar.closed + PRICED):
        open_prices(tender, by=panel.officer)
        for token in deciding(panel.officer, tender).hints_left:
            bid = bid_in_evaluation(panel.officer, token, to=Permission.MARK_READ).opened.bid
            low_prices.need_no_case(bid, content()["no_case"], based_on=0, by=panel.officer)


def _mark(tender: Tender, panel: Panel) -> None:
    """Let one evaluator mark everything and lock it."""
    by = panel.evaluator
    bids = bids_in_evaluation(by, tender)
    if by.person_id in locks_of(tender.id):
        return
    service.allocate(tender, bids[0].to_mark, [by.person_id], by=panel.chair)
    for bid in bids:
        for question_id, said in content()["marks"][bid.name].items():
            mark = service.GivenMark(
                mark=said["mark"],
                reason=said["reason"],
                feedback=said["feedback"],
                internal_comment="",
                based_on=0,
            )
            service.save_mark(bid, question_id, mark, by=by)
    service.lock_marks(tender, by=by)


def _agree(tender: Tender, panel: Panel) -> None:
    """Let the chair sign the marks and the officer decide what waits; then quality is agreed."""
    for bid in bids_in_evaluation(panel.chair, tender):
        if not bid.marks:
            said = content()["marks"][bid.name]
            lacks = {question_id: one["why_not_higher"] for question_id, one in said.items()}
            service.adopt_marks(bid, lacks, by=panel.chair)
    for bid in bids_in_evaluation(panel.officer, tender):
        for waiting in bid.waiting:
            fresh = bid_in_evaluation(panel.officer, bid.token, to=Permission.COMPLIANCE_DECIDE)
            passed = service.GivenDecision(passed=True, reason=PASSED, based_on=0)
            service.decide_requirement(fresh, waiting, passed, by=panel.officer)
    if not quality_is_agreed(tender):
        service.agree_quality(tender, by=panel.chair)

"""The first marks of the demonstration, so that a visitor finds an evaluation under way."""

from __future__ import annotations

import json
from datetime import timedelta

from accounts.queries import Viewer
from foundation import clock
from records.demonstration.calendar import Calendar
from records.demonstration.exclusions import check_parties
from records.demonstration.past import as_of
from records.demonstration.people import PASSWORD
from records.demonstration.publishing import deputy_beside
from records.loader import DEMONSTRATION
from scoring import service
from scoring.queries.bids import bids_in_evaluation
from tenders.models import Tender

CHECKS_DONE = timedelta(days=1)
MARKING_BEGINS = timedelta(days=3)


def open_and_mark(
    tender: Tender, calendar: Calendar, *, officer: Viewer, evaluator: Viewer
) -> None:
    """Open the bids, and give the marks that are not given yet."""
    if tender.opened_at is None:
        with as_of(calendar.opened):
            _open_together(tender, officer, deputy_beside(officer))
    with as_of(calendar.opened + CHECKS_DONE):
        check_parties(tender, officer=officer)
    with as_of(calendar.opened + MARKING_BEGINS):
        _mark(tender, evaluator)


def _open_together(tender: Tender, first: Viewer, second: Viewer) -> None:
    moment = clock.now()
    ready = service.ready_to_open(tender, by=first, password=PASSWORD, arrived_at=moment)
    service.open_as_second(tender, ready.token, by=second, password=PASSWORD, arrived_at=moment)


def _mark(tender: Tender, evaluator: Viewer) -> None:
    wanted = json.loads((DEMONSTRATION / "marks.json").read_text(encoding="utf-8"))
    for bid in bids_in_evaluation(evaluator, tender):
        for question_id, entry in wanted.get(bid.name, {}).items():
            if question_id not in bid.marks:
                given = service.GivenMark(**entry, internal_comment="", based_on=0)
                service.save_mark(bid, question_id, given, by=evaluator)

"""The first marks of the demonstration, so that a visitor finds an evaluation under way.

Two people marked four questions alone and locked them; the chair agreed most, and left those on
which they are furthest apart. Two more questions are given and wait for their marks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from records.demonstration import interests
from records.demonstration.calendar import Calendar
from records.demonstration.exclusions import check_parties
from records.demonstration.past import as_of
from records.demonstration.people import PASSWORD
from records.demonstration.publishing import deputy_beside
from records.loader import DEMONSTRATION
from scoring import service
from scoring.queries import own_work
from scoring.queries.bids import bid_in_evaluation, bids_in_evaluation
from scoring.queries.evaluators import allocation_of, locks_of
from scoring.service.evaluating import EVALUATED_AT
from tenders.models import Tender

LOOKED_AT = timedelta(hours=1)
CHECKS_DONE = timedelta(days=1)
DECLARED = timedelta(days=2)
MARKING_BEGINS = timedelta(days=3)
MARKS_LOCKED = timedelta(days=4)
PANEL_MEETS = timedelta(days=5)

FIRST = ("SLP-01", "SLP-07", "SLP-09", "SLP-12")
LATER = ("SLP-13", "SLP-14")


def open_and_mark(
    tender: Tender,
    calendar: Calendar,
    *,
    officer: Viewer,
    evaluator: Viewer,
    chair: Viewer,
    manager: Viewer,
    reviewer: Viewer,
) -> None:
    """Open the bids, mark alone, lock, and agree, as far as it is not done yet."""
    second = deputy_beside(officer)
    panel = (officer, second, evaluator, chair)
    if tender.opened_at is None:
        with as_of(calendar.opened):
            interests.declare_before(tender, (*panel, manager, reviewer))
            open_together(tender, officer, second)
    with as_of(calendar.opened + LOOKED_AT):
        interests.declare_after(tender, (officer, chair))
        interests.name_bidders(tender, second=second, manager=manager, chair=chair)
    with as_of(calendar.opened + CHECKS_DONE):
        check_parties(tender, officer=officer)
    # The checks named more people: everybody looks at the list that is whole.
    with as_of(calendar.opened + DECLARED):
        interests.declare_after(tender, (*panel, reviewer))
    if tender.stage not in EVALUATED_AT:
        return
    said = json.loads((DEMONSTRATION / "marks.json").read_text(encoding="utf-8"))
    people = [evaluator.person_id, second.person_id]
    with as_of(calendar.opened + MARKING_BEGINS):
        _give(tender, FIRST, people, chair)
        _mark(tender, evaluator, said["first"])
        _mark(tender, second, said["second"])
    with as_of(calendar.opened + MARKS_LOCKED):
        for one in (evaluator, second):
            if one.person_id not in locks_of(tender.id):
                service.lock_marks(tender, by=one)
    with as_of(calendar.opened + PANEL_MEETS):
        _agree(tender, chair, [one.person_token for one in (chair, evaluator, second)], said)
        _give(tender, LATER, people, chair)


def _give(tender: Tender, questions: Iterable[str], people: list[int], chair: Viewer) -> None:
    """Give questions that nobody was given yet: what visitors changed stays as they left it."""
    known = allocation_of(tender).everywhere
    service.allocate(tender, [one for one in questions if one not in known], people, by=chair)


def open_together(tender: Tender, first: Viewer, second: Viewer) -> None:
    moment = clock.now()
    ready = service.ready_to_open(tender, by=first, password=PASSWORD, arrived_at=moment)
    service.open_as_second(tender, ready.token, by=second, password=PASSWORD, arrived_at=moment)


def _mark(tender: Tender, evaluator: Viewer, said: Mapping[str, Any]) -> None:
    given = own_work(evaluator, tender).given
    for bid in bids_in_evaluation(evaluator, tender):
        for question_id, entry in said[bid.name].items():
            if (bid.opened.bid.id, question_id) not in given:
                mark = service.GivenMark(**entry, based_on=0)
                service.save_mark(bid, question_id, mark, by=evaluator)


def _agree(
    tender: Tender, chair: Viewer, present: list[str], said: Mapping[str, Mapping[str, Any]]
) -> None:
    for bid in bids_in_evaluation(chair, tender):
        for question_id, entry in said["agreed"][bid.name].items():
            if question_id not in bid.marks:
                fresh = bid_in_evaluation(chair, bid.token, to=Permission.MARK_AGREE)
                agreed = service.GivenAgreed(**entry, present=present)
                service.agree_mark(fresh, question_id, agreed, by=chair)

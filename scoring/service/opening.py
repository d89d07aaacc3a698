"""Opening the bids of a tender: from here on the buying side reads them."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from accounts.queries import Viewer
from accounts.service.proving import prove_again
from foundation.database import db, transaction
from scoring.queries.bids import evaluation_of
from scoring.service.evaluating import propose
from scoring.service.exclusion_gate import list_at_opening
from scoring.service.interests import must_have_declared
from scoring.service.standings import stand_anew
from supplier_portal.queries import every_opened_bid
from supplier_portal.service import note_opened
from supplier_portal.service.bringing import must_all_be_handed_in
from tenders import service as tenders
from tenders.models import Approval, Tender
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.approvals import ApprovalKind
from tenders.service import approvals, two_officers


def ready_to_open(
    tender: Tender, *, by: Viewer, password: str, arrived_at: datetime, part: str = ""
) -> Approval:
    """Be the first of the two officers who open the bids.

    Raises NotProven, MustDeclareFirst, CannotBring while a bid from another portal would be left
    behind, and whatever two_officers.ready_to_open raises.
    """
    prove_again(by, password)
    must_have_declared(tender, by)
    must_all_be_handed_in(tender)
    return two_officers.ready_to_open(tender, by=by, arrived_at=arrived_at, part=part)


def open_as_second(
    tender: Tender,
    approval: str,
    *,
    by: Viewer,
    password: str,
    arrived_at: datetime,
    part: str = "",
) -> int:
    """Confirm, as the second officer, what ``approval`` names, and open the bids. Return how many.

    Raises NotProven, MustDeclareFirst, and whatever two_officers.confirm_opening raises; then
    nothing is opened.
    """
    prove_again(by, password)
    must_have_declared(tender, by)
    with approvals.denials_recorded(tender, ApprovalKind.OPEN_BIDS, by), transaction():
        agreed = two_officers.confirm_opening(
            tender, approval, by=by, arrived_at=arrived_at, part=part
        )
        first = db.session.get_one(Person, agreed.asked_by_id)
        return open_bids(tender, by=by, approval=agreed.token, first=first.token)


def open_bids(tender: Tender, *, by: Viewer, approval: str = "", first: str = "") -> int:
    """Open the bids and propose the risks their answers raise. Return how many bids there are.

    The inner step: no page comes here but through open_as_second. Raises BiddingNotClosed before
    the closing time, StepNotAllowed if they are open already, KeyNotBrought.
    """
    with transaction():
        tenders.open_bids(tender, by=by, approval=approval, first=first)
        note_opened(tender, by=by)
        questionnaire, facts = questionnaire_of(tender), facts_of(tender)
        bids = every_opened_bid(tender)
        for opened in bids:
            evaluation = evaluation_of(opened, questionnaire, facts, {})
            propose(opened.bid, evaluation, questionnaire, by=by)
            stand_anew(opened.bid, evaluation.requirements)
        list_at_opening(bids, by=by)
        return len(bids)

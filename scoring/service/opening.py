"""Opening the bids of a tender: from here on the buying side reads them."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation.database import transaction
from scoring.queries.bids import evaluation_of
from scoring.service.evaluating import propose
from supplier_portal.queries import opened_bids
from supplier_portal.service import note_opened
from tenders import service as tenders
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of


def open_bids(tender: Tender, *, by: Viewer) -> int:
    """Open the bids and propose the risks their answers raise. Return how many bids there are.

    Raises BiddingNotClosed before the closing time, StepNotAllowed if they are open already.
    """
    with transaction():
        tenders.open_bids(tender, by=by)
        note_opened(tender, by=by)
        questionnaire, facts = questionnaire_of(tender), facts_of(tender)
        bids = opened_bids(by, tender)
        for opened in bids:
            evaluation = evaluation_of(opened, questionnaire, facts, {})
            propose(opened.bid, evaluation, questionnaire, by=by)
        return len(bids)

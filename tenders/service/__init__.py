"""Everything that changes a tender: each change one transaction and one audit entry."""

from tenders.libraries import Libraries
from tenders.service.base import TenderPublished
from tenders.service.drafts import (
    Details,
    PlanChanged,
    PlanInTheWay,
    ReferenceTaken,
    change_plan,
    create_tender,
    edit_tender,
    set_facts,
)
from tenders.service.publishing import (
    NotReady,
    frozen_questionnaire,
    plan_of,
    publish_tender,
    published_terms,
)
from tenders.service.stages import BiddingNotClosed, open_bids, start_marking

__all__ = [
    "BiddingNotClosed",
    "Details",
    "Libraries",
    "NotReady",
    "PlanChanged",
    "PlanInTheWay",
    "ReferenceTaken",
    "TenderPublished",
    "change_plan",
    "create_tender",
    "edit_tender",
    "frozen_questionnaire",
    "open_bids",
    "plan_of",
    "publish_tender",
    "published_terms",
    "set_facts",
    "start_marking",
]

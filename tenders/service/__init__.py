"""Everything that changes a tender: each change one transaction and one audit entry."""

from tenders.libraries import Libraries
from tenders.service.amending import (
    TELL,
    NothingAmended,
    ReasonMissing,
    drop_amendment,
    prepare_amendment,
    publish_amendment,
    set_amendment_facts,
    set_amendment_terms,
    tell_of_amendment,
)
from tenders.service.base import TenderPublished
from tenders.service.bidding import Bidding, BiddingUnclear, set_bidding
from tenders.service.clarifications import (
    AnswerChanged,
    ask_clarification,
    decline_clarification,
    prepare_answer,
    publish_clarifications,
    version_of_answer,
    withdraw_clarification,
)
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
from tenders.service.outcome import OutcomeChanged, save_outcome, show_outcome
from tenders.service.publishing import (
    NotReady,
    frozen_questionnaire,
    plan_of,
    publish_tender,
    published_terms,
)
from tenders.service.stages import BiddingNotClosed, decide_tender, open_bids, start_marking

__all__ = [
    "TELL",
    "AnswerChanged",
    "Bidding",
    "BiddingNotClosed",
    "BiddingUnclear",
    "Details",
    "Libraries",
    "NotReady",
    "NothingAmended",
    "OutcomeChanged",
    "PlanChanged",
    "PlanInTheWay",
    "ReasonMissing",
    "ReferenceTaken",
    "TenderPublished",
    "ask_clarification",
    "change_plan",
    "create_tender",
    "decide_tender",
    "decline_clarification",
    "drop_amendment",
    "edit_tender",
    "frozen_questionnaire",
    "open_bids",
    "plan_of",
    "prepare_amendment",
    "prepare_answer",
    "publish_amendment",
    "publish_clarifications",
    "publish_tender",
    "published_terms",
    "save_outcome",
    "set_amendment_facts",
    "set_amendment_terms",
    "set_bidding",
    "set_facts",
    "show_outcome",
    "start_marking",
    "tell_of_amendment",
    "version_of_answer",
    "withdraw_clarification",
]

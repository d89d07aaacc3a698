"""Reading bids: a supplier's own at any time; for the buying side those handed in, once opened."""

from supplier_portal.queries.carried import EarlierAnswer, Unconfirmed, earlier_answers, unconfirmed
from supplier_portal.queries.evidence import EvidenceFile
from supplier_portal.queries.followers import people_following
from supplier_portal.queries.handing_in import (
    ToHandIn,
    asked_answers,
    content_to_hand_in,
    is_as_signed_off,
    missing_when_handed_in,
    to_hand_in,
)
from supplier_portal.queries.opened import OpenedBid, opened_bid, opened_bids, opened_file
from supplier_portal.queries.own import (
    SavedAnswer,
    answers_of,
    evidence_of,
    file_for_supplier,
    last_submissions,
    my_bid,
    my_bids,
    receipt_of,
    saved_answers,
    submission_of,
    submissions_of,
    submitted_text,
    values_of,
    versions_of,
    window_of,
)
from supplier_portal.queries.presence import others_at_work
from supplier_portal.queries.published import published_commitments
from supplier_portal.queries.presence import others_at_work
from supplier_portal.queries.teamwork import (
    SIGN_OFF_ASKED,
    SIGN_OFF_ASKED,
    Work,
    about_revision,
    bids_for,
    colleagues_of,
    comments_on,
    last_sign_off,
    people_of,
    sign_off_asked_at,
    work_on,
)

__all__ = [
    "SIGN_OFF_ASKED",
    "EarlierAnswer",
    "EvidenceFile",
    "OpenedBid",
    "SavedAnswer",
    "ToHandIn",
    "Unconfirmed",
    "Work",
    "about_revision",
    "answers_of",
    "asked_answers",
    "bids_for",
    "colleagues_of",
    "comments_on",
    "content_to_hand_in",
    "earlier_answers",
    "evidence_of",
    "file_for_supplier",
    "is_as_signed_off",
    "last_sign_off",
    "last_submissions",
    "missing_when_handed_in",
    "my_bid",
    "my_bids",
    "opened_bid",
    "opened_bids",
    "opened_file",
    "people_following",
    "others_at_work",
    "people_of",
    "published_commitments",
    "receipt_of",
    "saved_answers",
    "sign_off_asked_at",
    "submission_of",
    "submissions_of",
    "submitted_text",
    "to_hand_in",
    "unconfirmed",
    "values_of",
    "versions_of",
    "window_of",
    "work_on",
]

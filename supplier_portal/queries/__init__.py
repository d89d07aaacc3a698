"""Reading bids: a supplier's own at any time; for the buying side those handed in, once opened."""

from supplier_portal.queries.carried import EarlierAnswer, Unconfirmed, earlier_answers, unconfirmed
from supplier_portal.queries.evidence import EvidenceFile
from supplier_portal.queries.followers import people_following
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
from supplier_portal.queries.teamwork import (
    Work,
    colleagues_of,
    comments_on,
    last_sign_off,
    people_of,
    work_on,
)

__all__ = [
    "EarlierAnswer",
    "EvidenceFile",
    "OpenedBid",
    "SavedAnswer",
    "Unconfirmed",
    "Work",
    "answers_of",
    "colleagues_of",
    "comments_on",
    "earlier_answers",
    "evidence_of",
    "file_for_supplier",
    "last_sign_off",
    "last_submissions",
    "my_bid",
    "my_bids",
    "opened_bid",
    "opened_bids",
    "opened_file",
    "people_following",
    "people_of",
    "receipt_of",
    "saved_answers",
    "submission_of",
    "submissions_of",
    "submitted_text",
    "unconfirmed",
    "values_of",
    "versions_of",
    "window_of",
    "work_on",
]

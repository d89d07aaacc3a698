"""How suppliers may bid for a tender, in the words of its pages."""

from __future__ import annotations

from datetime import datetime

from foundation.clock import show_moment
from tenders.lots import bought_in_words
from tenders.models import Tender
from tenders.rules.clarifications import AskingWindow, questions_close
from tenders.rules.lateness import LATE_RULE


def asking_window(tender: Tender) -> AskingWindow:
    """Return when questions about the tender are taken, as the rules want to know it."""
    end = questions_end(tender)
    return AskingWindow(
        tender.stage,
        tender.published_at,
        tender.closes_at,
        tender.questions_until,
        tender.runs_elsewhere,
        show_moment(end) if end else "",
    )


def questions_end(tender: Tender) -> datetime | None:
    """Return the first moment too late to ask a question; None while nothing is decided."""
    return questions_close(tender.closes_at, tender.questions_until)


def bidding_in_words(tender: Tender) -> list[tuple[str, str]]:
    """Return label and words of each thing decided about bidding, for officers and suppliers."""
    return [*bought_in_words(tender), *_how_to_bid(tender)]


def _how_to_bid(tender: Tender) -> list[tuple[str, str]]:
    if tender.runs_elsewhere:
        return [
            ("Bids", "Taken on another portal, and so are questions"),
            *opening_in_words(tender),
        ]
    end = questions_end(tender)
    invited = [("Who may bid", "Only companies that the council invited")]
    return [
        *([] if tender.registration_open else invited),
        ("Questions close", show_moment(end) if end else "When bids close"),
        (
            "Qualifications",
            "A bid may list qualifications to the contract terms"
            if tender.allows_qualifications
            else "A bid may not qualify the contract terms",
        ),
        (
            "At the closing time",
            "What is submitted counts. A company may ask that its last complete saved version be "
            "handed in for it"
            if tender.last_saved_counts
            else "Only what is submitted counts; what is saved and not submitted does not",
        ),
        ("Late bids", LATE_RULE),
        *opening_in_words(tender),
    ]


def opening_in_words(tender: Tender) -> list[tuple[str, str]]:
    """Return label and words of what is decided about the opening of the bids."""
    count = (
        "Before the opening the council sees how many bids are handed in, and nothing else of them"
    )
    return [
        (
            "Opening",
            "Two of three named officers each bring their part of a key; without two parts nobody "
            "at the council can read a bid"
            if tender.opens_strictly
            else "Two officers of the council together, after bids have closed",
        ),
        *([("Number of bids", count)] if tender.shows_count else []),
    ]

"""What a bid says of the contract terms, and the terms its answers lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select

from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, BidTerms
from supplier_portal.rules.terms import (
    Terms,
    qualification_as_plain,
    terms_from,
    word_as_plain,
)

# The names under which all of this is handed in with a bid.
COMMITMENTS = "commitments"
QUALIFICATIONS = "qualifications"
TERMS = "terms"


def terms_of(bid: Bid) -> Terms:
    """Return what the company says of the terms as it stands. For its own pages only."""
    row = db.session.scalars(
        select(BidTerms).where(BidTerms.bid_id == bid.id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return Terms()
    return terms_from(seals.open_terms(bid, seals.supplier_key(bid), row), row.version)


def commitments_now(bid: Bid, answers: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what ``answers`` lead to, as it would be handed in; None where no clauses are frozen.

    Clauses belong to a later station: what makes them is plugged in as what is handed in.
    """
    make = current_app.extensions["handed_in_with_a_bid"].get(COMMITMENTS)
    made: Mapping[str, Any] | None = make(bid, answers) if make else None
    return made or None


def word_to_hand_in(bid: Bid, _answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the company's word on the terms as it is handed in; None where it gave none."""
    if bid.brought_by_id is not None:
        return None
    return word_as_plain(terms_of(bid).word)


def qualifications_to_hand_in(bid: Bid, _answers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what the bid objects to, as it is handed in; nothing where the tender allows none."""
    if bid.brought_by_id is not None or not bid.tender.allows_qualifications:
        return []
    return [qualification_as_plain(entry) for entry in terms_of(bid).qualifications]


def terms_handed_in(content: Mapping[str, Any]) -> Terms:
    """Return what a submission says of the terms."""
    return terms_from({"word": content.get(TERMS), "qualifications": content.get(QUALIFICATIONS)})

"""The risk profiles of the bids of a tender, a page of bids at a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.models import Organisation
from accounts.queries import Viewer
from foundation.database import db
from foundation.errors import DomainError
from scoring.queries.bids import bids_in_evaluation
from scoring.queries.evaluators import allocation_of, readable_bid_ids
from scoring.queries.ranked import EVALUATED_AT, must_not_mark_alone
from scoring.queries.register_rows import rows_of
from scoring.queries.standings import quality_is_agreed
from scoring.rules.profiles import Compared, compare, profile_of
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from tenders.models import Tender

# As many as can be read beside each other.
ON_A_PAGE = 12


class MarksFirst(DomainError):
    """Whoever marks in a tender compares its risks once every mark is agreed."""


@dataclass(frozen=True)
class ComparedBids:
    """``page`` counts from 1."""

    compared: Compared
    page: int
    pages: int
    bids: int


def compared_bids(viewer: Viewer, tender: Tender, page: int) -> ComparedBids:
    """Return the profiles of a page of bids, by name of supplier.

    Raises KeptAway, MustDeclareFirst, OwnMarksFirst and MarksFirst.
    """
    must_see_all(viewer, tender)
    must_not_mark_alone(viewer, tender, "compare the risks of bids")
    _must_be_agreed(viewer, tender)
    ids = _in_order(readable_bid_ids(tender.id))
    pages = max(1, -(-len(ids) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    wanted = ids[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    bids = bids_in_evaluation(viewer, tender, only=wanted) if wanted else []
    found = rows_of(viewer.organisation_id, bids)
    rows = {bid.token: [row for _, row in found[bid.token]] for bid in bids}
    compared = compare([profile_of(bid.token, bid.name, rows[bid.token]) for bid in bids])
    return ComparedBids(compared, page, pages, len(ids))


def may_compare(viewer: Viewer, tender: Tender) -> bool:
    """Return whether the comparison is not kept from the viewer because he marks."""
    marks = viewer.person_id in allocation_of(tender).people
    return not marks or tender.stage not in EVALUATED_AT or quality_is_agreed(tender)


def _must_be_agreed(viewer: Viewer, tender: Tender) -> None:
    if not may_compare(viewer, tender):
        raise MarksFirst(
            f"You cannot compare the risks of bids yet because you mark in {tender.reference} and "
            "the marks of some bids are not agreed: what risks others find must not move a mark"
        )


def _in_order(bid_ids: list[int]) -> list[int]:
    found = db.session.execute(
        select(Bid.id, Organisation.name)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(Bid.id.in_(bid_ids))
    )
    named = sorted(found, key=lambda one: (one[1].casefold(), one[0]))
    return [bid_id for bid_id, _ in named]

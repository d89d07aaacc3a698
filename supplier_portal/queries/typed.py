"""What a person typed on a page of a bid, or of the company, and did not save."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from accounts.queries import Viewer
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, TypedDraft

# A form's fields in their order: (name, text), a name as often as it was sent.
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Typed:
    """A form as it was typed, and when it was last kept."""

    fields: Fields
    kept_at: datetime


# Asked at every page with a form, so put together once.
_TYPED = select(TypedDraft.sealed, TypedDraft.saved_at).where(
    TypedDraft.person_id == bindparam("person"), TypedDraft.page == bindparam("page")
)
_OF_BID = _TYPED.where(TypedDraft.bid_id == bindparam("owner"))
_OF_COMPANY = _TYPED.where(TypedDraft.supplier_id == bindparam("owner"))


def typed_before(
    bid: Bid | None, page: str, *, by: Viewer, key: bytes | None = None
) -> Typed | None:
    """Return what ``by`` typed on ``page`` and did not save; None if there is nothing.

    Without a bid the page is one of the company ``by`` acts for. ``key``: the bid's, where its
    supplier's copy is not for ``by``.
    """
    asked, owner = (_OF_COMPANY, by.organisation_id) if bid is None else (_OF_BID, bid.id)
    row = db.session.execute(
        asked, {"owner": owner, "person": by.person_id, "page": page}
    ).one_or_none()
    if row is None:
        return None
    if key is None:
        key = seals.company_key(by.organisation_id) if bid is None else seals.supplier_key(bid)
    if key is None:
        return None
    fields = seals.open_typed(bid, key, page, by.person_id, row.sealed)
    return Typed(tuple((name, text) for name, text in fields), row.saved_at)

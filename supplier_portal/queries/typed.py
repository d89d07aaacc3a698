"""What a person typed on a page about a bid and did not save."""

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
    TypedDraft.bid_id == bindparam("bid"),
    TypedDraft.person_id == bindparam("person"),
    TypedDraft.page == bindparam("page"),
)


def typed_before(bid: Bid, page: str, *, by: Viewer) -> Typed | None:
    """Return what ``by`` typed on ``page`` and did not save; None if there is nothing."""
    row = db.session.execute(
        _TYPED, {"bid": bid.id, "person": by.person_id, "page": page}
    ).one_or_none()
    if row is None:
        return None
    key = seals.supplier_key(bid)
    fields = seals.open_typed(bid, key, page, by.person_id, row.sealed)
    return Typed(tuple((name, text) for name, text in fields), row.saved_at)

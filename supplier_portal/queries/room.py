"""How much the files of a bid and of a library come to, in bytes."""

from __future__ import annotations

from sqlalchemy import func, select

from foundation.database import db
from supplier_portal.models import Bid, Document, DocumentRevision, Evidence


def bytes_of_bid(bid: Bid) -> int:
    """Return the bytes of all files the bid has, those no answer names any more included."""
    total = select(func.coalesce(func.sum(Evidence.size), 0)).where(Evidence.bid_id == bid.id)
    return int(db.session.scalar(total) or 0)


def bytes_of_library(supplier_id: int) -> int:
    """Return the bytes of all files of all documents of a company, older and retired included."""
    total = (
        select(func.coalesce(func.sum(DocumentRevision.size), 0))
        .join(Document, Document.id == DocumentRevision.document_id)
        .where(Document.supplier_id == supplier_id)
    )
    return int(db.session.scalar(total) or 0)

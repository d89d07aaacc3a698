"""Where a company's own bids name the files of its library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Answer, Bid, DocumentRevision, Evidence
from supplier_portal.queries.own import with_tender


@dataclass(frozen=True)
class Use:
    """A bid that names a file of a document: which file, and in the answers to which parts."""

    bid: Bid
    evidence: str
    number: int
    parts: tuple[str, ...]


def uses_of(supplier_id: int, document_ids: Iterable[int]) -> dict[int, list[Use]]:
    """Return the company's bids whose answers name a file, by document, the newest bid first.

    As many statements for one document as for all. A file that no answer names any more is in
    no use, though the bid keeps it.
    """
    rows = db.session.execute(
        with_tender()
        .add_columns(Evidence.token, DocumentRevision.document_id, DocumentRevision.number)
        .join(Evidence, Evidence.bid_id == Bid.id)
        .join(DocumentRevision, DocumentRevision.id == Evidence.revision_id)
        .where(Bid.supplier_id == supplier_id, DocumentRevision.document_id.in_(list(document_ids)))
        .order_by(Bid.id.desc(), Evidence.id)
    ).all()
    named = parts_naming({row[0].id: row[0] for row in rows})
    found: dict[int, list[Use]] = {}
    for bid, evidence, document_id, number in rows:
        parts = named.get((bid.id, evidence))
        if parts:
            use = Use(bid, evidence, number, tuple(parts))
            found.setdefault(document_id, []).append(use)
    return found


def parts_naming(bids: Mapping[int, Bid]) -> dict[tuple[int, str], list[str]]:
    """Return the parts whose answers name a file, by (bid id, token of the file)."""
    if not bids:
        return {}
    rows = db.session.execute(
        select(Answer.bid_id, Answer.part_id, Answer.version, Answer.sealed)
        .where(Answer.bid_id.in_(bids))
        .order_by(Answer.part_id)
    )
    keys = {bid_id: seals.supplier_key(bid) for bid_id, bid in bids.items()}
    found: dict[tuple[int, str], list[str]] = {}
    for bid_id, part_id, version, sealed in rows:
        value = seals.open_answer(bids[bid_id], keys[bid_id], part_id, version, sealed)
        for token in files_named(value):
            found.setdefault((bid_id, token), []).append(part_id)
    return found


def files_named(value: Any) -> list[str]:
    """Return the tokens of the files an answer names; none for an answer of another kind."""
    if not isinstance(value, list):
        return []
    return [
        str(entry["evidence"])
        for entry in value
        if isinstance(entry, Mapping) and entry.get("evidence")
    ]

"""What an officer writes about the outcome, page by page, and whether suppliers are shown it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from tenders.models import OutcomeStatement, Tender
from tenders.outcome_guide import shipped_guide
from tenders.rules.outcome import Page, sections_of, to_freeze, values_of, with_page
from tenders.service.base import current_draft, record
from tenders.stated import OUTCOME, version_of_page


class OutcomeChanged(DomainError):
    """A colleague saved the page in between. ``saved``: what it says now, by field."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        super().__init__(
            "A colleague saved this page after you opened it. Nothing of yours is lost: both texts "
            "are below. Save again to keep what stands in the boxes"
        )
        self.saved = saved


def save_outcome(
    tender: Tender, page: Page, values: Mapping[str, Any], *, based_on: str, by: Viewer
) -> None:
    """Keep what one page of the form says. Nothing happens where it says so already.

    ``based_on`` is the version_of_page() the form was made from. Raises OutcomeChanged and
    TenderPublished.
    """
    with transaction():
        draft = current_draft(tender)
        kept = _kept(draft)
        before = json.loads(kept.text) if kept else {}
        after = with_page(page, before, values)
        if after == before:
            return
        if based_on != version_of_page(page, before):
            raise OutcomeChanged(values_of(page, before))
        kept = kept or OutcomeStatement(tender_id=draft.id, version=0, shown_to_suppliers=False)
        kept.text = canonical_json(after)
        kept.version += 1
        _stamp(kept, by)
        record(
            "tender.outcome_saved",
            draft,
            by,
            page=page.id,
            version=kept.version,
            statement=sha256_hex(kept.text),
        )


def show_outcome(tender: Tender, shown: bool, *, by: Viewer) -> None:
    """Decide whether suppliers are shown the statement. Raises TenderPublished."""
    with transaction():
        draft = current_draft(tender)
        kept = _kept(draft)
        if shown == (kept is not None and kept.shown_to_suppliers):
            return
        kept = kept or OutcomeStatement(tender_id=draft.id, version=0, text=canonical_json({}))
        kept.shown_to_suppliers = shown
        _stamp(kept, by)
        record("tender.outcome_shown", draft, by, shown=shown)


def outcome_terms(tender: Tender) -> dict[str, Any]:
    """Return the statement in words for the published terms; nothing unless it is shown."""
    kept = _kept(tender)
    if kept is None or not kept.shown_to_suppliers:
        return {}
    shown = to_freeze(sections_of(shipped_guide(), json.loads(kept.text)))
    return {OUTCOME: shown} if shown else {}


def _kept(tender: Tender) -> OutcomeStatement | None:
    return db.session.scalars(
        select(OutcomeStatement)
        .where(OutcomeStatement.tender_id == tender.id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _stamp(kept: OutcomeStatement, by: Viewer) -> None:
    kept.saved_at = clock.now()
    kept.saved_by_id = by.person_id
    db.session.add(kept)
    db.session.flush()

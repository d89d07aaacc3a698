"""Saving the sheets of a tender's plan: a new version each time, and nothing written over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from tenders import planning
from tenders.models import PlanningSheet, Tender
from tenders.planning import Sheet
from tenders.service.base import current_tender, record


class SheetChanged(DomainError):
    """A colleague saved the sheet in between. ``saved``: the version that counts now."""

    def __init__(self, saved: Sheet) -> None:
        super().__init__(
            f"{saved.saved_by} saved this page after you opened it. Nothing of yours is lost: both "
            "texts are below. Save again to keep what stands in the boxes"
        )
        self.saved = saved


def save_sheet(
    tender: Tender, topic: str, value: Mapping[str, Any], *, version: int, by: Viewer
) -> int:
    """Keep ``value`` as a new version of a sheet, and return the number of the one that counts.

    ``version`` is the one the form was made from, 0 for none. Nothing happens where the sheet says
    so already. Raises SheetChanged.
    """
    with transaction():
        current = current_tender(tender)
        before = planning.latest(current, topic)
        text = canonical_json(dict(value))
        if text == canonical_json(dict(before.value)):
            return before.version
        if version != before.version:
            raise SheetChanged(before)
        added = PlanningSheet(
            tender_id=current.id,
            topic=str(topic),
            version=before.version + 1,
            text=text,
            saved_at=clock.now(),
            saved_by_id=by.person_id,
        )
        db.session.add(added)
        db.session.flush()
        record(
            "tender.plan_sheet_saved",
            current,
            by,
            topic=added.topic,
            version=added.version,
            sheet=sha256_hex(text),
        )
        return added.version

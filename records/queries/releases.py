"""The releases of a tender as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from foundation.database import db
from records.models import OpenDataRelease
from tenders.models import Tender


def stored_releases(tender: Tender) -> list[OpenDataRelease]:
    """Return the releases that were written, in their order."""
    found = db.session.scalars(
        select(OpenDataRelease)
        .options(undefer(OpenDataRelease.text))
        .where(OpenDataRelease.tender_id == tender.id)
        .order_by(OpenDataRelease.number)
    )
    return list(found)


def releases_in(stored: Iterable[OpenDataRelease]) -> list[dict[str, Any]]:
    return [json.loads(one.text) for one in stored]

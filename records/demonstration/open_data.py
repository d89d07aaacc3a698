"""What the officer of the demonstration tells the public about its open tender."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from accounts.queries import Viewer
from records.loader import DEMONSTRATION
from records.queries.notices import DETAILS
from records.rules.sheets import PUBLIC
from records.service.public import publish_page
from tenders import planning
from tenders.models import Tender
from tenders.service.planning import save_sheet


@cache
def content() -> dict[str, dict[str, Any]]:
    """Return what is written, by the sheet and by the field."""
    text = (DEMONSTRATION.parent / "demonstration-open-data.json").read_text(encoding="utf-8")
    written: dict[str, dict[str, Any]] = json.loads(text)
    return written


def tell_the_public(tender: Tender, *, officer: Viewer) -> None:
    """Publish the page of a published tender; nothing happens where somebody has begun one."""
    if tender.published_at is None or planning.latest(tender, PUBLIC).version:
        return
    if not planning.latest(tender, DETAILS).version:
        save_sheet(tender, DETAILS, content()[DETAILS], version=0, by=officer)
    version = save_sheet(tender, PUBLIC, content()[PUBLIC], version=0, by=officer)
    publish_page(tender, version=version, by=officer)

"""What the officer of the demonstration wrote about the outcome of its tenders."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from accounts.queries import Viewer
from records.loader import DEMONSTRATION
from tenders import service as tenders
from tenders.models import Tender
from tenders.outcome_guide import shipped_guide
from tenders.rules.lifecycle import Stage
from tenders.stated import statement_of, version_of_page


@cache
def content() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what is written, by the reference of the tender and by the page of the form."""
    text = (DEMONSTRATION.parent / "demonstration-outcome.json").read_text(encoding="utf-8")
    written: dict[str, dict[str, dict[str, Any]]] = json.loads(text)
    return written


def write_outcome(tender: Tender, *, officer: Viewer, shown: bool = False) -> None:
    """Fill in the form of a draft; nothing happens where there is nothing to write, or somebody
    has written already."""
    written = content().get(tender.reference)
    if written is None or tender.stage is not Stage.DRAFT or statement_of(tender).version:
        return
    for page in shipped_guide().pages:
        if page.id in written:
            nothing = version_of_page(page, {})
            tenders.save_outcome(tender, page, written[page.id], based_on=nothing, by=officer)
    tenders.show_outcome(tender, shown, by=officer)

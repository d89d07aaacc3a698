"""Which notice is to be published next, after a decision, a contract or the end of a tender."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from tenders.dated import details_due
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

Sheets = Mapping[tuple[int, str], tuple[int, Mapping[str, Any]]]
# The words, and the last day where the law gives one.
Wanted = tuple[str, date | None]


def notice_wanted(
    tender: Tender, recorded: Container[str], sheets: Sheets, signed: date | None
) -> Wanted | None:
    """Return the notice that comes next; None where none does. ``signed``: the day of the
    contract, as recorded with the award."""
    if "UK4" not in recorded and "UK5" not in recorded:
        return None
    if tender.stage is Stage.CANCELLED:
        if "UK12" in recorded:
            return None
        words = "Publish the termination notice (UK12) as soon as you can, and record its number"
        return words, None
    if tender.stage in (Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED):
        if "UK6" not in recorded:
            return "Publish the contract award notice (UK6), and record its number", None
        if "UK7" not in recorded:
            return _details_wanted(tender, sheets, signed)
    return None


def _details_wanted(tender: Tender, sheets: Sheets, signed: date | None) -> Wanted | None:
    """Return the words about the contract details notice, with the copy where one must follow;
    None before there is a contract."""
    within, day, copy = details_due(tender, sheets, signed)
    if day is None and tender.stage is not Stage.AWARDED:
        return None
    words = (
        f"Publish the contract details notice (UK7) within {within.words}, the day of the contract "
        "being the first, and record its number"
    )
    if copy is not None:
        words += f"; publish a copy of the contract within {copy.words}"
    return words, day

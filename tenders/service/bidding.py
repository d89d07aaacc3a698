"""What an officer decides about how suppliers may bid."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from foundation.database import transaction
from foundation.errors import DomainError
from tenders.models import Tender
from tenders.service.base import current_draft, record, written


class BiddingUnclear(DomainError):
    """What was decided about bidding does not go together."""


@dataclass(frozen=True, kw_only=True)
class Bidding:
    """``questions_until``: the first moment too late to ask; None for the closing time."""

    questions_until: datetime | None
    allows_qualifications: bool
    last_saved_counts: bool
    runs_elsewhere: bool


def set_bidding(tender: Tender, bidding: Bidding, *, by: Viewer, moment: datetime) -> None:
    """Decide how suppliers may bid for a draft. Raises BiddingUnclear and TenderPublished."""
    with transaction():
        draft = current_draft(tender)
        _check(draft, bidding, moment)
        for name, value in asdict(bidding).items():
            setattr(draft, name, value)
        chosen = {name: value for name, value in asdict(bidding).items() if value is True}
        until = written(bidding.questions_until)
        record("tender.bidding_set", draft, by, questions_until=until, **chosen)


def _check(draft: Tender, bidding: Bidding, moment: datetime) -> None:
    until = bidding.questions_until
    if until is not None and until <= moment:
        raise BiddingUnclear("Enter a time for questions in the future", field="questions_until")
    if until is not None and draft.closes_at is not None and until >= draft.closes_at:
        raise BiddingUnclear(
            "Enter a time for questions before bids close", field="questions_until"
        )
    if bidding.runs_elsewhere:
        _check_elsewhere(bidding)


def _check_elsewhere(bidding: Bidding) -> None:
    """What suppliers would do on pages here cannot be offered where they bid on another portal."""
    if bidding.questions_until is not None:
        raise BiddingUnclear(
            "You cannot set a time for questions because bids are taken on another portal: leave "
            "it empty",
            field="questions_until",
        )
    if bidding.allows_qualifications:
        raise BiddingUnclear(
            "You cannot allow qualifications because bids are taken on another portal, and the "
            "workbook they come in has no place to list them: select “No”",
            field="allows_qualifications",
        )
    if bidding.last_saved_counts:
        raise BiddingUnclear(
            "You cannot let a saved version count because bids are taken on another portal: select "
            "“Only what is submitted”",
            field="last_saved_counts",
        )


def bidding_terms(tender: Tender) -> dict[str, Any]:
    """Return what was chosen about bidding, for the published terms; nothing if nothing was."""
    chosen: dict[str, Any] = {
        name: True
        for name in ("allows_qualifications", "last_saved_counts", "runs_elsewhere")
        if getattr(tender, name)
    }
    if tender.questions_until is not None:
        chosen["questions_until"] = written(tender.questions_until)
    if not tender.registration_open:
        chosen["by_invitation"] = True
    return {"bidding": chosen} if chosen else {}

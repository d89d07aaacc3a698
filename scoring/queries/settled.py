"""What stands in the way of agreeing on quality, and then of opening prices: decisions left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from accounts.models import Organisation
from foundation.database import db
from scoring.models import ExclusionEvent, ExclusionParty
from scoring.queries.exclusions import checks_of, checks_required
from scoring.queries.standing_rows import requirements_undecided
from scoring.rules.exclusions import Event, Kind, standing
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Undecided:
    """The requirements of one bid that an officer has to decide."""

    bid: str
    name: str
    question_ids: tuple[str, ...]


def unsettled_in(tender_ids: Iterable[int], today: date) -> dict[int, int]:
    """Return of several tenders, by id, how many checks are not finished; a bid of which nobody is
    listed counts as one. One statement."""
    rows = db.session.execute(
        select(
            Bid.tender_id,
            Bid.id,
            ExclusionParty.id,
            ExclusionEvent.kind,
            ExclusionEvent.outcome,
            ExclusionEvent.done_on,
            ExclusionEvent.due_on,
        )
        .outerjoin(ExclusionParty, ExclusionParty.bid_id == Bid.id)
        .outerjoin(ExclusionEvent, ExclusionEvent.party_id == ExclusionParty.id)
        .where(Bid.tender_id.in_([*tender_ids]), Bid.stage.in_(READABLE))
        .order_by(Bid.id, ExclusionParty.id, ExclusionEvent.number)
    )
    events: dict[tuple[int, int, int | None], list[Event]] = {}
    for tender_id, bid_id, party, kind, outcome, done_on, due_on in rows:
        known = events.setdefault((tender_id, bid_id, party), [])
        if kind is not None:
            known.append(Event(Kind(kind), outcome, done_on, due_on))
    left: dict[int, int] = {}
    for (tender_id, _bid, _party), known in events.items():
        left[tender_id] = left.get(tender_id, 0) + (not standing(known, today).is_settled)
    return left


def bids_undecided(tender: Tender) -> list[Undecided]:
    """Return the bids with requirements left to decide, by name; only for who may see them all."""
    left = requirements_undecided(tender)
    rows = db.session.execute(
        select(Bid.id, Bid.token, Organisation.name)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(Bid.id.in_([*left]))
        .order_by(func.lower(Organisation.name), Bid.id)
    )
    return [Undecided(token, name, left[bid_id]) for bid_id, token, name in rows]


def undecided_in_words(tender: Tender) -> str:
    """Return "2 requirements wait for a decision", or ""."""
    count = sum(map(len, requirements_undecided(tender).values()))
    if not count:
        return ""
    return (
        "1 requirement waits for a decision"
        if count == 1
        else (f"{count} requirements wait for a decision")
    )


def checks_in_words(tender: Tender) -> str:
    """Return "1 check for grounds to exclude is not finished", or "", also where none are asked."""
    count = checks_of(tender).unsettled if checks_required(tender) else 0
    if not count:
        return ""
    what = "1 check" if count == 1 else f"{count} checks"
    return f"{what} for grounds to exclude {'is' if count == 1 else 'are'} not finished"


def unsettled_before_prices(tender: Tender) -> list[str]:
    """Return what has to be decided before anybody sees a price, in words."""
    return [words for words in (undecided_in_words(tender), checks_in_words(tender)) if words]

"""Dividing what is bought into lots, each a tender of its own, or deciding not to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders import planned, planning
from tenders.award import TOPIC as AWARD
from tenders.lots import lots_of
from tenders.models import OutcomeStatement, Procurement, Tender
from tenders.planning import Topic
from tenders.price_schedule import TOPIC as PRICES
from tenders.rules.lots import MOST_LOTS, must_be_clear, must_be_open
from tenders.service.base import current_draft, current_tender, record
from tenders.service.drafts import Details, create_tender, set_facts
from tenders.service.planning import save_sheet

# How one may bid is decided once for a lot and taken over by the next.
TAKEN_OVER = ("allows_qualifications", "last_saved_counts", "runs_elsewhere", "registration_open")

# What is planned for a lot and can be planned for the next in the same way.
PLANNED = (Topic.TIMETABLE, Topic.DUTIES, Topic.CONFLICTS, Topic.FAILURE, AWARD, PRICES)
# What somebody said with his name of one lot is not said of another.
CONFIRMED = frozenset({"confirmed"})


class NotALot(DomainError):
    """A tender is a lot already, or is none."""


class TooManyLots(DomainError):
    """A procurement has as many lots as it can have."""


class ProcurementReferenceTaken(DomainError):
    """Another procurement of the authority has this reference."""


@dataclass(frozen=True, kw_only=True)
class Division:
    """What an officer decides about a procurement. ``most_bid``, ``most_won``: None for all."""

    title: str
    reference: str
    reason: str
    most_bid: int | None = None
    most_won: int | None = None
    how_won: str = ""


def create_procurement(
    division: Division, *, by: Viewer, first: Tender | None = None
) -> Procurement:
    """Make a procurement; ``first`` becomes its lot 1.

    Raises LimitsUnclear, ProcurementReferenceTaken, TenderPublished and NotALot.
    """
    must_be_clear(division.most_bid, division.most_won, division.how_won)
    procurement = Procurement(
        token=new_token(),
        authority_id=by.organisation_id,
        created_at=clock.now(),
        created_by_id=by.person_id,
        **asdict(division),
    )
    with _unique_reference(), transaction():
        db.session.add(procurement)
        db.session.flush()
        _record("procurement.created", procurement, by)
        if first is not None:
            move_in(procurement, first, by=by)
    return procurement


def edit_procurement(procurement: Procurement, division: Division, *, by: Viewer) -> None:
    """Raises LotsFixed once a lot is published, LimitsUnclear and ProcurementReferenceTaken."""
    must_be_clear(division.most_bid, division.most_won, division.how_won)
    with _unique_reference(), transaction():
        current, _lots = _changeable(procurement)
        for name, value in asdict(division).items():
            setattr(current, name, value)
        db.session.flush()
        _record("procurement.edited", current, by)


def add_lot(
    procurement: Procurement,
    *,
    title: str,
    reference: str,
    like: Tender,
    by: Viewer,
    with_plan: bool = False,
) -> Tender:
    """Make a new draft that is the next lot, taking over what ``like``, another lot, has.

    Its details, facts, questionnaire, how one may bid and outcome statement are taken over, and
    ``with_plan`` what is planned; who works on it and who buys with it are decided anew.

    Raises LotsFixed, TooManyLots, ReferenceTaken, and NotALot if ``like`` is no lot of it.
    """
    with transaction():
        current, lots = _changeable(procurement)
        known = next((lot for lot in lots if lot.id == like.id), None)
        if known is None:
            raise NotALot("Select one of the lots to begin from", field="like")
        details = Details(
            title=title,
            reference=reference,
            pack_id=known.pack_id,
            quality_weight=known.quality_weight,
            closes_at=known.closes_at,
        )
        lot = create_tender(details, by=by, plan=planned.plan_of_draft(known))
        set_facts(lot, known.facts, by=by)
        for name in TAKEN_OVER:
            setattr(lot, name, getattr(known, name))
        lot.questions_until = known.questions_until
        _take_over_outcome(known, lot, by)
        if with_plan:
            _take_over_plan(known, lot, by)
        _number(current, lots, lot, by)
    return lot


def move_in(procurement: Procurement, tender: Tender, *, by: Viewer) -> None:
    """Make a draft of the same authority the next lot.

    Raises LotsFixed, TooManyLots, TenderPublished and NotALot.
    """
    with transaction():
        current, lots = _changeable(procurement)
        draft = current_draft(tender)
        if draft.procurement_id is not None:
            raise NotALot("You cannot do this because the tender is a lot already")
        if draft.authority_id != current.authority_id:
            raise NotALot("You cannot do this because the tender is another authority’s")
        draft.undivided_because = None
        _number(current, lots, draft, by)


def move_out(tender: Tender, because: str, *, by: Viewer) -> None:
    """Make a lot a tender by itself, for a reason; the lots after it move up.

    Raises LotsFixed and NotALot.
    """
    with transaction():
        draft = current_draft(tender)
        if draft.procurement is None:
            raise NotALot("You cannot take this tender out because it is no lot")
        current, lots = _changeable(draft.procurement)
        number = draft.lot_number
        draft.procurement_id, draft.lot_number = None, None
        draft.undivided_because = because
        db.session.flush()
        for lot in lots:
            if lot.lot_number is not None and number is not None and lot.lot_number > number:
                lot.lot_number -= 1
                # One by one, from the lowest: two lots never have one number.
                db.session.flush()
        record("tender.lot_moved_out", draft, by, procurement=current.token, lot=number)
        db.session.expire(draft, ["procurement"])


def keep_undivided(tender: Tender, because: str, *, by: Viewer) -> None:
    """Decide that what is bought is not divided into lots, and say why. Raises NotALot."""
    with transaction():
        draft = current_draft(tender)
        if draft.procurement_id is not None:
            raise NotALot("You cannot do this because the tender is a lot: take it out first")
        if draft.undivided_because != because:
            draft.undivided_because = because
            record("tender.kept_undivided", draft, by)


def _changeable(procurement: Procurement) -> tuple[Procurement, list[Tender]]:
    """Return a procurement and its lots as they are now, kept from changing, also from being
    published, until the transaction ends. Raises LotsFixed."""
    current = db.session.scalars(
        select(Procurement)
        .where(Procurement.id == procurement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    lots = [current_tender(lot) for lot in lots_of(current)]
    published = (f"lot {lot.lot_number}" for lot in lots if lot.published_at is not None)
    must_be_open(next(published, ""))
    return current, lots


def _number(procurement: Procurement, lots: list[Tender], lot: Tender, by: Viewer) -> None:
    if len(lots) >= MOST_LOTS:
        raise TooManyLots(f"You cannot add a lot because there are {MOST_LOTS} already")
    lot.procurement_id, lot.lot_number = procurement.id, len(lots) + 1
    db.session.flush()
    db.session.expire(lot, ["procurement"])
    record("tender.lot_moved_in", lot, by, procurement=procurement.token, lot=lot.lot_number)


def _take_over_outcome(known: Tender, lot: Tender, by: Viewer) -> None:
    kept = db.session.scalars(
        select(OutcomeStatement).where(OutcomeStatement.tender_id == known.id)
    ).one_or_none()
    if kept is not None:
        db.session.add(
            OutcomeStatement(
                tender_id=lot.id,
                version=1,
                text=kept.text,
                shown_to_suppliers=kept.shown_to_suppliers,
                saved_at=clock.now(),
                saved_by_id=by.person_id,
            )
        )


def _take_over_plan(known: Tender, lot: Tender, by: Viewer) -> None:
    """Copy the newest version of each sheet of the plan; nobody has confirmed the copy."""
    sheets = planning.sheets(known)
    for topic in PLANNED:
        if topic in sheets:
            value = {
                name: said for name, said in sheets[topic].value.items() if name not in CONFIRMED
            }
            save_sheet(lot, topic, value, version=0, by=by)


def _record(action: str, procurement: Procurement, by: Viewer) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("procurement", procurement.token),
        authority=by.organisation_token,
        most_bid=procurement.most_bid,
        most_won=procurement.most_won,
    )


@contextmanager
def _unique_reference() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ProcurementReferenceTaken(
            "Enter another reference: a procurement of your organisation has this one",
            field="reference",
        ) from error

"""What of a bid is to be looked at again, as each authority deals with it for itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from scoring.models import Reopening, ReopeningSettled, RiskRow
from scoring.queries.evaluators import may_see_marks
from scoring.queries.ranked import EVALUATED_AT
from scoring.queries.remembered import once_a_page
from scoring.rules.reopening import Thing, because
from supplier_portal.models import Bid
from supplier_portal.queries.opened import barrier_before
from tenders.models import Tender
from tenders.queries import tender_for, works_on
from tenders.rules.lifecycle import Stage

# Who may say that a thing was looked at and what follows: one of these.
SETTLES = (Permission.RISK_DECIDE, Permission.CONTRACT_KEEP)


@dataclass(frozen=True)
class Reopened:
    """A thing to be looked at again, and what came of it; None while nobody has looked."""

    row: Reopening
    bid: str
    supplier: str
    # The row of the register a risk has, to lead there; empty for the others.
    risk: str
    settled: ReopeningSettled | None

    @property
    def token(self) -> str:
        return self.row.token

    @property
    def thing(self) -> Thing:
        return self.row.thing

    @property
    def subject(self) -> str:
        return self.row.subject

    @property
    def because(self) -> str:
        return because(self.row.rule)


@dataclass(frozen=True)
class Again:
    """One thing that is to be looked at again, once, with all its causes, the earliest first; or
    that was settled for all of them with the same words."""

    causes: tuple[Reopened, ...]

    @property
    def first(self) -> Reopened:
        return self.causes[0]

    @property
    def token(self) -> str:
        return self.first.token

    @property
    def thing(self) -> Thing:
        return self.first.thing

    @property
    def subject(self) -> str:
        return self.first.subject

    @property
    def supplier(self) -> str:
        return self.first.supplier

    @property
    def risk(self) -> str:
        return self.first.risk

    @property
    def settled(self) -> ReopeningSettled | None:
        return self.first.settled

    @property
    def reasons(self) -> list[tuple[str, list[date]]]:
        """Return why it is open, each reason with the days since which it is so."""
        found: dict[str, list[date]] = {}
        for one in self.causes:
            found.setdefault(one.because, []).append(one.row.due_on)
        return [(because, sorted(days)) for because, days in found.items()]


def each_once(found: Iterable[Reopened]) -> list[Again]:
    """Return every thing once for what is open of it, and once for each time it was settled."""
    things: dict[tuple[object, ...], list[Reopened]] = {}
    for one in found:
        word = one.settled
        how = (word.done_at, word.done_by_id, word.words) if word else ()
        things.setdefault((one.bid, one.row.authority_id, one.thing, one.subject, how), []).append(
            one
        )
    return [Again(tuple(causes)) for causes in things.values()]


def reopened_of_bid(viewer: Viewer, bid: Bid) -> list[Reopened]:
    """Return what is open of a bid the viewer reads already, for banners. One statement a page."""
    mine = (Reopening.bid_id == bid.id) & ReopeningSettled.id.is_(None)
    read = partial(_found, mine & _whose(viewer, bid.tender))
    return once_a_page(("reopened", bid.id, viewer.organisation_id), read)


def reopened_in(viewer: Viewer, tender: Tender, *, bid: str = "") -> list[Reopened]:
    """Return everything reopened in a tender, or of one bid of it, that the viewer may be told of:
    what is open first, by day. Raises MustDeclareFirst."""
    barrier = barrier_before(viewer, tender)
    which = (Bid.tender_id == tender.id) & _whose(viewer, tender)
    if bid:
        which &= Bid.token == bid
    found = [one for one in _found(which) if not barrier.keeps_from(one.row.bid_id)]
    return sorted(_shown(viewer, tender, found), key=lambda one: one.settled is not None)


def reopening_for(viewer: Viewer, token: str) -> tuple[Tender, Reopened]:
    """Return one. Raises NoResultFound and MustDeclareFirst."""
    found = _found(Reopening.token == token)
    known = db.session.scalar(
        select(Tender.token)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(Reopening, Reopening.bid_id == Bid.id)
        .where(Reopening.token == token)
    )
    if not found or known is None:
        raise NoResultFound
    tender = tender_for(viewer, known, to=Permission.RISK_READ)
    if not works_on(viewer, tender) or not _is_theirs(viewer, tender, found[0].row):
        raise NoResultFound
    if barrier_before(viewer, tender).keeps_from(found[0].row.bid_id):
        raise NoResultFound
    if not _shown(viewer, tender, found):
        raise NoResultFound
    return tender, found[0]


def open_beside(found: Reopened) -> Again:
    """Return everything for which the same thing is open still, for the same authority."""
    row = found.row
    same = and_(
        Reopening.bid_id == row.bid_id,
        Reopening.authority_id == row.authority_id,
        Reopening.thing == row.thing,
        Reopening.subject == row.subject,
        ReopeningSettled.id.is_(None),
    )
    return Again(tuple(_found(same)) or (found,))


def may_settle(viewer: Viewer, tender: Tender) -> bool:
    return any(viewer.may(one, tender_id=tender.id) for one in SETTLES)


def causes_of_risks(bid_id: int) -> list[tuple[str, frozenset[str]]]:
    """Return the risks of a bid's register with the answers their causes read. One statement."""
    rows = db.session.execute(
        select(RiskRow.risk_id, RiskRow.causes)
        .where(RiskRow.bid_id == bid_id, RiskRow.authority_id.is_(None))
        .order_by(RiskRow.risk_id)
    )
    return [
        (risk, frozenset(source for cause in causes for source in cause.get("sources", ())))
        for risk, causes in rows
    ]


def _shown(viewer: Viewer, tender: Tender, found: Sequence[Reopened]) -> list[Reopened]:
    """Leave out what tells of agreed marks, for whoever still marks alone."""
    if tender.stage not in EVALUATED_AT or may_see_marks(viewer, tender):
        return list(found)
    return [one for one in found if one.thing is Thing.ANSWER]


def _whose(viewer: Viewer, tender: Tender) -> ColumnElement[bool]:
    """Until there are contracts the bids are evaluated for all who buy; then each has its own."""
    mine: ColumnElement[bool] = Reopening.authority_id == viewer.organisation_id
    if tender.stage is not Stage.AWARDED:
        return or_(mine, Reopening.authority_id == tender.authority_id)
    return mine


def _is_theirs(viewer: Viewer, tender: Tender, row: Reopening) -> bool:
    common = tender.stage is not Stage.AWARDED and row.authority_id == tender.authority_id
    return common or row.authority_id == viewer.organisation_id


# Put together once: the pages about a bid ask for what is open of it.
_REOPENED = (
    select(Reopening, Bid.token, Organisation.name, RiskRow.token, ReopeningSettled)
    .join(Bid, Bid.id == Reopening.bid_id)
    .join(Organisation, Organisation.id == Bid.supplier_id)
    .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
    .outerjoin(
        RiskRow,
        and_(
            RiskRow.bid_id == Reopening.bid_id,
            RiskRow.risk_id == Reopening.subject,
            or_(
                RiskRow.authority_id.is_(None),
                RiskRow.authority_id == Reopening.authority_id,
            ),
            Reopening.thing == Thing.RISK,
        ),
    )
    .options(joinedload(ReopeningSettled.done_by))
    .order_by(Reopening.due_on, Reopening.id)
)


def _found(which: ColumnElement[bool]) -> list[Reopened]:
    rows = db.session.execute(_REOPENED.where(which))
    return [
        Reopened(row, bid, supplier, risk or "", settled)
        for row, bid, supplier, risk, settled in rows
    ]

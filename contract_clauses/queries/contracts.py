"""The contracts of an authority, or of a supplier, as those who keep them read them.

Each authority sees its own contracts alone, also where several bought together; whoever is kept
from a bid sees nothing of the contract that follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Select, and_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from contract_clauses.models import Contract, ContractEvent, Obligation, ObligationDue
from contract_clauses.queries.issuing import Issue, issues_of_bid, last_approved, schedule_in
from contract_clauses.queries.obligations import ObligationSeen, obligations_of, with_their_dues
from contract_clauses.rules.contracts import Held, State, latest_end_of, state_on
from contract_clauses.rules.obligations_due import Days
from contract_clauses.rules.parts import Schedule
from foundation import clock
from foundation.database import db
from scoring.models import BidResult
from scoring.queries.interests import barriers_of
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries.opened import barrier_before
from tenders.models import Tender
from tenders.queries import works_on


@dataclass(frozen=True)
class ContractSeen:
    """A contract with what it follows from, for one of its two sides.

    What is sealed is opened as it is asked for: ``key`` is that of the bid.
    """

    contract: Contract
    tender: Tender
    bid: Bid
    supplier: Organisation
    authority: Organisation
    # Whether the viewer is of the supplier: then its own copy of the key is taken.
    is_supplier: bool
    today: date

    @property
    def token(self) -> str:
        return self.contract.token

    @property
    def reference(self) -> str:
        return self.contract.reference

    @property
    def other_side(self) -> str:
        return self.authority.name if self.is_supplier else self.supplier.name

    @cached_property
    def key(self) -> bytes:
        """Return the bid's key. Raises ContentDestroyed once retention has ended."""
        opened = bid_seals.supplier_key if self.is_supplier else bid_seals.opened_key
        return opened(self.bid)

    @property
    def days(self) -> Days:
        return days_of(self.contract)

    @cached_property
    def events(self) -> tuple[ContractEvent, ...]:
        """Return what was recorded of the contract, the first first."""
        return tuple(
            db.session.scalars(
                select(ContractEvent)
                .options(joinedload(ContractEvent.done_by, innerjoin=True))
                .where(ContractEvent.contract_id == self.contract.id)
                .order_by(ContractEvent.number)
            )
        )

    @property
    def held(self) -> Held:
        """Return its days for the rules, with how far the contract lets it be extended."""
        one, first = self.contract, self.events[0].details if self.events else {}
        return Held(
            one.signed_on,
            one.starts_on,
            one.ends_on,
            latest_end_of(first, one.ends_on),
            one.live_on,
            one.ended_on,
        )

    @property
    def state(self) -> State:
        one = self.contract
        held = Held(
            one.signed_on, one.starts_on, one.ends_on, one.ends_on, one.live_on, one.ended_on
        )
        return state_on(held, self.today)

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """Return the issues of the schedule, the first first."""
        return issues_of_bid(self.bid.id)

    @property
    def issue(self) -> Issue | None:
        """Return the issue that counts."""
        return last_approved(self.issues)

    @cached_property
    def schedule(self) -> Schedule | None:
        """Return the issued schedule that counts, as plain values; None where there is none."""
        return None if self.issue is None else schedule_in(self.issue, self.key)

    @cached_property
    def obligations(self) -> tuple[ObligationSeen, ...]:
        """Return its obligations in the order of the schedule, those that ended among them."""
        return obligations_of([self]).get(self.contract.id, ())

    def knowing(self, rows: Sequence[tuple[Obligation, ObligationDue | None]]) -> ContractSeen:
        """Return the same with its obligations, which were read together with it."""
        self.__dict__["obligations"] = with_their_dues(self, rows)
        return self


def days_of(contract: Contract) -> Days:
    """Return the days that times of obligations are counted from."""
    ends_on = contract.ended_on or contract.ends_on
    return Days(contract.starts_on, contract.live_on, ends_on)


def contracts_of(viewer: Viewer) -> list[ContractSeen]:
    """Return the contracts of the viewer's authority that he may read, the first to end first.

    Three statements, however many there are.
    """
    if viewer.kind is not OrganisationKind.AUTHORITY:
        return []
    found = _found(
        viewer,
        _CONTRACTS.where(Contract.authority_id == viewer.organisation_id).order_by(
            Contract.ends_on, Contract.id
        ),
    )
    mine = [one for one in found if _may(viewer, one.tender, Permission.CONTRACT_READ)]
    barriers = barriers_of(viewer, {one.tender.id: one.tender for one in mine}.values())
    return [one for one in mine if not barriers[one.tender.id].keeps_from(one.bid.id)]


def contract_seen(
    viewer: Viewer, token: str, to: Permission = Permission.CONTRACT_READ
) -> ContractSeen:
    """Return one contract of the viewer's authority. Raises NoResultFound and MustDeclareFirst."""
    found = next(iter(_found(viewer, _CONTRACTS.where(Contract.token == token))), None)
    if (
        found is None
        or found.is_supplier
        or found.contract.authority_id != viewer.organisation_id
        or not _may(viewer, found.tender, to)
        or barrier_before(viewer, found.tender).keeps_from(found.bid.id)
    ):
        raise NoResultFound
    return found


def contract_of_bid(viewer: Viewer, bid: Bid) -> Contract | None:
    """Return the contract that the viewer's authority has recorded with a bid, if it has."""
    return db.session.scalars(
        select(Contract).where(
            Contract.bid_id == bid.id, Contract.authority_id == viewer.organisation_id
        )
    ).one_or_none()


def contract_under(viewer: Viewer, bid: Bid) -> ContractSeen | None:
    """Return the contract of the viewer's authority with a bid he may read, and its obligations.

    One statement: for pages that show much else of the bid.
    """
    rows = db.session.execute(
        select(Contract, Organisation, Obligation, ObligationDue)
        .join(Organisation, Organisation.id == Contract.authority_id)
        .outerjoin(Obligation, Obligation.contract_id == Contract.id)
        .outerjoin(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(Contract.bid_id == bid.id, Contract.authority_id == viewer.organisation_id)
        .order_by(Obligation.id, ObligationDue.number)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return None
    contract, authority, *_ = rows[0]
    today = clock.london(clock.arrived_at()).date()
    found = ContractSeen(contract, bid.tender, bid, bid.supplier, authority, False, today)
    return found.knowing([(row, due) for _, _, row, due in rows if row is not None])


def after_award(viewer: Viewer, tender: Tender) -> list[tuple[Bid, Organisation, Contract | None]]:
    """Return the successful bids of an awarded tender, each with the viewer's own contract if it is
    recorded; none of a bid the viewer is kept from. One statement beside what a page knows."""
    own = and_(Contract.bid_id == Bid.id, Contract.authority_id == viewer.organisation_id)
    rows = db.session.execute(
        select(Bid, Organisation, Contract)
        .join(BidResult, and_(BidResult.bid_id == Bid.id, BidResult.successful))
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .outerjoin(Contract, own)
        .where(Bid.tender_id == tender.id)
        .order_by(Bid.id)
    ).all()
    barrier = barriers_of(viewer, [tender])[tender.id]
    return [(bid, who, kept) for bid, who, kept in rows if not barrier.keeps_from(bid.id)]


def my_contracts(viewer: Viewer) -> list[ContractSeen]:
    """Return the contracts of the viewer's own company, the first to end first."""
    if viewer.kind is not OrganisationKind.SUPPLIER:
        return []
    found = _found(
        viewer,
        _CONTRACTS.where(Contract.supplier_id == viewer.organisation_id).order_by(
            Contract.ends_on, Contract.id
        ),
    )
    return [one for one in found if viewer.may(Permission.BID_READ, tender_id=one.tender.id)]


def my_contract(viewer: Viewer, token: str, to: Permission = Permission.BID_READ) -> ContractSeen:
    """Return one contract of the viewer's own company. Raises NoResultFound."""
    found = next(iter(_found(viewer, _CONTRACTS.where(Contract.token == token))), None)
    if (
        found is None
        or not found.is_supplier
        or found.contract.supplier_id != viewer.organisation_id
        or not viewer.may(to, tender_id=found.tender.id)
    ):
        raise NoResultFound
    return found


_Rows = Select[Contract, Tender, Bid, Organisation, Organisation]
_AUTHORITY = aliased(Organisation)
_SUPPLIER = aliased(Organisation)
_CONTRACTS = (
    select(Contract, Tender, Bid, _SUPPLIER, _AUTHORITY)
    .join(Tender, Tender.id == Contract.tender_id)
    .join(Bid, Bid.id == Contract.bid_id)
    .join(_SUPPLIER, _SUPPLIER.id == Contract.supplier_id)
    .join(_AUTHORITY, _AUTHORITY.id == Contract.authority_id)
    .options(
        joinedload(Contract.manager),
        joinedload(Tender.authority, innerjoin=True),
        joinedload(Bid.tender, innerjoin=True),
        joinedload(Bid.supplier, innerjoin=True),
    )
)


def _found(viewer: Viewer, statement: _Rows) -> list[ContractSeen]:
    is_supplier = viewer.kind is OrganisationKind.SUPPLIER
    today = clock.london(clock.arrived_at()).date()
    return [
        ContractSeen(contract, tender, bid, supplier, authority, is_supplier, today)
        for contract, tender, bid, supplier, authority in db.session.execute(statement)
    ]


def _may(viewer: Viewer, tender: Tender, to: Permission) -> bool:
    return works_on(viewer, tender) and viewer.may(to, tender_id=tender.id)

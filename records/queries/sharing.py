"""How suppliers stand under contracts of boroughs that agree to share; never what they answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from contract_clauses.models import Contract, Reassessment, ReassessmentEvent
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.rules.contracts import State
from contract_clauses.rules.reassessing import Step
from foundation import clock
from foundation.database import db
from records.models import SharingChoice
from records.queries.portfolio import answers_of, shown_of, standing_certificates
from records.rules.portfolio import Runs
from records.rules.sharing import Age, age_of
from scoring.queries.interests import barriers_of
from supplier_portal.models import Bid
from tenders.models import Tender


@dataclass(frozen=True)
class Scheme:
    """A scheme the supplier has a certificate of, and whether one of them is in date."""

    scheme: str
    in_date: bool


@dataclass(frozen=True)
class SharedStatus:
    """What one authority lets others know of a supplier, from one of its contracts."""

    contract: str
    supplier_token: str
    supplier: str
    authority: str
    found_on: date
    # How it was found on that day: at the award, or in a yearly assessment.
    by_assessment: bool
    age: Age
    schemes: tuple[Scheme, ...]
    # Contracts of that authority with the supplier that are live.
    live: int


@dataclass(frozen=True)
class Choice:
    """A choice of an authority with who made it."""

    row: SharingChoice
    by: str


def choices_of(authority_id: int) -> list[Choice]:
    """Return what an authority chose, the last first."""
    rows = db.session.execute(
        select(SharingChoice, Person.name)
        .join(Person, Person.id == SharingChoice.done_by_id)
        .where(SharingChoice.authority_id == authority_id)
        .order_by(SharingChoice.number.desc())
    )
    return [Choice(row, name) for row, name in rows]


def those_who_share() -> dict[int, str]:
    """Return the authorities that share now, by id."""
    later = aliased(SharingChoice)
    last = (
        select(func.max(later.number))
        .where(later.authority_id == SharingChoice.authority_id)
        .correlate(SharingChoice)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Organisation.id, Organisation.name)
        .join(SharingChoice, SharingChoice.authority_id == Organisation.id)
        .where(SharingChoice.number == last, SharingChoice.shares)
        .order_by(Organisation.name)
    )
    return {row.id: row.name for row in rows}


def others_sharing_with(viewer: Viewer) -> dict[int, str]:
    """Return the other authorities that share, by id; none unless the viewer's own does too, and
    he reads all of its contracts."""
    if viewer.kind is not OrganisationKind.AUTHORITY:
        return {}
    if not viewer.may_everywhere(Permission.CONTRACT_READ):
        return {}
    found = those_who_share()
    own = found.pop(viewer.organisation_id, None)
    return found if own is not None else {}


def statuses_for(viewer: Viewer) -> list[SharedStatus]:
    """Return what others share of suppliers, by supplier; nothing older than three years."""
    listed = _contracts(viewer)
    ids = [one.contract.id for one in listed]
    assessed, answers, shown = _assessed(ids), answers_of(listed), shown_of(ids)
    live: dict[tuple[int, int], int] = {}
    for one in listed:
        pair = (one.contract.authority_id, one.contract.supplier_id)
        live[pair] = live.get(pair, 0) + (one.state is State.LIVE)
    found = []
    for one in listed:
        day = assessed.get(one.contract.id)
        found_on = day or one.contract.signed_on
        age = age_of(found_on, one.today)
        if age is Age.HIDDEN:
            continue
        of_contract = answers.get(one.contract.id, {})
        certificates = standing_certificates(of_contract, shown.get(one.contract.id, []))
        runs = {(each.scheme, each.runs_on(one.today)) for each in certificates}
        found.append(
            SharedStatus(
                one.token,
                one.supplier.token,
                one.supplier.name,
                one.authority.name,
                found_on,
                day is not None,
                age,
                tuple(
                    Scheme(scheme, bool({(scheme, Runs.IN_DATE), (scheme, Runs.SOON)} & runs))
                    for scheme in sorted({scheme for scheme, _ in runs})
                ),
                live[(one.contract.authority_id, one.contract.supplier_id)],
            )
        )
    return sorted(found, key=lambda one: (one.supplier.casefold(), one.authority, one.contract))


def shared_contract(viewer: Viewer, token: str) -> ContractSeen:
    """Return a contract of another authority while both share. Raises NoResultFound.

    Nothing sealed of it may be shown unless its supplier agreed (records.queries.consents).
    """
    found = _contracts(viewer, token)
    if not found or not _is_shown(found[0]):
        raise NoResultFound
    return found[0]


def _is_shown(seen: ContractSeen) -> bool:
    day = _assessed([seen.contract.id]).get(seen.contract.id) or seen.contract.signed_on
    return age_of(day, seen.today) is not Age.HIDDEN


def _contracts(viewer: Viewer, token: str = "") -> list[ContractSeen]:
    """Return the contracts of those who share with the viewer's authority; none that follows from
    a bid he is kept from, as he may be where authorities bought together."""
    authorities = others_sharing_with(viewer)
    supplier, authority = aliased(Organisation), aliased(Organisation)
    today = clock.london(clock.arrived_at()).date()
    statement = (
        select(Contract, Tender, Bid, supplier, authority)
        .join(Tender, Tender.id == Contract.tender_id)
        .join(Bid, Bid.id == Contract.bid_id)
        .join(supplier, supplier.id == Contract.supplier_id)
        .join(authority, authority.id == Contract.authority_id)
        .options(joinedload(Bid.tender, innerjoin=True), joinedload(Bid.supplier, innerjoin=True))
        .where(Contract.authority_id.in_(list(authorities)))
        .order_by(Contract.id)
    )
    if token:
        statement = statement.where(Contract.token == token)
    rows = db.session.execute(statement)
    found = [ContractSeen(*row, is_supplier=False, today=today) for row in rows]
    barriers = barriers_of(viewer, {one.tender.id: one.tender for one in found}.values())
    return [one for one in found if not barriers[one.tender.id].keeps_from(one.bid.id)]


def _assessed(ids: list[int]) -> dict[int, date]:
    """Return the day on which a yearly assessment of each contract was last settled."""
    rows = db.session.execute(
        select(Reassessment.contract_id, func.max(ReassessmentEvent.done_at))
        .join(ReassessmentEvent, ReassessmentEvent.reassessment_id == Reassessment.id)
        .where(Reassessment.contract_id.in_(ids), ReassessmentEvent.step == Step.SETTLED)
        .group_by(Reassessment.contract_id)
    )
    return {contract_id: clock.london(at).date() for contract_id, at in rows}

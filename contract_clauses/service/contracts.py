"""Recording a contract after award, and what happens to it until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import Contract
from contract_clauses.queries.contracts import ContractSeen, contract_seen, days_of
from contract_clauses.queries.issuing import issues_of_bid, last_approved, schedule_in
from contract_clauses.queries.recording import keeper, published_of
from contract_clauses.rules.contracts import (
    LONGEST_WORDS,
    ContractUnclear,
    Entered,
    EventKind,
    checked,
    checked_end,
    checked_extension,
    checked_live,
)
from contract_clauses.service.obligations_made import (
    add_event,
    date_again,
    make_obligations,
    today,
)
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import BidResult
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries import people_of
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.service.base import current_tender

RECORDED, SUPPLIERS_PAGE = "contract.recorded", "contract_clauses.my_contract"


class NotRecorded(DomainError):
    """A contract cannot be recorded now."""


@dataclass(frozen=True)
class NewContract:
    """What an officer enters of a contract; ``manager``: the token of a person."""

    entered: Entered
    manager: str


def must_be_recordable(tender: Tender, bid: Bid, authority_id: int) -> None:
    """Raise NotRecorded where no contract can be recorded with a bid."""
    if tender.stage is not Stage.AWARDED:
        raise NotRecorded("You cannot record the contract because the award is not recorded yet")
    told = select(BidResult.successful).where(BidResult.bid_id == bid.id)
    if not db.session.scalar(told):
        raise NotRecorded("You cannot record a contract with this bid because it did not succeed")
    known = select(Contract.id).where(
        Contract.bid_id == bid.id, Contract.authority_id == authority_id
    )
    if db.session.scalar(known) is not None:
        raise NotRecorded("You cannot record this contract because it is recorded already")
    if last_approved(issues_of_bid(bid.id)) is None:
        raise NotRecorded(
            "You cannot record the contract because its schedule is not issued: have it approved "
            "first"
        )


def record_contract(tender: Tender, bid: Bid, new: NewContract, *, by: Viewer) -> Contract:
    """Record the contract of the viewer's authority with a successful bid, and its obligations.

    Raises NotRecorded and ContractUnclear.
    """
    with transaction():
        current = current_tender(tender)
        must_be_recordable(current, bid, by.organisation_id)
        entered = checked(new.entered, published_of(current), today())
        words = _words(entered.words)
        manager = _manager(by.organisation_id, bid, new.manager)
        contract = Contract(
            bid_id=bid.id,
            tender_id=current.id,
            authority_id=by.organisation_id,
            supplier_id=bid.supplier_id,
            reference=entered.reference.strip(),
            signed_on=entered.signed_on,
            starts_on=entered.starts_on,
            ends_on=entered.ends_on,
            manager_id=manager,
            created_at=clock.now(),
        )
        db.session.add(contract)
        db.session.flush()
        issue = last_approved(issues_of_bid(bid.id))
        if issue is None:
            raise NotRecorded("You cannot record the contract because its schedule is not issued")
        key = bid_seals.opened_key(bid)
        details = {
            "signed_on": entered.signed_on.isoformat(),
            "starts_on": entered.starts_on.isoformat(),
            "ends_on": entered.ends_on.isoformat(),
            "latest_end": entered.latest_end.isoformat(),
            "value": None if entered.value is None else f"{entered.value:f}",
            "issue": issue.request.token,
        }
        add_event(contract, EventKind.SIGNED, details, words, by=by)
        made = make_obligations(contract, issue, schedule_in(issue, key), key)
        note("contract.recorded", contract, by, **details, obligations=made)
        _tell_supplier(contract, bid)
    return contract


def go_live(seen: ContractSeen, day: date, words: str, *, by: Viewer) -> None:
    """Record the day the service went live, or another one; what hangs on it gets its day."""
    with transaction():
        now, contract = _current(seen, by)
        checked_live(day, now.held, now.today)
        before, contract.live_on = days_of(contract), day
        _done(contract, EventKind.LIVE, {"live_on": day.isoformat()}, words, by)
        date_again(contract, now.key, before, now.today)


def extend(seen: ContractSeen, day: date, words: str, *, by: Viewer) -> None:
    """Take up an extension. Raises ContractUnclear."""
    with transaction():
        now, contract = _current(seen, by)
        checked_extension(day, now.held, words)
        details = {"from": contract.ends_on.isoformat(), "ends_on": day.isoformat()}
        before, contract.ends_on = days_of(contract), day
        _done(contract, EventKind.EXTENDED, details, words, by)
        date_again(contract, now.key, before, now.today)


def name_manager(seen: ContractSeen, person: str, words: str, *, by: Viewer) -> None:
    """Name who keeps the contract from now on. Raises ContractUnclear."""
    with transaction():
        now, contract = _current(seen, by)
        manager = _manager(contract.authority_id, now.bid, person)
        if manager == contract.manager_id:
            raise ContractUnclear("Select somebody who does not keep it already", field="manager")
        contract.manager_id = manager
        _done(contract, EventKind.MANAGER, {"manager": person}, words, by)


def end_contract(seen: ContractSeen, day: date, words: str, *, by: Viewer) -> None:
    """Record that the contract has ended, and why. Raises ContractUnclear."""
    with transaction():
        now, contract = _current(seen, by)
        checked_end(day, now.held, words, now.today)
        before, contract.ended_on = days_of(contract), day
        _done(contract, EventKind.ENDED, {"ended_on": day.isoformat()}, words, by)
        date_again(contract, now.key, before, now.today)


def note(action: str, contract: Contract, by: Viewer, **details: Any) -> None:
    audit.record(action, actor=by.person_token, subject=("contract", contract.token), **details)


def locked(contract: Contract) -> Contract:
    """Return the contract as it is now, kept from changing until the transaction ends."""
    return db.session.scalars(
        select(Contract)
        .where(Contract.id == contract.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _current(seen: ContractSeen, by: Viewer) -> tuple[ContractSeen, Contract]:
    contract = locked(seen.contract)
    return contract_seen(by, contract.token, to=Permission.CONTRACT_KEEP), contract


def _done(
    contract: Contract, kind: EventKind, details: dict[str, Any], words: str, by: Viewer
) -> None:
    said = _words(words)
    add_event(contract, kind, details, said, by=by)
    name = {
        EventKind.LIVE: "contract.went_live",
        EventKind.EXTENDED: "contract.extended",
        EventKind.MANAGER: "contract.manager_named",
        EventKind.ENDED: "contract.ended",
    }[kind]
    note(name, contract, by, **details, words=sha256_hex(said))


def _words(text: str) -> str:
    words = text.strip()
    if len(words) > LONGEST_WORDS:
        raise ContractUnclear(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return words


def _manager(authority_id: int, bid: Bid, token: str) -> int:
    found = keeper(authority_id, bid, token)
    if found is None:
        raise ContractUnclear("Select who keeps the contract", field="manager")
    return found.person_id


def _tell_supplier(contract: Contract, bid: Bid) -> None:
    mail.post(
        RECORDED,
        contract.token,
        people_of(bid, Permission.OBLIGATION_SHOW),
        f"{bid.tender.reference}: your contract is recorded",
        f"The council has recorded its contract with you after “{bid.tender.title}”. What you "
        "have to do under it, and by when, is listed here.\n\n"
        f"{mail.link(SUPPLIERS_PAGE, contract=contract.token)}\n",
    )

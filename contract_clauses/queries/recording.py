"""What is known before a contract is recorded: what the tender said, who may keep it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.queries.team import Member, everybody_in
from accounts.rules.roles import Permission, allows_a_guest
from contract_clauses.rules.contracts import Published
from scoring.queries.interests import barrier_in, standings_in
from scoring.queries.standstill import steps_of
from scoring.rules.standstill import Kind
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.queries import facts_of


def published_of(tender: Tender) -> Published:
    """Return what the tender said of the contract, as frozen when it was published."""
    facts = facts_of(tender)
    return Published(
        _day(facts.get("contract_start")),
        _day(facts.get("contract_end")),
        _day(facts.get("extension_end")),
        _money(facts.get("value")),
    )


def signed_on(tender: Tender) -> date | None:
    """Return the day that was recorded with the award."""
    days = [step.event.ends_on for step in steps_of(tender) if step.event.kind == Kind.AWARDED]
    return days[-1] if days else None


def keepers(authority_id: int, bid: Bid) -> list[Member]:
    """Return the people of an authority who may keep the contract with a bid, by name.

    Those of an authority that takes part in another's tender need a role for this very tender.
    Who is kept away from the bid, by an interest of his own or a decision, keeps no contract of it.
    """
    tender, stands = bid.tender, standings_in([bid.tender_id])
    return [
        one
        for one in everybody_in(authority_id)
        if _may_keep(one, authority_id, tender)
        and not barrier_in(stands, one, tender).keeps_from(bid.id)
    ]


def keeper(authority_id: int, bid: Bid, token: str) -> Member | None:
    return next((one for one in keepers(authority_id, bid) if one.token == token), None)


def emails_of(people: Iterable[Member], *, first: int | None) -> list[str]:
    """Return who is told of a contract: its manager, or all who keep it while it has none."""
    everybody = list(people)
    manager = [one.email for one in everybody if one.person_id == first]
    return manager or [one.email for one in everybody]


def _may_keep(member: Member, authority_id: int, tender: Tender) -> bool:
    if authority_id == tender.authority_id:
        return member.may(Permission.CONTRACT_KEEP, tender_id=tender.id)
    here = member.roles_for(tender.id)
    return allows_a_guest(member.roles, here, Permission.CONTRACT_KEEP)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _money(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None

"""When a root over the whole record is made, and who keeps it: each day, and after an opening.

The roots themselves are foundation.audit_roots. Made after the opening and never with it, so that
neither its time nor its moment depends on what was opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from accounts.models import Organisation
from accounts.queries.team import Member, everybody_in
from accounts.rules.roles import OrganisationKind, Role
from foundation import clock, jobs
from foundation.audit_roots import DAILY, AuditRoot, make_root
from foundation.database import db, transaction
from tenders.models import Tender

# The job that makes a root once bids are opened.
MAKE = "audit.root_after_opening"
OPENED = "tender.bids_opened"
AFTER = "after the opening of "
KEEPERS = 2
# Who keeps a root: the first of these an authority has, for all its tenders.
ROLES = (Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)


def daily_root(_first: date, last: date) -> None:
    """Make the root of a day and send it to two people of every authority; once a day."""
    with transaction():
        latest = db.session.scalar(
            select(AuditRoot.made_at)
            .where(AuditRoot.reason == DAILY)
            .order_by(AuditRoot.number.desc())
            .limit(1)
        )
        if latest is None or clock.london(latest).date() < last:
            make_root(DAILY, [address for one in _authorities() for address in keepers(one)])


def ask_for_root(action: str, tender: Tender) -> None:
    """Have a root made once the bids of a tender are opened; app.py plugs this in."""
    if action == OPENED:
        jobs.enqueue(MAKE, tender.token)


def root_after_opening(token: str, _payload: Mapping[str, Any]) -> None:
    """Make the root that covers an opening, and send it to two people of the authority; once."""
    with transaction():
        reason = AFTER + token
        if db.session.scalar(select(AuditRoot.id).where(AuditRoot.reason == reason)) is None:
            tender = db.session.scalars(select(Tender).where(Tender.token == token)).one()
            make_root(reason, keepers(tender.authority_id))


def keepers(authority_id: int) -> list[str]:
    """Return the addresses of the two people of an authority who keep its roots."""
    members = everybody_in(authority_id)
    return [member.email for member in sorted(members, key=_rank) if member.roles & set(ROLES)][
        :KEEPERS
    ]


def _rank(member: Member) -> tuple[int, int]:
    """Officers come first, and among them whoever has been here longest."""
    held = [place for place, role in enumerate(ROLES) if role in member.roles]
    return min(held, default=len(ROLES)), member.person_id


def _authorities() -> list[int]:
    kind = OrganisationKind.AUTHORITY
    found = select(Organisation.id).where(Organisation.kind == kind).order_by(Organisation.id)
    return list(db.session.scalars(found))

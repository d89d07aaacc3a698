"""Letters about what waits for a second person: to those who can agree, and back to who asked."""

from __future__ import annotations

from accounts.models import Person
from accounts.queries import Viewer
from foundation import mail
from foundation.database import db
from tenders.models import Approval, Tender
from tenders.service.approvals import who_can_agree

ASKED, DECIDED = "tender.approval_asked", "tender.approval_decided"


def tell_the_others(
    approval: Approval, tender: Tender, by: Viewer, subject: str, text: str
) -> None:
    """Write to everybody who could be the second person today, in the caller's transaction."""
    others = who_can_agree(tender, approval.kind, except_person=by.person_id)
    note = f"\n{by.name} says: {approval.note}\n" if approval.note else ""
    mail.post(ASKED, approval.token, [member.email for member in others], subject, f"{text}{note}")


def tell_the_asker(approval: Approval, subject: str, text: str) -> None:
    """Write to whoever asked what was decided, in the caller's transaction."""
    asker = db.session.get_one(Person, approval.asked_by_id)
    mail.post(DECIDED, approval.token, [asker.email], subject, text)

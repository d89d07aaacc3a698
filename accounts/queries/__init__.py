"""Reading who people are: always by what they can prove, never by what they claim."""

from accounts.queries.invitations import (
    Offer,
    PendingInvitation,
    invitations_managed_by,
    offer_for,
    pending_invitations,
)
from accounts.queries.team import Member, member_of, members_of, tender_ids_of
from accounts.queries.viewers import (
    GUEST_TENDERS,
    IDLE_LIMIT,
    Viewer,
    last_organisation_of,
    organisations_of,
    organisations_of_person,
    person_by_email,
    viewer_for,
)

__all__ = [
    "GUEST_TENDERS",
    "IDLE_LIMIT",
    "Member",
    "Offer",
    "PendingInvitation",
    "Viewer",
    "invitations_managed_by",
    "last_organisation_of",
    "member_of",
    "members_of",
    "offer_for",
    "organisations_of",
    "organisations_of_person",
    "pending_invitations",
    "person_by_email",
    "tender_ids_of",
    "viewer_for",
]

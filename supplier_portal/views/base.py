"""What the supplier's pages share."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for

from accounts.access import signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from supplier_portal import queries
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace, why_closed
from tenders.queries import questionnaire_of

pages = Blueprint("supplier_portal", __name__, template_folder="../templates")

# The page that shows the clauses belongs to a later station; it is linked to where it exists.
COMMITMENTS = "contract_clauses.commitments"
# The name under which publishing freezes them.
CLAUSES = "clauses"


def workspace_for(
    token: str, *, to: Permission = Permission.BID_READ, only: str | None = None
) -> Workspace:
    """Return the viewer's own bid with its answers, or with what it takes to save those to the one
    question ``only``. Raises NoResultFound (a 404)."""
    return Workspace(queries.my_bid(signed_in_user(), token, to=to), only=only)


def may(bid: Bid, permission: Permission) -> bool:
    return signed_in_user().may(permission, tender_id=bid.tender_id)


def may_write(bid: Bid) -> bool:
    """Return whether this person can change answers now: by role, and by the clock."""
    return may(bid, Permission.ANSWER_WRITE) and not why_closed(bid, clock.arrived_at())


def commitments_link(bid: Bid) -> str | None:
    if COMMITMENTS not in current_app.view_functions or not has_clauses(bid):
        return None
    return url_for(COMMITMENTS, bid=bid.token)


def has_clauses(bid: Bid) -> bool:
    """Return whether the tender froze a library of clauses with its questions."""
    return CLAUSES in questionnaire_of(bid.tender).libraries


def download(text: str, name: str, kind: str = "application/json") -> Response:
    """Return ``text`` as a file, not a byte more."""
    return Response(
        text,
        mimetype=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

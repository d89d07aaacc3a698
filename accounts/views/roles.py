"""The table of permissions as the pages enforce it, and what it gives the person looking at it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.people import role_name
from accounts.rules.permissions_in_words import allowed_in_words, table_of
from accounts.rules.roles import OrganisationKind, Permission, Role
from accounts.views.base import pages
from accounts.views.team import UNKNOWN_TENDER, tender_links


@pages.get("/team/roles")
@requires(Permission.TEAM_READ)
def roles() -> ResponseReturnValue:
    viewer = signed_in_user()
    held, rows = table_of(viewer.kind)
    return render_template(
        "accounts/roles.html",
        roles=held,
        rows=rows,
        of_a_company=viewer.kind is OrganisationKind.SUPPLIER,
    )


@pages.get("/account/roles")
@requires(Permission.ACCOUNT_USE)
def own_roles() -> ResponseReturnValue:
    """Show somebody what he may do, for every tender and for single ones."""
    viewer = signed_in_user()
    for_tenders: dict[int, list[Role]] = {}
    for tender_id, role in sorted(viewer.tender_roles):
        for_tenders.setdefault(tender_id, []).append(role)
    links = tender_links(viewer, (), for_tenders)
    everywhere = [role for role in Role if role in viewer.roles]
    return render_template(
        "accounts/own_roles.html",
        everywhere=[role_name(role) for role in everywhere],
        allowed=allowed_in_words(everywhere),
        of_tenders=[
            (*links.get(tender_id, UNKNOWN_TENDER), list(map(role_name, held)), further)
            for tender_id, held in for_tenders.items()
            for further in [_further(held, everywhere)]
        ],
        may_see_table=viewer.may(Permission.TEAM_READ),
    )


def _further(held: list[Role], everywhere: list[Role]) -> list[str]:
    """Return what roles for one tender allow beyond what somebody may do for every tender."""
    known = set(allowed_in_words(everywhere))
    return [words for words in allowed_in_words(held) if words not in known]

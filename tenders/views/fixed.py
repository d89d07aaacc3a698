"""What is fixed for a published tender, under which hash, and who agreed to it."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from tenders import queries
from tenders.fixed import fixed_of
from tenders.models import Tender
from tenders.views.base import pages

# The page of a later station that shows the draft terms, known by name only.
DRAFT_TERMS = "contract_clauses.draft_terms"


@pages.get("/<token:tender>/fixed")
@requires(Permission.TENDER_READ)
def fixed(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender)
    if found.published_at is None:
        return redirect(url_for("tenders.show", tender=tender))
    return render_template(
        "tenders/fixed.html",
        tender=found,
        fixed=fixed_of(found),
        terms_at=draft_terms_at(found, DRAFT_TERMS),
        may_edit=viewer.may(Permission.TENDER_EDIT, tender_id=found.id),
    )


def draft_terms_at(tender: Tender, page: str) -> str:
    """Return the address of the page of draft terms; empty while there is none."""
    return url_for(page, tender=tender.token) if page in current_app.view_functions else ""

"""What the authority wants to achieve with a tender, where it chose to show it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from supplier_portal.views.base import pages
from tenders.queries import tender_for
from tenders.stated import shown_sections


@pages.get("/opportunities/<token:tender>/outcome")
@requires(Permission.TENDER_BROWSE)
def outcome(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender)
    sections = shown_sections(found)
    if not sections:
        raise NoResultFound
    return render_template("supplier_portal/outcome.html", tender=found, sections=sections)

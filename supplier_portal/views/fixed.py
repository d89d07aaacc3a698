"""What is fixed for a tender, and under which hash, for those who may bid."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from supplier_portal.views.base import pages
from tenders.fixed import fixed_of
from tenders.queries import questionnaire_of, tender_for
from tenders.rules.drafting_notes import has_notes
from tenders.views.fixed import draft_terms_at

# The page of a later station that shows the draft terms, known by name only.
DRAFT_TERMS = "contract_clauses.draft_terms_offered"


@pages.get("/opportunities/<token:tender>/fixed")
@requires(Permission.TENDER_BROWSE)
def fixed(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender)
    return render_template(
        "supplier_portal/fixed.html",
        tender=found,
        fixed=fixed_of(found),
        terms_at=draft_terms_at(found, DRAFT_TERMS),
        notes_left_out=has_notes(questionnaire_of(found).libraries),
    )

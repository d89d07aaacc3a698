"""The draft terms of a tender, as frozen: readable by everybody before there is any bid."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.schedules import library_of
from contract_clauses.rules.draft_terms import draft_terms as in_draft
from contract_clauses.views.base import pages
from question_bank.rules.own.saying import Known
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of, tender_for


@pages.get("/tenders/<token:tender>/terms")
@requires(Permission.TENDER_READ)
def draft_terms(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_READ)
    return terms_page(found, url_for("tenders.fixed", tender=tender))


@pages.get("/opportunities/<token:tender>/terms")
@requires(Permission.TENDER_BROWSE)
def draft_terms_offered(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender)
    return terms_page(found, url_for("supplier_portal.fixed", tender=tender))


def terms_page(tender: Tender, back: str) -> str:
    """Return the page. Raises NoLibrary where a tender froze no terms, as a draft has not yet."""
    asked = questionnaire_of(tender)
    library = library_of(tender, asked)
    return render_template(
        "contract_clauses/draft_terms.html",
        tender=tender,
        back_to=back,
        library=library,
        topics=in_draft(
            library, Known(asked.parts, asked.bank.facts), asked.fact_specs, facts_of(tender)
        ),
    )

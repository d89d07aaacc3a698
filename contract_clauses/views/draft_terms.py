"""The draft terms of a tender, as frozen: readable by everybody before there is any bid. People of
the authority read those of a draft before it is published."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.library import library_as_planned
from contract_clauses.queries.schedules import library_of
from contract_clauses.rules.depths import depth_of
from contract_clauses.rules.draft_terms import draft_terms as in_draft
from contract_clauses.rules.library import Library
from contract_clauses.views.base import pages
from question_bank.rules.own.saying import Known
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of, tender_for

FIXED = "Back to what is fixed"


@pages.get("/tenders/<token:tender>/terms")
@requires(Permission.TENDER_READ)
def draft_terms(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_READ)
    if found.questionnaire_sha256 is None:
        back = (url_for("tenders.show", tender=tender), "Back to the tender")
        return terms_page(found, back, library_as_planned(found))
    return terms_page(found, (url_for("tenders.fixed", tender=tender), FIXED))


@pages.get("/opportunities/<token:tender>/terms")
@requires(Permission.TENDER_BROWSE)
def draft_terms_offered(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender)
    return terms_page(found, (url_for("supplier_portal.fixed", tender=tender), FIXED))


def terms_page(tender: Tender, back: tuple[str, str], planned: Library | None = None) -> str:
    """Return the page, of a draft with what it would freeze. Raises NoLibrary without terms."""
    asked = questionnaire_of(tender)
    library = planned or library_of(tender, asked)
    return render_template(
        "contract_clauses/draft_terms.html",
        tender=tender,
        back_to=back,
        is_planned=planned is not None,
        library=library,
        depth=depth_of(facts_of(tender)),
        topics=in_draft(
            library, Known(asked.parts, asked.bank.facts), asked.fact_specs, facts_of(tender)
        ),
    )

"""Which controls the questionnaire of a tender tests, and which not."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from tenders import queries
from tenders.coverage import coverage_of_tender
from tenders.models import Tender
from tenders.views.base import pages

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/<token:tender>/coverage")
@requires(Permission.TENDER_READ)
def coverage(tender: str) -> ResponseReturnValue:
    """Show what is tested: of a draft as planned, of a published tender as frozen."""
    found = queries.tender_for(signed_in_user(), tender)
    covered = coverage_of_tender(found)
    chosen = covered.of(request.args.get("framework", ""))
    shown = covered.frameworks if chosen is None else (chosen,)
    ids = {entry.framework.id for entry in shown}
    return render_template(
        "tenders/coverage.html",
        tender=found,
        coverage=covered,
        chosen="" if chosen is None else chosen.framework.id,
        shown=shown,
        pairs=[pair for pair in covered.pairs if ids & {pair.older.id, pair.newer.id}],
        titles={
            asked.id: asked.question.title for asked in queries.questionnaire_of(found).questions
        },
    )


@pages.get("/<token:tender>/coverage.xlsx")
@requires(Permission.TENDER_READ)
def coverage_file(tender: str) -> ResponseReturnValue:
    from tenders.workbook import coverage_workbook  # with the library for Excel

    found = queries.tender_for(signed_in_user(), tender)
    title = f"What the questionnaire tests: {found.title}"
    made = coverage_workbook(title, _version(found), clock.arrived_at(), coverage_of_tender(found))
    response = Response(made, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename="coverage.xlsx")
    return response


def _version(tender: Tender) -> str:
    bank = queries.questionnaire_of(tender).bank.version
    if tender.questionnaire_sha256 is None:
        return f"a draft, from version {bank} of the question bank"
    return f"frozen from version {bank} of the question bank, {tender.questionnaire_sha256}"

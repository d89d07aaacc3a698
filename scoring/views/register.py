"""The register of risks as it is shown on a page, to take away: only the rows that are wanted."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from scoring import queries
from scoring.queries.own_registers import own_register
from scoring.queries.ranked import must_not_mark_alone
from scoring.queries.register_rows import rows_of
from scoring.queries.scales import scale_of
from scoring.register_more import more_of_bids
from scoring.register_shown import (
    RegisterShown,
    register_shown,
    reopened_risks_in,
    reopened_risks_of,
)
from scoring.rules.register import RegisterRow
from scoring.views.blueprint import pages
from scoring.views.downloads import about_tender, own_register_workbook, sent
from tenders.models import Tender
from tenders.queries import questionnaire_of


@pages.get("/bids/<token:bid>/risks.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def register_of_bid_file(bid: str) -> ResponseReturnValue:
    """Send the register of one bid, or those of its rows that the address asks for."""
    from scoring.workbook import register_workbook  # with the library for Excel

    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.DOCUMENT_DOWNLOAD)
    tender = found.tender
    must_not_mark_alone(viewer, tender, "take away the risks of a bid")
    rows = [row for _, row in rows_of(viewer.organisation_id, [found])[found.token]]
    shown = _shown(tender, rows, reopened_risks_of(viewer, found.opened.bid))
    about = about_tender(tender, f"Risks of {found.name}: {tender.title}")
    made = register_workbook(
        replace(about, note=shown.note),
        shown.rows,
        questionnaire_of(tender),
        [found.name],
        more_of_bids(viewer, tender, [found], {found.token: rows}),
    )
    return sent(made, "risks.xlsx")


@pages.get("/tenders/<token:tender>/register.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def register_shown_file(tender: str) -> ResponseReturnValue:
    """Send the register of the contract, or those of its rows that the address asks for."""
    viewer = signed_in_user()
    found = own_register(viewer, tender, to=Permission.DOCUMENT_DOWNLOAD)
    shown = _shown(found.tender, found.rows, reopened_risks_in(viewer, found.tender))
    return sent(own_register_workbook(viewer, found, shown), "risks.xlsx")


def _shown(tender: Tender, rows: list[RegisterRow], reopened: frozenset[str]) -> RegisterShown:
    today = clock.london(clock.now()).date()
    return register_shown(rows, scale_of(tender), request.args, today, reopened)

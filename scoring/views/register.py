"""The register of risks as it is shown on a page, to take away: only the rows that are wanted."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from scoring import queries
from scoring.queries.own_registers import own_register
from scoring.queries.ranked import must_not_mark_alone
from scoring.queries.register_rows import rows_of
from scoring.queries.scales import scale_of
from scoring.register_shown import (
    RegisterShown,
    register_shown,
    reopened_risks_in,
    reopened_risks_of,
)
from scoring.rules.register import RegisterRow
from scoring.views.blueprint import pages
from scoring.views.downloads import about_tender, sent
from scoring.workbook import register_workbook
from tenders.models import Tender
from tenders.queries import questionnaire_of


@pages.get("/bids/<token:bid>/risks.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def register_of_bid_file(bid: str) -> ResponseReturnValue:
    """Send the register of one bid, or those of its rows that the address asks for."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.DOCUMENT_DOWNLOAD)
    must_not_mark_alone(viewer, found.tender, "take away the risks of a bid")
    rows = [row for _, row in rows_of(viewer.organisation_id, [found])[found.token]]
    shown = _shown(found.tender, rows, reopened_risks_of(viewer, found.opened.bid))
    return _sent(found.tender, f"Risks of {found.name}", shown, [found.name])


@pages.get("/tenders/<token:tender>/register.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def register_shown_file(tender: str) -> ResponseReturnValue:
    """Send the register of the contract, or those of its rows that the address asks for."""
    viewer = signed_in_user()
    found = own_register(viewer, tender, to=Permission.DOCUMENT_DOWNLOAD)
    shown = _shown(found.tender, found.rows, reopened_risks_in(viewer, found.tender))
    names = [bid.name for bid in found.winners]
    return _sent(found.tender, f"Risk register of {found.authority}", shown, names)


def _shown(tender: Tender, rows: list[RegisterRow], reopened: frozenset[str]) -> RegisterShown:
    today = clock.london(clock.now()).date()
    return register_shown(rows, scale_of(tender), request.args, today, reopened)


def _sent(tender: Tender, title: str, shown: RegisterShown, names: list[str]) -> Response:
    about = about_tender(tender, f"{title}: {tender.title}")
    note = f"{shown.counted}: {shown.wanted.in_words}." if shown.wanted.is_set else ""
    made = register_workbook(replace(about, note=note), shown.rows, questionnaire_of(tender), names)
    return sent(made, "risks.xlsx")

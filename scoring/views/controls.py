"""Which controls the bids evidence, and what to ask bidders whose answers disagree."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from scoring import queries
from scoring.queries import BidControls, EvaluatedBid
from scoring.rules.controls import Standing
from scoring.views.blueprint import pages
from scoring.views.downloads import about_tender, must_read_marks, sent
from tenders.coverage import coverage_of_tender
from tenders.models import Tender

SHOWN_FIRST = "caf-4.0"


@pages.get("/bids/<token:bid>/controls")
@requires(Permission.MARK_READ)
def controls(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    (entry,) = _controls([found], found.tender)
    chosen = entry.of(request.args.get("framework", ""))
    return render_template(
        "scoring/controls.html",
        bid=found,
        frameworks=entry.frameworks,
        shown=entry.frameworks if chosen is None else (chosen,),
        chosen="" if chosen is None else chosen.framework.id,
        standing=Standing,
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id),
    )


@pages.get("/tenders/<token:tender>/controls")
@requires(Permission.MARK_READ)
def controls_compared(tender: str) -> ResponseReturnValue:
    """Show all bids side by side, one framework at a time."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    entries = _controls(queries.bids_in_evaluation(viewer, found), found)
    coverage = coverage_of_tender(found)
    tested = [entry for entry in coverage.frameworks if entry.tested]
    wanted = request.args.get("framework", SHOWN_FIRST)
    chosen = next((f for f in tested if f.framework.id == wanted), tested[0] if tested else None)
    return render_template(
        "scoring/controls_compared.html",
        tender=found,
        entries=entries,
        tested=tested,
        chosen=chosen,
        standing=Standing,
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.id),
    )


@pages.get("/tenders/<token:tender>/controls.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def controls_file(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.DOCUMENT_DOWNLOAD)
    must_read_marks(viewer, found)
    return _workbook(queries.bids_in_evaluation(viewer, found), found)


@pages.get("/bids/<token:bid>/controls.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def controls_of_bid_file(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.DOCUMENT_DOWNLOAD)
    must_read_marks(viewer, found.tender)
    return _workbook([found], found.tender)


@pages.get("/tenders/<token:tender>/clarifications-to-ask")
@requires(Permission.MARK_READ)
def clarifications_to_ask(tender: str) -> ResponseReturnValue:
    """List what to ask each bidder whose answers disagree, ready to copy. Nothing is sent."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    bids = queries.bids_in_evaluation(viewer, found)
    return render_template(
        "scoring/clarifications.html",
        tender=found,
        asked=[(bid, queries.to_ask(bid)) for bid in bids],
        not_made=queries.checks_not_made(bids),
    )


@pages.get("/my-bids/<token:bid>/controls")
@requires(Permission.BID_READ)
def my_controls(bid: str) -> ResponseReturnValue:
    """Show the supplier which controls its answers evidence as they stand; nobody marked them."""
    found, frameworks = queries.my_controls(signed_in_user(), bid)
    wanted = request.args.get("framework", "")
    shown = [entry for entry in frameworks if entry.framework.id == wanted] or frameworks
    return render_template(
        "scoring/my_controls.html",
        bid=found,
        frameworks=frameworks,
        shown=shown,
        is_chosen=len(shown) < len(frameworks),
        standing=Standing,
    )


def _controls(bids: list[EvaluatedBid], tender: Tender) -> list[BidControls]:
    if not queries.may_see_marks(signed_in_user(), tender):
        # What the panel agreed is not for who still marks alone.
        bids = [replace(bid, marks={}) for bid in bids]
    return queries.controls_in_bids(bids, coverage_of_tender(tender))


def _workbook(bids: list[EvaluatedBid], tender: Tender) -> Response:
    # With the library for Excel.
    from scoring.workbook.controls import BidInWorkbook, controls_workbook

    entries = [BidInWorkbook(e.bid.name, e.frameworks) for e in _controls(bids, tender)]
    made = controls_workbook(about_tender(tender, f"Controls: {tender.title}"), entries)
    return sent(made, "controls.xlsx")

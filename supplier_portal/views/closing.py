"""Where a bid stands, on every page of it; and the last complete version counting at closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from supplier_portal import overview, queries, service
from supplier_portal.closing_forms import ClosingForm
from supplier_portal.forms import ConfirmForm
from supplier_portal.models import Submission
from supplier_portal.overview import Workspace
from supplier_portal.views.base import download, may, pages, workspace_for

AT_CLOSING = "/bids/<token:bid>/at-closing"


@dataclass(frozen=True)
class Standing:
    """Where a bid stands, in words."""

    state: str
    closing: str
    unsent: bool
    submission: Submission | None


@pages.context_processor
def asked_for_by_templates() -> dict[str, Any]:
    """Functions, so that a page that does not ask pays nothing."""
    return {"where_it_stands": where_it_stands, "would_receive": would_receive}


def where_it_stands(workspace: Workspace) -> Standing:
    bid, moment = workspace.bid, clock.arrived_at()
    submission = queries.last_submissions([bid]).get(bid.id)
    reasons = overview.closing_reasons(workspace)
    return Standing(
        overview.state_of(bid, submission, moment, reasons=reasons),
        overview.closing_of(bid.tender, moment),
        overview.has_unsent_changes(bid, submission),
        submission,
    )


def would_receive(workspace: Workspace) -> queries.ToHandIn:
    """Return what the council would receive if the bid were handed in now."""
    return queries.to_hand_in(workspace.bid, workspace.situation)


@pages.get("/bids/<token:bid>/as-it-stands.json")
@requires(Permission.BID_READ)
def as_it_stands(bid: str) -> ResponseReturnValue:
    """The text whose SHA-256 the pages show: a receipt's content hash will be the same."""
    return download(would_receive(workspace_for(bid)).text, "bid-as-it-stands.json")


@pages.get(AT_CLOSING)
@requires(Permission.BID_SUBMIT)
def at_closing(bid: str) -> ResponseReturnValue:
    form = ClosingForm(formdata=None)
    form.declared_by.data = signed_in_user().name
    return at_closing_page(workspace_for(bid, to=Permission.BID_SUBMIT), form)


@pages.post(AT_CLOSING)
@requires(Permission.BID_SUBMIT)
def count_at_closing(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    form = ClosingForm()
    if form.validate_on_submit():
        try:
            service.count_at_closing(
                found,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
                declared_by=form.declared_by.data or "",
                agreed=bool(form.agreed.data),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The last complete version will be handed in at the closing time")
            return redirect(url_for(".check", bid=bid))
    return at_closing_page(workspace_for(bid, to=Permission.BID_SUBMIT), form), 422


@pages.post(AT_CLOSING + "/off")
@requires(Permission.BID_SUBMIT)
def do_not_count_at_closing(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    service.do_not_count_at_closing(found, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash("Only what you submit counts")
    return redirect(url_for(".check", bid=bid))


def at_closing_page(workspace: Workspace, form: ClosingForm) -> str:
    bid, moment = workspace.bid, clock.arrived_at()
    return render_template(
        "supplier_portal/at_closing.html",
        workspace=workspace,
        bid=bid,
        form=form,
        off=ConfirmForm(formdata=None),
        asked=overview.asked_of_the_clock(bid),
        reasons=overview.closing_reasons(workspace),
        closed=overview.why_closed(bid, moment),
        may_submit=may(bid, Permission.BID_SUBMIT),
        sent_again=request.method == "POST",
    )

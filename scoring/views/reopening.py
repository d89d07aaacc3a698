"""What is to be looked at again: in a tender, of one bid, and one thing with what came of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries
from scoring.queries.reopening import (
    Again,
    Reopened,
    each_once,
    may_settle,
    open_beside,
    reopened_in,
    reopened_of_bid,
    reopening_for,
)
from scoring.reopening_forms import SettleForm
from scoring.rules.reopening import Thing
from scoring.service.reopening import settle_each
from scoring.views.blueprint import clause_of, pages
from supplier_portal.models import Bid


def banners(bid: Bid, thing: str, subjects: list[str] | None = None) -> list[Again]:
    """Return what a page that shows the bid says is to be looked at again there, each once."""
    return [
        one
        for one in banners_of_bid(bid)
        if one.thing == thing and (subjects is None or one.subject in subjects)
    ]


def banners_of_bid(bid: Bid) -> list[Again]:
    """Return everything of a bid that is to be looked at again, for pages after the award."""
    return each_once(reopened_of_bid(signed_in_user(), bid))


pages.add_app_template_global(banners, "reopened_here")
pages.add_app_template_global(banners_of_bid, "reopened_of_bid")


@pages.get("/tenders/<token:tender>/reopened")
@requires(Permission.RISK_READ)
def reopened(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.RISK_READ)
    bid = request.args.get("bid", "")
    listed = each_once(reopened_in(viewer, found, bid=bid))
    return render_template(
        "scoring/reopened.html",
        tender=found,
        still=[one for one in listed if one.settled is None],
        settled=[one for one in listed if one.settled is not None],
        of_one=bool(bid),
    )


@pages.route("/reopened/<token:reopening>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def reopening(reopening: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    tender, found = reopening_for(viewer, reopening)
    may = may_settle(viewer, tender)
    if request.method == "POST" and not may:
        refuse(viewer, Permission.CONTRACT_KEEP)
    again = open_beside(found)
    form = SettleForm(again, found)
    if form.validate_on_submit():
        try:
            done = settle_each(form.meant(again, found), form.words.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("What you found is in the record" if done else "A colleague said so before you")
            return redirect(url_for(".reopening", reopening=reopening))
    return render_template(
        "scoring/reopening.html",
        tender=tender,
        one=found,
        again=again,
        place=_place(found, tender.id),
        form=form if may and found.settled is None else None,
    ), 422 if form.errors else 200


def _place(found: Reopened, tender_id: int) -> str:
    """Return the address of the page that shows the thing, as far as the viewer may read it."""
    if found.thing is Thing.RISK:
        return url_for("scoring.risk", risk=found.risk) if found.risk else ""
    if found.thing is Thing.CLAUSE:
        return clause_of(found.bid, found.subject)
    if signed_in_user().may(Permission.MARK_READ, tender_id=tender_id):
        question = found.subject.partition(".")[0]
        address = url_for("scoring.mark", bid=found.bid, question=question)
        return f"{address}#part-{found.subject}"
    return ""

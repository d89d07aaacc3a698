"""The prices of a tender: shut until quality is agreed, then opened by an officer, side by side."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from foundation.forms import Form
from scoring import queries
from scoring.queries.low_prices import standings_of
from scoring.queries.price_opening import (
    SHUT,
    OpenedPrices,
    PricesShown,
    last_opening,
    prices_known_since,
    prices_shown,
)
from scoring.queries.settled import bids_undecided, checks_in_words
from scoring.queries.standings import QualityNotAgreed, quality_is_agreed
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.price_opening import NotSettled, enter_prices, open_prices
from scoring.views.blueprint import pages
from supplier_portal.prices_forms import EnteredForm, prices_form
from tenders.models import Tender
from tenders.price_schedule import schedule_of

OF_TENDER = "/tenders/<token:tender>/prices"
ENTER = "/bids/<token:bid>/prices"


@pages.get(OF_TENDER)
@requires(Permission.MARK_READ)
def prices(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _tender(viewer, tender, Permission.MARK_READ)
    return _page(viewer, found)


@pages.post(OF_TENDER)
@requires(Permission.COMPLIANCE_DECIDE)
@asks_again
def open_them(tender: str) -> ResponseReturnValue:
    """Open the prices: a button of its own, because nobody can take back having seen them."""
    viewer = signed_in_user()
    found = _tender(viewer, tender, Permission.COMPLIANCE_DECIDE)
    form = Form()
    try:
        open_prices(found, by=viewer)
    except (QualityNotAgreed, NotSettled) as error:
        form.add_error(str(error))
        return _page(viewer, found, form), 422
    flash("The prices are open. It is recorded who opened them, and when")
    return redirect(url_for(".prices", tender=tender))


@pages.route(ENTER, methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def enter_prices_of(bid: str) -> ResponseReturnValue:
    """Enter the prices of a bid that came on another portal."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.COMPLIANCE_DECIDE)
    one = _enterable(viewer, found.tender, bid)
    number = one.saved.number if one.saved else 0
    form = prices_form(one.schedule, one.prices, number, base=EnteredForm)
    if form.validate_on_submit():
        try:
            enter_prices(
                found.opened.bid,
                form.prices(one.schedule),
                form.reason.data or "",
                by=viewer,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"The prices of {found.name} are entered")
            return redirect(url_for(".prices", tender=found.tender.token))
    page = render_template(
        "scoring/price_enter.html", bid=found, one=one, schedule=one.schedule, form=form
    )
    return page, 422 if form.errors else 200


@pages.app_context_processor
def what_pages_ask_of_prices() -> dict[str, Any]:
    """Functions, so that a page that does not ask pays nothing."""
    return {"prices_known_since": prices_known_since, "quality_is_agreed": quality_is_agreed}


def _enterable(viewer: Viewer, tender: Tender, token: str) -> OpenedPrices:
    """Return the prices of a bid an officer may enter. Raises NoResultFound."""
    shown = prices_shown(viewer, tender)
    for one in shown.bids if shown else ():
        if one.token == token and one.may_be_entered:
            return one
    raise NoResultFound


def _page(viewer: Viewer, tender: Tender, form: Form | None = None) -> str:
    shown = _shown(viewer, tender)
    may_decide = viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender.id)
    at_work = tender.stage in EVALUATED_AT
    to_open = at_work and (shown is None or bool(shown.new))
    return render_template(
        "scoring/prices.html",
        tender=tender,
        form=form or Form(formdata=None),
        schedule=schedule_of(tender),
        shown=shown,
        shut=SHUT,
        opening=shown.opening if shown else last_opening(tender),
        is_agreed=shown is not None or quality_is_agreed(tender),
        undecided=bids_undecided(tender) if to_open else [],
        unchecked=checks_in_words(tender) if to_open else "",
        may_open=may_decide and at_work,
        may_decide=may_decide and at_work,
        cases=standings_of(one.opened.bid.id for one in shown.bids) if shown else {},
    )


def _shown(viewer: Viewer, tender: Tender) -> PricesShown | None:
    try:
        return prices_shown(viewer, tender)
    except QualityNotAgreed:
        return None


def _tender(viewer: Viewer, token: str, to: Permission) -> Tender:
    """Return an opened tender with a price schedule. Raises NoResultFound."""
    found = queries.opened_tender(viewer, token, to=to)
    if not schedule_of(found):
        raise NoResultFound
    return found

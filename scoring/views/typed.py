"""Keeping what evaluators type, as they type: for each the own words alone, sealed with the bid.

A page whose form is kept does as those of suppliers do (supplier_portal/views/typed.py): the view
passes ``typing_beside(bid, page)`` to the template and gives ``typing.fields`` to its form.
"""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import current_viewer, requires, signed_in_user
from accounts.rules.roles import OrganisationKind, Permission
from accounts.views.base import is_own_page
from foundation import clock
from foundation.errors import DomainError
from scoring.queries.reading import readable_bid
from scoring.views.blueprint import pages
from supplier_portal import service as portal
from supplier_portal.models import Bid
from supplier_portal.queries.typed import typed_before
from supplier_portal.seals import opened_key
from supplier_portal.views.typed import NOT_SAVED, SAVED, Typing, whatever_comes_of_it

ADDRESS = "/bids/<token:bid>/typed/<path:page>"


class TypingBeside(Typing):
    """What somebody on the buying side typed beside a bid."""

    def _address(self, doing: str) -> str:
        return url_for(f"scoring.{doing}", bid=self.bid, page=self.page)


def typing_beside(bid: Bid, page: str, *, here: str = "") -> TypingBeside:
    """Return what the viewer typed on ``page`` beside a bid; nothing for a form just sent."""
    here = here or request.path
    if request.method == "POST":
        return TypingBeside(bid.token, page, here)
    before = typed_before(bid, page, by=signed_in_user(), key=opened_key(bid))
    used = request.args.get("typed") == "use"
    return TypingBeside(bid.token, page, here, before, used=used)


@pages.post(ADDRESS)
@requires(Permission.MARK_READ)
def keep_typed(bid: str, page: str) -> ResponseReturnValue:
    """Keep a form as it is typed; nobody reads the answer but the script that asked."""
    at = clock.now()
    try:
        _keep(_bid(bid), page)
    except DomainError as error:
        return {"message": str(error)}, 422
    time = clock.show_time(at)
    return {"at": time, "said": f"Kept as you type, {time}. Not saved yet"}


@pages.post(ADDRESS + "/throw-away")
@requires(Permission.MARK_READ)
def throw_away_typed(bid: str, page: str) -> ResponseReturnValue:
    found = _bid(bid)
    portal.forget_typed(found, page, by=signed_in_user())
    flash("What you had typed is thrown away")
    back = request.form.get("back", "")
    return redirect(back if is_own_page(back) else url_for(".bid", bid=bid))


@pages.after_request
def settle_beside(response: Response) -> Response:
    """Forget what a page took; keep what it did not, so that leaving the page loses nothing."""
    page, viewer = request.form.get("typed_page"), current_viewer()
    token = (request.view_args or {}).get("bid")
    if request.method != "POST" or not page or not token or viewer is None:
        return response
    if viewer.kind is not OrganisationKind.AUTHORITY:
        return response
    if response.status_code not in SAVED + NOT_SAVED:
        return response
    with whatever_comes_of_it():
        _settle(_bid(str(token)), page, saved=response.status_code in SAVED)
    return response


def _bid(token: str) -> Bid:
    return readable_bid(signed_in_user(), token, to=Permission.MARK_READ)


def _settle(bid: Bid, page: str, *, saved: bool) -> None:
    if not saved:
        _keep(bid, page)
    else:
        portal.forget_typed(bid, page, by=signed_in_user())


def _keep(bid: Bid, page: str) -> None:
    sent = request.form.items(multi=True)
    portal.keep_typed(bid, page, sent, by=signed_in_user(), at=clock.now(), key=opened_key(bid))

"""Keeping what people type, as they type, and offering it when they come back.

A page whose form is kept says so in three places: the view passes ``typing_on(bid, page)`` to the
template and gives ``typing.fields`` to its form; the template uses the macros of
``supplier_portal/typed.html``. What a page did not take is kept, what it took is forgotten, by
``settle_typing`` below, for every form that names its page in ``typed_page``.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from accounts.access import current_viewer, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from supplier_portal import queries, service
from supplier_portal.models import Bid
from supplier_portal.queries.typed import Typed, typed_before
from supplier_portal.views.base import pages

ADDRESS = "/bids/<token:bid>/typed/<path:page>"
SAVED = (302, 303)
NOT_SAVED = (200, 409, 422)


@dataclass(frozen=True)
class Typing:
    """What somebody typed on a page before, and whether the page shows it now."""

    bid: str
    page: str
    here: str
    before: Typed | None = None
    used: bool = False

    @property
    def undecided(self) -> bool:
        """Return whether there is something that was neither used nor thrown away."""
        return self.before is not None and not self.used

    @property
    def fields(self) -> MultiDict[str, str] | None:
        """Return what was typed before, for the form of a page that shows it; else None."""
        return MultiDict(list(self.before.fields)) if self.before and self.used else None

    @property
    def kept_at(self) -> str:
        return clock.show_moment(self.before.kept_at) if self.before else ""

    @property
    def address(self) -> str:
        return url_for("supplier_portal.keep_typed", bid=self.bid, page=self.page)

    @property
    def throw_away(self) -> str:
        return url_for("supplier_portal.throw_away_typed", bid=self.bid, page=self.page)


def typing_on(bid: Bid, page: str) -> Typing:
    """Return what the viewer typed on ``page`` of ``bid`` before; nothing for a form just sent."""
    if request.method == "POST":
        return Typing(bid.token, page, request.path)
    before = typed_before(bid, page, by=signed_in_user())
    return Typing(bid.token, page, request.path, before, used=request.args.get("typed") == "use")


@pages.post(ADDRESS)
@requires(Permission.BID_READ)
def keep_typed(bid: str, page: str) -> ResponseReturnValue:
    """Keep a form as it is typed; a script asks for it, nobody reads the answer but the script."""
    viewer = signed_in_user()
    found, at = queries.my_bid(viewer, bid), clock.now()
    try:
        service.keep_typed(found, page, request.form.items(multi=True), by=viewer, at=at)
    except service.NotKept as error:
        return {"message": str(error)}, 422
    time = clock.show_time(at)
    return {"at": time, "said": f"Kept as you type, {time}. Not saved yet"}


@pages.post(ADDRESS + "/throw-away")
@requires(Permission.BID_READ)
def throw_away_typed(bid: str, page: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.my_bid(viewer, bid)
    service.forget_typed(found, page, by=viewer)
    flash("What you had typed is thrown away")
    back, own = request.form.get("back", ""), url_for(".task_list", bid=found.token)
    return redirect(back if back.isascii() and back.startswith(f"{own}/") else own)


@pages.after_request
def settle_typing(response: Response) -> Response:
    """Forget what a page took; keep what it did not, so that leaving the page loses nothing."""
    page, viewer = request.form.get("typed_page"), current_viewer()
    settles = request.method == "POST" and page and viewer and request.view_args
    if not settles or request.endpoint == "supplier_portal.keep_typed":
        return response
    if response.status_code not in SAVED + NOT_SAVED:
        return response
    try:
        bid = queries.my_bid(signed_in_user(), str((request.view_args or {}).get("bid", "")))
        settle(bid, str(page), saved=response.status_code in SAVED)
    except (NoResultFound, service.NotKept):
        return response
    return response


def settle(bid: Bid, page: str, *, saved: bool) -> None:
    viewer = signed_in_user()
    if not saved:
        sent = request.form.items(multi=True)
        service.keep_typed(bid, page, sent, by=viewer, at=clock.now())
    elif typed_before(bid, page, by=viewer):
        service.forget_typed(bid, page, by=viewer)

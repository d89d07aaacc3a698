"""Keeping what people type, as they type, and offering it when they come back.

A page whose form is kept says so in three places: the view passes ``typing_on(bid, page)`` to the
template and gives ``typing.fields`` to its form; the template uses the macros of
``supplier_portal/typed.html``. A page of no bid passes None: what is typed there belongs to the
company. What a page did not take is kept, what it took is forgotten, by ``settle_typing`` below,
for every form that names its page in ``typed_page``: a later station hangs it on its blueprint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from accounts.access import current_viewer, requires, signed_in_user
from accounts.rules.roles import Permission
from accounts.views.base import is_own_page
from foundation import clock, logs
from foundation.database import db
from foundation.errors import DomainError
from supplier_portal import queries, service
from supplier_portal.models import Bid
from supplier_portal.queries.typed import Typed, typed_before
from supplier_portal.views.base import pages

ADDRESS = "/bids/<token:bid>/typed/<path:page>"
OF_COMPANY = "/typed/<path:page>"
KEEPING = frozenset({"supplier_portal.keep_typed", "supplier_portal.keep_typed_of_company"})
SAVED = (302, 303)
NOT_SAVED = (200, 409, 422)


@dataclass(frozen=True)
class Typing:
    """What somebody typed on a page before, and whether the page shows it now."""

    # The bid's token; empty on a page of the company.
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
    def use(self) -> str:
        return f"{self.here}{'&' if '?' in self.here else '?'}typed=use"

    @property
    def address(self) -> str:
        return self._address("keep_typed")

    @property
    def throw_away(self) -> str:
        return self._address("throw_away_typed")

    def _address(self, doing: str) -> str:
        if self.bid:
            return url_for(f"supplier_portal.{doing}", bid=self.bid, page=self.page)
        return url_for(f"supplier_portal.{doing}_of_company", page=self.page)


def typing_on(bid: Bid | None, page: str, *, here: str = "") -> Typing:
    """Return what the viewer typed on ``page`` of ``bid`` before; nothing for a form just sent.

    Without a bid it is a page of the company. ``here``: where the page is, if its path alone does
    not say it.
    """
    token, here = bid.token if bid else "", here or request.path
    if request.method == "POST":
        return Typing(token, page, here)
    before = typed_before(bid, page, by=signed_in_user())
    return Typing(token, page, here, before, used=request.args.get("typed") == "use")


@pages.post(ADDRESS)
@requires(Permission.BID_READ)
def keep_typed(bid: str, page: str) -> ResponseReturnValue:
    """Keep a form as it is typed; a script asks for it, nobody reads the answer but the script."""
    return _keep(queries.my_bid(signed_in_user(), bid), page)


@pages.post(OF_COMPANY)
@requires(Permission.BID_READ)
def keep_typed_of_company(page: str) -> ResponseReturnValue:
    """Keep a form that is about no bid, or begins before there is one."""
    return _keep(None, page)


def _keep(bid: Bid | None, page: str) -> ResponseReturnValue:
    viewer, at = signed_in_user(), clock.now()
    try:
        service.keep_typed(bid, page, request.form.items(multi=True), by=viewer, at=at)
    except service.NotKept as error:
        return {"message": str(error)}, 422
    time = clock.show_time(at)
    return {"at": time, "said": f"Kept as you type, {time}. Not saved yet"}


@pages.post(ADDRESS + "/throw-away")
@requires(Permission.BID_READ)
def throw_away_typed(bid: str, page: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    return _throw_away(found, page, url_for(".task_list", bid=found.token))


@pages.post(OF_COMPANY + "/throw-away")
@requires(Permission.BID_READ)
def throw_away_typed_of_company(page: str) -> ResponseReturnValue:
    return _throw_away(None, page, url_for(".index"))


def _throw_away(bid: Bid | None, page: str, otherwise: str) -> ResponseReturnValue:
    service.forget_typed(bid, page, by=signed_in_user())
    flash("What you had typed is thrown away")
    back = request.form.get("back", "")
    return redirect(back if is_own_page(back) else otherwise)


@pages.after_request
def settle_typing(response: Response) -> Response:
    """Forget what a page took; keep what it did not, so that leaving the page loses nothing."""

    def bid_named() -> Bid | None:
        token = (request.view_args or {}).get("bid")
        return queries.my_bid(signed_in_user(), str(token)) if token else None

    return settle_for(bid_named, response)


def settle_for(bid_named: Callable[[], Bid | None], response: Response) -> Response:
    """Do so for the bid that ``bid_named`` finds; None: what was typed belongs to the company."""
    page, viewer = request.form.get("typed_page"), current_viewer()
    is_ours = viewer is not None and viewer.may(Permission.BID_READ)
    settles = request.method == "POST" and page and is_ours
    if not settles or request.endpoint in KEEPING:
        return response
    if response.status_code not in SAVED + NOT_SAVED:
        return response
    with whatever_comes_of_it():
        settle(bid_named(), str(page), saved=response.status_code in SAVED)
    return response


@contextmanager
def whatever_comes_of_it() -> Iterator[None]:
    """Let an answer go out as it is though what was typed can neither be kept nor forgotten.

    The page shows what was typed, or it is saved: a page of our fault in place of that would say
    less, and where it was saved, something untrue. Logged; in tests it is let through.
    """
    try:
        yield
    except (NoResultFound, DomainError):
        # Nothing to keep it for, or more than is kept.
        db.session.rollback()
    except Exception as error:
        db.session.rollback()
        if current_app.testing:
            raise
        logs.logger.error("What was typed on a page could not be kept or forgotten", exc_info=error)


def settle(bid: Bid | None, page: str, *, saved: bool) -> None:
    viewer = signed_in_user()
    if not saved:
        sent = request.form.items(multi=True)
        service.keep_typed(bid, page, sent, by=viewer, at=clock.now())
    elif typed_before(bid, page, by=viewer):
        service.forget_typed(bid, page, by=viewer)

"""The dates of tenders for one's own calendar: a file, or an address that stays up to date."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import public, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock, mail
from records import calendars
from records.record_forms import AskForm
from records.views.blueprint import pages
from tenders.queries import tender_for, tenders_of

ICS = "text/calendar; charset=utf-8"


@pages.route("/calendar", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def calendar_page() -> ResponseReturnValue:
    """Make an address, which is shown once, or end the one there is."""
    viewer = signed_in_user()
    form = AskForm()
    secret = ""
    if form.validate_on_submit():
        if request.form.get("end"):
            calendars.revoke_address(by=viewer)
            flash("The address does not work any more")
            return redirect(url_for(".calendar_page"))
        secret = calendars.new_address(by=viewer)
    return render_template(
        "records/calendar.html",
        form=form,
        address=calendars.address_of(viewer),
        made=mail.link("records.calendar_feed", secret=secret) if secret else "",
    )


@pages.get("/calendar.ics")
@requires(Permission.TENDER_READ)
def calendar_file() -> ResponseReturnValue:
    """All tenders of the viewer, as they are now."""
    found = calendars.calendar_of(tenders_of(signed_in_user()), clock.arrived_at())
    return _sent(found, "tenders.ics")


@pages.get("/tenders/<token:tender>/calendar.ics")
@requires(Permission.TENDER_READ)
def tender_calendar(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_READ)
    return _sent(calendars.calendar_of([found], clock.arrived_at()), "tender.ics")


@pages.get("/calendar/<string:secret>.ics")
@public
def calendar_feed(secret: str) -> ResponseReturnValue:
    """What a calendar program fetches: nobody is signed in, and the address is the proof."""
    found = calendars.calendar_at(secret, clock.arrived_at()) or abort(404)
    return _sent(found, "tenders.ics")


def _sent(calendar: bytes, name: str) -> Response:
    response = Response(calendar, content_type=ICS)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response

"""The contract schedules of all bids of a tender in one archive: asked for, then taken away."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.downloads import to_be_saved
from records import schedules_made as made
from records.making import why_refused
from records.schedule_batch import Wished
from records.schedule_forms import SchedulesForm
from records.schedules_to_write import to_write
from records.views.blueprint import pages
from scoring.queries import opened_tender
from supplier_portal.rules.barriers import MustDeclareFirst
from tenders.models import Tender

ADDRESS = "/tenders/<token:tender>/schedules"


@pages.app_template_global()
def why_no_schedules_of(tender: Tender) -> str | None:
    """Return why the schedules of all bids would be refused to the viewer; "" where they would
    not, and where their page leads to the declaration of interests first; None for whoever has no
    business with them."""
    viewer = signed_in_user()
    try:
        return why_refused(lambda: made.must_see_schedules(viewer, tender), "the schedules")
    except MustDeclareFirst:
        return ""
    except NoResultFound:
        return None


@pages.route(ADDRESS, methods=["GET", "POST"])
@requires(Permission.DOCUMENT_DOWNLOAD)
def schedules(tender: str) -> ResponseReturnValue:
    """What is in the archive, the archives made, and how far those being made are."""
    viewer = signed_in_user()
    found = opened_tender(viewer, tender, to=Permission.DOCUMENT_DOWNLOAD)
    made.must_see_schedules(viewer, found)
    form = SchedulesForm()
    if form.validate_on_submit():
        day, beside = clock.london(clock.now()).date(), form.beside.data or ()
        wished = Wished(day, notes="notes" in beside, departures="departures" in beside)
        made.ask_for_schedules(found, wished, by=viewer)
        flash("The schedules are being written: below you see how far they are")
        return redirect(url_for(".schedules", tender=tender))
    page = render_template(
        "records/schedules_made.html",
        tender=found,
        form=form,
        writing=to_write(found, viewer),
        made=made.schedules_of(found, viewer),
    )
    return page, 422 if form.errors else 200


@pages.get(ADDRESS + "/<token:record>")
@requires(Permission.DOCUMENT_DOWNLOAD)
def schedules_file(tender: str, record: str) -> ResponseReturnValue:
    """Send an archive that was made to be saved."""
    viewer = signed_in_user()
    found = opened_tender(viewer, tender, to=Permission.DOCUMENT_DOWNLOAD)
    one, stored = made.schedules_file(found, viewer, record)
    return to_be_saved(stored, one.name)

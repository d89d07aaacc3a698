"""The record of a tender: files made of it, what is withheld; and all an authority owns."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from records import making, withheld
from records.exemptions import exemptions
from records.record_forms import AskForm, LiftForm, MakeForm, WithholdForm
from records.views.blueprint import pages
from tenders.models import Tender
from tenders.queries import tender_for

ADDRESS = "/tenders/<token:tender>/record"


@pages.app_template_global()
def why_no_record_of(tender: Tender) -> str:
    """Return why the record of a tender would be refused to the viewer, or "" where it is not."""
    return making.why_no_record(signed_in_user(), tender)


@pages.route(ADDRESS, methods=["GET", "POST"])
@requires(Permission.RECORD_READ)
def record(tender: str) -> ResponseReturnValue:
    """What can be made of the record, and what was made."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.RECORD_READ)
    making.must_see_record(viewer, found)
    may_decide = viewer.may(Permission.RECORD_DECIDE, tender_id=found.id)
    undecided = withheld.proposals(found, viewer) if may_decide else []
    form = MakeForm()
    form.prepare(undecided)
    if form.validate_on_submit():
        looked_at = form.looked.data if form.looked else []
        try:
            making.ask_for_record(found, form.chosen, by=viewer, looked_at=looked_at or [])
        except making.NotLookedAt as error:
            form.add_error(str(error), error.field)
        else:
            flash("The file is being made: it appears below in a minute or so")
            return redirect(url_for(".record", tender=tender))
    page = render_template(
        "records/record.html",
        tender=found,
        form=form,
        made=making.made_of(found),
        held=len(withheld.held_in(found)),
        may_decide=may_decide,
        undecided=undecided,
        exemptions=exemptions(),
    )
    return page, 422 if form.errors else 200


@pages.get("/records/files/<token:record>")
@requires(Permission.RECORD_READ)
def record_file(record: str) -> ResponseReturnValue:
    """Send a file made of the record to be saved."""
    made, stored = making.made_file(signed_in_user(), record)
    return to_be_saved(stored, made.name)


@pages.route("/records/export", methods=["GET", "POST"])
@requires(Permission.RECORD_READ)
def export() -> ResponseReturnValue:
    """Everything the authority owns, as one JSON document."""
    viewer = signed_in_user()
    if not viewer.may_everywhere(Permission.RECORD_READ):
        abort(404)
    form = AskForm()
    if form.validate_on_submit():
        making.ask_for_export(by=viewer)
        flash("The export is being made: it appears below in a minute or so")
        return redirect(url_for(".export"))
    return render_template(
        "records/export.html",
        form=form,
        made=making.exports_of(viewer),
        why_not=making.why_no_export(viewer),
    )


@pages.route(ADDRESS + "/withheld", methods=["GET", "POST"])
@requires(Permission.RECORD_DECIDE)
def withheld_parts(tender: str) -> ResponseReturnValue:
    """What is withheld, what is worth a thought, and every place in the record."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.RECORD_DECIDE)
    making.must_see_record(viewer, found)
    form = WithholdForm(data=_asked_for())
    if form.validate_on_submit():
        item, by = form.item.data or "", form.exemption.data or ""
        try:
            withheld.withhold(found, item, by, form.reason.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"“{item.strip()}” is withheld")
            return redirect(url_for(".withheld_parts", tender=tender))
    return _withheld_page(found, form), 422 if form.errors else 200


@pages.route(ADDRESS + "/withheld/<int:decision>/lift", methods=["GET", "POST"])
@requires(Permission.RECORD_DECIDE)
def lift_withheld(tender: str, decision: int) -> ResponseReturnValue:
    """Give out after all what was withheld."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.RECORD_DECIDE)
    making.must_see_record(viewer, found)
    standing = [one for one in withheld.decisions_on(found) if one.row.lifted_at is None]
    one = next((one for one in standing if one.row.id == decision), None) or abort(404)
    form = LiftForm()
    if form.validate_on_submit():
        withheld.lift(found, decision, form.reason.data or "", by=viewer)
        flash(f"“{one.row.item}” is given out again")
        return redirect(url_for(".withheld_parts", tender=tender))
    page = render_template("records/lift.html", tender=found, decision=one, form=form)
    return page, 422 if form.errors else 200


def _asked_for() -> dict[str, str]:
    """Return what a link of the page fills the form with."""
    known = {name: request.args.get(name, "") for name in ("item", "exemption", "reason")}
    return {name: value for name, value in known.items() if value}


def _withheld_page(tender: Tender, form: WithholdForm) -> str:
    branch = request.args.get("branch", "").strip("/")
    viewer = signed_in_user()
    return render_template(
        "records/withheld.html",
        tender=tender,
        form=form,
        decisions=withheld.decisions_on(tender),
        proposals=[] if branch else withheld.proposals(tender, viewer),
        places=withheld.listed(tender, viewer, branch),
        branch=branch,
        exemptions=exemptions(),
    )

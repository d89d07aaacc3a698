"""Buying together, for the authority that leads: who is asked, who takes part, with what roles."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.people import role_name
from accounts.rules.roles import GUEST_ROLES, Permission, Role
from foundation.errors import DomainError
from tenders import joint as reading
from tenders import queries
from tenders.forms import ConfirmForm
from tenders.joint_forms import AskForm, ReasonForm
from tenders.models import Tender
from tenders.rules.joint import Part
from tenders.rules.lifecycle import Stage
from tenders.service import guests
from tenders.service import joint as service
from tenders.views.base import pages

JOINT = "/<token:tender>/joint"


@pages.app_context_processor
def joint_for_templates() -> dict[str, object]:
    return {"asked_to_take_part": waiting_for_an_answer}


def waiting_for_an_answer() -> int:
    """Return how many tenders wait for an officer of the viewer's authority to agree or decline."""
    viewer = signed_in_user()
    if not viewer.may_everywhere(Permission.TENDER_CREATE):
        return 0
    return sum(one.part is Part.ASKED for one in reading.parts_of(viewer))


@pages.get(JOINT)
@requires(Permission.TENDER_READ)
def joint(tender: str) -> ResponseReturnValue:
    """Who buys together: for everybody who may read the tender."""
    return _joint_page(queries.tender_for(signed_in_user(), tender), None)


@pages.post(JOINT)
@requires(Permission.TENDER_EDIT)
def ask_to_take_part(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    form = AskForm.of(reading.authorities_to_ask(found))
    if form.validate_on_submit():
        try:
            row = service.ask_to_take_part(
                found, form.authority.data or "", because=form.because.data or "", by=viewer
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{row.organisation.name} is asked to take part, and its officers are told")
            return redirect(url_for(".joint", tender=tender))
    return _joint_page(found, form)


@pages.route(JOINT + "/<token:participation>/end", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def let_go(tender: str, participation: str) -> ResponseReturnValue:
    """End the part of an authority, or take back what it was asked, with a reason."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    taking = reading.part_in(found, participation)
    form = ReasonForm()
    if form.validate_on_submit():
        service.let_go(taking, because=form.reason.data or "", by=viewer)
        flash(f"{taking.name} does not take part, and its officers are told why")
        return redirect(url_for(".joint", tender=tender))
    if taking.is_over and not form.is_submitted():
        return redirect(url_for(".joint", tender=tender))
    page = render_template("tenders/joint_end.html", tender=found, taking=taking, form=form)
    return page, 422 if form.errors else 200


@pages.post(JOINT + "/<token:participation>/people/<token:person>/<string:role>/end")
@requires(Permission.TENDER_EDIT)
def end_guest_role(tender: str, participation: str, person: str, role: str) -> ResponseReturnValue:
    """Take a role for this tender from somebody of a participating authority."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    guests.end_role(reading.part_in(found, participation), person, role_named(role), by=viewer)
    flash("The role is taken away")
    return redirect(url_for(".joint", tender=tender))


def role_named(name: str) -> Role:
    """Return a role that guests can hold. Raises NoResultFound."""
    if name not in GUEST_ROLES:
        raise NoResultFound
    return Role(name)


def _joint_page(tender: Tender, form: AskForm | None) -> ResponseReturnValue:
    viewer = signed_in_user()
    may_edit = viewer.may(Permission.TENDER_EDIT, tender_id=tender.id)
    may_ask = may_edit and tender.stage is Stage.DRAFT
    page = render_template(
        "tenders/joint.html",
        tender=tender,
        authorities=reading.authorities_in(tender),
        guests=reading.guests_of(tender),
        leads=tender.authority_id == viewer.organisation_id,
        may_edit=may_edit,
        may_ask=may_ask,
        Part=Part,
        role_name=role_name,
        form=form or AskForm.of(reading.authorities_to_ask(tender) if may_ask else ()),
        button=ConfirmForm(formdata=None),
    )
    return page, 422 if form is not None and form.errors else 200

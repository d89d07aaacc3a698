"""Buying together, for an authority that is asked: agreeing or declining, roles, and leaving."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.queries.team import everybody_in
from accounts.rules.people import role_name
from accounts.rules.roles import Permission, Role
from foundation.errors import DomainError
from tenders import joint as reading
from tenders import lots
from tenders.forms import ConfirmForm
from tenders.joint_forms import AgreeForm, GiveRoleForm, ReasonForm
from tenders.rules.joint import Part
from tenders.service import guests
from tenders.service import joint as service
from tenders.views.base import pages
from tenders.views.joint import role_named

PART = "/joint/<token:participation>"


@pages.get("/joint")
@requires(Permission.TENDER_CREATE)
def takings() -> ResponseReturnValue:
    """What the viewer's authority is asked to take part in, and takes part in."""
    viewer = signed_in_user()
    if not viewer.may_everywhere(Permission.TENDER_CREATE):
        raise NoResultFound
    return render_template("tenders/takings.html", takings=reading.parts_of(viewer), Part=Part)


@pages.get(PART)
@requires(Permission.TENDER_CREATE)
def taking(participation: str) -> ResponseReturnValue:
    return _taking_page(reading.part_for(signed_in_user(), participation))


@pages.post(PART + "/agree")
@requires(Permission.TENDER_CREATE)
def agree_to_take_part(participation: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _still(reading.part_for(viewer, participation), Part.ASKED)
    form = AgreeForm()
    if not form.validate_on_submit():
        return _taking_page(found, agree=form)
    service.agree_to_take_part(found, because=form.because.data or "", by=viewer)
    flash(f"{viewer.organisation_name} takes part, and {found.tender.authority.name} is told")
    return redirect(url_for(".taking", participation=participation))


@pages.post(PART + "/decline")
@requires(Permission.TENDER_CREATE)
def decline_to_take_part(participation: str) -> ResponseReturnValue:
    said = "Declined, and {tender.authority.name} is told why"
    return _for_a_reason(participation, Part.ASKED, service.decline_to_take_part, said)


@pages.post(PART + "/leave")
@requires(Permission.TENDER_CREATE)
def leave(participation: str) -> ResponseReturnValue:
    said = "{viewer.organisation_name} takes part no longer; nobody of it sees the tender any more"
    return _for_a_reason(participation, Part.TAKES_PART, service.leave, said)


def _for_a_reason(
    participation: str, part: Part, end: Callable[..., None], said: str
) -> ResponseReturnValue:
    """End a part that stands so, for the reason typed, and say what became of it."""
    viewer = signed_in_user()
    found = _still(reading.part_for(viewer, participation), part)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _taking_page(found, reason=form)
    end(found, because=form.reason.data or "", by=viewer)
    flash(said.format(viewer=viewer, tender=found.tender))
    return redirect(url_for(".takings"))


@pages.post(PART + "/people")
@requires(Permission.TENDER_CREATE)
def give_guest_role(participation: str) -> ResponseReturnValue:
    """Give a colleague a role for this tender."""
    viewer = signed_in_user()
    found = _still(reading.part_for(viewer, participation), Part.TAKES_PART)
    form = GiveRoleForm.of(everybody_in(viewer.organisation_id))
    if form.validate_on_submit():
        try:
            role, because = Role(form.role.data), form.because.data or ""
            guests.give_role(found, form.person.data or "", role, by=viewer, because=because)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The role is given, for this tender alone")
            return redirect(url_for(".taking", participation=participation))
    return _taking_page(found, give=form)


@pages.post(PART + "/people/<token:person>/<string:role>/end")
@requires(Permission.TENDER_CREATE)
def end_own_role(participation: str, person: str, role: str) -> ResponseReturnValue:
    """Take a role for this tender from a colleague."""
    viewer = signed_in_user()
    guests.end_role(reading.part_for(viewer, participation), person, role_named(role), by=viewer)
    flash("The role is taken away")
    return redirect(url_for(".taking", participation=participation))


def _still(taking: reading.Taking, part: Part) -> reading.Taking:
    """Return a part that stands so. Raises NoResultFound for a page that was overtaken."""
    if taking.part is not part:
        raise NoResultFound
    return taking


def _taking_page(
    taking: reading.Taking,
    *,
    agree: AgreeForm | None = None,
    reason: ReasonForm | None = None,
    give: GiveRoleForm | None = None,
) -> ResponseReturnValue:
    viewer, takes_part = signed_in_user(), taking.part is Part.TAKES_PART
    sent = next((form for form in (agree, reason, give) if form is not None), None)
    colleagues = everybody_in(viewer.organisation_id) if takes_part else []
    page = render_template(
        "tenders/taking.html",
        taking=taking,
        tender=taking.tender,
        takes_part=takes_part,
        bought=lots.bought_in_words(taking.tender),
        guests=[
            guest
            for guest in (reading.guests_of(taking.tender) if takes_part else [])
            if guest.organisation_id == viewer.organisation_id
        ],
        role_name=role_name,
        agree=agree or AgreeForm(formdata=None),
        reason=reason or ReasonForm(formdata=None),
        give=give or GiveRoleForm.of(colleagues),
        sent=sent or ConfirmForm(formdata=None),
        button=ConfirmForm(formdata=None),
    )
    return page, 422 if sent is not None and sent.errors else 200

"""How the bids of a tender will be opened, and the officers' parts of a strict opening."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.again import asks_before
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from tenders import queries
from tenders.bidding import opening_in_words
from tenders.custodians import custodians_of
from tenders.models import Tender
from tenders.opening_forms import CheckPartForm, OpeningForm, TakePartForm
from tenders.rules.lifecycle import Stage
from tenders.rules.opening import Custodian
from tenders.service import TenderPublished
from tenders.service import opening as service
from tenders.service.two_officers import brought
from tenders.views.base import pages


@pages.route("/<token:tender>/opening", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def opening(tender: str) -> ResponseReturnValue:
    """Choose how the bids are opened; of a published tender, see it."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    custodians = custodians_of(found)
    officers = [
        member
        for member in everybody_in(found.authority_id)
        if member.may(Permission.BID_OPEN, tender_id=found.id)
    ]
    form = OpeningForm.of(found, officers, custodians)
    if form.validate_on_submit():
        try:
            service.set_opening(found, form.opening(), by=viewer)
        except TenderPublished:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("How the bids are opened is saved")
            strictly = found.opens_strictly
            page = "tenders.opening" if strictly else "tenders.show"
            return redirect(url_for(page, tender=tender))
    page = render_template(
        "tenders/opening.html",
        tender=found,
        form=form,
        custodians=custodians,
        in_words=opening_in_words(found),
        is_draft=found.stage is Stage.DRAFT,
        mine=_mine(custodians),
    )
    return page, 422 if form.errors else 200


@pages.route("/<token:tender>/opening/part", methods=["GET", "POST"])
@requires(Permission.BID_OPEN)
@asks_before
def opening_part(tender: str) -> ResponseReturnValue:
    """Take one's part of the key: the answer to the form shows it, once."""
    found, mine = _with_a_part(tender)
    form = TakePartForm.of(signed_in_user())
    if form.validate_on_submit():
        try:
            part = service.take_part(found, by=signed_in_user(), password=form.typed_password)
        except TenderPublished:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return render_template("tenders/opening_sheet.html", tender=found, part=part, mine=mine)
    page = render_template(
        "tenders/opening_part.html",
        tender=found,
        form=form,
        check=CheckPartForm(formdata=None),
        mine=mine,
        is_draft=found.stage is Stage.DRAFT,
    )
    return page, 422 if form.errors else 200


@pages.post("/<token:tender>/opening/part/check")
@requires(Permission.BID_OPEN)
def check_opening_part(tender: str) -> ResponseReturnValue:
    """Say whether what was typed is the part one holds; nothing is opened and nothing kept."""
    found, mine = _with_a_part(tender)
    form = CheckPartForm()
    if form.validate_on_submit():
        try:
            brought(found, signed_in_user(), form.opening_part.data or "")
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("That is your part for this tender")
            return redirect(url_for("tenders.opening_part", tender=tender))
    page = render_template(
        "tenders/opening_part.html",
        tender=found,
        form=TakePartForm.of(signed_in_user(), formdata=None),
        check=form,
        mine=mine,
        is_draft=found.stage is Stage.DRAFT,
    )
    return page, 422 if form.errors else 200


def _with_a_part(token: str) -> tuple[Tender, Custodian]:
    """Return the tender and the part of who asks. Raises NoResultFound for everybody else."""
    found = queries.tender_for(signed_in_user(), token, to=Permission.BID_OPEN)
    mine = _mine(custodians_of(found))
    if mine is None or not mine.may_open:
        raise NoResultFound
    return found, mine


def _mine(custodians: list[Custodian]) -> Custodian | None:
    person = signed_in_user().person_id
    return next((one for one in custodians if one.person_id == person), None)

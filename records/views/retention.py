"""How long what bids say is kept, and destroying it afterwards: two people, by name."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.models import Person
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from foundation.errors import DomainError
from foundation.fields import Form
from records import retaining
from records.record_forms import AskForm, DestroyForm, RetentionForm
from records.rules.retention import NotYet, must_be_destroyable
from records.views.blueprint import pages
from tenders.models import Tender
from tenders.queries import tender_for
from tenders.rules.approvals import ApprovalKind
from tenders.service import approvals

ADDRESS = "/tenders/<token:tender>/retention"


@pages.get(ADDRESS)
@requires(Permission.RECORD_READ)
def retention(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.RECORD_READ)
    return retention_page(found)


@pages.post(ADDRESS)
@requires(Permission.RECORD_DECIDE)
def set_retention(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.RECORD_DECIDE)
    form = RetentionForm()
    if form.validate_on_submit():
        try:
            until = retaining.set_retention(found, form.kept, by=viewer, today=_today())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"What the bids say is kept until {clock.show_date(until)}")
            return redirect(url_for(".retention", tender=tender))
    return retention_page(found, setting=form), 422


@pages.post(ADDRESS + "/destroy")
@requires(Permission.RECORD_DECIDE)
@asks_again
def ask_to_destroy(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.RECORD_DECIDE)
    form = AskForm()
    if form.validate_on_submit():
        try:
            retaining.ask_to_destroy(found, by=viewer, today=_today())
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash("A second person has to agree before anything is destroyed")
            return redirect(url_for(".retention", tender=tender))
    return retention_page(found, asking=form), 422


@pages.post(ADDRESS + "/destroy/decision")
@requires(Permission.RECORD_DECIDE)
@asks_again
def decide_destroying(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.RECORD_DECIDE)
    form = DestroyForm()
    if form.validate_on_submit():
        try:
            words = _decide(found, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(words)
            return redirect(url_for(".retention", tender=tender))
    return retention_page(found, deciding=form), 422


def _decide(tender: Tender, form: DestroyForm) -> str:
    """Do what was chosen and return it in words. Raises NotApproved, NotYet and others."""
    viewer, moment, based_on = signed_in_user(), clock.arrived_at(), form.approval.data or ""
    if form.decision.data == "agree":
        retaining.destroy(tender, based_on=based_on, by=viewer, arrived_at=moment, today=_today())
        return "What the bids said is destroyed"
    asked = retaining.asked_to_destroy(tender, based_on)
    if form.decision.data == "take-back":
        approvals.take_back(asked, by=viewer)
        return "Your request is taken back"
    approvals.refuse(asked, by=viewer, arrived_at=moment, reason=form.refusal.data or "")
    return "You refused: what the bids say is kept"


def retention_page(
    tender: Tender,
    *,
    setting: RetentionForm | None = None,
    asking: AskForm | None = None,
    deciding: DestroyForm | None = None,
) -> str:
    viewer = signed_in_user()
    entries = retaining.entries_of(tender)
    waits = approvals.waiting(tender, ApprovalKind.DESTROY)
    name = ""
    if waits is not None:
        name = db.session.scalars(select(Person.name).where(Person.id == waits.asked_by_id)).one()
    forms: list[Form] = [form for form in (setting, asking, deciding) if form is not None]
    return render_template(
        "records/retention.html",
        tender=tender,
        entries=entries,
        days=retaining.days_to_count_from(tender),
        waits=waits,
        asked_by=name,
        is_mine=waits is not None and waits.asked_by_id == viewer.person_id,
        why_not=_why_not(tender, entries[0].row.keep_until if entries else None),
        setting=setting or RetentionForm(formdata=None),
        asking=asking or AskForm(formdata=None),
        deciding=deciding
        or DestroyForm(formdata=None, data={"approval": waits.token if waits else ""}),
        submitted=forms[0] if forms else None,
        may_decide=viewer.may(Permission.RECORD_DECIDE, tender_id=tender.id),
    )


def _why_not(tender: Tender, until: date | None) -> str:
    """Return why nothing can be destroyed today; empty where it can."""
    destroyed = tender.content_destroyed_at is not None
    try:
        must_be_destroyable(tender.stage, until, _today(), is_destroyed=destroyed)
    except NotYet as reason:
        return str(reason)
    return ""


def _today() -> date:
    return clock.london(clock.arrived_at()).date()

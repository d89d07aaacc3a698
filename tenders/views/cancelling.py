"""Cancelling a tender: asked for by one officer, agreed to by another."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from foundation.errors import DomainError
from foundation.fields import Form
from tenders import queries
from tenders.cancelling_forms import TAKE_BACK, CancelForm, DecideForm
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalKind
from tenders.rules.cancelling import what_follows
from tenders.rules.lifecycle import STEPS, Stage, Step
from tenders.service import approvals, cancelling
from tenders.views.base import pages

ADDRESS = "/<token:tender>/cancel"


@dataclass(frozen=True)
class Asked:
    """A request that waits, as its page shows it."""

    approval: Approval
    by: str
    is_mine: bool


def may_be_cancelled(tender: Tender) -> bool:
    """Return whether the tender is at a stage from which it can be cancelled."""
    return (tender.stage, Step.CANCEL) in STEPS


pages.add_app_template_global(may_be_cancelled, "may_be_cancelled")


@pages.get(ADDRESS)
@requires(Permission.TENDER_READ)
def cancel(tender: str) -> ResponseReturnValue:
    """Whoever asks, agrees or reads finds the same page: why, what follows, who is missing."""
    found = queries.tender_for(signed_in_user(), tender)
    if not may_be_cancelled(found):
        return redirect(url_for(".show", tender=tender))
    return cancel_page(found)


@pages.post(ADDRESS)
@requires(Permission.TENDER_PUBLISH)
@asks_again
def ask_to_cancel(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_PUBLISH)
    form = CancelForm.of(is_draft=found.published_at is None)
    if form.validate_on_submit():
        try:
            if found.published_at is None:
                cancelling.cancel_draft(found, form.reason.data or "", by=viewer)
            else:
                cancelling.ask_to_cancel(found, form.reason.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(_done_in_words(found))
            return redirect(url_for(".show", tender=tender))
    return cancel_page(found, asking=form), 422


@pages.post(ADDRESS + "/decision")
@requires(Permission.TENDER_READ)
@asks_again
def decide_cancelling(tender: str) -> ResponseReturnValue:
    """Agree, refuse or take back; who may, the request itself says."""
    found = queries.tender_for(signed_in_user(), tender)
    form = DecideForm()
    if form.validate_on_submit():
        try:
            words = _decide(found, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(words)
            return redirect(url_for(".show", tender=tender))
    return cancel_page(found, deciding=form), 422


def _decide(tender: Tender, form: DecideForm) -> str:
    """Do what was chosen and return it in words. Raises NotApproved and others."""
    viewer, moment = signed_in_user(), clock.arrived_at()
    if form.decision.data == "agree":
        based_on = form.approval.data or ""
        cancelling.cancel_tender(tender, based_on=based_on, by=viewer, arrived_at=moment)
        return f"Tender {tender.reference} is cancelled"
    asked = cancelling.asked_to_cancel(tender, form.approval.data or "")
    if form.decision.data == TAKE_BACK:
        approvals.take_back(asked, by=viewer)
        return "Your request to cancel is taken back"
    reason = form.refusal.data or ""
    approvals.refuse(asked, by=viewer, arrived_at=moment, reason=reason)
    return "You refused to cancel the tender"


def cancel_page(
    tender: Tender, *, asking: CancelForm | None = None, deciding: DecideForm | None = None
) -> str:
    viewer = signed_in_user()
    waits = approvals.waiting(tender, ApprovalKind.CANCEL)
    asked = None
    if waits is not None:
        name = db.session.scalars(select(Person.name).where(Person.id == waits.asked_by_id)).one()
        asked = Asked(waits, name, waits.asked_by_id == viewer.person_id)
    is_mine = asked is not None and asked.is_mine
    may_decide = asked is not None and not is_mine and may_agree(tender, viewer)
    if deciding is not None and not may_decide:
        deciding.error_above()
    forms: list[Form] = [form for form in (asking, deciding) if form is not None]
    is_draft = tender.stage is Stage.DRAFT
    deciding = deciding or DecideForm(
        formdata=None, data={"approval": waits.token if waits else ""}
    )
    deciding.offer_to_second()
    return render_template(
        "tenders/cancel.html",
        tender=tender,
        asked=asked,
        follows=what_follows(
            is_published=tender.published_at is not None, is_opened=tender.opened_at is not None
        ),
        is_draft=is_draft,
        asking=asking or CancelForm.of(is_draft=is_draft, formdata=None),
        deciding=deciding,
        submitted=forms[0] if forms else None,
        may_ask=viewer.may(Permission.TENDER_PUBLISH, tender_id=tender.id),
        may_decide=may_decide,
    )


def may_agree(tender: Tender, viewer: Viewer) -> bool:
    return viewer.may(Permission.TENDER_APPROVE, tender_id=tender.id)


def _done_in_words(tender: Tender) -> str:
    if tender.published_at is None:
        return f"The draft {tender.reference} is cancelled"
    return "A second person has to agree before the tender is cancelled; those who can were told"

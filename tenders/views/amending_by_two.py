"""Publishing an amendment: alone, or by two people where the closing time moves."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from foundation import clock
from tenders import queries, service
from tenders.approval_forms import REFUSE, AskForm, DecideForm
from tenders.forms import ConfirmForm
from tenders.models import Amendment, Tender
from tenders.prepared import NoAmendment
from tenders.rules.approvals import NotApproved
from tenders.service import amending_by_two, approvals
from tenders.views.amendments import AGREE, AMENDMENT, amendable, amendment_page
from tenders.views.approving import approval_of
from tenders.views.base import pages

# What an amendment may be refused for, told on its page.
NOT_YET = (
    service.NotReady,
    service.NothingAmended,
    service.PlanChanged,
    service.ReasonMissing,
    amending_by_two.SecondPersonNeeded,
    NotApproved,
)


@pages.post(AMENDMENT)
@requires(Permission.TENDER_AMEND)
@asks_again
def publish_amendment(tender: str) -> ResponseReturnValue:
    found = amendable(tender)
    form = ConfirmForm()
    try:
        published = amending_by_two.publish_alone(
            found,
            based_on=request.form.get("based_on", ""),
            by=signed_in_user(),
            arrived_at=clock.arrived_at(),
        )
    except NOT_YET as error:
        form.add_error(str(error))
        return amendment_page(amendable(tender), form), 422
    return told(found, published)


@pages.post(AMENDMENT + "/ask")
@requires(Permission.TENDER_AMEND)
@asks_again
def ask_to_amend(tender: str) -> ResponseReturnValue:
    found = amendable(tender)
    form = AskForm()
    if form.validate_on_submit():
        try:
            amending_by_two.ask_to_amend(
                found,
                form.about.data or "",
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
                note=form.note.data or "",
            )
        except NOT_YET as error:
            form.add_error(str(error))
        else:
            flash("Asked. The amendment is published when a second person agrees")
            return redirect(url_for(".amendment", tender=tender))
    return amendment_page(amendable(tender), asking=form), 422


@pages.post(AMENDMENT + "/decision")
@requires(Permission.TENDER_APPROVE)
@asks_again
def decide_on_amendment(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_APPROVE)
    form = DecideForm.on(AGREE)
    asked = approval_of(found, form.approval.data or "")
    if form.validate_on_submit():
        terms: dict[str, Any] = {
            "by": signed_in_user(),
            "arrived_at": clock.arrived_at(),
            "reason": form.reason.data or "",
        }
        try:
            if form.decision.data == REFUSE:
                amending_by_two.refuse_to_amend(found, asked, **terms)
                flash("Refused. Whoever asked is told, with your reason")
                return redirect(url_for(".show", tender=tender))
            published = amending_by_two.agree_to_amend(found, asked, form.about.data or "", **terms)
        except (*NOT_YET, approvals.RefusalUnexplained) as error:
            form.add_error(str(error), error.field)
        except NoAmendment as error:
            flash(str(error))
            return redirect(url_for(".amendments", tender=tender))
        else:
            return told(found, published)
    return amendment_page(found, deciding=form), 422


@pages.post(AMENDMENT + "/take-back")
@requires(Permission.TENDER_AMEND)
def take_back_amendment(tender: str) -> ResponseReturnValue:
    found = amendable(tender)
    form = DecideForm.on(AGREE)
    try:
        approvals.take_back(approval_of(found, form.approval.data or ""), by=signed_in_user())
    except NotApproved as error:
        form.add_error(str(error))
        return amendment_page(found, deciding=form), 422
    flash("Taken back. Nothing is published")
    return redirect(url_for(".amendment", tender=tender))


def told(tender: Tender, published: Amendment) -> ResponseReturnValue:
    flash(f"Amendment {published.number} is published. Any supplier that has started a bid is told")
    return redirect(url_for(".published_amendment", tender=tender.token, amendment=published.token))

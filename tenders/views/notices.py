"""The notices of a tender: which the law wants, and which were published, as recorded."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from tenders import notices as of_tender
from tenders import queries
from tenders.models import Tender
from tenders.notice_forms import NoticeForm, StrikeForm
from tenders.rules.lifecycle import Stage
from tenders.service.notices import record_notice, strike_notice
from tenders.views.base import pages

NOTICES = "/<token:tender>/notices"


@pages.get(NOTICES)
@requires(Permission.TENDER_READ)
def notices(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender)
    return notices_page(found, form_for(found))


@pages.post(NOTICES)
@requires(Permission.TENDER_PUBLISH)
def add_notice(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_PUBLISH)
    form = form_for(found)
    if form.validate_on_submit():
        try:
            record_notice(
                found, form.notice(), by=signed_in_user(), for_amendment=form.is_for_amendment
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The notice is recorded")
            return redirect(url_for("tenders.notices", tender=tender))
    return notices_page(found, form), 422


@pages.route(NOTICES + "/<token:notice>/strike", methods=["GET", "POST"])
@requires(Permission.TENDER_PUBLISH)
def strike(tender: str, notice: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_PUBLISH)
    chosen = of_tender.notice_of(found, notice)
    form = StrikeForm()
    if form.validate_on_submit():
        try:
            strike_notice(found, chosen, form.reason.data or "", by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The notice is struck out")
            return redirect(url_for("tenders.notices", tender=tender))
    page = render_template("tenders/notice_strike.html", tender=found, notice=chosen, form=form)
    return page, 422 if form.errors else 200


def form_for(tender: Tender) -> NoticeForm:
    is_open = queries.effective_stage(tender, clock.arrived_at()) is Stage.OPEN
    return NoticeForm.of(amending=is_open and tender.amending_since is not None)


def notices_page(tender: Tender, form: NoticeForm) -> str:
    moment = clock.arrived_at()
    is_draft = tender.stage is Stage.DRAFT
    stops, unknown = (
        of_tender.before_publishing(tender, moment, of_tender.standing(tender))
        if is_draft
        else ([], [])
    )
    return render_template(
        "tenders/notices.html",
        tender=tender,
        form=form,
        stops=stops,
        unknown=unknown,
        recorded=of_tender.recorded(tender),
        kinds=of_tender.shipped_notices().kinds.values(),
        may_draft=signed_in_user().may(Permission.TENDER_EDIT, tender_id=tender.id),
        may_record=signed_in_user().may(Permission.TENDER_PUBLISH, tender_id=tender.id),
    )

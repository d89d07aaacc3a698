"""How suppliers may bid: the time for questions, qualifications, the last saved version."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from tenders import days_off, queries, service
from tenders.bidding_forms import BiddingForm
from tenders.rules.lifecycle import Stage
from tenders.views.base import pages


@pages.route("/<token:tender>/bidding", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def bidding(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = BiddingForm.of(found)
    if form.validate_on_submit():
        try:
            service.set_bidding(
                found, form.bidding(), by=signed_in_user(), moment=clock.arrived_at()
            )
        except service.TenderPublished:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            hint = days_off.after_saving(form.questions_until.data)
            flash(f"How suppliers may bid is saved{hint}")
            return redirect(url_for("tenders.show", tender=tender))
    elif found.stage is not Stage.DRAFT:
        return redirect(url_for("tenders.show", tender=tender))
    days_off.hint_at(form, ["questions_until"])
    page = render_template("tenders/bidding.html", form=form, tender=found)
    return page, 422 if form.errors else 200

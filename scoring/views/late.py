"""Late bids after the opening: who, when, how late and why, unread until somebody decides."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries
from scoring.late_forms import LateForm
from scoring.queries import late as late_queries
from scoring.service import NotInEvaluation
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.late import decide_late
from scoring.views.blueprint import pages
from supplier_portal.queries.opened import barrier_before
from tenders.models import Tender
from tenders.outages import outages_near_closing
from tenders.rules.lateness import LATE_RULE


@pages.app_context_processor
def asked_for_by_templates() -> dict[str, Any]:
    """Functions, so that a page that does not ask pays nothing; a bid's own pages ask too."""
    return {
        "late_waiting": late_waiting_for_viewer,
        "my_late_decisions": late_queries.my_late_decisions,
    }


def late_waiting_for_viewer(tender: Tender) -> int:
    """Return how many late bids wait, of those the viewer may know of."""
    if tender.opened_at is None:
        return 0
    return late_queries.late_waiting(tender, barrier_before(signed_in_user(), tender))


@pages.get("/tenders/<token:tender>/late")
@requires(Permission.MARK_READ)
def late(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    return render_template(
        "scoring/late.html",
        tender=found,
        entries=late_queries.late_bids(found, barrier_before(viewer, found)),
        outages=outages_near_closing(found),
        rule=LATE_RULE,
        may_decide=viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=found.id)
        and found.stage in EVALUATED_AT,
    )


@pages.route("/late/<token:late>", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def decide_on_late(late: str) -> ResponseReturnValue:
    entry = late_queries.late_bid(signed_in_user(), late)
    tender = entry.bid.tender
    form = LateForm()
    if form.validate_on_submit():
        try:
            admitted = form.decision.data == "admit"
            reason = form.reason.data or ""
            decide_late(entry, admitted=admitted, reason=reason, by=signed_in_user())
        except NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            done = "admitted" if admitted else "refused"
            flash(f"The late bid of {entry.name} is {done}. The company is told")
            return redirect(url_for(".late", tender=tender.token))
    return render_template(
        "scoring/late_decision.html",
        tender=tender,
        entry=entry,
        outages=outages_near_closing(tender),
        rule=LATE_RULE,
        form=form,
        is_open=tender.stage in EVALUATED_AT,
    ), 422 if form.errors else 200

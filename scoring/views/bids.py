"""The opened bids, their ranking, one bid, and the decision on a requirement."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.downloads import to_be_saved
from scoring import queries, service
from scoring.forms import RequirementForm
from scoring.progress import Progress
from scoring.queries import EvaluatedBid
from scoring.queries.interests import has_to_declare
from scoring.queries.listed import listed_bids
from scoring.rules.results import RequirementResult
from scoring.rules.standing import IN_WORDS
from scoring.shown import by_severity, shown_parts
from scoring.steps import Steps
from scoring.views.blueprint import pages, schedule_of
from supplier_portal.queries import opened_file
from supplier_portal.queries.opened import barrier_before
from supplier_portal.queries.terms import terms_handed_in
from supplier_portal.rules.scanning import must_not_be_refused


@pages.get("/tenders/<token:tender>")
@requires(Permission.MARK_READ)
def bids(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    sees_all = barrier_before(viewer, found).is_open
    sees_marks = queries.may_see_marks(viewer, found)
    shows_order = sees_all and sees_marks
    asked = request.args.get("after", "")
    listed = listed_bids(viewer, found, after=asked, by_rank=shows_order)
    some = next(iter(listed.bids), None)
    return render_template(
        "scoring/bids.html",
        tender=found,
        listed=listed,
        steps=Steps(viewer, found, listed.ids),
        sees_all=sees_all,
        shows_order=shows_order,
        declares=has_to_declare(viewer, found),
        leads_to_schedules=bool(some and sees_marks and schedule_of(some)),
        may_mark=viewer.may(Permission.MARK_WRITE, tender_id=found.id),
        may_see_risks=sees_marks and viewer.may(Permission.RISK_READ, tender_id=found.id),
        may_download=shows_order and viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.id),
    )


@pages.get("/bids/<token:bid>")
@requires(Permission.MARK_READ)
def bid(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    alone = not queries.may_see_marks(viewer, found.tender)
    if alone:
        # What the panel agreed is not for who still marks alone.
        found = replace(found, marks={})
    return render_template(
        "scoring/bid.html",
        alone=alone,
        bid=found,
        progress=Progress([found]),
        results={entry.question_id: entry for entry in found.evaluation.requirements},
        flags=by_severity(found.evaluation.findings.flags),
        not_checked=found.evaluation.findings.not_checked,
        in_words=IN_WORDS,
        said=terms_handed_in(found.opened.content),
        may_decide=viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=found.tender.id),
        may_see_risks=not alone and viewer.may(Permission.RISK_READ, tender_id=found.tender.id),
    )


@pages.route("/bids/<token:bid>/requirements/<string:question>", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def requirement(bid: str, question: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.COMPLIANCE_DECIDE)
    entry = _requirement_of(found, question)
    stands = found.decisions.get(question)
    form = RequirementForm(data=_as_decided(found, question))
    if form.validate_on_submit():
        try:
            service.decide_requirement(found, entry, form.given, by=viewer)
        except service.DecisionOvertaken as error:
            form.rebase(stands.number if stands else 0)
            form.add_error(str(error), error.field)
        except service.ReasonTooShort as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Your decision on {question} is saved")
            return redirect(url_for("scoring.bid", bid=bid))
    asked = found.questionnaire.question(question) or abort(404)
    return render_template(
        "scoring/requirement.html",
        bid=found,
        question=asked.question,
        entry=entry,
        in_words=IN_WORDS,
        stands=stands,
        parts=shown_parts(found, asked.question),
        form=form,
    )


def _requirement_of(bid: EvaluatedBid, question_id: str) -> RequirementResult:
    entries = {entry.question_id: entry for entry in bid.evaluation.requirements}
    return entries.get(question_id) or abort(404)


def _as_decided(bid: EvaluatedBid, question_id: str) -> dict[str, str | None]:
    stands = bid.decisions.get(question_id)
    if stands is None:
        return {"based_on": "0"}
    return {
        "based_on": str(stands.number),
        "decision": "pass" if stands.passed else "fail",
        "reason": stands.reason,
    }


@pages.get("/bids/<token:bid>/files/<token:file>")
@requires(Permission.MARK_READ)
def evidence(bid: str, file: str) -> ResponseReturnValue:
    """Send a file of the bid to be saved; if nobody could look at it, after saying so."""
    found = queries.bid_in_evaluation(signed_in_user(), bid, to=Permission.MARK_READ)
    about = next((one for one in found.opened.evidence if one.token == file), None) or abort(404)
    must_not_be_refused(about.scan, about.name)
    if not about.scan.is_clean and "unscanned" not in request.args:
        return render_template("scoring/not_scanned.html", bid=found, file=about)
    _, stored = opened_file(found.opened, file)
    return to_be_saved(stored, about.name)

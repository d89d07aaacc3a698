"""Finding tenders, starting a bid, and its task list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from supplier_portal import overview, queries, service, sharing
from supplier_portal.forms import ConfirmForm
from supplier_portal.rules.progress import about, counted
from supplier_portal.views.base import commitments_link, may, pages, workspace_for
from supplier_portal.views.fixed import DRAFT_TERMS
from supplier_portal.waiting import waiting_at
from tenders.amended import read_ahead
from tenders.effort import minutes_of
from tenders.queries import open_tenders, questionnaire_of, tender_for
from tenders.rules.drafting_notes import has_notes
from tenders.views.fixed import draft_terms_at


@pages.get("/opportunities")
@requires(Permission.TENDER_BROWSE)
def index() -> ResponseReturnValue:
    moment = clock.arrived_at()
    viewer = signed_in_user()
    bids = queries.my_bids(viewer)
    submissions = queries.last_submissions(bids)
    # Each bid reads its tender's amendments: those of all in one statement, and before any.
    read_ahead(bid.tender for bid in bids)
    waiting = waiting_at(viewer, bids, moment)
    mine = [
        {
            "bid": bid,
            "state": overview.state_of(bid, submissions.get(bid.id), moment),
            "closing": overview.closing_of(bid.tender, moment),
            "waiting": waiting[bid.id],
        }
        for bid in bids
    ]
    begun = {bid.tender_id for bid in bids}
    others = [
        {"tender": tender, "closing": overview.closing_of(tender, moment)}
        for tender in open_tenders(moment, viewer)
        if tender.id not in begun
    ]
    return render_template("supplier_portal/index.html", mine=mine, others=others)


@pages.get("/opportunities/<token:tender>")
@requires(Permission.TENDER_BROWSE)
def tender_home(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = tender_for(viewer, tender)
    moment = clock.arrived_at()
    bid = next((bid for bid in queries.my_bids(viewer) if bid.tender_id == found.id), None)
    if bid is not None:
        return redirect(url_for(".task_list", bid=bid.token))
    questionnaire = questionnaire_of(found)
    return render_template(
        "supplier_portal/tender.html",
        tender=found,
        questionnaire=questionnaire,
        about=about,
        minutes=minutes_of(questionnaire),
        terms_at=draft_terms_at(found, DRAFT_TERMS),
        notes_left_out=has_notes(questionnaire.libraries),
        closing=overview.closing_of(found, moment),
        may_start=viewer.may(Permission.ANSWER_WRITE, tender_id=found.id)
        and not found.runs_elsewhere
        and found.cancelled_at is None
        and found.closes_at is not None
        and moment < found.closes_at,
        form=ConfirmForm(),
    )


@pages.post("/opportunities/<token:tender>/start")
@requires(Permission.ANSWER_WRITE)
def start(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.ANSWER_WRITE)
    bid = service.start_bid(found, by=viewer, arrived_at=clock.arrived_at())
    return redirect(url_for(".task_list", bid=bid.token))


@pages.get("/bids/<token:bid>")
@requires(Permission.BID_READ)
def task_list(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    found, moment = workspace.bid, clock.arrived_at()
    submission = queries.last_submissions([found]).get(found.id)
    return render_template(
        "supplier_portal/task_list.html",
        workspace=workspace,
        bid=found,
        submission=submission,
        state=overview.state_of(
            found, submission, moment, reasons=overview.closing_reasons(workspace)
        ),
        closed=overview.why_closed(found, moment),
        closing=overview.closing_of(found.tender, moment),
        commitments=commitments_link(found),
        may_submit=may(found, Permission.BID_SUBMIT),
        unsent=overview.has_unsent_changes(found, submission),
        **sharing.for_task_list(workspace, signed_in_user(), request.args.get("whose", "")),
        about=about,
        counted=counted,
    )

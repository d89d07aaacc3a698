"""What the council changed after publication, and which answers of a bid that touches."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import current_viewer, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock, kept_typing
from foundation.pages import error_page
from question_bank.rules.answers import show_answer
from question_bank.rules.differences import State
from question_bank.rules.places import place_in_words
from question_bank.rules.questions import Part, Question
from question_bank.rules.wording import word_marks
from supplier_portal import queries, service
from supplier_portal.amending import SHOWN_TEXT, amended_since_shown
from supplier_portal.forms import ConfirmForm, whole_number
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace, is_closed
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import may_write, pages, workspace_for
from tenders import amended
from tenders.models import Tender
from tenders.queries import frozen_text, questionnaire_of, tender_for
from tenders.rules.drafting_notes import handed_out

TENDER = "/opportunities/<token:tender>"
BID = "/bids/<token:bid>/amendments"

# What the pages need that show changes in words (tenders/amendment_parts.html).
SHOWN = {"State": State, "place_in_words": place_in_words, "word_marks": word_marks}

pages.add_app_template_global(word_marks, "word_marks")
pages.add_app_template_global(queries.amended_after, "amended_after")


@pages.get(TENDER + "/amendments/<token:amendment>")
@requires(Permission.TENDER_BROWSE)
def amendment(tender: str, amendment: str) -> ResponseReturnValue:
    """Question by question, what one amendment changed; the same for every supplier."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender)
    published = amended.amendment_with(found, amendment)
    return render_template(
        "supplier_portal/amendment.html",
        tender=found,
        amendment=published,
        changes=amended.changes_in(found, published),
        bid=_bid_of(viewer, found),
        **SHOWN,
    )


@pages.get(TENDER + "/questionnaire.json")
@requires(Permission.TENDER_BROWSE)
def frozen(tender: str) -> ResponseReturnValue:
    """Hand out what is asked now, so that anybody can compute its fingerprint himself."""
    found = tender_for(signed_in_user(), tender)
    return _download(frozen_text(found), "questionnaire.json")


@pages.get(TENDER + "/amendments/<token:amendment>/questionnaire.json")
@requires(Permission.TENDER_BROWSE)
def earlier_text(tender: str, amendment: str) -> ResponseReturnValue:
    """Hand out what was asked before an amendment."""
    found = tender_for(signed_in_user(), tender)
    published = amended.amendment_with(found, amendment)
    text = (
        amended.text_as(found, published.sha256_before)
        if published.changes_questions
        else frozen_text(found)
    )
    return _download(text, f"questionnaire-before-amendment-{published.number}.json")


@pages.get(BID)
@requires(Permission.BID_READ)
def bid_amendments(bid: str) -> ResponseReturnValue:
    """The answers of a bid that an amendment touches: to confirm, to change, asked no longer."""
    workspace = workspace_for(bid)
    waiting = [
        (asked.question, workspace.to_confirm[part.id])
        for asked in workspace.questionnaire.questions
        for part in asked.question.parts
        if part.id in workspace.to_confirm
    ]
    found = workspace.bid
    submission = queries.last_submissions([found]).get(found.id)
    return render_template(
        "supplier_portal/bid_amendments.html",
        bid=found,
        amendments=amended.amendments_of(found.tender),
        fitting=[(question, one) for question, one in waiting if one.fits],
        unfit=[(question, one) for question, one in waiting if not one.fits],
        left_behind=queries.left_behind(found, workspace.saved),
        new=_new_answers(workspace),
        closed=is_closed(found, clock.arrived_at()),
        workspace=workspace,
        submitted_before=queries.amended_after(found, submission),
        submission=submission,
        writable=may_write(found),
        form=ConfirmForm(),
        show_answer=show_answer,
        counted=counted,
    )


def _new_answers(workspace: Workspace) -> list[tuple[Question, Part]]:
    """Return the parts to be answered that an amendment brought, or made required."""
    brought = queries.newly_required(workspace.bid)
    return [
        (question, part)
        for question, part, _ in workspace.missing
        if part.id in brought and part.id not in workspace.to_confirm
    ]


@pages.post(BID)
@requires(Permission.ANSWER_WRITE)
def confirm_amended(bid: str) -> ResponseReturnValue:
    """Confirm the answers ticked, or leave one out that no longer fits (``leave:part:version``)."""
    found = queries.my_bid(signed_in_user(), bid, to=Permission.ANSWER_WRITE)
    by, arrived_at = signed_in_user(), clock.arrived_at()
    then, _, rest = request.form.get("then", "").partition(":")
    if then == "leave":
        part_id, _, version = rest.partition(":")
        based_on = whole_number(version)
        service.leave_out_amended(found, part_id, based_on, by=by, arrived_at=arrived_at)
        flash("The answer is left out. You can still answer the question")
    else:
        chosen = request.form.getlist("part")
        confirmed = service.confirm_amended(found, chosen, by=by, arrived_at=arrived_at)
        flash(
            f"{counted(confirmed, 'answer')} confirmed"
            if confirmed
            else "Nothing was ticked, so nothing is confirmed yet"
        )
    return redirect(url_for(".bid_amendments", bid=bid))


def confirmed_answer(workspace: Workspace, question: str) -> str:
    """Confirm the answer a button on the page of a question names (``confirm:<part>``).

    Return where the part is; empty for every other button.
    """
    leads_to, _, part_id = request.form.get("then", "").partition(":")
    if leads_to != "confirm" or part_id not in workspace.to_confirm:
        return ""
    service.confirm_amended(
        workspace.bid, [part_id], by=signed_in_user(), arrived_at=clock.arrived_at()
    )
    flash("Saved and confirmed")
    here = url_for(".question", bid=workspace.bid.token, question=question)
    return f"{here}#part-{part_id.replace('.', '-')}"


@pages.before_request
def hold_back_amended() -> ResponseReturnValue | None:
    """Keep what is sent from a page of one part that showed other words than are asked now.

    The page of a whole question sees to its parts itself.
    """
    named = request.view_args or {}
    shown = request.form.get(SHOWN_TEXT, "") if request.method == "POST" else ""
    if not shown or not {"bid", "part"} <= set(named):
        return None
    found = _own_bid(named["bid"])
    changed = amended_since_shown(found.tender, shown).get(named["part"]) if found else None
    if found is None or changed is None:
        return None
    return render_template(
        "supplier_portal/question_amended.html",
        bid=found,
        question_id=named.get("question", ""),
        part_id=named["part"],
        changed=changed,
        kept=kept_typing.form_sent(),
    ), 409


@pages.errorhandler(NoResultFound)
def no_longer_asked(_error: NoResultFound) -> ResponseReturnValue:
    """Say of a question or part that an amendment took out that it is gone; all else is a 404."""
    named = request.view_args or {}
    found = _own_bid(named["bid"]) if {"bid", "question"} <= set(named) else None
    gone = _gone(found, named["question"], named.get("part", "")) if found else None
    if found is None or gone is None:
        return error_page(404)
    part, one = gone
    return render_template(
        "supplier_portal/question_gone.html",
        bid=found,
        question_id=named["question"],
        part=part,
        amendment=one,
        kept=kept_typing.form_sent(),
    ), 404


def _own_bid(token: str) -> Bid | None:
    viewer = current_viewer()
    if viewer is None:
        return None
    try:
        return queries.my_bid(viewer, token)
    except NoResultFound:
        return None


def _bid_of(viewer: Viewer, tender: Tender) -> Bid | None:
    try:
        return queries.my_bid(viewer, tender.token)
    except NoResultFound:
        return None


def _gone(bid: Bid, question: str, part_id: str) -> tuple[Part | None, amended.Published] | None:
    """Return what was asked under this address before an amendment, and which took it out."""
    asked = questionnaire_of(bid.tender)
    if part_id in asked.parts or (not part_id and asked.question(question) is not None):
        return None
    for one in reversed(amended.amendments_of(bid.tender)):
        if one.changes_questions:
            before = amended.questionnaire_as(bid.tender, one.sha256_before)
            if part_id in before.parts or (not part_id and before.question(question) is not None):
                return before.parts.get(part_id), one
    return None


def _download(text: str | None, name: str) -> Response:
    if text is None:
        raise NoResultFound
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # Drafting notes, which older tenders froze, are for authorities alone.
    return Response(handed_out(text), mimetype="application/json", headers=headers)

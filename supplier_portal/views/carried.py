"""Answer once: what the company answered in earlier bids, taken over and confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import Part, Question
from supplier_portal import queries, service
from supplier_portal.forms import ConfirmForm
from supplier_portal.overview import Workspace
from supplier_portal.queries.assured import assured_elsewhere
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import may, may_write, pages, workspace_for

Found = TypeVar("Found")

ADDRESS = "/bids/<token:bid>/earlier-answers"


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def earlier_answers(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    offered = queries.earlier_answers(signed_in_user(), workspace.bid, unanswered_parts(workspace))
    return render_template(
        "supplier_portal/earlier_answers.html",
        workspace=workspace,
        bid=workspace.bid,
        offered=by_question(workspace, offered),
        waiting=by_question(workspace, workspace.unconfirmed),
        show_answer=show_answer,
        counted=counted,
        form=ConfirmForm(),
        writable=may_write(workspace.bid),
        may_share=may(workspace.bid, Permission.BID_SUBMIT),
        told=assured_elsewhere(workspace.bid, workspace.answers),
    )


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def carry_over(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = {part.id for part in unanswered_parts(workspace)}
    chosen = [part_id for part_id in request.form.getlist("part") if part_id in asked]
    taken = service.carry_over(
        workspace.bid, chosen, by=signed_in_user(), arrived_at=clock.arrived_at()
    )
    flash(
        f"{counted(taken, 'answer')} taken over, to be confirmed"
        if taken
        else "Nothing was ticked, so nothing was taken over"
    )
    return redirect(url_for(".earlier_answers", bid=bid))


@pages.post(ADDRESS + "/confirm")
@requires(Permission.ANSWER_WRITE)
def confirm_carried(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    confirmed = service.confirm_carried(
        workspace.bid,
        request.form.getlist("part"),
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash(
        f"{counted(confirmed, 'answer')} confirmed"
        if confirmed
        else "Nothing was ticked, so nothing is confirmed yet"
    )
    return redirect(url_for(".earlier_answers", bid=bid))


@pages.post(ADDRESS + "/share")
@requires(Permission.BID_SUBMIT)
def share_assurance(bid: str) -> ResponseReturnValue:
    """Consent, or take consent back, to saying which answers another authority has already."""
    workspace = workspace_for(bid, to=Permission.BID_SUBMIT)
    agreed = request.form.get("agreed") == "yes"
    service.share_assurance(
        workspace.bid, agreed, by=signed_in_user(), arrived_at=clock.arrived_at()
    )
    flash(
        "The council will be told which answers another authority has opened already"
        if agreed
        else "The council will not be told"
    )
    return redirect(url_for(".earlier_answers", bid=bid))


def unanswered_parts(workspace: Workspace) -> list[Part]:
    """Return the parts asked of this bid that have no answer yet."""
    return [
        part
        for asked in workspace.questionnaire.questions
        for part in workspace.parts_shown(asked.question)
        if part.id not in workspace.answers
    ]


def by_question(
    workspace: Workspace, found: Mapping[str, Found]
) -> list[tuple[Question, list[tuple[Part, Found]]]]:
    """Return (question, [(part, what was found)]) in the order of the tender."""
    grouped = []
    for asked in workspace.questionnaire.questions:
        parts = [(part, found[part.id]) for part in asked.question.parts if part.id in found]
        if parts:
            grouped.append((asked.question, parts))
    return grouped

"""Passages and files the company asks to be kept from others."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.tokens import new_token
from supplier_portal import overview
from supplier_portal.confidential_forms import MarkForm, as_data, places
from supplier_portal.overview import Workspace
from supplier_portal.queries import confidential as queries
from supplier_portal.queries.confidential import StandingMark
from supplier_portal.rules.confidential import GROUNDS_IN_WORDS
from supplier_portal.service import confidential as service
from supplier_portal.views.base import may_write, pages, workspace_for
from supplier_portal.views.typed import Typing, typing_on

ADDRESS = "/bids/<token:bid>/confidential"

# The page of the council's decisions belongs to a later station; linked to where it exists.
DECISIONS = "scoring.my_confidential"


@pages.context_processor
def confidential_beside_answers() -> dict[str, object]:
    """What other pages of a bid call to say that a mark no longer fits."""
    return {"marks_that_miss": marks_that_miss}


def marks_that_miss(workspace: Workspace) -> list[StandingMark]:
    found = queries.marks_of(workspace.bid, workspace.answers)
    return [entry for entry in found if not entry.fits]


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def confidential(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    found = workspace.bid
    is_opened = found.tender.opened_at is not None and DECISIONS in current_app.view_functions
    return render_template(
        "supplier_portal/confidential.html",
        bid=found,
        marks=queries.marks_of(found, workspace.answers),
        titles=_titles(workspace),
        grounds=GROUNDS_IN_WORDS,
        question_of=workspace.questionnaire.question_of_part,
        closed=overview.why_closed(found, clock.arrived_at()),
        decisions=url_for(DECISIONS, bid=bid) if is_opened else "",
        writable=may_write(found),
        can_mark=bool(places(workspace)),
    )


@pages.get(ADDRESS + "/new")
@requires(Permission.ANSWER_WRITE)
def new_mark(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    typing = _typing(workspace, None)
    return _mark_page(workspace, MarkForm(formdata=typing.fields), None, typing)


@pages.post(ADDRESS + "/new")
@requires(Permission.ANSWER_WRITE)
def add_mark(bid: str) -> ResponseReturnValue:
    return _save(workspace_for(bid, to=Permission.ANSWER_WRITE), None)


@pages.get(ADDRESS + "/<token:mark>")
@requires(Permission.ANSWER_WRITE)
def mark(bid: str, mark: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    stands = queries.mark_of(workspace.bid, workspace.answers, mark)
    typing = _typing(workspace, stands)
    form = MarkForm(formdata=typing.fields, data=as_data(stands.mark))
    return _mark_page(workspace, form, stands, typing)


@pages.post(ADDRESS + "/<token:mark>")
@requires(Permission.ANSWER_WRITE)
def change_mark(bid: str, mark: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    return _save(workspace, queries.mark_of(workspace.bid, workspace.answers, mark))


@pages.post(ADDRESS + "/<token:mark>/remove")
@requires(Permission.ANSWER_WRITE)
def remove_mark(bid: str, mark: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    service.remove_mark(workspace.bid, mark, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash("No longer marked confidential")
    return redirect(url_for(".confidential", bid=bid))


def _save(workspace: Workspace, stands: StandingMark | None) -> ResponseReturnValue:
    form = MarkForm()
    form.offer(workspace)
    if form.validate_on_submit():
        token = stands.mark.token if stands else new_token()
        try:
            service.mark_confidential(
                workspace.bid,
                form.mark(token, workspace),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Marked confidential")
            return redirect(url_for(".confidential", bid=workspace.bid.token))
    return _mark_page(workspace, form, stands, _typing(workspace, stands)), 422


def _typing(workspace: Workspace, stands: StandingMark | None) -> Typing:
    return typing_on(workspace.bid, f"confidential/{stands.mark.token if stands else 'new'}")


def _mark_page(
    workspace: Workspace, form: MarkForm, stands: StandingMark | None, typing: Typing
) -> str:
    question = request.args.get("question", "")
    known = workspace.questionnaire.question(question) is not None and not typing.used
    form.offer(workspace, question if known and stands is None else "")
    if len(form.place.choices) == 1:
        form.offer(workspace)
    return render_template(
        "supplier_portal/confidential_mark.html",
        bid=workspace.bid,
        form=form,
        typing=typing,
        stands=stands,
        closed=overview.why_closed(workspace.bid, clock.arrived_at()),
    )


def _titles(workspace: Workspace) -> dict[str, str]:
    """Return what the files that answers name are called, by token."""
    return {
        str(entry["evidence"]): str(entry.get("title") or entry.get("name", ""))
        for value in workspace.answers.values()
        if isinstance(value, list)
        for entry in value
        if isinstance(entry, dict) and entry.get("evidence")
    }

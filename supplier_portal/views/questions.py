"""One question of a bid: its parts, answered and saved together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import Kind, Part
from supplier_portal import overview, service, sharing
from supplier_portal.amending import note_amended
from supplier_portal.disagreements import disagreements
from supplier_portal.forms import QuestionForm, whole_number
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.previewing import Preview
from supplier_portal.rules.progress import about
from supplier_portal.views.amendments import confirmed_answer
from supplier_portal.views.autosave import (
    AS_TYPED,
    keep_the_rest,
    page_of,
    saved_as_typed,
    typed_here,
)
from supplier_portal.views.base import may_write, pages, workspace_for
from supplier_portal.views.offered import offered_to
from supplier_portal.views.row_cards import box_of, row_cards
from supplier_portal.views.typed import Typing, typing_on

ADDRESS = "/bids/<token:bid>/questions/<string:question>"

# Where the buttons within a part lead, once everything on the page is saved.
PAGES_OF_PARTS = {
    "row": ".edit_row",
    "copy-row": ".edit_row",
    "remove-row": ".confirm_remove_row",
    "files": ".part_files",
    "paste": ".paste_rows",
    "offered": ".offered_rows",
    "fill": ".certificates",
}

# Buttons that move a row of a table, and by how many places.
MOVES = {"row-up": -1, "row-down": 1}


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def question(bid: str, question: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    asked = workspace.question(question).question
    typing = typing_on(workspace.bid, page_of(question))
    form = QuestionForm(asked, workspace.parts_shown(asked), workspace.saved, typing.fields)
    note_amended(workspace, form, typing.before.kept_at if typing.before else None)
    return question_page(workspace, question, form, typing=typing)


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def save_question(bid: str, question: str) -> ResponseReturnValue:
    """Save every part that will do; show the others again as they were typed."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE, only=question)
    asked = workspace.question(question).question
    shown = workspace.parts_shown(asked)
    form = QuestionForm(asked, shown, workspace.saved, request.form)
    note_amended(workspace, form)
    changes = form.read()
    saved = save_what_will_do(workspace.bid, form, changes)
    keep_the_rest(workspace.bid, form, saved)
    values = {part_id: value for part_id, (_, value) in changes.items()}
    if request.form.get("then") == AS_TYPED:
        return saved_as_typed(workspace.with_answers(values), form, saved)
    if form.errors:
        return question_page(workspace_for(bid), question, form), 409 if form.clashes else 422
    moved = moved_row(workspace, question) or confirmed_answer(workspace, question)
    if moved:
        return redirect(moved)
    return after_saving(workspace.with_answers(values), question, {part.id for part in shown})


def save_what_will_do(
    bid: Bid, form: QuestionForm, changes: Mapping[str, service.Change]
) -> service.Saved:
    """Save ``changes``; note at the form what was refused, and the versions its parts have now.

    Only what was written, or stands word for word, moves to its new version: what somebody left
    alone still stands as his page showed it, and he has not seen what a colleague made of it.
    """
    saved = service.Saved()
    try:
        saved = service.save_answers(
            bid, changes, by=signed_in_user(), arrived_at=clock.arrived_at()
        )
    except service.Conflict as conflict:
        saved = conflict.saved
        form.note_clashes(conflict.clashes)
    except DomainError as error:
        form.message = str(error)
    form.rebase({part_id: saved.versions[part_id] for part_id in saved.agreed})
    return saved


def moved_row(workspace: Workspace, question: str) -> str:
    """Move a row if the button says so (``row-up:<part>:<number>:<version shown>``).

    Return where the row's table is; empty for every other button.
    """
    leads_to, _, rest = request.form.get("then", "").partition(":")
    if leads_to not in MOVES:
        return ""
    part_id, number, version = (*rest.split(":"), "", "")[:3]
    table = workspace.part(question, part_id, Kind.TABLE)
    service.move_row(
        workspace.bid,
        table,
        whole_number(number),
        MOVES[leads_to],
        based_on=whole_number(version),
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash("Row moved")
    here = url_for(".question", bid=workspace.bid.token, question=question)
    return f"{here}#part-{table.id.replace('.', '-')}"


def after_saving(workspace: Workspace, question: str, shown: set[str]) -> Response:
    """Go where the button said; but first show parts that the answers have just led to."""
    bid = workspace.bid.token
    leads_to, _, rest = request.form.get("then", "").partition(":")
    page = page_of_part(workspace, question, leads_to, rest)
    if page:
        return redirect(page)
    here = url_for(".question", bid=bid, question=question)
    asked = workspace.question(question).question
    new = [part.id for part in workspace.parts_shown(asked) if part.id not in shown]
    if new:
        more = "1 more answer" if len(new) == 1 else f"{len(new)} more answers"
        flash(f"Saved. What you answered leads to {more} on this page")
        return redirect(f"{here}#part-{new[0].replace('.', '-')}")
    flash("Draft saved")
    if leads_to == "work":
        return redirect(url_for(".work", bid=bid, question=question))
    if leads_to == "stay":
        return redirect(here)
    following = workspace.question_after(question) if leads_to == "next" else None
    if following is None:
        return redirect(url_for(".task_list", bid=bid))
    return redirect(url_for(".question", bid=bid, question=following))


def page_of_part(workspace: Workspace, question: str, leads_to: str, rest: str) -> str:
    """Return the page a button within a part leads to; empty for every other button."""
    part, _, place = rest.partition(":")
    typed, _, column = place.partition(":")
    if leads_to not in PAGES_OF_PARTS or part not in workspace.situation.parts:
        return ""
    named: dict[str, Any] = {}
    number = whole_number(typed)
    if leads_to == "copy-row":
        named = {"number": 0, "copy": number}
    elif leads_to not in ("files", "paste", "fill", "offered"):
        named = {"number": number}
    return url_for(
        PAGES_OF_PARTS[leads_to],
        bid=workspace.bid.token,
        question=question,
        part=part,
        **named,
        _anchor=box_of(workspace.situation.parts[part], column),
    )


def question_page(
    workspace: Workspace,
    question: str,
    form: QuestionForm,
    preview: Preview | None = None,
    *,
    typing: Typing | None = None,
) -> str:
    """Show a question to be answered; ``preview`` to an officer, with nothing saved."""
    asked = workspace.question(question)
    number, section = workspace.place_of(question)
    shown = {part.id for part in workspace.parts_shown(asked.question)} | set(form.entries)
    return render_template(
        "supplier_portal/question.html",
        workspace=workspace,
        bid=workspace.bid,
        here=[] if preview else sharing.here_at(workspace, question, signed_in_user()),
        asked=asked,
        question=asked.question,
        parts=[part for part in asked.question.parts if part.id in shown],
        form=form,
        section=section,
        section_number=number,
        writable=preview is not None or may_write(workspace.bid),
        closed="" if preview else overview.why_closed(workspace.bid, clock.arrived_at()),
        preview=preview,
        typing=typing,
        typed_here=typed_here(typing),
        as_typed=AS_TYPED,
        in_words=in_words,
        row_cards=row_cards,
        offered_to=offered_to,
        disagreements=[
            found for found in disagreements(workspace) if found.concerns(asked.question)
        ],
        about=about,
        show_answer=show_answer,
        cells_in_words=cells_in_words,
    )


def in_words(part: Part, value: object) -> str:
    return show_answer(part, value)

"""Rows of a table filled from other answers of the bid: looked at, ticked, added."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.kinds.rows import cells_in_words, lacking_cells
from question_bank.rules.questions import Part
from supplier_portal import service
from supplier_portal.overview import Workspace
from supplier_portal.rules.offering import Offered, fingerprint, rows_offered
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import pages, workspace_for
from supplier_portal.views.pasting import open_table

ADDRESS = "/bids/<token:bid>/questions/<string:question>/<string:part>/offered"


@pages.get(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def offered_rows(bid: str, question: str, part: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    return offered_page(workspace, question, open_table(workspace, question, part))


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def add_offered_rows(bid: str, question: str, part: str) -> ResponseReturnValue:
    """Add the rows that were ticked, as they still are; what they lack is filled in later."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = open_table(workspace, question, part)
    ticked = request.form.getlist("row")
    offered = [row for found in offered_to(workspace, table) for row in found.rows]
    rows = [row for row in offered if fingerprint(row) in ticked]
    if not rows:
        message = "Select the rows to add"
        if ticked:
            message = "The answers these rows come from have changed: look at the rows again"
        return offered_page(workspace, question, table, message=message), 422
    try:
        service.add_rows(
            workspace.bid, table, rows, by=signed_in_user(), arrived_at=clock.arrived_at()
        )
    except DomainError as error:
        return offered_page(workspace, question, table, ticked, message=str(error)), 422
    flash(f"{counted(len(rows), 'row')} added. Fill in what is missing")
    here = url_for(".question", bid=bid, question=question)
    return redirect(f"{here}#part-{table.id.replace('.', '-')}")


def offered_to(workspace: Workspace, table: Part) -> list[Offered]:
    """Return the rows that the bid's other answers offer to ``table``, from parts asked."""
    asked = workspace.situation.parts
    answers = {part: value for part, value in workspace.answers.items() if part in asked}
    return rows_offered(table, answers, workspace.bid.supplier.name)


def offered_page(
    workspace: Workspace,
    question: str,
    table: Part,
    ticked: list[str] | None = None,
    *,
    message: str = "",
) -> str:
    """Show every row offered, ticked unless somebody decided otherwise, and what it lacks."""
    schema, offered = table.schema, offered_to(workspace, table)
    return render_template(
        "supplier_portal/offered.html",
        bid=workspace.bid,
        question_id=question,
        part=table,
        offered=[
            (
                found,
                workspace.questionnaire.parts[found.part].label,
                [
                    (
                        fingerprint(row),
                        cells_in_words(schema, row) if schema else [],
                        len(lacking_cells(table, [row])),
                    )
                    for row in found.rows
                ],
            )
            for found in offered
        ],
        ticked=ticked,
        errors=[(message, "row-1")] if message and offered else [],
        counted=counted,
    )

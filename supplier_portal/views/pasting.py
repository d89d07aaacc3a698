"""Many rows of a table at once, copied from a spreadsheet."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import Kind, Part
from supplier_portal import service
from supplier_portal.overview import Workspace
from supplier_portal.pasting import Pasted, WrongCell, columns_of, near_heading, read_pasted
from supplier_portal.views.base import pages, workspace_for
from supplier_portal.views.typed import Typing, typing_on

ADDRESS = "/bids/<token:bid>/questions/<string:question>/<string:part>/paste"


@pages.get(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def paste_rows(bid: str, question: str, part: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = open_table(workspace, question, part)
    return paste_page(workspace, question, table)


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def add_pasted_rows(bid: str, question: str, part: str) -> ResponseReturnValue:
    """Show what was pasted as rows; add them once somebody has looked at them."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = open_table(workspace, question, part)
    text = request.form.get("text", "")
    pasted, message = read_pasted(table, text), ""
    if pasted.wrong:
        return paste_page(workspace, question, table, text, pasted), 422
    if request.form.get("then") == "add":
        try:
            service.add_rows(
                workspace.bid,
                table,
                pasted.rows,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            message = str(error)
        else:
            added = len(pasted.rows)
            flash("1 row added" if added == 1 else f"{added} rows added")
            here = url_for(".question", bid=bid, question=question)
            return redirect(f"{here}#part-{table.id.replace('.', '-')}")
    page = paste_page(workspace, question, table, text, pasted, message=message)
    return page, 422 if message else 200


def typing_page(question: str, table: Part) -> str:
    return f"questions/{question}/{table.id}/paste"


def open_table(workspace: Workspace, question: str, part: str) -> Part:
    """Return a table to which rows can be added. Raises NoResultFound (a 404)."""
    table = workspace.part(question, part, Kind.TABLE)
    if table.fixed_rows or table.schema is None:
        raise NoResultFound
    return table


def paste_page(
    workspace: Workspace,
    question: str,
    table: Part,
    text: str | None = None,
    pasted: Pasted | None = None,
    *,
    message: str = "",
) -> str:
    here = url_for(".question", bid=workspace.bid.token, question=question)
    return pasted_page(
        table,
        typing_on(workspace.bid, typing_page(question, table)),
        text,
        pasted,
        message=message,
        bid=workspace.bid,
        here=f"{here}#part-{table.id.replace('.', '-')}",
    )


def pasted_page(
    table: Part,
    typing: Typing,
    text: str | None,
    pasted: Pasted | None,
    *,
    message: str,
    **more: object,
) -> str:
    """Return the page on which rows are pasted: what was read of them, what is wrong, the columns.

    ``more``: the bid, and ``here``, the address of the page with the table.
    """
    schema = table.schema
    if schema is None:
        raise NoResultFound
    columns = columns_of(table)
    pasted = pasted or Pasted()
    return render_template(
        "supplier_portal/paste.html",
        part=table,
        columns=columns,
        text=(typing.fields or MultiDict()).get("text", "") if text is None else text,
        typing=typing,
        rows=[cells_in_words(schema, row) for row in pasted.rows],
        ready=bool(pasted.rows) and not pasted.wrong,
        unused=[(heading, near_heading(heading, columns)) for heading in pasted.unused],
        errors=[(in_words(wrong), "text") for wrong in pasted.wrong]
        + ([(message, "text")] if message else []),
        **more,
    )


def in_words(wrong: WrongCell) -> str:
    if not wrong.heading:
        return f"Line {wrong.row}: {wrong.message}"
    return f"Line {wrong.row}, {wrong.heading}: {wrong.message}"

"""One row of a table a page: added, changed, removed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import Kind, Part, Theme
from supplier_portal import service
from supplier_portal.forms import ConfirmForm, RowForm, version_sent
from supplier_portal.overview import Workspace
from supplier_portal.views.base import may_write, pages, workspace_for
from supplier_portal.views.typed import Typing, typing_on

# Row 0 is the one to be added.
ADDRESS = "/bids/<token:bid>/questions/<string:question>/<string:part>/rows/<int:number>"


@pages.get(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def edit_row(bid: str, question: str, part: str, number: int) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = workspace.part(question, part, Kind.TABLE)
    typing = typing_on(workspace.bid, typing_page(question, table, number))
    form = _form(workspace, table, number, typing.fields)
    return row_page(workspace, question, table, number, form, typing)


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def save_row(bid: str, question: str, part: str, number: int) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = workspace.part(question, part, Kind.TABLE)
    form = _form(workspace, table, number, request.form)
    typing = typing_on(workspace.bid, typing_page(question, table, number))
    row = form.read()
    if row is not None:
        try:
            service.save_row(
                workspace.bid,
                table,
                number or None,
                row,
                based_on=form.version,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except service.WrongAnswer as wrong:
            form.entry.note(wrong.problems)
        except service.Conflict as conflict:
            form.clash = conflict.clashes[0]
            form.version = form.clash.version
            # Saving again changes the row where it is now, or adds it where it is gone.
            number = number if table.fixed_rows else form.clash.row
            form.message = str(conflict)
        except DomainError as error:
            form.message = str(error)
        else:
            return after_saving(workspace, question, table, number)
    page = row_page(workspace_for(bid), question, table, number, form, typing)
    return page, 409 if form.clash else 422


def after_saving(workspace: Workspace, question: str, table: Part, number: int) -> Response:
    then, bid = request.form.get("then", ""), workspace.bid.token
    flash("Row saved")
    if then == "another" and not table.fixed_rows:
        return redirect(url_for(".edit_row", bid=bid, question=question, part=table.id, number=0))
    if then == "next" and number < len(table.fixed_rows):
        return redirect(
            url_for(".edit_row", bid=bid, question=question, part=table.id, number=number + 1)
        )
    return redirect(_question(bid, question, table))


@pages.get(ADDRESS + "/remove")
@requires(Permission.ANSWER_WRITE)
def confirm_remove_row(bid: str, question: str, part: str, number: int) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = workspace.part(question, part, Kind.TABLE)
    rows = workspace.answers.get(table.id) or []
    if table.schema is None or not 0 < number <= len(rows):
        raise NoResultFound
    return render_template(
        "supplier_portal/remove_row.html",
        bid=workspace.bid,
        question_id=question,
        part=table,
        number=number,
        cells=cells_in_words(table.schema, rows[number - 1]),
        version=workspace.saved[table.id].version,
        form=ConfirmForm(),
    )


@pages.post(ADDRESS + "/remove")
@requires(Permission.ANSWER_WRITE)
def remove_row(bid: str, question: str, part: str, number: int) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    table = workspace.part(question, part, Kind.TABLE)
    service.remove_row(
        workspace.bid,
        table,
        number,
        based_on=version_sent(request.form),
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash("Row removed")
    return redirect(_question(bid, question, table))


def typing_page(question: str, table: Part, number: int) -> str:
    """Return the name under which the typing on a row's page is kept."""
    return f"questions/{question}/{table.id}/rows/{number}"


def row_page(
    workspace: Workspace, question: str, table: Part, number: int, form: RowForm, typing: Typing
) -> str:
    schema = table.schema
    if schema is None:
        raise NoResultFound
    theme = _theme(workspace, table, number)
    theirs = form.clash.theirs if form.clash else None
    return render_template(
        "supplier_portal/row.html",
        bid=workspace.bid,
        question_id=question,
        part=table,
        schema=schema,
        number=number,
        theme=theme,
        title=theme.title if theme else table.fixed_rows[number - 1][1] if table.fixed_rows else "",
        form=form,
        typing=typing,
        theirs=cells_in_words(schema, theirs[0]) if theirs else [],
        writable=may_write(workspace.bid),
        copied="copy" in request.args and not is_empty(form.entry.value) and not typing.used,
    )


def _form(
    workspace: Workspace, table: Part, number: int, sent: MultiDict[str, str] | None = None
) -> RowForm:
    """Return the form of row ``number``; a row that is given need not be answered yet."""
    saved = workspace.saved.get(table.id)
    rows: list[dict[str, Any]] = (saved.value if saved else None) or []
    version = saved.version if saved else 0
    if table.fixed_rows:
        if not 0 < number <= len(table.fixed_rows):
            raise NoResultFound
        key, theme = _key(table), table.fixed_rows[number - 1][0]
        row = next((row for row in rows if row.get(key) == theme), {})
        return RowForm(table, row, version, sent, given={key: theme})
    if number > len(rows) and sent is None:
        raise NoResultFound
    row = rows[number - 1] if 0 < number <= len(rows) else _copied(table, rows, number)
    return RowForm(table, row, version, sent)


def _copied(table: Part, rows: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """Return what a row to be added begins with: another row's cells but its first, where the
    address names one to copy."""
    source = request.args.get("copy", 0, type=int)
    if number or not 0 < source <= len(rows):
        return {}
    return {name: value for name, value in rows[source - 1].items() if name != _key(table)}


def _key(table: Part) -> str:
    if table.schema is None:
        raise NoResultFound
    return table.schema.columns[0].id


def _theme(workspace: Workspace, table: Part, number: int) -> Theme | None:
    if not table.fixed_rows:
        return None
    return workspace.questionnaire.bank.themes.get(table.fixed_rows[number - 1][0])


def _question(bid: str, question: str, table: Part) -> str:
    here = url_for(".question", bid=bid, question=question)
    return f"{here}#part-{table.id.replace('.', '-')}"

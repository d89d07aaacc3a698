"""One row of a table in a yearly assessment: added, changed, removed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, my_contract
from contract_clauses.queries.reassessing import Round, Rounds
from contract_clauses.rules.reassessing import Given
from contract_clauses.service import reassessing as service
from contract_clauses.views.base import pages
from contract_clauses.views.my_reassessing import PART, table_of, typing_page
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import Kind, Part
from supplier_portal import service as portal
from supplier_portal.forms import RowForm, version_sent
from supplier_portal.views.typed import typing_on

# Row 0 is the one to be added.
ROW = PART + "/rows/<int:number>"


@pages.route(ROW, methods=["GET", "POST"])
@requires(Permission.OBLIGATION_SHOW)
def my_reassessed_row(
    contract: str, assessment: str, part: str, number: int
) -> ResponseReturnValue:
    viewer = signed_in_user()
    one, table = table_and_round(contract, assessment, part)
    seen = one.seen
    rows = list(table_of(one, part) or [])
    page = typing_page(assessment, part, number)
    typing = typing_on(seen.bid, page)
    sent = request.form if request.method == "POST" else typing.fields
    form = _form(table, rows, number, _version(one, part), sent)
    row = form.read() if request.method == "POST" else None
    if row is not None:
        try:
            value = _with_row(table, rows, number, row)
            _save(seen, one, part, Given(form.version, False, value, _words(one, part)))
        except service.Overtaken as error:
            form.message, form.version = str(error), error.version
        except DomainError as error:
            form.message = str(error)
        else:
            portal.forget_typed(seen.bid, page, by=viewer)
            flash("Row saved")
            return _back(contract, assessment, part)
    shown = render_template(
        "contract_clauses/my_reassess_row.html",
        seen=seen, one=one, part=table, number=number, form=form, typing=typing,
        title=table.fixed_rows[number - 1][1] if table.fixed_rows else "",
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@pages.route(ROW + "/remove", methods=["GET", "POST"])
@requires(Permission.OBLIGATION_SHOW)
def remove_reassessed_row(
    contract: str, assessment: str, part: str, number: int
) -> ResponseReturnValue:
    one, table = table_and_round(contract, assessment, part)
    seen = one.seen
    rows = list(table_of(one, part) or [])
    if table.fixed_rows or table.schema is None or not 0 < number <= len(rows):
        raise NoResultFound
    message = ""
    if request.method == "POST":
        left = rows[: number - 1] + rows[number:]
        given = Given(version_sent(request.form), False, left, _words(one, part))
        try:
            _save(seen, one, part, given)
        except DomainError as error:
            message = str(error)
        else:
            flash("Row removed")
            return _back(contract, assessment, part)
    shown = render_template(
        "contract_clauses/my_reassess_remove.html",
        seen=seen, one=one, part=table, number=number, message=message,
        version=_version(one, part), cells=cells_in_words(table.schema, rows[number - 1]),
    )  # fmt: skip
    return shown, 422 if message else 200


def table_and_round(contract: str, assessment: str, part: str) -> tuple[Round, Part]:
    """Return a table of a round that may be answered now. Raises NoResultFound (a 404)."""
    seen = my_contract(signed_in_user(), contract, to=Permission.OBLIGATION_SHOW)
    one = Rounds(seen).round(assessment)
    table = one.part(part)
    if table.kind is not Kind.TABLE or not one.is_with_supplier:
        raise NoResultFound
    return one, table


def _form(
    table: Part,
    rows: list[dict[str, Any]],
    number: int,
    version: int,
    sent: MultiDict[str, str] | None,
) -> RowForm:
    if table.fixed_rows:
        if table.schema is None or not 0 < number <= len(table.fixed_rows):
            raise NoResultFound
        key, name = table.schema.columns[0].id, table.fixed_rows[number - 1][0]
        row = next((row for row in rows if row.get(key) == name), {})
        return RowForm(table, row, version, sent, given={key: name})
    if number > len(rows):
        raise NoResultFound
    return RowForm(table, rows[number - 1] if number else {}, version, sent)


def _with_row(
    table: Part, rows: list[dict[str, Any]], number: int, row: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the table with a row in its place; a given row keeps the order of those given."""
    if table.fixed_rows and table.schema is not None:
        key = table.schema.columns[0].id
        by_name = {one.get(key): one for one in rows} | {row.get(key): row}
        return [by_name[name] for name, _title in table.fixed_rows if name in by_name]
    if not number:
        return [*rows, row]
    return [*rows[: number - 1], row, *rows[number:]]


def _save(seen: ContractSeen, one: Round, part: str, given: Given) -> None:
    viewer, at = signed_in_user(), clock.arrived_at()
    service.save_answer(seen, one.token, part, given, by=viewer, arrived_at=at)


def _version(one: Round, part: str) -> int:
    saved = one.saved.get(part)
    return saved.given.version if saved else 0


def _words(one: Round, part: str) -> str:
    saved = one.saved.get(part)
    return saved.given.words if saved else ""


def _back(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    return redirect(
        url_for(".my_reassessed_part", contract=contract, assessment=assessment, part=part)
    )

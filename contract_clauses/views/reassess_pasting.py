"""Many rows of a table at once in a yearly assessment, copied from a spreadsheet."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.reassessing import Round
from contract_clauses.service import reassess_rows as service
from contract_clauses.views.base import pages
from contract_clauses.views.my_reassess_rows import table_and_round
from contract_clauses.views.my_reassessing import PART, typing_page
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.questions import Part
from supplier_portal import service as portal
from supplier_portal.pasting import Pasted, read_pasted
from supplier_portal.views.pasting import pasted_page
from supplier_portal.views.typed import typing_on

ADDRESS = PART + "/paste"


@pages.get(ADDRESS)
@requires(Permission.OBLIGATION_SHOW)
def paste_assessed_rows(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    one, table = _open_table(contract, assessment, part)
    return _page(one, table)


@pages.post(ADDRESS)
@requires(Permission.OBLIGATION_SHOW)
def add_pasted_assessed_rows(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    """Show what was pasted as rows; add them once somebody has looked at them."""
    one, table = _open_table(contract, assessment, part)
    text = request.form.get("text", "")
    pasted, message = read_pasted(table, text), ""
    if pasted.wrong:
        return _page(one, table, text, pasted), 422
    if request.form.get("then") == "add":
        try:
            service.add_rows(
                one.seen,
                assessment,
                part,
                pasted.rows,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            message = str(error)
        else:
            portal.forget_typed(one.seen.bid, _typed(one, table), by=signed_in_user())
            added = len(pasted.rows)
            flash("1 row added" if added == 1 else f"{added} rows added")
            return redirect(_here(one, table))
    return _page(one, table, text, pasted, message=message), 422 if message else 200


def _open_table(contract: str, assessment: str, part: str) -> tuple[Round, Part]:
    """Return a table to which rows can be added. Raises NoResultFound (a 404)."""
    one, table = table_and_round(contract, assessment, part)
    if table.fixed_rows:
        raise NoResultFound
    return one, table


def _page(
    one: Round,
    table: Part,
    text: str | None = None,
    pasted: Pasted | None = None,
    *,
    message: str = "",
) -> str:
    typing, here = typing_on(one.seen.bid, _typed(one, table)), _here(one, table)
    return pasted_page(table, typing, text, pasted, message=message, bid=one.seen.bid, here=here)


def _typed(one: Round, table: Part) -> str:
    """Return the name under which the typing on the page is kept."""
    return typing_page(one.token, table.id) + "/paste"


def _here(one: Round, table: Part) -> str:
    return url_for(
        ".my_reassessed_part", contract=one.seen.token, assessment=one.token, part=table.id
    )

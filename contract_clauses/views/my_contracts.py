"""The supplier's side of its contracts: what it has to do, and showing that it did."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.contract_forms import ShowForm
from contract_clauses.obligations_shown import next_due
from contract_clauses.queries.contracts import ContractSeen, my_contract, my_contracts
from contract_clauses.queries.obligation_history import (
    due_in,
    file_shown,
    history_of,
    obligation_in,
)
from contract_clauses.queries.obligations import ObligationSeen, obligations_of
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.rules.obligations_steps import may_show
from contract_clauses.service import evidence as service
from contract_clauses.views.base import pages
from contract_clauses.views.chain import chain_of
from contract_clauses.views.contracts import schedule_as_word
from contract_clauses.views.obligations import calendar_file, register_page
from foundation import clock
from foundation.downloads import to_be_saved
from foundation.errors import DomainError

ADDRESS = "/my-contracts/<token:contract>"
PAGE = "contract_clauses.my_obligation"


@pages.get("/my-contracts")
@requires(Permission.BID_READ)
def my_contracts_list() -> ResponseReturnValue:
    found = my_contracts(signed_in_user())
    return render_template(
        "contract_clauses/my_contracts.html",
        contracts=found,
        obligations=obligations_of(found) if found else {},
    )


@pages.get(ADDRESS, endpoint="my_contract")
@requires(Permission.BID_READ)
def my_contract_page(contract: str) -> ResponseReturnValue:
    seen = my_contract(signed_in_user(), contract)
    return render_template(
        "contract_clauses/my_contract.html",
        seen=seen,
        next_due=next_due(seen.obligations),
        assessment=Rounds(seen).running,
    )


@pages.get(ADDRESS + "/obligations")
@requires(Permission.BID_READ)
def my_obligations(contract: str) -> ResponseReturnValue:
    return register_page(my_contract(signed_in_user(), contract), PAGE)


@pages.get(ADDRESS + "/obligations.ics")
@requires(Permission.BID_READ)
def my_obligations_calendar(contract: str) -> ResponseReturnValue:
    return calendar_file(my_contract(signed_in_user(), contract), PAGE)


@pages.get(ADDRESS + "/schedule.docx")
@requires(Permission.BID_READ)
def my_contract_schedule(contract: str) -> ResponseReturnValue:
    return schedule_as_word(my_contract(signed_in_user(), contract))


@pages.get(ADDRESS + "/obligations/<token:obligation>")
@requires(Permission.BID_READ)
def my_obligation(contract: str, obligation: str) -> ResponseReturnValue:
    seen = my_contract(signed_in_user(), contract)
    return _page(seen, obligation_in(seen, obligation))


@pages.post(ADDRESS + "/obligations/<token:obligation>/due/<token:due>")
@requires(Permission.OBLIGATION_SHOW)
def show_evidence(contract: str, obligation: str, due: str) -> ResponseReturnValue:
    """Show words, a file or both for one time it is due."""
    viewer = signed_in_user()
    seen = my_contract(viewer, contract, to=Permission.OBLIGATION_SHOW)
    found, _ = due_in(seen, due, of=obligation)
    form = ShowForm()
    if form.validate_on_submit():
        try:
            service.show_evidence(
                seen,
                due,
                form.words.data or "",
                form.new_evidence,
                by=viewer,
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Shown; the council was told")
            return redirect(url_for(".my_obligation", contract=contract, obligation=found.token))
    seen = my_contract(viewer, contract, to=Permission.OBLIGATION_SHOW)
    return _page(seen, obligation_in(seen, found.token), form), 422


@pages.post(ADDRESS + "/obligations/<token:obligation>/evidence")
@requires(Permission.OBLIGATION_SHOW)
def show_any_time(contract: str, obligation: str) -> ResponseReturnValue:
    """Show something though nothing is due, such as a certificate that was renewed."""
    viewer = signed_in_user()
    seen = my_contract(viewer, contract, to=Permission.OBLIGATION_SHOW)
    form = ShowForm()
    if form.validate_on_submit():
        shown = service.Shown(form.words.data or "", form.new_evidence, clock.arrived_at())
        try:
            service.show_any_time(seen, obligation, shown, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Shown; the council was told")
            return redirect(url_for(".my_obligation", contract=contract, obligation=obligation))
    seen = my_contract(viewer, contract, to=Permission.OBLIGATION_SHOW)
    return _page(seen, obligation_in(seen, obligation), form), 422


@pages.get(ADDRESS + "/files/<token:file>")
@requires(Permission.BID_READ)
def my_shown_file(contract: str, file: str) -> ResponseReturnValue:
    about, stored = file_shown(my_contract(signed_in_user(), contract), file)
    return to_be_saved(stored, about.name)


def _page(seen: ContractSeen, found: ObligationSeen, form: ShowForm | None = None) -> str:
    viewer = signed_in_user()
    return render_template(
        "contract_clauses/my_obligation.html",
        seen=seen,
        one=found,
        history=history_of(seen, found),
        chain=chain_of(seen, found, viewer),
        form=form or ShowForm(formdata=None),
        may_show=viewer.may(Permission.OBLIGATION_SHOW, tender_id=seen.tender.id)
        and (found.may_be_shown_any_time or _is_due(found)),
    )


def _is_due(found: ObligationSeen) -> bool:
    current = found.current
    return not found.is_ended and current is not None and may_show(current.state, found.bound)

"""The outcome measure of the tender, measured again under the contract."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.outcome_forms import FiguresForm, reading_form
from contract_clauses.queries.contracts import ContractSeen, contract_seen, my_contract
from contract_clauses.queries.outcomes import OutcomeSeen
from contract_clauses.rules.outcomes import shown
from contract_clauses.service import outcomes as service
from contract_clauses.views.base import pages
from foundation.errors import DomainError
from foundation.forms import Form
from tenders.stated import shown_sections

ADDRESS = "/contracts/<token:contract>/outcome"


@pages.get(ADDRESS)
@requires(Permission.CONTRACT_READ)
def contract_outcome(contract: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract)
    return render_template(
        "contract_clauses/outcome.html",
        seen=seen,
        outcome=OutcomeSeen(seen),
        shown=shown,
        may_keep=viewer.may(Permission.CONTRACT_KEEP, tender_id=seen.tender.id),
    )


@pages.get("/my-contracts/<token:contract>/outcome")
@requires(Permission.BID_READ)
def my_outcome(contract: str) -> ResponseReturnValue:
    """The measure as its supplier may read it: figures and days, nobody's notes; the words of the
    tender where suppliers were shown them."""
    seen = my_contract(signed_in_user(), contract)
    return render_template(
        "contract_clauses/my_outcome.html",
        seen=seen,
        outcome=OutcomeSeen(seen),
        shown=shown,
        is_stated=bool(shown_sections(seen.tender)),
    )


@pages.route(ADDRESS + "/figures", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def outcome_figures(contract: str) -> ResponseReturnValue:
    """Say what the words of the tender come to in figures."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    outcome = OutcomeSeen(seen)
    known = outcome.figures
    form = FiguresForm(
        data={"unit": known.unit, "baseline": known.baseline, "target": known.target}
        if known
        else None
    )
    if form.validate_on_submit():
        try:
            service.set_figures(seen, form.figures, form.words.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The figures are set")
            return redirect(url_for(".contract_outcome", contract=contract))
    return _form_page(seen, outcome, form, "Set the figures of the outcome")


@pages.route(ADDRESS + "/measure", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def measure_outcome(contract: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    outcome = OutcomeSeen(seen)
    due = outcome.next_due
    form = reading_form(outcome.days, data={"due_on": due.isoformat() if due else ""})
    if form.validate_on_submit():
        try:
            service.add_reading(
                seen,
                date.fromisoformat(form.due_on.data),
                form.measured_on.data,
                form.value.data,
                form.words.data or "",
                by=viewer,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The reading is recorded")
            return redirect(url_for(".contract_outcome", contract=contract))
    return _form_page(seen, outcome, form, "Record what was measured")


def _form_page(
    seen: ContractSeen, outcome: OutcomeSeen, form: Form, heading: str
) -> ResponseReturnValue:
    page = render_template(
        "contract_clauses/outcome_form.html",
        seen=seen,
        outcome=outcome,
        form=form,
        heading=heading,
    )
    return page, 422 if form.errors else 200

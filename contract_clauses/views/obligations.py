"""What is due under a contract, for the council's side: the register, one obligation, its steps."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.contract_forms import ByHandForm, DecideDueForm, EndForm, HappenedForm
from contract_clauses.obligations_calendar import calendar_of
from contract_clauses.obligations_shown import STATES, WHO, filters_from, register
from contract_clauses.queries.contracts import ContractSeen, contract_seen
from contract_clauses.queries.obligation_history import due_in, history_of, obligation_in
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.rules.obligations import Origin
from contract_clauses.rules.obligations_due import is_ahead, is_triggered
from contract_clauses.rules.obligations_steps import Step, steps_from
from contract_clauses.service import obligations as service
from contract_clauses.views.base import pages
from contract_clauses.views.chain import chain_of
from foundation import clock
from foundation.errors import DomainError
from foundation.forms import Form

ICS = "text/calendar; charset=utf-8"
ADDRESS = "/contracts/<token:contract>/obligations"
ONE = ADDRESS + "/<token:obligation>"
AHEAD = "It is due before something that is still to come. Say when that is, and it gets its day."
HAPPENED = "It is due only once something happens. Say that it did, and it gets its day."
ENDS = "It was added by hand, so it can be ended. It stays listed, with what was done."


@pages.get(ADDRESS)
@requires(Permission.CONTRACT_READ)
def obligations(contract: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract)
    return register_page(seen, "contract_clauses.obligation")


@pages.get("/contracts/<token:contract>/obligations.ics")
@requires(Permission.CONTRACT_READ)
def obligations_calendar(contract: str) -> ResponseReturnValue:
    return calendar_file(contract_seen(signed_in_user(), contract), "contract_clauses.obligation")


@pages.route(ADDRESS + "/add", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def add_obligation(contract: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    form = ByHandForm()
    if form.validate_on_submit():
        try:
            made = service.add_by_hand(seen, form.by_hand, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The obligation is added")
            return redirect(url_for(".obligation", contract=contract, obligation=made.token))
    page = render_template("contract_clauses/obligation_add.html", seen=seen, form=form)
    return page, 422 if form.errors else 200


@pages.get(ONE)
@requires(Permission.CONTRACT_READ)
def obligation(contract: str, obligation: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract)
    return _page(seen, obligation_in(seen, obligation))


@pages.post(ONE + "/due/<token:due>")
@requires(Permission.CONTRACT_KEEP)
def decide_due(contract: str, obligation: str, due: str) -> ResponseReturnValue:
    """Confirm, send back, put off or waive one time it is due."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    found, at = due_in(seen, due, of=obligation)
    form = _decide_form(at)
    if form.validate_on_submit():
        try:
            step = Step(form.step.data)
            service.decide_due(
                seen, due, step, form.words.data or "", by=viewer, due_on=form.due_on.data
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your decision is saved; the supplier was told")
            return redirect(url_for(".obligation", contract=contract, obligation=found.token))
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    return _page(seen, obligation_in(seen, found.token), form), 422


@pages.route(ONE + "/happened", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def obligation_happened(contract: str, obligation: str) -> ResponseReturnValue:
    """Say that what it is counted from has happened."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    found, form = obligation_in(seen, obligation), HappenedForm()
    if form.validate_on_submit():
        try:
            service.say_it_happened(
                seen, obligation, form.happened_on.data, form.words.data or "", by=viewer
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("It is due from now on; whoever has to do it was told")
            return redirect(url_for(".obligation", contract=contract, obligation=obligation))
    if is_ahead(found.wording.time):
        form.happened_on.label.text = "On which day is it to happen?"
        form.words.label.text = "What is to happen"
        return _step_page(seen, found, form, "Say when it is to happen", AHEAD)
    return _step_page(seen, found, form, "Say that it happened", HAPPENED)


@pages.route(ONE + "/end", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def end_obligation(contract: str, obligation: str) -> ResponseReturnValue:
    """End what was added by hand."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    found, form = obligation_in(seen, obligation), EndForm()
    if form.validate_on_submit():
        try:
            service.end_by_hand(seen, obligation, form.words.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The obligation has ended")
            return redirect(url_for(".obligation", contract=contract, obligation=obligation))
    return _step_page(seen, found, form, "End this obligation", ENDS)


def register_page(seen: ContractSeen, page: str) -> str:
    """Return the register for either side; ``page``: where one obligation is."""
    filters = filters_from(request.args, seen.obligations)
    return render_template(
        "contract_clauses/obligations.html",
        seen=seen,
        found=register(seen.obligations, filters, request.args.get("after", "")),
        filters=filters,
        who=WHO,
        states=STATES,
        page=page,
        may_keep=not seen.is_supplier
        and signed_in_user().may(Permission.CONTRACT_KEEP, tender_id=seen.tender.id),
    )


def calendar_file(seen: ContractSeen, page: str) -> Response:
    made = calendar_of(seen, clock.arrived_at(), page=page)
    response = Response(made, content_type=ICS)
    response.headers.set("Content-Disposition", "attachment", filename="obligations.ics")
    return response


def _decide_form(due: DueSeen | None) -> DecideDueForm:
    form = DecideDueForm()
    form.offer(steps_from(due.state) if due is not None else ())
    return form


def _step_page(
    seen: ContractSeen, found: ObligationSeen, form: Form, heading: str, hint: str
) -> ResponseReturnValue:
    page = render_template(
        "contract_clauses/obligation_step.html",
        seen=seen,
        one=found,
        form=form,
        heading=heading,
        hint=hint,
    )
    return page, 422 if form.errors else 200


def _page(seen: ContractSeen, found: ObligationSeen, deciding: DecideDueForm | None = None) -> str:
    viewer, current = signed_in_user(), found.current
    may_keep = not found.is_ended and viewer.may(Permission.CONTRACT_KEEP, tender_id=seen.tender.id)
    steps = steps_from(current.state) if current is not None else ()
    if deciding is None:
        deciding = DecideDueForm(formdata=None)
        deciding.offer(steps)
    return render_template(
        "contract_clauses/obligation.html",
        seen=seen,
        one=found,
        history=history_of(seen, found),
        chain=chain_of(seen, found, viewer),
        form=deciding,
        may_decide=may_keep and bool(steps),
        may_put_off=Step.PUT_OFF in steps,
        may_happen=may_keep and is_triggered(found.wording.time),
        is_ahead=is_ahead(found.wording.time),
        may_end=may_keep and found.origin is Origin.BY_HAND,
    )

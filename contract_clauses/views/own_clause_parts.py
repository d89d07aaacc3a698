"""What an own clause is made of: when it comes in, its values, its sub-clauses."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.models import OwnClause
from contract_clauses.own_clause_forms import SubClauseForm
from contract_clauses.own_value_forms import NewValueForm, ValueForm
from contract_clauses.queries import own_clauses as queries
from contract_clauses.rules import own_clauses as rules
from contract_clauses.rules.own_values import value_from
from contract_clauses.service import own_clauses as service
from contract_clauses.views import own_base as base
from contract_clauses.views.base import pages
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from foundation.fields import Form
from question_bank.rules.conditions.operands import FACT
from question_bank.views.condition_pages import (
    Built,
    change_condition,
    condition_page,
    test_page,
)

OWN = "/clauses/own/<token:own>"
# ``place``: clause (when it comes in) or the number of a sub-clause (when it is printed).
CONDITION = f"{OWN}/conditions/<string:place>"


@pages.get(CONDITION)
@requires(Permission.CLAUSE_KEEP)
def own_clause_condition(own: str, place: str) -> ResponseReturnValue:
    return condition_page(built_at(own, place))


@pages.post(CONDITION)
@requires(Permission.CLAUSE_KEEP)
def change_own_clause_condition(own: str, place: str) -> ResponseReturnValue:
    return change_condition(built_at(own, place), lambda: built_at(own, place))


@pages.route(f"{CONDITION}/test", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def own_clause_test(own: str, place: str) -> ResponseReturnValue:
    return test_page(built_at(own, place))


def built_at(token: str, place: str) -> Built:
    """Return the condition that stands there. Raises NoResultFound."""
    own, bank = base.mine(token), base.our_bank()
    try:
        condition = rules.condition_at(own.raw, place)
    except rules.NotThere as error:
        raise NoResultFound from error
    whole = place == "clause"
    heading = "When the clause comes in" if whole else f"When sub-clause {place} is printed"

    def save(form: Form, made: Any) -> bool:
        return base.changed(
            own, form, lambda raw: rules.with_condition(raw, place, made()), heading
        )

    return Built(
        caption=f"{own.clause_id} {own.raw['title']}",
        heading=heading,
        condition=condition,
        known=base.known_in(bank),
        subjects=[
            *((name, f"{name} {part.label}") for name, part in bank.parts.items()),
            *((f"{FACT}{n}", f"Fact of the tender: {f.spec.label}") for n, f in bank.facts.items()),
        ],
        here=url_for(".own_clause_condition", own=token, place=place),
        add_test=url_for(".own_clause_test", own=token, place=place),
        back=(url_for(".own_clause", own=token), "Back to the clause"),
        based_on=fingerprint(own.raw),
        save=save,
        risks={risk.id: risk.title for risk in bank.risks.values()},
        without="The clause is in every schedule." if whole else "It is always printed.",
    )


@pages.route(f"{OWN}/values/new", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def new_own_value(own: str) -> ResponseReturnValue:
    found, form, made = base.mine(own), NewValueForm(), []

    def added(raw: dict[str, Any]) -> dict[str, Any]:
        name = rules.variable_name(form.label.data or "", raw.get("variables") or {})
        made.append(name)
        value = {"label": (form.label.data or "").strip(), "kind": form.kind.data, "from": []}
        return rules.with_value(raw, name, value)

    if form.validate_on_submit() and base.changed(found, form, added, "A value added"):
        return redirect(url_for(".own_value", own=own, name=made[0]))
    intro = [
        "A value is a figure or words that differ from bid to bid, or that you want to set "
        "once. It can have a minimum position."
    ]
    return base.form_page(
        form, "Add a value", back=_to(own), own=found, button="Continue", intro=intro
    )


@pages.route(f"{OWN}/values/<string:name>", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def own_value(own: str, name: str) -> ResponseReturnValue:
    found = base.mine(own)
    try:
        value = rules.value_of(found.raw, name)
    except rules.NotThere as error:
        raise NoResultFound from error
    form = ValueForm(value, base.our_bank())

    def entered(raw: dict[str, Any]) -> dict[str, Any]:
        return rules.with_value(raw, name, value_from(form.entered(), value))

    if form.validate_on_submit() and base.changed(found, form, entered, f"The value {name}"):
        return redirect(url_for(".own_clause", own=own))
    return base.form_page(
        form,
        f"The value {{{name}}}",
        back=_to(own),
        own=found,
        intro=[f"Write {{{name}}} in the words of a sub-clause where the value is to stand."],
        remove=url_for(".remove_own_value", own=own, name=name),
    )


@pages.post(f"{OWN}/values/<string:name>/remove")
@requires(Permission.CLAUSE_KEEP)
def remove_own_value(own: str, name: str) -> ResponseReturnValue:
    return _pressed(own, lambda raw: rules.without_value(raw, name), f"The value {name} removed")


@pages.route(f"{OWN}/sub-clauses/<int:number>", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def own_sub_clause(own: str, number: int) -> ResponseReturnValue:
    """A sub-clause by its number; the next number is a new one."""
    found = base.mine(own)
    rows = found.raw.get("text") or []
    if not 1 <= number <= len(rows) + 1:
        raise NoResultFound
    is_new = number == len(rows) + 1
    row = {} if is_new else rules.sub_clause_of(found.raw, number)
    form = SubClauseForm(row)
    words = f"Sub-clause {number}{' added' if is_new else ''}"

    def entered(raw: dict[str, Any]) -> dict[str, Any]:
        return rules.with_sub_clause(raw, number, form.row(row))

    if form.validate_on_submit() and base.changed(found, form, entered, words):
        return redirect(url_for(".own_clause", own=own))
    return base.form_page(
        form,
        "Add a sub-clause" if is_new else f"Sub-clause {number}",
        back=_to(own),
        own=found,
        advice=[] if is_new or form.errors else _advice(found, number),
        values=[*(found.raw.get("variables") or {})],
        remove=None if is_new else url_for(".remove_own_sub_clause", own=own, number=number),
    )


def _advice(own: OwnClause, number: int) -> list[str]:
    """Return what the rules say of a sub-clause as it was last saved."""
    faults = queries.examined(own, base.our_bank()).faults
    return [fault.says for fault in faults if fault.place == str(number)]


@pages.post(f"{OWN}/sub-clauses/<int:number>/remove")
@requires(Permission.CLAUSE_KEEP)
def remove_own_sub_clause(own: str, number: int) -> ResponseReturnValue:
    words = f"Sub-clause {number} removed"
    return _pressed(own, lambda raw: rules.without_sub_clause(raw, number), words)


@pages.post(f"{OWN}/sub-clauses/<int:number>/move")
@requires(Permission.CLAUSE_KEEP)
def move_own_sub_clause(own: str, number: int) -> ResponseReturnValue:
    up = request.form.get("to") == "up"
    words = f"Sub-clause {number} moved {'up' if up else 'down'}"
    return _pressed(own, lambda raw: rules.moved(raw, number, up=up), words)


def _pressed(token: str, change: Any, words: str) -> ResponseReturnValue:
    """Do what a button asks for, and go back to the clause."""
    try:
        service.change_clause(
            base.mine(token),
            change,
            by=signed_in_user(),
            based_on=request.form.get("based_on", ""),
            words=words,
        )
    except rules.NotThere as error:
        raise NoResultFound from error
    except DomainError as error:
        flash(str(error))
    else:
        flash("Saved")
    return redirect(url_for(".own_clause", own=token))


def _to(own: str) -> tuple[str, str]:
    return url_for(".own_clause", own=own), "Back to the clause"

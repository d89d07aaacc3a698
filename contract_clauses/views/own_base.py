"""What the pages about an authority's own clauses share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, render_template, request

from accounts.access import signed_in_user
from contract_clauses.models import OwnClause
from contract_clauses.queries import own_clauses as queries
from contract_clauses.service import own_clauses as service
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from foundation.fields import Form
from question_bank.queries.editions import edition_of
from question_bank.rules.own.saying import Known
from question_bank.rules.questions import Bank


def mine(token: str) -> OwnClause:
    """Return an own clause of the authority of the person using the page, or a 404."""
    return queries.own_clause_for(signed_in_user().organisation_id, token)


def our_bank() -> Bank:
    """Return the edition of the bank the authority works with."""
    return edition_of(signed_in_user().organisation_id).bank


def known_in(bank: Bank) -> Known:
    return Known(bank.parts, bank.facts)


def changed(
    own: OwnClause, form: Form, change: Callable[[dict[str, Any]], dict[str, Any]], words: str
) -> bool:
    """Save a change of the clause; False, with the reason in the form, where it cannot be."""
    try:
        service.change_clause(
            own,
            change,
            by=signed_in_user(),
            based_on=request.form.get("based_on", ""),
            words=words,
        )
    except DomainError as error:
        form.add_error(str(error), error.field)
        return False
    flash("Saved")
    return True


def form_page(
    form: Form,
    heading: str,
    *,
    back: tuple[str, str],
    own: OwnClause | None = None,
    button: str = "Save",
    intro: Iterable[str] = (),
    **more: Any,
) -> tuple[str, int]:
    """Show a form on a page of its own; what was typed stays."""
    if own is not None and form.errors:
        own = mine(own.token)
    page = render_template(
        "contract_clauses/own_clause_form.html",
        form=form,
        heading=heading,
        back_to=back,
        button=button,
        intro=tuple(intro),
        caption=f"{own.clause_id} {own.raw['title']}" if own else "",
        based_on=fingerprint(own.raw) if own else "",
        fields=[field for field in form if hasattr(field, "shape")],
        **more,
    )
    return page, 422 if form.errors else 200

"""What the pages about an authority's own questions share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from flask import current_app, flash, render_template, request

from accounts.access import signed_in_user
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from foundation.fields import Form
from question_bank.models import OwnQuestion
from question_bank.queries import own as queries
from question_bank.queries.editions import edition_of
from question_bank.rules.own.saying import Known
from question_bank.rules.own.soundness import Examined, Fault, examine
from question_bank.rules.questions import Bank, Part
from question_bank.rules.reading import ContentError
from question_bank.rules.reading.questions import read_part
from question_bank.service import own as service


def mine(token: str) -> OwnQuestion:
    """Return an own question of the authority of the person using the page, or a 404."""
    return queries.own_question_for(signed_in_user().organisation_id, token)


def our_bank() -> Bank:
    """Return the edition of the bank the authority works with."""
    return edition_of(signed_in_user().organisation_id).bank


def changeable(own: OwnQuestion) -> bool:
    """Return whether the question can be changed: not retired, and with an id of our own."""
    try:
        service.refuse_change(own, signed_in_user())
    except DomainError:
        return False
    return True


def clause_topics(bank: Bank) -> list[tuple[str, str]]:
    """Return the clause topics a flag may name, with their titles where the library is there."""
    titles = _clause_titles()
    named = {clause for risk in bank.risks.values() for clause in risk.clauses}
    return [(name, titles.get(name, "")) for name in sorted(named | set(titles))]


def _clause_titles() -> dict[str, str]:
    load = current_app.extensions["frozen_libraries"].get("clauses")
    return _titles_from(load) if load else {}


@cache
def _titles_from(load: Callable[[], Mapping[str, Any]]) -> dict[str, str]:
    return {clause["id"]: str(clause["title"]) for clause in load()["clauses"]}


def examined(own: OwnQuestion, bank: Bank) -> Examined:
    return examine(own.raw, bank, [name for name, _title in clause_topics(bank)])


def readable_parts(raw: Mapping[str, Any], bank: Bank) -> dict[str, Part]:
    """Return the parts that can be read already, by id: a draft may hold others."""
    found: dict[str, Part] = {}
    for entry in raw.get("parts") or ():
        try:
            filled = dict(entry) | {"label": entry.get("label") or "…", "ask": entry["ask"] or "…"}
            filled["outcomes"] = [o for o in entry.get("outcomes") or () if o.get("when")]
            found[entry["id"]] = read_part(filled, bank.schemas, bank.themes)
        except (ContentError, KeyError):
            continue
    return found


def known_for(raw: Mapping[str, Any], bank: Bank) -> Known:
    """Return what conditions of a question may name: its own parts first."""
    return Known({**readable_parts(raw, bank), **bank.parts}, bank.facts)


def changed(
    own: OwnQuestion, form: Form, change: Callable[[dict[str, Any]], dict[str, Any]], note: str
) -> bool:
    """Save a change of the question; False, with the reason in the form, where it cannot be."""
    try:
        service.change_question(
            own, change, by=signed_in_user(), based_on=request.form.get("based_on", ""), note=note
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
    own: OwnQuestion | None = None,
    button: str = "Save",
    intro: Iterable[str] = (),
    caption: str = "",
    **more: Any,
) -> tuple[str, int]:
    """Show a form on a page of its own; what was typed stays."""
    if own is not None:
        own = mine(own.token) if form.errors else own
    page = render_template(
        "question_bank/own_form.html",
        form=form,
        heading=heading,
        back_to=back,
        button=button,
        intro=tuple(intro),
        caption=caption or (f"{own.question_id} {own.raw.get('title', '')}" if own else ""),
        based_on=fingerprint(own.raw) if own else "",
        fields=[field for field in form if hasattr(field, "shape")],
        **more,
    )
    return page, 422 if form.errors else 200


def show_faults(form: Form, faults: Iterable[Fault], names: Mapping[str, str]) -> None:
    """Put each fault at the field that mends it: ``names`` maps what is lacking to the field."""
    for fault in faults:
        name = names.get(fault.key, fault.key)
        field = form._fields.get(name)
        if field is not None and not field.errors:
            field.errors = [fault.says]

"""The parts of an own question, a page each: what is asked, its options and what each leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from question_bank.forms.own import ConfirmForm, NewOutcomeForm, NewPartForm
from question_bank.forms.own_leads import leads_form
from question_bank.forms.own_parts import part_form
from question_bank.models import OwnQuestion
from question_bank.rules.own import writing
from question_bank.rules.own.saying import ANSWERS
from question_bank.rules.own.words import CLASSES, KINDS
from question_bank.rules.questions import CLOSED, COMMITMENT_ANSWERS, Kind
from question_bank.service import own as service
from question_bank.views import own_base as base
from question_bank.views.base import pages
from question_bank.views.condition_pages import said

PART = "/own/<token:own>/parts/<string:part>"


def found_part(own: str, part: str) -> tuple[OwnQuestion, dict[str, Any]]:
    """Return the question and the part's plain form, or a 404."""
    found = base.mine(own)
    try:
        return found, writing.part_of(found.raw, part)
    except writing.NotThere as error:
        raise NoResultFound from error


def back_to(own: str, part: str) -> tuple[str, str]:
    return url_for(".own_part", own=own, part=part), "Back to the part"


@pages.route("/own/<token:own>/parts/new", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def new_own_part(own: str) -> ResponseReturnValue:
    found, form = base.mine(own), NewPartForm()
    if form.validate_on_submit():
        try:
            part = service.add_part(
                found,
                Kind(form.kind.data),
                by=signed_in_user(),
                based_on=request.form.get("based_on", ""),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for(".edit_own_part", own=own, part=part))
    return base.form_page(
        form,
        "Add a part",
        back=(url_for(".own_question", own=own), "Back to the question"),
        own=found,
        button="Continue",
        intro=["A part is one thing to answer. Its kind cannot be changed afterwards."],
    )


@pages.get(PART)
@requires(Permission.BANK_EDIT)
def own_part(own: str, part: str) -> ResponseReturnValue:
    found, raw = found_part(own, part)
    bank = base.our_bank()
    known = base.known_for(found.raw, bank)
    leads = _leads(raw)
    return render_template(
        "question_bank/own_part.html",
        own=found,
        raw=raw,
        part=base.readable_parts(found.raw, bank).get(part),
        faults=base.examined(found, bank).at(part),
        kind=KINDS[Kind(raw["kind"])][0],
        assessed=CLASSES,
        leads=leads,
        labels={value: label for value, label, _entry in leads},
        outcomes=[(o, said(o.get("when"), known)) for o in raw.get("outcomes") or ()],
        shown_when=said(raw.get("shown_when"), known),
        risks=bank.risks,
        based_on=fingerprint(found.raw),
        changeable=base.changeable(found),
        form=ConfirmForm(),
    )


def _leads(raw: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return the closed answers of a part: value, label and what each leads to."""
    if raw["kind"] == Kind.COMMITMENT:
        answers = raw.get("answers") or {}
        return [(value, ANSWERS[value], answers.get(value) or {}) for value in COMMITMENT_ANSWERS]
    if Kind(raw["kind"]) not in CLOSED:
        return []
    return [(o["value"], o.get("label", ""), o) for o in raw.get("options") or ()]


@pages.route(f"{PART}/edit", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def edit_own_part(own: str, part: str) -> ResponseReturnValue:
    found, raw = found_part(own, part)
    bank = base.our_bank()
    form = part_form(raw, bank)
    used = service.values_used(found, part)

    def entered(question: dict[str, Any]) -> dict[str, Any]:
        return writing.with_part(question, part, lambda kept: form.changed(kept, used))

    if form.validate_on_submit() and base.changed(found, form, entered, part):
        return redirect(url_for(".own_part", own=own, part=part))
    kind, example = KINDS[Kind(raw["kind"])]
    return base.form_page(
        form,
        f"Part {part}: {kind[:1].lower()}{kind[1:]}",
        back=back_to(own, part),
        own=found,
        intro=[example],
    )


@pages.post(f"{PART}/move")
@requires(Permission.BANK_EDIT)
def move_own_part(own: str, part: str) -> ResponseReturnValue:
    found, _raw = found_part(own, part)
    by = -1 if request.form.get("to") == "up" else 1
    return _pressed(
        found, lambda raw: writing.with_part_moved(raw, part, by), "part moved", part, own
    )


@pages.post(f"{PART}/remove")
@requires(Permission.BANK_EDIT)
def remove_own_part(own: str, part: str) -> ResponseReturnValue:
    found, _raw = found_part(own, part)
    return _pressed(found, lambda raw: writing.without_part(raw, part), "part removed", "", own)


@pages.post(f"{PART}/answers/<string:answer>/remove")
@requires(Permission.BANK_EDIT)
def remove_own_answer(own: str, part: str, answer: str) -> ResponseReturnValue:
    found, _raw = found_part(own, part)

    def without(raw: dict[str, Any]) -> dict[str, Any]:
        return writing.with_part(raw, part, lambda kept: writing.without_leads(kept, answer))

    return _pressed(found, without, f"{part}:{answer} removed", part, own)


def _pressed(found: OwnQuestion, change: Any, note: str, part: str, own: str) -> Response:
    """Do what a button asks for, and go back to the page it stood on."""
    service.change_question(
        found,
        change,
        by=signed_in_user(),
        based_on=request.form.get("based_on", ""),
        note=note,
    )
    flash("Saved")
    if part and note != "part moved":
        return redirect(url_for(".own_part", own=own, part=part))
    return redirect(url_for(".own_question", own=own))


@pages.route(f"{PART}/answers/<string:answer>", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def own_answer(own: str, part: str, answer: str) -> ResponseReturnValue:
    """What an option, an answer of a commitment or a further outcome leads to."""
    found, raw = found_part(own, part)
    try:
        entry = writing.leads_of(raw, answer)
    except writing.NotThere as error:
        raise NoResultFound from error
    bank = base.our_bank()
    form = leads_form(entry, bank, base.clause_topics(bank))
    is_outcome = "value" not in entry and raw["kind"] != Kind.COMMITMENT or "when" in entry
    with_label = "value" in entry
    if not with_label:
        del form.label
        del form.hint_

    def entered(question: dict[str, Any]) -> dict[str, Any]:
        def leads(kept: dict[str, Any]) -> dict[str, Any]:
            changed = form.values(kept, with_label=with_label, is_outcome=is_outcome)
            return dict(changed)

        return writing.with_part(
            question, part, lambda kept: writing.with_leads(kept, answer, leads)
        )

    if form.validate_on_submit() and base.changed(found, form, entered, f"{part}:{answer}"):
        return redirect(url_for(".own_part", own=own, part=part))
    named = entry.get("label") or ANSWERS.get(answer, answer)
    return base.form_page(form, f"What “{named}” leads to", back=back_to(own, part), own=found)


@pages.route(f"{PART}/outcomes/new", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def new_own_outcome(own: str, part: str) -> ResponseReturnValue:
    found, _raw = found_part(own, part)
    form, used, made = NewOutcomeForm(), service.values_used(found, part), []

    def added(question: dict[str, Any]) -> dict[str, Any]:
        def grown(kept: dict[str, Any]) -> dict[str, Any]:
            changed, name = writing.with_new_outcome(kept, form.words.data or "", used)
            made.append(name)
            return changed

        return writing.with_part(question, part, grown)

    if form.validate_on_submit() and base.changed(found, form, added, f"{part}, outcome"):
        return redirect(url_for(".own_condition", own=own, place=f"{part}:{made[0]}"))
    return base.form_page(
        form,
        "Add a further outcome",
        back=back_to(own, part),
        own=found,
        button="Continue",
        intro=[
            "An outcome is anything else an answer can lead to, such as a date that is too old or "
            "an answer that does not fit another one. Next you say when it happens.",
        ],
    )

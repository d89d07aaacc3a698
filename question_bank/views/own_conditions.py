"""Conditions built by choosing: when a part is asked, an outcome happens, a bid passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from question_bank.forms.own_conditions import JoinForm, LookForm, SubjectForm, comparison_form
from question_bank.models import OwnQuestion
from question_bank.rules.conditions.operands import FACT
from question_bank.rules.own import building, places
from question_bank.rules.own.saying import Known
from question_bank.rules.questions import Bank
from question_bank.service import own as service
from question_bank.views import own_base as base
from question_bank.views.base import pages

# ``place``: pass_when, HOL-01.b (when the part is shown) or HOL-01.b:never-tested (an outcome).
CONDITION = "/own/<token:own>/conditions/<string:place>"


def found_condition(own: str, place: str) -> tuple[OwnQuestion, Mapping[str, Any] | None]:
    found = base.mine(own)
    try:
        return found, places.condition_at(found.raw, place)
    except DomainError as error:
        raise NoResultFound from error


@pages.get(CONDITION)
@requires(Permission.BANK_EDIT)
def own_condition(own: str, place: str) -> ResponseReturnValue:
    found, condition = found_condition(own, place)
    return _page(found, place, condition, JoinForm(data={"join": building.tests_in(condition)[0]}))


def _page(
    own: OwnQuestion, place: str, condition: Mapping[str, Any] | None, form: JoinForm
) -> ResponseReturnValue:
    bank = base.our_bank()
    known = base.known_for(own.raw, bank)
    _join, tests = building.tests_in(condition)
    page = render_template(
        "question_bank/own_condition.html",
        own=own,
        place=place,
        heading=places.heading(place),
        back=_after(own.token, place),
        words=base.said(condition, known),
        tests=[base.said(test, known) for test in tests],
        form=form,
        subjects=SubjectForm(_subjects(own, place, bank)),
        based_on=service.fingerprint(own.raw),
    )
    return page, 422 if form.errors else 200


def _subjects(own: OwnQuestion, place: str, bank: Bank) -> list[tuple[str, str]]:
    """Return what a test can be about: for ``shown_when`` only what is asked before the part."""
    parts = base.readable_parts(own.raw, bank)
    if places.is_shown_when(place):
        ids = list(parts)
        parts = {name: parts[name] for name in ids[: ids.index(place)]} if place in ids else {}
    of_bank = bank.parts
    return [
        *((name, f"{name} {part.label}") for name, part in parts.items()),
        *((name, f"{name} {part.label}") for name, part in of_bank.items() if name not in parts),
        *((f"{FACT}{n}", f"Fact of the tender: {f.spec.label}") for n, f in bank.facts.items()),
    ]


@pages.post(CONDITION)
@requires(Permission.BANK_EDIT)
def change_own_condition(own: str, place: str) -> ResponseReturnValue:
    """Join the tests in another way, or take one away."""
    found, condition = found_condition(own, place)
    form = JoinForm()
    join, tests = building.tests_in(condition)
    removed = request.form.get("remove", type=int)
    if removed is not None and 0 <= removed < len(tests):
        tests = [*tests[:removed], *tests[removed + 1 :]]
        form.join.data = form.join.data or join
    wanted = building.condition_of(form.join.data or join, tests)
    if form.validate_on_submit() and base.changed(
        found, form, lambda raw: places.with_condition(raw, place, wanted), place
    ):
        return redirect(url_for(".own_condition", own=own, place=place))
    return _page(base.mine(own), place, places.condition_at(found.raw, place), form)


@pages.route(f"{CONDITION}/test", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def own_test(own: str, place: str) -> ResponseReturnValue:
    """Add a test, step by step; what was chosen before stands in the address."""
    found, condition = found_condition(own, place)
    bank = base.our_bank()
    known = base.known_for(found.raw, bank)
    back = (url_for(".own_condition", own=own, place=place), "Back to the condition")
    name, look = request.args.get("subject", ""), request.args.get("look", "")
    looks = building.looks_of(known.parts[name]) if name in known.parts else []
    if not name:
        return redirect(back[0])
    if looks and not look:
        return base.form_page(
            LookForm(looks),
            "What of it is compared?",
            back=back,
            own=found,
            button="Continue",
            intro=[f"{name} {known.parts[name].label}"],
            method="get",
            carried={"subject": name},
        )
    return _compare(found, place, condition, known, back)


def _compare(
    found: OwnQuestion,
    place: str,
    condition: Mapping[str, Any] | None,
    known: Known,
    back: tuple[str, str],
) -> ResponseReturnValue:
    look = request.args.get("look", "")
    try:
        subject = building.subject_of(
            request.args.get("subject", ""), "" if look == "whole" else look, known
        )
    except DomainError as error:
        raise NoResultFound from error
    form = comparison_form(subject, known)
    join, tests = building.tests_in(condition)

    def added(raw: dict[str, Any]) -> dict[str, Any]:
        test = building.one_test(subject, form.chosen(), known)
        return places.with_condition(raw, place, building.condition_of(join, [*tests, test]))

    if form.validate_on_submit() and base.changed(found, form, added, place):
        return redirect(back[0])
    what = subject.name if subject.is_fact else f"{subject.name} {known.parts[subject.name].label}"
    column = f": {subject.asked.label}" if subject.look.partition(":")[2] else ""
    return base.form_page(
        form, "Add a test", back=back, own=found, button="Add the test", intro=[f"{what}{column}"]
    )


def _after(own: str, place: str) -> tuple[str, str]:
    """Return where the condition belongs."""
    part = place.partition(":")[0]
    if part == places.PASS_WHEN:
        return url_for(".own_question", own=own), "Back to the question"
    return url_for(".own_part", own=own, part=part), "Back to the part"

"""Building a condition by choosing, for whatever has one: own questions, clauses of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from foundation.errors import DomainError
from foundation.fields import Form
from question_bank.forms.own_conditions import (
    JoinForm,
    LookForm,
    SubjectForm,
    comparison_form,
    risks_form,
)
from question_bank.rules.conditions.grammar import ConditionError, read_condition
from question_bank.rules.own import building
from question_bank.rules.own.saying import Known, in_words

RISK = "risk"
Raw = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """A condition with all that the pages about it need.

    ``save`` stores what it is given makes, and returns False with the reason in the form where
    it cannot. ``risks``: those of the register that a test may be about.
    """

    caption: str
    heading: str
    condition: Mapping[str, Any] | None
    known: Known
    subjects: Sequence[tuple[str, str]]
    here: str
    add_test: str
    back: tuple[str, str]
    based_on: str
    save: Callable[[Form, Callable[[], Raw]], bool]
    risks: Mapping[str, str] = field(default_factory=dict)
    # What it means that there are no tests.
    without: str = ""


def said(condition: Mapping[str, Any] | None, known: Known) -> str:
    """Return a condition in words; "" where there is none."""
    if not condition:
        return ""
    try:
        return in_words(read_condition(condition, "here"), known)
    except ConditionError as error:
        return str(error)


def condition_page(built: Built, form: JoinForm | None = None) -> ResponseReturnValue:
    join, tests = building.tests_in(built.condition)
    form = form or JoinForm(data={"join": join})
    subjects = [*built.subjects]
    if built.risks:
        subjects.append((RISK, "What the risk register holds"))
    page = render_template(
        "question_bank/own_condition.html",
        built=built,
        words=said(built.condition, built.known),
        tests=[said(test, built.known) for test in tests],
        form=form,
        subjects=SubjectForm(subjects),
    )
    return page, 422 if form.errors else 200


def change_condition(built: Built, again: Callable[[], Built]) -> ResponseReturnValue:
    """Join the tests in another way, or take one away; ``again`` reads the condition anew."""
    form = JoinForm()
    join, tests = building.tests_in(built.condition)
    removed = request.form.get("remove", type=int)
    if removed is not None and 0 <= removed < len(tests):
        tests = [*tests[:removed], *tests[removed + 1 :]]
        form.join.data = form.join.data or join
    wanted = building.condition_of(form.join.data or join, tests)
    if form.validate_on_submit() and built.save(form, lambda: wanted):
        return redirect(built.here)
    return condition_page(again(), form)


def test_page(built: Built) -> ResponseReturnValue:
    """Add a test, step by step; what was chosen before stands in the address."""
    name, look = request.args.get("subject", ""), request.args.get("look", "")
    if not name:
        return redirect(built.here)
    if name == RISK and built.risks:
        return _risks(built)
    parts = built.known.parts
    looks = building.looks_of(parts[name]) if name in parts else []
    if looks and not look:
        return _form(
            built,
            LookForm(looks),
            "What of it is compared?",
            button="Continue",
            intro=[f"{name} {parts[name].label}"],
            method="get",
            carried={"subject": name},
        )
    return _compare(built, name, "" if look == "whole" else look)


def _risks(built: Built) -> ResponseReturnValue:
    form = risks_form(built.risks)

    def made() -> Raw:
        return _with_test(built, {RISK: [str(name) for name in form.risks.data]})

    if form.validate_on_submit() and built.save(form, made):
        return redirect(built.here)
    return _form(built, form, "Add a test", intro=["What the risk register of the bid holds"])


def _compare(built: Built, name: str, look: str) -> ResponseReturnValue:
    try:
        subject = building.subject_of(name, look, built.known)
    except DomainError as error:
        raise NoResultFound from error
    form = comparison_form(subject, built.known)

    def made() -> Raw:
        return _with_test(built, building.one_test(subject, form.chosen(), built.known))

    if form.validate_on_submit() and built.save(form, made):
        return redirect(built.here)
    named = subject.name
    what = named if subject.is_fact else f"{named} {built.known.parts[named].label}"
    column = f": {subject.asked.label}" if subject.look.partition(":")[2] else ""
    return _form(built, form, "Add a test", intro=[f"{what}{column}"])


def _with_test(built: Built, test: Raw) -> Raw:
    join, tests = building.tests_in(built.condition)
    return building.condition_of(join, [*tests, test])


def _form(
    built: Built, form: Form, heading: str, *, button: str = "Add the test", **more: Any
) -> tuple[str, int]:
    page = render_template(
        "question_bank/own_form.html",
        form=form,
        heading=heading,
        back_to=(built.here, "Back to the condition"),
        button=button,
        caption=built.caption,
        based_on=built.based_on,
        fields=[field for field in form if hasattr(field, "shape")],
        **more,
    )
    return page, 422 if form.errors else 200

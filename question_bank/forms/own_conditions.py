"""The steps of building a condition: which answer, what of it, compared how and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foundation.fields import (
    CheckboxesField,
    Choice,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextField,
    required,
)
from question_bank.rules.own.building import Chosen, Subject, facts_like
from question_bank.rules.own.saying import Known


class SubjectForm(Form):
    subject = SelectField(
        "Which answer or fact is the test about?",
        [required("Select the answer or fact that the test is about")],
    )

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: str = "") -> None:
        super().__init__(data={"subject": chosen})
        self.subject.choices = [Choice("", "Select"), *(Choice(*pair) for pair in choices)]


class LookForm(Form):
    look = RadiosField("What of it?")

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.look.choices = [Choice(value or "whole", label) for value, label in choices]


class RisksForm(Form):
    """Which risks of the register; the field is added by risks_form()."""

    risks: CheckboxesField


def risks_form(risks: Mapping[str, str]) -> RisksForm:
    """Return the form of a test about the risk register: of each risk its id and title."""
    field = CheckboxesField(
        "True when the register holds at least one of",
        [required("Select at least one risk")],
        choices=[Choice(name, f"{name} {title}") for name, title in risks.items()],
    )
    form: RisksForm = type("FilledRisksForm", (RisksForm,), {"risks": field})()
    return form


class ComparisonForm(Form):
    """How a thing is compared; fields that suit it are added by comparison_form()."""

    operator = RadiosField("How is it compared?", [required("Select how it is compared")])

    def chosen(self) -> Chosen:
        months = self._data("months")
        return Chosen(
            operator=self.operator.data,
            options=[str(value) for value in self._data("options") or []],
            value=str(self._data("value") or ""),
            fact=str(self._data("fact") or ""),
            months=None if months is None else int(months),
        )

    def _data(self, name: str) -> Any:
        return self._fields[name].data if name in self._fields else None


class JoinForm(Form):
    join = RadiosField(
        "When is it true?",
        choices=[("all", "When all of these tests are"), ("any", "When any of these tests is")],
    )


def comparison_form(subject: Subject, known: Known) -> ComparisonForm:
    """Return the form of one test, with what its comparisons take."""
    takes = {comparison.takes for comparison in subject.comparisons}
    facts = facts_like(subject, known)
    every: dict[str, tuple[bool, Any]] = {
        "options": (
            "options" in takes,
            lambda: CheckboxesField(
                "With which answers?",
                choices=[Choice(option.value, option.label) for option in subject.options],
            ),
        ),
        "value": ("value" in takes, lambda: TextField("With what value?", width=20)),
        "fact": (
            bool(facts),
            lambda: SelectField(
                "Or with a fact of the tender",
                choices=[Choice("", "None"), *(Choice(*pair) for pair in facts)],
            ),
        ),
        "months": (
            "months" in takes,
            lambda: NumberField(
                "How many months? (only for “so many months before”)",
                lowest=0,
                highest=1200,
                width=4,
            ),
        ),
    }
    fields = {name: make() for name, (wanted, make) in every.items() if wanted}
    form: ComparisonForm = type("FilledComparisonForm", (ComparisonForm,), fields)()
    form.operator.choices = [Choice(c.operator, c.label) for c in subject.comparisons]
    return form

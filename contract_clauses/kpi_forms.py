"""The forms of indicators: which are measured, one of them, and its rating for a period."""

from __future__ import annotations

from typing import Any

from contract_clauses.rules.kpis import LONGEST_WORDS, UNITS, Guide, Measured, Rating
from contract_clauses.service.kpis import NewKpi
from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)

BY_RULE = "rule"
YES, TAKE_OUT = "yes", "out"


def take_up_form(choices: list[Choice]) -> Any:
    """Return the form that takes up indicators of the published list."""

    class TakeUpForm(Form):
        names = CheckboxesField("Which are measured?", choices=choices)
        published = CheckboxesField(
            "Which of them are published?",
            choices=[Choice(one.value, one.label) for one in choices],
        )

    return TakeUpForm()


NO_EXCEPTION = "none"


class ExceptionForm(Form):
    exception = RadiosField(
        "Which exception applies?", [required("Select which exception applies, or that none does")]
    )
    why = TextAreaField(
        "Why it applies, or no longer does",
        [required("Enter why it applies, or no longer does")],
        most_characters=LONGEST_WORDS,
        rows=4,
    )

    def offer(self, guide: Guide) -> None:
        self.exception.choices = [
            *(Choice(one.id, one.words, one.source) for one in guide.exceptions),
            Choice(NO_EXCEPTION, "None applies"),
        ]

    @property
    def chosen(self) -> str:
        return "" if self.exception.data == NO_EXCEPTION else str(self.exception.data)


class KpiForm(Form):
    title = TextField("What is measured", [required("Enter what is measured")])
    unit = SelectField(
        "In what it is measured",
        [required("Select in what it is measured")],
        choices=[Choice(one, one.capitalize()) for one in UNITS],
    )
    target = NumberField("Target", [required("Enter the target")], places=2, lowest=0, width=5)
    status = RadiosField(
        "Is it published?",
        [required("Select whether it is published")],
        choices=[
            Choice(YES, "Published, as section 52 of the Procurement Act 2023 asks"),
            Choice("no", "Measured, and not published"),
            Choice(TAKE_OUT, "Not measured any longer", "It stays listed, with its ratings"),
        ],
    )
    why = TextAreaField(
        "Why it is set so",
        [required("Enter why it is set so")],
        hint="Kept with your name. The supplier reads it.",
        most_characters=LONGEST_WORDS,
        rows=3,
    )

    @property
    def new_kpi(self) -> NewKpi:
        return NewKpi(
            self.title.data or "",
            self.target.data,
            self.unit.data or "",
            self.status.data == YES,
            self.why.data or "",
            self.status.data == TAKE_OUT,
        )


class RateForm(Form):
    period_from = DateField("First day of the period", [required("Enter the first day")])
    period_to = DateField("Last day of the period", [required("Enter the last day")])
    value = NumberField(
        "Figure (optional)",
        places=2,
        lowest=0,
        width=5,
        hint="Leave it empty where it could not be measured.",
    )
    rating = RadiosField(
        "Rating",
        [required("Select the rating")],
        choices=[
            Choice(BY_RULE, "What the published rule proposes for the figure"),
            *(Choice(one.name, one.value) for one in Rating),
        ],
    )
    words = TextAreaField(
        "What the rating rests on",
        [required("Enter what the rating rests on")],
        hint="The supplier reads it. It may go into the contract performance notice.",
        most_characters=LONGEST_WORDS,
        rows=4,
    )

    @property
    def measured(self) -> Measured:
        chosen = self.rating.data or BY_RULE
        return Measured(
            self.period_from.data,
            self.period_to.data,
            self.value.data,
            None if chosen == BY_RULE else Rating[chosen],
            self.words.data or "",
        )


def choices_of(guide: Guide, set_already: set[str], targets: dict[str, str]) -> list[Choice]:
    """Return the indicators that can still be taken up, with their targets."""
    return [
        Choice(one.id, one.title, f"Target: {targets[one.id]}. {one.measure}")
        for one in guide.indicators
        if one.id not in set_already
    ]

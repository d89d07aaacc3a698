"""The forms of the outcome measure under a contract: its figures, and a reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from contract_clauses.rules.outcomes import LONGEST_WORDS, Figures
from foundation.clock import show_date
from foundation.fields import (
    Choice,
    DateField,
    Form,
    NumberField,
    RadiosField,
    TextAreaField,
    TextField,
    required,
)


class FiguresForm(Form):
    unit = TextField(
        "What it is counted in",
        [required("Enter what it is counted in")],
        hint="For example, cold homes a winter.",
    )
    baseline = NumberField(
        "How it was before", [required("Enter how it was before")], places=2, width=10
    )
    target = NumberField("The target", [required("Enter the target")], places=2, width=10)
    words = TextAreaField(
        "Where the figures come from",
        [required("Enter where the figures come from")],
        most_characters=LONGEST_WORDS,
        rows=3,
    )

    @property
    def figures(self) -> Figures:
        return Figures((self.unit.data or "").strip(), self.baseline.data, self.target.data)


def reading_form(days: Sequence[date], **data: Any) -> Any:
    """Return the form of a reading for one of these days."""

    class ReadingForm(Form):
        due_on = RadiosField(
            "For which day?",
            [required("Select the day it is for")],
            choices=[Choice(day.isoformat(), show_date(day)) for day in days],
        )
        measured_on = DateField("Measured on", [required("Enter the day it was measured")])
        value = NumberField(
            "Figure (optional)",
            places=2,
            width=10,
            hint="Leave it empty where it could not be measured.",
        )
        words = TextAreaField(
            "How it was measured, and what it shows",
            [required("Enter how it was measured and what it shows")],
            most_characters=LONGEST_WORDS,
            rows=4,
        )

    return ReadingForm(**data)

"""The forms of a schedule: a value for a clause, and whether a clause is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import HiddenField

from contract_clauses.rules.library import Variable, VariableKind
from contract_clauses.rules.selection import Wish
from foundation.fields import (
    Choice,
    DateField,
    Form,
    MoneyField,
    NumberField,
    RadiosField,
    TextAreaField,
    TextField,
    required,
)
from question_bank.rules.kinds.amounts import plain
from tenders.fields import CountriesField, LinesField

LONGEST_REASON = 2000
LONGEST_VALUE = 300
ENTER = "Enter a value for the clause"


@dataclass(frozen=True)
class ValueField:
    """How one kind of variable is typed, and its value to and from the field."""

    make: Callable[[str], Any]
    value: Callable[[Any], Any] = lambda data: data
    data: Callable[[Any], Any] = lambda stored: stored


def _number(places: int, suffix: str) -> Callable[[str], Any]:
    def make(label: str) -> Any:
        return NumberField(
            label,
            [required(ENTER)],
            places=places,
            lowest=0,
            highest=1_000_000,
            width=5,
            suffix_text=suffix,
        )

    return make


VALUE_FIELDS: Mapping[VariableKind, ValueField] = {
    VariableKind.HOURS: ValueField(_number(2, "hours"), plain, Decimal),
    VariableKind.DURATION: ValueField(_number(2, "hours"), plain, Decimal),
    VariableKind.DAYS: ValueField(_number(0, "days"), plain, Decimal),
    VariableKind.MONTHS: ValueField(_number(0, "months"), plain, Decimal),
    VariableKind.NUMBER: ValueField(_number(2, ""), plain, Decimal),
    VariableKind.PERCENT: ValueField(_number(2, "%"), plain, Decimal),
    VariableKind.MONEY: ValueField(
        lambda label: MoneyField(label, [required(ENTER)], width=10), plain, Decimal
    ),
    VariableKind.DATE: ValueField(
        lambda label: DateField(label, [required(ENTER)], hint="For example, 27 3 2027"),
        lambda day: day.isoformat(),
        date.fromisoformat,
    ),
    VariableKind.TEXT: ValueField(lambda label: TextField(label, [required(ENTER)])),
    VariableKind.LIST: ValueField(
        lambda label: LinesField(label, [required(ENTER)], hint="One on each line.")
    ),
    VariableKind.COUNTRIES: ValueField(
        lambda label: CountriesField(label, [required(ENTER)], hint="One on each line.")
    ),
}


class BasedOnForm(Form):
    # The number of the entry this form was written upon: 0 for none.
    based_on = HiddenField(default="0")

    @property
    def number(self) -> int:
        text = str(self.based_on.data or "0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

    def rebase(self, number: int) -> None:
        """Let the form, sent again, count instead of what it overtook."""
        self.based_on.data = str(number)
        self.based_on.raw_data = [str(number)]


class DecideForm(BasedOnForm):
    wish = RadiosField(
        "Should this clause be in the schedule?",
        [required("Select whether the clause should be in the schedule")],
        choices=[
            Choice(Wish.INCLUDE, "Yes, include it"),
            Choice(Wish.EXCLUDE, "No, leave it out", "It stays listed, with your reason"),
            Choice(Wish.RULE, "As the rule says", "Your earlier decision no longer counts"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        most_characters=LONGEST_REASON,
        rows=3,
    )


class ReleaseForm(BasedOnForm):
    wish = RadiosField(
        "May the schedule go out all the same?",
        [required("Select whether the schedule may go out all the same")],
        choices=[
            Choice(Wish.INCLUDE, "Yes, without the dates", "It stays listed, with your reason"),
            Choice(Wish.RULE, "No, hold it back until the dates are there"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="For example, that the bidder gave the dates in answer to a clarification.",
        most_characters=LONGEST_REASON,
        rows=3,
    )


class FillForm(BasedOnForm):
    """A value and the reason; the field of the value depends on the kind of variable."""

    @classmethod
    def for_variable(cls, variable: Variable, stored: Any, number: int) -> FillForm:
        entry = VALUE_FIELDS[variable.kind]
        label = variable.label[:1].upper() + variable.label[1:]

        class VariableForm(cls):  # type: ignore[misc, valid-type]
            value = entry.make(label)
            reason = TextAreaField(
                "Reason",
                [required("Enter the reason for this value")],
                hint="It is printed in the trace of the schedule.",
                most_characters=LONGEST_REASON,
                rows=3,
            )

        data = None if stored is None else entry.data(stored)
        form: FillForm = VariableForm(data={"value": data, "based_on": str(number)})
        return form

    def stored(self, variable: Variable) -> Any:
        """Return the value as it is stored."""
        return VALUE_FIELDS[variable.kind].value(self["value"].data)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        value = self["value"].data
        if valid and isinstance(value, str) and len(value) > LONGEST_VALUE:
            self.add_error(f"Enter {LONGEST_VALUE} characters or fewer", "value")
            return False
        return valid

"""The forms of a value of an own clause: what it is, where it comes from, its minimum position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_clauses.rules.integrity.references import READ_FROM
from contract_clauses.rules.library import VariableKind
from contract_clauses.rules.own_values import Entered, entered_from
from foundation.fields import Choice, Form, RadiosField, SelectField, TextField, required
from question_bank.rules.questions import Bank

KINDS = {
    VariableKind.HOURS: "Hours, as a figure; the words give the unit",
    VariableKind.DURATION: "A length of time, printed with its unit",
    VariableKind.DAYS: "Days, as a figure",
    VariableKind.MONTHS: "Months, as a figure",
    VariableKind.NUMBER: "A number",
    VariableKind.PERCENT: "A percentage",
    VariableKind.MONEY: "An amount in pounds",
    VariableKind.DATE: "A date",
    VariableKind.TEXT: "Words of an answer that is chosen from a list",
    VariableKind.LIST: "Several answers that are chosen from lists",
    VariableKind.COUNTRIES: "Countries",
}


class NewValueForm(Form):
    label = TextField(
        "What the value is",
        [required("Enter what the value is")],
        hint="A few words, such as “Working Days to return keys”. They stand in brackets where "
        "there is no value yet.",
    )
    kind = RadiosField("What kind of value is it?", [required("Select the kind of value")])

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [Choice(kind, words) for kind, words in KINDS.items()]


class ValueForm(Form):
    """Where a value comes from, in this order, and the worst that is accepted."""

    label = TextField("What the value is", [required("Enter what the value is")])
    part = SelectField(
        "From an answer (optional)", hint="The first of these three that has a value is printed."
    )
    fact = SelectField("Or from a fact of the tender (optional)")
    default = TextField("Or your default (optional)", hint="Written as the clause prints it.")
    limit = SelectField("Minimum position (optional)")
    limit_fact = SelectField("Which fact of the tender is the limit?")
    limit_value = TextField("Or which value?")
    deviation = TextField(
        "What a deviation says",
        hint="Printed where a bid is worse, such as “Keys are returned later than we accept”.",
    )

    def __init__(self, value: Mapping[str, Any], bank: Bank) -> None:
        kind = VariableKind(value["kind"])
        super().__init__(data=vars_of(entered_from(value)))
        facts = [
            Choice(name, fact.spec.label)
            for name, fact in bank.facts.items()
            if fact.spec.kind in READ_FROM[kind]
        ]
        self.part.choices = [Choice("", "None"), *_answers(kind, bank)]
        self.fact.choices = [Choice("", "None"), *facts]
        self.limit_fact.choices = [Choice("", "None"), *facts]
        within = kind is VariableKind.COUNTRIES
        self.limit.choices = [
            Choice("", "None"),
            *(
                [Choice("within", "Only these countries")]
                if within
                else [Choice("at_most", "At most"), Choice("at_least", "At least")]
            ),
        ]

    def entered(self) -> Entered:
        return Entered(**{name: (self._fields[name].data or "").strip() for name in ENTERED})


ENTERED = ("label", "part", "fact", "default", "limit", "limit_fact", "limit_value", "deviation")


def vars_of(entered: Entered) -> dict[str, str]:
    return {name: getattr(entered, name) for name in ENTERED}


def _answers(kind: VariableKind, bank: Bank) -> list[Choice]:
    """Return the answers, and columns of answers, from which a value of the kind can be read."""
    found = []
    for part in bank.parts.values():
        if part.schema is not None:
            found += [
                Choice(f"{part.id}:{column.id}", f"{part.id} {part.label}: {column.label}")
                for column in part.schema.columns
                if column.kind in READ_FROM[kind]
            ]
        elif part.kind in READ_FROM[kind]:
            found.append(Choice(part.id, f"{part.id} {part.label}"))
    return found

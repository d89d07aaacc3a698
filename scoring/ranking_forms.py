"""The form of lots drawn for the first place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from foundation.fields import (
    Choice,
    DateField,
    Form,
    SelectField,
    TextAreaField,
    TextField,
    required,
)

LONGEST_HOW = 2000
SAME_TWICE = "Select each bid once"


class LotsForm(Form):
    """One list for each place, made by ``lots_form``; who was drawn as what."""

    how = TextAreaField(
        "How were the lots drawn?",
        [required("Enter how the lots were drawn")],
        hint="Say who drew, where, and from what, so that somebody who was not there can follow.",
        most_characters=LONGEST_HOW,
        rows=4,
    )
    witness = TextField(
        "Who was the witness?",
        [required("Enter the name of the witness")],
        hint="Somebody from outside the panel, with name and post.",
    )
    drawn_on = DateField("When were they drawn?", [required("Enter the day of the draw")])

    @property
    def places(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith("place_")]

    @property
    def in_order(self) -> list[str]:
        return [field.data or "" for field in self.places]

    @property
    def day(self) -> date:
        found: date = self.drawn_on.data
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        chosen = self.in_order
        if fine and len(set(chosen)) < len(chosen):
            self.add_error(SAME_TWICE, "place_1")
            return False
        return fine


def lots_form(tied: Sequence[tuple[str, str]]) -> LotsForm:
    """Return the form for bids given by key and name, with a list for each place."""
    choices = [Choice("", "Select a bid"), *(Choice(key, name) for key, name in tied)]
    places = {
        f"place_{number}": SelectField(
            "Drawn first" if number == 1 else f"Drawn as number {number}",
            [required("Select the bid that was drawn")],
            choices=choices,
        )
        for number in range(1, len(tied) + 1)
    }
    made: LotsForm = type("LotsOfTied", (LotsForm,), places)()
    return made

"""The forms about who marks what."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from foundation.fields import (
    CheckboxesField,
    Choice,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    required,
)
from scoring.forms import BasedOnForm
from scoring.queries.evaluators import Evaluator
from scoring.rules.allocation import GROUNDS

LONGEST_REASON = 2000
MOST_DIGITS = 18


def offer(form: Form, field: CheckboxesField, choices: list[Choice]) -> None:
    """Let a field know its choices, and read what was sent again: they tell what may be chosen."""
    field.choices = choices
    if form.is_submitted():
        field.process(request.form)


class AllocationForm(BasedOnForm):
    """The ticks of the table are named by question and person; the page reads them itself."""

    reason = TextAreaField(
        "Why questions are taken away",
        hint="Only where you take a question from somebody. What he marked stays in the record.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    @property
    def number(self) -> int:
        """Return the event the form knew last; events are counted for all tenders together."""
        text = str(self.based_on.data or "0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


class ReplaceForm(Form):
    leaving = SelectField("Who stops", [required("Select who stops")])
    coming = SelectField("Who carries on", [required("Select who carries on")])
    bid = SelectField(
        "In which bids",
        hint="One bid alone, where an interest keeps somebody from it.",
    )
    reason = TextAreaField(
        "Reason",
        [required("Enter the reason")],
        hint="At least 20 characters. It stays in the record.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    def offer(
        self,
        leaving: Iterable[Evaluator],
        coming: Iterable[Evaluator],
        bids: Iterable[tuple[str, str]],
    ) -> None:
        nobody = Choice("", "Select somebody")
        self.leaving.choices = [nobody, *(Choice(one.token, one.name) for one in leaving)]
        self.coming.choices = [nobody, *(Choice(one.token, one.name) for one in coming)]
        self.bid.choices = [Choice("", "Every bid"), *(Choice(*one) for one in bids)]


class DeclineForm(Form):
    questions = CheckboxesField("What you decline", [required("Select what you decline")])
    ground = RadiosField(
        "Why",
        [required("Select why you decline")],
        choices=[Choice(str(ground), words) for ground, words in GROUNDS.items()],
    )
    reason = TextAreaField(
        "Reason",
        [required("Enter the reason")],
        hint="At least 20 characters. The chair reads it and decides; until then the question "
        "stays yours.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    def offer(self, questions: Iterable[tuple[str, str]]) -> None:
        offer(self, self.questions, [Choice(*one) for one in questions])


class DeclinedForm(Form):
    decision = RadiosField(
        "Your decision",
        [required("Select what becomes of the question")],
        choices=[
            Choice("taken", "Take it away", "Give it to somebody else afterwards"),
            Choice("kept", "Leave it with this person"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="At least 20 characters.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

"""The forms of a case about a price that seems abnormally low."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import (
    Choice,
    DateTimeField,
    Form,
    RadiosField,
    TextAreaField,
    required,
)
from scoring.rules.low_prices import DECISIONS, LONGEST_TEXT


class StepForm(Form):
    """``based_on``: the number of the last step when the form was made."""

    based_on = HiddenField()


class RaiseForm(StepForm):
    text = TextAreaField(
        "Why the price seems abnormally low",
        [required("Enter why the price seems abnormally low")],
        hint="For your own record; the bidder is not shown it.",
        most_characters=LONGEST_TEXT,
        rows=4,
    )


class NotNeededForm(StepForm):
    text = TextAreaField(
        "Why no case is needed",
        [required("Enter why no case is needed")],
        hint="For your own record and the report; the bidder is not shown it.",
        most_characters=LONGEST_TEXT,
        rows=4,
    )


class AskForm(StepForm):
    text = TextAreaField(
        "Letter to the bidder",
        [required("Enter what you write to the bidder")],
        hint="A draft to change. Name what you doubt. Say nothing of other bids.",
        most_characters=LONGEST_TEXT,
        rows=18,
    )
    due_at = DateTimeField(
        "The reply must arrive before",
        [required("Enter until when the bidder can reply")],
        hint="Give a reasonable chance: five working days are usual. London time.",
    )


class EnterForm(StepForm):
    text = TextAreaField(
        "What the bidder replied",
        [required("Enter the reply")],
        hint="As it came on the other portal.",
        most_characters=LONGEST_TEXT,
        rows=10,
    )


class DecideForm(StepForm):
    decision = RadiosField(
        "What becomes of the tender?",
        [required("Select what becomes of the tender")],
        choices=[
            Choice(
                str(decision),
                words,
                "" if decision == "kept" else "Only if the bidder was asked and did not show it.",
            )
            for decision, words in DECISIONS.items()
        ],
    )
    text = TextAreaField(
        "Why",
        [required("Enter the reason for your decision")],
        hint="Say what the bidder showed or did not show. The bidder reads it.",
        most_characters=LONGEST_TEXT,
        rows=6,
    )


class ReplyForm(Form):
    text = TextAreaField(
        "Your reply",
        [required("Enter your reply")],
        hint="Show how you can perform the contract for your price. You cannot change the price.",
        most_characters=LONGEST_TEXT,
        rows=12,
    )

"""What the forms of the evaluation share, and the decision on a requirement."""

from __future__ import annotations

from datetime import date

from wtforms import Field, HiddenField, ValidationError

from foundation import clock
from foundation.fields import Choice, Form, RadiosField, TextAreaField, required
from scoring.rules.results import TOP_OF_SCALE
from scoring.service import GivenDecision

LONGEST_REASON = 4000
# Who reads what is explained of a mark.
READ_BY = (
    "The bidder reads this. If this bid wins, the other bidders read it too, unless it is "
    "withheld: name no other bidder and nothing internal."
)
LONGEST_NAME = 200
MARKS = [Choice(str(mark), str(mark)) for mark in range(TOP_OF_SCALE, -1, -1)]


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


def not_past(form: Form, field: Field) -> None:
    """Refuse a day that is past, unless it stood there before."""
    del form
    day, today = field.data, clock.london(clock.now()).date()
    if isinstance(day, date) and day != field.object_data and day < today:
        raise ValidationError("Enter today or a day in the future")


class RequirementForm(BasedOnForm):
    decision = RadiosField(
        "Does the bid pass this requirement?",
        [required("Select whether the bid passes this requirement")],
        choices=[
            Choice("pass", "Yes, it passes", "It stays in the ranking"),
            Choice("fail", "No, it fails", "It is listed without a rank, with your reason"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="At least 20 characters. Name the answer and what the tender says about it. If the "
        "bid fails, the bidder reads this reason with its result.",
        most_characters=LONGEST_REASON,
        rows=5,
    )

    @property
    def given(self) -> GivenDecision:
        return GivenDecision(
            passed=self.decision.data == "pass",
            reason=self.reason.data or "",
            based_on=self.number,
        )

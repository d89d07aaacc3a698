"""The forms of cancelling a tender: why, and the decision of the second person."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import Form, RadiosField, TextAreaField, required
from tenders.rules.cancelling import LONGEST_REASON


class CancelForm(Form):
    reason = TextAreaField(
        "Why the tender is cancelled",
        [required("Enter why the tender is cancelled")],
        hint="Every company that follows the tender reads these words. Name no supplier.",
        most_characters=LONGEST_REASON,
        rows=5,
    )


class DecideForm(Form):
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            ("agree", "Cancel the tender for good"),
            ("refuse", "Refuse: the tender goes on"),
            ("take-back", "Take my own request back"),
        ],
    )
    refusal = TextAreaField(
        "Why you refuse (only if you refuse)", most_characters=LONGEST_REASON, rows=3
    )
    # The request the page showed: another one made meanwhile is not what was read.
    approval = HiddenField()

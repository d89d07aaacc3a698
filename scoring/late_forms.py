"""The form of the decision on a late bid."""

from __future__ import annotations

from foundation.fields import Choice, Form, RadiosField, TextAreaField, required
from scoring.forms import LONGEST_REASON


class LateForm(Form):
    decision = RadiosField(
        "What do you decide under the published rule?",
        [required("Select whether the late bid is admitted")],
        choices=[
            Choice("admit", "Admit it: it is evaluated as if it had come in time"),
            Choice("refuse", "Refuse it: it is never read"),
        ],
    )
    reason = TextAreaField(
        "Why",
        hint="The company reads this. Say what made the bid late, how you know, and why the "
        "decision treats every bidder alike.",
        most_characters=LONGEST_REASON,
        rows=6,
    )

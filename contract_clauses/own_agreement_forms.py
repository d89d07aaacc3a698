"""The form in which a reviewer decides on a clause that somebody else wrote."""

from __future__ import annotations

from foundation.fields import Choice, Form, RadiosField, TextAreaField, required

AGREE, SEND_BACK = "agree", "back"


class DecideClauseForm(Form):
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice(AGREE, "I agree: tenders published from now on get it"),
            Choice(SEND_BACK, "I send it back: something has to change first"),
        ],
    )
    reason = TextAreaField(
        "What has to change first (when you send it back)",
        hint="For colleagues. It stands in the history for good.",
        rows=3,
        most_characters=600,
    )

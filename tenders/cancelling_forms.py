"""The forms of cancelling a tender: why, and the decision of the second person."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from foundation.fields import Form, RadiosField, TextAreaField, required
from tenders.rules.cancelling import LONGEST_REASON

TAKE_BACK = "take-back"


class CancelForm(Form):
    reason = TextAreaField(
        "Why the tender is cancelled",
        [required("Enter why the tender is cancelled")],
        hint="Every company that follows the tender reads these words. Name no supplier.",
        most_characters=LONGEST_REASON,
        rows=5,
    )

    @classmethod
    def of(cls, *, is_draft: bool, **more: Any) -> CancelForm:
        """Return the form; of a draft nobody outside reads the reason."""
        form = cls(**more)
        if is_draft:
            form.reason.label.text = "Why the draft is cancelled"
            form.reason.hint = "A short reason will do. It stays with the draft, for colleagues."
        return form


class DecideForm(Form):
    """What the second person decides; whoever asked takes back, with a button of its own."""

    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            ("agree", "Cancel the tender for good"),
            ("refuse", "Refuse: the tender goes on"),
            (TAKE_BACK, "Take my request back"),
        ],
    )
    refusal = TextAreaField(
        "Why you refuse (only if you refuse)", most_characters=LONGEST_REASON, rows=3
    )
    # The request the page showed: another one made meanwhile is not what was read.
    approval = HiddenField()

    def offer_to_second(self) -> None:
        """Leave out what only the one who asked can do."""
        self.decision.choices = [one for one in self.decision.choices if one.value != TAKE_BACK]

    def error_above(self) -> None:
        """Show what is wrong above the form: its fields are not on the page of this person."""
        self.form_errors = [message for found in self.errors.values() for message in found]
        for one in self:
            one.errors = []

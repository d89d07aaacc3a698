"""Saying that a reopened thing was looked at, and what follows."""

from __future__ import annotations

from foundation.fields import Form, TextAreaField, required
from scoring.service.reopening import LONGEST_WORDS


class SettleForm(Form):
    words = TextAreaField(
        "What you found and what follows from it",
        [required("Enter what you found and what follows from it")],
        hint="For example, that the supplier showed a new certificate and you looked at it. The "
        "record keeps these words with your name.",
        most_characters=LONGEST_WORDS,
        rows=5,
    )

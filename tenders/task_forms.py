"""Ending a task by hand."""

from __future__ import annotations

from foundation.fields import Form, TextAreaField, required
from tenders.service.tasks import LONGEST_WORDS


class EndTaskForm(Form):
    words = TextAreaField(
        "What was done about it",
        [required("Enter what was done about it")],
        hint="Everybody at your organisation who finds this task reads these words.",
        most_characters=LONGEST_WORDS,
        rows=4,
    )

"""The forms on which one evaluator marks alone, and says that his marks are final."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from foundation.fields import (
    CheckboxesField,
    Choice,
    Form,
    RadiosField,
    TextAreaField,
    TextField,
    required,
)
from scoring.forms import LONGEST_REASON, MARKS, READ_BY, BasedOnForm
from scoring.models import Mark
from scoring.rules.citing import Cite, with_part_named
from scoring.rules.guards import Guard
from scoring.service import GivenMark


class MarkForm(BasedOnForm):
    """One evaluator's mark. Points and passages are read beside it: their number differs."""

    mark = RadiosField("Mark", [required("Select a mark from 0 to 5")], choices=MARKS)
    reason = TextAreaField(
        "Reason for the mark",
        [required("Enter the reason for your mark")],
        hint="At least 20 characters. Name the answer it rests on, for example SLP-07.f.",
        most_characters=LONGEST_REASON,
        rows=6,
    )
    feedback = TextAreaField(
        "Feedback for the bidder",
        hint="What was good, what was missing, and why it matters. The panel may take it over. "
        f"{READ_BY}",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    internal_comment = TextAreaField(
        "Internal comment",
        hint="For colleagues only. It is never sent to the bidder and left out of the workbook.",
        most_characters=LONGEST_REASON,
        rows=3,
    )
    # A checkbox whose value names what was shown as odd (keys of rules.guards).
    seen = TextField("I have seen this")

    @property
    def seen_keys(self) -> frozenset[str]:
        return frozenset(str(self.seen.data or "").split())

    def given(
        self, points: Mapping[str, bool], cites: Iterable[Cite], odd: Iterable[Guard]
    ) -> GivenMark:
        return GivenMark(
            mark=int(self.mark.data),
            reason=self.reason.data or "",
            feedback=self.feedback.data or "",
            internal_comment=self.internal_comment.data or "",
            based_on=self.number,
            points=dict(points),
            cites=[one.as_stored for one in cites],
            warned=[str(guard.kind) for guard in odd],
        )

    def name_part(self, part: str) -> None:
        """Put the name of a part at the end of the reason, for who cites without a script."""
        self.reason.data = with_part_named(self.reason.data or "", part)
        self.reason.raw_data = [self.reason.data]


class LockForm(Form):
    sure = CheckboxesField(
        "Before you lock",
        [required("Select that your marks are final")],
        choices=[
            Choice(
                "yes",
                "I gave these marks alone, and they are final",
                "After this nobody can change them, and you see the marks of the others",
            )
        ],
    )


def as_given(own: Mark | None) -> dict[str, Any]:
    """Return what fills the form: the evaluator's mark that counts."""
    if own is None:
        return {"based_on": "0"}
    return {
        "based_on": str(own.number),
        "mark": str(own.mark),
        "reason": own.reason,
        "feedback": own.feedback,
        "internal_comment": own.internal_comment,
    }

"""The form on which the panel's chair signs an agreed mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from foundation.fields import CheckboxesField, Choice, RadiosField, TextAreaField, required
from scoring.forms import LONGEST_REASON, MARKS, BasedOnForm
from scoring.models import AgreedMark
from scoring.queries.evaluators import Evaluator
from scoring.rules.descriptors import Point
from scoring.service import GivenAgreed

POINT = "point-"


class AgreeForm(BasedOnForm):
    """What the panel agrees on one question; the points are named "point-4.1"."""

    present = CheckboxesField(
        "Who was there", [required("Select who took part in the meeting, you among them")]
    )
    mark = RadiosField("Agreed mark", [required("Select the mark the panel agreed")], choices=MARKS)
    reason = TextAreaField(
        "The panel’s reason for the mark",
        [required("Enter the panel’s reason for the mark")],
        hint="One reason for all, at least 20 characters, that names the answers it rests on.",
        most_characters=LONGEST_REASON,
        rows=6,
    )
    why_moved = TextAreaField(
        "Why the mark moved",
        hint="Needed where anybody gave another mark: what was read differently, and by whom.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    why_not_higher = TextAreaField(
        "Why not higher",
        hint="Needed for a mark below 5: what the answer lacks for the next mark.",
        most_characters=LONGEST_REASON,
        rows=3,
    )
    feedback = TextAreaField(
        "Feedback for the bidder",
        hint="The supplier may read this: what was good, what was missing, and why it matters.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    internal_comment = TextAreaField(
        "Internal comment",
        hint="For colleagues only. It is never sent to the bidder.",
        most_characters=LONGEST_REASON,
        rows=3,
    )
    reopened_because = TextAreaField(
        "Why the agreed mark is taken up again",
        hint="The mark agreed before stays in the record with this reason.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    def offer(self, people: Iterable[Evaluator]) -> None:
        self.present.choices = [Choice(one.token, one.name) for one in people]

    def given(self, points: Iterable[Point], sent: MultiDict[str, str]) -> GivenAgreed:
        return GivenAgreed(
            mark=int(self.mark.data),
            reason=self.reason.data or "",
            feedback=self.feedback.data or "",
            why_not_higher=self.why_not_higher.data or "",
            internal_comment=self.internal_comment.data or "",
            why_moved=self.why_moved.data or "",
            points=points_sent(points, sent),
            present=list(self.present.data or []),
            reopened_because=self.reopened_because.data or "",
            based_on=self.number,
        )


def points_sent(points: Iterable[Point], sent: Mapping[str, str]) -> dict[str, bool]:
    """Return which published points were said to be met or not; the rest was not judged."""
    said = {point.key: sent.get(POINT + point.key) for point in points}
    return {key: word == "met" for key, word in said.items() if word in ("met", "unmet")}


def as_agreed(stands: AgreedMark | None) -> dict[str, Any]:
    """Return what fills the form: what was agreed last, for who takes it up again."""
    if stands is None:
        return {"based_on": "0"}
    return {
        "based_on": str(stands.number),
        "mark": str(stands.mark),
        "reason": stands.reason,
        "feedback": stands.feedback,
        "why_not_higher": stands.why_not_higher,
        "why_moved": stands.why_moved,
        "internal_comment": stands.internal_comment,
        "present": list(stands.present),
    }

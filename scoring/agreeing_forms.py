"""The forms on which the panel's chair signs agreed marks."""

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
from scoring.allocating_forms import offer
from scoring.forms import LONGEST_REASON, MARKS, READ_BY, BasedOnForm
from scoring.models import AgreedMark
from scoring.queries.evaluators import Evaluator
from scoring.rules.guards import Guard
from scoring.service import GivenAgreed


class AgreeForm(BasedOnForm):
    """What the panel agrees on one question; the published points are read beside it."""

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
        "Why the mark moved, and from whose mark",
        hint="Needed where anybody gave another mark: what was read differently.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    why_not_higher = TextAreaField(
        "Why not higher",
        hint=f"Needed for a mark below 5: what the answer lacks for the next mark. {READ_BY}",
        most_characters=LONGEST_REASON,
        rows=3,
    )
    feedback = TextAreaField(
        "Feedback for the bidder",
        hint=f"What was good, what was missing, and why it matters. {READ_BY}",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    internal_comment = TextAreaField(
        "Internal note",
        hint="For colleagues only. It is never sent to the bidder.",
        most_characters=LONGEST_REASON,
        rows=3,
    )
    reopened_because = TextAreaField(
        "Why the agreed mark is taken up again",
        hint="The mark agreed before stays in the record beside this reason.",
        most_characters=LONGEST_REASON,
        rows=3,
    )
    # A checkbox whose value names what was shown as odd (keys of rules.guards).
    seen = TextField("I have seen this")

    @property
    def seen_keys(self) -> frozenset[str]:
        return frozenset(str(self.seen.data or "").split())

    def offer(self, people: Iterable[Evaluator]) -> None:
        offer(self, self.present, [Choice(one.token, one.name) for one in people])

    def given(self, points: Mapping[str, bool], odd: Iterable[Guard]) -> GivenAgreed:
        return GivenAgreed(
            mark=int(self.mark.data),
            reason=self.reason.data or "",
            feedback=self.feedback.data or "",
            why_not_higher=self.why_not_higher.data or "",
            internal_comment=self.internal_comment.data or "",
            why_moved=self.why_moved.data or "",
            points=dict(points),
            present=list(self.present.data or []),
            warned=[str(guard.kind) for guard in odd],
            reopened_because=self.reopened_because.data or "",
            based_on=self.number,
        )


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


class AdoptForm(Form):
    """Marks of one evaluator each that the chair takes as agreed; why none is higher is read
    beside it, in fields named "why-SLP-07"."""

    questions = CheckboxesField("Marks", [required("Select the marks you take as agreed")])

    def offer(self, questions: Iterable[str]) -> None:
        offer(self, self.questions, [Choice(one, one) for one in questions])


class EqualForm(Form):
    """Answers to which all evaluators gave one mark; their words are fields named by the answer,
    such as "reason-KEY", and read beside the form."""

    present = CheckboxesField(
        "Who was there", [required("Select who took part in the meeting, you among them")]
    )
    signed = CheckboxesField("Answers", [required("Select the answers you sign")])

    def offer(self, people: Iterable[Evaluator], keys: Iterable[str]) -> None:
        offer(self, self.present, [Choice(one.token, one.name) for one in people])
        offer(self, self.signed, [Choice(key, key) for key in keys])


class QualityForm(Form):
    sure = CheckboxesField(
        "Before you say so",
        [required("Select that the marks are final")],
        choices=[
            Choice(
                "yes",
                "The marks are final",
                "From here on prices are seen. A mark can still be taken up again with a reason, "
                "and the record then shows that prices were known",
            )
        ],
    )

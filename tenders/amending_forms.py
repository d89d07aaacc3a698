"""The form of what an amendment changes beside the questions."""

from __future__ import annotations

from datetime import datetime

from foundation import clock
from foundation.errors import DomainError
from foundation.fields import DateTimeField, Form, TextAreaField, required
from tenders.fields import clear_time
from tenders.prepared import Draft
from tenders.service.amending import LONGEST_REASON


class AmendmentForm(Form):
    closes_at = DateTimeField(
        "When bids close",
        [required("Enter when bids close"), clear_time],
        hint="London time. It can be later than published, never earlier.",
    )
    questions_until = DateTimeField(
        "Until when suppliers can ask questions",
        [clear_time],
        hint="London time. Leave it empty to take questions until bids close.",
    )
    reason = TextAreaField(
        "Reason for the amendment",
        [required("Enter the reason for the amendment")],
        hint="Published with it: every supplier reads why something changed, and why the closing "
        "time stays or moves.",
        rows=4,
        most_characters=LONGEST_REASON,
    )

    @classmethod
    def of(cls, draft: Draft, proposed: datetime | None) -> AmendmentForm:
        """Return the form as prepared; with the proposed closing time where none was chosen."""
        closes_at = draft.closes_at
        if proposed is not None and draft.prepared.closes_at is None and not draft.prepared.reason:
            closes_at = proposed
        return cls(
            data={
                "closes_at": _wall(closes_at),
                "questions_until": _wall(draft.questions_until),
                "reason": draft.prepared.reason,
            }
        )

    def closing(self, published: datetime) -> datetime:
        """Return the closing time typed, the published one where it is the same minute.

        Raises DomainError, naming the field.
        """
        wall = self.closes_at.data
        if wall is None:
            raise DomainError("Enter when bids close", field="closes_at")
        same = clock.london(published).replace(second=0, microsecond=0, tzinfo=None)
        return published if wall == same else clock.from_london(wall, field="closes_at")

    @property
    def asking(self) -> datetime | None:
        wall = self.questions_until.data
        return None if wall is None else clock.from_london(wall, field="questions_until")


def _wall(moment: datetime | None) -> datetime | None:
    return None if moment is None else clock.london(moment).replace(tzinfo=None)

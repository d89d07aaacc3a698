"""The forms about who marks what."""

from __future__ import annotations

from foundation.fields import TextAreaField
from scoring.forms import BasedOnForm

LONGEST_REASON = 2000


class AllocationForm(BasedOnForm):
    """The ticks of the table are named by question and person; the page reads them itself."""

    reason = TextAreaField(
        "Why questions are taken away",
        hint="Only where you take a question from somebody. What he marked stays in the record.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    @property
    def number(self) -> int:
        """Return the event the form knew last; events are counted for all tenders together."""
        text = str(self.based_on.data or "0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0

"""Saying that a reopened thing was looked at, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField

from foundation.fields import Choice, Form, RadiosField, TextAreaField, required
from scoring.models import Reopening
from scoring.queries.reopening import Again, Reopened
from scoring.service.reopening import LONGEST_WORDS

ALL, ALONE = "all", "this"


class SettleForm(Form):
    # The last cause the page showed: what came since is not meant.
    through = HiddenField()
    meaning = RadiosField(
        "What your words settle", [required("Select whether your words settle all of it")]
    )
    words = TextAreaField(
        "What you found and what follows from it",
        [required("Enter what you found and what follows from it")],
        hint="For example, that the supplier showed a new certificate and you looked at it. The "
        "record keeps these words with your name.",
        most_characters=LONGEST_WORDS,
        rows=5,
    )

    def __init__(self, again: Again, found: Reopened) -> None:
        super().__init__(data={"through": str(max(one.row.id for one in again.causes))})
        self.is_one = len(again.causes) == 1
        if self.is_one:
            del self.meaning
        else:
            many = len(again.causes)
            every = f"{'Both' if many == 2 else f'All {many}'} causes for which it is open"
            self.meaning.choices = [Choice(ALL, every), Choice(ALONE, "The one above alone")]

    def meant(self, again: Again, found: Reopened) -> Sequence[Reopening]:
        """Return what the words are about: this cause, or all that the page showed."""
        if self.is_one or self.meaning.data == ALONE:
            return [found.row]
        last = str(self.through.data or "")
        through = int(last) if last.isdecimal() and len(last) < 19 else 0
        own = found.row.id
        return [one.row for one in again.causes if one.row.id <= through or one.row.id == own]

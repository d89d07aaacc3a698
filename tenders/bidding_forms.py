"""The forms about bidding: how suppliers may bid, and the answers to their questions."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import HiddenField

from foundation import clock
from foundation.fields import (
    CheckboxesField,
    Choice,
    DateTimeField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    required,
)
from tenders.clarified import Published
from tenders.fields import clear_time
from tenders.models import Tender
from tenders.rules.clarifications import LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_REASON
from tenders.service import Bidding


class BiddingForm(Form):
    questions_until = DateTimeField(
        "When questions about the tender close (optional)",
        [clear_time],
        hint="London time, before bids close. A question must arrive before it. Leave it empty to "
        "take questions until bids close.",
    )
    allows_qualifications = RadiosField(
        "May a bid list qualifications to the contract terms?",
        [required("Select whether a bid may list qualifications")],
        choices=[
            ("yes", "Yes, with each qualification named by its clause"),
            ("no", "No, a bid accepts the terms as published"),
        ],
    )
    last_saved_counts = RadiosField(
        "What counts when bids close?",
        [required("Select what counts when bids close")],
        choices=[
            ("no", "Only what is submitted"),
            (
                "yes",
                "A company may ask that its last complete saved version be handed in for it",
            ),
        ],
    )
    runs_elsewhere = RadiosField(
        "Where are bids taken?",
        [required("Select where bids are taken")],
        choices=[
            ("no", "Here"),
            ("yes", "On another portal: officers bring the bids in after the closing time"),
        ],
    )

    @classmethod
    def of(cls, tender: Tender) -> BiddingForm:
        """Return the form filled with what is decided so far."""
        until = tender.questions_until
        return cls(
            data={
                "questions_until": clock.london(until).replace(tzinfo=None) if until else None,
                "allows_qualifications": _word(tender.allows_qualifications),
                "last_saved_counts": _word(tender.last_saved_counts),
                "runs_elsewhere": _word(tender.runs_elsewhere),
            }
        )

    def bidding(self) -> Bidding:
        """Return what was typed. Raises TimeUnclear, naming the field."""
        wall = self.questions_until.data
        return Bidding(
            questions_until=clock.from_london(wall, field="questions_until") if wall else None,
            allows_qualifications=self.allows_qualifications.data == "yes",
            last_saved_counts=self.last_saved_counts.data == "yes",
            runs_elsewhere=self.runs_elsewhere.data == "yes",
        )


def _word(chosen: bool) -> str:
    return "yes" if chosen else "no"


class AnswerForm(Form):
    """An answer to all, with the question as everybody will read it."""

    published_text = TextAreaField(
        "The question, as everybody will read it",
        hint="Take out whatever could tell who asked: names, places, products, earlier contracts.",
        most_characters=LONGEST_QUESTION,
        rows=5,
    )
    answer = TextAreaField("The answer, for everybody", most_characters=LONGEST_ANSWER, rows=8)
    no_name = CheckboxesField(
        "Names",
        choices=[("yes", "The words named above are no company’s name here")],
    )
    # What the form was filled with, so that no colleague's words are written over unseen.
    based_on = HiddenField()


class DeclineForm(Form):
    reason = TextAreaField(
        "Why it is not answered to everybody",
        [required("Enter why it is not answered")],
        hint="Only the company that asked reads this. You are not told which it is.",
        most_characters=LONGEST_REASON,
        rows=4,
    )


class MergeForm(Form):
    number = SelectField(
        "Published answer",
        [required("Select the published answer that answers it")],
        hint="Only the company that asked is told; everybody has that answer.",
    )

    @classmethod
    def of(cls, published: Iterable[Published]) -> MergeForm:
        """Return the form with every published answer to choose from."""
        form = cls()
        form.number.choices = [
            Choice("", "Select"),
            *(Choice(str(one.number), f"{one.number}. {one.text[:80]}") for one in published),
        ]
        return form

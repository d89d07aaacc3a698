"""The forms of sharing: an authority's choice, a request to read answers, a supplier's word."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import (
    Choice,
    DateField,
    Form,
    RadiosField,
    TextAreaField,
    required,
)
from records.rules.sharing import LONGEST_WORDS

YES, NO = "yes", "no"
GIVE, REFUSE = "give", "refuse"


class Numbered(Form):
    """The number of what was seen travels along: nobody decides on what he did not see."""

    number = HiddenField()

    @property
    def based_on(self) -> int:
        said = self.number.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


class ChoiceForm(Numbered):
    shares = RadiosField(
        "Share with authorities that share with you?",
        [required("Select whether to share")],
        choices=[
            Choice(YES, "Share"),
            Choice(NO, "Do not share"),
        ],
    )
    words = TextAreaField(
        "Why",
        [required("Enter why")],
        hint="For example, who agreed to it and when.",
        most_characters=LONGEST_WORDS,
        rows=3,
    )


class AskForm(Form):
    words = TextAreaField(
        "What do you need the answers for?",
        [required("Enter what you need the answers for: the supplier reads it")],
        hint="The supplier reads this before it decides.",
        most_characters=LONGEST_WORDS,
        rows=4,
    )


class WordForm(Numbered):
    """Agree or refuse; where it is agreed already, take it back."""

    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice(GIVE, "Let it read these answers until a day"),
            Choice(REFUSE, "Refuse"),
        ],
    )
    until = DateField("Until which day?", hint="That day included. For example, 31 3 2027")
    words = TextAreaField("Note to the authority (optional)", most_characters=LONGEST_WORDS, rows=3)


class BackForm(Numbered):
    words = TextAreaField("Note to the authority (optional)", most_characters=LONGEST_WORDS, rows=3)

"""The forms of the decision: what is recommended, the second person, letters, standstill, award."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import HiddenField

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from scoring.rules import recommending, standstill
from scoring.rules.letters import (
    EXEMPTIONS,
    LONGEST_ADDRESS,
    LONGEST_OPENING,
    LONGEST_PASSAGE,
    LONGEST_REASON,
    LONGEST_WHY,
    Exemption,
    Withheld,
)
from scoring.rules.recommending import SUCCESSFUL, UNSUCCESSFUL, Place

TAKE_BACK = "take-back"
LONGEST_NUMBER = 10


class ReleaseForm(Form):
    """Releasing is confirmed: nobody takes it back."""

    sure = CheckboxesField(
        "Before you release",
        [required("Select that every bidder may be told now")],
        choices=[Choice("yes", "Every bidder may be told now; I know that it cannot be undone")],
    )


class RecommendForm(Form):
    """What is recommended of each bid; its fields are named by the tokens of the bids."""

    reason = TextAreaField(
        "The reason",
        [required("Enter the reason")],
        hint="Why these bids are the most advantageous tenders, or why nothing is to be awarded. "
        "Whoever agrees reads it, and the report has it. At least "
        f"{recommending.SHORTEST_REASON} characters.",
        most_characters=recommending.LONGEST_REASON,
        rows=6,
    )
    nothing = RadiosField(
        "What do you recommend?",
        choices=[
            Choice("award", "To award the contract as selected here"),
            Choice("nothing", "To award nothing, and cancel the tender afterwards"),
        ],
        default="award",
    )
    several = CheckboxesField(
        "If you selected more than one bid as successful",
        hint="No published term of a tender says so, so it is said here.",
        choices=[Choice("yes", "This contract goes to more than one supplier")],
    )
    several_because = TextAreaField(
        "Why it goes to more than one supplier (only if it does)",
        hint="Where the tender documents say so, and how the work is shared. At least "
        f"{recommending.SHORTEST_REASON} characters.",
        most_characters=recommending.LONGEST_SEVERAL,
        rows=3,
    )
    # The hash of the record as it was read.
    read = HiddenField()

    tokens: tuple[str, ...] = ()

    def result_of(self, token: str) -> RadiosField:
        field: RadiosField = self._fields[f"result-{token}"]
        return field

    @property
    def chosen(self) -> dict[str, str]:
        return {token: str(self.result_of(token).data or "") for token in self.tokens}


def recommend_form(
    places: Sequence[Place], offered: dict[str, str], read: str, several_because: str = ""
) -> RecommendForm:
    """Return the form with a field for each bid; ``offered``: what is selected at first.

    ``several_because``: why the last recommendation had several suppliers, "" where it had not.
    """
    fields: dict[str, Any] = {"tokens": tuple(place.key for place in places)}
    for place in places:
        fields[f"result-{place.key}"] = RadiosField(
            f"{place.name}, {f'rank {place.rank}' if place.rank else 'not ranked'}",
            choices=[Choice(SUCCESSFUL, "Successful"), Choice(UNSUCCESSFUL, "Not successful")],
            inline=True,
        )
    form_class = type("FilledRecommendForm", (RecommendForm,), fields)
    data = {f"result-{key}": value for key, value in offered.items()}
    data |= {"nothing": "award", "read": read, "several_because": several_because}
    several = ["yes"] if several_because else []
    form: RecommendForm = form_class(data={**data, "several": several})
    return form


class DecideAwardForm(Form):
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice("agree", "Agree: it is decided as recommended"),
            Choice("refuse", "Refuse"),
            Choice(TAKE_BACK, "Take my request back"),
        ],
    )
    refusal = TextAreaField("Why you refuse (only if you refuse)", most_characters=4000, rows=3)
    # The request the page showed: another one made meanwhile is not what was read.
    approval = HiddenField()

    def offer_to_second(self) -> None:
        """Leave out what only the one who asked can do."""
        self.decision.choices = [one for one in self.decision.choices if one.value != TAKE_BACK]


class BasedOnForm(Form):
    """``based_on``: the number of the version somebody had open."""

    based_on = HiddenField()

    @property
    def number(self) -> int:
        typed = self.based_on.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < LONGEST_NUMBER else 0


class LetterForm(BasedOnForm):
    opening = TextAreaField(
        "Opening words",
        [required("Enter the opening words of the letter")],
        hint="The assessment summary follows them.",
        most_characters=LONGEST_OPENING,
        rows=9,
    )
    why = TextAreaField(
        "Why the bid was not successful",
        hint="Further to the marks, such as why the bid was disregarded. Name no other bidder.",
        most_characters=LONGEST_WHY,
        rows=4,
    )
    address = TextAreaField(
        "Contact addresses of the bidder",
        hint="Postal and e-mail address of the company. Those of a successful bidder are told to "
        "the others, as regulation 31 wants.",
        most_characters=LONGEST_ADDRESS,
        rows=4,
    )


class WithholdForm(BasedOnForm):
    question = SelectField("Question", [required("Select the question")])
    passage = TextAreaField(
        "Words to leave out",
        hint="Exactly as they stand in the explanation. Leave it empty to leave all of it out.",
        most_characters=LONGEST_PASSAGE,
        rows=3,
    )
    exemption = RadiosField(
        "Why it may be withheld",
        [required("Select why it may be withheld")],
        choices=[Choice(one, words) for one, words in EXEMPTIONS.items()],
    )
    withheld_because = TextAreaField(
        "Reason",
        [required("Enter why it is withheld")],
        hint="The other bidders read it in place of the words. Do not repeat them.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    def offer(self, questions: Iterable[tuple[str, str]]) -> None:
        self.question.choices = [
            Choice("", "Select"),
            *(Choice(key, f"{key} {title}") for key, title in questions),
        ]

    @property
    def withheld(self) -> Withheld:
        return Withheld(
            self.question.data or "",
            self.passage.data or "",
            Exemption(self.exemption.data),
            self.withheld_because.data or "",
        )


class ReviewForm(BasedOnForm):
    # The hash of letter and summary as they were shown.
    shown = HiddenField()


class ReasonForm(Form):
    reason = TextAreaField(
        "Reason",
        [required("Enter the reason")],
        hint=f"At least {standstill.SHORTEST_REASON} characters.",
        most_characters=standstill.LONGEST_REASON,
        rows=3,
    )


class ResumeForm(ReasonForm):
    until = DateField(
        "Last day of the standstill, if it lasts longer now (optional)",
    )


class AwardForm(Form):
    signed_on = DateField(
        "When the contract was signed", [required("Enter the day on which it was signed")]
    )
    signatory = TextField(
        "Who signed it for the council", [required("Enter who signed it for the council")]
    )

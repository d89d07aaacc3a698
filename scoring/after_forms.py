"""The forms of what follows the opening: questions to bidders, their answers, the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from foundation.fields import (
    Choice,
    DateTimeField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from scoring.queries import EvaluatedBid
from scoring.rules.bid_questions import LONGEST_ANSWER, LONGEST_QUESTION
from scoring.rules.summaries import LONGEST_WHY, Outcome
from tenders.rules.questionnaire import Questionnaire

LONGEST_REASON = 4000


class AskBidderForm(Form):
    question = SelectField("What the question is about")
    text = TextAreaField(
        "Your question to the bidder",
        [required("Enter your question")],
        hint="Ask what an answer means, or about an obvious error. A bid cannot be improved after "
        "the closing time, so ask for nothing new.",
        most_characters=LONGEST_QUESTION,
        rows=7,
    )
    answer_until = DateTimeField(
        "When the answer must be there",
        [required("Enter when the answer must be there")],
        hint="London time. An answer must arrive before it.",
    )

    def offer(self, questionnaire: Questionnaire) -> None:
        self.question.choices = [
            Choice("", "The bid as a whole"),
            *(Choice(q.id, f"{q.id} {q.question.title}") for q in questionnaire.questions),
        ]


class AskedElsewhereForm(AskBidderForm):
    """The same of a bidder whose bid came from another portal, where the question is put."""

    text = TextAreaField(
        "The question, as you put it on the other portal",
        [required("Enter the question")],
        hint="Ask what an answer means, or about an obvious error. A bid cannot be improved after "
        "the closing time, so ask for nothing new.",
        most_characters=LONGEST_QUESTION,
        rows=7,
    )


class EnterReplyForm(Form):
    written_by = TextField(
        "Who wrote the reply",
        [required("Enter who wrote the reply")],
        hint="The name that the other portal shows.",
    )
    received_at = DateTimeField(
        "When the other portal received it",
        [required("Enter when the other portal received the reply")],
        hint="London time.",
    )
    text = TextAreaField(
        "The reply, word for word",
        [required("Enter the reply")],
        most_characters=LONGEST_ANSWER,
        rows=9,
    )


class AnswerCouncilForm(Form):
    text = TextAreaField(
        "Your answer",
        [required("Enter your answer")],
        hint="It stands beside your bid and changes no word of it. You can send one answer.",
        most_characters=LONGEST_ANSWER,
        rows=9,
    )


class DecideAnswerForm(Form):
    decision = RadiosField(
        "May this answer count for the marks?",
        [required("Select whether the answer may count")],
        choices=[
            Choice("yes", "Yes, it explains what the bid already says"),
            Choice("no", "No, it adds to the bid or changes it"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="At least 20 characters. Say what in the bid the answer explains, or what it would "
        "add or change.",
        most_characters=LONGEST_REASON,
        rows=4,
    )


class ResultsForm(Form):
    """What is decided about each bid; its fields are named by the tokens of the bids."""

    withheld_because = TextAreaField(
        "Why explanations are left out for the other bidders",
        hint="The other bidders read this in their place: for example, sensitive commercial "
        "information under section 94 of the Procurement Act 2023, and of what kind.",
        most_characters=1000,
        rows=3,
    )
    # The fingerprint of the summaries the officer has read.
    previewed = HiddenField()

    tokens: tuple[str, ...] = ()

    def result_of(self, token: str) -> RadiosField:
        field: RadiosField = self._fields[f"result-{token}"]
        return field

    def why_of(self, token: str) -> TextAreaField:
        field: TextAreaField = self._fields[f"why-{token}"]
        return field

    def outcomes(self, sent: MultiDict[str, str]) -> Mapping[str, Outcome]:
        """Return what was decided, by token; a bid nobody decided on is left out."""
        withheld = [value.partition(":") for value in sent.getlist("withheld")]
        return {
            token: Outcome(
                successful=self.result_of(token).data == "yes",
                why=self.why_of(token).data or "",
                withheld=frozenset(question for bid, _, question in withheld if bid == token),
            )
            for token in self.tokens
            if self.result_of(token).data
        }


def results_form(bids: Iterable[EvaluatedBid]) -> ResultsForm:
    """Return the form with two fields for each bid."""
    listed = list(bids)
    fields: dict[str, Any] = {"tokens": tuple(bid.token for bid in listed)}
    for bid in listed:
        fields[f"result-{bid.token}"] = RadiosField(
            f"Result of {bid.name}",
            choices=[("yes", "Successful"), ("no", "Not successful")],
            inline=True,
        )
        fields[f"why-{bid.token}"] = TextAreaField(
            f"Why {bid.name} was not successful",
            hint="Needed where it was not. The bidder reads it beside its marks.",
            most_characters=LONGEST_WHY,
            rows=3,
        )
    form_class = type("FilledResultsForm", (ResultsForm,), fields)
    form: ResultsForm = form_class()
    return form

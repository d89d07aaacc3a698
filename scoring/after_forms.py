"""The forms of what follows the opening: questions to bidders and their answers."""

from __future__ import annotations

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
from scoring.rules.bid_questions import LONGEST_ANSWER, LONGEST_QUESTION
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

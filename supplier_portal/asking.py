"""The form in which a supplier asks about a tender."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.fields import CheckboxesField, Choice, Form, SelectField, TextAreaField, required
from tenders.rules.clarifications import LONGEST_QUESTION


class AskForm(Form):
    question = SelectField("What your question is about")
    text = TextAreaField(
        "Your question",
        [required("Enter your question")],
        hint="Name nobody: not your company, its people, products or customers. The answer goes to "
        "everybody, and the council may reword the question for them.",
        most_characters=LONGEST_QUESTION,
        rows=6,
    )
    as_it_is = CheckboxesField(
        "The name of your company",
        choices=[("yes", "Send it as it is, although it names my company")],
    )

    def offer(self, titles: Mapping[str, str]) -> None:
        """Offer the tender as a whole and each of its questions."""
        self.question.choices = [Choice("", "The tender as a whole")] + [
            Choice(question_id, f"{question_id} {title}") for question_id, title in titles.items()
        ]
        if not self.is_submitted() and self.question.data not in titles:
            self.question.data = ""

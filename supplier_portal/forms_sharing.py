"""The form that gives several questions to a colleague at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from wtforms import ValidationError

from foundation.fields import CheckboxesField, Choice, Form, SelectField
from tenders.rules.questionnaire import Questionnaire

NOBODY = "nobody"


class GiveManyForm(Form):
    sections = CheckboxesField("Whole sections")
    questions = CheckboxesField("Single questions")
    person = SelectField("Who answers them")

    @classmethod
    def of(cls, questionnaire: Questionnaire, people: Iterable[Choice]) -> Self:
        form = cls()
        form.person.choices = [
            Choice("", "Select a colleague"),
            *people,
            Choice(NOBODY, "Nobody in particular"),
        ]
        form.sections.choices = [
            Choice(section.id, f"{number}. {section.title}", _how_many(len(section.questions)))
            for number, section in enumerate(questionnaire.sections, start=1)
        ]
        form.questions.choices = [
            Choice(asked.id, f"{asked.id}, {asked.question.title}")
            for asked in questionnaire.questions
        ]
        for field in (form.sections, form.questions):
            # The choices were not known when the form read what was sent.
            if field.raw_data is not None:
                field.process_formdata(field.raw_data)
        return form

    def validate_sections(self, _field: Any) -> None:
        if not (self.sections.data or self.questions.data):
            raise ValidationError("Select at least one section or question")

    def validate_person(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Select who answers them")

    @property
    def person_token(self) -> str:
        """Return the token of the colleague chosen; empty for nobody in particular."""
        return "" if self.person.data == NOBODY else self.person.data or ""

    def chosen(self, questionnaire: Questionnaire) -> list[str]:
        """Return the questions chosen, singly or by their section, in the order of the tender."""
        singly, whole = set(self.questions.data or ()), set(self.sections.data or ())
        return [
            asked.id
            for section in questionnaire.sections
            for asked in section.questions
            if section.id in whole or asked.id in singly
        ]


def _how_many(questions: int) -> str:
    return "1 question" if questions == 1 else f"{questions} questions"

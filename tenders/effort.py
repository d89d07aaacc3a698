"""The minutes of work in what a tender asks: the same on every page that says so."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank import loader
from question_bank.rules.editions import UnknownEdition
from question_bank.rules.effort import minutes_to_answer
from question_bank.rules.questions import Bank, Question
from tenders.rules.questionnaire import Questionnaire


def minutes_of(questionnaire: Questionnaire) -> Mapping[str, int]:
    """Return the minutes for the parts asked of each question, by question."""
    return {
        question.id: minutes_to_answer(question, _whole(question, questionnaire.bank))
        for question in questionnaire.bare_questions
    }


def _whole(question: Question, bank: Bank) -> Question | None:
    """Return the question with every part: what was frozen has only those that are asked, and the
    edition of the bank it was taken from has the others."""
    try:
        of_edition = loader.edition(bank.version).bank.questions.get(question.id)
    except UnknownEdition:
        of_edition = None
    if of_edition is not None and of_edition.version == question.version:
        return of_edition
    return bank.questions.get(question.id)

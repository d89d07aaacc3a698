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
    bank = questionnaire.bank
    edition = _edition_of(bank)
    return {
        question.id: minutes_to_answer(question, _whole(question, bank, edition))
        for question in questionnaire.bare_questions
    }


def minutes_in(question: Question, bank: Bank) -> int:
    """Return the minutes for the parts asked of one question, of the bank it was taken from."""
    return minutes_to_answer(question, _whole(question, bank, _edition_of(bank)))


def _edition_of(bank: Bank) -> Bank | None:
    """Return the edition a bank was frozen from; None where it is none of ours."""
    try:
        return loader.edition(bank.version).bank
    except UnknownEdition:
        return None


def _whole(question: Question, bank: Bank, edition: Bank | None) -> Question | None:
    """Return the question with every part: what was frozen has only those that are asked, and the
    edition of the bank it was taken from has the others."""
    of_edition = edition.questions.get(question.id) if edition else None
    if of_edition is not None and of_edition.version == question.version:
        return of_edition
    return bank.questions.get(question.id)

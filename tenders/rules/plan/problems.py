"""What is wrong with the weights and classes of a questionnaire, in words for an officer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from question_bank.rules.questions import PartClass
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

HUNDRED = Decimal(100)


def problems_of(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield what must be put right before publication; nothing when all sums are 100.

    A section without weight is fine as long as nothing in it is marked; so is a questionnaire in
    which nothing at all is marked: everything is then passed, failed or for information.
    """
    if not questionnaire.questions:
        yield "Add a question: nothing is asked yet"
        return
    sections = questionnaire.sections
    total = section_total(questionnaire)
    if total != HUNDRED and (total or any(_wants_weight(section) for section in sections)):
        yield f"Change the weights of the sections: they sum to {shown(total)}, not 100"
    for section in sections:
        yield from _problems_in(section)


def section_total(questionnaire: Questionnaire) -> Decimal:
    return sum((section.weight for section in questionnaire.sections), Decimal(0))


def question_total(section: Section) -> Decimal:
    """Return the sum of the weights of a section's questions, in percent of the section."""
    return sum((asked.weight for asked in section.questions), Decimal(0))


def shown(weight: Decimal) -> str:
    """Return a weight as people write it, without spare zeros."""
    return f"{weight.normalize():f}"


def is_to_be_marked(asked: AskedQuestion) -> bool:
    """Whether a question is meant to be marked, with a weight yet or not."""
    if asked.assessed is not None:
        return asked.assessed is PartClass.SCORED
    return asked.weight > 0


def _wants_weight(section: Section) -> bool:
    return any(is_to_be_marked(asked) for asked in section.questions)


def _problems_in(section: Section) -> Iterator[str]:
    total = question_total(section)
    if not section.questions:
        yield f"Add a question to ‘{section.title}’, or remove the section"
    elif section.weight and total != HUNDRED:
        yield (
            f"Change the weights of the questions in ‘{section.title}’: they sum to "
            f"{shown(total)}, not 100"
        )
    elif not section.weight and _wants_weight(section):
        yield f"Give ‘{section.title}’ a weight: questions in it are marked"
    for asked in section.questions:
        yield from _problems_with(asked)


def _problems_with(asked: AskedQuestion) -> Iterator[str]:
    title = f"{asked.id} {asked.question.title}"
    if asked.weight and not is_to_be_marked(asked):
        yield f"{title} has a weight but is not marked: set its weight to 0, or have it marked"
    elif not asked.weight and is_to_be_marked(asked):
        yield f"{title} is marked but has no weight: give it one, or choose another class"
    if asked.threshold is not None and not is_to_be_marked(asked):
        yield f"{title} has a least mark but is not marked: choose that it is, or remove the mark"

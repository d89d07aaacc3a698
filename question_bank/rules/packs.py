"""A pack: a ready-made questionnaire, as sections of weighted questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from question_bank.rules.questions import Bank, PartClass, Question
from question_bank.rules.reading.plain import (
    ContentError,
    exact,
    identifier,
    listed,
    mapping,
    names,
    needed,
    needed_whole,
    needed_words,
    one_of,
    place_of,
    refuse_unknown_keys,
    whole,
)

ALL = "all"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PackQuestion:
    """A question in a pack. ``weight`` is percent of its section; 0 means pass or fail only."""

    id: str
    weight: Decimal
    # The parts asked, or None for every part.
    parts: tuple[str, ...] | None = None
    # How the authority assesses the question; None: marked if it has weight, else pass or fail.
    assessed: PartClass | None = None
    # The least mark that does not propose failure; None for no such bar.
    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class PackSection:
    id: str
    title: str
    weight: Decimal
    questions: tuple[PackQuestion, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    id: str
    version: int
    title: str
    suits: str
    sections: tuple[PackSection, ...]

    def questions(self) -> Iterator[tuple[PackSection, PackQuestion]]:
        for section in self.sections:
            for question in section.questions:
                yield section, question


def read_pack(raw: Any, *, unfinished: bool = False) -> Pack:
    """Return a pack. ``unfinished``: its sections may still be without questions."""
    place = place_of(raw, "a pack")
    refuse_unknown_keys(raw, ("id", "version", "title", "for", "minutes", "sections"), place)
    whole(raw, "minutes", place)
    sections = listed(needed(raw, "sections", place), f"{place}, sections")
    return Pack(
        id=place,
        version=needed_whole(raw, "version", place),
        title=needed_words(raw, "title", place),
        suits=needed_words(raw, "for", place),
        sections=tuple(_section(entry, place, unfinished) for entry in sections),
    )


def _section(entry: Any, place: str, unfinished: bool) -> PackSection:
    at = f"{place}, section {mapping(entry, f'{place}, sections').get('id', '?')}"
    refuse_unknown_keys(entry, ("id", "title", "weight", "questions"), at)
    given = entry.get("questions") if unfinished else needed(entry, "questions", at)
    questions = listed(given, f"{at}, questions")
    return PackSection(
        id=identifier(entry, "id", at),
        title=needed_words(entry, "title", at),
        weight=exact(entry, "weight", at) or Decimal(0),
        questions=tuple(_question(question, at) for question in questions),
    )


def _question(entry: Any, place: str) -> PackQuestion:
    at = f"{place}, {mapping(entry, f'{place}, questions').get('id', '?')}"
    refuse_unknown_keys(entry, ("id", "weight", "parts", "class", "threshold"), at)
    return PackQuestion(
        id=identifier(entry, "id", at),
        weight=exact(entry, "weight", at) or Decimal(0),
        parts=None if entry.get("parts", ALL) == ALL else names(entry, "parts", at),
        assessed=one_of(PartClass, entry, "class", at, "a class") if entry.get("class") else None,
        threshold=_threshold(entry, at),
    )


def _threshold(entry: Any, place: str) -> int | None:
    if entry.get("threshold") is None:
        return None
    mark = whole(entry, "threshold", place)
    if mark not in range(1, 6):
        raise ContentError(f"{place}, threshold: write a mark from 1 to 5")
    return mark


def chosen_question(bank: Bank, wanted: PackQuestion) -> Question:
    """Return the question with only the parts asked; raise ContentError if one is lacking."""
    question = bank.questions.get(wanted.id)
    if question is None:
        raise ContentError(f"The bank has no question {wanted.id}")
    if wanted.parts is None:
        return question
    have = {part.id for part in question.parts}
    for part_id in wanted.parts:
        if part_id not in have:
            raise ContentError(f"{wanted.id} has no part {part_id}")
    chosen = tuple(part for part in question.parts if part.id in wanted.parts)
    return replace(question, parts=chosen)


def weight_problems(pack: Pack) -> list[str]:
    """Return what is wrong with a pack's weights: sections sum to 100, and questions within one.

    A pack in which no section and no question has a weight is wholly unscored, and sound: it asks
    for information, or for what is passed or failed.
    """
    if not any(section.weight or question.weight for section, question in pack.questions()):
        return [*_sections_in_vain(pack), *_class_problems(pack)]
    problems = []
    total = sum((section.weight for section in pack.sections), Decimal(0))
    if total != HUNDRED:
        problems.append(f"{pack.id}: the sections' weights sum to {total}, not 100")
    for section in pack.sections:
        place = f"{pack.id}, {section.id}"
        within = sum((question.weight for question in section.questions), Decimal(0))
        if section.weight and within != HUNDRED:
            problems.append(f"{place}: the questions' weights sum to {within}, not 100")
        if not section.weight and within:
            problems.append(f"{place}: a section without weight has weighted questions")
    return [*problems, *_class_problems(pack)]


def _sections_in_vain(pack: Pack) -> list[str]:
    """A section may be without questions only in a pack that nobody has filled yet."""
    return [
        f"{pack.id}, {section.id}: the section has a weight and no question to carry it"
        for section in pack.sections
        if section.weight
    ]


def _class_problems(pack: Pack) -> list[str]:
    """What has a weight is marked, and only what is marked can fall below a threshold."""
    problems = []
    for section, question in pack.questions():
        place = f"{pack.id}, {section.id}, {question.id}"
        if question.weight and question.assessed not in (None, PartClass.SCORED):
            problems.append(
                f"{place}: a question with a weight is scored, not ‘{question.assessed}’; "
                "give it weight 0 or leave out its class"
            )
        if question.threshold is not None and not question.weight:
            problems.append(f"{place}: a threshold is for a mark; give the question a weight")
    return problems

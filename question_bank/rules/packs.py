"""A pack: a ready-made questionnaire, as sections of weighted questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from question_bank.rules.questions import Bank, Question
from question_bank.rules.reading import ContentError, needed, refuse_unknown_keys

ALL = "all"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PackQuestion:
    """A question in a pack. ``weight`` is percent of its section; 0 means pass or fail only."""

    id: str
    weight: Decimal
    # The parts asked, or None for every part.
    parts: tuple[str, ...] | None = None


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


def read_pack(raw: Mapping[str, Any]) -> Pack:
    place = str(raw.get("id", "a pack without id"))
    refuse_unknown_keys(raw, ("id", "version", "title", "for", "minutes", "sections"), place)
    return Pack(
        id=place,
        version=int(needed(raw, "version", place)),
        title=needed(raw, "title", place),
        suits=str(needed(raw, "for", place)).strip(),
        sections=tuple(_section(entry, place) for entry in needed(raw, "sections", place)),
    )


def _section(entry: Mapping[str, Any], place: str) -> PackSection:
    at = f"{place}, section {entry.get('id', '?')}"
    refuse_unknown_keys(entry, ("id", "title", "weight", "questions"), at)
    return PackSection(
        id=needed(entry, "id", at),
        title=needed(entry, "title", at),
        weight=Decimal(str(entry.get("weight", 0))),
        questions=tuple(_question(question, at) for question in needed(entry, "questions", at)),
    )


def _question(entry: Mapping[str, Any], place: str) -> PackQuestion:
    at = f"{place}, {entry.get('id', '?')}"
    refuse_unknown_keys(entry, ("id", "weight", "parts"), at)
    parts = entry.get("parts", ALL)
    return PackQuestion(
        id=needed(entry, "id", at),
        weight=Decimal(str(entry.get("weight", 0))),
        parts=None if parts == ALL else tuple(parts),
    )


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
    """Return what is wrong with a pack's weights: sections sum to 100, and questions within one."""
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
    return problems

"""The questionnaire of a tender, as a pack chooses it from a bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from question_bank.rules.crosswalk import coverage
from question_bank.rules.frameworks import Control, Framework
from question_bank.rules.packs import HUNDRED, Pack, chosen_question
from question_bank.rules.questions import Asked, Bank, Part, PartClass, Question

# A control with its framework, and the questions that test it, in questionnaire order.
ControlTested = tuple[Framework, Control, tuple[str, ...]]

IN_WORDS: Mapping[PartClass, str] = {
    PartClass.SCORED: "marked",
    PartClass.REQUIREMENT: "pass or fail",
    PartClass.PARTICIPATION: "condition of participation, pass or fail",
    PartClass.INFORMATION: "for information",
}


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is asked in one questionnaire. ``weight`` is percent of its section."""

    question: Question
    weight: Decimal
    section_weight: Decimal
    # How the authority assesses it (``assessed_as``), where the pack says so itself.
    assessed: PartClass | None = None
    # The least mark that does not propose failure, 1 to 5; None for no such bar.
    threshold: int | None = None

    @property
    def id(self) -> str:
        return self.question.id

    @cached_property
    def is_scored(self) -> bool:
        """Whether the mark counts; otherwise the question is passed or failed."""
        return (
            self.weight > 0
            and self.section_weight > 0
            and self.assessed in (None, PartClass.SCORED)
        )

    @cached_property
    def assessed_as(self) -> PartClass:
        """Return how the question is assessed: as the pack says, or as its weight tells."""
        if self.assessed is not None:
            return self.assessed
        return PartClass.SCORED if self.is_scored else PartClass.REQUIREMENT

    @property
    def is_marked(self) -> bool:
        """Whether evaluators look for a mark at all; what is for information gets none."""
        return self.assessed_as is not PartClass.INFORMATION

    @property
    def in_words(self) -> str:
        return IN_WORDS[self.assessed_as]

    @cached_property
    def share_of_quality(self) -> Decimal:
        """Return the question's weight in percent of the whole quality score, exact."""
        return self.weight * self.section_weight / HUNDRED

    @cached_property
    def exact_weight(self) -> Fraction:
        return Fraction(self.weight)


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    weight: Decimal
    questions: tuple[AskedQuestion, ...]

    @cached_property
    def scored(self) -> tuple[AskedQuestion, ...]:
        return tuple(asked for asked in self.questions if asked.is_scored)

    @cached_property
    def whole_weights(self) -> tuple[Mapping[str, int], int]:
        """Return the exact weights of the scored questions as whole numbers, and what of."""
        exact = {asked.id: asked.exact_weight for asked in self.scored}
        of = lcm(*[weight.denominator for weight in exact.values()])
        return {name: one.numerator * of // one.denominator for name, one in exact.items()}, of

    @cached_property
    def exact_weight(self) -> Fraction:
        return Fraction(self.weight)


@dataclass(frozen=True)
class Questionnaire:
    """Sections of questions with all that their rules need. ``libraries`` holds what later stations
    froze with it (the clause library), as plain values; ``terms`` the published marking rules."""

    title: str
    pack_id: str
    bank: Bank
    sections: tuple[Section, ...]
    terms: Mapping[str, Any] = field(default_factory=dict)
    libraries: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def questions(self) -> tuple[AskedQuestion, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def bare_questions(self) -> tuple[Question, ...]:
        return tuple(asked.question for asked in self.questions)

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        return {part.id: part for question in self.bare_questions for part in question.parts}

    @cached_property
    def every_part(self) -> frozenset[str]:
        return frozenset(self.parts)

    def parts_behind(self, question_id: str) -> tuple[Part, ...]:
        """Return the parts of a question, and those whose answers decide which of them are asked,
        in the order of the questionnaire."""
        if question_id not in self._parts_behind:
            waiting = [part.id for part in self._by_id[question_id].question.parts]
            found: set[str] = set()
            while waiting:
                part = self.parts.get(waiting.pop())
                if part is not None and part.id not in found:
                    found.add(part.id)
                    waiting += part.shown_when.parts() if part.shown_when else ()
            ordered = tuple(part for name, part in self.parts.items() if name in found)
            self._parts_behind[question_id] = ordered
        return self._parts_behind[question_id]

    @cached_property
    def _parts_behind(self) -> dict[str, tuple[Part, ...]]:
        return {}

    @cached_property
    def revealing_parts(self) -> frozenset[str]:
        """Return the parts whose answers decide whether another part is asked."""
        conditions = (part.shown_when for part in self.parts.values() if part.shown_when)
        return frozenset(part_id for condition in conditions for part_id in condition.parts())

    @cached_property
    def fact_specs(self) -> Mapping[str, Asked]:
        return {name: fact.spec for name, fact in self.bank.facts.items()}

    @cached_property
    def rule_order(self) -> Mapping[str, int]:
        """Return the place of every rule that may fire: part by part, then the checks."""
        rules: list[str] = []
        for question in self.bare_questions:
            rules += (outcome.rule for part in question.parts for outcome in part.outcomes)
            rules.append(f"{question.id}:pass")
        rules += (case.rule for case in self.bank.checks)
        return {rule: place for place, rule in enumerate(rules)}

    @cached_property
    def _controls_tested(self) -> Mapping[str, tuple[ControlTested, ...]]:
        found: dict[str, list[ControlTested]] = {asked.id: [] for asked in self.questions}
        frameworks = self.bank.frameworks
        for framework in coverage(self.bare_questions, frameworks):
            if framework.framework.successor in frameworks:
                continue
            for control, questions in framework.tested:
                for question_id in questions:
                    found[question_id].append((framework.framework, control, questions))
        return {question_id: tuple(tested) for question_id, tested in found.items()}

    def controls_tested(self, question_id: str) -> tuple[ControlTested, ...]:
        """Return each control a question tests, with every question asked that tests it.

        Of a framework that stands there in two versions, only those of the newer one.
        """
        return self._controls_tested.get(question_id, ())

    @cached_property
    def _by_id(self) -> Mapping[str, AskedQuestion]:
        return {asked.id: asked for asked in self.questions}

    def question(self, question_id: str) -> AskedQuestion | None:
        return self._by_id.get(question_id)

    @cached_property
    def by_source(self) -> Mapping[str, AskedQuestion]:
        """Return the question that a part belongs to, by the part's id and by its own."""
        of_parts = {part.id: asked for asked in self.questions for part in asked.question.parts}
        return {**of_parts, **self._by_id}

    def question_of_part(self, part_id: str) -> AskedQuestion | None:
        return self.by_source.get(part_id) if part_id in self.parts else None

    def section_of(self, question_id: str) -> Section:
        for section in self.sections:
            if any(asked.id == question_id for asked in section.questions):
                return section
        raise LookupError(question_id)


def choose(bank: Bank, pack: Pack) -> Questionnaire:
    """Return the questionnaire a pack makes of a bank; raise ContentError if it lacks a part."""
    return Questionnaire(
        title=pack.title, pack_id=pack.id, bank=bank, sections=tuple(_sections(bank, pack))
    )


def _sections(bank: Bank, pack: Pack) -> Iterator[Section]:
    for section in pack.sections:
        questions = tuple(
            AskedQuestion(
                chosen_question(bank, wanted),
                wanted.weight,
                section.weight,
                wanted.assessed,
                wanted.threshold,
            )
            for wanted in section.questions
        )
        yield Section(section.id, section.title, section.weight, questions)

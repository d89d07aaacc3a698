"""Every closed answer leads somewhere, and every level of every question is described."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.rules.questions import CLOSED, Bank, Kind, Part, Question

LEVELS = frozenset(range(6))


def problems(bank: Bank) -> Iterator[str]:
    for question in bank.questions.values():
        yield from _level_problems(question)
        for part in question.parts:
            yield from _part_problems(part)
    for mark in sorted(LEVELS - set(bank.scale)):
        yield f"scale: level {mark} has no test"


def _level_problems(question: Question) -> Iterator[str]:
    for level in sorted(LEVELS - set(question.levels)):
        yield f"{question.id}: level {level} has no descriptor"
    for level in sorted(set(question.levels) - LEVELS):
        yield f"{question.id}: level {level} is outside 0 to 5"
    if question.pass_when and not question.pass_says:
        yield f"{question.id}: pass_when needs pass_says, why a bid fails"
    if not question.minutes:
        yield f"{question.id}: say how many minutes a supplier needs (‘minutes’)"


def _part_problems(part: Part) -> Iterator[str]:
    if part.kind in (Kind.CHOICE, Kind.CHOICES) and len(part.options) < 2:
        yield f"{part.id}: a {part.kind} offers at least two options"
    if part.kind is Kind.NARRATIVE and part.words is None:
        yield f"{part.id}: a narrative has a word limit (‘words’)"
    if part.required and not part.messages.get("missing"):
        yield f"{part.id}: say what to do when it is missing (messages: missing)"
    yield from _outcome_problems(part)


def _outcome_problems(part: Part) -> Iterator[str]:
    if part.kind in CLOSED:
        for option in part.options:
            if option.ceiling is None:
                yield f"{part.id}, {option.value}: every option says its ceiling, 0 to 5"
    for outcome in part.outcomes:
        if outcome.ceiling is None and outcome.flag is None:
            yield f"{outcome.rule}: an outcome has a ceiling, a flag, or both"
        elif outcome.ceiling not in (None, *LEVELS):
            yield f"{outcome.rule}: the ceiling is a whole number from 0 to 5"

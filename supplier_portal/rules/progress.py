"""How far a bid has come: what is missing, the state of each question, and the minutes left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from question_bank.rules.answers import what_is_missing
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.fired import Fired
from question_bank.rules.kinds import Problem, is_empty
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import Kind, Part, Question

# People plan in steps of five minutes.
STEP = 5
HOUR = 60


class Progress(StrEnum):
    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    NEEDS_ATTENTION = "needs-attention"
    READY = "ready"


class PartState(StrEnum):
    """Where one part stands, in the words of its line in the contents of a question."""

    ANSWERED = "Answered"
    UNFINISHED = "Not complete"
    TO_ANSWER = "To answer"
    OPTIONAL = "Optional"
    # A table that may have no rows, and has none.
    NONE_LISTED = "None listed"


IN_WORDS: Mapping[Progress, str] = {
    Progress.NOT_STARTED: "Not started",
    Progress.IN_PROGRESS: "In progress",
    Progress.NEEDS_ATTENTION: "Needs confirming",
    Progress.READY: "Ready",
}


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """One line of the task list. ``minutes`` are those left, in steps of five."""

    question: Question
    state: Progress
    asked: int
    answered: int
    missing: tuple[tuple[Part, Problem], ...]
    # Parts that are optional, and empty.
    optional: int
    minutes: int

    @property
    def words(self) -> str:
        return IN_WORDS[self.state]

    @property
    def words_after_closing(self) -> str:
        """Return what there is of the question, once nothing about it can be changed."""
        if not self.answered:
            return "Not answered"
        return "Not every required answer" if self.missing else "Answered"

    @property
    def left(self) -> str:
        """Return what is left to answer: "3 answers left, and 1 optional"."""
        required = len(self.missing)
        if required and self.optional:
            return f"{counted(required, 'answer')} left, and {self.optional} optional"
        if required:
            return f"{counted(required, 'answer')} left"
        if self.optional:
            return f"{self.answered} answered, {self.optional} optional left"
        return "1 answered" if self.asked == 1 else f"all {self.asked} answered"


def missing_parts(
    questions: Iterable[Question], situation: Situation
) -> list[tuple[Part, Problem]]:
    """Return each part that is asked and not complete, with what it lacks."""
    found = []
    for question in questions:
        for part in question.parts:
            if part.id in situation.parts:
                lacking = what_is_missing(part, situation.answers.get(part.id))
                if lacking is not None:
                    found.append((part, lacking))
    return found


def progress_of(
    question: Question, situation: Situation, findings: Findings, minutes: int
) -> QuestionProgress:
    """Return how far one question has come; complete answers that disagree with others need
    attention. ``minutes``: those for all its parts that are asked."""
    asked = [part for part in question.parts if part.id in situation.parts]
    answered = [part for part in asked if is_answered(part, situation.answers)]
    missing = tuple(missing_parts([question], situation))
    if not answered:
        state = Progress.NOT_STARTED
    elif missing:
        state = Progress.IN_PROGRESS
    elif _disagrees(asked, findings):
        state = Progress.NEEDS_ATTENTION
    else:
        state = Progress.READY
    return QuestionProgress(
        question,
        state,
        len(asked),
        len(answered),
        missing,
        len([part for part in asked if _is_optional_and_empty(part, situation, missing)]),
        minutes_left(minutes, asked=len(asked), missing=len(missing)),
    )


def is_answered(part: Part, answers: Mapping[str, Any]) -> bool:
    """An empty table counts: "none" is an answer where it was given."""
    value = answers.get(part.id)
    return not is_empty(value) or (part.kind is Kind.TABLE and isinstance(value, list))


def minutes_left(minutes: int, *, asked: int, missing: int) -> int:
    """Return the share of the question's minutes that its missing parts are likely to take."""
    if not missing or not asked:
        return 0
    return STEP * ceil(minutes * missing / asked / STEP)


def state_of_part(
    part: Part, answers: Mapping[str, Any], missing: Iterable[tuple[Part, Problem]]
) -> PartState:
    """Return where ``part`` stands; ``missing`` are the parts of its question not complete."""
    lacking = any(part is other for other, _ in missing)
    if is_answered(part, answers):
        return PartState.UNFINISHED if lacking else PartState.ANSWERED
    if lacking:
        return PartState.TO_ANSWER
    return PartState.NONE_LISTED if part.required else PartState.OPTIONAL


def about(minutes: int) -> str:
    """Return a time as people plan it: "about 45 minutes", "about 7 hours 25 minutes"."""
    hours, rest = divmod(minutes, HOUR)
    times = [counted(hours, "hour")] if hours else []
    if rest or not hours:
        times.append(counted(rest, "minute"))
    return "about " + " ".join(times)


def counted(number: int, thing: str) -> str:
    """Return "1 answer" or "3 answers"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def checks_fired(findings: Findings) -> tuple[Fired, ...]:
    """Return the checks that found answers disagreeing: those that belong to no one question."""
    return tuple(found for found in findings.fired if not found.question)


def _is_optional_and_empty(
    part: Part, situation: Situation, missing: tuple[tuple[Part, Problem], ...]
) -> bool:
    return state_of_part(part, situation.answers, missing) is PartState.OPTIONAL


def _disagrees(asked: Iterable[Part], findings: Findings) -> bool:
    mine = {part.id for part in asked}
    return any(
        reading.source in mine for found in checks_fired(findings) for reading in found.because
    )

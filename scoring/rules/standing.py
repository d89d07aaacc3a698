"""How a bid stands in the ranking: what an officer decided, what waits for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from scoring.rules.requirements import with_least_marks
from scoring.rules.results import Marks, QualityScore, Requirement, RequirementResult
from scoring.rules.totals import quality_score
from tenders.rules.questionnaire import Questionnaire

IN_WORDS: Mapping[Requirement, str] = {
    Requirement.MET: "met",
    Requirement.NOT_MET: "proposed to fail",
    Requirement.NOT_CHECKED: "not checked",
}


class Stood(Protocol):
    """What the rules say of a bid, as far as its rank follows from it."""

    @property
    def requirements(self) -> tuple[RequirementResult, ...]: ...

    @property
    def quality(self) -> QualityScore: ...


@dataclass(frozen=True, slots=True)
class AsMarked:
    """The same, of a bid whose answers need not be read again: only its marks moved."""

    requirements: tuple[RequirementResult, ...]
    quality: QualityScore


def as_marked(
    questionnaire: Questionnaire, found: Iterable[RequirementResult], marks: Marks
) -> AsMarked:
    """Return how a bid stands with these marks; ``found``: what its answers alone lead to."""
    return AsMarked(
        with_least_marks(questionnaire, found, marks), quality_score(questionnaire, marks)
    )


def to_decide(evaluation: Stood, decided: Mapping[str, bool]) -> tuple[RequirementResult, ...]:
    """Return the requirements that wait for an officer: not met or not checked, and undecided.

    ``decided`` says by question id whether an officer passed the bid on it.
    """
    return undecided(evaluation.requirements, decided)


def undecided(
    requirements: Iterable[RequirementResult], decided: Mapping[str, bool]
) -> tuple[RequirementResult, ...]:
    return tuple(
        entry
        for entry in requirements
        if entry.result is not Requirement.MET and entry.question_id not in decided
    )


def why_unranked(evaluation: Stood, decided: Mapping[str, bool]) -> str:
    """Return why a bid has no rank yet, or ""; a rule never fails a bid, an officer does."""
    failed = [question_id for question_id, passed in decided.items() if not passed]
    if failed:
        return f"failed {_listed(failed)}"
    waiting = to_decide(evaluation, decided)
    for result in (Requirement.NOT_MET, Requirement.NOT_CHECKED):
        named = [entry.question_id for entry in waiting if entry.result is result]
        if named:
            return f"{IN_WORDS[result]}: {_listed(named)}"
    return evaluation.quality.why_no_total


def _listed(question_ids: list[str]) -> str:
    return ", ".join(sorted(question_ids))

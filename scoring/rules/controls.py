"""Which controls of the frameworks a bid evidences, promises or lacks, and because of what.

For each question that tests a control:

* *missing*: nothing is answered, a requirement proposes failure, or the level is 0 or 1;
* *evidenced*: the level is 3 or more, no red flag is about the question, and it carries evidence;
* *promised*: all else, such as a good answer with nothing to show for it, or a dated promise.

The level is the agreed mark once there is one: somebody has then read what no rule can read.
Until then it is the level the structured answers suggest. Evidence is a file, a certificate in date
on the day asked about, or a row that records a test that did not fail; once a mark is given also a
document or an address that the answer names, which the evaluator could look up.

A control tested by several questions is missing only if all of them are missing, and evidenced only
if one of them evidences it and none is missing; else it is promised. So one good answer does not
hide a gap, and one gap does not wipe out evidence. Nothing here moves a mark. Decision 18 says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from question_bank.rules.crosswalk import FrameworkCoverage
from question_bank.rules.fired import Fired
from question_bank.rules.frameworks import Control, Framework
from question_bank.rules.questions import Question, Severity
from scoring.rules.evidence import documents_named, proofs
from scoring.rules.gaps import why_missing
from scoring.rules.results import BidEvaluation

EVIDENCED_FROM = 3
NOTHING_TO_SHOW = "No file, certificate in date or record of a test goes with the answer"


class Standing(StrEnum):
    EVIDENCED = "evidenced"
    PROMISED = "promised"
    MISSING = "missing"
    # Every part is hidden by the bidder's other answers: the question is not about this bid.
    NOT_ASKED = "not asked of this bid"


@dataclass(frozen=True, slots=True)
class QuestionStanding:
    """How one question stands in one bid. ``reasons`` name the answers, ``evidence`` the proof."""

    question_id: str
    title: str
    standing: Standing
    reasons: tuple[str, ...]
    evidence: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return "; ".join((*self.reasons, *self.evidence))


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """How one control stands in one bid, with every question that tests it."""

    control: Control
    standing: Standing
    questions: tuple[QuestionStanding, ...]


@dataclass(frozen=True, slots=True)
class FrameworkStanding:
    framework: Framework
    controls: tuple[ControlStanding, ...]

    def count(self, standing: Standing) -> int:
        return sum(1 for entry in self.controls if entry.standing is standing)

    def control(self, control_id: str) -> ControlStanding | None:
        return next((c for c in self.controls if c.control.id == control_id), None)


def standings(
    coverage: Iterable[FrameworkCoverage],
    questions: Iterable[Question],
    evaluation: BidEvaluation,
    on: date | None,
) -> tuple[FrameworkStanding, ...]:
    """Return how each tested control stands in one bid.

    ``on`` is the day certificates must be in date; None: no certificate counts as evidence.
    """
    by_question = {
        question.id: question_standing(question, evaluation, on) for question in questions
    }
    return tuple(
        FrameworkStanding(
            framework.framework,
            tuple(
                control_standing(control, [by_question[name] for name in named])
                for control, named in framework.tested
            ),
        )
        for framework in coverage
    )


def control_standing(control: Control, questions: Iterable[QuestionStanding]) -> ControlStanding:
    """Return how a control stands by the questions that test it."""
    asked = tuple(questions)
    found = {question.standing for question in asked} - {Standing.NOT_ASKED}
    if not found:
        standing = Standing.NOT_ASKED
    elif found == {Standing.MISSING}:
        standing = Standing.MISSING
    elif Standing.EVIDENCED in found and Standing.MISSING not in found:
        standing = Standing.EVIDENCED
    else:
        standing = Standing.PROMISED
    return ControlStanding(control, standing, asked)


def question_standing(
    question: Question, evaluation: BidEvaluation, on: date | None
) -> QuestionStanding:
    """Return how one question stands, with the answers that decide it in words."""
    situation = evaluation.situation
    if not any(part.id in situation.parts for part in question.parts):
        why = "None of it is asked of this bidder, because of other answers"
        return QuestionStanding(question.id, question.title, Standing.NOT_ASKED, (why,))
    mark = situation.marks.get(question.id)
    level = evaluation.levels[question.id]
    lacking = why_missing(question, evaluation.findings, level, mark)
    shown = proofs(question, situation, on)
    if mark is not None:
        shown = (*shown, *documents_named(question, situation))
    if lacking:
        return QuestionStanding(question.id, question.title, Standing.MISSING, lacking, shown)
    short = _why_not_evidenced(question, evaluation, mark, shown)
    if short:
        return QuestionStanding(question.id, question.title, Standing.PROMISED, short, shown)
    basis = (_level_in_words(question.id, evaluation, mark),)
    return QuestionStanding(question.id, question.title, Standing.EVIDENCED, basis, shown)


def _why_not_evidenced(
    question: Question, evaluation: BidEvaluation, mark: int | None, shown: tuple[str, ...]
) -> tuple[str, ...]:
    level = evaluation.levels[question.id]
    reasons = [
        f"{fired.flag.says} ({fired.words})" if fired.words else fired.flag.says
        for fired in _about(question, evaluation)
        if fired.flag is not None and fired.flag.severity is Severity.RED
    ]
    if mark is not None and mark < EVIDENCED_FROM:
        reasons.append(f"Marked {mark}")
    elif mark is None and level.level < EVIDENCED_FROM:
        reasons.extend(r.words for r in level.reasons if r.ceiling < EVIDENCED_FROM)
    if not shown:
        reasons.append(NOTHING_TO_SHOW)
    return tuple(dict.fromkeys(reasons))


def _about(question: Question, evaluation: BidEvaluation) -> list[Fired]:
    """Return what fired on the question, and the checks that found its answers contradicted."""
    parts = {part.id for part in question.parts}
    return [
        fired
        for fired in evaluation.findings.fired
        if fired.question == question.id
        or (not fired.question and any(read.source in parts for read in fired.because))
    ]


def _level_in_words(question_id: str, evaluation: BidEvaluation, mark: int | None) -> str:
    if mark is not None:
        return f"Marked {mark}"
    level = evaluation.levels[question_id]
    if level.is_upper_bound:
        return f"Not marked yet; the structured answers allow level {level.level} at most"
    return f"Not marked yet; the structured answers suggest level {level.level}"

"""What scoring hands on: plain values, ready for a page, a workbook or a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import Risk

TOP_OF_SCALE = 5


class Reason(NamedTuple):
    """Why a level is no higher: the rule, the most it allows (0 to 5), and the answers in words."""

    rule: str
    ceiling: int
    words: str


@dataclass(frozen=True, slots=True)
class SuggestedLevel:
    """What the structured answers to a question suggest, 0 to 5.

    ``is_upper_bound``: an answered narrative is unread, so the level is “at most” this.
    """

    question_id: str
    level: int
    is_upper_bound: bool
    reasons: tuple[Reason, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"at most {self.level}" if self.is_upper_bound else str(self.level)


class QuestionScore(NamedTuple):
    """``share`` is percent of quality; ``score`` the points of it earned, exact; None: unmarked."""

    question_id: str
    share: Decimal
    mark: int | None
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class SectionScore:
    """``score`` is 0 to 100 within the section, 2 places; None while a question is unmarked."""

    section_id: str
    title: str
    weight: Decimal
    questions: tuple[QuestionScore, ...]
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class QualityScore:
    """``total`` is 0 to 100, rounded once, half up, 2 places.

    None while a question is unmarked, and where the questionnaire scores nothing at all.
    """

    sections: tuple[SectionScore, ...]
    total: Decimal | None

    @property
    def scores_nothing(self) -> bool:
        """Whether no question counts: the tender asks for information or passes and fails."""
        return not any(
            question.share > 0 for section in self.sections for question in section.questions
        )

    @property
    def why_no_total(self) -> str:
        """Return why there is no total, in words, or "" where there is one."""
        if self.total is not None:
            return ""
        return "nothing is scored" if self.scores_nothing else "not fully marked"

    @property
    def unmarked(self) -> tuple[str, ...]:
        return tuple(
            question.question_id
            for section in self.sections
            for question in section.questions
            if question.mark is None and question.share > 0
        )


class Requirement(StrEnum):
    """How a pass/fail requirement stands before an officer decides."""

    MET = "met"
    NOT_MET = "not met"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class RequirementResult:
    question_id: str
    result: Requirement
    reasons: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class Cause(NamedTuple):
    """One reason a risk is proposed: the rule that fired, or a low mark."""

    rule: str
    severity: str
    says: str
    words: str
    question_id: str
    sources: tuple[str, ...] = ()
    # The edition of the bank whose rule it is; empty for what a person said.
    bank_version: str = ""
    # Who added the risk; empty where a rule proposed it.
    added_by: str = ""

    @property
    def origin(self) -> str:
        """Return the rule that fired, or who added the risk."""
        return f"Added by {self.added_by}" if self.added_by else self.rule


@dataclass(frozen=True, slots=True)
class ProposedRisk:
    """A risk of the library raised by a bid; likelihood and impact are inherent, 1 to 5."""

    risk: Risk
    likelihood: int
    impact: int
    causes: tuple[Cause, ...]

    @property
    def score(self) -> int:
        return self.likelihood * self.impact


@dataclass(frozen=True, slots=True)
class BidEvaluation:
    """Everything the rules say about one bid with the marks so far. Nothing is decided here."""

    findings: Findings
    levels: Mapping[str, SuggestedLevel]
    requirements: tuple[RequirementResult, ...]
    quality: QualityScore
    risks: tuple[ProposedRisk, ...]
    situation: Situation

    def with_register(self, risk_ids: frozenset[str]) -> BidEvaluation:
        """Return the same with the risks an officer left in the register, for clause conditions."""
        return replace(self, situation=replace(self.situation, risks=risk_ids))

    @property
    def fails(self) -> tuple[RequirementResult, ...]:
        """Return the requirements proposed as failed; an officer decides each."""
        return tuple(r for r in self.requirements if r.result is Requirement.NOT_MET)


Marks = Mapping[str, int]
Answers = Mapping[str, Any]

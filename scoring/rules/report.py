"""What a scored workbook is made of: plain values, with or without a database behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scoring.rules.results import BidEvaluation

HIGHEST_POSSIBLE = "highest possible, from suggested levels"
EVALUATOR = "evaluator"


@dataclass(frozen=True, slots=True)
class WorkbookAbout:
    """What the first sheet says: what this is, when it was made and from which version."""

    title: str
    reference: str
    made_at: datetime
    bank_version: str
    questionnaire_sha256: str = ""
    note: str = ""
    # Where several authorities buy together: whose own register this is.
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A mark as a person gave it. The internal comment is left out: it stays in the service."""

    mark: int
    reason: str
    feedback: str
    by: str


@dataclass(frozen=True, slots=True)
class RequirementDecided:
    """An officer's decision on a pass/fail requirement."""

    passed: bool
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class BidForWorkbook:
    """One bid. ``needs_evaluator`` lists answered parts that no rule can read."""

    name: str
    evaluation: BidEvaluation
    marks: Mapping[str, int]
    mark_source: str = HIGHEST_POSSIBLE
    needs_evaluator: Sequence[str] = ()
    rank: str = ""
    why_not_ranked: str = ""
    given: Mapping[str, GivenMark] = field(default_factory=dict)
    decided: Mapping[str, RequirementDecided] = field(default_factory=dict)


def parts_to_read(evaluation: BidEvaluation) -> tuple[str, ...]:
    """Return the answered narratives and files that need an evaluator, in questionnaire order."""
    return tuple(part for level in evaluation.levels.values() for part in level.unread)

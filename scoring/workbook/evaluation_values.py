"""What the evaluation workbook is made of: plain values, with or without a database behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scoring.rules.prices import Method
from scoring.rules.ranking import Placed
from scoring.rules.sensitivity import Safety
from scoring.rules.ties import TieLog
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class GivenInWorkbook:
    """One evaluator's mark as the workbook lists it; ``mark`` is None before it is locked."""

    bid: str
    question_id: str
    evaluator: str
    mark: int | None
    suggested: int | None
    reason: str
    met: str
    unmet: str
    warned: Sequence[str]
    number: int
    saved_at: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class AgreedInWorkbook:
    """One agreed mark. ``given``: (evaluator, mark) of those who locked theirs."""

    bid: str
    question_id: str
    mark: int
    suggested: int
    given: Sequence[tuple[str, int]]
    reason: str
    why_moved: str
    why_not_higher: str
    feedback: str
    met: str
    unmet: str
    warned: Sequence[str]
    present: Sequence[str]
    number: int
    reopened_because: str
    signed_by: str
    signed_at: str


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What the workbook is made of. ``numbers``, ``given`` and ``agreed`` are read once each time
    they are called, in the order of the ranking; the rest is small."""

    title: str
    reference: str
    authority: str
    made_at: datetime
    made_by: str
    questionnaire: Questionnaire
    questionnaire_sha256: str
    method: Method
    placed: Sequence[Placed]
    sections: Mapping[str, Mapping[str, str]]
    tie: TieLog | None
    is_agreed: bool
    safety: Safety | None
    last_mark: int
    last_agreed: int
    numbers: Callable[[], Iterable[tuple[str, Mapping[str, int]]]]
    given: Callable[[], Iterable[GivenInWorkbook]]
    agreed: Callable[[], Iterable[AgreedInWorkbook]]

    @property
    def names(self) -> dict[str, str]:
        return {one.key: one.bid.name for one in self.placed}

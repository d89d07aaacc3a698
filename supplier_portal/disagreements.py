"""Answers that disagree with one another, as the supplier's pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.outcomes import Fired
from question_bank.rules.questions import ROWED, Part, Question
from supplier_portal.overview import Workspace
from supplier_portal.rules.progress import counted

# Reasons are shown until the reader knows what it is about; the pages of the parts show all.
MOST_REASONS = 6
LONGEST_VALUE = 200

PART_ID = re.compile(r"\b([A-Z]{2,}-\d+\.[a-z]\d*)\b")

# Words of a reason, and the part they name where they are the id of one.
Piece = tuple[str, Part | None]


@dataclass(frozen=True)
class Disagreement:
    """One check that found answers disagreeing: what it says, why, and the answers it compared."""

    rule: str
    says: str
    reasons: tuple[tuple[Piece, ...], ...]
    more_reasons: int
    # Each answer compared, in a few words.
    sides: tuple[tuple[Part, str], ...]

    @property
    def is_promise(self) -> bool:
        """Return whether this is the check about promises that lack a date."""
        return self.rule.startswith("X14:")

    def concerns(self, question: Question) -> bool:
        return any(part in question.parts for part, _ in self.sides)


def disagreements(workspace: Workspace) -> list[Disagreement]:
    """Return the checks that found answers of this bid disagreeing."""
    parts = workspace.questionnaire.parts
    return [
        _disagreement(found, found.flag.says, parts, workspace.answers)
        for found in workspace.findings.fired
        if found.flag is not None and not found.question
    ]


def _disagreement(
    found: Fired, says: str, parts: Mapping[str, Part], answers: Mapping[str, Any]
) -> Disagreement:
    reasons = list(dict.fromkeys(reading.words for reading in found.because))
    sources = dict.fromkeys(reading.source for reading in found.because)
    return Disagreement(
        found.rule,
        says,
        tuple(tuple(_pieces(reason, parts)) for reason in reasons[:MOST_REASONS]),
        max(0, len(reasons) - MOST_REASONS),
        tuple((parts[s], _in_short(parts[s], answers.get(s))) for s in sources if s in parts),
    )


def _pieces(words: str, parts: Mapping[str, Part]) -> Iterable[Piece]:
    for piece in PART_ID.split(words):
        if piece:
            yield piece, parts.get(piece)


def _in_short(part: Part, value: Any) -> str:
    """Return an answer in a few words; the cells of rows that matter stand among the reasons."""
    if part.kind in ROWED and not is_empty(value):
        return counted(len(value), "row") if isinstance(value, list) else "Filled in"
    words = show_answer(part, value)
    return words if len(words) <= LONGEST_VALUE else f"{words[:LONGEST_VALUE].rstrip()}…"

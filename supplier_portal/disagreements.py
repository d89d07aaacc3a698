"""Answers that disagree with one another, as the supplier's pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.rules.compared import Side, sides
from question_bank.rules.fired import Fired
from question_bank.rules.questions import CheckCase, Part, Question
from supplier_portal.overview import Workspace

# Reasons are shown until the reader knows what it is about; the pages of the parts show all.
MOST_REASONS = 6

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
    # Each answer compared, with its question, what was asked and the answer in a few words.
    sides: tuple[Side, ...]

    @property
    def is_promise(self) -> bool:
        """Return whether this is the check about promises that lack a date."""
        return self.rule.startswith("X14:")

    def concerns(self, question: Question) -> bool:
        return any(side.part in question.parts for side in self.sides if side.part is not None)


def disagreements(workspace: Workspace) -> list[Disagreement]:
    """Return the checks that found answers of this bid disagreeing."""
    cases = {case.rule: case for case in workspace.questionnaire.bank.checks}
    return [
        _disagreement(found, cases[found.rule], workspace)
        for found in workspace.checks.fired
        if found.rule in cases
    ]


def _disagreement(found: Fired, case: CheckCase, workspace: Workspace) -> Disagreement:
    parts = workspace.questionnaire.parts
    reasons = list(dict.fromkeys(reading.words for reading in found.because))
    return Disagreement(
        found.rule,
        case.flag.says,
        tuple(tuple(_pieces(reason, parts)) for reason in reasons[:MOST_REASONS]),
        max(0, len(reasons) - MOST_REASONS),
        sides(found, workspace.questionnaire.bare_questions, workspace.situation, case),
    )


def _pieces(words: str, parts: Mapping[str, Part]) -> Iterable[Piece]:
    for piece in PART_ID.split(words):
        if piece:
            yield piece, parts.get(piece)

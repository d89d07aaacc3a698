"""What a mark of one question of one bid is compared with before it is saved (rules.guards)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scoring.queries import EvaluatedBid
from scoring.rules.guards import Judged
from scoring.shown import part_of
from tenders.rules.questionnaire import AskedQuestion


def judged(
    bid: EvaluatedBid,
    asked: AskedQuestion,
    mark: int,
    reason: str,
    points: Mapping[str, bool],
    elsewhere: Iterable[str] = (),
) -> Judged:
    """Return a mark about to be saved beside what the rules say of the answer.

    ``elsewhere``: the reasons given for the question in other bids.
    """
    return Judged(
        mark=mark,
        reason=reason,
        levels=asked.question.levels,
        points=points,
        suggested=bid.evaluation.levels[asked.id].level,
        flags=_flags(bid, asked),
        elsewhere=tuple(elsewhere),
    )


def _flags(bid: EvaluatedBid, asked: AskedQuestion) -> tuple[tuple[str, str], ...]:
    """Return rule and severity of every flag on a question or its parts, checks among them."""
    parts = {part.id for part in asked.question.parts}
    return tuple(
        (fired.rule, str(fired.flag.severity))
        for fired in bid.evaluation.findings.flags
        if fired.flag is not None
        and (
            fired.question == asked.id
            or part_of(fired.rule) in parts
            or any(reading.source in parts for reading in fired.because)
        )
    )

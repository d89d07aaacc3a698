"""The order in which one evaluator reads bids: his own, the same every day, and telling nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from foundation.canonical import sha256_hex

Cell = tuple[int, str]


def own_order(person_id: int, tokens: Mapping[int, str], question_id: str = "") -> list[int]:
    """Return the bids (id → token) in the order in which somebody reads them.

    Neither name, time of arrival nor any mark is in it. It is another for each evaluator, and for
    each question where bids are compared, so that no bid is the first that everybody reads.
    """
    return sorted(
        tokens, key=lambda bid_id: sha256_hex(f"{person_id}:{question_id}:{tokens[bid_id]}")
    )


def in_reading_order(
    cells: Iterable[Cell],
    person_id: int,
    tokens: Mapping[int, str],
    questions: Sequence[str],
    *,
    across: bool,
) -> list[Cell]:
    """Return what somebody marks bid by bid, or ``across``: one question in all bids, then the
    next. What is not among the bids and questions is left out."""
    wanted = set(cells)
    if across:
        return [
            (bid_id, question_id)
            for question_id in questions
            for bid_id in own_order(person_id, tokens, question_id)
            if (bid_id, question_id) in wanted
        ]
    return [
        (bid_id, question_id)
        for bid_id in own_order(person_id, tokens)
        for question_id in questions
        if (bid_id, question_id) in wanted
    ]

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
    return _sorted(_places(person_id, tokens), person_id, question_id)


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
    wanted, places = set(cells), _places(person_id, tokens)
    if across:
        return [
            (bid_id, question_id)
            for question_id in questions
            for bid_id in _sorted(places, person_id, question_id)
            if (bid_id, question_id) in wanted
        ]
    return [
        (bid_id, question_id)
        for bid_id in _sorted(places, person_id, "")
        for question_id in questions
        if (bid_id, question_id) in wanted
    ]


def _places(person_id: int, tokens: Mapping[int, str]) -> dict[int, int]:
    """Return a number for each bid that nobody can foresee and that stays the same."""
    return {bid_id: _number(f"{person_id}:{token}") for bid_id, token in tokens.items()}


def _sorted(places: Mapping[int, int], person_id: int, question_id: str) -> list[int]:
    # One hash a bid and one a question, not one for each of both: there may be 100,000.
    turned = _number(f"{person_id}:{question_id}")
    return sorted(places, key=lambda bid_id: places[bid_id] ^ turned)


def _number(text: str) -> int:
    return int(sha256_hex(text)[:16], 16)

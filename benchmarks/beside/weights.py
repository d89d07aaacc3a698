"""New weights for many bids: totals, ranks and ties of marks that are in memory."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

Job = Callable[[], int]


def marks(bids: int, questions: int) -> list[list[int]]:
    chance = Random(5)  # noqa: S311
    return [chance.choices(range(6), k=questions) for _ in range(bids)]


def weights(questions: int) -> list[int]:
    """Return whole weights that no pattern of marks favours."""
    return [7 + number * 13 % 29 for number in range(questions)]


def ours(bids: str, questions: str) -> Job:
    """The rules as the ranking uses them, from the bare marks: exact, with shared ranks."""
    from dataclasses import replace

    from scoring.rules.prices import Method
    from scoring.rules.ranking import Standing, ranking
    from scoring.rules.totals import exact_quality, exact_sections
    from tenders import planned
    from tenders.rules.award import Award, Formula
    from tests.synthetic import large_plan

    asked = planned.read(large_plan(int(questions), 1)).questionnaire
    names = [one.id for one in asked.questions]
    given = [dict(zip(names, each, strict=True)) for each in marks(int(bids), int(questions))]
    new = iter(weights(int(questions)))

    def reweighted(section: Any) -> Any:
        raw = [next(new) for _ in section.questions]
        shares = [Decimal(one) for one in raw]
        changed = [
            replace(one, weight=share) for one, share in zip(section.questions, shares, strict=True)
        ]
        return replace(section, questions=tuple(changed))

    changed = replace(asked, sections=tuple(reweighted(one) for one in asked.sections))
    method = Method(Award(formula=Formula.ELSEWHERE), 100)

    def job() -> int:
        standings = []
        for number, each in enumerate(given):
            quality = exact_quality(changed, exact_sections(changed, each))
            standings.append(Standing(str(number), str(number), quality))
        placed = ranking(method, standings)
        return len(placed)

    return job


def decimals(bids: str, questions: str) -> Job:
    """A plain loop over decimals: the sums alone, sorted."""
    given = [[Decimal(mark) for mark in each] for each in marks(int(bids), int(questions))]
    weighed = [Decimal(one) for one in weights(int(questions))]

    def job() -> int:
        totals = [
            sum((w * m for w, m in zip(weighed, each, strict=True)), Decimal(0)) for each in given
        ]
        return len(sorted(totals, reverse=True))

    return job


def numpy(bids: str, questions: str) -> Job:
    import numpy as library

    given = library.array(marks(int(bids), int(questions)), dtype="float64")
    weighed = library.array(weights(int(questions)), dtype="float64")

    def job() -> int:
        return len(library.argsort(-(library.nan_to_num(given) @ weighed)))

    return job


def pandas(bids: str, questions: str) -> Job:
    """From marks as they come from a database, a row each, as most people do it."""
    import pandas as library

    rows = [
        (bid, question, mark)
        for bid, each in enumerate(marks(int(bids), int(questions)))
        for question, mark in enumerate(each)
    ]
    weighed = dict(enumerate(weights(int(questions))))

    def job() -> int:
        frame = library.DataFrame(rows, columns=["bid", "question", "mark"])
        frame["points"] = frame["mark"] * frame["question"].map(weighed)
        return len(frame.groupby("bid")["points"].sum().rank(ascending=False, method="min"))

    return job

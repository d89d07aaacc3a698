"""The scoring model of a tender tried on made-up bids, with the engine that ranks the real ones.

What is found is plain values, figures as text: the same is shown at once and kept as evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from foundation.errors import DomainError
from scoring.rules.prices import Method, money
from scoring.rules.ranking import (
    Placed,
    Standing,
    label_of_total,
    ranking,
    tied_for_first,
    why_by_quality,
)
from scoring.rules.requirements import is_below_least_mark
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.ties import Tied, break_tie, in_words, with_tie_broken
from scoring.rules.totals import exact_quality, exact_sections, half_up
from tenders.rules.award import FORMULAS, Formula, written
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

HUNDRED = 100
STEP = 5
MOST_BIDS = 6
LONGEST_NAME = 60
Found = dict[str, Any]


class TriedUnclear(DomainError):
    """The made-up bids do not make sense."""


@dataclass(frozen=True, slots=True)
class TriedBid:
    """A made-up bid: a mark for every scored question, by its id, and a price where one counts."""

    name: str
    marks: Mapping[str, int]
    price: Decimal | None = None


@dataclass(frozen=True)
class Model:
    """How the bids of a tender would be scored, as it is planned."""

    questionnaire: Questionnaire
    method: Method

    @cached_property
    def scored(self) -> tuple[AskedQuestion, ...]:
        return tuple(asked for asked in self.questionnaire.questions if asked.is_scored)

    @property
    def least(self) -> dict[str, int]:
        """Return the least mark of each question that has one."""
        return {one.id: one.threshold for one in self.scored if one.threshold is not None}

    def standing(self, key: str, bid: TriedBid) -> Standing:
        """Return a bid as it would be ranked if officers fail what a least mark proposes to."""
        quality = exact_quality(self.questionnaire, exact_sections(self.questionnaire, bid.marks))
        below = [one.id for one in self.scored if is_below_least_mark(one, bid.marks[one.id])]
        why = f"below the least mark: {', '.join(below)}" if below else ""
        return Standing(key, bid.name, quality, bid.price, why, disregarded=bool(below))

    def standings(self, bids: Sequence[TriedBid]) -> list[Standing]:
        """Return the bids as they would be ranked; their keys are their places in ``bids``."""
        return [self.standing(str(number), bid) for number, bid in enumerate(bids)]

    def placed(self, bids: Sequence[TriedBid]) -> tuple[Placed, ...]:
        """Return the bids in order, ties for the first place broken as planned, lots apart."""
        return in_order(self.method, self.standings(bids), self.known(bids))

    def known(self, bids: Sequence[TriedBid]) -> Tied:
        question = self.method.award.tie_question
        marks = {str(n): bid.marks[question] for n, bid in enumerate(bids) if question in bid.marks}
        return Tied(marks)


def in_order(method: Method, standings: Sequence[Standing], known: Tied) -> tuple[Placed, ...]:
    order = ranking(method, standings)
    tied = tied_for_first(order)
    return with_tie_broken(order, break_tie(method, tied, known)) if tied else order


def must_be_clear(model: Model, bids: Sequence[TriedBid]) -> None:
    """Raise TriedUnclear unless the bids can be told apart and have all that is needed."""
    if not model.scored:
        raise TriedUnclear("You cannot try this tender because no question of it earns marks")
    if len(bids) < 2:
        raise TriedUnclear("Enter at least two bids")
    if len({bid.name.casefold() for bid in bids}) < len(bids):
        raise TriedUnclear("Enter a different name for each bid")
    if model.method.uses_price and any(bid.price is None for bid in bids):
        raise TriedUnclear("Enter the price of each bid: price counts in this tender")


def tried(model: Model, bids: Sequence[TriedBid], fingerprint: str) -> Found:
    """Return what was tried, as plain values: the bids, and what the tender planned then."""
    return {
        "bids": [
            {
                "name": bid.name,
                "marks": dict(bid.marks),
                "price": None if bid.price is None else format(bid.price, "f"),
            }
            for bid in bids
        ],
        "quality_weight": model.method.quality_weight,
        "award": written(model.method.award),
        "least_marks": model.least,
        "shares": {one.id: format(one.share_of_quality, "f") for one in model.scored},
        "questionnaire": fingerprint,
    }


def ranked(model: Model, bids: Sequence[TriedBid]) -> Found:
    """Return the ranking of the bids, and how a tie for the first place ended."""
    placed = model.placed(bids)
    tied = tied_for_first(ranking(model.method, [one.bid for one in placed]))
    names = {one.key: one.bid.name for one in placed}
    log = break_tie(model.method, tied, model.known(bids)) if tied else None
    return {
        "label": label_of_total(model.method),
        "why": why_by_quality(model.method),
        "uses_price": model.method.uses_price,
        "rows": [_row(one) for one in placed],
        "tie": in_words(log, names) if log else [],
    }


def _row(one: Placed) -> Found:
    return {
        "name": one.bid.name,
        "quality": text_of(one.bid.quality),
        "price": "" if one.bid.price is None else money(one.bid.price),
        "points": text_of(one.points),
        "total": text_of(one.total),
        "rank": one.rank,
        "why_not": one.why_not,
    }


def text_of(value: Fraction | None) -> str:
    return "" if value is None else str(half_up(value))


def swings(model: Model, bids: Sequence[TriedBid]) -> list[Found]:
    """Return who comes first as the weight of quality goes from 0 to 100, and every total.

    Nothing where the weights are not used: without prices, and under F5.
    """
    method = model.method
    if method.award.formula not in (Formula.LOWEST, Formula.BENCHMARK):
        return []
    if any(bid.price is None for bid in bids):
        return []
    standings, known = model.standings(bids), model.known(bids)
    found = []
    for weight in range(0, HUNDRED + 1, STEP):
        placed = in_order(replace(method, quality_weight=weight), standings, known)
        first = sorted(int(one.key) for one in placed if one.rank in ("1", "1="))
        totals = {int(one.key): text_of(one.total) for one in placed}
        found.append(
            {
                "weight": weight,
                "first": [bids[number].name for number in first],
                "totals": [totals[number] for number in range(len(bids))],
            }
        )
    return found


def swings_in_words(found: Sequence[Found], now: int) -> list[str]:
    """Return who comes first from where to where, as sentences."""
    runs: list[tuple[int, int, list[str]]] = []
    for entry in found:
        if runs and runs[-1][2] == entry["first"]:
            runs[-1] = (runs[-1][0], entry["weight"], entry["first"])
        else:
            runs.append((entry["weight"], entry["weight"], entry["first"]))
    said = [_run(*run) for run in runs]
    if len(runs) == 1:
        said.append("In steps of 5%, no weight changes who comes first of these bids.")
    elif runs:
        changes = [start for start, _, _ in runs[1:]]
        nearest = min(changes, key=lambda start: abs(start - now))
        said.append(
            f"The tender plans {now}% for quality. Of these steps the change next to it comes "
            f"between {nearest - STEP}% and {nearest}%."
        )
    return said


def _run(start: int, end: int, first: Sequence[str]) -> str:
    where = f"At {start}%" if start == end else f"From {start}% to {end}%"
    if not first:
        return f"{where} for quality nobody is ranked."
    if len(first) > 1:
        return f"{where} for quality {listed(first)} share the first place."
    return f"{where} for quality {first[0]} comes first."


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def flaws(model: Model) -> str:
    """Return what the chosen formula is weak at, as it was told where it was chosen."""
    return FORMULAS[model.method.award.formula].flaws


def with_marks(model: Model, level: int, **changed: int) -> dict[str, int]:
    """Return a mark for each scored question: ``level``, but for those named."""
    return {one.id: changed.get(one.id, level) for one in model.scored}


def all_good(model: Model) -> dict[str, int]:
    return with_marks(model, TOP_OF_SCALE - 1)

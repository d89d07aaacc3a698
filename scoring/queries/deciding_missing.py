"""What is missing for a tender as a whole before anything is recommended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from scoring.queries.exclusions import checks_of, checks_required
from scoring.queries.ranked import TenderRanking
from scoring.rules.low_prices import SETTLED
from tenders.rules.award import Formula

BIDS = "scoring.bids"


@dataclass(frozen=True, slots=True)
class TenderWay:
    """One thing to do about the tender as a whole before anything is recommended."""

    words: str
    page: str
    tender: str

    @property
    def link(self) -> str:
        known = self.page if self.page in current_app.view_functions else BIDS
        return url_for(known, tender=self.tender)


def is_elsewhere(ranked: TenderRanking) -> bool:
    method = ranked.method
    return method.award.formula is Formula.ELSEWHERE and method.quality_weight < 100


def tender_in_the_way(
    ranked: TenderRanking, low_prices: Sequence[Sequence[Any]], hints: int
) -> list[TenderWay]:
    """Return what is missing for the tender as a whole, each with where to do it.

    ``hints``: of how many bids nobody looked into what makes the price seem low.
    """
    tender = ranked.tender
    late = ranked.said.late
    unchecked = checks_of(tender).unsettled if checks_required(tender) else 0
    low = _open_low_prices(low_prices)
    # Where price is decided elsewhere, equal quality is no tie; where nothing more is published to
    # end one, whoever recommends says why.
    tie = None if is_elsewhere(ranked) else ranked.tie
    tied = tie is not None and not tie.winner and bool(tie.lots)
    found = (
        (
            late,
            f"{_counted(late, 'late bid')} {'waits' if late == 1 else 'wait'} for a decision",
            "scoring.late",
        ),
        (
            unchecked,
            f"{_counted(unchecked, 'check')} for grounds to exclude not finished",
            "scoring.exclusions_overview",
        ),
        (
            ranked.missing,
            f"{_counted(ranked.missing, 'bid')} without a standing for the ranking: have it "
            "rebuilt by whoever runs the service",
            BIDS,
        ),
        (not ranked.agreed, "The quality of every bid is not agreed yet", BIDS),
        (
            ranked.agreed and not ranked.method.is_complete,
            "Prices count and are not there yet",
            "scoring.ranking",
        ),
        (
            ranked.agreed and ranked.unopened,
            f"The prices of {_counted(ranked.unopened, 'bid')} admitted since to open",
            "scoring.prices",
        ),
        (
            low,
            f"{_counted(low, 'price')} that may be abnormally low to decide on",
            "scoring.ranking",
        ),
        (
            hints,
            f"{_counted(hints, 'hint')} at a low price not looked into: begin a case, or say why "
            "none is needed",
            "scoring.prices",
        ),
        (tied, "Bids are tied for the first place: draw lots between them", "scoring.ranking"),
    )
    return [TenderWay(words, page, tender.token) for holds, words, page in found if holds]


def _open_low_prices(steps: Sequence[Sequence[Any]]) -> int:
    last: Mapping[int, str] = {bid_id: kind for bid_id, _, kind, _ in steps}
    return sum(kind not in SETTLED for kind in last.values())


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"

"""Lots: a procurement divided into tenders of their own, and what the published terms say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.errors import DomainError

MOST_LOTS = 100


class LotsFixed(DomainError):
    """A lot is published, and says how many lots there are and how many one may win."""


class LimitsUnclear(DomainError):
    """The numbers of lots one may bid for and win do not go together."""


def must_be_open(published: str) -> None:
    """Raise LotsFixed if a lot is published; ``published`` names one, empty for none."""
    if published:
        raise LotsFixed(
            f"You cannot change the lots because {published} is published, and says how many lots "
            "there are and what holds for all of them"
        )


def must_be_clear(most_bid: int | None, most_won: int | None, how_won: str) -> None:
    """Raise LimitsUnclear unless the limits say what a supplier has to know."""
    if most_won is not None and most_bid is not None and most_won > most_bid:
        raise LimitsUnclear(
            "Enter at most as many lots to win as a supplier may bid for", field="most_won"
        )
    # Who may bid for as few lots as it may win never has one too many.
    if most_won is not None and most_won != most_bid and not how_won:
        raise LimitsUnclear(
            "Enter which lots a supplier wins that would win more than it may", field="how_won"
        )
    if most_won is None and how_won:
        raise LimitsUnclear("Enter how many lots a supplier may win", field="most_won")


def limits_in_words(most_bid: int | None, most_won: int | None, how_won: str) -> list[str]:
    """Return for how many lots a supplier may bid and how many it may win, as is published."""
    found = [
        "A supplier may bid for one lot, for several or for all"
        if most_bid is None
        else f"A supplier may bid for at most {_lots(most_bid)}",
        "A supplier may win every lot it bids for"
        if most_won is None
        else f"A supplier may win at most {_lots(most_won)}",
    ]
    return [*found, f"If it would win more: {how_won}"] if how_won else found


def lot_in_words(number: int, of: int, title: str) -> str:
    return f"Lot {number} of {of} of “{title}”"


def rows_of(terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and words of what the terms say about lots, for officers and suppliers."""
    lot = terms.get("lot")
    if lot is None:
        because = terms.get("undivided_because")
        return [("Lots", f"Not divided into lots: {because}")] if because else []
    words = lot_in_words(lot["number"], lot["of"], lot["procurement"]["title"])
    return [("Lot", words), ("Bidding for lots", ". ".join(lot["limits"]))]


def _lots(number: int) -> str:
    return "1 lot" if number == 1 else f"{number} lots"

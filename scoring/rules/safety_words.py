"""How safe a first place is, in sentences: for pages and documents. Names are by key of bid."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from scoring.rules.prices import Method
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.sensitivity import Crossing, MarkMove, Safety, Swing
from scoring.rules.totals import half_up

Names = Mapping[str, str]
LONGEST_SHOWN = 6


def digits(value: Fraction) -> str:
    """Return a figure with every decimal it has, or six of them and "…" where there are more."""
    scaled = value * 10**LONGEST_SHOWN
    whole, sign = abs(scaled.numerator) // scaled.denominator, "−" if value < 0 else ""
    text = str(whole).rjust(LONGEST_SHOWN + 1, "0")
    shown = f"{text[:-LONGEST_SHOWN]}.{text[-LONGEST_SHOWN:]}"
    if scaled.denominator != 1:
        return f"{sign}{shown}…"
    return sign + shown.rstrip("0").rstrip(".")


def percent(value: Fraction) -> str:
    """Return "12.5%", or "about 12.35%" for what has more than 2 decimals."""
    rounded = half_up(value)
    about = "" if Fraction(rounded) == value else "about "
    return f"{about}{rounded.normalize():f}%"


def lead_shown(lead: Fraction) -> str:
    """Return the lead with 2 places, or "less than 0.01" for what would be shown as none."""
    rounded = half_up(lead)
    return "less than 0.01" if not rounded and lead else f"{rounded}"


def lead_in_words(method: Method, found: Safety, names: Names) -> str:
    winner = names[found.winner]
    if not found.runner_up:
        return f"{winner} is the only bid with a rank, so no weight and no mark changes the order."
    other = names[found.runner_up]
    if found.by_tie:
        return (
            f"{winner} has the first place by the published rounding or tie-break: the exact total "
            f"of {other} is as good or better. Any move may change the first place."
        )
    unit = " pounds for each point of quality" if method.is_per_point else " points of 100"
    return f"{winner} is ahead of {other} by {lead_shown(found.lead)}{unit}."


def swing_in_words(swing: Swing, winner: str, names: Names) -> str:
    """Return how far one weight may move, as one or two sentences."""
    said = [
        _crossing(one, "or less" if one is swing.below else "or more", winner, names)
        for one in (swing.below, swing.above)
        if one is not None
    ]
    now = f"{percent(swing.weight.now)} now."
    if not said:
        return f"{now} No weight from 0% to 100% changes the first place."
    if swing.below is None:
        said.append("A lower weight changes nothing.")
    if swing.above is None:
        said.append("A higher weight changes nothing.")
    return " ".join([now, *said])


def _crossing(at: Crossing, which: str, winner: str, names: Names) -> str:
    if not at.by:
        return f"Beyond {percent(at.at)} {winner} would have too little quality to be ranked."
    return f"At {percent(at.at)} {which}, {names[at.by]} would draw level or be first."


def move_in_words(move: MarkMove, names: Names) -> str:
    happens = "draw level" if move.levels else "be first"
    return (
        f"{names[move.key]}, {move.question_id}: {move.to} of {TOP_OF_SCALE} and not {move.now}, "
        f"and {names[move.by]} would {happens}."
    )


def moves_in_words(found: Safety, names: Names) -> str:
    """Return what was looked at and how much was found, in words."""
    if not found.runner_up:
        return ""
    looked = len(found.marks.bids)
    what = (
        "Each agreed mark was moved by itself, all others as they are."
        if not found.marks.further
        else f"Each agreed mark of the first {looked} bids that one mark could put first was moved "
        f"by itself; {found.marks.further} more bids are that near."
    )
    if not found.marks.moves:
        return f"{what} No single mark would change the first place."
    count = len(found.marks.moves)
    return f"{what} {count} {'mark' if count == 1 else 'marks'} would change the first place."


def safe_in_words(method: Method, found: Safety, names: Names) -> list[str]:
    """Return everything as sentences, for who reads no table."""
    winner = names[found.winner]
    return [
        lead_in_words(method, found, names),
        *(
            f"{swing.weight.title}: {swing_in_words(swing, winner, names)}"
            for swing in found.swings
        ),
        moves_in_words(found, names),
    ]

"""Pictures of a scoring model that was tried, from what was found: figures as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoring.rules.drawing import OUT_OF_100, STYLES, Axis, Drawing, Line, Table, line_picture

SEVERAL = 4


def weights_picture(names: Sequence[str], swings: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """Return the total of each bid as the weight of quality goes from 0 to 100."""
    if not swings:
        return None
    lines = [
        Line(
            name,
            tuple(
                (entry["weight"], Decimal(entry["totals"][number]))
                for entry in swings
                if entry["totals"][number]
            ),
        )
        for number, name in enumerate(names)
    ]
    drawn = [line for line in lines if line.points]
    if not drawn:
        return None
    return line_picture(
        "weights",
        "Totals as the weight of quality moves",
        "A line for each bid: its total of 100 at every weight of quality from 0% to 100%, the "
        "rest being price. The highest line comes first; where lines cross, the order changes.",
        (
            Axis("Weight of quality in percent", 0, 100, OUT_OF_100),
            Axis("Total", 0, 100, OUT_OF_100),
        ),
        drawn[:STYLES],
        Table(
            "Totals and who comes first, by the weight of quality",
            ("Weight of quality", *names, "First"),
            tuple(
                (
                    f"{entry['weight']}%",
                    *(total or "–" for total in entry["totals"]),
                    ", ".join(entry["first"]) or "nobody",
                )
                for entry in swings
            ),
        ),
    )


def curve_picture(curve: Mapping[str, Any], *, tried: bool = True) -> Drawing | None:
    """Return points against price, or under F5 the price that draws level with the first.

    ``tried``: the bids are made up, for a scoring model; otherwise they are those handed in.
    """
    if not curve:
        return None
    lines = [
        Line(one["name"], _points(one["points"]), _points(one["marked"])) for one in curve["lines"]
    ]
    across, up = curve["across"], curve["up"]
    one_bid = "A bid that was tried" if tried else "A bid"
    rows = [
        (name, x, y)
        for line in curve["lines"]
        for name, pairs in ((line["name"], line["points"]), (one_bid, line["marked"]))
        for x, y in pairs
    ]
    signs = f"Each sign stands for a bid{' that was tried' if tried else ''}."
    is_level = up == "Price"
    return line_picture(
        "price-curve",
        "The price at which a bid draws level" if is_level else "Points for each price",
        "Across: points for quality. Up: the price at which a bid with that quality would be level "
        f"with the bid that comes first. Below the line it would come first. {signs}"
        if is_level
        else "Across: the price. Up: how many points of 100 the formula gives for it, before the "
        f"weight of price is applied. {signs}",
        (
            _axis(across, [x for line in lines for x, _ in line.points]),
            _axis(up, [y for line in lines for _, y in (*line.points, *line.marked)]),
        ),
        lines,
        Table(f"{up} by {across[:1].lower()}{across[1:]}", ("Line", across, up), tuple(rows)),
    )


def _points(pairs: Sequence[Sequence[str]]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(x), Decimal(y)) for x, y in pairs)


def _axis(title: str, values: Sequence[Any]) -> Axis:
    if title.startswith("Points"):
        return Axis(title, 0, 100, OUT_OF_100)
    lowest, highest = min(values), max(values)
    step = (highest - lowest) / SEVERAL
    ticks = [lowest + step * number for number in range(SEVERAL + 1)] if step else [lowest]
    return Axis(title, lowest, highest, tuple((tick, f"£{tick:,.0f}") for tick in ticks))

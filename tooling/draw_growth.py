"""Draws docs/pictures/growth.svg from the figures of `make bench ROW=growth`: time by bids."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

DOCS = Path(__file__).parents[1] / "docs"
DATA, PICTURE = DOCS / "performance-figures.json", DOCS / "pictures/growth.svg"
WIDTH, HEIGHT = 820, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 230, 40, 50
WHAT = re.compile(r"(.+), ([\d,]+) bids$")
# Told apart by dashes and by the words at their end; colour repeats them.
DASHES = ("", "6 3", "2 3", "8 3 2 3")
COLOURS = ("#1d70b8", "#00703c", "#912b88", "#b5400a", "#383f43")
# Words at the end of a line stand so far apart.
APART = 15

Points = dict[str, list[tuple[int, float]]]


def points_of(figures: Mapping[str, Any]) -> Points:
    """Return milliseconds by number of bids, by what was asked for."""
    found: Points = {}
    for line in figures.get("growth", {}).get("lines", ()):
        said = WHAT.match(line["what"])
        if said:
            bids = int(said[2].replace(",", ""))
            found.setdefault(said[1], []).append((bids, line["ours"]))
    return found


def drawn(points: Points) -> str:
    """Return the picture; both axes in powers of ten, so that a page that stays is level and a file
    that grows in proportion is straight."""
    all_bids = [bids for each in points.values() for bids, _ in each]
    all_times = [time for each in points.values() for _, time in each]
    across = _axis(min(all_bids), max(all_bids), LEFT, WIDTH - RIGHT)
    up = _axis(min(all_times), max(all_times), HEIGHT - BOTTOM, TOP)
    said = "; ".join(
        f"{name}: {each[0][1]:.0f} ms with {each[0][0]} bids, {each[-1][1]:.0f} ms with "
        f"{each[-1][0]:,}"
        for name, each in points.items()
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'font-family="sans-serif" font-size="12">',
            "<title>Processor time of pages and files by number of bids</title>",
            f"<desc>{escape(said)}</desc>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="22">Milliseconds of processor time</text>',
            *_grid(sorted(set(all_bids)), across, all_times, up),
            *_curves(points, across, up),
            "</svg>\n",
        ]
    )


def _axis(low: float, high: float, start: float, end: float) -> Any:
    first, last = math.log10(low), math.log10(max(high, low * 10))
    return lambda value: start + (math.log10(value) - first) / (last - first) * (end - start)


def _grid(bids: list[int], across: Any, times: list[float], up: Any) -> Iterator[str]:
    for number in bids:
        x = across(number)
        yield (
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>'
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{number:,}</text>'
        )
    for power in range(math.ceil(math.log10(min(times))), math.floor(math.log10(max(times))) + 1):
        y = up(10**power)
        yield (
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">Bids</text>'


def _curves(points: Points, across: Any, up: Any) -> Iterator[str]:
    # From the top down, so that words pushed apart stay in the order of their lines.
    order = sorted(points, key=lambda name: -points[name][-1][1])
    free = 0.0
    for number, name in enumerate(order):
        colour, dashes = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        places = [(across(bids), up(time)) for bids, time in points[name]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        free = max(free, places[-1][1])
        yield (
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dashes}"/>'
        )
        yield "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places
        )
        yield (
            f'<path d="M{places[-1][0] + 5:.1f} {places[-1][1]:.1f} '
            f'L{WIDTH - RIGHT + 22} {free:.1f}" stroke="#bbb" fill="none"/>'
            f'<text x="{WIDTH - RIGHT + 26}" y="{free + 4:.1f}" '
            f'fill="{colour}">{escape(name)}</text>'
        )
        free += APART


def main() -> None:
    points = points_of(json.loads(DATA.read_text(encoding="utf-8")))
    if points:
        PICTURE.write_text(drawn(points), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What a picture is made of: boxes, lines and words at their places, and the table behind it.

Nothing here is the only way to learn something: each picture has a description in words and a table
with its figures. What belongs to a series is told by words, numbers, dashes and shapes; colour only
repeats it. Places are rounded to a tenth; figures are not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

WIDTH = 720
LONGEST_LABEL = 26
# How many lines can be told apart by dashes and shapes.
STYLES = 6
SHAPES = ("circle", "square", "diamond", "triangle", "cross", "bar")
Number = int | float | Decimal | Fraction
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    kind: ClassVar[str] = "box"
    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes of one size in one tone, by their upper left corners."""

    kind: ClassVar[str] = "boxes"
    corners: tuple[Point, ...]
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Stroke:
    kind: ClassVar[str] = "stroke"
    points: tuple[Point, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A small mark of one of the shapes."""

    kind: ClassVar[str] = "sign"
    x: float
    y: float
    shape: str
    tone: str


@dataclass(frozen=True, slots=True)
class Words:
    kind: ClassVar[str] = "words"
    x: float
    y: float
    text: str
    anchor: str = "start"
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Letters:
    """One letter at each place of a line."""

    kind: ClassVar[str] = "letters"
    xs: tuple[float, ...]
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from one place to another with a head: the thicker (1 to 4), the more it stands for.

    ``head``: the corners of the head, so that no page has to reckon.
    """

    kind: ClassVar[str] = "arrow"
    start: Point
    end: Point
    head: tuple[Point, ...]
    weight: int


Mark = Box | Boxes | Stroke | Sign | Words | Letters | Arrow


@dataclass(frozen=True, slots=True)
class Table:
    """The figures behind a picture; the first cell of a row names it."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture. ``id`` is unique on its page; ``legend``: what short signs in it stand for."""

    id: str
    title: str
    description: str
    width: float
    height: float
    marks: tuple[Mark, ...]
    table: Table
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a line picture: places on both axes, in order."""

    name: str
    points: tuple[tuple[Number, Number], ...]
    # Points that stand for something by themselves, such as a bid: drawn with a sign.
    marked: tuple[tuple[Number, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured, from where to where, and the places that are named."""

    title: str
    lowest: Number
    highest: Number
    ticks: tuple[tuple[Number, str], ...]

    def share(self, value: Number) -> float:
        """Return where a value lies, 0 to 1; what is outside lies at the end."""
        span = float(self.highest) - float(self.lowest)
        if not span:
            return 0.0
        return min(max((float(value) - float(self.lowest)) / span, 0.0), 1.0)


OUT_OF_100 = tuple((tick, str(tick)) for tick in range(0, 101, 20))
LEFT, RIGHT, TOP, PLOT, BELOW = 60.0, 170.0, 26.0, 260.0, 46.0


def at(value: Number) -> float:
    return round(float(value), 1)


def short(text: str, longest: int = LONGEST_LABEL) -> str:
    """Return a label that fits; the table has all of it."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def line_picture(
    name: str,
    title: str,
    description: str,
    axes: tuple[Axis, Axis],
    lines: Sequence[Line],
    table: Table,
) -> Drawing:
    """Return lines over two axes, each with dashes and a shape of its own and its name at the end.

    More lines than can be told apart are not drawn: whoever calls shows the first and says so.
    """
    across, up = axes
    width, height = WIDTH, TOP + PLOT + BELOW
    marks: list[Mark] = [*_frame(across, up)]
    named = lines[:STYLES]
    ends = [(_place(axes, line.points[-1])[1], number) for number, line in enumerate(named)]
    label_at = spread_out(ends, 16.0, TOP + 4, TOP + PLOT)
    for number, line in enumerate(named):
        points = tuple(_place(axes, point) for point in line.points)
        marks.append(Stroke(points, f"line-{number + 1}"))
        shape = SHAPES[number]
        signs = [_place(axes, point) for point in (line.marked or line.points[-1:])]
        marks.extend(Sign(x, y, shape, f"sign-{number + 1}") for x, y in signs)
        end = at(WIDTH - RIGHT)
        marks.append(Sign(end + 18, label_at[number] - 4, shape, f"sign-{number + 1}"))
        marks.append(Words(end + 30, label_at[number], short(line.name, 20)))
    return Drawing(name, title, description, width, height, tuple(marks), table)


def _place(axes: tuple[Axis, Axis], point: tuple[Number, Number]) -> Point:
    across, up = axes
    x = LEFT + across.share(point[0]) * (WIDTH - LEFT - RIGHT)
    return at(x), at(TOP + (1 - up.share(point[1])) * PLOT)


def _frame(across: Axis, up: Axis) -> Iterable[Mark]:
    right, bottom = WIDTH - RIGHT, TOP + PLOT
    for value, text in up.ticks:
        y = at(TOP + (1 - up.share(value)) * PLOT)
        yield Stroke(((LEFT, y), (right, y)), "grid")
        yield Words(LEFT - 8, y + 4, text, "end", "quiet")
    for value, text in across.ticks:
        x = at(LEFT + across.share(value) * (right - LEFT))
        yield Stroke(((x, bottom), (x, bottom + 5)), "axis")
        yield Words(x, bottom + 20, text, "middle", "quiet")
    yield Stroke(((LEFT, TOP), (LEFT, bottom), (right, bottom)), "axis")
    yield Words((LEFT + right) / 2, bottom + 40, across.title, "middle")
    yield Words(LEFT, TOP - 12, up.title, "start")


def spread_out(
    wanted: Iterable[tuple[float, int]], apart: float, top: float, bottom: float
) -> dict[int, float]:
    """Return a place for each label, as near to the one it wants as leaves them apart."""
    order = sorted(wanted)
    places: dict[int, float] = {}
    last = top - apart
    for y, key in order:
        last = max(y + 4, last + apart)
        places[key] = last
    over = last - bottom
    if over > 0:
        limit = bottom
        for _, key in reversed(order):
            places[key] = min(places[key], limit)
            limit = places[key] - apart
    return {key: at(y) for key, y in places.items()}

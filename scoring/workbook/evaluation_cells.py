"""The cells of an .xlsx as text, a column of many rows at once: with a million of them there is no
time to look at each value by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from xml.sax.saxutils import escape

from foundation.cells import LONGEST_CELL, as_stored
from foundation.clock import london
from scoring.workbook.evaluation_styles import Style

FIRST_DAY = datetime(1899, 12, 30, tzinfo=UTC)
# A moment as columns of MOMENT are given it, in UTC: a database gives it so at once.
MINUTE = "%Y-%m-%d %H:%M"
# Between two texts that are escaped together; where a text holds one, each is escaped by itself.
BETWEEN = "\x1f"
# So many different values of a column are kept as cells, then it begins anew.
MOST_KEPT = 16384


class Shows(StrEnum):
    """What a column holds."""

    TEXT = "text"
    # The same in many rows, and no reason for a row to be taller: names, ids, short phrases.
    NAME = "name"
    FIGURE = "figure"
    POINTS = "points"
    MONEY = "money"
    MOMENT = "moment"


class Kept(dict[Any, str]):
    """The cells of values that come again and again, each made once."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        made = self[value] = self._make(value)
        return made


def in_xml(text: str) -> str:
    """Return text as it stands in a cell: exactly as it is, but for what no cell can hold."""
    return escape(as_stored(text.replace("\r\n", "\n").replace("\r", "\n")))


def all_in_xml(texts: Sequence[str]) -> Sequence[str]:
    """Return each text as ``in_xml`` does; many together cost a tenth where all are common."""
    together = BETWEEN.join(texts)
    bare = together.replace(BETWEEN, "").replace("\n", "")
    is_common = (
        bare.isprintable()
        and ("_" not in bare or "_x" not in bare)
        and together.count(BETWEEN) == len(texts) - 1
        and max(map(len, texts)) <= LONGEST_CELL
    )
    if not is_common:
        return [in_xml(text) for text in texts]
    escaped = escape(together)
    return texts if len(escaped) == len(together) else escaped.split(BETWEEN)


def text_cells(values: Sequence[str | None]) -> Sequence[str]:
    """Return a cell for each text; empty ones are empty cells."""
    texts = all_in_xml([value or "" for value in values])
    return [f"{_INLINE}{text}{_END}" if text else _EMPTY for text in texts]


def styled_cell(style: Style, value: object) -> str:
    """Return a cell outside the table."""
    if value is None or value == "":
        return f'<c s="{style.value}"/>' if style is Style.HEADING else "<c/>"
    if isinstance(value, int | Decimal):
        return _figure(value) if isinstance(value, int) else _points(value)
    return (
        f'<c s="{style.value}" t="inlineStr"><is><t xml:space="preserve">{in_xml(str(value))}{_END}'
    )


def cells_maker(shows: Shows) -> Callable[[Sequence[Any]], Sequence[str]]:
    """Return what makes the cells of a column, to be used for one sheet."""
    if shows is Shows.TEXT:
        return text_cells
    kept = Kept(_SINGLE[shows])
    return lambda values: [kept[value] for value in values]


def _text(value: str | None) -> str:
    if not value:
        return _EMPTY
    return f"{_INLINE}{in_xml(value)}{_END}"


def _figure(value: int | None) -> str:
    return _NO_FIGURE if value is None else f'<c s="{Style.FIGURE.value}"><v>{value}</v></c>'


def _points(value: Decimal | None) -> str:
    return _EMPTY if value is None else f'<c s="{Style.POINTS.value}"><v>{value}</v></c>'


def _money(value: Decimal | None) -> str:
    return _EMPTY if value is None else f'<c s="{Style.MONEY.value}"><v>{value}</v></c>'


def _moment(value: str | None) -> str:
    """Write a moment, as MINUTE has it, as the time in London: spreadsheets can sort and
    filter it."""
    if not value:
        return _EMPTY
    moment = datetime.strptime(value, MINUTE).replace(tzinfo=UTC)
    passed = london(moment).replace(tzinfo=UTC) - FIRST_DAY
    days = f"{passed.days + passed.seconds / 86400:.10f}"
    return f'<c s="{Style.MOMENT.value}"><v>{days}</v></c>'


_EMPTY = f'<c s="{Style.TEXT.value}"/>'
_NO_FIGURE = f'<c s="{Style.FIGURE.value}"/>'
_INLINE = f'<c s="{Style.TEXT.value}" t="inlineStr"><is><t xml:space="preserve">'
_END = "</t></is></c>"

_SINGLE: dict[Shows, Callable[[Any], str]] = {
    Shows.NAME: _text,
    Shows.FIGURE: _figure,
    Shows.POINTS: _points,
    Shows.MONEY: _money,
    Shows.MOMENT: _moment,
}

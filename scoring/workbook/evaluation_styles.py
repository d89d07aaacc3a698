"""How the cells of the evaluation workbook look: one of a handful of styles each."""

from __future__ import annotations

from enum import IntEnum

FACE = "Calibri"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DATE_AND_TIME, TWO_PLACES, POUNDS = 164, 165, 166


class Style(IntEnum):
    """The number of a style in the workbook: the order of ``_CELLS``."""

    PLAIN = 0
    TEXT = 1
    HEADING = 2
    TITLE = 3
    PART = 4
    FIGURE = 5
    POINTS = 6
    MONEY = 7
    MOMENT = 8
    REMARK = 9
    LABEL = 10


_FONTS = (
    f'<font><sz val="11"/><name val="{FACE}"/></font>',
    f'<font><b/><sz val="11"/><name val="{FACE}"/></font>',
    f'<font><b/><sz val="18"/><name val="{FACE}"/></font>',
    f'<font><b/><sz val="13"/><name val="{FACE}"/></font>',
    f'<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="{FACE}"/></font>',
)
_FILLS = (
    '<fill><patternFill patternType="none"/></fill>',
    '<fill><patternFill patternType="gray125"/></fill>',
    '<fill><patternFill patternType="solid"><fgColor rgb="FF1D3557"/></patternFill></fill>',
)
_SIDE = ' style="thin"><color rgb="FFB1B4B6"/>'
_BORDERS = (
    "<border><left/><right/><top/><bottom/><diagonal/></border>",
    f"<border><left{_SIDE}</left><right{_SIDE}</right><top{_SIDE}</top><bottom{_SIDE}</bottom>"
    "<diagonal/></border>",
)
_WRAPPED = '<alignment vertical="top" wrapText="1"/>'
_CENTRED = '<alignment horizontal="center" vertical="top"/>'
_RIGHT = '<alignment horizontal="right" vertical="top" indent="1"/>'


def _cell(
    font: int, fill: int, border: int, alignment: str, number: int = 0, *, quoted: bool = False
) -> str:
    # A text that begins like a formula stays one, whatever is done to the cell.
    quote = ' quotePrefix="1"' if quoted else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
        f'{quote} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" '
        f'applyAlignment="1">{alignment}</xf>'
    )


_CELLS = (
    _cell(0, 0, 0, ""),
    _cell(0, 0, 1, _WRAPPED, quoted=True),
    _cell(4, 2, 1, _WRAPPED, quoted=True),
    _cell(2, 0, 0, "", quoted=True),
    _cell(3, 0, 0, "", quoted=True),
    _cell(0, 0, 1, _CENTRED),
    _cell(0, 0, 1, _RIGHT, TWO_PLACES),
    _cell(0, 0, 1, _RIGHT, POUNDS),
    _cell(0, 0, 1, _CENTRED, DATE_AND_TIME),
    _cell(0, 0, 0, _WRAPPED, quoted=True),
    _cell(1, 0, 1, _WRAPPED, quoted=True),
)


def _list(name: str, entries: tuple[str, ...]) -> str:
    return f'<{name} count="{len(entries)}">{"".join(entries)}</{name}>'


STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<styleSheet xmlns="{MAIN}"><numFmts count="3">'
    f'<numFmt numFmtId="{DATE_AND_TIME}" formatCode="d\\ mmm\\ yyyy\\ hh:mm"/>'
    f'<numFmt numFmtId="{TWO_PLACES}" formatCode="0.00"/>'
    f'<numFmt numFmtId="{POUNDS}" formatCode="&quot;£&quot;#,##0.00"/></numFmts>'
    + _list("fonts", _FONTS)
    + _list("fills", _FILLS)
    + _list("borders", _BORDERS)
    + '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    "</cellStyleXfs>"
    + _list("cellXfs", _CELLS)
    + '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)

"""An .xlsx of marks: a bold heading that stays in view, widths, the scale of colours, a total."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

Job = Callable[[], int]
WIDTHS = (36, 12, 6)


def heading(questions: int) -> list[str]:
    return ["Bidder", "Total", *(f"SYN-{number:03}" for number in range(1, questions + 1))]


def rows(bids: int, questions: int) -> Iterator[list[str | int]]:
    """Yield name, total and marks of each bid: what all ways write."""
    chance = Random(3)  # noqa: S311
    for number in range(bids):
        marks = chance.choices(range(6), k=questions)
        yield [f"Bidder {number:05} & Sons", sum(marks), *marks]


def written(make: Callable[[Path], None]) -> Job:
    def job() -> int:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "marks.xlsx"
            make(path)
            return path.stat().st_size

    return job


def ours(bids: str, questions: str) -> Job:
    from scoring.workbook.evaluation_cells import Shows
    from scoring.workbook.evaluation_package import workbook_pieces
    from scoring.workbook.evaluation_xml import Column, SheetToWrite

    def make(path: Path) -> None:
        names = heading(int(questions))
        columns = [Column(names[0], WIDTHS[0]), Column(names[1], WIDTHS[1], Shows.FIGURE)]
        columns += [Column(name, WIDTHS[2], Shows.FIGURE) for name in names[2:]]
        made = rows(int(bids), int(questions))
        sheet = SheetToWrite("Marks", columns, made, frozen=1, coloured=(3, len(names)))
        with path.open("wb") as file:
            for piece in workbook_pieces("Marks", datetime(2026, 11, 23, tzinfo=UTC), [sheet]):
                file.write(piece)

    return written(make)


def floor(bids: str, questions: str) -> Job:
    """The same rows as strings put together in one loop and packed as fast as ours packs."""
    import zipfile
    from xml.sax.saxutils import escape

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def line(values: list[str | int]) -> str:
        cells = [f"<c><v>{value}</v></c>" for value in values[1:]]
        name = f'<c t="inlineStr"><is><t>{escape(str(values[0]))}</t></is></c>'
        return f"<row>{name}{''.join(cells)}</row>"

    def make(path: Path) -> None:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
            package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
        ):
            part.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            for values in rows(int(bids), int(questions)):
                part.write(line(values).encode())
            part.write(b"</sheetData></worksheet>")

    return written(make)


def xlsxwriter(bids: str, questions: str) -> Job:
    import xlsxwriter as library

    def make(path: Path) -> None:
        book = library.Workbook(str(path), {"constant_memory": True})
        sheet, bold = book.add_worksheet("Marks"), book.add_format({"bold": True})
        sheet.set_column(0, 0, WIDTHS[0])
        sheet.set_column(1, 1, WIDTHS[1])
        sheet.set_column(2, int(questions) + 1, WIDTHS[2])
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, heading(int(questions)), bold)
        for number, values in enumerate(rows(int(bids), int(questions)), start=1):
            sheet.write_row(number, 0, values)
        colours = {"type": "3_color_scale"}
        sheet.conditional_format(1, 2, int(bids), int(questions) + 1, colours)
        book.close()

    return written(make)


def openpyxl(bids: str, questions: str, write_only: bool = False) -> Job:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    def make(path: Path) -> None:
        book = Workbook(write_only=write_only)
        sheet = book.create_sheet("Marks")
        for place in range(int(questions) + 2):
            letter = get_column_letter(place + 1)
            sheet.column_dimensions[letter].width = WIDTHS[min(place, 2)]
        sheet.freeze_panes = "B2"
        bold = []
        for name in heading(int(questions)):
            cell = WriteOnlyCell(sheet, value=name)
            cell.font = Font(bold=True)
            bold.append(cell)
        sheet.append(bold if write_only else heading(int(questions)))
        for values in rows(int(bids), int(questions)):
            sheet.append(values)
        book.save(path)

    return written(make)


def openpyxl_write_only(bids: str, questions: str) -> Job:
    return openpyxl(bids, questions, write_only=True)


def pandas(bids: str, questions: str) -> Job:
    import pandas as library

    def make(path: Path) -> None:
        frame = library.DataFrame(
            list(rows(int(bids), int(questions))), columns=heading(int(questions))
        )
        frame.to_excel(path, sheet_name="Marks", index=False, freeze_panes=(1, 1))

    return written(make)

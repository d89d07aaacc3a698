"""The price schedule as a workbook: out with formulas of our own, back in cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

from foundation.fields import decimal_from
from foundation.spreadsheets import set_widths, write_cover, write_headings, write_row
from supplier_portal.rules.prices import WrongPrice, must_be_a_price
from supplier_portal.workbook.cells import Sheet
from supplier_portal.workbook.entered import Unfit, number_in
from supplier_portal.workbook.package import NotAWorkbook, sheets_in
from tenders.rules.price_schedule import PriceLine, PriceSchedule

FORMAT = "supplier-assurance-price-workbook/1"
FORMAT_LABEL, FINGERPRINT_LABEL, TENDER_LABEL = "Format", "Fingerprint of the lines", "Tender"
PRICES = "Prices"
HEADINGS = (
    "Line",
    "What is priced",
    "Kind",
    "Unit",
    "Quantity",
    "Times (years)",
    "Price for one unit, £",
    "Line total, £",
)
LINE, QUANTITY, TIMES, PRICE, TOTAL = 1, 5, 6, 7, 8
FIRST_ROW = 2
TO_FILL = PatternFill("solid", fgColor="FFF4C2")
POUNDS, UNIT_PRICE = "#,##0.00", "#,##0.00##"
HOW = (
    "Enter one price for one unit of each line in the yellow cells of the sheet “Prices”: pounds "
    "without VAT, with up to 4 decimal places. Write 0 where there is no charge.",
    "The totals are worked out by formulas of this workbook, for you to see. They are not read: "
    "the service works them out again from the prices.",
    "When you are done, upload the workbook on the page “Prices” of your bid. You see what was "
    "understood before anything is saved, and saving does not submit the bid.",
)


@dataclass(frozen=True, slots=True)
class AboutPrices:
    """Which tender and bid the workbook is for, in words."""

    title: str
    reference: str
    authority: str
    supplier: str
    tender: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A cell that could not be read, and what to do about it."""

    sheet: str
    cell: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PricesRead:
    prices: Mapping[str, Decimal]
    problems: tuple[NotTaken, ...]


def write_prices(
    schedule: PriceSchedule, prices: Mapping[str, Decimal], about: AboutPrices
) -> bytes:
    """Return the workbook with the prices saved so far."""
    book = Workbook()
    book.remove(book.worksheets[0])
    cover = book.create_sheet()
    write_cover(
        cover,
        f"Prices for {about.title}",
        [
            ("Tender", about.tender),
            ("Reference", f"{about.reference}, {about.authority}"),
            ("Bidder", about.supplier),
            ("How to use it", "\n\n".join(HOW)),
            ("How totals are worked out", schedule.rule),
            (FORMAT_LABEL, FORMAT),
            (FINGERPRINT_LABEL, schedule.fingerprint),
        ],
    )
    cover.protection.sheet = True
    _write_lines(book.create_sheet(PRICES), schedule, prices)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_lines(sheet: Worksheet, schedule: PriceSchedule, prices: Mapping[str, Decimal]) -> None:
    write_headings(sheet, HEADINGS)
    for row, line in enumerate(schedule.lines, FIRST_ROW):
        write_row(sheet, row, (line.id, line.what, line.kind_words, line.unit))
        sheet.cell(row, QUANTITY, line.quantity)
        sheet.cell(row, TIMES, schedule.years if line.yearly else 1)
        box = sheet.cell(row, PRICE, prices.get(line.id))
        box.fill, box.number_format = TO_FILL, UNIT_PRICE
        box.protection = Protection(locked=False)
        total = sheet.cell(row, TOTAL, f'=IF(G{row}="","",ROUND(E{row}*F{row}*G{row},2))')
        total.number_format = POUNDS
    last = FIRST_ROW + len(schedule.lines)
    write_row(sheet, last, (None, "Total without options"))
    counted = ",".join(
        f"H{row}" for row, line in enumerate(schedule.lines, FIRST_ROW) if line.is_in_total
    )
    total = sheet.cell(last, TOTAL, f"=SUM({counted})")
    total.number_format = POUNDS
    for column in (2, TOTAL):
        sheet.cell(last, column).font = Font(bold=True)
    set_widths(sheet, (9, 46, 24, 18, 12, 14, 20, 18))
    sheet.protection.sheet = True


def read_prices(stream: IO[bytes], schedule: PriceSchedule) -> PricesRead:
    """Return what the workbook says of the lines.

    Raises NotAWorkbook, also for one made for other lines.
    """
    sheets = {sheet.title: sheet for sheet in sheets_in(stream)}
    facts = _facts(sheets.get("About"))
    if facts.get(FORMAT_LABEL) != FORMAT or PRICES not in sheets:
        raise NotAWorkbook(
            "This is not a workbook of prices from this service. Download it here, enter the "
            "prices in it and upload it again"
        )
    if facts.get(FINGERPRINT_LABEL) != schedule.fingerprint:
        raise NotAWorkbook(
            "This workbook was made for the price schedule of another tender. Download the one of "
            "this bid and copy your prices into it"
        )
    return _read(sheets[PRICES], schedule)


def _facts(sheet: Sheet | None) -> dict[str, str]:
    if sheet is None:
        return {}
    return {sheet.text(row, 1): sheet.text(row, 2) for row, column in sheet.cells if column == 1}


def _read(sheet: Sheet, schedule: PriceSchedule) -> PricesRead:
    lines = {line.id: line for line in schedule.lines}
    prices: dict[str, Decimal] = {}
    problems: list[NotTaken] = []
    seen: set[str] = set()
    for row in sorted({row for row, column in sheet.cells if column in (LINE, PRICE)}):
        name = sheet.text(row, LINE).strip()
        if name == HEADINGS[0] or (not name and (row, PRICE) not in sheet.cells):
            continue
        try:
            price = _price(sheet, row, _line(name, lines, seen))
        except Unfit as wrong:
            problems.append(NotTaken(sheet.title, f"G{row}", wrong.sentence))
            continue
        if price is not None:
            prices[name] = price
    problems += [
        NotTaken(sheet.title, "", f"Line {name} is not in the workbook")
        for name in lines
        if name not in seen
    ]
    return PricesRead(prices, tuple(problems))


def _line(name: str, lines: Mapping[str, PriceLine], seen: set[str]) -> PriceLine:
    """Return the line a row is about. Raises Unfit."""
    if name not in lines:
        raise Unfit("", f"No line of the price schedule is called “{name[:40]}”: not read")
    if name in seen:
        raise Unfit("", f"Line {name} is there twice: the first one was read")
    seen.add(name)
    return lines[name]


def _price(sheet: Sheet, row: int, line: PriceLine) -> Decimal | None:
    entered = sheet.cells.get((row, PRICE))
    if entered is None:
        return None
    text = number_in(entered).strip().replace(",", "").removeprefix("£").strip()
    price = decimal_from(text)
    if price is None:
        raise Unfit("", f"Enter the price of {line.id} as a number, like 1250.50")
    try:
        must_be_a_price(price, line)
    except WrongPrice as wrong:
        raise Unfit("", str(wrong)) from None
    return price

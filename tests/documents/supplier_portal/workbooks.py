"""Workbooks for tests: a small questionnaire with every kind, written, mended and read back."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

from openpyxl import load_workbook

from question_bank.loader import shipped_bank
from question_bank.rules.questions import ROWED, Asked, Kind, Question, Schema
from supplier_portal.workbook import About, read, write
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section
from tests.rules.question_bank.builders import options, part

PLAIN_KINDS = [kind for kind in Kind if kind not in ROWED and kind is not Kind.FILE]
HUNDRED = Decimal(100)


def made(asked_id, kind, make=part, **more):
    if kind in (Kind.CHOICE, Kind.CHOICES):
        more.setdefault("options", options("first", "second", "third"))
    if kind in (Kind.NUMBER, Kind.MONEY):
        more.setdefault("decimals", 4)
    return make(asked_id, kind, **more)


def column(column_id, kind, **more):
    return made(column_id, kind, lambda name, k, **m: Asked(name, k, f"Column {name}", **m), **more)


EVERY_COLUMN = Schema(
    id="T0",
    title="Things",
    row_name="thing",
    columns=(
        column("name", Kind.SHORT_TEXT),
        *(column(f"c-{kind}", kind, required=False) for kind in PLAIN_KINDS),
    ),
)
GIVEN = (("A", "The first theme"), ("B", "The second theme"), ("C", "The third theme"))

PARTS = (
    *(made(f"Q-01.{kind}", kind) for kind in PLAIN_KINDS),
    part("Q-01.record", Kind.RECORD, schema=EVERY_COLUMN),
    part("Q-01.certificate", Kind.CERTIFICATE, schema=EVERY_COLUMN, required=False),
    part("Q-01.table", Kind.TABLE, schema=EVERY_COLUMN, rows_at_most=4),
    part("Q-01.given", Kind.TABLE, schema=EVERY_COLUMN, fixed_rows=GIVEN),
    part("Q-01.file", Kind.FILE),
    part("Q-01.limited", Kind.NARRATIVE, words=5),
)


def questionnaire(*parts):
    """A questionnaire of one section with one question of these parts."""
    question = Question(
        "Q-01", 1, "topic", "A question", "a source", "We ask to know", "R01", {0: "Nothing"}, parts
    )
    section = Section("s", "Everything: [all] of it", HUNDRED, (
        AskedQuestion(question, HUNDRED, HUNDRED),
    ))  # fmt: skip
    return Questionnaire("Every kind", "every-kind", shipped_bank(), (section,))


EVERY_KIND = questionnaire(*PARTS)
ABOUT = About(
    title="School streets sensors",
    reference="HC-1",
    authority="Hollowmere Council",
    closing="Closes on 4 December 2026, 12:00 noon (UK time)",
    made="1 November 2026, 9:00am (UK time)",
    fingerprint="ab" * 32,
    tender="tender-token",
    bid="bid-token",
    supplier={"name": "Larkfield Sensors Limited"},
)
SHEET = "1 Everything all of it"


def written(answers=None, versions=None, asked=EVERY_KIND):
    return write(asked, ABOUT, answers or {}, versions or {})


def read_back(data, asked=EVERY_KIND):
    return read(io.BytesIO(data), asked)


def mended(data, change):
    """Return the workbook as somebody left it who did ``change`` to it in a spreadsheet."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def row_of(sheet, name):
    """Return the row of the cell called ``name``."""
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == name)


def answered(data, answers, sheet=SHEET):
    """Return the workbook with ``answers`` typed in: name of the cell → value."""

    def type_in(book):
        for name, value in answers.items():
            book[sheet].cell(row_of(book[sheet], name), 5).value = value

    return mended(data, type_in)


def rezipped(data, wanted):
    """Return the file with members replaced or added, by name."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, text in wanted.items():
            new.writestr(name, text)
    return stream.getvalue()

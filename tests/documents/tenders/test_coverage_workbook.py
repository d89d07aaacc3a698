"""The coverage of a questionnaire as a workbook."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from question_bank.loader import shipped_bank, shipped_packs
from tenders.rules.coverage import coverage_of
from tenders.rules.questionnaire import choose
from tenders.workbook import coverage_workbook

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
BANK = shipped_bank()
COVERED = coverage_of(choose(BANK, shipped_packs()["slp-essential"]), BANK.frameworks)


@pytest.fixture(scope="module")
def book():
    return load_workbook(BytesIO(coverage_workbook("=1+1 & more", "a draft", NOON, COVERED)))


def rows(sheet):
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]


def test_its_sheets_come_in_the_order_they_are_read(book):
    assert book.sheetnames == [
        "About", "Summary", "Controls", "caf-3.2 and caf-4.0", "Checks between answers",
    ]  # fmt: skip


def test_the_summary_counts_what_the_sheet_of_controls_lists(book):
    controls = rows(book["Controls"])

    for name, count, tested, untested, _ in rows(book["Summary"]):
        numbers = [row[5] for row in controls if row[0] == name]
        assert (len(numbers), sum(n > 0 for n in numbers), numbers.count(0)) == (
            count, tested, untested,
        )  # fmt: skip


def test_each_control_names_the_questions_that_test_it(book):
    tested = {(row[0], row[1]): row[4] for row in rows(book["Controls"])}
    caf = BANK.frameworks["caf-4.0"].title

    assert tested[caf, "B5.c"] == "SLP-07"
    assert tested[caf, "C2.a"] == "no question"


def test_a_check_without_its_part_says_so(book):
    says = {row[0]: row[2] for row in rows(book["Checks between answers"])}

    assert says["X10"] == "Does not apply: part SLP-07.i is not asked"
    assert says["X4:personal-data-denied"] == "Applies"


def test_nothing_in_it_is_a_formula(book):
    assert [
        c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"
    ] == []
    assert book["About"]["A1"].value == "=1+1 & more"


def test_a_tender_published_without_frameworks_says_whose_they_are():
    found = replace(COVERED, is_frozen=False)

    about = load_workbook(BytesIO(coverage_workbook("T", "v", NOON, found)))["About"]

    assert about["B6"].value.startswith("Those of the question bank today")

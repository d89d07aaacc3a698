"""The crosswalk in Excel: every control once, the version beside every id, text never a formula."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from question_bank import loader
from question_bank.rules.crosswalk import coverage
from question_bank.rules.reading import read_bank
from question_bank.workbook import crosswalk_workbook

BANK = loader.shipped_bank()
MADE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def made_of(bank):
    content = crosswalk_workbook(
        bank, coverage(bank.questions.values(), bank.frameworks), made_at=MADE
    )
    return load_workbook(BytesIO(content))


@pytest.fixture(scope="module")
def book():
    return made_of(BANK)


def rows(sheet):
    return [
        tuple(cell or "" for cell in row) for row in sheet.iter_rows(min_row=2, values_only=True)
    ]


def test_the_first_sheet_says_what_it_is_when_and_from_which_edition(book):
    about = dict(book["About"].iter_rows(min_row=3, max_row=6, values_only=True))

    assert book.sheetnames == ["About", "Controls", "Frameworks", "Changed ids"]
    assert about["Question bank"] == f"version {BANK.version}"
    assert about["Made"] == "1 December 2026, 12:00 noon (UK time)"


def test_every_control_is_there_once_with_its_version(book):
    found = [(row[0], row[1], row[3]) for row in rows(book["Controls"])]
    expected = [
        (framework.name, framework.version, control.id)
        for framework in BANK.frameworks.values()
        for control in framework.controls
    ]

    assert found == expected


def test_a_control_names_the_questions_that_test_it_or_says_that_none_does(book):
    found = {(row[1], row[3]): row[5] for row in rows(book["Controls"])}

    assert found["4.0", "A2.b"] == "SLP-10"
    assert found["3.2", "A2.b"] == "SLP-05, SLP-10"
    assert found["4.0", "C2.a"] == "No question"


def test_every_framework_says_where_it_is_answered(book):
    answered = {row[0]: row[7] for row in rows(book["Frameworks"])}

    assert len(answered) == len({each.name for each in BANK.frameworks.values()})
    assert answered["ISO 9001"] == "SLP-05.d"
    assert "" not in answered.values()


def test_ids_that_changed_their_meaning_have_a_sheet(book):
    first = rows(book["Changed ids"])[0]

    assert first[:6] == (
        "NCSC Cyber Assessment Framework, 3.2", "A2.b", "Assurance", "4.0", "A2.c", "Assurance",
    )  # fmt: skip


def test_no_text_becomes_a_formula():
    raw = copy.deepcopy(dict(loader.raw_bank()))
    raw["frameworks"][0]["name"] = '=HYPERLINK("x","y")'
    raw["questions"][0]["title"] = "+1+1"

    book = made_of(read_bank(raw))

    formulas = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert formulas == []


def test_every_sheet_keeps_its_headings_in_view_and_none_is_hidden(book):
    listings = [sheet for sheet in book if sheet.title != "About"]

    assert [sheet.freeze_panes for sheet in listings] == ["A2"] * 3
    assert {sheet.sheet_state for sheet in book} == {"visible"}

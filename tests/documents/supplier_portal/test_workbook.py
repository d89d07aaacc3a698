"""The offline workbook: what it shows, and that nothing is lost on the way out and back."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.answers import read_answer, read_draft
from question_bank.rules.questions import Kind
from supplier_portal.workbook.slots import CELLS
from tenders.rules.questionnaire import choose
from tests.answers_made import made_answer
from tests.documents.supplier_portal.workbooks import (
    EVERY_COLUMN,
    EVERY_KIND,
    PARTS,
    SHEET,
    answered,
    mended,
    questionnaire,
    read_back,
    row_of,
    written,
)
from tests.rules.question_bank.builders import part

TABLE_SHEET = "Q-01.table Label of Q-01.table"
FULL = choose(shipped_bank(), shipped_packs()["slp-full"])

AWKWARD = (
    "=1+1", "+44 20 7946 0000", "-5", "@everyone", "\t=cmd|' /C calc'!A1", "'=quoted",
    "_x000B_", "_x005F_x0041_x0042_", "a_x005F\x0bx000B_", "x005F_", "line\nbreak\n\nagain",
    "vertical\x0btab \x1f and \ufffe\uffff", "\U0001f469\u200d\U0001f467 h\u00e9llo \ufdfd",
    "<b>&amp;</b>", "TRUE", "1e5", "007", "27/3/2026", "  inside  two  spaces", "]]>", "#REF!",
    "x" * 10_000, "word " * 2_000,
)  # fmt: skip
# Chosen by number: the strategy shows itself in every message, and these are long.
WORDS = st.integers(0, len(AWKWARD) - 1).map(AWKWARD.__getitem__) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60
)
DIGITS = st.decimals(-(10**9), 10**9, places=3).map(str)
RAW = {
    Kind.COMMITMENT: st.just("yes")
    | st.fixed_dictionaries(
        {"answer": st.sampled_from(["yes-with-exception", "no"]), "exception": WORDS}
    ),
    Kind.CHOICE: st.sampled_from(["first", "second", "third"]),
    Kind.CHOICES: st.lists(st.sampled_from(["first", "second", "third"])),
    Kind.SHORT_TEXT: WORDS,
    Kind.NARRATIVE: WORDS,
    Kind.NUMBER: DIGITS,
    Kind.MONEY: DIGITS,
    Kind.DURATION: st.integers(0, 100_000).map(lambda minutes: f"{minutes}min"),
    Kind.DATE: st.dates().map(str),
    Kind.URL: st.just("https://example.com/a?b=c#d") | WORDS.map(lambda w: f"https://e.test/{w}"),
    Kind.COUNTRY: st.sampled_from(["GB", "CI", "TR", "CD", "BL"]),
    Kind.COUNTRIES: st.lists(st.sampled_from(["GB", "CI", "TR", "CD", "BL"])),
    Kind.LINES: WORDS,
}


def valid(asked, raw):
    """Return a strategy of answers as they are stored; None for what would not be taken."""
    return raw.map(lambda value: read_answer(asked, value)).map(
        lambda read: None if read.problems else read.value
    )


def row_of_answers(asked, **more):
    named = {"name": st.text("abc", min_size=1, max_size=5)} | more
    columns = [column for column in asked.schema.columns if column.id not in named]
    return st.fixed_dictionaries(
        named, optional={column.id: valid(column, RAW[column.kind]) for column in columns}
    )


def rows_begun(asked):
    """Return a strategy of tables as they are kept: each row holds something, and may lack much."""
    cells = {column.id: valid(column, RAW[column.kind]) for column in asked.schema.columns}
    begun = st.fixed_dictionaries({}, optional=cells).filter(lambda row: any(row.values()))
    return (
        st.lists(begun, max_size=3)
        .map(lambda rows: read_draft(asked, rows))
        .map(lambda read: None if read.problems else read.value)
    )


def answers_to(asked):
    if asked.kind is Kind.FILE:
        return st.none()
    if asked.fixed_rows:
        return st.sets(st.sampled_from("ABC")).flatmap(
            lambda keys: st.tuples(
                *(
                    row_of_answers(asked, name=st.just(key), **{"c-number": st.just("1")})
                    for key in sorted(keys)
                )
            ).map(lambda rows: read_answer(asked, list(rows)).value or None)
        )
    if asked.kind is Kind.TABLE:
        return valid(asked, st.lists(row_of_answers(asked), max_size=3)) | rows_begun(asked)
    return valid(asked, row_of_answers(asked) if asked.schema else RAW[asked.kind])


ANSWERS = st.fixed_dictionaries({asked.id: answers_to(asked) for asked in PARTS})


def test_every_kind_has_cells_of_its_own():
    assert set(CELLS) == set(Kind)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(ANSWERS)
def test_a_round_trip_loses_nothing(answers):
    reading = read_back(written(answers))

    assert reading.problems == ()
    assert reading.changes == {name: answers[name] for name in answers if name != "Q-01.file"}
    lacking = [wrong for asked in PARTS for wrong in read_answer(asked, answers[asked.id]).problems]
    assert [note.sentence for note in reading.unfinished] == [wrong.message for wrong in lacking]
    assert len(reading.notes) == len(reading.unfinished)


def test_rows_begun_are_taken_and_what_they_lack_is_named_by_its_cell():
    rows = [{"name": "Ours", "c-number": "1"}, {"c-number": "2"}, {"c-choices": ["second"]}]

    reading = read_back(written({"Q-01.table": rows}))

    assert (reading.problems, reading.changes["Q-01.table"]) == ((), rows)
    assert [(n.sheet, n.cell, n.sentence, n.part_id) for n in reading.notes] == [
        (TABLE_SHEET, "C7", "Still to do: Enter column name", "Q-01.table"),
        (TABLE_SHEET, "C8", "Still to do: Enter column name", "Q-01.table"),
    ]
    assert [note.sentence for note in reading.unfinished] == ["Enter column name"] * 2


def test_a_wrong_value_in_a_row_begun_is_still_a_problem_at_its_cell():
    def spoil(book):
        book[TABLE_SHEET][f"{letter_of(book[TABLE_SHEET], 'c-number')}6"] = "many"

    data = mended(written({"Q-01.table": [{"c-number": "2"}]}), spoil)
    reading = read_back(data)

    letter = letter_of(load_workbook(io.BytesIO(data))[TABLE_SHEET], "c-number")
    assert "Q-01.table" not in reading.changes
    assert [(note.sheet, note.cell) for note in reading.problems] == [(TABLE_SHEET, f"{letter}6")]
    assert [note.cell for note in reading.unfinished] == ["C6"]


def letter_of(sheet, name):
    """Return the letter of a table's column."""
    return next(cell.column_letter for cell in sheet[3] if cell.value == name)


def test_the_shipped_questions_come_back_as_they_were_answered():
    stored = {p.id: read_answer(p, made_answer(p)).value for p in FULL.parts.values()}
    files = {p.id for p in FULL.parts.values() if p.kind is Kind.FILE}

    reading = read_back(written(stored, dict.fromkeys(stored, 7), FULL), FULL)

    assert reading.problems == ()
    assert reading.changes == {name: stored[name] for name in stored if name not in files}
    assert set(reading.versions.values()) == {7}


def test_two_hundred_rows_come_back_in_their_order():
    asked = questionnaire(part("Q-01.table", Kind.TABLE, schema=EVERY_COLUMN, rows_at_most=200))
    rows = [
        {"name": f"=Thing {n}", "c-choices": ["second"], "c-money": f"{n}.5"} for n in range(200)
    ]

    reading = read_back(written({"Q-01.table": rows}, asked=asked), asked)

    assert (reading.problems, reading.changes["Q-01.table"]) == ((), rows)


def test_nothing_to_list_is_not_the_same_as_not_answered():
    assert read_back(written({"Q-01.table": []})).changes["Q-01.table"] == []
    assert read_back(written()).changes["Q-01.table"] is None


def test_the_workbook_says_which_questions_and_versions_it_is_about():
    reading = read_back(written({"Q-01.number": "1"}, {"Q-01.number": 4}))

    assert (reading.fingerprint, reading.pack, reading.tender, reading.bid) == (
        "ab" * 32,
        "every-kind",
        "tender-token",
        "bid-token",
    )
    assert (reading.versions["Q-01.number"], reading.versions["Q-01.date"]) == (4, 0)
    assert reading.supplier["name"] == "Larkfield Sensors Limited"


def test_no_text_of_a_supplier_becomes_a_formula():
    data = written({"Q-01.short-text": "=1+1", "Q-01.table": [{"name": "=HYPERLINK(1)"}]})
    book = load_workbook(io.BytesIO(data))

    formulas = {
        cell.value[:5]
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }

    assert formulas == {"=LEN(", "=IF(L"}


def test_only_the_answers_can_be_changed_and_they_are_text():
    book = load_workbook(io.BytesIO(written()))
    sheet = book[SHEET]
    free = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]

    assert all(sheet.protection.sheet for sheet in book)
    assert {cell.column for cell in free} == {5}
    assert {cell.number_format for cell in free} == {"@"}
    assert sheet.column_dimensions["A"].hidden


def test_choices_are_lists_that_refuse_anything_else():
    book = load_workbook(io.BytesIO(written()))
    sheet = book[SHEET]
    row = row_of(sheet, "Q-01.choice")

    (found,) = [v for v in sheet.data_validations.dataValidation if f"E{row}" in v.sqref]

    assert (found.type, found.showErrorMessage) == ("list", True)
    assert book["Lists"][found.formula1.partition("!")[2].replace("$", "")][0][0].value == "First"


def test_an_answer_longer_than_a_cell_stays_where_it_is():
    long = "x" * 40_000

    reading = read_back(written({"Q-01.narrative": long, "Q-01.number": "5"}))

    assert (reading.problems, reading.held_back) == ((), {"Q-01.narrative"})
    assert "Q-01.narrative" not in reading.changes
    assert reading.changes["Q-01.number"] == "5"


def test_the_longest_text_of_a_cell_comes_back_whole():
    text = "\x0b" * 10 + "y" + "\x0b_x0041_" * 3000 + "y" * 5_000

    assert (
        read_back(written({"Q-01.narrative": "a" + text})).changes["Q-01.narrative"] == "a" + text
    )


def test_a_workbook_names_the_files_that_cannot_travel_in_it():
    files = [{"name": "plan.pdf", "title": "=The plan"}]
    sheet = load_workbook(io.BytesIO(written({"Q-01.file": files})))[SHEET]

    shown = [cell.value for cell in sheet["E"] if cell.value and "plan" in str(cell.value)]

    assert shown == ["Attached: =The plan"]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("Q-01.date", "27/3/2026", "2026-03-27"),
        ("Q-01.date", "27 Mar 2026", "2026-03-27"),
        ("Q-01.date", "2026-03-27", "2026-03-27"),
        ("Q-01.number", 12, "12"),
        ("Q-01.number", 0.1, "0.1"),
        ("Q-01.number", "1,250", "1250"),
        ("Q-01.money", "£1,250.50", "1250.5"),
        ("Q-01.country", "united  kingdom", "GB"),
        ("Q-01.country", "gb", "GB"),
        ("Q-01.choice", "SECOND", "second"),
        ("Q-01.commitment", "Yes", {"answer": "yes"}),
        ("Q-01.choices:first", "x", ["first"]),
        ("Q-01.short-text", 7, "7"),
    ],
)
def test_what_people_type_is_understood(name, typed, value):
    reading = read_back(answered(written(), {name: typed}))

    assert (reading.problems, reading.changes[name.partition(":")[0]]) == ((), value)


def test_sections_with_one_title_get_sheets_of_their_own():
    twice = questionnaire(part("Q-01.a", Kind.NARRATIVE))
    both = type(twice)(twice.title, twice.pack_id, twice.bank, twice.sections * 2)

    assert load_workbook(io.BytesIO(written(asked=both))).sheetnames == [
        "Read me", SHEET, "2 Everything all of it", "Lists",
    ]  # fmt: skip


def test_the_questionnaire_for_tests_asks_for_every_kind():
    assert {asked.kind for asked in EVERY_KIND.parts.values()} == set(Kind)

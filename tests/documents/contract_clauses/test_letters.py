"""The commitments register and the side letter: what of a schedule they hold."""

from dataclasses import replace
from io import BytesIO

import docx
import pytest

from contract_clauses.rules.variables import Deviation
from contract_clauses.word.letters import NOT_DECIDED, STANDS, commitments_document, side_letter
from tests.rules.contract_clauses.small import schedule_of

SHORT = Deviation("C13", "notify_hours", "hours", "Later than the minimum", "72", "24", "SLP-12")


@pytest.fixture(scope="module")
def schedule():
    return replace(schedule_of(facts={"personal_data": "yes"}), deviations=(SHORT,))


def rows_of(document, number):
    table = docx.Document(BytesIO(document)).tables[number]
    return [[cell.text for cell in row.cells] for row in table.rows]


def widths_of(document, number):
    """Return how wide each column is, in twentieths of a point."""
    return [
        column.width.twips for column in docx.Document(BytesIO(document)).tables[number].columns
    ]


def test_the_register_holds_every_promise_and_duty_with_room_to_note_that_it_was_done(schedule):
    document = commitments_document(schedule)

    duties = rows_of(document, -1)[1:]
    assert [row[0] for row in duties] == [duty.place for duty in schedule.duties]
    assert [row[2] for row in duties] == [duty.what for duty in schedule.duties]
    assert {row[-1] for row in duties} == {""}
    assert all(widths_of(document, number)[-1] > 1500 for number in (-2, -1))


def test_the_letter_says_what_the_parties_take_from_a_deviation(schedule):
    [row] = rows_of(side_letter(schedule, {("C13", "notify_hours"): "24 applies."}), 1)[1:]

    clause = schedule.clause("C13")
    assert row == [
        f"{clause.number}. {clause.title}",
        "Later than the minimum\n(hours)",
        "72 hours",
        "at most 24 hours",
        "24 applies.",
    ]


@pytest.mark.parametrize(("stands", "says"), [(True, STANDS), (False, NOT_DECIDED)])
def test_what_nobody_decided_is_as_the_clause_prints_it(schedule, stands, says):
    printed = replace(schedule, deviations=(replace(SHORT, stands=stands),))

    [row] = rows_of(side_letter(printed), 1)[1:]

    assert row[-1] == says


def test_whoever_signs_the_letter_has_room_to_do_so(schedule):
    _parties, *signed_in = widths_of(side_letter(schedule), -1)

    assert all(width > 1100 for width in signed_in)


def test_a_letter_without_deviations_says_so_and_asks_nobody_to_sign(schedule):
    document = docx.Document(BytesIO(side_letter(replace(schedule, deviations=()))))

    words = [paragraph.text for paragraph in document.paragraphs]
    assert "The Tender Response meets every minimum position of the schedule." in words
    assert len(document.tables) == 1


def test_headings_carry_no_numbers_and_are_headings_to_a_screen_reader(schedule):
    document = docx.Document(BytesIO(commitments_document(schedule)))

    headings = [p for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [p.text for p in headings] == [
        "Promises of the Tender Response",
        "Duties under the clauses",
    ]
    assert "numPr" not in headings[0].style.element.xml
    assert 'outlineLvl w:val="0"' in headings[0].style.element.xml

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scoring.rules.register import Rating, RiskState
from scoring.rules.totals import HUNDREDTH
from scoring.workbook import GivenMark, RequirementDecided, register_workbook, scores_workbook
from tests.documents.scoring.bids import ABOUT, HOSTILE, bid, full, register

GOOD = "Fenwick & Ash"
POOR = "=Rook Systems"


@pytest.fixture(scope="module")
def bids():
    return [
        replace(bid(GOOD), rank="1"),
        replace(bid(POOR, best=False, text=HOSTILE), why_not_ranked="failed SLP-02"),
    ]


@pytest.fixture(scope="module")
def scores(bids):
    return load_workbook(BytesIO(scores_workbook(ABOUT, bids, full())))


@pytest.fixture(scope="module")
def risks(bids):
    return load_workbook(BytesIO(register_workbook(ABOUT, register(*bids), full())))


def column(sheet, heading):
    number = [cell.value for cell in sheet[1]].index(heading) + 1
    return [sheet.cell(row, number).value for row in range(2, sheet.max_row + 1)]


def formulas(book):
    return [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_the_sheets_come_in_the_order_they_are_read(scores, risks):
    assert scores.sheetnames == [
        "Summary", "Scores", "Marks", "Requirements", "Flags and checks", "Needs an evaluator",
        "Definitions",
    ]  # fmt: skip
    assert risks.sheetnames == [
        "Summary", "Register", "Actions", "Clause trace", "Evidence and expiry", "Trace",
        "Rules used", "Definitions", "Change log",
    ]  # fmt: skip


def test_the_first_sheet_says_what_when_and_from_which_version(scores):
    sheet = scores["Summary"]

    assert sheet["A1"].value == "School streets sensors: scores & risks"
    assert {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(4, 9)} == {
        "Tender": "HC-2026-014",
        "Made": "4 December 2026, 1:00pm (UK time)",
        "Question bank": "version 2026.1",
        "Questionnaire (SHA-256)": "ab" * 32,
        "Note": "Made by a test",
    }


def test_nothing_a_supplier_wrote_becomes_a_formula(scores, risks):
    assert formulas(scores) == []
    assert {cell.parent.title for cell in formulas(risks)} == {"Register"}
    assert {cell.value[:4] for cell in formulas(risks)} == {"=IF("}


def test_a_name_that_looks_like_a_formula_stands_as_it_was_written(risks):
    cells = [row[3] for row in risks["Register"].iter_rows(min_row=2)]

    assert {cell.value for cell in cells} == {GOOD, POOR}
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


def test_every_question_has_its_mark_and_the_points_it_earns(bids, scores):
    sheet = scores["Scores"]
    found = {row[0].value: (row[3].value, row[4].value) for row in sheet.iter_rows(min_row=2)}
    scored = {
        score.question_id: (score.mark, float(score.score.quantize(HUNDREDTH, ROUND_HALF_UP)))
        for section in bids[0].evaluation.quality.sections
        for score in section.questions
        if score.share
    }

    assert {key: value for key, value in found.items() if key in scored} == scored


def test_no_cell_of_points_holds_more_than_its_format_shows(scores):
    held = [
        cell.value
        for name in ("Summary", "Scores")
        for row in scores[name].iter_rows()
        for cell in row
        if cell.number_format == "0.00" and isinstance(cell.value, int | float)
    ]

    assert len(held) > 20
    assert [value for value in held if value != round(value, 2)] == []


def test_the_summary_ranks_and_says_why_a_bid_is_not_ranked(scores):
    rows = {row[0].value: row[1].value for row in scores["Summary"].iter_rows()}

    assert (rows[GOOD], rows[POOR]) == ("1", "failed SLP-02")


def test_marks_from_suggested_levels_say_so(scores):
    assert set(column(scores["Marks"], "Mark from")) == {"highest possible, from suggested levels"}


def test_every_answered_narrative_is_listed_for_an_evaluator(bids, scores):
    listed = column(scores["Needs an evaluator"], "Part")

    assert listed == [part for entry in bids for part in entry.needs_evaluator]
    assert "SLP-07.a" in listed


def test_a_mark_given_by_a_person_carries_reason_and_feedback(bids):
    given = {"SLP-07": GivenMark(4, "Tested in March, see SLP-07.g", "Well tested", "Ines Roy")}
    entry = replace(bids[0], mark_source="evaluator", given=given)
    book = load_workbook(BytesIO(scores_workbook(ABOUT, [entry], full())))
    place = column(book["Marks"], "Question").index("SLP-07")

    assert [
        column(book["Marks"], name)[place]
        for name in ("Reason", "Feedback for the bidder", "Marked by")
    ] == ["Tested in March, see SLP-07.g", "Well tested", "Ines Roy"]


def test_a_requirement_shows_what_the_rules_find_and_what_was_decided(bids):
    decided = {"SLP-02": RequirementDecided(False, "Derived data stays theirs", "Ines Roy")}
    book = load_workbook(
        BytesIO(scores_workbook(ABOUT, [replace(bids[1], decided=decided)], full()))
    )
    sheet = book["Requirements"]
    place = column(sheet, "Question").index("SLP-02")

    assert [
        column(sheet, name)[place]
        for name in ("What the rules find", "Decision", "Reason of the decision", "Decided by")
    ] == ["failure proposed", "fail", "Derived data stays theirs", "Ines Roy"]


def test_the_trace_has_a_row_for_each_cause_of_each_risk(bids, risks):
    causes = [cause for row in register(*bids) for cause in row.causes]

    assert column(risks["Trace"], "Rule") == [cause.rule for cause in causes]
    assert column(risks["Trace"], "Because (the answers in words)") == [c.words for c in causes]


def test_the_trace_names_the_answers_that_a_rule_read(risks):
    sheet = risks["Trace"]
    place = column(sheet, "Rule").index("SLP-06.e:none")

    assert column(sheet, "Answers read")[place].startswith("SLP-06.e ")


def test_the_heat_map_counts_every_risk_that_stands(bids):
    rows = register(*bids)
    rows = [replace(rows[0], state=RiskState.DROPPED), *rows[1:]]
    book = load_workbook(BytesIO(register_workbook(ABOUT, rows, full())))
    cells = [
        cell.value.split("\n")[0]
        for row in book["Summary"].iter_rows(min_col=2, max_col=6)
        for cell in row
        if isinstance(cell.value, str) and cell.value.count("\n") == 1
    ]

    assert len(cells) == 25 * 2
    assert sum(int(text) for text in cells[:25] if text != "–") == len(rows) - 1
    assert set(cells[25:]) == {"–"}


def test_a_decided_risk_carries_who_decided_what_and_why(bids):
    row = replace(
        register(bids[0])[0],
        state=RiskState.ACCEPTED,
        owner="Head of Highways",
        due=date(2027, 3, 1),
        residual=Rating(2, 3),
        decided_by="Ines Roy",
        decided_on=date(2026, 12, 8),
        why="Agreed with legal",
    )
    sheet = load_workbook(BytesIO(register_workbook(ABOUT, [row], full())))["Register"]

    assert [
        column(sheet, name)[0]
        for name in (
            "Status",
            "Risk owner",
            "Residual impact",
            "Decided by",
            "Reason for the decision",
        )
    ] == ["accepted", "Head of Highways", 3, "Ines Roy", "Agreed with legal"]


def test_no_bids_and_no_risks_still_make_workbooks_that_open():
    scores = load_workbook(BytesIO(scores_workbook(ABOUT, [], full())))
    risks = load_workbook(BytesIO(register_workbook(ABOUT, [], full())))

    assert scores["Marks"]["A2"].value == "Nothing to list"
    assert risks["Register"]["A2"].value == "Nothing to list"


def test_headings_stay_in_view_and_pages_are_a3_landscape(scores, risks):
    for book in (scores, risks):
        assert {(s.page_setup.paperSize, s.page_setup.orientation) for s in book} == {
            (8, "landscape")
        }
    assert (risks["Register"].freeze_panes, scores["Scores"].freeze_panes) == ("E2", "D2")


def test_the_register_says_what_was_found_once_and_leaves_the_answers_to_the_trace(bids, risks):
    rows = register(*bids)

    found = column(risks["Register"], "What the bid says")
    assert found == [
        "\n".join(dict.fromkeys(cause.says or cause.words for cause in row.causes)) for row in rows
    ]


def test_a_bid_that_raises_no_risk_is_counted_too():
    book = load_workbook(BytesIO(register_workbook(ABOUT, [], full(), [GOOD])))

    counts = {row[0].value: [c.value for c in row[1:8]] for row in book["Summary"].iter_rows()}
    assert counts[GOOD] == [0] * 7

"""``flask assess`` reads a supplier's workbook as it reads an answer file."""

import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Kind
from records.loader import DEMONSTRATION
from supplier_portal.workbook import About, write
from tenders.rules.questionnaire import choose

BID = json.loads((DEMONSTRATION / "larkmead-sensing.json").read_text())
TENDER = DEMONSTRATION / "tender.json"
FULL = choose(shipped_bank(), shipped_packs()["slp-full"])
ANSWERS = {
    part_id: read_answer(FULL.parts[part_id], value).value
    for part_id, value in BID["answers"].items()
    if FULL.parts[part_id].kind is not Kind.FILE
}
ABOUT = About("Streets", "HC-1", "Hollowmere", "", "", "", "", supplier=BID["supplier"])


@pytest.fixture
def assess(app, tmp_path):
    def run(path):
        out = tmp_path / "out"
        result = app.test_cli_runner().invoke(
            args=["assess", "--answers", str(path), "--tender", str(TENDER), "--out", str(out)]
        )
        return result, out

    return run


@pytest.fixture
def workbook(tmp_path):
    def make(about=ABOUT, change=None, asked=FULL):
        book = load_workbook(io.BytesIO(write(asked, about, ANSWERS, {})))
        if change:
            change(book)
        path = tmp_path / "larkmead.xlsx"
        book.save(path)
        return path

    return make


def test_a_workbook_is_assessed_as_the_answer_file_is(assess, workbook, tmp_path):
    file = tmp_path / "larkmead.json"
    file.write_text(json.dumps(BID | {"answers": ANSWERS}))
    from_file, out = assess(file)
    told = json.loads((out / "trace.json").read_text())["suppliers"][0]

    from_workbook, out = assess(workbook())

    assert (from_workbook.exit_code, from_workbook.stderr) == (0, "")
    assert from_workbook.stdout == from_file.stdout
    trace = json.loads((out / "trace.json").read_text())["suppliers"][0]
    assert trace["levels"] == told["levels"]


def test_each_mistake_gets_a_line_with_sheet_and_cell_and_nothing_is_written(assess, workbook):
    def spoil(book):
        sheet = book["4 Resilience and encryption"]
        rows = {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1)}
        sheet.cell(rows["SLP-07.a"], 5).value = "=1+1"
        sheet.cell(rows["SLP-07.g"], 5).value = "soon"
        book["SLP-07.i Recovery times"]["D6"].value = "quickly"

    result, out = assess(workbook(change=spoil))

    lines = result.stderr.splitlines()
    assert (result.exit_code, out.exists()) == (2, False)
    assert len(lines) == 4
    assert lines[-1] == "3 to mend; nothing was written."
    assert all(line.startswith("larkmead.xlsx: ") for line in lines[:3])
    assert lines[2].startswith("larkmead.xlsx: SLP-07.i Recovery times, D6: ")


def test_unfinished_rows_are_mistakes_as_they_are_in_an_answer_file(assess, workbook, tmp_path):
    name = "SLP-07.i Recovery times"
    schema = FULL.parts["SLP-07.i"].schema
    lacking = [column.id for column in schema.columns if column.required][-1]
    rows = [dict(row) for row in ANSWERS["SLP-07.i"]]
    del rows[0][lacking]
    file = tmp_path / "larkmead.json"
    file.write_text(json.dumps(BID | {"answers": ANSWERS | {"SLP-07.i": rows}}))
    from_file, _ = assess(file)

    def empty_a_cell(book):
        sheet = book[name]
        column = next(cell.column for cell in sheet[3] if cell.value == lacking)
        sheet.cell(6, column).value = None

    from_workbook, out = assess(workbook(change=empty_a_cell))

    assert (from_workbook.exit_code, out.exists()) == (2, False)
    [line, last] = from_workbook.stderr.splitlines()
    [in_file, _] = from_file.stderr.splitlines()
    assert in_file.startswith(f"larkmead.json: SLP-07.i, row 1, {lacking}: ")
    assert line.startswith(f"larkmead.xlsx: {name}, ")
    assert line.rpartition(": ")[2] == in_file.rpartition(": ")[2]
    assert last == "1 to mend; nothing was written."


@pytest.mark.parametrize(
    ("about", "asked", "line"),
    [
        (replace(ABOUT, supplier={}), FULL, "Read me: give the supplier’s legal name"),
        (
            ABOUT,
            choose(shipped_bank(), shipped_packs()["slp-essential"]),
            "Read me: this workbook asks “slp-essential”, not “slp-full”",
        ),
        (
            ABOUT,
            replace(FULL, bank=replace(FULL.bank, version="2020.1")),
            "Read me: these answers are for version 2020.1 of the questions, and version "
            f"{FULL.bank.version} is being assessed",
        ),
    ],
    ids=["no name", "another pack", "an older bank"],
)
def test_a_workbook_that_cannot_be_assessed_says_why(assess, workbook, about, asked, line):
    result, _ = assess(workbook(about, asked=asked))

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"larkmead.xlsx: {line}",
        "1 to mend; nothing was written.",
    ]


@pytest.mark.parametrize("content", [b"", b"{}", b"PK\x03\x04" + b"x" * 99])
def test_a_file_that_is_no_workbook_gets_its_line(assess, tmp_path, content):
    path = tmp_path / "answers.xlsx"
    path.write_bytes(content)

    result, _ = assess(path)

    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)

"""``flask assess``: three files in, six documents out; a bad file writes nothing."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from foundation.canonical import sha256_hex
from records.loader import DEMONSTRATION

ROOT = Path(__file__).parents[2]
THREE = [
    str(DEMONSTRATION / name)
    for name in (
        "omniflow-mobility-insights.json",
        "brightwater-urban-analytics.json",
        "larkmead-sensing.json",
    )
]
TENDER = str(DEMONSTRATION / "tender.json")
DOCUMENTS = [
    "brightwater-urban-analytics-ltd-schedule.docx",
    "larkmead-sensing-ltd-schedule.docx",
    "omniflow-mobility-insights-ltd-schedule.docx",
    "risk-register.xlsx",
    "scores.xlsx",
    "trace.json",
]


@pytest.fixture
def assess(app):
    def run(*arguments):
        return app.test_cli_runner().invoke(args=["assess", *map(str, arguments)])

    return run


@pytest.fixture
def answers_with(tmp_path):
    """Write an answer file like the strong one, with changes, and return its path."""

    def write(name="changed.json", answers=None, **changes):
        content = json.loads(Path(THREE[2]).read_text())
        content |= changes
        content["answers"] |= answers or {}
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return write


def trace_in(folder):
    return json.loads((folder / "trace.json").read_text())


def test_three_bids_become_six_documents(assess, tmp_path):
    out = tmp_path / "new" / "folder"

    result = assess("--answers", *THREE, "--tender", TENDER, "--out", out)

    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == DOCUMENTS
    assert "Larkmead Sensing Ltd: quality 96.20 highest possible, rank 1" in result.stdout


def test_the_trace_says_of_every_level_risk_and_clause_why(assess, tmp_path):
    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    trace = trace_in(tmp_path)

    for supplier in trace["suppliers"]:
        assert [level["question"] for level in supplier["levels"]].count("SLP-07") == 1
        assert all(reason["rule"] for lv in supplier["levels"] for reason in lv["reasons"])
        assert all(
            cause["rule"] and cause["because"] and cause["sources"]
            for risk in supplier["risks"]
            for cause in risk["causes"]
        )
        shown = supplier["clauses"] + supplier["clauses_left_out"]
        assert sorted(entry.get("clause") or entry["id"] for entry in shown) == [
            f"C{number:02d}" for number in range(1, 31)
        ]
        assert all(entry["because"] for entry in shown)


def test_the_trace_names_the_version_and_the_documents_beside_it(assess, tmp_path):
    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    trace = trace_in(tmp_path)

    assert trace["bank_version"] != ""
    assert trace["files"] == {
        name: sha256_hex((tmp_path / name).read_bytes()) for name in DOCUMENTS[:-1]
    }


def test_what_only_a_person_can_read_is_listed(assess, tmp_path):
    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    larkmead = trace_in(tmp_path)["suppliers"][0]

    assert "SLP-07.a" in larkmead["needs_evaluator"]
    assert trace_in(tmp_path)["marks"] == "highest possible, from suggested levels"


def test_no_mark_of_the_trace_claims_that_somebody_marked(assess, tmp_path):
    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    low = [
        cause["says"]
        for supplier in trace_in(tmp_path)["suppliers"]
        for risk in supplier["risks"]
        for cause in risk["causes"]
        if cause["rule"] == "SLP-12:low-mark"
    ]

    assert low == [
        "SLP-12 Subcontracting of data processing can be marked 2 at most",
        "SLP-12 Subcontracting of data processing can be marked 0 at most",
    ]


def test_a_rule_without_its_tender_fact_is_not_checked(assess, tmp_path):
    result = assess("--answers", THREE[2], "--out", tmp_path)

    unchecked = {rule["rule"] for rule in trace_in(tmp_path)["suppliers"][0]["not_checked"]}
    assert unchecked >= {"SLP-07.i:rto-over-target", "X1", "X12"}
    assert "not checked, for want of tender facts: SLP-01.g:slower-than-required" in result.stdout


def test_no_supplier_text_becomes_a_formula(assess, answers_with, tmp_path):
    nasty = answers_with(
        answers={"SLP-07.e": '=HYPERLINK("http://x","y")', "SLP-13.a2": "@SUM(1)"},
        supplier={"name": "=1+1", "company_number": "+2", "address": "-3"},
    )

    result = assess("--answers", nasty, "--tender", TENDER, "--out", tmp_path / "out")

    assert result.exit_code == 0
    for name in ("scores.xlsx", "risk-register.xlsx"):
        book = load_workbook(tmp_path / "out" / name)
        formulas = [
            str(cell.value)
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]
        assert [text for text in formulas if "HYPERLINK" in text or "1+1" in text] == []


def test_a_second_run_replaces_what_the_first_one_wrote(assess, tmp_path):
    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    result = assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    assert (result.exit_code, result.stderr) == (0, "")


def test_a_document_somebody_worked_on_is_not_overwritten(assess, tmp_path):
    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)
    (tmp_path / "risk-register.xlsx").write_bytes(b"an officer's work")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    result = assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path} holds files that this command did not write, or that were changed since: "
        "risk-register.xlsx. Move them away, or choose another folder\nNothing was written.\n"
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_other_files_in_the_folder_are_left_alone(assess, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    assess("--answers", *THREE, "--tender", TENDER, "--out", tmp_path)

    assert (tmp_path / "notes.txt").read_text() == "mine"


BAD_ANSWERS = [
    pytest.param(
        {"SLP-07.ff": "offline"},
        "SLP-07.ff: is not a part of this questionnaire; did you mean SLP-07.f?",
        id="unknown part",
    ),
    pytest.param(
        {"NOISE-2.a": "yes"},
        "NOISE-2.a: is not a part of this questionnaire; remove it, or choose the pack that asks "
        "it",
        id="a question of another bank",
    ),
    pytest.param({"SLP-07.a": 7}, "SLP-07.a: Enter approach to recovery as text", id="a number"),
    pytest.param(
        {"SLP-07.f": ["offline"]},
        "SLP-07.f: Select one of the answers listed for how copies are kept apart: offline, "
        "immutable-separate, online-replica, none",
        id="a list for a choice",
    ),
    pytest.param(
        {"SLP-07.a": "word " * 10_000},
        "SLP-07.a: Approach to recovery must be 200 words or fewer; you have written 10,000",
        id="10,000 words",
    ),
    pytest.param(
        {"SLP-07.a": "a\0b"},
        "SLP-07.a: Approach to recovery contains a character that cannot be stored (U+0000); "
        "remove it",
        id="NUL",
    ),
    pytest.param(
        {"SLP-07.a": "a\ud800b"},
        "SLP-07.a: Approach to recovery contains a character that cannot be stored (U+D800); "
        "remove it",
        id="a lone surrogate",
    ),
    pytest.param(
        {"SLP-07.g": "27 March"}, "SLP-07.g: Enter a real date, like 27 3 2026", id="a date"
    ),
]


@pytest.mark.parametrize(("answers", "line"), BAD_ANSWERS)
def test_a_bad_answer_gets_one_line_and_writes_nothing(
    assess, answers_with, tmp_path, answers, line
):
    bad = answers_with(answers=answers)

    result = assess("--answers", THREE[0], bad, "--out", tmp_path / "out")

    assert result.exit_code == 2
    assert result.stderr == f"changed.json: {line}\n1 to mend; nothing was written.\n"
    assert not (tmp_path / "out").exists()


def test_a_huge_cell_and_a_repeated_row_are_named_by_row_and_column(assess, answers_with, tmp_path):
    rows = json.loads(Path(THREE[2]).read_text())["answers"]["SLP-07.i"]
    huge = answers_with(
        "huge.json", {"SLP-07.i": [{**rows[0], "component": "x" * 100_000}, *rows[1:]]}
    )
    twice = answers_with("twice.json", {"SLP-07.i": [*rows, rows[0]]})

    result = assess("--answers", huge, twice, "--out", tmp_path / "out")

    assert [line[:44] for line in result.stderr.splitlines()] == [
        "huge.json: SLP-07.i, row 1, component: Part ",
        "twice.json: SLP-07.i, row 6, component: Row ",
        "2 to mend; nothing was written.",
    ]


def test_every_mistake_of_every_file_is_told_at_once(assess, answers_with, tmp_path):
    old = answers_with("old.json", bank_version="0.1")
    same = answers_with("same.json")
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "twice.json").write_text('{"format": 1, "format": 2}')

    result = assess(
        "--answers", old, same, THREE[2], tmp_path / "broken.json", tmp_path / "twice.json",
        tmp_path / "absent.json",
        "--tender", tmp_path / "no-tender.json", "--out", tmp_path / "out",
    )  # fmt: skip

    assert result.exit_code == 2
    assert [line[:60] for line in result.stderr.splitlines()] == [
        "old.json: bank_version: these answers are for version 0.1 of",
        "larkmead-sensing.json: supplier.name: same.json is by the sa",
        "broken.json: is not JSON: Expecting property name enclosed i",
        "twice.json: gives “format” twice; keep one of them",
        "absent.json: cannot be read: No such file or directory",
        "no-tender.json: cannot be read: No such file or directory",
        "6 to mend; nothing was written.",
    ]


@pytest.mark.parametrize("name", ["a\ud800", "a\0", "x" * 501, "", 7])
def test_a_supplier_must_have_a_name_that_can_be_printed(assess, answers_with, tmp_path, name):
    bad = answers_with(supplier={"name": name})

    result = assess("--answers", bad, "--out", tmp_path / "out")

    assert result.exit_code == 2
    assert result.stderr.startswith("changed.json: supplier.name: ")
    assert len(result.stderr.splitlines()) == 2


def test_an_unknown_pack_is_named(assess, tmp_path):
    result = assess("--pack", "slp-ful", "--answers", THREE[0], "--out", tmp_path / "out")

    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2,
        "--pack: ‘slp-ful’ is not a pack; did you mean ‘slp-full’?",
    )


def test_answers_to_another_pack_are_refused(assess, tmp_path):
    result = assess("--pack", "slp-essential", "--answers", THREE[0], "--out", tmp_path / "out")

    assert result.exit_code == 2
    assert "pack: must be “slp-essential”, the questionnaire being assessed" in result.stderr


def test_a_file_in_place_of_the_folder_is_refused(assess, tmp_path):
    (tmp_path / "out").write_text("a file")

    result = assess("--answers", THREE[2], "--tender", TENDER, "--out", tmp_path / "out")

    assert result.exit_code == 2
    assert (tmp_path / "out").read_text() == "a file"

"""``flask assess --no-documents``: folders and JSON Lines in, scores and risks out, bid by bid."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from records.loader import DEMONSTRATION
from records.streamed_workbook import StreamedWorkbook
from scoring.workbook import evaluation_xml

NAMES = ("omniflow-mobility-insights", "brightwater-urban-analytics", "larkmead-sensing")
TENDER = str(DEMONSTRATION / "tender.json")


@pytest.fixture
def assess(app):
    def run(*arguments):
        return app.test_cli_runner().invoke(args=["assess", *map(str, arguments)])

    return run


@pytest.fixture
def lines_file(tmp_path):
    """One answer file a line, with an empty line between."""
    texts = [json.loads((DEMONSTRATION / f"{name}.json").read_text()) for name in NAMES]
    path = tmp_path / "bids.jsonl"
    path.write_text("\n\n".join(json.dumps(text) for text in texts) + "\n")
    return path


def assessed_in(folder: Path):
    heading, *bids = (folder / "assessed.jsonl").read_text().splitlines()
    return json.loads(heading), [json.loads(bid) for bid in bids]


def test_json_lines_become_scores_and_risks_as_the_documents_have_them(
    assess, lines_file, tmp_path
):
    many = assess(
        "--no-documents", "--answers", lines_file, "--tender", TENDER, "--out", tmp_path / "many"
    )
    few = assess("--answers", lines_file, "--tender", TENDER, "--out", tmp_path / "few")

    assert (many.exit_code, few.exit_code) == (0, 0), many.output + few.output
    assert many.output.splitlines()[0] == "3 bids assessed."
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == [
        "assessed.jsonl",
        "assessed.xlsx",
    ]
    trace = json.loads((tmp_path / "few" / "trace.json").read_text())
    heading, bids = assessed_in(tmp_path / "many")
    assert (heading["format"], heading["bank_version"], heading["facts"]) == (
        "supplier-assurance-assessed/1",
        trace["bank_version"],
        trace["tender"]["facts"],
    )
    traced = {supplier["name"]: supplier for supplier in trace["suppliers"]}
    assert len(bids) == 3
    for bid in bids:
        same = {key: traced[bid["name"]][key] for key in bid}
        assert bid == same
    assert bids[0]["answer_file"] == "bids.jsonl, line 1"
    assert bids[1]["answer_file"] == "bids.jsonl, line 3"


def test_the_workbook_has_a_row_for_each_bid_and_each_risk(assess, lines_file, tmp_path):
    assess("--no-documents", "--answers", lines_file, "--tender", TENDER, "--out", tmp_path / "out")

    book = load_workbook(tmp_path / "out" / "assessed.xlsx")
    _, bids = assessed_in(tmp_path / "out")
    rows = list(book["Bids"].values)
    assert book.sheetnames == ["Bids", "Risks"]
    assert [row[0] for row in rows] == ["Supplier", *(bid["name"] for bid in bids)]
    assert [row[7] for row in rows[1:]] == [len(bid["risks"]) for bid in bids]
    risks = list(book["Risks"].values)
    assert [(row[0], row[1], row[5]) for row in risks[1:]] == [
        (bid["name"], risk["risk"], risk["score"]) for bid in bids for risk in bid["risks"]
    ]
    assert risks[1][7].split(":")[0] in ("Low", "Medium", "High")


def test_a_folder_stands_for_the_files_in_it(assess, tmp_path):
    folder = tmp_path / "bids"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(DEMONSTRATION / f"{name}.json", folder)
    (folder / "notes.txt").write_text("not an answer file")

    done = assess("--no-documents", "--answers", folder, "--out", tmp_path / "out")

    assert done.output.splitlines()[0] == "3 bids assessed."
    _, bids = assessed_in(tmp_path / "out")
    assert [bid["answer_file"] for bid in bids] == sorted(f"{name}.json" for name in NAMES)


def test_a_mistake_in_one_bid_is_named_by_its_line_and_nothing_is_written(
    assess, lines_file, tmp_path
):
    content = json.loads((DEMONSTRATION / "larkmead-sensing.json").read_text())
    content["supplier"]["name"] = "Another Ltd"
    content["answers"]["SLP-07.f"] = "somewhere"
    with lines_file.open("a") as file:
        file.write(json.dumps(content) + "\n{not JSON\n")

    done = assess("--no-documents", "--answers", lines_file, "--out", tmp_path / "out")

    assert done.exit_code == 2
    first, second, end = done.output.splitlines()
    assert first.startswith("bids.jsonl, line 6: SLP-07.f")
    assert second.startswith("bids.jsonl, line 7: is not JSON")
    assert end == "2 to mend; nothing was written."
    assert list((tmp_path / "out").iterdir()) == []


def test_the_same_supplier_twice_is_a_mistake(assess, lines_file, tmp_path):
    lines_file.write_text(lines_file.read_text() * 2)

    done = assess("--no-documents", "--answers", lines_file, "--out", tmp_path / "out")

    assert "supplier.name: bids.jsonl, line 1 is by the same supplier" in done.output
    assert done.output.splitlines()[-1] == "3 to mend; nothing was written."


def test_what_is_there_already_is_never_written_over(assess, lines_file, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "assessed.xlsx").write_text("an officer's work")

    done = assess("--no-documents", "--answers", lines_file, "--out", out)

    assert done.exit_code == 2
    assert done.output.splitlines() == [
        f"{out} holds assessed.xlsx already. Move what is there away, or choose another folder",
        "Nothing was written.",
    ]
    assert (out / "assessed.xlsx").read_text() == "an officer's work"


def test_an_empty_folder_holds_no_bids(assess, tmp_path):
    (tmp_path / "empty").mkdir()

    done = assess("--no-documents", "--answers", tmp_path / "empty", "--out", tmp_path / "out")

    assert done.output.splitlines() == [
        "empty: holds no answer files",
        "1 to mend; nothing was written.",
    ]


def bid_called(name):
    risk = {
        "risk": "R09", "title": "T", "likelihood": 3, "impact": 4, "score": 12, "band": "high",
        "strength_of_knowledge": "Low: asserted",
        "causes": [{"says": "=cmd", "rule": "SLP-07.f:none", "bank_version": "2026.12"}],
    }  # fmt: skip
    return {
        "name": name, "company_number": "", "answer_file": "a.json", "quality": "61.50",
        "flags": [], "risks": [risk, risk], "requirements": [], "needs_evaluator": [],
        "not_checked": [],
    }  # fmt: skip


def test_a_full_sheet_of_risks_goes_on_in_another_and_no_text_is_a_formula(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluation_xml, "MOST_ROWS", 4)
    with closing(StreamedWorkbook(tmp_path / "out.xlsx")) as workbook:
        for name in ("=1+1", "Plain Ltd"):
            workbook.add(bid_called(name))
        workbook.save(datetime(2026, 11, 22, tzinfo=UTC))

    book = load_workbook(tmp_path / "out.xlsx")
    assert [(sheet.title, sheet.max_row) for sheet in book] == [
        ("Bids", 3),
        ("Risks", 4),
        ("Risks 2", 2),
    ]
    cells = [book["Bids"]["A2"], book["Risks"]["A2"], book["Risks"]["I2"]]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"),
        ("=1+1", "s"),
        ("=cmd", "s"),
    ]

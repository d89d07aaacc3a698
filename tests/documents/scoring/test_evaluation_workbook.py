"""The evaluation workbook as a file: every member of the zip, hostile words, and LibreOffice."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from scoring.rules.prices import Method
from scoring.rules.ranking import Standing, ranking
from scoring.workbook import evaluation_cells, evaluation_xml
from scoring.workbook.evaluation import evaluation_pieces
from scoring.workbook.evaluation_cells import Shows
from scoring.workbook.evaluation_package import workbook_pieces
from scoring.workbook.evaluation_values import Evaluation
from scoring.workbook.evaluation_xml import Column, SheetToWrite
from tenders.rules.award import Award, Formula
from tests.documents.scoring.bids import HOSTILE, full

MADE = datetime(2026, 12, 4, 13, 0, tzinfo=UTC)
STARTS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.test")']


def evaluation(*, prices=True, name="=Rook & <Sons>", words=HOSTILE):
    method = Method(Award(formula=Formula.LOWEST), 60, prices_open=prices)
    bids = [
        Standing("rook", name, Fraction(80), Decimal("120000.50") if prices else None),
        Standing("lark", "Larkfield", Fraction(70), Decimal("100000") if prices else None),
    ]
    given = (
        "Larkfield",
        "SLP-07",
        "Recovery",
        "Tom",
        3,
        5,
        words,
        "4.1",
        "",
        "",
        "2026-07-02 11:30",
        1,
        "Yes",
    )
    agreed = (
        "Larkfield", "SLP-07", "Recovery", 4, "Tom 3, Una 4", words, words, words, words, "4.1",
        "5.1", "", "Ines Roy", "Ines Roy", "2026-12-02 11:30", 1, "",
    )  # fmt: skip
    marks = [("rook", {"SLP-07": 5}), ("lark", {"SLP-07": 4})]
    return Evaluation(
        title="Sensors & streets",
        reference="HC-1",
        authority="Harbour Council",
        made_at=MADE,
        made_by="Ines Roy",
        questionnaire=full(),
        questionnaire_sha256="ab" * 32,
        method=method,
        placed=ranking(method, bids),
        sections={},
        tie=None,
        is_agreed=prices,
        safety=None,
        last_mark=1,
        last_agreed=1,
        numbers=lambda: iter(marks),
        given=lambda: iter([given]),
        agreed=lambda: iter([agreed]),
    )


def made(what):
    return b"".join(evaluation_pieces(what))


def cells(data):
    return [
        cell
        for sheet in load_workbook(io.BytesIO(data))
        for row in sheet.iter_rows()
        for cell in row
    ]


def test_every_member_is_known_and_whole():
    with zipfile.ZipFile(io.BytesIO(made(evaluation()))) as archive:
        assert archive.testzip() is None
        members = {name: archive.read(name) for name in archive.namelist()}

    assert sorted(members) == sorted(
        [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/workbook.xml",
            *(f"xl/worksheets/sheet{number}.xml" for number in range(1, 10)),
        ]
    )
    for content in members.values():
        ElementTree.fromstring(content)  # noqa: S314
    everything = b"".join(members.values())
    assert re.findall(rb"<f[ >]|hyperlink|vba|state=\"hidden|hidden=|TargetMode", everything) == []


def test_words_that_begin_like_formulas_stay_words():
    for words in STARTS:
        found = [cell for cell in cells(made(evaluation(words=words))) if cell.value == words]

        assert len(found) == 5, words
        assert {(cell.data_type, cell.quotePrefix) for cell in found} == {("s", True)}


def test_words_that_a_spreadsheet_would_decode_are_written_so_that_it_does_not():
    assert evaluation_cells.in_xml("_x003D_1 & _x") == "_x005F_x003D_1 &amp; _x"


@pytest.mark.parametrize(
    "odd",
    [
        "plain",
        "",
        "two\nlines",
        "a & b < c > d",
        "_x003D_1",
        "with \x1f between",
        "\x07 a bell",
        "x" * 40_000,
    ],
)
def test_texts_escaped_together_are_what_each_is_by_itself(odd):
    texts = ["first & last", odd, "the other\nwith a line", ""]

    assert list(evaluation_cells.all_in_xml(texts)) == [
        evaluation_cells.in_xml(text) for text in texts
    ]


def test_what_is_kept_of_a_column_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(evaluation_cells, "MOST_KEPT", 3)
    kept = evaluation_cells.Kept(str)

    assert [kept[number] for number in range(10)] == [str(number) for number in range(10)]
    assert len(kept) <= 3


def test_hostile_words_come_through_with_only_what_no_cell_can_hold_replaced():
    (cell,) = [
        one
        for one in cells(made(evaluation()))
        if one.parent.title == "Marks" and one.coordinate == "G2"
    ]

    assert cell.value == HOSTILE.replace("\x07", "\N{REPLACEMENT CHARACTER}")


def test_figures_are_figures_and_times_are_those_of_london():
    book = load_workbook(io.BytesIO(made(evaluation())))

    ranked = [[cell.value for cell in row[:5]] for row in book["Ranking"].iter_rows(min_row=2)]
    assert ranked[:2] == [
        ["1", "Larkfield", 70, 100, 82],
        ["2", "=Rook & <Sons>", 80, 83.33, 81.33],
    ]
    assert book["Price"]["C3"].value == 120000.5
    assert book["Marks"]["K2"].value == datetime(2026, 7, 2, 12, 30)  # noqa: DTZ001
    assert book["Moderation"]["O2"].value == datetime(2026, 12, 2, 11, 30)  # noqa: DTZ001


def test_headings_stay_in_view_and_every_sheet_has_an_area_to_print():
    book = load_workbook(io.BytesIO(made(evaluation())))

    assert {sheet.title: sheet.freeze_panes for sheet in book} == {
        "About": None,
        "Ranking": "C2",
        "Agreed marks": "C2",
        "Scores": "C2",
        "Marks": "C2",
        "Moderation": "C2",
        "Price": "C2",
        "Sensitivity": None,
        "Definitions": "B2",
    }
    assert book["Marks"].print_area == "'Marks'!$A$1:$M$2"
    assert book["Marks"].print_title_rows == "$1:$1"
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert {sheet.page_setup.orientation for sheet in book} == {"landscape"}


def test_the_first_sheet_says_what_it_is_when_and_from_which_version():
    sheet = load_workbook(io.BytesIO(made(evaluation())))["About"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3)}

    assert sheet["A1"].value == "Evaluation: Sensors & streets"
    assert said["Tender"] == "HC-1, Harbour Council"
    assert said["Made"] == "4 December 2026, 1:00pm (UK time), by Ines Roy"
    assert said["Questionnaire (SHA-256)"] == "ab" * 32


def test_before_quality_is_agreed_no_price_is_anywhere():
    data = made(evaluation(prices=False))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [name for name in archive.namelist() if b"120000" in archive.read(name)] == []
    assert load_workbook(io.BytesIO(data))["Price"]["A2"].value.startswith("Prices are shut.")


def test_a_table_longer_than_a_sheet_goes_on_on_another(monkeypatch):
    monkeypatch.setattr(evaluation_xml, "MOST_ROWS", 4)
    columns = (Column("Name", 20), Column("Mark", 8, Shows.FIGURE))
    sheet = SheetToWrite("Marks", columns, ((f"bid {n}", n % 6) for n in range(7)))

    data = b"".join(workbook_pieces("Long", MADE, [sheet]))

    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Marks", "Marks 2", "Marks 3"]
    found = [row for one in book for row in one.iter_rows(min_row=2, values_only=True)]
    assert found == [(f"bid {n}", n % 6) for n in range(7)]
    assert [one["A1"].value for one in book] == ["Name"] * 3


def test_rows_are_read_as_they_go_out():
    read = []

    def rows():
        for number in range(20_000):
            read.append(number)
            yield (f"a reason of number {number} that takes some room in the file " * 3, 1)

    columns = (Column("Reason", 60, Shows.TEXT), Column("Mark", 8, Shows.FIGURE))
    pieces = workbook_pieces("Long", MADE, [SheetToWrite("Marks", columns, rows())])

    ahead = [len(read) for piece in pieces if piece]

    assert ahead[0] == 0
    # How many times depends on how far the packing beside it has got.
    assert len([n for n in set(ahead) if 0 < n < 20_000]) > 1


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_opens_it_and_evaluates_nothing(tmp_path):
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed (debian-packages.txt)")
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")
    path = tmp_path / "evaluation.xlsx"
    path.write_bytes(made(evaluation(words="=1+1")))

    # Sheet 5 as text, in UTF-8 (76), each cell quoted: what a person would see.
    export = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,5"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", export, "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (text,) = tmp_path.glob("*.csv")
    with text.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)

    assert (row["Reason"], row["Mark"]) == ("=1+1", "3")

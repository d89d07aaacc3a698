"""The workbook as somebody without Excel uses it: opened, recalculated and saved by LibreOffice."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from supplier_portal.workbook import NotAWorkbook
from tests.documents.supplier_portal.workbooks import SHEET, answered, read_back, written

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

SAVED = {
    "Q-01.narrative": "=not a formula\nvertical\x0btab, _x000B_ and \U0001f469\u200d\U0001f467",
    "Q-01.number": "007".lstrip("0"),
    "Q-01.short-text": "+44 20 7946 0000",
    "Q-01.date": "2026-03-27",
    "Q-01.duration": "4h30min",
    "Q-01.country": "CI",
    "Q-01.money": "1250.5",
    "Q-01.commitment": {"answer": "no", "exception": "'quoted, 1e5 and TRUE"},
    "Q-01.choices": ["first", "third"],
    "Q-01.table": [{"name": "-5", "c-narrative": "x" * 10_000}, {"name": "@two"}],
    "Q-01.given": [{"name": "B", "c-choice": "second"}],
}


@pytest.fixture
def through_libreoffice(tmp_path):
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed (debian-packages.txt)")
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")

    def convert(data, kind="xlsx"):
        path = tmp_path / "answers.xlsx"
        path.write_bytes(data)
        subprocess.run(
            [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
             "--convert-to", kind, "--outdir", str(tmp_path / "saved"), str(path)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        (saved,) = (tmp_path / "saved").iterdir()
        return saved

    return convert


def test_a_workbook_saved_by_libreoffice_loses_nothing(through_libreoffice):
    data = answered(written(SAVED, {"Q-01.number": 3}), {"Q-01.lines": "typed\nlater"})

    reading = read_back(through_libreoffice(data).read_bytes())

    assert (reading.problems, reading.notes) == ((), ())
    assert {name: reading.changes[name] for name in SAVED} == SAVED
    assert reading.changes["Q-01.lines"] == ["typed", "later"]
    assert (reading.versions["Q-01.number"], reading.bid) == (3, "bid-token")


def test_the_words_are_counted(through_libreoffice):
    csv = through_libreoffice(
        written({"Q-01.limited": "one  two\nthree"}),
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2",
    )

    assert SHEET in csv.name
    assert "3 of 5 words" in csv.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "says"), [("ods", "OpenDocument"), ("xls", "old .xls format")], ids=str
)
def test_the_other_formats_of_libreoffice_are_refused_with_what_to_do(
    through_libreoffice, kind, says
):
    saved = through_libreoffice(written(SAVED), kind).read_bytes()

    with pytest.raises(NotAWorkbook, match=says):
        read_back(saved)

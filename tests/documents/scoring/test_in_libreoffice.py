"""The workbooks as their reader sees them: opened, reckoned and printed by LibreOffice."""

import csv
import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from scoring.rules.ratings import Rating
from scoring.rules.register_filters import is_above
from scoring.workbook import register_workbook
from tests.documents.scoring.bids import ABOUT, HOSTILE, bid, full, register

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


def test_the_register_reckons_its_scores_in_a_spreadsheet(tmp_path):
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed (debian-packages.txt)")
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")
    rows = [*register(bid("=Rook Systems", best=False, text=HOSTILE))]
    # What is left of one that was above the appetite is within it.
    one = next(n for n, row in enumerate(rows) if row.inherent.score > row.appetite)
    rows[one] = replace(rows[one], residual=Rating(1, 2, rows[one].scale))
    path = tmp_path / "register.xlsx"
    path.write_bytes(register_workbook(ABOUT, rows, full()))

    # Sheet 2 as text, in UTF-8 (76), each cell quoted: what a person would see.
    export = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", export, "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (text,) = tmp_path.glob("*.csv")
    with text.open(encoding="utf-8", newline="") as stream:
        shown = list(csv.DictReader(stream))

    assert [(row["Inherent score"], row["Inherent band"]) for row in shown] == [
        (str(row.inherent.score), str(row.inherent.band)) for row in rows
    ]
    assert [row["Appetite now"] for row in shown] == [
        "above" if is_above(row) else "within" for row in rows
    ]
    assert shown[one]["Appetite now"] == "within"
    assert {row["Supplier"] for row in shown} == {"=Rook Systems"}

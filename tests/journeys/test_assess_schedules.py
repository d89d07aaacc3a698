"""``flask assess --zip``: the contract schedules of very many answer files, in one archive."""

import csv
import hashlib
import io
import json
from zipfile import ZipFile

import pytest

from records.loader import DEMONSTRATION

NAMES = ("omniflow-mobility-insights", "brightwater-urban-analytics", "larkmead-sensing")
TENDER = str(DEMONSTRATION / "tender.json")


@pytest.fixture
def assess(app):
    def run(*arguments):
        return app.test_cli_runner().invoke(args=["assess", *map(str, arguments)])

    return run


def answer_files():
    return [DEMONSTRATION / f"{name}.json" for name in NAMES]


def test_each_schedule_is_the_one_written_alone_and_the_archive_always_the_same(assess, tmp_path):
    runs = [
        assess("--zip", "--tender", TENDER, "--out", tmp_path / out, "--answers", *answer_files())
        for out in ("one", "two")
    ]
    few = assess("--tender", TENDER, "--out", tmp_path / "few", "--answers", *answer_files())

    assert [run.exit_code for run in (*runs, few)] == [0, 0, 0], few.output
    data = (tmp_path / "one" / "schedules.zip").read_bytes()
    assert data == (tmp_path / "two" / "schedules.zip").read_bytes()
    with ZipFile(io.BytesIO(data)) as archive:
        written = {name: archive.read(name) for name in archive.namelist()}
    register = list(csv.DictReader(io.StringIO(written.pop("register.csv").decode("utf-8-sig"))))
    assert [row["file"] for row in register] == list(written)
    assert [row["sha256"] for row in register] == [
        hashlib.sha256(document).hexdigest() for document in written.values()
    ]
    for name, document in written.items():
        alone = name.removesuffix(".docx") + "-schedule.docx"
        assert (tmp_path / "few" / alone).read_bytes() == document


def test_two_names_that_are_written_alike_get_files_of_their_own(assess, tmp_path):
    plain = json.loads(answer_files()[0].read_text())
    paths = []
    for number, name in enumerate(["Tern & Co", "Tern Co", "Tern, Co"]):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps({**plain, "supplier": {**plain["supplier"], "name": name}}))
        paths.append(path)

    run = assess("--zip", "--out", tmp_path / "out", "--answers", *paths)

    assert run.exit_code == 0, run.output
    with ZipFile(tmp_path / "out" / "schedules.zip") as archive:
        assert archive.namelist() == [
            "tern-co.docx", "tern-co-2.docx", "tern-co-3.docx", "register.csv",
        ]  # fmt: skip


def test_with_a_mistake_in_any_file_there_is_no_archive(assess, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    run = assess("--zip", "--out", tmp_path / "out", "--answers", answer_files()[0], broken)

    assert run.exit_code == 2
    assert list((tmp_path / "out").iterdir()) == []

"""A receipt is checked without the service, by a program anybody can download."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.rules.roles import Role
from tests.factories import make_person

PROGRAM = Path(__file__).parents[3] / "tools" / "verify_receipt.py"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def papers(client_for, lead, bid, tmp_path):
    """What a supplier keeps: the receipt, the bid and the file attached, got from the pages."""
    client = client_for(lead)
    files = f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/files"
    client.post(
        files,
        data={"title": "Test report", "file": (io.BytesIO(PDF), "report.pdf")},
        content_type="multipart/form-data",
    )
    client.post(
        f"/bids/{bid.token}/questions/SLP-07",
        data={"v-SLP-07.a": "0", "SLP-07.a": "Überall “copies” & <tests> 🙂"},
    )
    declaration = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
    here = client.post(f"/bids/{bid.token}/check", data=declaration).location
    for name in ("receipt", "bid"):
        (tmp_path / f"{name}.json").write_bytes(client.get(f"{here}/{name}.json").data)
    (tmp_path / "report.pdf").write_bytes(PDF)
    return tmp_path


def check(papers, *names):
    """Run the program alone: no packages, no environment of ours."""
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *(str(papers / name) for name in names)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def lines(checked):
    return [
        line for line in checked.stdout.splitlines() if line.startswith(("yes ", "NO ", "skip "))
    ]


def test_a_receipt_agrees_with_its_bid_and_its_files(papers, tender):
    checked = check(papers, "receipt.json", "bid.json", "report.pdf")

    assert checked.returncode == 0
    assert lines(checked) == [
        "yes  the commitment is that of the salt and this bid, byte for byte",
        "yes  the content hash agrees",
        "yes  receipt and bid give the same name",
        "yes  receipt and bid give the same version",
        "yes  receipt and bid give the same questions",
        "yes  receipt and bid list the same files",
        "yes  report.pdf is the file attached as report.pdf",
    ]
    assert f"version 1 of the bid for tender {tender.reference}" in checked.stdout


def test_a_bid_with_one_byte_changed_is_found_out(papers):
    text = (papers / "bid.json").read_bytes()
    (papers / "bid.json").write_bytes(text.replace(b"copies", b"copier"))

    checked = check(papers, "receipt.json", "bid.json")

    assert checked.returncode == 1
    assert [line[:3] for line in lines(checked)][:2] == ["NO ", "NO "]


def test_a_receipt_for_another_version_is_found_out(papers):
    receipt = json.loads((papers / "receipt.json").read_text())
    (papers / "receipt.json").write_text(json.dumps(receipt | {"number": 2}))

    checked = check(papers, "receipt.json", "bid.json")

    assert checked.returncode == 1
    assert "NO   receipt and bid give the same version" in lines(checked)


def test_a_file_that_was_not_attached_is_found_out_and_one_without_a_copy_is_named(papers):
    (papers / "other.pdf").write_bytes(PDF + b" ")

    checked = check(papers, "receipt.json", "bid.json", "other.pdf")

    assert checked.returncode == 1
    assert lines(checked)[-2:] == [
        "NO   other.pdf is none of the files attached",
        "skip not compared, for you gave no copy: report.pdf",
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not the JSON file"),
        (b"\xff\xfe", "not the JSON file"),
        (b"[" * 100_000, "not the JSON file"),
        (b"[]", "not the JSON file"),
        (b"{}", "not a receipt"),
        (b'{"format": "supplier-assurance-receipt/1", "salt": "zz"}', "hexadecimal digits"),
    ],
    ids=["empty", "not text", "deep", "a list", "another file", "broken"],
)
def test_what_is_not_a_receipt_is_refused_with_a_sentence(papers, content, why):
    (papers / "receipt.json").write_bytes(content)

    checked = check(papers, "receipt.json", "bid.json")

    assert (checked.returncode, checked.stdout) == (2, "")
    assert why in checked.stderr
    assert len(checked.stderr.splitlines()) == 1


def test_a_missing_file_is_named(papers):
    checked = check(papers, "receipt.json", "nowhere.json")

    assert (checked.returncode, "nowhere.json" in checked.stderr) == (2, True)


def test_anybody_can_download_the_program_as_it_is(client):
    answer = client.get("/verify_receipt.py")

    assert answer.data == PROGRAM.read_bytes()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="verify_receipt.py"'


def test_the_program_needs_nothing_but_python_and_fits_on_a_few_pages():
    text = PROGRAM.read_text()

    assert len(text.splitlines()) <= 150
    assert "import flask" not in text


def test_the_receipt_page_leads_to_the_program(client_for, papers, lead, bid):
    page = client_for(lead).get(f"/bids/{bid.token}/submissions/1")

    assert "/verify_receipt.py" in page.text


def test_a_stranger_gets_the_program_but_no_receipt(client_for, papers, bid):
    client = client_for(make_person(Role.BID_LEAD))

    assert client.get("/verify_receipt.py").status_code == 200
    assert client.get(f"/bids/{bid.token}/submissions/1/receipt.json").status_code == 404

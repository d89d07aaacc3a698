import io
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from foundation.uploads import LARGEST_FILE, UploadKind, UploadRefused, check_upload, shown_name


def workbook():
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def document():
    buffer = io.BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


def document_with(members):
    buffer = io.BytesIO(document())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x04ab scan \xff\xd9"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("report.pdf", PDF, UploadKind.PDF),
        ("Прайс-лист.xlsx", workbook(), UploadKind.EXCEL),
        ("answer.DOCX", document(), UploadKind.WORD),
        ("sites.csv", "\ufeffRoad,№\n".encode(), UploadKind.CSV),
        ("photo.jpeg", JPEG, UploadKind.JPEG),
        ("answers.json", b"{}", UploadKind.JSON),
    ],
    ids=lambda value: value if isinstance(value, UploadKind) else "",
)
def test_a_file_that_is_what_its_name_says_is_taken(name, data, kind):
    assert check_upload(name, data) is kind


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("run.exe", b"MZ", "run.exe: this kind of file cannot be taken"),
        ("docx", b"PK", "docx: this kind of file cannot be taken"),
        ("empty.pdf", b"", "empty.pdf: the file is empty"),
        ("big.pdf", b"%PDF-" + b"0" * LARGEST_FILE, "big.pdf: the file is 25.0 MB"),
        ("page.pdf", b"<html>", "page.pdf: this is not a PDF file"),
        ("a.docx", b"PK\x03\x04broken", "a.docx: it is damaged: its end is missing, or something"),
        ("a.docx", workbook(), "a.docx: this is not a .docx file. Check"),
        ("old.docx", b"\xd0\xcf\x11\xe0", "old.docx: the file has a password or an old format"),
        (
            "macro.docx",
            document_with({"word/vbaProject.bin": "x"}),
            "macro.docx: the file contains macros",
        ),
        (
            "bomb.docx",
            document_with({"zeros": "0" * 5_000_000}),
            "bomb.docx: the file unpacks to far more",
        ),
        ("latin.txt", "café".encode("latin-1"), "latin.txt: the text is not in the UTF-8"),
        ("nul.txt", b"a\0b", "nul.txt: this is not a text file"),
        ("deep.json", b"[" * 200_000, "deep.json: this is not valid JSON"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_taken_is_named_with_what_to_do(name, data, sentence):
    with pytest.raises(UploadRefused) as refusal:
        check_upload(name, data, field="file")

    assert str(refusal.value).startswith(sentence)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("C:\\Users\\me\\价格.docx", "价格.docx"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\u202e.pdf", "ab.pdf"),
        ("", "file without a name"),
    ],
)
def test_a_file_keeps_the_last_part_of_its_name_in_any_script(sent, shown):
    assert shown_name(sent) == shown

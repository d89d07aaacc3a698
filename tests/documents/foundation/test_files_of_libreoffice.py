"""What an office program writes is taken: with a link, a picture, a contents list, and as PDF."""

import io
import os
import shutil
import subprocess

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from foundation.uploads import check_upload
from tests import hostile_files

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

# PDF in its variants: for archives, with a form, with the outline shown on opening.
EXPORTS = {
    "docx": "docx",
    "plain": "pdf",
    "for archives": 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}',
    "with an outline": (
        'pdf:writer_pdf_Export:{"InitialView":{"type":"long","value":"1"},'
        '"ExportBookmarks":{"type":"boolean","value":"true"}}'
    ),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with what reports have, as python-docx writes it."""
    word = Document()
    word.add_heading("Penetration test report")
    paragraph = word.add_paragraph("See ")
    target = word.part.relate_to(
        "https://example.gov.uk/a?b=c",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), target)
    link.append(paragraph.add_run("our page")._r)
    paragraph._p.append(link)
    word.add_picture(io.BytesIO(hostile_files.png(8, 8)), width=Cm(1))
    path = tmp_path_factory.mktemp("report") / "report.docx"
    word.save(path)
    return path


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_a_report_is_taken_as_libreoffice_writes_it(report, tmp_path, export):
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed (debian-packages.txt)")
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")

    subprocess.run(
        [program, f"-env:UserInstallation=file://{report.parent}/profile", "--headless",
         "--convert-to", export, "--outdir", str(tmp_path), str(report)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    (written,) = tmp_path.glob("report.*")
    with written.open("rb") as file:
        assert check_upload(written.name, file).value == written.suffix[1:]

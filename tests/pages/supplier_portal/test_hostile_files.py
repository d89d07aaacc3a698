"""Hostile files and all ordinary ones through the pages that take them, as somebody sends them:
sixty of those in tests/hostile_files.py (every other one is in
tests/rules/foundation/test_hostile_files.py), and as many as asked for drawn from a seed."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from foundation import jobs, scanning
from foundation.database import db
from foundation.headers import FILE_POLICY
from foundation.uploads import shown_name
from supplier_portal.models import DocumentRevision, FileScan
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.rules.scanning import ScanState
from supplier_portal.service.library import add_document
from tests import clamd, hostile_files, proving
from tests.factories import viewer_of
from tests.hostile_drawn import Drawing

HOSTILE = {
    **{f"{case}.pdf": make for case, make in hostile_files.HOSTILE_PDFS.items()},
    **{f"{case}.docx": make for case, make in hostile_files.HOSTILE_DOCUMENTS.items()},
    **{f"{case}.xlsx": make for case, make in hostile_files.HOSTILE_WORKBOOKS.items()},
    **hostile_files.HOSTILE_OTHERS,
}
# What bursts costs most of all, and is tried where every one of them is.
TRIED = [name for name in HOSTILE if "bomb" not in name and "far too many" not in name][::3]
DRAWN = proving.size("hostile_files", 45)
PART = "questions/SLP-07/SLP-07.g2/files"
# What is done where a file has its way: a program starts, something is reached, written elsewhere.
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")
LEADS_AWAY = ("os.symlink", "os.link", "shutil.unpack_archive", "urllib.Request", "ftplib.connect")
watching: dict[str, list[str]] = {}


def _note(event, arguments):
    if not watching:
        return
    told = watching["seen"]
    if event in STARTS or event in LEADS_AWAY:
        told.append(f"{event} {arguments!r}"[:300])
    elif event == "socket.connect" and str(arguments[1]) not in watching["may_reach"]:
        told.append(f"reached {arguments[1]}")
    elif event == "open" and isinstance(arguments[0], str) and arguments[2] & os.O_ACCMODE:
        path = os.path.abspath(arguments[0])
        if not path.startswith(tuple(watching["may_write"])):
            told.append(f"wrote {path}")


@contextmanager
def nothing_done_but(may_write, may_reach):
    """Yield what is done besides; a hook of Python's own, which cannot be taken away again."""
    if not hasattr(sys, "_hostile_files_watched"):
        sys.addaudithook(_note)
        sys._hostile_files_watched = True
    seen: list[str] = []
    watching.update(seen=seen, may_write=[*map(str, may_write), "/dev/"], may_reach=may_reach)
    try:
        yield seen
    finally:
        watching.clear()


@pytest.fixture
def scanner(app):
    if clamd.program() is None:
        if os.environ.get("CI"):
            pytest.fail("ClamAV is not installed (debian-packages.txt)")
        pytest.skip("ClamAV is not installed (debian-packages.txt)")
    with clamd.daemon(largest="30M") as daemon:
        scanning.init_app(app, daemon.address)
        yield daemon


@pytest.fixture
def document(lead):
    return add_document(DocumentFacts("Policy", DocumentKind.POLICY), by=viewer_of(lead))


@pytest.fixture
def send(client_for, lead, document):
    client = client_for(lead)

    def sent(name, content):
        boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name)})
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post(f"/library/{document.token}/file", data=body, content_type=kind)

    return sent


@pytest.fixture
def stored(app):
    folder = app.extensions["settings"].files_folder
    return lambda: sum(path.is_file() for path in folder.rglob("*"))


def test_a_hostile_file_is_refused_by_name_and_nothing_of_it_is_kept(send, stored):
    taken, unnamed = [], []
    for name in TRIED:
        answer = send(name, HOSTILE[name]())
        if answer.status_code != 422:
            taken.append((name, answer.status_code))
        elif shown_name(name) not in unescape(answer.text):
            unnamed.append(name)

    assert len(TRIED) >= 60
    assert (taken, unnamed) == ([], [])
    assert stored() == 0
    assert db.session.scalar(select(func.count()).select_from(DocumentRevision)) == 0


def test_an_ordinary_file_is_taken_and_goes_out_to_be_saved_as_it_came(
    send, client_for, lead, document
):
    client, wrong = client_for(lead), []
    for number, (name, make) in enumerate(hostile_files.ORDINARY.items(), start=1):
        content = make()
        answer = send(name, content)
        saved = client.get(f"/library/{document.token}/files/{number}")
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
        }
        if (
            (answer.status_code, saved.data) != (302, content)
            or {key: saved.headers.get(key) for key in headers} != headers
            or not saved.headers["Content-Disposition"].startswith("attachment; filename=")
        ):
            wrong.append((name, answer.status_code, saved.headers))

    assert wrong == []
    assert len(hostile_files.ORDINARY) >= 20


def refusal(answer):
    """Return the sentence that stands at a box, or alone on a page; nothing where there is none."""
    alone, at_boxes = "//main//p[1]//text()", "//p[contains(@class, 'govuk-error-message')]//text()"
    words = html.fromstring(answer.data).xpath(at_boxes if answer.status_code == 422 else alone)
    return " ".join("".join(words).split()).removeprefix("Error: ")


@pytest.mark.sqlite
def test_whatever_file_is_drawn_is_taken_or_refused_in_a_sentence_and_nothing_comes_of_it(
    app, bid, lead, client_for, scanner
):
    client, wrong, came = client_for(lead), [], Counter()
    home = f"/bids/{bid.token}/{PART}"
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    may_write = [app.instance_path, tempfile.gettempdir(), Path.home() / ".cache"]
    drawing = Drawing(proving.seed(7))

    with nothing_done_but(may_write, [scanner.address]) as done:
        for drawn in drawing.files(DRAWN):
            # As a browser writes it into the head of a part.
            name = drawn.name.encode("utf-8", "replace").decode()
            for character in '\r\n"':
                name = name.replace(character, quote(character))
            boundary, body = encode_multipart(
                {"title": name, "file": FileStorage(io.BytesIO(drawn.content), name)}
            )
            kind = f"multipart/form-data; boundary={boundary}"
            answer = client.post(home, data=body, content_type=kind)
            about = (drawn.family, drawn.name, answer.status_code)
            # A name that no database holds is refused with what else cannot be read.
            if answer.status_code == (400 if "\0" in name else 422):
                came["refused"] += 1
                if not refusal(answer) or runs_something(answer):
                    wrong.append((*about, refusal(answer)))
            elif answer.status_code == 302:
                came["taken"] += 1
                page = client.get(home)
                wrong += [(*about, said) for said in handed_out(client, page, drawn, came)]
            else:
                wrong.append(about)

    proving.tell(
        hostile_files=DRAWN,
        refused=came["refused"],
        taken_as_they_came=came["taken"],
        found_by_the_scanner=came["found"],
        faults=len(wrong),
        done_besides=len(done),
    )
    assert wrong == []
    assert done == []
    assert came["refused"] + came["taken"] == DRAWN
    assert min(came["refused"], came["taken"], came["found"]) > 0


def handed_out(client, page, drawn, came):
    """Yield what is wrong with a file that was taken, and remove it again."""
    if runs_something(page):
        yield "the page runs something"
    (at,) = html.fromstring(page.data).xpath("//a[contains(@href, '/evidence/')]/@href")
    saved = client.get(at)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Security-Policy": FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    if saved.data != drawn.content or {key: saved.headers.get(key) for key in headers} != headers:
        yield dict(saved.headers)
    disposition = saved.headers.get_all("Content-Disposition")
    if len(disposition) != 1 or not disposition[0].startswith("attachment; filename"):
        yield disposition
    if "X-Evil" in saved.headers:
        yield "a header of its own"
    jobs.run_due_jobs(client.application.extensions["job_handlers"])
    db.session.expire_all()
    scans = db.session.scalars(select(FileScan).order_by(FileScan.id.desc())).first()
    came["found"] += scans is not None and scans.state is ScanState.REFUSED
    if clamd.EICAR in drawn.content and (scans is None or scans.state is ScanState.CLEAN):
        yield "the scanner found nothing"
    gone = client.post(f"{page.request.path}/{at.rpartition('/')[2]}/remove")
    if gone.status_code != 302:
        yield f"not removed: {gone.status_code}"


def runs_something(page):
    """Return whether anything on a page is there to run that is not ours."""
    tree = html.fromstring(page.data)
    return [
        element
        for element in tree.iter()
        if isinstance(element.tag, str)
        and (
            any(name.startswith("on") for name in element.attrib)
            or (element.tag == "script" and not (element.get("src") or "").startswith("/static/"))
            or element.tag in ("iframe", "object", "embed", "img")
        )
    ]

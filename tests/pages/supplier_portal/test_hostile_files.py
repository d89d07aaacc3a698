"""Sixty hostile files and all ordinary ones through the page that takes them, as somebody sends
them; every other hostile one is in tests/rules/foundation/test_hostile_files.py."""

from __future__ import annotations

import io
from html import unescape

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from foundation.database import db
from foundation.headers import FILE_POLICY
from foundation.uploads import shown_name
from supplier_portal.models import DocumentRevision
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.service.library import add_document
from tests import hostile_files
from tests.factories import viewer_of

HOSTILE = {
    **{f"{case}.pdf": make for case, make in hostile_files.HOSTILE_PDFS.items()},
    **{f"{case}.docx": make for case, make in hostile_files.HOSTILE_DOCUMENTS.items()},
    **{f"{case}.xlsx": make for case, make in hostile_files.HOSTILE_WORKBOOKS.items()},
    **hostile_files.HOSTILE_OTHERS,
}
# What bursts costs most of all, and is tried where every one of them is.
TRIED = [name for name in HOSTILE if "bomb" not in name and "far too many" not in name][::3]


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

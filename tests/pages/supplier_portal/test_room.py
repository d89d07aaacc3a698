"""The files of a bid and of a library come to two gigabytes at most, and the pages say so."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from foundation.database import db
from supplier_portal.models import Document, Evidence
from supplier_portal.queries.room import bytes_of_bid, bytes_of_library
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.service.library import add_document
from tests.factories import viewer_of

LEFT = 1000
FULL = "You cannot add this file because 0.0 MB are left: all files of"


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def stored(app):
    folder = app.extensions["settings"].files_folder
    return lambda: sum(path.is_file() for path in folder.rglob("*"))


def a_file(size):
    return (io.BytesIO(b"x" * size), "notes.txt")


@pytest.fixture
def room(monkeypatch):
    """Let no more be kept together than ``size``: two gigabytes would take a while to send."""
    return lambda size: monkeypatch.setattr("foundation.uploads.MOST_TOGETHER", size)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_bid_takes_files_up_to_its_limit_and_says_when_it_is_reached(client, bid, stored, room):
    url = f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/files"
    client.post(url, data={"file": a_file(10)})
    room(10 + LEFT)
    before = stored()

    shown = client.get(url)
    refused = client.post(url, data={"file": a_file(LEFT + 1), "title": "Minutes of the drill"})
    taken = client.post(url, data={"file": a_file(LEFT)})

    assert "come to up to 2 GB" in shown.text
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert f"{FULL} this bid" in refused.text
    assert 'value="Minutes of the drill"' in refused.text
    assert bytes_of_bid(bid) == 10 + LEFT
    # What was refused left nothing on the disk.
    assert (count(Evidence), stored()) == (2, before + 1)


def test_a_library_takes_files_up_to_its_limit_and_nothing_of_a_bid_beyond(
    client, bid, lead, stored, room
):
    by = viewer_of(lead)
    document = add_document(DocumentFacts("Policy", DocumentKind.POLICY), by=by)
    url = f"/library/{document.token}/file"
    client.post(url, data={"file": a_file(10)})
    room(10 + LEFT)
    before = stored()

    shown = client.get(url)
    refused = client.post(url, data={"file": a_file(LEFT + 1)})
    files = f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/files"
    added = client.post(files, data={"file": a_file(LEFT + 5), "keep": "yes"})

    assert "come to up to 2 GB" in shown.text
    assert refused.status_code == 422
    assert f"{FULL} your library" in refused.text
    # The file is in the bid, and the page says that the library has no room.
    assert added.status_code == 302
    assert "The file is not kept in your library" in client.get(files).text
    assert (count(Evidence), count(Document), bytes_of_library(by.organisation_id)) == (
        1,
        1,
        10,
    )
    assert stored() == before + 1

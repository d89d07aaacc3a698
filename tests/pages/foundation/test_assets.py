"""The built style sheet and scripts: kept by browsers for a year, and sent packed."""

import gzip
import json

import pytest
from flask import Flask

from foundation import assets

SHEET = ".govuk-body { color: #0b0c0c }\n" * 200
ADDRESS = "/static/build/app.css?v=abc"


@pytest.fixture
def client(tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "app.css").write_text(SHEET)
    (tmp_path / "build" / "manifest.json").write_text(json.dumps({"app.css": "abc"}))
    app = Flask("assets", static_folder=tmp_path, static_url_path="/static")
    assets.init_app(app)
    return app.test_client()


def test_a_style_sheet_is_sent_packed_to_whoever_takes_that(client):
    plain, sent = (
        client.get(ADDRESS, headers={"Accept-Encoding": taken}, buffered=True)
        for taken in ("", "br, gzip")
    )

    assert (plain.text, plain.content_encoding) == (SHEET, None)
    assert (gzip.decompress(sent.data).decode(), sent.content_encoding) == (SHEET, "gzip")
    assert sent.content_length == len(sent.data) < len(SHEET) / 10
    assert sent.headers["ETag"] != plain.headers["ETag"]
    for answer in (plain, sent):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("taken", ["gzip;q=0", "identity", "br"])
def test_nobody_is_sent_what_he_does_not_take(client, taken):
    assert client.get(ADDRESS, headers={"Accept-Encoding": taken}, buffered=True).text == SHEET

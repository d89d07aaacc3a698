import io
import json
import logging
import re

import pytest
from flask import Blueprint, render_template_string
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from accounts.access import public, requires
from accounts.rules.roles import Permission, Role
from foundation import clock, headers, logs
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.errors import DomainError
from foundation.tokens import new_token

GONE = """<html><title>Late</title><main><h1>Late</h1><div class="govuk-error-summary"><ul>
<li><a href="#reason">Enter a shorter reason</a></li><li><a href="#there">Enter a date</a></li></ul>
</div><p id="there"></p></main></html>"""
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.fixture
def app(own_app, app):
    pages = Blueprint("sample", __name__)

    @pages.route("/sample/form", methods=["GET", "POST"])
    @public
    def form():
        return "taken"

    @pages.route("/sample/rule", methods=["POST"])
    @public
    def rule():
        raise DomainError("You cannot withdraw because the tender is closed.")

    @pages.get("/sample/fault")
    @public
    def fault():
        raise RuntimeError("words from an answer")

    @pages.get("/sample/forgotten")
    def forgotten():
        return "open by accident"

    @pages.get("/sample/officers")
    @requires(Permission.TENDER_PUBLISH)
    def officers():
        return "taken"

    @pages.get("/sample/arrival")
    @public
    def arrival():
        begun = clock.now()
        return f"{clock.arrived_at().isoformat()} {begun.isoformat()}"

    @pages.get("/sample/<token:tender>")
    @public
    def by_token(tender):
        return tender

    pages.post("/sample/gone")(gone)
    app.register_blueprint(pages)
    return app


@public
def gone():
    return render_template_string(GONE), 422


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/nowhere", 404, "Page not found"),
        ("GET", "/sample/99999999999999999999999999999", 404, "Page not found"),
        ("GET", "/sample/%00", 404, "Page not found"),
        ("DELETE", "/sample/form", 405, "This page works differently"),
        ("GET", "/sample/forgotten", 403, "You cannot open this page"),
        ("POST", "/sample/rule", 409, "You cannot do this now"),
        ("GET", "/sample/form?a=%00", 400, "This request cannot be read"),
    ],
)
def test_a_refusal_is_a_page_like_any_other(client, method, path, status, heading):
    page = client.open(path, method=method)

    assert page.status_code == status
    assert f"<title>{heading} – Supplier Assurance</title>" in page.text
    assert {name: page.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_a_fault_of_ours_says_so_and_tells_nothing(app, client):
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    page = client.get("/sample/fault")

    assert page.status_code == 500
    assert "Something went wrong here" in page.text
    assert "words from an answer" not in page.text


def test_a_broken_rule_is_shown_with_what_was_typed(client):
    page = client.post("/sample/rule", data={"reason": "We changed our mind"})

    assert "You cannot withdraw because the tender is closed." in page.text
    assert "We changed our mind" in page.text


def test_a_page_without_the_form_that_was_sent_shows_what_was_typed(client):
    page = client.post("/sample/gone", data={"reason": "We changed our mind & <why>"})

    assert page.status_code == 422
    assert "<li>Enter a shorter reason</li>" in page.text
    assert '<a href="#there">Enter a date</a>' in page.text
    assert "We changed our mind &amp; &lt;why&gt;" in page.text.partition("What you typed")[2]


def test_characters_nothing_can_hold_are_shown_back_replaced(client):
    page = client.post("/sample/form", data={"answer": "before\0after"})

    assert page.status_code == 400
    assert "Some characters cannot be saved" in page.text
    assert "before\ufffdafter" in page.text


TYPED = {"reason": "We changed our mind & <why>", "csrf_token": "x", "password": "secret"}
MEGABYTE = 1024 * 1024
SMALL = ("small.txt", b"y")
MANY = {f"box-{number}": "1" for number in range(5001)}


def post(client, typed, file, origin="http://localhost"):
    """Send a form, with a file or none."""
    if file is None:
        return client.post("/sample/form", data=dict(typed), headers={"Origin": origin})
    sent = dict(typed) | {"file": FileStorage(io.BytesIO(file[1]), file[0])}
    boundary, body = encode_multipart(sent)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/sample/form", data=body, content_type=kind, headers={"Origin": origin})


@pytest.mark.parametrize(
    ("typed", "file", "words"),
    [
        pytest.param({}, ("big.pdf", bytes(31 * MEGABYTE)), "up to 30 MB", id="a file"),
        pytest.param({"long": "x" * 31 * MEGABYTE}, None, "up to 4 MB of text", id="text"),
        pytest.param(
            {"long": "x" * 5 * MEGABYTE}, SMALL, "up to 4 MB of text", id="text beside a file"
        ),
        pytest.param(MANY, SMALL, "up to 5,000 boxes", id="boxes"),
    ],
)
def test_a_form_too_large_is_shown_back_with_what_to_do(client, typed, file, words):
    page = post(client, TYPED | typed, file)

    assert page.status_code == 413
    assert words in page.text
    assert "We changed our mind &amp; &lt;why&gt;" in page.text
    assert "secret" not in page.text
    assert ("Send it without the file" in page.text) is ("30 MB" in words)
    assert ("big.pdf" in page.text) is ("30 MB" in words)


def test_what_another_site_sent_is_not_shown_back_from_a_form_too_large(client):
    page = post(client, TYPED, ("big.pdf", bytes(31 * MEGABYTE)), "https://elsewhere.test")

    assert (page.status_code, "changed our mind" in page.text) == (413, False)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"--e\r\nContent-Disposition: form-data\r\n\r\nx\r\n--e--", id="no name"),
        pytest.param(b"--e\r\nX: y\r\n\r\nx\r\n--e--", id="no disposition"),
        pytest.param(b'--e\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', id="no end"),
        pytest.param(b"--e\r\n" + b"A" * 100_000, id="no end of headers"),
        pytest.param(b"--e\n\n\n--e", id="nothing in it"),
        pytest.param(b"\xff--e\r\n", id="no text"),
    ],
)
def test_a_malformed_form_with_files_is_no_fault(client, body):
    page = client.post("/sample/form", data=body, content_type="multipart/form-data; boundary=e")

    assert page.text == "taken"


def test_long_answers_in_a_form_with_a_file_are_taken(client):
    part = '--edge\r\nContent-Disposition: form-data; name="answer-{}"\r\n\r\n{}\r\n'
    body = "".join(part.format(number, "word " * 20_000) for number in range(20)) + "--edge--"

    page = client.post(
        "/sample/form", data=body.encode(), content_type="multipart/form-data; boundary=edge"
    )

    assert page.text == "taken"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff%fe%ed%a0%80", b"=&=&;;;", b"%"])
def test_a_malformed_form_is_no_fault(client, body):
    page = client.post("/sample/form", data=body, content_type="application/x-www-form-urlencoded")

    assert page.status_code == 200


def test_no_script_and_no_style_stands_within_a_page(client):
    page = client.get("/sign-in")

    inside = re.findall(r"<script[^>]*>(.*?)</script>", page.text, flags=re.S)
    assert [text.strip() for text in inside] == ["", ""]
    assert re.findall(r"<style|style=|\son[a-z]+=", page.text) == []
    with client.get(re.search(r'<script src="([^"]+)"', page.text)[1]) as script:
        assert (script.status_code, script.mimetype) == (200, "text/javascript")


def test_a_fault_in_what_all_pages_share_is_told_all_the_same(app, client):
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.context_processor(lambda: 1 / 0)

    page = client.get("/sample/fault")

    assert page.status_code == 500
    assert "<h1>Something went wrong here</h1>" in page.text
    assert page.headers["Content-Security-Policy"] == headers.PAGE_POLICY


def test_a_stranger_sees_no_navigation_and_a_person_sees_what_he_may_use(app, client, client_for):
    from foundation.pages import NavigationItem

    app.extensions["navigation"] = [
        NavigationItem("Publish", "sample.officers", Permission.TENDER_PUBLISH)
    ]

    assert "Publish" not in client.get("/nowhere").text
    assert "Publish" in client_for(Role.OFFICER).get("/nowhere").text
    assert "Publish" not in client_for(Role.AUDITOR).get("/nowhere").text


def test_a_refused_page_is_recorded(client_for):
    client_for(Role.AUDITOR).get("/sample/officers")

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "page.refused")).one()
    assert entry.details == '{"page":"sample.officers","permission":"tender:publish"}'


def test_a_request_arrives_when_it_came_in(client):
    before = clock.now()
    arrived, begun = client.get("/sample/arrival").text.split()

    assert before.isoformat() <= arrived < begun <= clock.now().isoformat()


def test_a_request_is_one_line_without_what_was_typed(client, caplog):
    with caplog.at_level(logging.INFO):
        client.get("/sample/form?secret=price%0d%0aforged")
        client.get(f"/sample/{new_token()}")

    lines = [logs.JsonLines().format(record) for record in caplog.records]
    found = [json.loads(line) for line in lines if '"route"' in line]
    # The rule of an address, not what stands in it: that names tenders and bids.
    assert [(line["route"], line["status"]) for line in found] == [
        ("/sample/form", 200),
        ("/sample/<token:tender>", 200),
    ]
    assert "price" not in "".join(lines)
    assert "\n" not in "".join(lines)

"""Whatever is answered, the browser is told what it must not do with it."""

from __future__ import annotations

import io
from collections import defaultdict

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from accounts.access import public
from accounts.rules.roles import Role
from foundation.headers import FILE_POLICY, PAGE_POLICY
from foundation.tokens import new_token
from tests.crawling import Visitor
from tests.factories import PASSWORD, make_person
from tests.url_values import unknown

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
WANTED = {
    "default-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
OF_A_PAGE = WANTED | {
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
}
OF_A_FILE = WANTED | {"sandbox": "", "form-action": "'none'"}


@pytest.fixture
def app(own_app, app):
    own = Blueprint("own", __name__)

    @own.get("/own/fault")
    @public
    def fault():
        raise RuntimeError("a fault of ours")

    app.register_blueprint(own)
    app.testing = False
    app.config.update(PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=1000)
    return app


@pytest.fixture
def visitors(app):
    """A stranger, and people on both sides and beside them."""
    roles = (Role.OFFICER, Role.BID_LEAD, Role.ADMINISTRATOR)
    return [Visitor(app, None), *(Visitor(app, make_person(role)) for role in roles)]


def policy_of(answer):
    parts = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def complaint_about(answer, endpoint):
    """Return what an answer lacks; empty if it is in order."""
    is_saved = answer.headers.get("Content-Disposition", "").startswith("attachment")
    if policy_of(answer) != (OF_A_FILE if is_saved else OF_A_PAGE):
        return answer.headers["Content-Security-Policy"]
    if {name: answer.headers.get(name) for name in ALWAYS} != ALWAYS:
        return str(answer.headers)
    open_to_all = answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    may_be_kept = answer.status_code == 200 and (endpoint == "static" or open_to_all)
    kept = answer.headers["Cache-Control"]
    return kept if (kept == "no-store") is may_be_kept else ""


def test_the_policies_are_as_strict_as_we_mean():
    written = [
        {
            name: value
            for name, _, value in (part.strip().partition(" ") for part in text.split(";"))
        }
        for text in (PAGE_POLICY, FILE_POLICY)
    ]

    assert written == [OF_A_PAGE, OF_A_FILE]


def test_over_https_cookies_are_tied_to_it_and_signing_out_leaves_nothing(app):
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME="__Host-forms")
    person, https = make_person(Role.OFFICER), {"base_url": "https://localhost"}
    client = FlaskClient(app, app.response_class)
    data = {"email": person.email, "password": PASSWORD}

    signed_in = client.post("/sign-in", data=data, **https)
    page = client.get("/account", **https)
    traced = client.open("/account", method="TRACE", **https)
    left = client.post("/sign-out", **https)

    cookies = [one.partition("=") for one in signed_in.headers.getlist("Set-Cookie")]
    assert {name for name, _, _ in cookies} >= {"__Host-sign-in", "__Host-known-browser"}
    for name, _, rest in cookies:
        attributes = {one.strip() for one in rest.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes, name
        assert name.startswith("__Host-")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (traced.status_code, left.headers["Clear-Site-Data"]) == (405, '"cache"')


def test_every_answer_of_every_address_carries_the_headers(app, visitors):
    """Each address by each of them, as it is meant, in a way it is not meant, and too large."""
    adapter, met, wrong = app.url_map.bind("localhost"), defaultdict(set), []
    rules = list(app.url_map.iter_rules())
    for number, rule in enumerate(rules):
        values = {name: unknown(kind) for name, kind in rule._converters.items()}
        if rule.endpoint == "static":
            values = {"filename": "build/app.css"}
        url = adapter.build(
            rule.endpoint, values | dict(rule.defaults or {}), method=sorted(rule.methods)[-1]
        )
        visitor = visitors[number % len(visitors)]
        tries = [(method, {}) for method in sorted(rule.methods - {"OPTIONS"})] + [("DELETE", {})]
        if "POST" in rule.methods:
            tries.append(("POST", {"data": {"file": (io.BytesIO(bytes(2000)), "a.pdf")}}))
        for method, sent in tries:
            if rule.endpoint == "accounts.sign_out":
                visitor = visitors[0]
            answer = visitor.open(url, method=method, **sent)
            met[answer.status_code].add(rule.endpoint)
            if complaint := complaint_about(answer, rule.endpoint):
                wrong.append((method, url, answer.status_code, complaint))
            answer.close()
    nowhere = visitors[0].open(f"/nowhere/{new_token()}")

    assert wrong == []
    assert (nowhere.status_code, policy_of(nowhere)) == (404, OF_A_PAGE)
    # Of each way to answer there is at least one.
    assert {200, 302, 401, 403, 404, 405, 413, 500} <= met.keys()
    assert met[500] == {"own.fault"}

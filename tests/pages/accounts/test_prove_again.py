"""Proving again who one is: asked after a quarter of an hour, with what was sent kept."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from accounts.again import LASTS
from accounts.rules.roles import Role
from accounts.service import code_setup
from tests.factories import PASSWORD, make_authority, make_person, make_tender, viewer_of

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


@pytest.fixture(autouse=True)
def as_people_have_it(app, at):
    """A proof lasts as long as outside of the tests."""
    app.extensions.pop(LASTS)
    at(NOON)


def kept_on(page):
    return html.unescape(re.search(r'name="kept" type="hidden" value="([^"]+)"', page.text)[1])


def test_a_form_that_not_everybody_at_the_screen_may_send_waits_for_a_proof(client_for, at):
    client = client_for(make_person(Role.OFFICER, make_authority()))
    assert client.get("/account/codes").status_code == 200

    at(LATER)
    asked = client.post("/account/codes/begin", data={"next": "/account"})
    assert (asked.status_code, "Show that it is you" in asked.text) == (401, True)
    kept = kept_on(asked)
    refused = client.post("/prove-again", data={"password": "wrong", "kept": kept})
    assert (refused.status_code, html.escape(kept) in refused.text) == (422, True)
    proven = client.post("/prove-again", data={"password": PASSWORD, "kept": kept})

    assert 'action="/account/codes/begin"' in proven.text
    assert client.post("/account/codes/begin", data={}).status_code == 200


def test_where_codes_are_required_whoever_begins_late_proves_himself_first(app, client_for, at):
    app.extensions["settings"] = replace(app.extensions["settings"], codes="required")
    client = client_for(make_person(Role.OFFICER, make_authority()))

    at(LATER)
    asked = client.post("/account/codes/begin", data={})
    proven = client.post("/prove-again", data={"password": PASSWORD, "kept": kept_on(asked)})

    assert (asked.status_code, proven.status_code) == (401, 200)
    assert 'action="/account/codes/begin"' in proven.text
    assert "What you wanted to do is not done yet" in proven.text
    assert "<svg" in client.post("/account/codes/begin", data={}).text


def test_a_reason_typed_for_a_weighty_act_is_sent_again_and_counts(client_for, at):
    officer = make_person(Role.OFFICER, make_authority())
    tender = make_tender(officer)
    client = client_for(officer)
    page = f"/tenders/{tender.token}/cancel"

    at(LATER)
    asked = client.post(page, data={"reason": "The school closes"})
    assert (asked.status_code, tender.stage.value) == (401, "draft")
    proven = client.post("/prove-again", data={"password": PASSWORD, "kept": kept_on(asked)})
    assert f'action="{page}"' in proven.text
    assert "The school closes" in proven.text
    done = client.post(page, data={"reason": "The school closes"})

    assert (done.status_code, tender.stage.value) == (302, "cancelled")


def test_where_a_password_is_typed_the_asking_comes_before_the_form(client_for, at):
    client = client_for(make_person(Role.OFFICER, make_authority()))
    assert client.get("/account/password").status_code == 200

    at(LATER)
    led = client.get("/account/password")
    assert (led.status_code, led.location) == (302, "/prove-again?next=/account/password")
    proven = client.post("/prove-again", data={"password": PASSWORD, "next": "/account/password"})

    assert proven.location == "/account/password"
    assert client.get("/account/password").status_code == 200


def test_whoever_has_codes_proves_it_with_one(client_for, at):
    officer = make_person(Role.OFFICER, make_authority())
    viewer = viewer_of(officer)
    code_setup.begin_codes(viewer)
    phone = pyotp.TOTP(code_setup.to_scan(viewer).secret.replace(" ", ""))
    code_setup.confirm_codes(viewer, phone.at(NOON))
    client = client_for(officer)

    at(LATER)
    data = {"password": PASSWORD, "next": "/account/password"}
    assert client.post("/prove-again", data=data).status_code == 422
    assert client.get("/account/password").status_code == 302
    data["one_time_code"] = phone.at(LATER)
    assert client.post("/prove-again", data=data).status_code == 302
    assert client.get("/account/password").status_code == 200

"""Proving again who one is: asked after a quarter of an hour, with what was sent kept."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

from accounts.rules.roles import Role
from tests.factories import PASSWORD, make_authority, make_person

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


def test_a_form_that_not_everybody_at_the_screen_may_send_waits_for_a_proof(app, client_for, at):
    at(NOON)
    client = client_for(make_person(Role.OFFICER, make_authority()))
    assert client.get("/account/codes").status_code == 200

    at(NOON + timedelta(minutes=15))
    asked = client.post("/account/codes/begin", data={"next": "/account"})
    assert (asked.status_code, "Show that it is you" in asked.text) == (401, True)
    kept = html.unescape(re.search(r'name="kept" type="hidden" value="([^"]+)"', asked.text)[1])
    refused = client.post("/prove-again", data={"password": "wrong", "kept": kept})
    assert (refused.status_code, html.escape(kept) in refused.text) == (422, True)
    proven = client.post("/prove-again", data={"password": PASSWORD, "kept": kept})

    assert 'action="/account/codes/begin"' in proven.text
    assert client.post("/account/codes/begin", data={}).status_code == 200

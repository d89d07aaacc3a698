"""What every visitor may ask of the service itself is linked from every page, and true."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from accounts import queries
from accounts.service import browsers, signing_in

PAGES = ["/privacy", "/accessibility"]


@pytest.mark.parametrize("page", [*PAGES, "/sign-in", "/nowhere", "/questions"])
def test_both_are_linked_from_the_foot_of_every_page(client, page):
    foot = client.get(page, follow_redirects=True).text.partition("<footer")[2]

    assert re.findall(r'<a [^>]*href="(/[a-z]+)"', foot) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_they_need_no_cookie_and_leave_none(client, page):
    answer = client.get(page)

    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []


def test_they_name_whom_the_settings_name(app, client):
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        controller="Marlwick <Council>, Town Hall",
        privacy_contact="data@marlwick.example",
    )

    assert "Marlwick &lt;Council&gt;, Town Hall decides what is kept" in client.get("/privacy").text
    for page in PAGES:
        assert "Write to data@marlwick.example" in client.get(page).text


def test_without_a_name_nobody_is_made_up(client):
    page = client.get("/privacy").text

    assert "have not yet entered here who answers" in page
    assert "Write to" not in page


def test_the_times_are_those_the_service_goes_by(client):
    page = client.get("/privacy").text

    hours = (queries.IDLE_LIMIT.total_seconds() // 3600, signing_in.SESSION_LIMIT.seconds // 3600)
    assert f"after {hours[0]:.0f} hours without use, and after {hours[1]} hours in any case" in page
    assert f"{browsers.KNOWN_FOR.days} days" in page

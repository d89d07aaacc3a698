"""Signing in with a provider that others wrote, set up as an administrator would."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from accounts.models import SignInSession
from foundation.database import db
from foundation.settings_read import sign_in_hosts
from tests.library_provider import CLIENT, SECRET, Person, serving
from tests.pages.accounts.conftest import there_and_back


@pytest.fixture
def library(app, monkeypatch):
    with serving(monkeypatch) as running:
        hosts = sign_in_hosts("ASSURANCE_SIGN_IN_HOSTS", running.issuer)
        app.extensions["settings"] = replace(app.extensions["settings"], sign_in_hosts=hosts)
        yield running


@pytest.fixture
def typed(library):
    return {
        "name": "your Hollowmere account",
        "issuer": library.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "domains": "hollowmere.example",
        "second_factor": "mfa",
    }


def known_as(library, person):
    library.person = Person(
        {
            "sub": f"subject of {person.email}",
            "email": person.email,
            "email_verified": True,
            "amr": ["pwd", "mfa"],
        }
    )


def test_what_a_library_makes_of_the_standard_signs_somebody_in(
    client, client_for, administrator, officer, authority, library, typed
):
    boss = client_for(administrator)
    assert boss.post("/team/sign-in", data=typed).status_code == 302
    # It leads back to no address that it was not told of.
    left = boss.get("/team/sign-in/try").location
    with pytest.raises(AssertionError, match="is not supported by client"):
        library.leaves_to(left)
    library.client.redirect_addresses.add(parse_qs(urlsplit(left).query)["redirect_uri"][0])
    known_as(library, administrator)
    assert there_and_back(boss, library, "/team/sign-in/try").location == "/team/sign-in"
    assert boss.post("/team/sign-in/on").status_code == 302

    known_as(library, officer)
    page = f"/sign-in/with/{authority.token}?next=/account"
    back = library.leaves_to(client.get(page).location)
    assert client.get(back).location == "/account"

    assert "Ada Ferrer" in client.get("/account").text
    ways = select(SignInSession.proven_by).where(SignInSession.person_id == officer.id)
    assert db.session.scalars(ways).all() == ["provider"]
    # The library takes a code once.
    assert library.codes == {}
    assert client.get(back).status_code != 302 or client.get(back).location != "/account"


def test_a_secret_the_library_does_not_know_leads_to_a_page_that_says_so(
    client_for, administrator, library, typed
):
    boss = client_for(administrator)
    assert boss.post("/team/sign-in", data={**typed, "client_secret": "another"}).status_code == 302
    left = boss.get("/team/sign-in/try").location
    library.client.redirect_addresses.add(parse_qs(urlsplit(left).query)["redirect_uri"][0])
    known_as(library, administrator)

    page = there_and_back(boss, library, "/team/sign-in/try")

    assert page.status_code == 422
    assert "does not take the client id and the secret that were entered here" in page.text

"""A council's own sign-in at another site, in a browser; the officer's without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from accounts.again import LASTS
from accounts.rules.roles import Role
from foundation import clock
from foundation.settings_read import sign_in_hosts
from tests.factories import make_authority, make_person
from tests.provider import CLIENT, SECRET, serving

SMALL = {"width": 360, "height": 740}
BOSS, ADA = "una@hollowmere.example", "ada@hollowmere.example"


def test_there_and_back(server, records, visitor, clock_set_forward):
    # Another site than the provider's 127.0.0.1: what browsers hold back between sites, they do.
    server.address = server.address.replace("127.0.0.1", "localhost")
    server.app.extensions.pop(LASTS)
    with records():
        authority = make_authority("Hollowmere Council")
        make_person(Role.ADMINISTRATOR, authority, email=BOSS)
        make_person(Role.OFFICER, authority, email=ADA)
    una, ada = visitor(window=SMALL), visitor(window=SMALL, javascript=False)
    with serving(lambda: clock.now().timestamp()) as provider:
        server.app.extensions["settings"] = replace(
            server.app.extensions["settings"],
            address=server.address,
            sign_in_hosts=sign_in_hosts("HOSTS", provider.issuer),
        )
        switch_on(una, provider)
        provider.person = {"sub": "ada", "email": ADA, "email_verified": True}
        ada.go("/account")
        ada.follow("Hollowmere Council: your Hollowmere account")
        assert ada.path() == "/account"

        # Asked again, first before a form, then with what was typed into it.
        start = datetime.now(UTC)
        clock_set_forward(start + timedelta(minutes=20))
        ada.go("/account/email")
        ada.press("Sign in again with your Hollowmere account")
        ada.follow("Go on to your Hollowmere account")
        assert ada.heading() == "Change your email address"
        clock_set_forward(start + timedelta(minutes=40))
        ada.page.get_by_label("New email address").fill("ferrer@hollowmere.example")
        ada.press("Send me the link")
        assert "ferrer@hollowmere.example" in ada.page.content()
        ada.press("Sign in again with your Hollowmere account")
        ada.follow("Go on to your Hollowmere account")
        assert ada.heading() == "Continue where you left off"
        ada.press("Send it again")
        assert "Look in the mail of your new address" in ada.text()


def switch_on(una, provider):
    una.sign_in(BOSS)
    una.go("/team")
    una.follow("Sign-in with your council’s own accounts")
    una.press("Save")
    assert "Enter the issuer" in una.text()
    for label, typed in (
        ("What your people call it", "your Hollowmere account"),
        ("Issuer", provider.issuer),
        ("Client ID", CLIENT),
        ("Client secret", SECRET),
        ("Email domains of your people", "hollowmere.example"),
    ):
        una.page.get_by_label(label).fill(typed)
    una.press("Save")
    provider.person = {"sub": "una", "email": BOSS, "email_verified": False}
    una.follow("Try it: sign in with it yourself")
    assert "It did not say that your email address is confirmed" in una.text()
    una.follow("Back to the settings")
    provider.person["email_verified"] = True
    una.follow("Try it: sign in with it yourself")
    assert "It works" in una.page.content()
    una.press("Switch it on")
    assert una.heading() == "Sign in"

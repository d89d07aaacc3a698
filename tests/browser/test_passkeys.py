"""Passkeys in a browser with a device of its own: added, signed in with, proven by, removed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from accounts.again import LASTS
from accounts.rules.roles import Role
from tests.factories import make_authority, make_person

PHONE = {"width": 390, "height": 844}
ADDRESS = "ada@hollowmere.example"
WITHOUT = "Passkeys need JavaScript and a browser that is not too old."


@contextmanager
def device(person, **more):
    """Give the browser a device that can keep passkeys and is unlocked whenever it asks."""
    session = person.page.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **more,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    known = {"authenticatorId": made["authenticatorId"]}

    def unlocks(is_user: bool) -> None:
        session.send("WebAuthn.setUserVerified", {**known, "isUserVerified": is_user})

    yield unlocks
    session.detach()


def test_a_passkey_from_the_first_to_the_last(server, records, visitor, clock_set_forward):
    # Browsers make passkeys for names alone.
    server.address = server.address.replace("127.0.0.1", "localhost")
    settings = server.app.extensions["settings"]
    server.app.extensions["settings"] = replace(settings, address=server.address)
    server.app.extensions.pop(LASTS)
    with records():
        make_person(Role.OFFICER, make_authority("Hollowmere Council"), email=ADDRESS)
    ada, plain = visitor(window=PHONE), visitor(javascript=False)

    with device(ada) as unlocks:
        ada.sign_in(ADDRESS)
        ada.go("/account")
        ada.follow("Set up passkeys")
        ada.follow("Add a passkey")
        name = ada.page.get_by_label("Name of the passkey")
        assert name.input_value() == "Chrome on Linux"
        name.fill("")
        ada.press("Add a passkey")
        assert "Enter a name for the passkey" in ada.text()
        name.fill("My laptop, which the council gave me in the autumn of 2026")
        unlocks(False)
        ada.page.get_by_role("button", name="Add a passkey").click()
        ada.page.get_by_text("No passkey was added: your browser stopped").wait_for()
        ada.check()
        unlocks(True)
        ada.press("Add a passkey")
        assert "is added. Every other browser was signed out" in ada.text()
        ada.follow("Add a passkey")
        ada.page.get_by_role("button", name="Add a passkey").click()
        ada.page.get_by_text("This device has a passkey for your account already").wait_for()

        ada.sign_out()
        ada.go("/sign-in?next=/account/passkeys")
        assert WITHOUT not in ada.text()
        unlocks(False)
        ada.page.get_by_role("button", name="Sign in with a passkey").click()
        ada.page.get_by_text("No passkey was used: your browser stopped").wait_for()
        ada.check()
        unlocks(True)
        ada.press("Sign in with a passkey")
        assert (ada.path(), ada.heading()) == ("/account/passkeys", "Passkeys")

        clock_set_forward(datetime.now(UTC) + timedelta(minutes=20))
        ada.follow("Remove My laptop, which the council gave me in the autumn of 2026")
        ada.press("Remove it")
        assert ada.heading() == "Show that it is you"
        ada.press("Use a passkey")
        assert ada.heading() == "Continue where you left off"
        ada.press("Send it again")
        assert "no longer signs you in" in ada.text()
        ada.sign_out()
        ada.press("Sign in with a passkey")
        assert "This passkey was not accepted." in ada.text()

    plain.sign_in(ADDRESS)
    plain.go("/account/passkeys")
    plain.follow("Add a passkey")
    assert "You need none: your password" in plain.text()
    plain.sign_out()
    assert f"{WITHOUT} Here, sign in with your password" in plain.text()
    assert not plain.page.get_by_role("button", name="Sign in with a passkey").is_visible()

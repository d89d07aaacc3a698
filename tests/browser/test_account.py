"""One's own account on a phone, with and without JavaScript: password, address, sign-ins, codes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from accounts.again import LASTS
from accounts.rules.roles import Role
from accounts.service.passwords import FORGOTTEN, send_link
from foundation.database import db
from foundation.jobs import run_due_jobs
from foundation.mail import Message
from tests.factories import PASSWORD, make_authority, make_person, make_supplier

SMALL = {"width": 360, "height": 740}
NEW, NEWER = "zebra lantern october", "kettle anchor november"
ADDRESS, OTHER = "ada@example.test", "ada.ferrer@example.test"
LONG_NAME = "Bartholomew Featherstonehaugh-Cholmondeley"
LONG_ADDRESS = "bartholomew.featherstonehaugh-cholmondeley@procurement.hollowmere.example"


def link_in(records, kind):
    with records():
        run_due_jobs({FORGOTTEN: send_link})
        text = db.session.scalars(select(Message.text).where(Message.kind == kind)).one()
    return re.search(r"/(account/email|forgotten-password)/\S+", text).group()


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_somebody_looks_after_his_account(server, records, visitor, javascript):
    with records():
        authority = make_authority("Hollowmere Council")
        make_person(Role.OFFICER, authority, name="Ada Ferrer", email=ADDRESS)
        make_person(Role.ADMINISTRATOR, authority, email="una@example.test")
    lost = visitor(window=SMALL)
    lost.sign_in(ADDRESS)
    ada = visitor(window=SMALL, javascript=javascript)

    ada.go("/sign-in")
    ada.follow("Choose a new password")
    ada.press("Send me the link")
    assert "Enter your email address" in ada.text()
    ada.page.get_by_label("Email address").fill(ADDRESS)
    ada.press("Send me the link")
    ada.go(link_in(records, "password.link"))
    ada.page.get_by_label("New password").fill("hollowmere 2026")
    ada.press("Set password")
    assert "is left without “hollowmere”" in ada.text()
    ada.page.get_by_label("New password").fill(NEW)
    ada.press("Set password")
    ada.sign_in(ADDRESS, NEW)
    lost.go("/account")
    assert lost.heading() == "Sign in"
    lost.sign_in(ADDRESS, NEW)

    ada.go("/account")
    assert "(this one)" in ada.text()
    ada.press(re.compile("^Sign out Chrome"))
    assert "That browser is signed out" in ada.text()
    ada.follow(re.compile("^Change your password|^Change.*password"))
    ada.page.get_by_label("The password you have now").fill("wrong")
    ada.page.get_by_label("New password").fill(NEWER)
    ada.press("Change password")
    assert "Enter the password of your account" in ada.text()
    ada.page.get_by_label("The password you have now").fill(NEW)
    ada.page.get_by_label("New password").fill(NEWER)
    ada.press("Change password")
    assert "Your password is changed" in ada.text()
    ada.follow(re.compile("^Change.*email address"))
    ada.page.get_by_label("New email address").fill(OTHER)
    ada.page.get_by_label("Password of your account").fill(NEWER)
    ada.press("Send me the link")
    ada.go(link_in(records, "address.link"))
    ada.press("Use this address")
    assert OTHER in ada.text()


def test_an_administrator_looks_after_people_on_a_phone(server, records, visitor):
    with records():
        authority = make_authority("Hollowmere Council")
        make_person(Role.OFFICER, authority, name="Ada Ferrer", email=ADDRESS)
        make_person(Role.ADMINISTRATOR, authority, email="una@example.test")
    ada, una = visitor(window=SMALL), visitor(window=SMALL)
    ada.sign_in(ADDRESS)
    una.sign_in("una@example.test")

    una.go("/team")
    una.follow("Change what Ada Ferrer may do")
    una.press("Sign Ada Ferrer out everywhere")
    assert "Nowhere, for Hollowmere Council." in una.text()
    una.go("/team/invite")
    ada.go("/account")

    assert ada.heading() == "Sign in"


class Telephone:
    """An app for one-time codes, beside a clock that stands still unless it is waited."""

    def __init__(self, monkeypatch):
        self.now, self.totp = datetime.now(UTC).replace(second=0, microsecond=0), None
        monkeypatch.setattr("foundation.clock.now", lambda: self.now)

    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    def scan(self, page):
        """Take the secret beside the picture, which must be fit for a camera."""
        picture = page.get_by_role("img", name="Picture to scan")
        assert picture.evaluate(SCANNED) == {"edge": "rgb(255, 255, 255)", "large": True}
        secret = page.locator("main code").inner_text().replace(" ", "")
        self.totp = pyotp.TOTP(secret)

    def code(self):
        """Another code than all before: each is taken once."""
        self.wait(1)
        return self.totp.at(self.now)


# The edge around the picture is white, and a square of it at least 3 pixels wide.
SCANNED = """picture => {
  const {width, height} = picture.getBoundingClientRect();
  const squares = picture.viewBox.baseVal.width;
  return {
    edge: getComputedStyle(picture.querySelector("path")).fill,
    large: width === height && width >= 180 && width / squares >= 3,
  };
}"""


@pytest.mark.walk
def test_one_time_codes_and_roles_wherever_somebody_sits(server, records, visitor, monkeypatch):
    server.app.extensions.pop(LASTS)
    telephone = Telephone(monkeypatch)
    with records():
        authority, company = make_authority("Hollowmere Council"), make_supplier()
        make_person(Role.ADMINISTRATOR, authority, name="Una Fell", email="una@example.test")
        make_person(Role.ADMINISTRATOR, authority, name=LONG_NAME, email=LONG_ADDRESS)
        make_person(Role.BID_LEAD, company, email="mara@example.test")
    una, mara = visitor(), visitor(window=SMALL, javascript=False)
    somebody = {"mara@example.test": mara, LONG_ADDRESS: visitor(window=SMALL)}

    for email, person in (somebody | {"una@example.test": una}).items():
        person.sign_in(email)
        set_up_codes(person, telephone)
        sign_in_with_codes(person, email, telephone)
        person.go("/account/roles")
        person.go("/team")
        person.follow("The whole table of what each role may do")
        assert ("✓ Bid lead" in person.text()) == (person is mara)
        assert ("✓ Administrator" in person.text()) == (email == LONG_ADDRESS)

    una.follow(re.compile("^Back to the people"))
    una.follow(f"Change what {LONG_NAME} may do")
    una.follow("Take the codes away")
    una.press("Take the codes away")
    assert f"The password alone signs {LONG_NAME} in" in una.text()


def set_up_codes(person, telephone):
    """Set up one-time codes, asked before who is at the screen."""
    telephone.wait(20)
    person.go("/account")
    person.follow("Set up one-time codes")
    person.press("Begin")
    person.page.get_by_label("Password of your account").fill("wrong")
    person.press("Continue")
    assert "Enter the password of your account" in person.text()
    person.page.get_by_label("Password of your account").fill(PASSWORD)
    person.press("Continue")
    assert person.heading() == "Continue where you left off"
    person.press("Send it again")
    telephone.scan(person.page)
    person.page.get_by_label("Code the app shows now").fill("12345")
    person.press("Set up one-time codes")
    telephone.scan(person.page)
    person.page.get_by_label("Code the app shows now").fill(telephone.code())
    person.press("Set up one-time codes")
    assert person.page.locator("#recovery-codes li").count() == 10


def sign_in_with_codes(person, email, telephone):
    """Sign in with one-time and recovery codes, and look at what can be done with them."""
    recovery = person.page.locator("#recovery-codes li").first.inner_text()
    person.follow("Continue")
    person.go("/account")
    person.follow("Change one-time codes")
    person.follow("Switch one-time codes off")
    person.sign_out()
    person.sign_in(email)
    person.press("Sign in")
    assert "Enter a code" in person.text()
    person.page.get_by_label("One-time code").fill(recovery)
    person.press("Sign in")
    telephone.wait(20)
    # Asked before the button is shown, and one code is enough for both.
    person.go("/account/codes/recovery")
    person.page.get_by_label("Password of your account").fill(PASSWORD)
    person.page.get_by_label("One-time code").fill(telephone.code())
    person.press("Continue")
    person.press("Make new recovery codes")
    assert person.page.locator("#recovery-codes li").count() == 10

"""One's own account on a phone, with and without JavaScript: password, address, sign-ins."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from accounts.service.passwords import FORGOTTEN, send_link
from foundation.database import db
from foundation.jobs import run_due_jobs
from foundation.mail import Message
from tests.factories import make_authority, make_person

SMALL = {"width": 360, "height": 740}
NEW, NEWER = "zebra lantern october", "kettle anchor november"
ADDRESS, OTHER = "ada@example.test", "ada.ferrer@example.test"


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

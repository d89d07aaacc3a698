"""What is typed is saved while it is typed, whatever becomes of the network, sign-in and server."""

from __future__ import annotations

import re
import shutil

import pytest

from accounts.rules.roles import Role
from foundation.database import db
from supplier_portal import queries, service
from supplier_portal.models import Bid
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.filling import box, option
from tests.browser.server import Server, build_app, in_context
from tests.browser.supplier import button
from tests.browser.visitor import Visitor

LEAD, COLLEAGUE = "lead@larkfield.test", "colleague@larkfield.test"
SAVED = re.compile(r"Draft saved \d+:\d\d(am|pm)|Draft saved 12:00")
KEPT = re.compile(r"Kept as you type, ")
# A pause in typing, the save, and a slow machine.
PATIENCE = 15_000


def start(server):
    """A bid on which two colleagues work; return its path and its token."""
    with in_context(server.app):
        tender, company = factories.make_open_tender(), factories.make_supplier()
        lead = factories.make_person(Role.BID_LEAD, company, name="Mara Voss", email=LEAD)
        factories.make_person(Role.CONTRIBUTOR, company, name="Ada Hill", email=COLLEAGUE)
        by = factories.viewer_of(lead)
        started = service.start_bid(tender, by=by, arrived_at=tender.published_at)
        return f"/bids/{started.token}"


@pytest.fixture
def bid(server):
    return start(server)


@pytest.fixture
def signed_in(visitor, bid):
    def sign_in(email, window=None):
        person = visitor(**({"window": window} if window else {}))
        person.sign_in(email)
        return person

    return sign_in


@pytest.fixture
def answers(records, bid):
    """What the bid's answers are now."""

    def read():
        with records():
            found = db.session.query(Bid).one()
            return queries.answers_of(found)

    return read


def line(person, words):
    """Wait until the line about the draft says ``words``."""
    shown = person.page.locator("[data-typing-line]").filter(has_text=words)
    shown.wait_for(timeout=PATIENCE)
    return shown.inner_text()


def type_into(person, name, words):
    area = box(person.page, name)
    area.click()
    area.press_sequentially(words)


def test_typing_is_saved_after_a_pause_and_survives_the_browser(signed_in, visitor, bid, answers):
    mara = signed_in(LEAD, window=PHONE)
    mara.go(f"{bid}/questions/SLP-07")
    type_into(mara, "SLP-07.a", "Nightly copies")
    line(mara, SAVED)
    assert answers() == {"SLP-07.a": "Nightly copies"}
    assert box(mara.page, "v-SLP-07.a").input_value() == "1"

    type_into(mara, "SLP-07.a", " and weekly tapes")
    mara.page.goto("about:blank")  # straight away: the last words follow after the page

    again = signed_in(LEAD)
    again.go(f"{bid}/questions/SLP-07")
    assert box(again.page, "SLP-07.a").input_value().startswith("Nightly copies")
    assert answers() == {"SLP-07.a": box(again.page, "SLP-07.a").input_value()}


@pytest.mark.walk
def test_what_will_not_do_is_said_once_its_part_is_left_and_offered_later(signed_in, bid):
    mara = signed_in(LEAD)
    mara.go(f"{bid}/questions/SLP-07")
    type_into(mara, "SLP-07.g-day", "31")
    type_into(mara, "SLP-07.g-month", "2")
    type_into(mara, "SLP-07.g-year", "2026")
    line(mara, "1 answer on this page not saved yet")
    assert mara.page.locator(".app-part__note").count() == 0

    box(mara.page, "SLP-07.a").click()
    note = mara.page.locator("#part-SLP-07-g .app-part__note")
    note.wait_for(timeout=PATIENCE)
    mara.check()
    mara.go(f"{bid}/questions/SLP-07")
    mara.follow("Use it")

    assert box(mara.page, "SLP-07.g-day").input_value() == "31"


def test_one_types_while_the_other_saves_the_same_part(signed_in, bid, answers, records):
    mara, ada = signed_in(LEAD), signed_in(COLLEAGUE)
    for person in (mara, ada):
        person.go(f"{bid}/questions/SLP-07")
    box(ada.page, "SLP-07.a").fill("Ada's words")
    ada.press("Save and come back later")
    type_into(mara, "SLP-07.a", "Mara's words")
    line(mara, "1 answer on this page not saved yet")
    assert answers() == {"SLP-07.a": "Ada's words"}

    mara.press("Save draft")
    assert "Ada Hill saved another answer" in mara.text()
    assert "Ada's words" in mara.text()
    assert box(mara.page, "SLP-07.a").input_value() == "Mara's words"
    mara.press("Save draft")
    assert answers() == {"SLP-07.a": "Mara's words"}
    with records():
        kept = queries.versions_of(db.session.query(Bid).one(), "SLP-07.a")
        assert [(one.author, one.value) for one in kept] == [
            ("Mara Voss", "Mara's words"),
            ("Ada Hill", "Ada's words"),
        ]


@pytest.mark.walk
def test_two_who_type_into_different_parts_of_one_question_are_both_saved(signed_in, bid, answers):
    mara, ada = signed_in(LEAD), signed_in(COLLEAGUE)
    for person in (mara, ada):
        person.go(f"{bid}/questions/SLP-07")
    type_into(mara, "SLP-07.a", "Mara's words")
    option(ada.page, "SLP-07.f", "offline").check()
    for person in (mara, ada):
        assert "not saved yet" not in line(person, SAVED)
        person.press("Save and come back later")

    assert answers()["SLP-07.a"] == "Mara's words"
    assert answers()["SLP-07.f"] == "offline"


@pytest.mark.walk
def test_a_row_changed_by_one_and_removed_by_the_other_is_shown_and_kept(signed_in, bid, answers):
    mara, ada = signed_in(LEAD), signed_in(COLLEAGUE)
    mara.go(f"{bid}/questions/SLP-03")
    mara.press_this(button(mara, "row:SLP-03.e:0"))
    for name, words in (
        ("third_party", "Northgate"),
        ("dataset", "Counts"),
        ("purpose", "Research"),
        ("legal_basis", "Consent"),
    ):
        box(mara.page, f"row.{name}").fill(words)
    option(mara.page, "row.permission", "sought").check()
    option(mara.page, "row.payment", "no").check()
    mara.press("Save")
    before = answers()["SLP-03.e"]

    for person in (mara, ada):
        person.go(f"{bid}/questions/SLP-03/SLP-03.e/rows/1")
    type_into(mara, "row.purpose", " and planning")
    line(mara, KEPT)
    ada.go(f"{bid}/questions/SLP-03/SLP-03.e/rows/1/remove")
    ada.press("Remove")
    mara.press("Save")

    assert "The row was removed" in mara.text()
    assert box(mara.page, "row.purpose").input_value() == "Research and planning"
    mara.press("Save")
    assert answers()["SLP-03.e"] == [before[0] | {"purpose": "Research and planning"}]


@pytest.mark.walk
def test_a_sign_in_that_ends_while_typing_costs_nothing(signed_in, bid, answers):
    mara = signed_in(LEAD)
    mara.go(f"{bid}/questions/SLP-07")
    mara.page.context.clear_cookies(name="sign-in")
    type_into(mara, "SLP-07.a", "An hour of work")
    line(mara, "Your sign-in is over. Your typing is still here")

    other = Visitor(mara.page.context.new_page(), mara.server, javascript=True, pictures=None)
    other.sign_in(LEAD)
    mara.page.bring_to_front()
    line(mara, SAVED)

    assert answers() == {"SLP-07.a": "An hour of work"}


@pytest.mark.walk
def test_a_comment_and_a_row_half_typed_are_offered_when_one_comes_back(signed_in, bid):
    mara = signed_in(LEAD)
    for path, name in (
        ("/questions/SLP-07/work", "text"),
        ("/questions/SLP-13/SLP-13.b/rows/0", "row.name"),
    ):
        mara.go(bid + path)
        type_into(mara, name, "Half a thought")
        line(mara, KEPT)
        mara.go(bid + path)
        assert box(mara.page, name).input_value() == ""
        mara.follow("Use it")
        assert box(mara.page, name).input_value() == "Half a thought"
        mara.press("Throw it away")
        assert mara.page.locator("#typed-before").count() == 0


@pytest.mark.walk
@pytest.mark.parametrize("secret", ["the same", "a new one, also thirty-two letters"])
def test_the_server_dies_and_comes_back_while_somebody_types(
    visitor, migrated_sqlite, tmp_path, browser, secret
):
    path = tmp_path / "supplier_assurance.db"
    shutil.copy(migrated_sqlite, path)
    url = f"sqlite:///{path}"
    first = Server(build_app(tmp_path, url))
    port = int(first.address.rpartition(":")[2])
    context = browser.new_context(locale="en-GB")
    mara = Visitor(context.new_page(), first, javascript=True, pictures=None)
    with first.serving():
        bid = start(first)
        mara.sign_in(LEAD)
        mara.go(f"{bid}/questions/SLP-07")
    type_into(mara, "SLP-07.a", "Typed while nobody listened")
    line(mara, "Trying again")

    app = build_app(tmp_path, url)
    if secret != "the same":
        app.secret_key = app.config["SECRET_KEY"] = secret
    second = Server(app, port=port)
    with second.serving():
        line(mara, SAVED)
        with in_context(second.app):
            found = queries.answers_of(db.session.query(Bid).one())
    context.close()

    assert found == {"SLP-07.a": "Typed while nobody listened"}

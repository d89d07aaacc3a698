"""An evaluator marks: by keys and by passages selected, on a phone, and without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from scoring import service
from scoring.models import Mark
from supplier_portal import service as portal
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.filling import box, option
from tests.documents.scoring.bids import answer, full
from tests.evaluating import declare_for
from tests.factories import viewer_of

TOM = "tom@marlwick.test"
WRITTEN = "Restored in March 🎉 with the hosting company.\nThe plan <met> its times & more."
AS_NUMBERS = ("one", "two", "three", "four")
REASON = "The restore in March covered what the plan of a 3 asks for"


@pytest.fixture
def opened(records, clock_set_forward):
    """Two opened bids of which an evaluator marks two questions; return the tender's token."""
    closes_at = clock.now() + timedelta(days=9)
    with records():
        borough = factories.make_authority("London Borough of Marlwick")
        officer = factories.make_person(Role.OFFICER, borough, name="Ines Calloway")
        tom = factories.make_person(Role.EVALUATOR, borough, name="Tom Hale", email=TOM)
        tender = factories.make_open_tender(officer, closes_at=closes_at)
        for name in ("Larkfield", "Rook Systems"):
            by = viewer_of(factories.make_person(Role.BID_LEAD, factories.make_supplier(name)))
            bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
            answers = {
                part.id: (0, WRITTEN if part.id == "SLP-07.a" else answer(part, True, "With care"))
                for part in full().parts.values()
                if part.kind != "file"
            }
            portal.save_answers(bid, answers, by=by, arrived_at=clock.now())
            portal.submit_bid(
                bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
            )
        clock_set_forward(closes_at + timedelta(hours=1))
        service.open_bids(tender, by=viewer_of(officer))
        declare_for(tender)
        service.allocate(tender, ["SLP-07", "SLP-08"], [tom.id], by=viewer_of(officer))
        return tender.token


@pytest.fixture
def marks(records):
    def read():
        with records():
            return [
                (mark.question_id, mark.mark, mark.reason, mark.cites, mark.points)
                for mark in db.session.scalars(select(Mark).order_by(Mark.id))
            ]

    return read


def first_answer(tom, tender):
    """From the comparison of one question to the first answer in his order."""
    tom.sign_in(TOM)
    tom.go(f"/evaluation/tenders/{tender}/questions/SLP-07")
    tom.go(tom.page.get_by_role("link", name="Mark SLP-07").first.get_attribute("href"))


def selected(tom, words):
    """Select ``words`` in the answer to the first part."""
    tom.page.evaluate(
        """(words) => {
            const text = document.querySelector("#part-SLP-07\\\\.a [data-answer]").firstChild;
            const start = text.data.indexOf(words);
            getSelection().setBaseAndExtent(text, start, text, start + words.length);
        }""",
        words,
    )


def press_key(tom, key):
    tom.page.locator("h1").click()
    tom.page.keyboard.press(key)


def test_an_answer_is_marked_by_keys_and_a_passage_cited_by_its_place(visitor, opened, marks):
    tom = visitor()
    first_answer(tom, opened)
    reason = box(tom.page, "reason")

    press_key(tom, "4")
    selected(tom, "with the hosting")
    tom.page.keyboard.press("c")
    named = reason.input_value()
    tom.page.keyboard.type(REASON + " 5npuc")
    shown = tom.page.locator("[data-passages] q").all_inner_texts()
    option(tom.page, "point-4.2", "unmet").check()
    tom.check()

    assert named == "SLP-07.a: "
    assert reason.input_value() == f"SLP-07.a: {REASON} 5npuc"
    assert shown == ["with the hosting"]
    assert option(tom.page, "mark", "4").is_checked()
    tom.press("Save and stay")
    assert "This seems odd. Your mark is not saved yet" in tom.text()
    assert tom.page.locator("[data-passages] q").all_inner_texts() == ["with the hosting"]
    tom.page.get_by_label("I have seen this").check()
    tom.press("Save and stay")
    start = WRITTEN.index("with the hosting")
    assert marks() == [
        (
            "SLP-07", 4, f"SLP-07.a: {REASON} 5npuc",
            [{"part": "SLP-07.a", "from": start, "to": start + len("with the hosting")}],
            {"4.2": False},
        )
    ]  # fmt: skip


def test_keys_lead_through_the_answers_and_can_be_switched_off(visitor, opened):
    tom = visitor()
    first_answer(tom, opened)
    here = tom.path()

    with tom.page.expect_navigation():
        press_key(tom, "n")
    there = tom.path()
    with tom.page.expect_navigation():
        press_key(tom, "p")
    back = tom.path()
    with tom.page.expect_navigation():
        press_key(tom, "u")
    tom.page.get_by_text("Keys", exact=True).click()
    tom.page.get_by_label("Use these keys in this browser").uncheck()
    press_key(tom, "4")
    chosen = option(tom.page, "mark", "4").is_checked()
    tom.go(here)
    tom.page.get_by_text("Keys", exact=True).click()
    tom.check()
    assert not tom.page.get_by_label("Use these keys in this browser").is_checked()

    tom.follow("All your marks")
    assert "You marked 0 of 4" in tom.text()
    tom.follow("Lock my marks")
    assert "You cannot lock your marks yet because 4 answers have no mark" in tom.text()

    assert (there != here, back == here, chosen) == (True, True, False)


def test_what_is_typed_comes_back_after_the_browser_was_closed(visitor, opened):
    tom = visitor(window=PHONE)
    first_answer(tom, opened)
    here = tom.path()
    box(tom.page, "reason").press_sequentially(REASON)
    option(tom.page, "mark", "3").check()
    tom.page.locator("[data-typing-line]").filter(has_text="Kept as you type").wait_for(
        timeout=15_000
    )
    tom.page.close()

    again = visitor(window={"width": 360, "height": 740})
    again.sign_in(TOM)
    again.go(here)
    again.follow("Use it")

    assert box(again.page, "reason").input_value() == REASON
    assert option(again.page, "mark", "3").is_checked()


@pytest.mark.walk
def test_everything_is_marked_cited_and_locked_without_scripts(visitor, opened, marks):
    tom = visitor(javascript=False, window={"width": 360, "height": 740})
    first_answer(tom, opened)
    for number in range(4):
        question = tom.path().partition("/questions/")[2][:6]
        tom.press(re.compile(rf"Cite this answer.*{question}\.a\b"))
        area = box(tom.page, "reason")
        area.fill(f"{area.input_value()}{REASON}, as answer {AS_NUMBERS[number]}")
        option(tom.page, "mark", "3").check()
        option(tom.page, "point-3.1", "met").check()
        tom.press("Save and go to the next unmarked answer")
        if "This seems odd" in tom.text():
            tom.page.get_by_label("I have seen this").check()
            tom.press("Save and go to the next unmarked answer")
    assert tom.heading() == "Lock my marks"
    tom.press("Lock my marks")
    assert "Select that your marks are final" in tom.text()
    tom.page.get_by_label("I gave these marks alone").check()
    tom.press("Lock my marks")

    assert "Your marks are locked" in tom.text()
    assert [(question, mark, cites) for question, mark, _, cites, _ in marks()] == [
        (question, 3, [{"part": f"{question}.a", "from": 0, "to": 0}])
        for question in ("SLP-07", "SLP-07", "SLP-08", "SLP-08")
    ]
    tom.go(f"/evaluation/tenders/{opened}/questions/SLP-08")
    assert tom.page.get_by_role("link", name="Read SLP-08").count() == 2

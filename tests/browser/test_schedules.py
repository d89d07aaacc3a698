"""A schedule is read, changed, sent out and comes back; then templates and clauses of one's own."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.filling import box, option
from tests.browser.scheduling import HELP_WITHIN, KEEPER, OFFICER, REVIEWER, bid_to_schedule
from tests.documents.contract_clauses.coming_back import Edited
from tests.word_templates import external, odd

pytestmark = pytest.mark.walk

REASON = "Agreed on Monday with both lawyers."
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("javascript", "window"),
    [pytest.param(True, DESKTOP, id="axe"), pytest.param(False, PHONE, id="phone-no-javascript")],
)
def test_a_schedule_is_read_changed_sent_out_and_comes_back(
    records, clock_set_forward, visitor, javascript, window
):
    with records():
        schedule = f"/schedules/{bid_to_schedule(clock_set_forward)}"
    officer = visitor(javascript=javascript, window=window)
    officer.sign_in(OFFICER)
    read_it(officer, schedule)
    change_it(officer, schedule)
    decide_on_deviation(officer, schedule)
    send_out_and_back(officer, schedule)
    read_library(officer)
    keeper = visitor(javascript=javascript, window=window)
    keeper.sign_in(KEEPER)
    choose_template(keeper)
    reviewer = visitor(javascript=javascript, window=window)
    reviewer.sign_in(REVIEWER)
    write_clause(reviewer)


def read_it(officer, schedule):
    """As it prints, contents first; then a clause with its values, each with its source."""
    officer.go(schedule)
    officer.follow(re.compile("The schedule as it prints"))
    officer.follow(re.compile("Incident and breach notification"))
    officer.go(f"{schedule}/clauses/C13")
    chip = officer.page.locator(".app-clause a.app-variable").first
    assert chip.inner_text().isdigit()
    source = officer.page.locator(chip.get_attribute("href"))
    assert "the Supplier tells the Council of an incident" in source.inner_text()


def change_it(officer, schedule):
    officer.go(f"{schedule}/clauses/C13/words")
    words = box(officer.page, "words-6")
    words.fill(words.input_value().replace("contain the", "contain and end the"))
    officer.press("Show how it will print")
    assert "and end" in " ".join(officer.page.locator("ins").all_inner_texts())
    box(officer.page, "reason").fill(REASON)
    officer.press("Save the words")
    assert "Changed" in officer.text()
    officer.go(f"{schedule}/preview/C13")
    option(officer.page, "with", "departures").check()
    officer.press("Show")
    assert "and end" in " ".join(officer.page.locator("ins").all_inner_texts())


def decide_on_deviation(officer, schedule):
    """A value worse than the minimum is a deviation, which has a page of its own."""
    officer.go(f"{schedule}/clauses/C01")
    officer.follow(f"Change {HELP_WITHIN}")
    box(officer.page, "value").fill("12")
    box(officer.page, "reason").fill(REASON)
    officer.press("Save the value")
    officer.go(f"{schedule}/deviations")
    assert "12 Working Days" in officer.text()
    officer.follow(re.compile(f"{HELP_WITHIN}$"))


def send_out_and_back(officer, schedule):
    """What the other side changed stands clause by clause, and each waits for a decision."""
    officer.go(schedule)
    edited = Edited(officer.download("Download the schedule (Word)").read_bytes())
    edited.say("SA_C13_7", "must not tell", "must not inform")
    edited.take_out("SA_C02_9")
    edited.add_after("SA_C05_6", "The Council must pay for changes that it asks for.")
    officer.follow(re.compile("What came back from negotiation"))
    officer.press("Read and compare it")
    assert "There is a problem" in officer.text()
    upload(officer, "back.docx", edited.saved())
    officer.press("Read and compare it")
    assert "3 clauses came back otherwise" in officer.text()
    version = officer.path()
    officer.follow(re.compile("Ownership of data"))
    officer.press("Save the decision")
    assert "There is a problem" in officer.text()
    option(officer.page, "decision", "refuse").check()
    box(officer.page, "reason").fill(REASON)
    officer.press("Save the decision")
    officer.go(version)
    assert "2 wait for a decision" in officer.text()
    officer.go(f"{schedule}/issue")
    assert "Nobody has decided on a clause that came back" in officer.text()
    officer.go(f"{schedule}/files")


def upload(person, name, content):
    person.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": WORD, "buffer": content}
    )


def read_library(officer):
    officer.go("/clauses")
    officer.follow(re.compile("Ownership of data"))
    officer.go("/clauses/changes")
    officer.press("Compare")
    assert "C13" in officer.text()


def choose_template(keeper):
    """A hostile one is refused with what was typed; an ugly one is tried, restyled and used."""
    keeper.go("/templates")
    box(keeper.page, "title").fill("House style")
    upload(keeper, "hostile.docx", external("attachedTemplate", "http://127.0.0.1:9/x.dotm"))
    keeper.press("Upload the template")
    assert "it takes its template from another place" in keeper.text()
    assert box(keeper.page, "title").input_value() == "House style"
    upload(keeper, "house.docx", odd())
    keeper.press("Upload the template")
    box(keeper.page, "style_TableText").select_option(label="HB Cell")
    keeper.press("Save as another template")
    assert box(keeper.page, "style_TableText").input_value() == "HBCell"
    box(keeper.page, "reason").fill(REASON)
    keeper.press("Use this template from now on")
    assert "Contract schedules are written on this template" in keeper.text()


def write_clause(reviewer):
    reviewer.go("/clauses/own")
    reviewer.follow("Write a clause")
    box(reviewer.page, "title").fill("Works in streets")
    reviewer.press("Continue")
    clause = reviewer.path()
    reviewer.follow("Add a sub-clause")
    box(reviewer.page, "text").fill("The Supplier shall agree each closure with the Council.")
    option(reviewer.page, "depths", "standard").check()
    reviewer.press("Save")
    reviewer.go(clause)
    assert "write “must”, not “shall”" in reviewer.text()
    reviewer.follow(re.compile("^Change sub-clause 1"))
    box(reviewer.page, "text").fill("The Supplier must agree each closure with the Council.")
    reviewer.press("Save")
    reviewer.follow("Add a value")
    reviewer.go(clause)
    assert "write “must”" not in reviewer.text()

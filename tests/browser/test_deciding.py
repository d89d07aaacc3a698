"""From the agreed marks to the contract: prices, ranking, recommendation, letters, standstill."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from docx import Document
from flask import current_app

from accounts.rules.roles import Role
from foundation import clock
from scoring import queries, service
from supplier_portal import service as portal
from tenders import service as tenders
from tests.browser.conftest import PHONE
from tests.browser.filling import box, option
from tests.documents.scoring.bids import answer, full
from tests.evaluating import agree_all, let_everybody_declare, one_evaluator_is_enough
from tests.factories import make_authority, make_person, make_supplier, make_tender, viewer_of
from tests.open_data_made import FACTS, check_everybody
from tests.pricing import design, offer

pytestmark = pytest.mark.walk

OFFICER, SECOND = "officer@hollowmere.test", "second@hollowmere.test"
WINNER, LOSER = "lead@larkfield.test", "lead@rook.test"
# The mark every answer of a bid gets, and what it offers for the first three lines.
BIDS = {
    "Larkfield": (5, ("900", "5000", "0")),
    "Rook": (3, ("800", "5000", "0")),
    "Quay": (2, ("700", "5000", "0")),
}
REASON = "Larkfield has the highest total: the most advantageous tender under the criteria."
SECRET = "the cables in the masts"
WHY_SECRET = "It tells how the network is built, which others could copy."


@pytest.fixture
def tender(records, clock_set_forward):
    """Three bids with prices, opened and agreed; return the tender's token."""
    closes_at = clock.now() + timedelta(days=9)
    with records():
        let_everybody_declare(current_app)
        one_evaluator_is_enough(current_app)
        council = make_authority("Hollowmere Council")
        officer = make_person(Role.OFFICER, council, name="Ines Roy", email=OFFICER)
        make_person(Role.OFFICER, council, name="Tom Hale", email=SECOND)
        by = viewer_of(officer)
        made = make_tender(officer, closes_at=closes_at, reference="HC-77", facts=FACTS)
        design(made, by=by)
        tenders.publish_tender(made, by=by, libraries={})
        bids = {name: hand_in(made, name, offered) for name, (_, offered) in BIDS.items()}
        clock_set_forward(closes_at + timedelta(hours=1))
        service.open_bids(made, by=by)
        check_everybody(made, officer)
        for name, bid in bids.items():
            agree_bid(bid, BIDS[name][0], viewer_of(officer))
        return made.token


def hand_in(tender, name, offered):
    email = f"lead@{name.lower()}.test"
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier(name), email=email))
    now = clock.now()
    bid = portal.start_bid(tender, by=by, arrived_at=now)
    answers = {
        part.id: (0, answer(part, True, f"{name}-Answer"))
        for part in full().parts.values()
        if part.kind != "file"
    }
    portal.save_answers(bid, answers, by=by, arrived_at=now)
    offer(bid, *offered, by=by)
    portal.submit_bid(bid, by=by, arrived_at=now, declared_by="Mara Voss", knows_missing=True)
    return bid


def agree_bid(bid, mark, by):
    read = queries.bid_in_evaluation(by, bid.token, to="mark:read")
    agree_all(
        read,
        mark,
        by=by,
        words=lambda _: {"feedback": f"{read.name} shows {SECRET} by photographs"},
    )
    read = queries.bid_in_evaluation(by, bid.token, to="mark:read")
    for waiting in read.waiting:
        passed = service.GivenDecision(
            passed=True, reason="Passed, as the answer shows it", based_on=0
        )
        service.decide_requirement(read, waiting, passed, by=by)


def test_a_tender_is_decided_told_and_awarded(tender, visitor, clock_set_forward, server):
    officer, second = visitor(), visitor()
    officer.sign_in(OFFICER)
    officer.go(f"/evaluation/tenders/{tender}")
    agree_on_quality_and_open_prices(officer)
    look_into_low_prices(officer)
    recommend(officer)
    second.sign_in(SECOND)
    agree(second)
    prepare_letters(officer)
    read_letters(second, tender)
    release(officer)
    read_result(visitor(window=PHONE))
    record_notice(officer, tender)
    officer.go(f"/evaluation/tenders/{tender}/standstill")
    award(officer, clock_set_forward)

    with server.app.app_context():
        verified = server.app.test_cli_runner().invoke(args=["evaluation", "verify", "HC-77"])
    assert verified.output.endswith("0 differences\n")
    assert verified.output.startswith("HC-77: 3 bids, 3 with a rank")


def agree_on_quality_and_open_prices(officer):
    """From the list of bids to the ranking: prices are shut until quality is agreed."""
    bids = officer.path()
    assert "Shut until quality is agreed" in officer.text()
    officer.follow("Agree on quality")
    option(officer.page, "sure", "yes").check()
    officer.press("Say that quality is agreed")
    officer.go(bids)
    officer.follow("Open the prices")
    officer.press("Open the prices")
    assert "The prices are open. It is recorded who opened them, and when" in officer.text()
    officer.go(bids)
    officer.follow("Look at the ranking")
    assert [name for name in BIDS if name in officer.text()] == [*BIDS]
    officer.go(bids)


def look_into_low_prices(officer):
    """From the list of bids, and back to it: say of each hint why it needs no case."""
    bids = officer.path()
    assert "not looked into" in officer.text()
    while "not looked into" in officer.text():
        officer.follow("Look into low prices")
        officer.page.get_by_role("link", name="Look into it").first.click()
        officer.page.get_by_role("button", name="Say why no case is needed").click()
        box(officer.page, "text").fill("The bidder runs the same service for two neighbours.")
        officer.press("Save the reason")
        officer.go(bids)


def recommend(officer):
    """From the list of bids: recommend the first of the ranking, at second try."""
    officer.follow("Decide, and tell the bidders")
    officer.follow("Recommend")
    officer.press("Save and ask a second person")
    assert "Enter the reason" in officer.text()
    box(officer.page, "reason").fill(REASON)
    officer.press("Save and ask a second person")
    assert "those who can agree to it were told" in officer.text()
    assert officer.page.get_by_role("button", name="Save the decision").count() == 0


def agree(second):
    """From the start page of the second person."""
    second.follow("Agree or refuse, as the second person, to decide as recommended")
    assert REASON in second.text()
    option(second.page, "decision", "agree").check()
    second.press("Save the decision")
    assert "You agreed: it is decided as recommended" in second.text()


def prepare_letters(officer):
    """From the recommendation: give the winner's address, and leave words out for the others."""
    officer.go(officer.path())
    officer.follow("Prepare and read the letters")
    officer.press("Prepare a letter for every bidder")
    assert "3 letters are prepared" in officer.text()
    officer.follow("Larkfield")
    box(officer.page, "address").fill("1 Wharf Road, London E1 6AA")
    officer.press("Save the letter")
    officer.page.get_by_text("Withhold an explanation or words of it").click()
    box(officer.page, "question").select_option("SLP-05")
    box(officer.page, "passage").fill(SECRET)
    option(officer.page, "exemption", "commercial").check()
    box(officer.page, "withheld_because").fill(WHY_SECRET)
    officer.press("Withhold it")
    assert "a second officer has to approve it" in officer.text()
    assert officer.page.get_by_role("button", name="I have read it and it is right").count() == 0
    officer.follow("Back to the letters")


def read_letters(second, tender):
    """Read every letter with its summary, as somebody other than its author."""
    second.go(f"/evaluation/tenders/{tender}/letters")
    for name in BIDS:
        second.follow(name)
        assert second.heading() == f"Letter to {name}"
        second.press("I have read it and it is right")
        assert f"You read the letter to {name} and found it right" in second.text()


def release(officer):
    """From the letters: release all, at second try."""
    officer.go(officer.path())
    officer.press("Release all letters and summaries now")
    assert "Select that every bidder may be told now" in officer.text()
    option(officer.page, "sure", "yes").check()
    officer.press("Release all letters and summaries now")
    assert "The results are released to all" in officer.text()


def read_result(loser):
    """Read and take away, as a bidder that did not win, what it is told, and nothing more."""
    loser.sign_in(LOSER)
    loser.follow(re.compile("result", re.IGNORECASE))
    assert "Larkfield" in loser.text()
    assert WHY_SECRET in loser.text()
    told = words_of(loser.download(re.compile("Word")))
    for words in ("Larkfield", "1 Wharf Road", WHY_SECRET, f"Rook shows {SECRET} by photographs"):
        assert words in told
    assert told.count("Larkfield shows [left out] by photographs") == 1
    assert "Quay" not in told
    assert "Quay" not in loser.text()


def words_of(path):
    document = Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def record_notice(officer, tender):
    officer.go(f"/evaluation/tenders/{tender}/standstill")
    assert "Letters and summaries do not begin the standstill" in officer.text()
    assert officer.page.get_by_role("button", name="Record the award").count() == 0
    officer.follow("Record the contract award notice")
    box(officer.page, "kind").select_option("UK6")
    box(officer.page, "number").fill("012345-2026")
    fill_day(officer, "published_on", clock.london(clock.now()).date())
    officer.press("Record the notice")


def award(officer, clock_set_forward):
    """From the standstill: nobody signs before it is over."""
    assert officer.page.get_by_role("button", name="Record the award").count() == 0
    says = re.search(r"From (\d+ \w+ \d{4})", officer.text())[1]
    first_day = datetime.strptime(says, "%d %B %Y").replace(hour=10, tzinfo=UTC)
    clock_set_forward(first_day)
    officer.sign_in(OFFICER)
    officer.follow(re.compile("^The standstill is over: record when the contract is signed"))
    fill_day(officer, "signed_on", first_day.date())
    box(officer.page, "signatory").fill("Farah Whitlock, Director of Place")
    officer.press("Record the award")
    assert "The award is recorded" in officer.text()
    assert "Farah Whitlock, Director of Place" in officer.text()


def fill_day(officer, name, day):
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        box(officer.page, f"{name}-{part}").fill(str(number))

"""What an officer does with the contract schedule of a bid, through the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from foundation import clock
from question_bank.loader import shipped_bank
from question_bank.service.own import choose_prefix
from scoring import service
from supplier_portal import service as portal
from tenders import service as tenders
from tests.browser.filling import box, option
from tests.browser.visitor import Visitor
from tests.documents.scoring.bids import answer, full
from tests.evaluating import let_everybody_declare
from tests.factories import make_authority, make_person, make_supplier, make_tender, viewer_of
from tests.open_data_made import FACTS

OFFICER, REVIEWER = "officer@hollowmere.test", "reviewer@hollowmere.test"
KEEPER = "administrator@hollowmere.test"
LEFT_OUT = "Sharing non-personal data with London"
HELD = "The schedule is held back: a promise has no date"
HELP_WITHIN = "Working Days within which the Supplier gives the help the Council asks for"


def bid_to_schedule(clock_set_forward: Callable[[datetime], None]) -> str:
    """Return the token of the one bid of an opened tender, and let its council write clauses."""
    closes_at = clock.now() + timedelta(days=9)
    let_everybody_declare(current_app)
    council = make_authority("Hollowmere Council")
    officer = make_person(Role.OFFICER, council, name="Ines Roy", email=OFFICER)
    make_person(Role.REVIEWER, council, name="Ruth Okafor", email=REVIEWER)
    keeper = make_person(Role.ADMINISTRATOR, council, name="Ada Keene", email=KEEPER)
    by = viewer_of(officer)
    choose_prefix("HOL", by=viewer_of(keeper), bank=shipped_bank())
    tender = make_tender(officer, closes_at=closes_at, reference="HC-77", facts=FACTS)
    tenders.publish_tender(tender, by=by, libraries={"clauses": raw_library})
    lead = viewer_of(make_person(Role.BID_LEAD, make_supplier("Larkfield")))
    bid = portal.start_bid(tender, by=lead, arrived_at=clock.now())
    answers = {
        part.id: (0, answer(part, True, "With care."))
        for part in full().parts.values()
        if part.kind != "file"
    }
    portal.save_answers(bid, answers, by=lead, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=lead, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    clock_set_forward(closes_at + timedelta(hours=1))
    service.open_bids(tender, by=by)
    return bid.token


def go_through_schedule(officer: Visitor, bid_name: str) -> None:
    """From the page of the bid: leave one clause out and change a value of another, with reasons.

    Each form is first sent empty.
    """
    officer.follow("Contract schedule of this bid")
    schedule = officer.path()
    assert officer.heading() == f"Contract schedule of {bid_name}"
    leave_out_clause(officer, "C21")
    officer.go(f"{schedule}/clauses/C01")
    officer.follow(f"Change {HELP_WITHIN}")
    box(officer.page, "value").fill("")
    officer.press("Save the value")
    assert "There is a problem" in officer.text()
    box(officer.page, "value").fill("3")
    box(officer.page, "reason").fill("The council has to answer people within a month.")
    officer.press("Save the value")
    officer.follow(f"Back to the schedule of {bid_name}")
    assert officer.path() == schedule
    if HELD in officer.text():
        release(officer)
        assert officer.path() == schedule


def release(officer: Visitor) -> None:
    """Let a schedule go out in which a promise has no date, with a reason."""
    officer.follow("Decide whether it may go out all the same")
    officer.press("Save the decision")
    assert "Select whether the schedule may go out all the same" in officer.text()
    option(officer.page, "wish", "include").check()
    box(officer.page, "reason").fill("The bidder gave the date in answer to a clarification.")
    officer.press("Save the decision")


def leave_out_clause(officer: Visitor, clause: str) -> None:
    officer.go(f"{officer.path()}/clauses/{clause}")
    officer.press("Save the decision")
    assert "Select whether the clause should be in the schedule" in officer.text()
    option(officer.page, "wish", "exclude").check()
    box(officer.page, "reason").fill("The council shares this data under another agreement.")
    officer.press("Save the decision")
    assert officer.heading() == LEFT_OUT

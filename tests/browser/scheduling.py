"""What an officer does with the contract schedule of a bid, through the pages."""

from __future__ import annotations

from tests.browser.filling import box, option
from tests.browser.visitor import Visitor

LEFT_OUT = "Sharing non-personal data with London"
HELD = "The schedule is held back: a promise has no date"
HELP_WITHIN = "Working Days within which the Supplier gives the help the Council asks for"


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

"""What an officer does with the bids once the tender is closed, through the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.browser.filling import box, option
from tests.browser.visitor import Visitor
from tests.factories import PASSWORD

REASON = "The answers meet the descriptor of this mark, as SLP-07.f and the evidence show."
DECLARE = "Declare your interests"
FEEDBACK = "Clear answers. Evidence for the recovery test would have raised the mark."

WHY = {
    "accepted": "it follows from the answers, and the contract has to deal with it.",
    "dropped": "the sites of this contract make it impossible.",
}


def open_bids(officer: Visitor, title: str, *, email: str, second: str) -> None:
    """Be ready as ``email``, at second try, and confirm as ``second``, each in a sign-in of
    their own; then go on as ``email`` from the list of bids."""
    to_the_opening(officer, title)
    declare_no_interest(officer)
    officer.press("I am ready to open the bids")
    assert "Enter the password of your account" in officer.text()
    enter_password(officer)
    officer.press("I am ready to open the bids")
    assert "You are ready. Time left for the second officer" in officer.text()
    officer.sign_out()
    officer.sign_in(second)
    to_the_opening(officer, title)
    declare_no_interest(officer)
    assert "is ready to open the bids." in officer.text()
    enter_password(officer)
    officer.press("Open the bids")
    declare_no_interest(officer)
    assert officer.heading() == f"Bids for {title}"
    bids = officer.path()
    officer.sign_out()
    officer.sign_in(email)
    officer.go(bids)
    declare_no_interest(officer)


def declare_no_interest(visitor: Visitor, *, at_second_try: bool = False) -> None:
    """Declare that there is nothing, and be led on; from a page that leads there, or from there."""
    if visitor.heading() != DECLARE:
        visitor.follow(DECLARE)
    if at_second_try:
        visitor.press("Save my declaration")
        assert "Select whether you have an interest" in visitor.text()
    option(visitor.page, "has_interest", "no").check()
    visitor.press("Save my declaration")
    assert visitor.heading() != DECLARE


def to_the_opening(officer: Visitor, title: str) -> None:
    officer.go("/tenders/")
    officer.follow(title)
    assert "sealed until two officers open it together" in officer.text()
    officer.follow("Open the bids")


def enter_password(officer: Visitor) -> None:
    officer.page.get_by_label("Your password").fill(PASSWORD)


def check_parties(officer: Visitor) -> None:
    """From the list of bids and back: look for grounds to exclude anybody, the first at second try.

    Marking waits for that where the tender has published it.
    """
    bids = officer.path()
    if officer.page.get_by_role("link", name="Check for grounds to exclude").count() == 0:
        return
    officer.follow("Check for grounds to exclude")
    checks = officer.path()
    unchecked = officer.page.get_by_role("row").filter(has_text="To be checked")
    first = True
    while unchecked.count():
        officer.follow(unchecked.first.get_by_role("link").inner_text())
        officer.follow("Record a check")
        if first:
            officer.press("Record the check")
            assert "Select what was found" in officer.text()
            first = False
        option(officer.page, "looked_at", "debarment-list").check()
        option(officer.page, "found", "nothing").check()
        officer.press("Record the check")
        officer.go(checks)
    assert "Every party is settled." in officer.text()
    officer.go(bids)


def mark_everything(officer: Visitor, marks: Mapping[str, int]) -> None:
    """From the list of bids: mark each question of the only bid, the first at second try."""
    officer.follow("Start marking")
    officer.press(re.compile("^Save and go"))
    assert "Select a mark from 0 to 5" in officer.text()
    for _ in marks:
        question = officer.path().rpartition("/")[2]
        option(officer.page, "mark", str(marks[question])).check()
        box(officer.page, "reason").fill(f"{question}: {REASON}")
        box(officer.page, "feedback").fill(FEEDBACK)
        officer.press(re.compile("^Save and go"))
    assert officer.heading().startswith("Bid of ")


def decide_requirements(officer: Visitor, decisions: Mapping[str, str]) -> None:
    """On the page of the bid: decide each requirement that awaits it, the first at second try."""
    for number, (question, decision) in enumerate(decisions.items()):
        officer.follow(f"Decide {question}")
        if number == 0:
            officer.press("Save the decision")
            assert "There is a problem" in officer.text()
        option(officer.page, "decision", decision).check()
        box(officer.page, "reason").fill(f"{question}: the exception takes back what is asked for.")
        officer.press("Save the decision")


def decide_risks(officer: Visitor, bid_name: str) -> dict[str, str]:
    """From the page of the bid: accept the first risks of the register and drop one.

    Return what was decided, by the id of the risk.
    """
    officer.follow("Risk register of this bid")
    assert officer.heading() == f"Risks of {bid_name}"
    register = officer.page.get_by_role("region", name="Register")
    links = register.locator("th[scope=row] a")
    addresses = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    ids = [name.split()[0] for name in links.all_inner_texts()]
    decided = dict(zip(ids, ("accepted", "accepted", "accepted", "dropped"), strict=False))
    for number, (address, decision) in enumerate(zip(addresses, decided.values(), strict=False)):
        officer.go(address)
        if number == 0:
            officer.press("Save the decision")
            assert "There is a problem" in officer.text()
        option(officer.page, "decision", decision).check()
        box(officer.page, "why").fill(f"To be {decision}: {WHY[decision]}")
        box(officer.page, "owner").fill("Head of digital services")
        officer.press("Save the decision")
    return decided


def rank_shown(officer: Visitor) -> str:
    """Return the rank of the first bid on the list of bids."""
    ranking = officer.page.get_by_role("region", name="Ranking")
    return ranking.locator("tbody td").first.inner_text()

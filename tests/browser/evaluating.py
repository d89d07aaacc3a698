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


def publish_that_one_marks(officer: Visitor) -> None:
    """From the page of a draft and back: let one evaluator be enough, at second try."""
    title = officer.heading()
    officer.follow("Evaluators and questions to bidders")
    box(officer.page, "evaluators").fill("0")
    officer.press("Save")
    assert "There is a problem" in officer.text()
    box(officer.page, "evaluators").fill("1")
    officer.press("Save")
    assert officer.heading() == title


def give_everything(officer: Visitor, name: str) -> None:
    """From the list of bids and back: give every question to ``name``."""
    bids = officer.path()
    officer.follow("Say who marks what")
    assert "What lacks evaluators" in officer.text()
    officer.page.get_by_label(f"All questions to {name}").check()
    officer.press("Save who marks what")
    assert "Every question has the evaluators it needs." in officer.text()
    officer.go(bids)


def mark_everything(officer: Visitor, marks: Mapping[str, int]) -> None:
    """From the list of bids: mark each question of the only bid, the first at second try, and lock
    the marks."""
    officer.follow("Your marks")
    officer.follow("Mark bid by bid")
    officer.press(re.compile("^Save and go"))
    assert "Select a mark from 0 to 5" in officer.text()
    for _ in marks:
        question = officer.path().rpartition("/")[2]
        option(officer.page, "mark", str(marks[question])).check()
        box(officer.page, "reason").fill(f"{question}: {REASON}")
        box(officer.page, "feedback").fill(FEEDBACK)
        officer.press(re.compile("^Save and go"))
        if officer.page.get_by_label("I have seen this").count():
            officer.page.get_by_label("I have seen this").check()
            officer.press(re.compile("^Save and go"))
    assert officer.heading() == "Lock my marks"
    officer.press("Lock my marks")
    assert "Select that your marks are final" in officer.text()
    option(officer.page, "sure", "yes").check()
    officer.press("Lock my marks")
    assert "Your marks are locked." in officer.text()


def agree_everything(officer: Visitor, bids: str, company: str) -> None:
    """Take up one question by itself, at second try, and adopt the others; end on the page of the
    bid."""
    officer.go(bids)
    officer.follow("Agree one mark for each answer")
    officer.page.get_by_role("table").get_by_role("link").first.click()
    officer.press("Sign the agreed mark")
    assert "Select who took part in the meeting" in officer.text()
    officer.page.get_by_role("group", name="Who was there").get_by_role("checkbox").first.check()
    given = officer.page.locator(".app-mark-grid__number").first.inner_text()
    option(officer.page, "mark", given).check()
    box(officer.page, "reason").fill(f"The panel of one read it again. {REASON}")
    box(officer.page, "why_not_higher").fill("The evidence is more than a year old.")
    officer.press("Sign the agreed mark")
    if officer.page.get_by_label("I have seen this").count():
        officer.page.get_by_label("I have seen this").check()
        officer.press("Sign the agreed mark")
    assert "is signed" in officer.text()
    officer.page.get_by_role("link", name=re.compile("^adopt ")).click()
    officer.press("Sign these marks as agreed")
    assert "Every answer has an agreed mark." in officer.text()
    officer.go(bids)
    officer.follow(company)
    assert officer.heading().startswith("Bid of ")


def agree_on_quality(officer: Visitor, bids: str, company: str) -> None:
    """Once every requirement is decided; end on the page of the bid."""
    officer.go(bids)
    officer.follow("Agree on quality")
    option(officer.page, "sure", "yes").check()
    officer.press("Say that quality is agreed")
    assert "Prices can be seen" in officer.text()
    officer.go(bids)
    officer.follow(company)


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

"""What an officer reads across the bids: the controls each evidences, and what to ask bidders."""

from __future__ import annotations

from tests.browser.visitor import Visitor


def look_at_controls(officer: Visitor, bids: str) -> None:
    """From the list of bids to the controls of all, of one, and to the questions to ask."""
    officer.go(bids)
    officer.follow("Controls that each bid evidences, promises or lacks")
    assert officer.heading() == "Controls in all bids"
    officer.press("Show")
    officer.go(bids)
    officer.follow("Answers that disagree, and what to ask the bidders")
    assert officer.heading() == "What to ask the bidders"
    officer.go(bids.replace("/evaluation", "") + "/questions")
    officer.follow("Which controls these questions test")
    assert officer.heading() == "What the questionnaire tests"
    officer.press("Show")

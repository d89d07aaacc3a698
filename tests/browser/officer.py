"""What an officer does with a tender, through the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from foundation import clock
from question_bank.loader import shipped_bank
from tests.browser.filling import box, fill, option
from tests.browser.visitor import Visitor

# The link of the check to the notice that has to come first.
NOTICE = "Record the notice UK4 Tender notice"
EXAMPLES = Path(__file__).parents[2] / "records" / "content" / "demonstration"


def example(name: str) -> Mapping[str, Any]:
    """Return one of the demonstration's files."""
    file: Mapping[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return file


def create_tender(
    officer: Visitor, *, title: str, reference: str, pack: str, closes_at: datetime
) -> None:
    wall = clock.london(closes_at)
    officer.go("/tenders/")
    officer.follow("Create a tender")
    officer.page.get_by_label("Title", exact=True).fill(title)
    officer.page.get_by_label("Reference", exact=True).fill(reference)
    option(officer.page, "pack_id", pack).check()
    for part, text in (
        ("day", wall.day),
        ("month", wall.month),
        ("year", wall.year),
        ("time", f"{wall:%H:%M}"),
    ):
        box(officer.page, f"closes_at-{part}").fill(str(text))
    officer.press("Create the tender")
    assert officer.heading() == title


def enter_facts(officer: Visitor, facts: Mapping[str, Any]) -> None:
    """From the tender's page to its facts, and back."""
    title = officer.heading()
    officer.follow("Facts about the contract")
    for name, fact in shipped_bank().facts.items():
        if name in facts and name != "closes_at":
            fill(officer.page, name, fact.spec, facts[name])
    officer.press("Save")
    assert officer.heading() == title


def publish(officer: Visitor, *, email: str, second: str) -> None:
    """From the tender's page: look at the questions, record the notice where one is needed, and
    ask; then the second officer agrees, and the first goes back to the tender."""
    tender = officer.path()
    officer.follow("Look through the questions")
    officer.page.go_back()
    officer.follow("Check and publish")
    if officer.link(NOTICE).count():
        record_notice(officer)
        officer.go(f"{tender}/publish")
    officer.page.get_by_label("Note for the second person (optional)").fill("As we discussed")
    officer.press("Ask a second person to agree")
    assert "Waits for a second person" in officer.text()
    officer.sign_out()
    officer.sign_in(second)
    officer.go(tender)
    officer.follow("Look at it, and agree or refuse")
    assert "As we discussed" in officer.text()
    option(officer.page, "decision", "agree").check()
    officer.press("Save your decision")
    assert "Open. Closes on" in officer.text()
    officer.sign_out()
    officer.sign_in(email)
    officer.go(tender)


def record_notice(officer: Visitor) -> None:
    """From the check before publication to the notices: the tender notice of today."""
    today = clock.london(clock.now())
    officer.follow(NOTICE)
    officer.page.get_by_label("Notice", exact=True).select_option("UK4")
    officer.page.get_by_label("Number of the notice").fill(f"012345-{today.year}")
    for part, number in (("day", today.day), ("month", today.month), ("year", today.year)):
        box(officer.page, f"published_on-{part}").fill(str(number))
    officer.press("Record the notice")
    assert "The notice is recorded" in officer.text()

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


def publish(officer: Visitor) -> None:
    """From the tender's page: look at the questions, then check and publish."""
    officer.follow("Look through the questions")
    officer.page.go_back()
    officer.follow("Check and publish")
    officer.press("Publish the tender")
    assert "Open. Closes on" in officer.text()

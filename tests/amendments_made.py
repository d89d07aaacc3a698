"""An own question in a tender, and amendments of it: what tests of amended bids share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import Person
from foundation import clock
from foundation.database import db
from question_bank.rules.questions import PartClass
from tenders import service
from tenders.libraries import frozen_libraries
from tenders.models import Amendment, Tender
from tenders.rules import plan as plans
from tenders.rules.plan import Plan
from tests.factories import make_tender, viewer_of

QUESTION = "HOL-01"
TEXT, CHOICE, STORY, NUMBER, KEPT = (f"HOL-01.{letter}" for letter in "abcde")
CHOICES = [
    {"value": "yearly", "label": "Every year", "ceiling": 5},
    {"value": "rarely", "label": "Less often", "ceiling": 2},
]
PARTS: dict[str, dict[str, Any]] = {
    TEXT: {"kind": "short-text", "ask": "Who tests the lamps?", "label": "Tester"},
    CHOICE: {
        "kind": "choice",
        "ask": "How often are they tested?",
        "label": "How often",
        "options": CHOICES,
    },
    STORY: {"kind": "narrative", "ask": "How are they tested?", "label": "Test", "words": 50},
    NUMBER: {"kind": "number", "ask": "How many are tested?", "label": "Lamps", "required": False},
    KEPT: {"kind": "short-text", "ask": "Where are results kept?", "label": "Results"},
}
# What a bid answers to it.
ANSWERS: dict[str, Any] = {
    TEXT: "Our own engineers",
    CHOICE: "yearly",
    STORY: "With a meter, at night, on each street in turn",
    NUMBER: "400",
    KEPT: "In our archive",
}


def own_question(version: int = 1, **changed: dict[str, Any] | None) -> dict[str, Any]:
    """Return the raw form of the question; ``a=dict(ask=…)`` changes a part, ``a=None`` leaves it
    out."""
    parts = []
    new = {
        f"HOL-01.{letter}": change for letter, change in changed.items() if letter not in "abcde"
    }
    for part_id, part in {**PARTS, **new}.items():
        change = changed.get(part_id[-1], {})
        if change is not None:
            whole = {"id": part_id, "class": "information", **(part or {}), **change}
            parts.append({name: value for name, value in whole.items() if value is not None})
    return {
        "id": QUESTION,
        "version": version,
        "topic": "own",
        "title": "Lamps",
        "source": "Our lighting team",
        "why": "The council lights these streets.",
        "main_risk": "R25",
        "levels": {str(mark): f"What earns {mark}" for mark in range(6)},
        "weight": 0,
        "minutes": 10,
        "parts": parts,
    }


def asking_it(plan: Plan) -> Plan:
    """Ask the question in a section of its own, for information."""
    new = plans.add_section(plan, "Street lighting")
    section = plans.sections_of(new)[-1]["id"]
    return plans.add_question(
        new, section, QUESTION, own=own_question(), assessed=PartClass.INFORMATION
    )


def asked_anew(**changed: dict[str, Any] | None) -> Callable[[Plan], Plan]:
    """Return a change that asks the next version of the question."""

    def change(plan: Plan) -> Plan:
        return plans.renew_own(plan, own_question(plan["questions"][0]["version"] + 1, **changed))

    return change


def make_amendable_tender(officer: Person, **details: Any) -> Tender:
    """An open tender that asks the essentials and the own question."""
    tender, by = make_tender(officer, pack_id="slp-essential", **details), viewer_of(officer)
    service.change_plan(tender, asking_it, by=by, based_on=tender.plan_sha256, note="test")
    service.publish_tender(tender, by=by, libraries=frozen_libraries(tender))
    return tender


def prepared(
    tender: Tender,
    officer: Person,
    change: Callable[[Plan], Plan] | None,
    *,
    closes_at: datetime | None = None,
    reason: str = "A supplier asked what was meant",
) -> Tender:
    """Prepare an amendment, and return the tender as it is then."""
    by, now = viewer_of(officer), clock.now()
    service.prepare_amendment(tender, by=by, arrived_at=now)
    if change is not None:
        service.change_plan(tender, change, by=by, based_on=tender.plan_sha256, note="test")
    service.set_amendment_terms(
        tender,
        closes_at=closes_at or tender.closes_at or now,
        questions_until=tender.questions_until,
        reason=reason,
        based_on=tender.plan_sha256 or "",
        by=by,
        arrived_at=now,
    )
    return tender


def amend(
    tender: Tender, officer: Person, change: Callable[[Plan], Plan] | None = None, **terms: Any
) -> Amendment:
    """Publish an amendment; nothing loaded before it is trusted afterwards."""
    prepared(tender, officer, change, **terms)
    amendment = service.publish_amendment(
        tender,
        based_on=tender.plan_sha256 or "",
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )
    db.session.expire_all()
    return amendment

"""What was written about the outcome of a tender: as kept, in words, and as suppliers see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.models import Person
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from tenders.models import OutcomeStatement, Tender
from tenders.outcome_guide import shipped_guide
from tenders.queries import questionnaire_of
from tenders.rules.outcome import (
    Page,
    Section,
    State,
    advice_on,
    from_frozen,
    sections_of,
    state_of,
    values_of,
)

# Under which name the published terms hold the statement, where suppliers are shown it.
OUTCOME = "outcome"


@dataclass(frozen=True)
class Statement:
    """A statement as it is kept; without anything where nobody has begun it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    shown_to_suppliers: bool = False
    saved_at: datetime | None = None
    saved_by: str = ""


def statement_of(tender: Tender) -> Statement:
    """Return what is kept about the outcome, in one statement."""
    row = db.session.execute(
        select(
            OutcomeStatement.text,
            OutcomeStatement.version,
            OutcomeStatement.shown_to_suppliers,
            OutcomeStatement.saved_at,
            Person.name,
        )
        .join(Person, Person.id == OutcomeStatement.saved_by_id)
        .where(OutcomeStatement.tender_id == tender.id)
    ).one_or_none()
    return Statement() if row is None else Statement(json.loads(row[0]), *row[1:])


def version_of_page(page: Page, values: Mapping[str, Any]) -> str:
    """Return what one page says as a short text, by which a form names what it was made from.

    So two colleagues on two pages are never in each other's way.
    """
    return sha256_hex(canonical_json(values_of(page, values)))


def shown_sections(tender: Tender) -> tuple[Section, ...]:
    """Return what suppliers are shown, as frozen at publication; nothing if it is not shown."""
    if tender.published_at is None:
        return ()
    return from_frozen(questionnaire_of(tender).terms.get(OUTCOME) or ())


def sections_for_officer(tender: Tender, statement: Statement) -> tuple[Section, ...]:
    """Return the statement in words: where suppliers were shown it, exactly as they were."""
    return shown_sections(tender) or sections_of(shipped_guide(), statement.values)


def progress(statement: Statement) -> tuple[str, bool]:
    """Return how far the form is, in words, and whether every page is completed."""
    pages = shipped_guide().pages
    states = [state_of(page, statement.values) for page in pages]
    done = states.count(State.COMPLETED)
    if all(state is State.NOT_BEGUN for state in states):
        return "Not begun", False
    return ("Completed", True) if done == len(pages) else (f"{done} of {len(pages)} pages", False)


def before_publishing(tender: Tender) -> str:
    """Return what publishing does with the statement, and how much of it is worth a thought."""
    statement = statement_of(tender)
    if not statement.values:
        return "Nothing is written about it, so suppliers are shown nothing. It is not required."
    shown = (
        "Suppliers will be shown it, frozen with the questions."
        if statement.shown_to_suppliers
        else "It stays with your own people."
    )
    count = len(advice_on(shipped_guide(), statement.values))
    things = "1 thing" if count == 1 else f"{count} things"
    return f"{shown} {things} in it may be worth a thought." if count else shown

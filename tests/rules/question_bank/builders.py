"""Small questions for tests of rules: only what the test is about needs to be said."""

from __future__ import annotations

from typing import Any

from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.questions import (
    Asked,
    Kind,
    Option,
    Part,
    PartClass,
    Question,
    Schema,
)

ROWS = Schema(
    id="T0",
    title="Things",
    row_name="thing",
    columns=(
        Asked("name", Kind.SHORT_TEXT, "Name"),
        Asked("country", Kind.COUNTRY, "Country", required=False),
        Asked("rto", Kind.DURATION, "Recovery time", required=False),
        Asked("charge", Kind.MONEY, "Charge", required=False, decimals=2),
        Asked(
            "kept",
            Kind.CHOICE,
            "Kept",
            required=False,
            options=(Option("offline", "Offline"), Option("online", "Online")),
        ),
    ),
    list_columns=("name",),
    unique=("name",),
)


def part(part_id: str, kind: Kind, **more: Any) -> Part:
    more.setdefault("label", f"Label of {part_id}")
    return Part(id=part_id, kind=kind, ask=f"Ask {part_id}?", assessed=PartClass.SCORED, **more)


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, value.title(), 5) for value in values)


PARTS = {
    entry.id: entry
    for entry in (
        part("Q.yes", Kind.COMMITMENT),
        part("Q.one", Kind.CHOICE, options=options("a", "b", "c")),
        part("Q.many", Kind.CHOICES, options=options("a", "b", "c")),
        part("Q.text", Kind.SHORT_TEXT, required=False),
        part("Q.number", Kind.NUMBER),
        part("Q.time", Kind.DURATION),
        part("Q.date", Kind.DATE, required=False),
        part("Q.country", Kind.COUNTRY),
        part("Q.record", Kind.RECORD, schema=ROWS),
        part("Q.table", Kind.TABLE, schema=ROWS, required=False),
        part("Q.other", Kind.TABLE, schema=ROWS),
    )
}

FACTS = {
    "closes_at": Asked("closes_at", Kind.DATE, "Closing date"),
    "target_rto": Asked("target_rto", Kind.DURATION, "Target recovery time"),
    "permitted_countries": Asked("permitted_countries", Kind.COUNTRIES, "Permitted countries"),
    "hours": Asked("hours", Kind.NUMBER, "Hours"),
    "value": Asked("value", Kind.MONEY, "Value"),
}


def situation(answers: Any = None, facts: Any = None, **more: Any) -> Situation:
    return Situation(
        parts=more.pop("parts", PARTS),
        answers=answers or {},
        facts=facts or {},
        fact_specs=FACTS,
        **more,
    )


def condition(entry: Any) -> Any:
    return read_condition(entry, "here")


def framework_written(framework_id: str, **more: Any) -> dict[str, Any]:
    """Return a framework as content writes it."""
    return {
        "id": framework_id,
        "name": "A code",
        "publisher": "Somebody",
        "family": "security",
        "binding": "voluntary",
        "about": "What it is",
        "who": "Whom it binds",
        "link_text": "Where it is",
        "checked": "November 2026",
        **more,
    }


def question(question_id: str, **more: Any) -> Question:
    return Question(
        **{
            "id": question_id,
            "version": 1,
            "topic": "security",
            "title": f"Title of {question_id}",
            "source": "A source",
            "why": "A reason",
            "main_risk": "R01",
            "levels": {},
            "parts": (),
            **more,
        }
    )

"""A small clause library, and the schedule of a bid, so that tests say only what they are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_clauses.loader import shipped_library
from contract_clauses.rules.library import Library
from contract_clauses.rules.parts import Parties, Schedule
from contract_clauses.rules.reading import read_library
from contract_clauses.rules.schedule import build_schedule
from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import situation_of
from tenders.rules.questionnaire import Questionnaire, choose

PARTIES = Parties(
    authority="Hollowmere Council",
    supplier="Larkfield Sensors Limited",
    tender_title="Air quality sensors",
    tender_reference="HM-14",
)
EVERYTHING_KNOWN = frozenset({"flags", "risks", "marks"})


def questionnaire() -> Questionnaire:
    return choose(shipped_bank(), shipped_packs()["slp-full"])


def situation(
    answers: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **more: Any
) -> Situation:
    """Return the situation of a bid in which flags, risks and marks are known; none by default."""
    asked = questionnaire()
    found = situation_of(asked.bare_questions, answers or {}, facts or {}, asked.fact_specs)
    more.setdefault("known", EVERYTHING_KNOWN)
    more.setdefault("marks", {question.id: 5 for question in asked.questions})
    return replace(found, **more)


def schedule_of(
    answers: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
    *,
    library: Library | None = None,
    values: Any = None,
    choices: Any = None,
    **more: Any,
) -> Schedule:
    found = situation(answers, facts, **more)
    return build_schedule(
        library or shipped_library(),
        found,
        questionnaire(),
        found.answers,
        PARTIES,
        values,
        choices,
    )


def raw_topic(topic_id: str = "C50", **more: Any) -> dict[str, Any]:
    return {
        "id": topic_id,
        "version": 1,
        "title": "Small topic",
        "purpose": "Say one thing.",
        "included_when": {"always": True},
        "otherwise": "It does not apply.",
        "text": ["The Supplier must say one thing."],
    } | more


def raw_library(*topics: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": "1",
        "clauses": list(topics) or [raw_topic()],
        "annexes": [
            {
                "id": "trace",
                "title": "Trace",
                "intro": "Why.",
                "from": {"generated": "trace"},
                "columns": [{"id": "clause", "label": "Clause", "width": 1}],
                "empty": "None.",
            }
        ],
        "definitions": {"Supplier": "who supplies"},
        "interpretation": {"title": "Interpretation", "text": ["The Supplier must read this."]},
    } | more


def library_of(*topics: dict[str, Any], **more: Any) -> Library:
    return read_library(raw_library(*topics, **more))

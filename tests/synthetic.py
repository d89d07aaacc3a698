"""A questionnaire of any size, made up: what is measured with it does not depend on content."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from question_bank.loader import newest_edition
from tenders.rules.plan import Plan, plan_from_pack, shared_evenly

KINDS = ("commitment", "choice", "narrative", "number")
SECTIONS = 10


def large_plan(questions: int = 150, parts: int = 4) -> Plan:
    """A plan of ``questions`` own questions with ``parts`` parts each, in ten sections.

    In each question the second part is asked only after one answer to the first, closed answers
    carry flags, and the last part of a question is read by the first of the next.
    """
    ids = [f"SYN-{number:03}" for number in range(1, questions + 1)]
    made = [question(name, parts, after) for name, after in zip(ids, ["", *ids], strict=False)]
    by_section = [ids[place::SECTIONS] for place in range(SECTIONS)]
    sections = shared_evenly(dict.fromkeys(range(SECTIONS)))
    pack = {
        "id": "synthetic",
        "version": 1,
        "title": "A large questionnaire",
        "for": "Measuring.",
        "sections": [
            {
                "id": f"section-{place}",
                "title": f"Section {place + 1}",
                "weight": plain(sections[place]),
                "questions": [
                    {"id": name, "weight": plain(weight), "class": "scored"}
                    for name, weight in shared_evenly(dict.fromkeys(by_section[place])).items()
                ],
            }
            for place in range(SECTIONS)
        ],
    }
    reasons = [
        {"about": f"question:{name}", "says": "You said sensors", "by": "triage"} for name in ids
    ]
    return plan_from_pack(newest_edition().version, pack, made, reasons)


def plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def question(name: str, parts: int, after: str) -> dict[str, Any]:
    return {
        "id": name,
        "version": 1,
        "topic": "synthetic",
        "title": f"Made-up question {name}",
        "source": "Made up",
        "why": "Because something of this size must be quick to build, preview and freeze.",
        "guidance": "Say what you do, **how often**, and who checks it.",
        "minutes": 20,
        "weight": 1,
        "main_risk": "R01",
        "controls": {"caf-4.0": ["A1.a"]},
        "levels": {str(mark): f"What earns a mark of {mark} for {name}" for mark in range(6)},
        "parts": [part(name, number, after) for number in range(parts)],
    }


def part(name: str, number: int, after: str) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    part_id = f"{name}.{chr(ord('a') + number)}"
    made: dict[str, Any] = {
        "id": part_id,
        "kind": kind,
        "label": f"Label of {part_id}",
        "ask": f"What do you do about {part_id}?",
        "hint": "A sentence that says how to answer, as long as most of them are.",
        "class": "scored",
        "messages": {"missing": f"Answer {part_id}"},
        "evidence": "A policy, a test report or a record",
    }
    if kind == "commitment":
        refused = {"severity": "red", "risks": ["R01"], "clauses": ["C01"], "says": "It is refused"}
        made["answers"] = {
            "yes": {"ceiling": 5},
            "yes-with-exception": {"ceiling": 3},
            "no": {"ceiling": 1, "flag": refused},
        }
        if after:
            made["outcomes"] = [
                {
                    "id": "disagrees",
                    "when": {"all": [{"part": part_id, "is": "no"}, {"answered": f"{after}.a"}]},
                    "flag": {"severity": "amber", "risks": ["R02"], "says": "It disagrees"},
                }
            ]
    if kind == "choice":
        made["shown_when"] = {"part": f"{name}.a", "is": "yes"}
        made["options"] = [
            {"value": value, "label": f"We do it {value}", "ceiling": ceiling}
            for value, ceiling in (("daily", 5), ("weekly", 4), ("yearly", 2), ("never", 0))
        ]
    if kind == "narrative":
        made["words"] = 250
    if kind == "number":
        made |= {"unit": "days", "at_least": 0, "at_most": 365}
    return made

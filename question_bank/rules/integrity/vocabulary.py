"""Words that must be ones we know: topics, controls, codes of messages, figures of risks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from question_bank.rules.kinds.base import MESSAGES
from question_bank.rules.questions import Asked, Bank, Question
from question_bank.rules.reading.plain import advice

TOPICS = (
    "assurance",
    "data-protection",
    "data-rights",
    "encryption",
    "openness",
    "resilience",
    "security",
    "sensors",
    "supply-chain",
)
# Each framework with the ids it has: the crosswalk names no control that is not there.
CONTROLS: Mapping[str, re.Pattern[str]] = {
    "connected-places": re.compile(r"CP([1-9]|1[0-4])"),
    "caf-4.0": re.compile(
        r"A1\.[a-c]|A2\.[a-c]|A3\.a|A4\.[ab]|B1\.[ab]|B2\.[a-d]|B3\.[a-e]|B4\.[a-d]|B5\.[a-c]"
        r"|B6\.[ab]|C1\.[a-f]|C2\.[ab]|D1\.[a-c]|D2\.[ab]"
    ),
    "cloud": re.compile(r"CL([1-9]|1[0-4])"),
    "supply-chain": re.compile(r"SC([1-9]|1[0-2])"),
    "cyber-essentials": re.compile(r"CE[1-5]"),
    "iso-27001-2022": re.compile(
        r"A\.(5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4]))"
    ),
    "etsi-303645": re.compile(r"5\.([1-9]|1[0-3])"),
}
RISK_SCALE = range(1, 6)


def problems(bank: Bank) -> Iterator[str]:
    for question in bank.questions.values():
        yield from _question_problems(question)
    for place, asked in _everything_asked(bank):
        for code in asked.messages:
            if code not in MESSAGES:
                yield f"{place}, messages: nothing shows ‘{code}’{advice(code, MESSAGES)}"
    for risk in bank.risks.values():
        for figure in ("likelihood", "impact"):
            if getattr(risk, figure) not in RISK_SCALE:
                yield f"{risk.id}: the {figure} is a whole number from 1 to 5"


def _question_problems(question: Question) -> Iterator[str]:
    if question.topic not in TOPICS:
        near = advice(question.topic, TOPICS) or f"; write one of {', '.join(TOPICS)}"
        yield f"{question.id}: ‘{question.topic}’ is not a topic{near}"
    for framework, controls in question.controls.items():
        known = CONTROLS.get(framework)
        if known is None:
            near = advice(framework, CONTROLS) or f"; write one of {', '.join(CONTROLS)}"
            yield f"{question.id}, controls: ‘{framework}’ is not a framework{near}"
            continue
        for control in controls:
            if not known.fullmatch(control):
                yield f"{question.id}, controls: {framework} has no ‘{control}’"


def _everything_asked(bank: Bank) -> Iterator[tuple[str, Asked]]:
    """Yield every part, column and fact with the place it is written in."""
    for part in bank.all_parts():
        yield part.id, part
    for schema in bank.schemas.values():
        yield from ((f"{schema.id}, {column.id}", column) for column in schema.columns)
    for fact in bank.facts.values():
        yield fact.spec.id, fact.spec

"""Words that must be ones we know: topics, controls, codes of messages, figures of risks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.rules.frameworks import Framework
from question_bank.rules.kinds.base import MESSAGES
from question_bank.rules.questions import Asked, Bank, Question
from question_bank.rules.reading.plain import advice

TOPICS = (
    "algorithms",
    "assurance",
    "data-protection",
    "data-rights",
    "encryption",
    "london",
    "openness",
    "resilience",
    "security",
    "sensors",
    "supply-chain",
)
RISK_SCALE = range(1, 6)


def problems(bank: Bank) -> Iterator[str]:
    for question in bank.questions.values():
        yield from _question_problems(question, bank.frameworks)
    for place, asked in _everything_asked(bank):
        for code in asked.messages:
            if code not in MESSAGES:
                yield f"{place}, messages: nothing shows ‘{code}’{advice(code, MESSAGES)}"
    for risk in bank.risks.values():
        for figure in ("likelihood", "impact"):
            if getattr(risk, figure) not in RISK_SCALE:
                yield f"{risk.id}: the {figure} is a whole number from 1 to 5"


def _question_problems(question: Question, frameworks: Mapping[str, Framework]) -> Iterator[str]:
    if question.topic not in TOPICS:
        near = advice(question.topic, TOPICS) or f"; write one of {', '.join(TOPICS)}"
        yield f"{question.id}: ‘{question.topic}’ is not a topic{near}"
    with_controls = {name: each for name, each in frameworks.items() if each.controls}
    for name, controls in question.controls.items():
        framework = with_controls.get(name)
        if framework is None:
            near = advice(name, with_controls) or f"; write one of {', '.join(with_controls)}"
            yield f"{question.id}, controls: ‘{name}’ is not a framework{near}"
            continue
        for control in controls:
            if framework.control(control) is None:
                yield f"{question.id}, controls: {name} has no ‘{control}’"


def _everything_asked(bank: Bank) -> Iterator[tuple[str, Asked]]:
    """Yield every part, column and fact with the place it is written in."""
    for part in bank.all_parts():
        yield part.id, part
    for schema in bank.schemas.values():
        yield from ((f"{schema.id}, {column.id}", column) for column in schema.columns)
    for fact in bank.facts.values():
        yield fact.spec.id, fact.spec

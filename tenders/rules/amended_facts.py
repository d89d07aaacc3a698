"""What an amendment changes beside the questions: facts about the contract, and who buys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Asked
from tenders.rules.joint import joint_rows
from tenders.rules.questionnaire import Questionnaire

BUYERS = "Bought together by"


@dataclass(frozen=True)
class FactChange:
    label: str
    before: str
    after: str


def fact_changes(before: Questionnaire, after: Questionnaire) -> Iterator[FactChange]:
    old, new = (dict(q.terms.get("facts") or {}) for q in (before, after))
    for name, spec in after.fact_specs.items():
        if old.get(name) != new.get(name):
            texts = [_fact(spec, facts.get(name)) for facts in (old, new)]
            yield FactChange(spec.label, texts[0], texts[1])
    buyers = [_buyers(q) for q in (before, after)]
    if buyers[0] != buyers[1]:
        yield FactChange(BUYERS, buyers[0], buyers[1])


def _buyers(questionnaire: Questionnaire) -> str:
    return next((words for _label, words in joint_rows(questionnaire.terms)), "One authority alone")


def _fact(spec: Asked, value: Any) -> str:
    return "Not entered" if is_empty(value) else show_answer(spec, value)

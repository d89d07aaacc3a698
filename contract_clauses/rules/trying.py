"""A bid with another answer to one part: what follows is worked out again only where it can differ.

Setting ten answers side by side asks the rules ten times; most of what they say does not depend on
the part in question, so it is taken from the bid as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.fired import Fired
from question_bank.rules.outcomes import Findings, findings, situation_of
from question_bank.rules.questions import CheckCase, Question
from scoring.rules.evaluation import Examined, with_marks
from scoring.rules.levels import suggested_level
from scoring.rules.results import BidEvaluation, SuggestedLevel
from tenders.rules.assessed import as_assessed
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True)
class Tried:
    """What the rules say of some answers, without requirements: nobody decides on them."""

    questionnaire: Questionnaire
    facts: Mapping[str, Any]
    answers: Mapping[str, Any]
    situation: Situation
    findings: Findings

    @cached_property
    def levels(self) -> Mapping[str, SuggestedLevel]:
        """Return the suggested levels by question: a level shows where nothing supports a control,
        which is a risk that clauses hear of."""
        return self._levels({})

    def _levels(self, known: Mapping[str, SuggestedLevel]) -> Mapping[str, SuggestedLevel]:
        return {
            question.id: known.get(question.id)
            or suggested_level(question, self.findings, self.situation)
            for question in self.questionnaire.bare_questions
        }

    @cached_property
    def evaluation(self) -> BidEvaluation:
        examined = Examined(self.situation, self.findings, self.levels, ())
        return with_marks(self.questionnaire, examined, {})

    @cached_property
    def readers(self) -> Mapping[str, frozenset[str]]:
        """Return, by part, the questions and checks whose rules read it."""
        return readers_of(self.questionnaire)

    def with_answer(self, part_id: str, value: Any) -> Tried:
        """Return what another answer to one part leads to."""
        answers = {**self.answers, part_id: value}
        situation = replace(self.situation, answers=answers)
        if part_id in self.questionnaire.revealing_parts:
            situation = _situation(self.questionnaire, answers, self.facts)
        changed = {part_id} | (set(situation.parts) ^ set(self.situation.parts))
        affected = frozenset().union(*(self.readers.get(part, frozenset()) for part in changed))
        found = self._findings(situation, affected)
        tried = Tried(self.questionnaire, self.facts, answers, situation, found)
        tried.__dict__["readers"] = self.readers
        kept = {name: level for name, level in self.levels.items() if name not in affected}
        tried.__dict__["levels"] = tried._levels(kept)
        return tried

    def _findings(self, situation: Situation, affected: frozenset[str]) -> Findings:
        """Return the findings of ``situation``: afresh for what is affected, else as they were."""
        bare, checks = self.questionnaire.bare_questions, self.questionnaire.bank.checks
        afresh = as_assessed(
            self.questionnaire,
            findings(
                [question for question in bare if question.id in affected],
                [check for check in checks if check.rule in affected],
                situation,
            ),
        )
        fired: list[Fired] = []
        for question in bare:
            source = afresh if question.id in affected else self.findings
            fired += source.of_question(question.id)
        checked = {found.rule: found for found in self.findings.fired if not found.question}
        again = {found.rule: found for found in afresh.fired if not found.question}
        for check in checks:
            source_of_check = again if check.rule in affected else checked
            if check.rule in source_of_check:
                fired.append(source_of_check[check.rule])
        return Findings(tuple(fired), ())


def tried(
    questionnaire: Questionnaire, answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> Tried:
    """Return what the rules say of ``answers``."""
    situation = _situation(questionnaire, answers, facts)
    bare = questionnaire.bare_questions
    found = as_assessed(questionnaire, findings(bare, questionnaire.bank.checks, situation))
    return Tried(questionnaire, facts, answers, situation, found)


def _situation(
    questionnaire: Questionnaire, answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> Situation:
    return situation_of(questionnaire.bare_questions, answers, facts, questionnaire.fact_specs)


def readers_of(questionnaire: Questionnaire) -> Mapping[str, frozenset[str]]:
    """Return, by part, the ids of the questions and the rules of the checks that depend on it."""
    found: dict[str, set[str]] = {}
    for question in questionnaire.bare_questions:
        for part in _read_by(question):
            found.setdefault(part, set()).add(question.id)
    for check in questionnaire.bank.checks:
        for part in _read_by_check(check):
            found.setdefault(part, set()).add(check.rule)
    return {part: frozenset(readers) for part, readers in found.items()}


def _read_by(question: Question) -> Iterable[str]:
    conditions: list[Condition] = [question.pass_when] if question.pass_when else []
    for part in question.parts:
        yield part.id
        conditions += [outcome.when for outcome in part.outcomes]
    for condition in conditions:
        yield from condition.parts()


def _read_by_check(check: CheckCase) -> Iterable[str]:
    return () if check.after_marking else check.when.parts()

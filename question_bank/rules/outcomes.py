"""What a bid's answers lead to: which parts apply, which outcomes and checks fire, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.verdict import Reading, Situation, Truth, Verdict
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Asked, CheckCase, Flag, Part, Question, Severity


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that holds for a bid: the outcome of a part, a question's requirement, or a check."""

    rule: str
    because: tuple[Reading, ...]
    ceiling: int | None = None
    flag: Flag | None = None
    question: str = ""
    clarification: str = ""
    blocks_schedule: bool = False

    @property
    def words(self) -> str:
        return Verdict(Truth.TRUE, self.because).words


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not be decided because the tender does not give a fact it needs."""

    rule: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the rules say about one bid, in questionnaire order, checks last."""

    fired: tuple[Fired, ...]
    not_checked: tuple[NotChecked, ...]

    @property
    def flags(self) -> tuple[Fired, ...]:
        return tuple(found for found in self.fired if found.flag is not None)

    def of_question(self, question_id: str) -> tuple[Fired, ...]:
        return tuple(found for found in self.fired if found.question == question_id)

    @property
    def severities(self) -> Mapping[str, str]:
        """Return the severity of each fired rule that carries a flag."""
        return {found.rule: str(found.flag.severity) for found in self.fired if found.flag}


def situation_of(
    questions: Iterable[Question],
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    fact_specs: Mapping[str, Asked],
) -> Situation:
    """Return what conditions may look at, with the parts this supplier is asked.

    A part whose ``shown_when`` is not true (false or unknown) is not asked, and its answer, if one
    was given before an earlier answer changed, does not count.
    """
    shown: dict[str, Part] = {}
    asked = tuple(questions)
    situation = Situation(
        parts=shown,
        answers=answers,
        facts=facts,
        fact_specs=fact_specs,
        known=frozenset(),
        questionnaire=frozenset(part.id for question in asked for part in question.parts),
    )
    for question in asked:
        for part in question.parts:
            if part.shown_when is None or evaluate(part.shown_when, situation).truth:
                shown[part.id] = part
    return situation


def findings(
    questions: Iterable[Question], checks: Iterable[CheckCase], situation: Situation
) -> Findings:
    """Return every outcome, unmet requirement and check that holds. Nothing is decided here."""
    fired: list[Fired] = []
    not_checked: list[NotChecked] = []
    for question in questions:
        for found in _of_question(question, situation):
            (fired if isinstance(found, Fired) else not_checked).append(found)  # type: ignore[arg-type]
    for case in checks:
        if not case.after_marking:
            fired_case = _check(case, situation)
            if isinstance(fired_case, Fired):
                fired.append(fired_case)
            elif fired_case is not None:
                not_checked.append(fired_case)
    return Findings(tuple(fired), tuple(not_checked))


def _of_question(question: Question, situation: Situation) -> Iterable[Fired | NotChecked]:
    for part in question.parts:
        if part.id not in situation.parts:
            continue
        for outcome in part.outcomes:
            found = _decided(outcome.rule, outcome.when, situation)
            if isinstance(found, Fired):
                yield replace(
                    found, ceiling=outcome.ceiling, flag=outcome.flag, question=question.id
                )
            elif found is not None:
                yield found
    unmet = _unmet_requirement(question, situation)
    if unmet is not None:
        yield unmet


def _unmet_requirement(question: Question, situation: Situation) -> Fired | NotChecked | None:
    """A pass/fail requirement that does not hold proposes failure, as a knock-out flag.

    Unknown is not a pass: a requirement left unanswered is not met, unless a fact is missing.
    """
    if question.pass_when is None:
        return None
    verdict = evaluate(question.pass_when, situation)
    if verdict.truth:
        return None
    rule = f"{question.id}:pass"
    missing = missing_facts(verdict, situation)
    if verdict.truth is Truth.UNKNOWN and missing:
        return NotChecked(rule, missing)
    flag = Flag(Severity.KNOCK_OUT, (question.main_risk,), question.pass_says)
    return Fired(rule, verdict.because, flag=flag, question=question.id)


def _check(case: CheckCase, situation: Situation) -> Fired | NotChecked | None:
    found = _decided(case.rule, case.when, situation)
    if not isinstance(found, Fired):
        return found
    return replace(
        found,
        flag=case.flag,
        clarification=case.clarification,
        blocks_schedule=case.blocks_schedule,
    )


def check_after_marking(checks: Iterable[CheckCase], situation: Situation) -> tuple[Fired, ...]:
    """Return the checks that compare answers with the marks given, once there are marks."""
    found = (_check(case, situation) for case in checks if case.after_marking)
    return tuple(case for case in found if isinstance(case, Fired))


def _decided(rule: str, when: Condition, situation: Situation) -> Fired | NotChecked | None:
    verdict = evaluate(when, situation)
    if verdict.truth:
        return Fired(rule, verdict.because)
    missing = missing_facts(verdict, situation)
    if verdict.truth is Truth.UNKNOWN and missing:
        return NotChecked(rule, missing)
    return None


def missing_facts(verdict: Verdict, situation: Situation) -> tuple[str, ...]:
    """Return the tender facts a verdict rests on that the tender does not give."""
    sources = (source.partition("tender.") for source in verdict.sources)
    named = [name for before, _, name in sources if name and not before]
    return tuple(name for name in named if is_empty(situation.facts.get(name)))

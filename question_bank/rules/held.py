"""Whether the outcome of a part holds for a bid, and what it rests on; or which fact it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.rules.conditions.deciding import compiled, lacks_a_fact
from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.verdict import Situation, Truth, Verdict
from question_bank.rules.fired import Because, Fired
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Outcome, Question


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not be decided because the tender does not give a fact it needs."""

    rule: str
    facts: tuple[str, ...]


def of_outcome(
    question: Question, outcome: Outcome, situation: Situation
) -> Fired | NotChecked | None:
    when = outcome.when
    truth = (when.compiled or compiled(when)).decide(situation)
    if truth is Truth.TRUE:
        return held(question, outcome, situation)
    return not_checked(outcome.rule, when, situation) if truth is Truth.UNKNOWN else None


def held(question: Question, outcome: Outcome, situation: Situation) -> Fired:
    because_of = Because(outcome.when, situation)
    return Fired(outcome.rule, because_of, outcome.ceiling, outcome.flag, question.id)


def not_checked(rule: str, when: Condition, situation: Situation) -> NotChecked | None:
    """Return which facts a rule lacks that is unknown for want of them."""
    if not lacks_a_fact(when, situation):
        return None
    missing = missing_facts(evaluate(when, situation), situation)
    return NotChecked(rule, missing) if missing else None


def missing_facts(verdict: Verdict, situation: Situation) -> tuple[str, ...]:
    """Return the tender facts a verdict rests on that the tender does not give."""
    sources = (source.partition("tender.") for source in verdict.sources)
    named = [name for before, _, name in sources if name and not before]
    return tuple(name for name in named if is_empty(situation.facts.get(name)))

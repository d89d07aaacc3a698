"""What each answer to a part leads to, in words, before anybody has answered: for those who read
the bank, and for lists that start from a risk or a clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.rules.own.saying import ANSWERS, Known, in_words
from question_bank.rules.questions import Bank, CheckCase, Flag, Kind, Outcome, Part, Question


@dataclass(frozen=True, slots=True)
class Leads:
    """``when`` is an answer in the words of its option, or (``is_answer`` false) a condition.

    ``ceiling`` is the highest mark it leaves open; None where the rule raises a flag alone.
    """

    rule: str
    when: str
    is_answer: bool
    ceiling: int | None
    flag: Flag | None


@dataclass(frozen=True, slots=True)
class RaisedBy:
    """An answer to a part that proposes a risk."""

    question: Question
    part: Part
    leads: Leads


def known_of(bank: Bank) -> Known:
    """Return the names that a condition of this bank is told with."""
    return Known(parts=bank.parts, facts=bank.facts)


def leads_of(part: Part, known: Known) -> tuple[Leads, ...]:
    """Return what every answer of a part leads to: the answers first, then its other rules."""
    return tuple(
        Leads(
            rule=outcome.rule,
            when=_answer(part, outcome) or in_words(outcome.when, known),
            is_answer=bool(_answer(part, outcome)),
            ceiling=outcome.ceiling,
            flag=outcome.flag,
        )
        for outcome in sorted(part.outcomes, key=lambda outcome: not _answer(part, outcome))
    )


def _answer(part: Part, outcome: Outcome) -> str:
    """Return the answer an outcome is about, or "" where it looks at something else."""
    if outcome.when.operator != "chosen":
        return ""
    value = str(outcome.when.value)
    if part.kind is Kind.COMMITMENT:
        return ANSWERS.get(value, value)
    option = part.option(value)
    return option.label if option else ""


def risks_of(question: Question) -> frozenset[str]:
    """Return every risk the question can propose: by an answer, or by a low mark."""
    flagged = (risk for flag in _flags(question) for risk in flag.risks)
    return frozenset((question.main_risk, *flagged))


def clauses_of(question: Question) -> frozenset[str]:
    """Return every clause topic that flags of the question are expected to lead to."""
    return frozenset(clause for flag in _flags(question) for clause in flag.clauses)


def _flags(question: Question) -> Iterable[Flag]:
    return (outcome.flag for part in question.parts for outcome in part.outcomes if outcome.flag)


def checks_of(question: Question, checks: Iterable[CheckCase]) -> tuple[CheckCase, ...]:
    """Return the checks that compare an answer, or the mark, of this question with others."""
    own = frozenset(part.id for part in question.parts)
    return tuple(
        case
        for case in checks
        if own & case.when.parts()
        or any(node.node == "mark" and node.subject == question.id for node in case.when.walk())
    )


def answers_raising(
    risk_id: str, questions: Iterable[Question], known: Known
) -> tuple[RaisedBy, ...]:
    """Return every answer that proposes a risk."""
    return tuple(
        RaisedBy(question, part, leads)
        for question in questions
        for part in question.parts
        for leads in leads_of(part, known)
        if leads.flag and risk_id in leads.flag.risks
    )

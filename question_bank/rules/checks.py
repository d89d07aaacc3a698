"""How each check between answers stands on the questions actually asked, and what was compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.conditions.verdict import Situation, Truth
from question_bank.rules.held import missing_facts
from question_bank.rules.questions import CheckCase, Question


class CheckState(StrEnum):
    """What a check found in a bid. Only ``DISAGREE`` is a flag; none of them moves a mark."""

    DISAGREE = "answers disagree"
    AGREE = "answers agree"
    IN_PART = "compared in part"
    NOT_APPLICABLE = "does not apply"
    NOT_CHECKED = "not checked"
    NOT_COMPARED = "not compared yet"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a questionnaire lets a check compare: ``lacking`` names what it does not ask.

    ``can_fire``: whether some answers to the questions that are asked could still disagree.
    """

    case: CheckCase
    can_fire: bool
    lacking: tuple[str, ...]

    @property
    def says(self) -> str:
        """Return "" for a check that can compare everything it is about."""
        if not self.lacking:
            return ""
        return f"{'Applies in part' if self.can_fire else 'Does not apply'}: {_not_asked(self)}"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check and one bid. ``says`` is a sentence for whoever reads the list of checks."""

    case: CheckCase
    state: CheckState
    says: str


def reach_of(case: CheckCase, questions: Iterable[Question]) -> Reach:
    """Return what of a check the questionnaire lets it compare, before there is any answer."""
    asked = _asked(questions)
    lacking = tuple(
        dict.fromkeys(name for node in case.when.walk() for name in _read(node) - asked)
    )
    return Reach(case, _possible(case.when, asked)[0], tuple(sorted(lacking)))


def check_results(
    checks: Iterable[CheckCase], questions: Iterable[Question], situation: Situation
) -> tuple[CheckResult, ...]:
    """Return how every check stands for one bid, also those that found nothing and why.

    A check of which a part is not asked neither fires nor passes where that part could decide it:
    it does not apply, or was compared in part. Where the other answers decide it, it says so.
    """
    asked = tuple(questions)
    return tuple(_result(reach_of(case, asked), situation) for case in checks)


def _result(reach: Reach, situation: Situation) -> CheckResult:
    case, verdict = reach.case, evaluate(reach.case.when, situation)
    if verdict.truth is Truth.TRUE:
        return CheckResult(case, CheckState.DISAGREE, case.flag.says)
    if verdict.truth is Truth.FALSE:
        return CheckResult(case, CheckState.AGREE, "The answers agree")
    if not reach.can_fire:
        return CheckResult(case, CheckState.NOT_APPLICABLE, reach.says)
    facts = missing_facts(verdict, situation)
    if facts:
        named = ", ".join(
            situation.fact_specs[f].label if f in situation.fact_specs else f for f in facts
        )
        return CheckResult(case, CheckState.NOT_CHECKED, f"The tender does not give: {named}")
    if set(reach.lacking) & set(verdict.sources):
        return CheckResult(case, CheckState.IN_PART, reach.says)
    return CheckResult(case, CheckState.NOT_COMPARED, f"Not known yet: {verdict.words}")


def _not_asked(reach: Reach) -> str:
    """Return ‘part SLP-07.i is not asked’; a whole question where only its mark is looked at."""
    parts = [name for name in reach.lacking if "." in name]
    others = [name for name in reach.lacking if "." not in name]
    named = [("part", parts), ("question", others)]
    return "; ".join(_said(kind, names) for kind, names in named if names)


def _said(kind: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"{kind} {names[0]} is not asked"
    return f"{kind}s {', '.join(names[:-1])} and {names[-1]} are not asked"


def _asked(questions: Iterable[Question]) -> frozenset[str]:
    found: set[str] = set()
    for question in questions:
        found.add(question.id)
        found.update(part.id for part in question.parts)
    return frozenset(found)


def _read(node: Condition) -> set[str]:
    """Return the parts one node reads itself, and the question whose mark it looks at."""
    return {node.subject} if node.node == "mark" else {part for part, _ in columns_read(node)}


def _possible(node: Condition, asked: frozenset[str]) -> tuple[bool, bool]:
    """Return whether the node could be true, and whether it could be false, for some answers.

    What rests on something nobody is asked can be neither.
    """
    children = [_possible(child, asked) for child in node.children]
    true, false = [child[0] for child in children], [child[1] for child in children]
    joined = {
        "all": (all(true), any(false)),
        "any": (any(true), all(false)),
        "not": (any(false), any(true)),
        "always": (True, False),
    }
    if node.node in joined:
        return joined[node.node]
    if node.node in ("missing", "answered"):
        known = bool(_read(node) & asked)
        return known, known
    if node.node == "names":
        return _possible_names(node, asked)
    known = _read(node) <= asked
    return known, known


def _possible_names(node: Condition, asked: frozenset[str]) -> tuple[bool, bool]:
    """A name can be found absent only from lists that are all asked, whichever list it is in."""
    first = {item["part"] for item in node.subject}
    second = {item["part"] for item in node.value}
    return bool(first & asked) and second <= asked, first <= asked and bool(second & asked)

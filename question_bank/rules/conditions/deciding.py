"""The truth of a condition alone: the one place where it is decided, and made to be quick.

A condition is made into a function once, and keeps it. What it compares is read once for a bid, in
``Situation.memo``. Words are nobody's business here: ``evaluate`` finds those for what somebody
will read, which is the few conditions of hundreds that hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from question_bank.rules.conditions import names
from question_bank.rules.conditions.cells import (
    FALSE,
    OPPOSITE,
    TRUE,
    TRUTH,
    UNKNOWN,
    of_table,
    rows_decider,
)
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.operators import tester
from question_bank.rules.conditions.readings import answer_to, rows_of
from question_bank.rules.conditions.verdict import Situation, Truth
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.questions import Kind

Decide = Callable[[Situation], Truth]


class Compiled(NamedTuple):
    """What a condition was made into. ``facts`` are the tender facts it may read."""

    decide: Decide
    facts: frozenset[str]


def decide(condition: Condition, situation: Situation) -> Truth:
    return compiled(condition).decide(situation)


def lacks_a_fact(condition: Condition, situation: Situation) -> bool:
    """Return whether the tender does not give something that the condition may read."""
    facts = compiled(condition).facts
    return bool(facts) and any(is_empty(situation.facts.get(name)) for name in facts)


def compiled(condition: Condition) -> Compiled:
    known: Compiled | None = condition.compiled
    if known is None:
        made = _MAKERS.get(condition.node, _made_of_truth)(condition)
        known = Compiled(made, condition.facts())
        # Kept where it belongs, so that it lives as long as its condition.
        object.__setattr__(condition, "compiled", known)
    return known


def _made_of_truth(condition: Condition) -> Decide:
    truth_of = _TRUTHS[condition.node]
    return lambda situation: TRUTH[truth_of(condition, situation)]


def _group(condition: Condition) -> Decide:
    """``all`` is false as soon as one is false, ``any`` true as soon as one is true."""
    children = [compiled(child).decide for child in condition.children]
    decisive = FALSE if condition.node == "all" else TRUE
    otherwise = OPPOSITE[decisive]

    def decided(situation: Situation) -> Truth:
        found = otherwise
        for child in children:
            truth = child(situation)
            if truth is decisive:
                return decisive
            if truth is UNKNOWN:
                found = UNKNOWN
        return found

    return decided


def _not(condition: Condition) -> Decide:
    inner = compiled(condition.children[0]).decide
    return lambda situation: OPPOSITE[inner(situation)]


def _presence(condition: Condition) -> Decide:
    """Unknown when none of the parts was asked."""
    parts, wanted = condition.subject, condition.node == "answered"

    def decided(situation: Situation) -> Truth:
        if not any(part_id in situation.parts for part_id in parts):
            return UNKNOWN
        found = any(answer_to(situation, part_id) is not None for part_id in parts)
        return TRUTH[found is wanted]

    return decided


def _part(condition: Condition) -> Decide:
    if condition.column:
        return _record(condition)
    part_id, test = condition.subject, tester(condition.operator, condition.value)

    def decided(situation: Situation) -> Truth:
        known = known_answer(situation, part_id)
        if known is None:
            return UNKNOWN
        return TRUTH[test(known, situation.parts[part_id].kind, situation)]

    return decided


def known_answer(situation: Situation, part_id: str) -> Any:
    """Return the answer to a part as it is compared; None where there is none."""
    known = situation.memo.get(part_id, situation)
    if known is not situation:
        return known
    part = situation.parts.get(part_id)
    if part is None:
        return None
    value = answer_to(situation, part_id)
    known = None if value is None else rules_for(part.kind).comparable(value)
    situation.memo[part_id] = known
    return known


def _record(condition: Condition) -> Decide:
    """One cell of a record, which is its own only row."""
    part_id = condition.subject
    cell = rows_decider(condition, part_id, of_record=True)

    def decided(situation: Situation) -> Truth:
        if answer_to(situation, part_id) is None:
            return UNKNOWN
        return cell(situation)[0]

    return decided


def _rows(condition: Condition) -> Decide:
    """``any_row`` looks for one row that holds; ``every_row`` for one that does not."""
    part_id, wanted = condition.subject, TRUE if condition.node == "any_row" else FALSE
    of_rows = of_table(condition.children[0], part_id)

    def decided(situation: Situation) -> Truth:
        if rows_of(situation, part_id) is None:
            return UNKNOWN
        truths = of_rows(situation)
        if wanted in truths:
            return wanted
        return UNKNOWN if UNKNOWN in truths else OPPOSITE[wanted]

    return decided


def _fact(condition: Condition) -> Decide:
    name, test = condition.subject, tester(condition.operator, condition.value)

    def decided(situation: Situation) -> Truth:
        spec, value = situation.fact_specs.get(name), situation.facts.get(name)
        if spec is None or is_empty(value):
            return UNKNOWN
        known = rules_for(spec.kind).comparable(value)
        return UNKNOWN if known is None else TRUTH[test(known, spec.kind, situation)]

    return decided


def _counted(count: Callable[[Condition, Situation], Any]) -> Callable[[Condition], Decide]:
    """A node that counts something, and compares the number."""

    def maker(condition: Condition) -> Decide:
        test = tester(condition.operator, condition.value)

        def decided(situation: Situation) -> Truth:
            number = count(condition, situation)
            return UNKNOWN if number is None else TRUTH[test(number, Kind.NUMBER, situation)]

        return decided

    return maker


def _row_count(condition: Condition, situation: Situation) -> int | None:
    rows = rows_of(situation, condition.subject)
    return None if rows is None else len(rows)


def _mark(condition: Condition, situation: Situation) -> int | None:
    return situation.marks.get(condition.subject)


def flags_fired(condition: Condition, situation: Situation) -> list[str]:
    """Return the rules that fired among those named: by rule, part or question id, or severity."""
    wanted = condition.subject
    begins = _begins_with(tuple(wanted))
    return [
        rule
        for rule, severity in situation.flags.items()
        if severity in wanted or begins(rule) is not None
    ]


@lru_cache(maxsize=1024)
def _begins_with(wanted: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    """Return what tells whether a rule is one of ``wanted``, or belongs to one of them."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, wanted))})(?:[:.]|\Z)").match


def _flag(condition: Condition, situation: Situation) -> bool | None:
    return bool(flags_fired(condition, situation)) if "flags" in situation.known else None


def _risk(condition: Condition, situation: Situation) -> bool | None:
    if "risks" not in situation.known:
        return None
    return not situation.risks.isdisjoint(condition.subject)


_TRUTHS: Mapping[str, Callable[[Condition, Situation], bool | None]] = {
    "names": names.absent,
    "flag": _flag,
    "risk": _risk,
}
_MAKERS: Mapping[str, Callable[[Condition], Decide]] = {
    "all": _group,
    "any": _group,
    "not": _not,
    "always": lambda _condition: lambda _situation: TRUE,
    "answered": _presence,
    "missing": _presence,
    "any_row": _rows,
    "every_row": _rows,
    "part": _part,
    "fact": _fact,
    "rows": _counted(_row_count),
    "mark": _counted(_mark),
    "coverage": _counted(names.covered),
}

"""Decide a condition: true, false or unknown, and the facts that decided it, in words.

A missing answer, a part that was not asked, an empty cell and a missing tender fact give *unknown*,
and ``not unknown`` is unknown, so that nothing fires by accident. ``Verdict.because`` is enough to
reach the same verdict: whoever agrees on those readings agrees on the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from question_bank.rules.conditions import compare, readings
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.verdict import Reading, Situation, Truth, Verdict


def evaluate(condition: Condition, situation: Situation) -> Verdict:
    return _NODES.get(condition.node, compare_node)(condition, situation)


def _all(condition: Condition, situation: Situation) -> Verdict:
    return _joined(condition, situation, decisive=Truth.FALSE, otherwise=Truth.TRUE)


def _any(condition: Condition, situation: Situation) -> Verdict:
    return _joined(condition, situation, decisive=Truth.TRUE, otherwise=Truth.FALSE)


def _joined(
    condition: Condition, situation: Situation, *, decisive: Truth, otherwise: Truth
) -> Verdict:
    """``all`` is false as soon as one is false, ``any`` true as soon as one is true."""
    verdicts = [evaluate(child, situation) for child in condition.children]
    deciding = [verdict for verdict in verdicts if verdict.truth is decisive]
    if deciding:
        return Verdict(decisive, _readings(deciding))
    unknown = any(verdict.truth is Truth.UNKNOWN for verdict in verdicts)
    return Verdict(Truth.UNKNOWN if unknown else otherwise, _readings(verdicts))


def _readings(verdicts: Iterable[Verdict]) -> tuple[Reading, ...]:
    return tuple(dict.fromkeys(reading for verdict in verdicts for reading in verdict.because))


def _not(condition: Condition, situation: Situation) -> Verdict:
    inner = evaluate(condition.children[0], situation)
    opposite = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
    return Verdict(opposite[inner.truth], inner.because)


def _always(_condition: Condition, _situation: Situation) -> Verdict:
    return Verdict(Truth.TRUE)


def _answered(condition: Condition, situation: Situation) -> Verdict:
    """True when any of the parts is answered; unknown when none of them was asked."""
    return _presence(condition, situation, wanted=True)


def _missing(condition: Condition, situation: Situation) -> Verdict:
    """True when a part that was asked is unanswered (each of them, for a list)."""
    return _presence(condition, situation, wanted=False)


def _presence(condition: Condition, situation: Situation, *, wanted: bool) -> Verdict:
    read, found, asked = [], False, False
    for part_id in condition.subject:
        read.append(readings.of_part(situation, part_id))
        asked = asked or part_id in situation.parts
        found = found or readings.answer_to(situation, part_id) is not None
    if not asked:
        return Verdict(Truth.UNKNOWN, tuple(read))
    return Verdict(_truth(found is wanted), tuple(read))


def _truth(value: bool | None) -> Truth:
    if value is None:
        return Truth.UNKNOWN
    return Truth.TRUE if value else Truth.FALSE


def _any_row(condition: Condition, situation: Situation) -> Verdict:
    return _rows_where(condition, situation, wanted=Truth.TRUE)


def _every_row(condition: Condition, situation: Situation) -> Verdict:
    return _rows_where(condition, situation, wanted=Truth.FALSE)


def _rows_where(condition: Condition, situation: Situation, *, wanted: Truth) -> Verdict:
    """``any_row`` looks for one row that holds; ``every_row`` for one that does not."""
    part_id = condition.subject
    rows = readings.rows_of(situation, part_id)
    if rows is None:
        return Verdict(Truth.UNKNOWN, (readings.of_part(situation, part_id),))
    undecided = []
    for number, row in enumerate(rows, start=1):
        verdict = _row_verdict(condition.children[0], situation, part_id, row, number)
        if verdict.truth is wanted:
            return verdict
        if verdict.truth is Truth.UNKNOWN:
            undecided.append(verdict)
    decided = Truth.UNKNOWN if undecided else _opposite(wanted)
    looked_at = readings.of_rows(situation, part_id, condition, len(rows))
    return Verdict(decided, (looked_at, *_readings(undecided)))


def _opposite(truth: Truth) -> Truth:
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE


def _row_verdict(
    condition: Condition, situation: Situation, part_id: str, row: Mapping[str, Any], number: int
) -> Verdict:
    if condition.node in ("all", "any", "not"):
        verdicts = [
            _row_verdict(child, situation, part_id, row, number) for child in condition.children
        ]
        return _combined(condition.node, verdicts)
    outcome, read = compare.cell(condition, situation, part_id, row, number)
    return Verdict(_truth(outcome), read)


def _combined(node: str, verdicts: list[Verdict]) -> Verdict:
    truths = [verdict.truth for verdict in verdicts]
    if node == "not":
        opposite = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
        return Verdict(opposite[truths[0]], verdicts[0].because)
    decisive = Truth.FALSE if node == "all" else Truth.TRUE
    if decisive in truths:
        return Verdict(decisive, _readings(v for v in verdicts if v.truth is decisive))
    if Truth.UNKNOWN in truths:
        return Verdict(Truth.UNKNOWN, _readings(verdicts))
    return Verdict(_opposite(decisive), _readings(verdicts))


def compare_node(condition: Condition, situation: Situation) -> Verdict:
    """Decide a node that compares one thing: a part, a fact, a count, a mark, names or coverage."""
    outcome, read = compare.NODES[condition.node](condition, situation)
    return Verdict(_truth(outcome), read)


def _flag(condition: Condition, situation: Situation) -> Verdict:
    """True when a rule named fired: by rule id, by part or question id, or by severity."""
    if "flags" not in situation.known:
        return Verdict(Truth.UNKNOWN, (Reading("flags", "red flags are not worked out yet"),))
    fired = [
        rule
        for rule, severity in situation.flags.items()
        if any(
            wanted in (rule, severity) or rule.startswith((f"{wanted}:", f"{wanted}."))
            for wanted in condition.subject
        )
    ]
    if fired:
        return Verdict(Truth.TRUE, tuple(Reading(rule, f"{rule} was flagged") for rule in fired))
    named = " or ".join(condition.subject)
    return Verdict(Truth.FALSE, (Reading(named, f"nothing was flagged for {named}"),))


def _risk(condition: Condition, situation: Situation) -> Verdict:
    if "risks" not in situation.known:
        return Verdict(Truth.UNKNOWN, (Reading("risks", "risks are not worked out yet"),))
    raised = [risk for risk in condition.subject if risk in situation.risks]
    if raised:
        return Verdict(
            Truth.TRUE, tuple(Reading(risk, f"risk {risk} is in the register") for risk in raised)
        )
    named = ", ".join(condition.subject)
    return Verdict(Truth.FALSE, (Reading(named, f"none of the risks {named} is raised"),))


_NODES: Mapping[str, Callable[[Condition, Situation], Verdict]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "always": _always,
    "answered": _answered,
    "missing": _missing,
    "any_row": _any_row,
    "every_row": _every_row,
    "flag": _flag,
    "risk": _risk,
}

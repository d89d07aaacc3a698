"""Decide a condition: true, false or unknown, and the facts that decided it, in words.

A missing answer, a part that was not asked, an empty cell and a missing tender fact give *unknown*,
and ``not unknown`` is unknown, so that nothing fires by accident. ``Verdict.because`` is enough to
reach the same verdict: whoever agrees on those readings agrees on the verdict.

Truth is decided in ``deciding``; here is found what it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain

from question_bank.rules.conditions import names, readings
from question_bank.rules.conditions.cells import GROUPS, of_table
from question_bank.rules.conditions.deciding import decide, flags_fired
from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.conditions.verdict import Reading, Situation, Truth, Verdict

Readings = tuple[Reading, ...]


def evaluate(condition: Condition, situation: Situation) -> Verdict:
    return Verdict(decide(condition, situation), because(condition, situation))


def because(condition: Condition, situation: Situation) -> Readings:
    """Return what the truth of a condition rests on, in words."""
    return _READ[condition.node](condition, situation)


def _group(condition: Condition, situation: Situation) -> Readings:
    """``all`` rests on those that are false, ``any`` on those that are true; else on each."""
    decisive = Truth.FALSE if condition.node == "all" else Truth.TRUE
    deciding = [child for child in condition.children if decide(child, situation) is decisive]
    return _once([because(child, situation) for child in deciding or condition.children])


def _once(found: list[Readings]) -> Readings:
    """Return what several rest on, each reading once."""
    return found[0] if len(found) == 1 else tuple(dict.fromkeys(chain.from_iterable(found)))


def _not(condition: Condition, situation: Situation) -> Readings:
    return because(condition.children[0], situation)


def _nothing(_condition: Condition, _situation: Situation) -> Readings:
    return ()


def _presence(condition: Condition, situation: Situation) -> Readings:
    return tuple(readings.of_part(situation, part_id) for part_id in condition.subject)


def _rows(condition: Condition, situation: Situation) -> Readings:
    """The row that decides it; else the table and the rows that could not be decided."""
    part_id, where = condition.subject, condition.children[0]
    wanted = Truth.TRUE if condition.node == "any_row" else Truth.FALSE
    rows = readings.rows_of(situation, part_id)
    if rows is None:
        return (readings.of_part(situation, part_id),)
    truths = of_table(where, part_id)(situation)
    if wanted in truths:
        return _of_row(where, situation, part_id, truths.index(wanted))
    looked_at = readings.of_rows(situation, part_id, condition, len(rows))
    undecided = [number for number, truth in enumerate(truths) if truth is Truth.UNKNOWN]
    found = _once([_of_row(where, situation, part_id, number) for number in undecided])
    return (looked_at, *found)


def _of_row(condition: Condition, situation: Situation, part_id: str, number: int) -> Readings:
    if condition.node not in GROUPS:
        return readings.of_cell(condition, situation, part_id, number)
    if condition.node == "not":
        return _of_row(condition.children[0], situation, part_id, number)
    decisive = Truth.FALSE if condition.node == "all" else Truth.TRUE
    deciding = [
        child
        for child in condition.children
        if of_table(child, part_id)(situation)[number] is decisive
    ]
    found = deciding or condition.children
    return _once([_of_row(child, situation, part_id, number) for child in found])


def _part(condition: Condition, situation: Situation) -> Readings:
    part_id = condition.subject
    if condition.column and readings.answer_to(situation, part_id) is not None:
        return readings.of_cell(condition, situation, part_id, None)
    facts = readings.of_compared_facts(condition, situation)
    return (readings.of_part(situation, part_id), *facts)


def _fact(condition: Condition, situation: Situation) -> Readings:
    facts = readings.of_compared_facts(condition, situation)
    return (readings.of_fact(situation, condition.subject), *facts)


def _row_count(condition: Condition, situation: Situation) -> Readings:
    rows = readings.rows_of(situation, condition.subject)
    if rows is None:
        return (readings.of_part(situation, condition.subject),)
    return (readings.of_rows(situation, condition.subject, condition, len(rows)),)


def _mark(condition: Condition, situation: Situation) -> Readings:
    mark = situation.marks.get(condition.subject)
    says = "not marked yet" if mark is None else f"marked {mark}"
    return (Reading(condition.subject, f"{condition.subject} is {says}"),)


def _names(condition: Condition, situation: Situation) -> Readings:
    if names.absent(condition, situation) is not True:
        parts = dict.fromkeys(part_id for part_id, _ in columns_read(condition))
        return tuple(readings.of_part(situation, part_id) for part_id in parts)
    found = dict.fromkeys((n.part, n.name) for n in names.who_is_absent(condition, situation))
    where = " or ".join(item["part"] for item in condition.value)
    return (
        *(Reading(part, f"{part} names “{name}”") for part, name in found),
        *(Reading(item["part"], f"{where} does not") for item in condition.value),
    )


def _coverage(condition: Condition, situation: Situation) -> Readings:
    of, by = condition.subject["of"], condition.subject["by"]
    counts = names.coverage_counts(condition, situation)
    if counts is None:
        return tuple(readings.of_part(situation, item["part"]) for item in (of, by))
    says = f"{by['part']} covers {counts[0]} of the {counts[1]} in {of['part']}"
    return tuple(Reading(item["part"], says) for item in (of, by))


def _flag(condition: Condition, situation: Situation) -> Readings:
    if "flags" not in situation.known:
        return (Reading("flags", "red flags are not worked out yet"),)
    fired = flags_fired(condition, situation)
    if fired:
        return tuple(Reading(rule, f"{rule} was flagged") for rule in fired)
    named = " or ".join(condition.subject)
    return (Reading(named, f"nothing was flagged for {named}"),)


def _risk(condition: Condition, situation: Situation) -> Readings:
    if "risks" not in situation.known:
        return (Reading("risks", "risks are not worked out yet"),)
    raised = [risk for risk in condition.subject if risk in situation.risks]
    if raised:
        return tuple(Reading(risk, f"risk {risk} is in the register") for risk in raised)
    named = ", ".join(condition.subject)
    return (Reading(named, f"none of the risks {named} is raised"),)


_READ: Mapping[str, Callable[[Condition, Situation], Readings]] = {
    "all": _group,
    "any": _group,
    "not": _not,
    "always": _nothing,
    "answered": _presence,
    "missing": _presence,
    "any_row": _rows,
    "every_row": _rows,
    "part": _part,
    "fact": _fact,
    "rows": _row_count,
    "mark": _mark,
    "names": _names,
    "coverage": _coverage,
    "flag": _flag,
    "risk": _risk,
}
